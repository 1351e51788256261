from django.apps import AppConfig

from maillage.foundations.kernel.ui.menu import Entry


class KernelConfig(AppConfig):
    name = "maillage.foundations.kernel"
    label = "kernel"
    verbose_name = "socle"
    menu = (
        Entry("Paramètres", "kernel:parametres", order=15, place="footer"),
        Entry("Composants", "kernel:composants", order=25, place="footer"),
    )

    def ready(self) -> None:
        from maillage.foundations.kernel import checks  # noqa: F401  (registers the system checks)
