from django.apps import AppConfig

from maillage.domains.offre.permissions import Permission
from maillage.foundations.kernel.notification_kinds import TypeNotification
from maillage.foundations.kernel.ui.menu import Entry


class OffreConfig(AppConfig):
    name = "maillage.domains.offre"
    label = "offre"
    verbose_name = "évolution de l’offre"
    menu = (
        Entry(
            "Offre",
            order=35,
            children=(
                Entry("Appels à projets", "offre:appels"),
                Entry("Dossiers", "offre:dossiers", permission=Permission.FOLLOW),
                Entry("Ouvrir un dossier", "offre:dossier_choisir", permission=Permission.DEPOSIT),
                Entry("Avis demandés", "offre:avis", permission=Permission.OPINE),
                Entry("Publics prioritaires", "offre:objectifs", permission=Permission.VIEW_PUBLICS),
                Entry("Mixité par métier", "offre:mixite", permission=Permission.VIEW_PUBLICS),
                Entry("SIAE et objectifs", "offre:ecarts", permission=Permission.VIEW_ECARTS),
                Entry("Les publics de mes SIAE", "offre:mes_siae", permission=Permission.RECORD_REALISATIONS),
                Entry("Ce que d’autres ont fait", "offre:pratiques", permission=Permission.VIEW_PUBLICS),
            ),
        ),
    )
    actes = {
        "offre.appel_creer": "rédaction d’un appel à projets",
        "offre.appel_modifier": "modification d’un appel à projets",
        "offre.appel_ouvrir": "ouverture d’un appel à projets",
        "offre.appel_clore": "clôture d’un appel à projets",
        "offre.appel_rouvrir": "réouverture d’un appel à projets",
        "offre.appel_achever": "fin d’instruction d’un appel à projets",
        "offre.creer": "ouverture d’un dossier",
        "offre.modifier": "modification d’un dossier",
        "offre.chiffrer": "fiche économique d’un dossier",
        "offre.joindre": "pièce jointe à un dossier",
        "offre.accepter_piece": "pièce acceptée",
        "offre.refuser_piece": "pièce refusée",
        "offre.deposer": "dépôt d’un dossier",
        "offre.demander_pieces": "demande de pièces",
        "offre.completer": "dossier complété",
        "offre.declarer_complet": "dossier déclaré complet",
        "offre.instruire": "début d’instruction",
        "offre.dialoguer": "dialogue de gestion",
        "offre.consulter": "consultation des partenaires",
        "offre.demander_avis": "demande d’avis à un partenaire",
        "offre.rendre_avis_partenaire": "avis d’un partenaire",
        "offre.inscrire": "inscription à une séance",
        "offre.rendre_avis": "avis de la commission",
        "offre.accorder": "décision d’accord",
        "offre.refuser": "décision de refus",
        "offre.ajourner": "ajournement",
        "offre.signer": "convention signée",
        "offre.activer": "convention activée",
        "offre.retirer": "retrait d’une demande",
        "offre.classer": "classement sans suite",
        "offre.set_objectif": "fixation d’un objectif",
        "offre.change_objectif": "modification d’un objectif",
        "offre.withdraw_objectif": "retrait d’un objectif",
        "offre.record_realisations": "enregistrement des publics d’une SIAE",
        "offre.tell_pratique": "récit d’une action",
        "offre.withdraw_pratique": "retrait d’une action",
    }
    attentes = (
        "maillage.domains.offre.queries.attentes.list_attentes",
        "maillage.domains.offre.queries.attentes_publics.list_attentes",
    )
    blocs = ("maillage.domains.offre.queries.blocs.PRODUCTEURS",)
    actions_territoire = ("maillage.domains.offre.queries.actions.list_actions",)
    notifications = (
        TypeNotification("offre.dossier", "Un dossier de votre organisation avance", "immediat", Permission.DEPOSIT),
        TypeNotification(
            "offre.instruction", "Un dossier de votre département avance", "quotidien", Permission.INSTRUCT
        ),
        TypeNotification("offre.avis", "L’avis de votre organisation est demandé", "immediat", Permission.OPINE),
    )
