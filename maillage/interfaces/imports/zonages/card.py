"""What a table of zonings is made of: the three usual layouts are read as they are."""

from maillage.interfaces.imports.source import Card, Column

CARD = Card(
    code="zonages",
    label="Zonages de l’emploi",
    description=(
        "Une ligne par commune, avec le code de sa zone d’emploi, de son bassin d’emploi ou de son comité local "
        "pour l’emploi : un seul de ces zonages, ou plusieurs. Une ville à arrondissements vaut pour tous les siens."
    ),
    producer="Insee (zones d’emploi), France Travail (bassins), préfectures (comités locaux pour l’emploi)",
    licence="Licence Ouverte 2.0",
    rhythm="à chaque révision du zonage ou du code officiel géographique",
    formats=("CSV", "XLSX", "ODS"),
    key="même commune",
    one_of=("code_zone_emploi", "code_bassin", "code_clpe"),
    columns=(
        Column(
            "commune",
            "Code INSEE de la commune",
            "Cinq caractères ; les codes disparus sont convertis.",
            "93066",
            required=True,
            aliases=("codgeo", "code_commune_insee", "commune_id", "code commune", "code insee", "insee_com", "com"),
        ),
        Column(
            "millesime",
            "Millésime",
            "Année du zonage ; à défaut, 2020 pour les zones d’emploi, celle du découpage chargé pour les autres.",
            "2026",
            aliases=("annee", "vintage"),
        ),
        Column(
            "code_zone_emploi",
            "Code de la zone d’emploi",
            "Code Insee à quatre chiffres.",
            "1109",
            aliases=("ze2020", "ze", "zone d emploi", "code ze"),
        ),
        Column(
            "nom_zone_emploi", "Nom de la zone d’emploi", "", "Paris", aliases=("libze2020", "libelle ze", "lib ze")
        ),
        Column(
            "code_bassin",
            "Code du bassin d’emploi",
            "Code de l’enquête Besoins en main-d’œuvre.",
            "1148",
            aliases=("code_bassin_bmo", "bassin", "code bassin"),
        ),
        Column(
            "nom_bassin",
            "Nom du bassin d’emploi",
            "",
            "T6 Plaine Commune",
            aliases=("lib_bassin_bmo", "libelle bassin"),
        ),
        Column(
            "code_clpe",
            "Code du comité local pour l’emploi",
            "",
            "CLPE93001",
            aliases=("territoire_id", "clpe", "code clpe"),
        ),
        Column(
            "nom_clpe",
            "Nom du comité local pour l’emploi",
            "",
            "CLPE PLAINE COMMUNE",
            aliases=("territoire_libelle", "libelle clpe"),
        ),
    ),
)
