"""What a table of headcounts by sector is made of."""

from maillage.interfaces.imports.source import Card, Column

CARD = Card(
    code="effectifs_secteurs",
    label="Effectifs des SIAE par secteur",
    description=(
        "Une ligne par SIAE, secteur et année : les femmes et les hommes en insertion employés, et leurs "
        "heures. C’est de là que vient la mixité des métiers."
    ),
    producer="SIAE, réseaux, DDETS (dialogues de gestion)",
    licence="données déclarées à l’État ; non rediffusées sous le seuil du secret",
    rhythm="annuel",
    formats=("CSV", "XLSX", "ODS"),
    key="même SIAE, même secteur et même année",
    columns=(
        Column(
            "siret",
            "SIRET",
            "Celui de l’organisation porteuse.",
            "00000000000000",
            required=True,
            aliases=("n siret", "numero siret"),
        ),
        Column(
            "type_siae",
            "Type",
            "ACI, EI, AI, ETTI ou EITI.",
            "ACI",
            required=True,
            aliases=("kind", "type", "type de siae", "dispositif"),
        ),
        Column(
            "secteur",
            "Secteur",
            "Code ou libellé de la nomenclature des secteurs.",
            "espaces-verts",
            required=True,
            aliases=("metier", "secteur d activite"),
        ),
        Column(
            "annee",
            "Année",
            "Année des effectifs.",
            "2024",
            required=True,
            aliases=("an", "year", "millesime"),
        ),
        Column(
            "femmes",
            "Femmes",
            "Vide : non renseigné.",
            "8",
            count=True,
            aliases=("nb femmes", "nombre de femmes"),
        ),
        Column(
            "hommes",
            "Hommes",
            "Vide : non renseigné.",
            "12",
            count=True,
            aliases=("nb hommes", "nombre d hommes"),
        ),
        Column(
            "heures",
            "Heures travaillées",
            "",
            "18000",
            count=True,
            aliases=("heures travaillees", "nb heures"),
        ),
    ),
)
