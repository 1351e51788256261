from django.apps import AppConfig

from maillage.foundations.kernel.permissions import Permission
from maillage.foundations.kernel.ui.menu import Entry


class KernelConfig(AppConfig):
    name = "maillage.foundations.kernel"
    label = "kernel"
    verbose_name = "socle"
    menu = (
        Entry("Journal", "kernel:journal", order=90, permission=Permission.VIEW_JOURNAL),
        Entry("Paramètres", "kernel:parametres", order=15, place="footer"),
        Entry("Composants", "kernel:composants", order=25, place="footer"),
    )

    def ready(self) -> None:
        from maillage.foundations.kernel import checks  # noqa: F401  (registers the system checks)
