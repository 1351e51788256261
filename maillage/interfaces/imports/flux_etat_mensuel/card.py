"""What the table EtatMensuelIndiv of the ASP is made of."""

from maillage.interfaces.imports.flux import FORMATS, LICENCE, PRODUCER, RHYTHM
from maillage.interfaces.imports.source import Card, Column

CARD = Card(
    code="flux_etat_mensuel",
    label="ASP : heures du mois (fluxIAE_EtatMensuelIndiv)",
    description=(
        "Une ligne par contrat, mois et version de l’état que la SIAE a saisi. Elle suit la table des contrats. De "
        "plusieurs versions d’un mois, la plus haute du fichier est lue ; les autres sont hors champ."
    ),
    producer=PRODUCER,
    licence=LICENCE,
    rhythm=RHYTHM,
    formats=FORMATS,
    key="même contrat, même mois, même version et même annexe financière",
    columns=(
        Column(
            "contrat",
            "Numéro du contrat",
            "Numéro à l’ASP (table ContratMission).",
            "880001",
            required=True,
            aliases=("emi_ctr_id",),
        ),
        Column("annee", "Année", "", "2026", required=True, aliases=("emi_sme_annee",)),
        Column("mois", "Mois", "De 1 à 12.", "2", required=True, aliases=("emi_sme_mois",)),
        Column(
            "version",
            "Version",
            "Rang de la saisie ; vide : 0.",
            "1",
            aliases=("emi_sme_version",),
        ),
        Column(
            "annexe",
            "Annexe financière",
            "Un mois à cheval sur deux annexes a deux lignes : leurs heures s’ajoutent.",
            "9001",
            aliases=("emi_afi_id",),
        ),
        Column(
            "heures",
            "Heures travaillées",
            "Vide : inconnu, jamais zéro.",
            "104",
            aliases=("emi_nb_heures_travail",),
        ),
    ),
)
