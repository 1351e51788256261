"""What the table PMSMP of the ASP is made of: a layout of our own, no public one is known."""

from maillage.interfaces.imports.flux import FORMATS, LICENCE, PRODUCER, RHYTHM
from maillage.interfaces.imports.source import Card, Column

CARD = Card(
    code="flux_pmsmp",
    label="ASP : immersions (fluxIAE_PMSMP), colonnes à confirmer",
    description=(
        "Une ligne par immersion d’un salarié chez un accueil. À confirmer : les colonnes de la table de l’ASP ne sont "
        "pas publiques ; celles-ci sont les nôtres, désignez les vôtres au premier dépôt. Elle suit les tables des "
        "structures, des salariés et des contrats. Une immersion reprise est validée, et faite quand elle est finie ; "
        "elle se corrige à l’ASP."
    ),
    producer=PRODUCER,
    licence=LICENCE,
    rhythm=RHYTHM,
    formats=FORMATS,
    key="même numéro d’immersion",
    one_of=("salarie", "nir"),
    columns=(
        Column("identifiant", "Numéro de l’immersion", "Numéro à l’ASP.", "550001", required=True),
        Column("salarie", "Numéro du salarié", "Numéro à l’ASP de la personne (table Salarie).", "710001"),
        Column("nir", "NIR", "À défaut du numéro du salarié ; avec lui, il est comparé à celui du dossier.", ""),
        Column(
            "structure",
            "Numéro de la structure",
            "Numéro à l’ASP de l’organisation (table Structure).",
            "4051",
            required=True,
        ),
        Column(
            "mesure",
            "Mesure",
            "ACI_DC, EI_DC, AI_DC, ou « _MP » en milieu pénitentiaire ; une ETTI ne prescrit pas.",
            "ACI_DC",
            required=True,
        ),
        Column("siret", "SIRET de l’accueil", "Quatorze chiffres.", "00009101700012", required=True),
        Column("denomination", "Dénomination de l’accueil", "Pour un accueil inconnu.", "Propreté du Canal"),
        Column("commune", "Commune de l’accueil", "Code INSEE, pour un accueil inconnu.", "93066"),
        Column("rome", "Code ROME", "Métier découvert ; vide : inconnu.", "K2204"),
        Column(
            "objectif",
            "Objet",
            "Découvrir un métier ou un secteur, confirmer un projet professionnel, ou initier une démarche de "
            "recrutement.",
            "confirmer",
            required=True,
        ),
        Column("debut", "Premier jour", "Date.", "02/03/2026", required=True),
        Column("fin", "Dernier jour", "Compris ; un mois au plus, de date à date.", "13/03/2026", required=True),
        Column("heures", "Heures par semaine", "Vide : inconnu.", "26"),
        Column("jours", "Jours de présence", "Nombre.", "10", required=True),
        Column("embauche", "Embauche", "Oui ou non ; vide : inconnu. Lue une fois l’immersion finie.", "non"),
        Column(
            "contrat_suite",
            "Contrat de l’embauche",
            "CDI, CDD de six mois ou plus, CDD de moins de six mois, contrat en alternance, contrat aidé, contrat "
            "d’insertion, autre contrat.",
            "",
        ),
    ),
)
