"""What the monthly count of employees in insertion is made of."""

from maillage.interfaces.imports.source import Card, Column

CARD = Card(
    code="salaries_iae",
    label="Salariés en insertion, mois par mois",
    description=(
        "Le stock mensuel de salariés en insertion, en France, par région ou par département. C’est l’offre : ce n’est "
        "pas un public. Les fichiers du baromètre des résultats (JSON) sont lus tels quels : un objet par territoire, "
        "la série de ses mois dedans."
    ),
    producer="ASP, extranet IAE ; baromètre des résultats de l’action publique",
    licence="Licence Ouverte 2.0 ; fichiers du baromètre sous licence MIT",
    rhythm="une fois par mois ; le baromètre s’arrête à septembre 2022",
    formats=("JSON", "CSV", "XLSX", "ODS"),
    key="même territoire et même mois",
    columns=(
        Column("departement", "Code du département", "Vide pour une région ou pour la France.", "93", aliases=("dep",)),
        Column("region", "Code de la région", "Vide pour un département ou pour la France.", "", aliases=("reg",)),
        Column("nom", "Territoire", "", "Seine-Saint-Denis", aliases=("libelle", "territoire")),
        Column(
            "mois",
            "Mois",
            "Une date de ce mois.",
            "2022-09-30",
            required=True,
            aliases=("date", "nb-beneficiaires-siae.date"),
        ),
        Column(
            "valeur",
            "Salariés en insertion",
            "",
            "2275",
            required=True,
            aliases=("value", "nombre", "salaries", "nb-beneficiaires-siae.value"),
            count=True,
        ),
    ),
)
