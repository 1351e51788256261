"""What a file of QPV is made of: a list of codes by commune, or the official map of contours."""

from maillage.interfaces.imports.source import Card, Column

CARD = Card(
    code="qpv",
    label="Quartiers prioritaires (QPV)",
    description=(
        "Soit une ligne par quartier et par commune, soit la carte officielle de l’ANCT (GeoJSON), qui porte aussi les "
        "contours. Sans contours, la plateforme travaille à la commune."
    ),
    producer="Agence nationale de la cohésion des territoires (ANCT)",
    licence="Licence Ouverte 2.0",
    rhythm="à chaque révision de la géographie prioritaire (2015, 2024)",
    formats=("CSV", "XLSX", "ODS", "GeoJSON"),
    key="même quartier et mêmes communes",
    columns=(
        Column(
            "code",
            "Code du quartier",
            "Huit caractères : « QN » (quartiers de 2024) ou « QP » (de 2015), puis six.",
            "QN09301M",
            required=True,
            aliases=("code_qp", "code qpv", "codeqp", "code_quartier"),
        ),
        Column(
            "nom",
            "Nom du quartier",
            "",
            "Quartier du Moulin",
            required=True,
            aliases=("lib_qp", "nom_qp", "libelle", "nom qpv"),
        ),
        Column(
            "communes",
            "Code INSEE de la commune",
            "Une ou plusieurs communes, séparées par une virgule.",
            "93066",
            required=True,
            aliases=("insee_com", "codgeo", "commune", "code commune", "code insee", "depcom"),
        ),
        Column(
            "contour",
            "Contour",
            "Polygone en degrés WGS 84 ; il vient de la carte GeoJSON.",
            "",
            aliases=("geometry", "geometrie"),
            long=True,
        ),
    ),
)
