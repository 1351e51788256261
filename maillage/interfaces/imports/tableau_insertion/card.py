"""What the départemental dashboard of insertion is made of."""

from maillage.interfaces.imports.source import Card, Column

PUBLICS = {"demandeurs": "de_hors_rsa", "brsa": "brsa_de"}
# The only vintage seen: the month is in the names of the columns.
MILLESIME = 2023

CARD = Card(
    code="tableau_insertion",
    label="Tableau départemental de l’insertion (2023)",
    description=(
        "Une ligne par département : demandeurs d’emploi et bénéficiaires du RSA accompagnés, en septembre 2023, "
        "arrondis à la dizaine. Le fichier ne dit pas quelles catégories il compte : ce sont deux publics à part."
    ),
    producer="France Travail et départements, repris par Dora",
    licence="Licence Ouverte 2.0",
    rhythm="une livraison connue, septembre 2023",
    formats=("CSV", "XLSX", "ODS"),
    key="même département et même année",
    one_of=tuple(PUBLICS),
    columns=(
        Column(
            "code",
            "Code du département",
            "Deux ou trois caractères.",
            "93",
            required=True,
            aliases=("code dept", "departement", "dep", "code departement"),
        ),
        Column("annee", "Année", f"À défaut, {MILLESIME}.", "2023"),
        Column(
            "demandeurs",
            "Demandeurs d’emploi",
            "Hors bénéficiaires du RSA.",
            "109950",
            aliases=("num dea 202309",),
            count=True,
        ),
        Column("brsa", "Bénéficiaires du RSA", "", "23540", aliases=("num brsa 202309",), count=True),
    ),
)
