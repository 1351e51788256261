from django.apps import AppConfig

from maillage.foundations.kernel.ui.menu import Entry


class IndicateursConfig(AppConfig):
    name = "maillage.interfaces.indicateurs"
    label = "indicateurs"
    verbose_name = "indicateurs"
    menu = (Entry("Indicateurs", "indicateurs:list", order=40),)
