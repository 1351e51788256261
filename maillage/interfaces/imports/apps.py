from django.apps import AppConfig

from maillage.foundations.kernel.ui.menu import Entry
from maillage.interfaces.imports.permissions import Permission


class ImportsConfig(AppConfig):
    name = "maillage.interfaces.imports"
    label = "imports"
    verbose_name = "imports"
    menu = (Entry("Imports", "imports:list", order=80, permission=Permission.IMPORT),)

    def ready(self) -> None:
        from maillage.interfaces.imports import source

        source.discover()
