from django.apps import AppConfig

from maillage.foundations.kernel.ui.menu import Entry


class DiagnosticsConfig(AppConfig):
    name = "maillage.domains.diagnostics"
    label = "diagnostics"
    verbose_name = "diagnostics territoriaux"
    actes = {"diagnostics.record_besoins": "enregistrement de besoins"}
    menu = (
        Entry(
            "Diagnostics",
            order=30,
            children=(
                Entry("Carte de la couverture", "diagnostics:carte"),
                Entry("Comparer les territoires", "diagnostics:comparaison"),
                Entry("Méthode", "diagnostics:methode"),
            ),
        ),
    )
