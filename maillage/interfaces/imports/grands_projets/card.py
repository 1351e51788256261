"""What a list of great projects is made of."""

from maillage.interfaces.imports.source import Card, Column

CARD = Card(
    code="grands_projets",
    label="Grands projets",
    description=(
        "Une ligne par projet : ses lieux, son calendrier, les métiers qu’il demande, ses heures d’insertion, "
        "ses acheteurs."
    ),
    producer="maîtres d’ouvrage, services de l’État, collectivités, facilitateurs",
    licence="selon le producteur",
    rhythm="selon le producteur",
    formats=("CSV", "XLSX", "ODS"),
    key="même nom de projet",
    columns=(
        Column(
            "nom",
            "Nom",
            "",
            "Gare inventée, ligne 99",
            required=True,
            aliases=("projet", "nom du projet", "operation"),
        ),
        Column(
            "programme",
            "Programme",
            "gpe, jop, npnru, transport, amenagement ou autre, ou leur libellé.",
            "gpe",
            required=True,
        ),
        Column(
            "etat",
            "État",
            "annonce, en_cours, termine ou abandonne ; à défaut, annoncé.",
            "en_cours",
        ),
        Column(
            "description",
            "Description",
            "",
            "",
            long=True,
        ),
        Column(
            "debut",
            "Début",
            "01/02/2026 ou 2026-02-01.",
            "01/02/2026",
        ),
        Column(
            "fin",
            "Fin",
            "Le premier jour d’après.",
            "01/02/2030",
        ),
        Column(
            "lieux",
            "Lieux",
            "Séparés par « | » : code de commune ; nom ; longitude ; latitude. Le code suffit.",
            "93066 ; gare | 93001",
        ),
        Column(
            "phases",
            "Calendrier",
            "Phases séparées par « | » : nom ; premier jour ; premier jour d’après.",
            "Gros œuvre ; 01/02/2026 ; 01/07/2028",
        ),
        Column(
            "metiers",
            "Métiers",
            "Séparés par « | » : code FAP, puis les postes s’ils sont connus.",
            "B0X31 : 120 | T4X60",
            aliases=("metiers recherches",),
        ),
        Column(
            "heures_prevues",
            "Heures d’insertion prévues",
            "",
            "60000",
            count=True,
            aliases=("heures d insertion prevues",),
        ),
        Column(
            "heures_realisees",
            "Heures d’insertion réalisées",
            "Vide\u202f: personne ne le sait.",
            "12000",
            count=True,
            aliases=("heures d insertion realisees",),
        ),
        Column(
            "acheteurs",
            "Acheteurs",
            "SIRET d’organisations connues, séparés par « | ».",
            "",
            aliases=("siret acheteur",),
        ),
        Column(
            "source",
            "Source",
            "À défaut, la provenance du fichier.",
            "Maître d’ouvrage, mars 2026",
        ),
    ),
)
