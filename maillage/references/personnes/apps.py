from django.apps import AppConfig

from maillage.foundations.kernel.notification_kinds import TypeNotification
from maillage.foundations.kernel.ui.menu import Entry
from maillage.references.personnes.permissions import Permission


class PersonnesConfig(AppConfig):
    name = "maillage.references.personnes"
    label = "personnes"
    verbose_name = "personnes accompagnées"
    menu = (
        Entry(
            "Personnes",
            order=27,
            children=(
                Entry("Dossiers", "personnes:list", permission=Permission.VIEW),
                Entry("Qui a lu les dossiers", "personnes:lectures", permission=Permission.READINGS),
                Entry("Ouvertures exceptionnelles", "personnes:ouvertures", permission=Permission.OPENINGS),
                Entry("Chiffres", "personnes:chiffres", permission=Permission.FIGURES),
                Entry("Doublons", "personnes:doublons", permission=Permission.FOLLOW),
            ),
        ),
    )
    actes = {
        "personnes.create": "création du dossier",
        "personnes.rectify": "correction du dossier",
        "personnes.follow": "début d’un suivi",
        "personnes.assign": "désignation du référent",
        "personnes.end": "fin d’un suivi",
        "personnes.resume": "suivi poursuivi, sans fin prévue",
        "personnes.open": "ouverture exceptionnelle",
        "personnes.close": "fermeture d’une ouverture exceptionnelle",
        "personnes.announce_erasure": "annonce de l’effacement du dossier",
        "personnes.anonymise": "effacement du dossier",
        "personnes.merge": "fusion de deux dossiers",
    }
    ecrans = {
        "personnes:list": "liste des personnes, ou son export",
        "personnes:detail": "dossier",
        "personnes:create": "dossiers ressemblants, à la création d’un autre",
        "personnes:rectify": "correction du dossier",
        "personnes:nir": "numéro de sécurité sociale",
        "personnes:personne_lectures": "lectures du dossier",
        "personnes:begin": "début d’un suivi",
        "personnes:referent": "désignation du référent",
        "personnes:end": "fin d’un suivi",
        "personnes:doublons": "dossiers qui se ressemblent",
        "personnes:fusionner": "fusion de deux dossiers",
    }
    attentes = ("maillage.references.personnes.queries.attentes.list_attentes",)
    notifications = (
        TypeNotification("personnes.ouverture", "Un exploitant a ouvert un dossier que vous suivez", "immediat"),
        # The notice that the law asks for is a message of its own, whatever one chose: this one only shows it here.
        TypeNotification("personnes.effacement", "Des dossiers que vous avez suivis seront bientôt effacés"),
    )
