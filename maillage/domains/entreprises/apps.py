from django.apps import AppConfig

from maillage.domains.entreprises.permissions import Permission
from maillage.foundations.kernel.notification_kinds import TypeNotification
from maillage.foundations.kernel.ui.menu import Entry


class EntreprisesConfig(AppConfig):
    name = "maillage.domains.entreprises"
    label = "entreprises"
    verbose_name = "liens avec les entreprises"
    menu = (
        Entry(
            "Entreprises",
            order=29,
            children=(Entry("Immersions", "entreprises:immersions", permission=Permission.VIEW_IMMERSIONS),),
        ),
    )
    actes = {
        "entreprises.rediger": "convention d’immersion écrite",
        "entreprises.modifier": "convention d’immersion modifiée",
        "entreprises.signer": "signature d’une immersion",
        "entreprises.relancer": "relance des signataires d’une immersion",
        "entreprises.valider": "validation d’une immersion",
        "entreprises.refuser": "refus d’une immersion",
        "entreprises.annuler": "annulation d’une immersion",
        "entreprises.perimer": "convention d’immersion périmée",
        "entreprises.bilan": "bilan d’une immersion",
    }
    ecrans = {
        "entreprises:immersions": "liste des immersions, ou son export",
        "entreprises:immersion": "immersion",
        "entreprises:immersion_proposer": "proposition d’une immersion",
        "entreprises:immersion_modifier": "modification d’une convention d’immersion",
        "entreprises:immersion_decider": "décision sur une immersion",
        "entreprises:immersion_annuler": "annulation d’une immersion",
        "entreprises:immersion_relancer": "relance des signataires d’une immersion",
        "entreprises:immersion_bilan": "bilan d’une immersion",
        "entreprises:immersion_signer": "signature d’une immersion sur place",
        "entreprises:immersion_pdf": "convention d’immersion (PDF)",
    }
    attentes = ("maillage.domains.entreprises.queries.attentes.list_attentes",)
    volets_personne = ("maillage.domains.entreprises.queries.volets.immersions",)
    notifications = (
        TypeNotification(
            "entreprises.immersion", "Une immersion que vous suivez avance", "immediat", Permission.PRESCRIBE
        ),
    )
