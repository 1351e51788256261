"""What the communal files of the census are made of: the vintage is in the names of the columns."""

from maillage.interfaces.imports.chiffres import COMMUNE
from maillage.interfaces.imports.source import Card, Column

# A file holds its vintage and two earlier ones, for comparison: the newest is read.
MILLESIMES = range(2024, 2016, -1)
# Variable of Insee → public.
VARIABLES = {
    "pop1564": ("population_active_age", "Population de 15 à 64 ans"),
    "chom1564": ("chomeurs_rp", "Chômeurs de 15 à 64 ans"),
    "nscol15p_diplmin": ("sans_diplome", "Non scolarisés de 15 ans ou plus sans diplôme"),
}


def column_of(variable: str, millesime: int) -> str:
    """Return the name of a column, as Insee writes it: p20_pop1564."""
    return f"p{millesime % 100}_{variable}"


CARD = Card(
    code="recensement",
    label="Recensement par commune (Insee)",
    description=(
        "Une ligne par commune, les variables de l’Insee en colonnes : population de 15 à 64 ans, chômeurs, personnes "
        "sans diplôme. Le millésime est dans le nom des colonnes (P20_POP1564 : 2020) ; le plus récent du fichier est "
        "lu, les autres sont laissés."
    ),
    producer="Insee, recensement de la population (bases communales base-cc)",
    licence="Licence Ouverte 2.0",
    rhythm="une fois par an, en juin",
    formats=("CSV", "XLSX", "ODS"),
    key="même commune",
    one_of=tuple(column_of(variable, millesime) for millesime in MILLESIMES for variable in VARIABLES),
    columns=(
        COMMUNE,
        *(
            Column(
                column_of(variable, millesime),
                column_of(variable, millesime).upper(),
                f"{label}, {millesime}.",
                "31250",
                count=True,
            )
            for millesime in MILLESIMES
            for variable, (_, label) in VARIABLES.items()
        ),
    ),
)
