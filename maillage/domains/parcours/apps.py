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
            children=(Entry("Fiches salarié", "parcours:fiches", permission=Permission.HIRE),),
        ),
    )
    actes = {
        "parcours.fiches_envoyer": "préparation d’un envoi de fiches salarié",
        "parcours.fiches_reponse": "lecture d’une réponse de l’ASP",
    }
    ecrans = {
        "parcours:fiches": "fiches salarié, ou leur export",
        "parcours:fiches_fichier": "envoi de fiches salarié, avec les numéros de sécurité sociale",
    }
