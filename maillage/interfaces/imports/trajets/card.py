"""What a matrix of travel times is made of: one pair of communes a line."""

from maillage.interfaces.imports.source import Card, Column

CARD = Card(
    code="trajets",
    label="Temps de trajet",
    description=(
        "Une ligne par couple de communes et par mode\u202f: les minutes de l’une à l’autre. Un couple absent "
        "est hors de portée de la matrice\u202f; une commune absente reste inconnue, elle n’est pas réputée lointaine."
    ),
    producer="calculateur d’itinéraires (Île-de-France Mobilités, Insee Metric, OpenTripPlanner, r5, OSRM…)",
    licence="selon le producteur\u202f; les horaires et le réseau routier ouverts sont sous Licence Ouverte ou ODbL",
    rhythm="à chaque changement notable de l’offre de transport",
    formats=("CSV", "XLSX", "ODS"),
    key="mêmes communes de départ et d’arrivée, même mode et même année",
    columns=(
        Column(
            "origine",
            "Commune de départ",
            "Code INSEE, cinq caractères\u202f; un arrondissement à Paris. Les codes disparus sont convertis.",
            "93066",
            required=True,
            aliases=("from_id", "from", "depart", "code_depart", "commune_origine", "origin", "id_origine"),
        ),
        Column(
            "destination",
            "Commune d’arrivée",
            "Code INSEE, cinq caractères\u202f; un arrondissement à Paris.",
            "75118",
            required=True,
            aliases=("to_id", "to", "arrivee", "code_arrivee", "commune_destination", "id_destination"),
        ),
        Column(
            "minutes",
            "Minutes",
            "Temps de porte à porte\u202f; les décimales sont arrondies à la minute.",
            "24",
            required=True,
            aliases=("temps", "duree", "travel_time", "travel_time_p50", "temps_minutes", "duration"),
        ),
        Column(
            "mode",
            "Mode",
            "«\u202fvoiture\u202f», «\u202ftransports\u202f», «\u202fvélo\u202f» ou «\u202fmarche\u202f».",
            "transports",
            required=True,
            aliases=("moyen", "mode de transport", "transport"),
        ),
        Column(
            "annee",
            "Année",
            "Année du réseau ou des horaires\u202f; à défaut, l’année en cours.",
            "2026",
            aliases=("millesime", "an", "year", "vintage"),
        ),
    ),
)
