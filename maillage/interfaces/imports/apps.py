from django.apps import AppConfig

from maillage.foundations.kernel.notification_kinds import TypeNotification
from maillage.foundations.kernel.ui.menu import Entry
from maillage.interfaces.imports.permissions import Permission


class ImportsConfig(AppConfig):
    name = "maillage.interfaces.imports"
    label = "imports"
    verbose_name = "imports"
    menu = (Entry("Imports", "imports:list", order=80, permission=Permission.IMPORT),)
    actes = {
        "imports.submit": "dépôt d’un fichier",
        "imports.map": "désignation des colonnes",
        "imports.check": "contrôle d’un fichier",
        "imports.start": "lancement d’un import",
        "imports.resume": "reprise d’un import",
        "imports.finish": "fin d’un import",
        "imports.fail": "interruption d’un import",
        "imports.cancel": "annulation d’un lot",
        "imports.replay": "correction d’une ligne rejetée",
        "imports.abandon": "mise de côté d’une ligne rejetée",
    }
    attentes = ("maillage.interfaces.imports.queries.attentes.list_attentes",)
    notifications = (
        TypeNotification("imports.termine", "Un long import est terminé", "immediat", permission=Permission.IMPORT),
    )

    def ready(self) -> None:
        from maillage.interfaces.imports import source

        source.discover()
