"""What a table of needs is made of."""

from maillage.interfaces.imports.source import Card, Column

CARD = Card(
    code="besoins",
    label="Besoins des territoires",
    description=(
        "Une ligne par public, commune et année : le nombre de personnes concernées. Une case secrète (« s », « * », "
        "« <5 », « nd ») ou vide reste inconnue : elle ne compte pas pour zéro."
    ),
    producer="France Travail, Dares, Insee, Cnaf ou conseil départemental",
    licence="selon le producteur ; les données de l’Insee et de la Dares sont sous Licence Ouverte 2.0",
    rhythm="une à quatre fois par an, selon la série",
    formats=("CSV", "XLSX", "ODS"),
    key="même public, même commune et même année",
    columns=(
        Column(
            "public",
            "Public",
            "Code ou libellé d’un public de la table de référence.",
            "brsa",
            required=True,
            aliases=("public_code", "code public", "groupe", "categorie"),
        ),
        Column(
            "commune",
            "Code INSEE de la commune",
            "Cinq caractères. Les codes disparus sont convertis ; Paris se donne par arrondissement (75101 à 75120).",
            "93066",
            required=True,
            aliases=("code commune", "code insee", "codgeo", "insee_com", "commune_id", "code_commune_insee", "com"),
        ),
        Column("annee", "Année", "Année de la mesure.", "2025", required=True, aliases=("an", "millesime", "year")),
        Column(
            "valeur",
            "Valeur",
            "Nombre de personnes ; décimales admises.",
            "1240",
            required=True,
            count=True,
            aliases=("nombre", "effectif", "nb", "value", "nombre de personnes"),
        ),
        Column(
            "estime",
            "Estimé",
            "« oui » si la valeur n’a pas été comptée à ce niveau.",
            "non",
            aliases=("estimation", "estimee"),
        ),
    ),
)
