"""What a list of SIAE is made of."""

from maillage.interfaces.imports.source import Card, Column

CARD = Card(
    code="siae",
    label="Liste des SIAE",
    description=(
        "Une ligne par SIAE : une organisation (SIRET) pour un type. Une organisation qui porte un ACI et une EI a "
        "deux lignes. Les effectifs d’une année (salariés, postes, ETP) peuvent accompagner chaque ligne."
    ),
    producer="DRIEETS, DDETS, réseaux de l’IAE ou annuaire public",
    licence="selon le producteur ; l’annuaire des emplois de l’inclusion est sous Licence Ouverte 2.0",
    rhythm="à chaque nouvelle liste ; au moins une fois par an, après les conventions",
    formats=("CSV", "XLSX", "ODS"),
    key="même SIRET et même type",
    one_of=("longitude", "commune_code", "code_postal"),
    columns=(
        Column(
            "siret",
            "SIRET",
            "14 chiffres ; la clé est vérifiée.",
            "00009001900019",
            required=True,
            aliases=("n° siret", "numero siret", "siret structure", "siret de la structure"),
        ),
        Column(
            "type_siae",
            "Type",
            "ACI, EI, AI, ETTI ou EITI, ou le nom complet. GEIQ, EA et ESAT sont rejetés : ce ne sont pas des SIAE.",
            "ACI",
            required=True,
            aliases=(
                "kind",
                "type de siae",
                "type siae",
                "type de structure",
                "type structure",
                "dispositif",
                "mesure",
            ),
        ),
        Column(
            "nom",
            "Dénomination",
            "Nom légal de l’organisation.",
            "Les Jardins du Canal",
            required=True,
            aliases=(
                "name",
                "nom",
                "raison sociale",
                "nom de la structure",
                "nom structure",
                "structure",
                "denomination",
            ),
        ),
        Column(
            "nom_usage",
            "Nom d’usage",
            "Nom sous lequel on la connaît, s’il diffère.",
            "",
            aliases=("brand", "enseigne", "sigle", "nom commercial"),
        ),
        Column("naf", "Code NAF", "NAF rév. 2, avec ou sans point.", "8130Z", aliases=("ape", "code ape", "code naf")),
        Column("forme_juridique", "Forme juridique", "Texte libre.", "Association", aliases=("legal_form", "statut")),
        Column("adresse", "Adresse", "Numéro et voie.", "12 quai du Moulin", aliases=("address", "adresse 1", "voie")),
        Column(
            "code_postal",
            "Code postal",
            "Sert à trouver la commune quand il n’y a pas de coordonnées, à la vérifier sinon.",
            "93200",
            aliases=("post_code", "cp", "code postal"),
        ),
        Column(
            "ville",
            "Ville",
            "Nom de la commune.",
            "Saint-Denis",
            aliases=("city", "commune", "nom commune"),
        ),
        Column(
            "commune_code",
            "Code INSEE de la commune",
            "Cinq caractères ; les codes disparus sont convertis.",
            "93066",
            aliases=("code insee", "insee", "code commune", "insee_com", "codgeo", "city_insee_code"),
        ),
        Column(
            "departement",
            "Département",
            "Code du département ; c’est aussi celui des effectifs de la ligne.",
            "93",
            aliases=("department", "dep", "code departement"),
        ),
        Column(
            "longitude",
            "Longitude",
            "Degrés, WGS 84. Prime sur l’adresse pour trouver la commune.",
            "2.3582",
            aliases=("lon", "lng", "long", "x"),
        ),
        Column("latitude", "Latitude", "Degrés, WGS 84.", "48.9362", aliases=("lat", "y")),
        Column("site_web", "Site web", "Adresse http(s).", "", aliases=("website", "site", "site internet", "url")),
        Column(
            "annee", "Année", "Année des effectifs.", "2025", aliases=("annee des effectifs", "exercice", "millesime")
        ),
        Column(
            "salaries",
            "Salariés en insertion",
            "Personnes employées dans l’année ; vide ou « nd » : non renseigné.",
            "34",
            aliases=("nb salaries", "nombre de salaries", "effectif", "salaries en insertion"),
        ),
        Column("postes", "Postes", "Places ouvertes en même temps.", "20", aliases=("nb postes", "nombre de postes")),
        Column(
            "etp_conventionnes",
            "ETP conventionnés",
            "Équivalents temps plein de l’annexe financière.",
            "14,5",
            aliases=("etp", "etp conventionnes", "nb etp", "etp annexe financiere"),
        ),
        Column(
            "etp_realises", "ETP réalisés", "Équivalents temps plein travaillés.", "13,2", aliases=("etp realises",)
        ),
        Column(
            "secteurs",
            "Secteurs d’activité",
            "Codes ou libellés de la nomenclature, séparés par « | » ; part des heures après deux-points.",
            "espaces-verts:60 | maraichage:40",
            aliases=("secteur", "activites", "activite", "secteurs d activite"),
        ),
    ),
)
