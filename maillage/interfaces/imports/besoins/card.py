"""What a table of needs is made of."""

from maillage.interfaces.imports.chiffres import ANNEE
from maillage.interfaces.imports.source import Card, Column

CARD = Card(
    code="besoins",
    label="Besoins des territoires",
    description=(
        "Une ligne par public, territoire et année : le nombre de personnes concernées. C’est le format ouvert, pour "
        "une série qui n’a pas de source à elle. Une case secrète (« s », « * », « <5 », « nd ») ou vide reste "
        "inconnue : elle ne compte pas pour zéro."
    ),
    producer="France Travail, Dares, Insee, Cnaf ou conseil départemental",
    licence="selon le producteur ; les données de l’Insee et de la Dares sont sous Licence Ouverte 2.0",
    rhythm="une à quatre fois par an, selon la série",
    formats=("CSV", "XLSX", "ODS"),
    key="même public, même territoire et même année",
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
            "niveau",
            "Niveau",
            "À défaut, la commune. Sinon : ville, EPT, EPCI, QPV, zone d’emploi, bassin, CLPE, département ou région.",
            "commune",
            aliases=("maille", "echelon", "type de territoire", "type_geo"),
        ),
        Column(
            "code",
            "Code du territoire",
            "Code INSEE de la commune (les codes disparus sont convertis), du département, de la région, de la zone "
            "d’emploi ; SIREN de l’EPT ou de l’EPCI ; code du QPV, du bassin ou du CLPE.",
            "93066",
            required=True,
            aliases=(
                "commune",
                "territoire",
                "code commune",
                "code insee",
                "code insee de la commune",
                "codgeo",
                "insee_com",
                "commune_id",
                "code_commune_insee",
                "com",
            ),
        ),
        ANNEE,
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
