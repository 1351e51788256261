from django.apps import AppConfig

from maillage.foundations.kernel.ui.menu import Entry


class TerritoiresConfig(AppConfig):
    name = "maillage.references.territoires"
    label = "territoires"
    verbose_name = "territoires"
    menu = (
        Entry("Territoires", "territoires:list", order=15),
        Entry("Rechercher un territoire", "territoires:list", place="search"),
    )
