"""What a file of the survey is made of."""

from maillage.interfaces.imports.source import Card, Column

CARD = Card(
    code="bmo",
    label="Besoins en main-d’œuvre (BMO)",
    description=(
        "Une ligne par métier et bassin d’emploi (par département pour un bassin à cheval) : projets de "
        "recrutement, jugés difficiles, saisonniers. « * » est un secret : le chiffre reste inconnu, jamais "
        "zéro."
    ),
    producer="France Travail",
    licence="Licence Ouverte 2.0",
    rhythm="annuel, au printemps",
    formats=("CSV", "XLSX", "ODS"),
    key="même métier, même zone et même année",
    columns=(
        Column(
            "annee",
            "Année",
            "Année de l’enquête.",
            "2024",
            required=True,
            aliases=("an", "year", "millesime"),
        ),
        Column(
            "fap",
            "Code du métier",
            "Code FAP, cinq caractères.",
            "T4X60",
            required=True,
            aliases=("Code métier BMO", "code fap", "code_metier_bmo"),
        ),
        Column(
            "libelle",
            "Nom du métier",
            "Nomme un métier que nulle table n’a encore apporté.",
            "Agents d’entretien de locaux",
            aliases=("Nom métier BMO", "nom_metier_bmo"),
        ),
        Column(
            "region",
            "Code de la région",
            "",
            "11",
            aliases=("REG", "code region"),
        ),
        Column(
            "departement",
            "Code du département",
            "Celui de la partie du bassin dont parle la ligne.",
            "93",
            aliases=("Dept", "dep", "code departement"),
        ),
        Column(
            "bassin",
            "Code du bassin d’emploi",
            "Vide : la ligne parle du département, ou de la région.",
            "1147",
            aliases=("BE24", "BE25", "BE23", "BE22", "BE", "code bassin", "code_bassin_bmo"),
        ),
        Column(
            "projets",
            "Projets de recrutement",
            "« * » : secret.",
            "320",
            required=True,
            count=True,
            aliases=("met", "projets de recrutement"),
        ),
        Column(
            "difficiles",
            "Projets jugés difficiles",
            "« * » : secret.",
            "150",
            count=True,
            aliases=("xmet", "projets difficiles"),
        ),
        Column(
            "saisonniers",
            "Projets saisonniers",
            "« * » : secret.",
            "20",
            count=True,
            aliases=("smet", "projets saisonniers"),
        ),
        Column(
            "nomenclature",
            "Nomenclature",
            "À défaut, FAP 2021, celle des enquêtes depuis 2022.",
            "FAP 2021",
            aliases=("version",),
        ),
    ),
)
