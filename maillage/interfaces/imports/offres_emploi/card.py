"""What a series of vacancies is made of."""

from maillage.interfaces.imports.source import Card, Column

CARD = Card(
    code="offres_emploi",
    label="Offres d’emploi",
    description="Une ligne par métier ROME, territoire et période : le nombre d’offres d’emploi.",
    producer="France Travail, ou un partenaire de l’emploi",
    licence="selon le producteur",
    rhythm="mensuel ou annuel",
    formats=("CSV", "XLSX", "ODS"),
    key="même métier, même territoire et même période",
    columns=(
        Column(
            "rome",
            "Code ROME",
            "Une lettre et quatre chiffres.",
            "K2204",
            required=True,
            aliases=("code_rome",),
        ),
        Column(
            "niveau",
            "Niveau du territoire",
            "bassin, zone_emploi, departement ou region.",
            "departement",
            required=True,
            aliases=("niveau territoire", "maille"),
        ),
        Column(
            "territoire",
            "Code du territoire",
            "",
            "93",
            required=True,
            aliases=("code territoire", "code_territoire"),
        ),
        Column(
            "periode",
            "Période",
            "Un mois (2026-03) ou une année (2025).",
            "2025",
            required=True,
            aliases=("mois", "annee"),
        ),
        Column(
            "offres",
            "Offres d’emploi",
            "Vide, « s », « * » : inconnu.",
            "420",
            required=True,
            count=True,
            aliases=("nombre", "nb", "nombre d offres"),
        ),
    ),
)
