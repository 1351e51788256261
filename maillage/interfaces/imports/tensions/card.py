"""What a file of tensions is made of."""

from maillage.interfaces.imports.source import Card, Column

CARD = Card(
    code="tensions",
    label="Tensions par métier",
    description=(
        "Une ligne par métier ou famille de métiers et département : niveau de tension et les six indicateurs "
        "qui l’expliquent. Une case vide n’est pas calculée."
    ),
    producer="Dares",
    licence="Licence Ouverte 2.0",
    rhythm="annuel",
    formats=("CSV", "XLSX", "ODS"),
    key="même métier, même département et même année",
    columns=(
        Column(
            "fap",
            "Code FAP",
            "Cinq caractères pour un métier, trois pour une famille.",
            "T4Z60",
            required=True,
            aliases=("code_fap", "code fap"),
        ),
        Column(
            "annee",
            "Année",
            "Année de la mesure.",
            "2024",
            required=True,
            aliases=("an", "year", "millesime"),
        ),
        Column(
            "departement",
            "Code du département",
            "",
            "93",
            aliases=("dep", "dept", "code departement"),
        ),
        Column(
            "niveau_geo",
            "Niveau géographique",
            "« dep » ; une ligne d’un autre niveau est hors champ.",
            "dep",
            aliases=("niveau geographique",),
        ),
        Column(
            "emploi",
            "Emploi moyen",
            "",
            "1200",
            aliases=("Emploi moyen",),
        ),
        Column(
            "indicateur",
            "Indicateur de tension",
            "Nombre synthétique.",
            "0,52",
            aliases=("Tension", "tension"),
        ),
        Column(
            "niveau",
            "Niveau de tension",
            "De 1 (faible) à 5 (forte).",
            "5",
            aliases=("Catégorie Tension", "categorie"),
        ),
        Column(
            "intensite_embauches",
            "Intensité d’embauches",
            "De 1 à 5.",
            "4",
            aliases=("Intensité d'embauches",),
        ),
        Column(
            "lien_formation",
            "Lien formation-emploi",
            "De 1 à 5.",
            "4",
        ),
        Column(
            "manque_main_oeuvre",
            "Manque de main-d’œuvre disponible",
            "De 1 à 5.",
            "4",
            aliases=("Manque de main-d'œuvre disponible",),
        ),
        Column(
            "non_durabilite",
            "Non-durabilité de l’emploi",
            "De 1 à 5.",
            "4",
            aliases=("Non-durabilité de l'emploi",),
        ),
        Column(
            "conditions_travail",
            "Conditions de travail contraignantes",
            "De 1 à 5.",
            "4",
        ),
        Column(
            "inadequation_geographique",
            "Inadéquation géographique",
            "De 1 à 5.",
            "4",
        ),
        Column(
            "nomenclature",
            "Nomenclature",
            "« FAP 2009 » ou « FAP 2021 » ; à défaut, celle que dit la troisième lettre du code (Z ou X), sinon 2009.",
            "FAP 2009",
            aliases=("version",),
        ),
    ),
)
