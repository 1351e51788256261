from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "maillage.foundations.kernel"
    label = "kernel"
    verbose_name = "socle"

    def ready(self) -> None:
        from maillage.foundations.kernel import checks  # noqa: F401  (registers the system checks)
