from django.apps import AppConfig

from maillage.domains.parcours.permissions import Permission
from maillage.foundations.kernel.ui.menu import Entry


class ParcoursConfig(AppConfig):
    name = "maillage.domains.parcours"
    label = "parcours"
    verbose_name = "parcours d’insertion"
    menu = (
        Entry(
            "Parcours",
            order=27,
            children=(
                Entry("Contrats", "parcours:contrats", permission=Permission.HIRE),
                Entry("Contrats sans suite", "parcours:contrats_sans_suite", permission=Permission.HIRE),
                Entry("Heures et ETP", "parcours:heures", permission=Permission.HIRE),
            ),
        ),
    )
    actes = {
        "parcours.embaucher": "embauche",
        "parcours.renouveler": "renouvellement d’un contrat",
        "parcours.avenant": "avenant à un contrat",
        "parcours.sortir": "sortie d’une SIAE",
        "parcours.corriger_sortie": "correction du motif d’une sortie",
        "parcours.retirer_contrat": "retrait d’un contrat",
        "parcours.heures": "saisie des heures d’un mois",
    }
    ecrans = {
        "parcours:contrats": "liste des contrats, ou son export",
        "parcours:contrats_sans_suite": "liste des contrats sans suite, ou son export",
        "parcours:heures_mois": "heures d’un mois",
        "parcours:embaucher": "embauche",
        "parcours:contrat": "contrat",
        "parcours:contrat_renouveler": "renouvellement d’un contrat",
        "parcours:contrat_modifier": "avenant à un contrat",
        "parcours:contrat_terminer": "fin d’un contrat",
        "parcours:contrat_retirer": "retrait d’un contrat",
    }
    attentes = ("maillage.domains.parcours.queries.attentes_contrats.list_attentes",)
    volets_personne = ("maillage.domains.parcours.queries.volets_contrats.contrats",)
