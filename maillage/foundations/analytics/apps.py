from django.apps import AppConfig


class AnalyticsConfig(AppConfig):
    name = "maillage.foundations.analytics"
    label = "analytics"
    verbose_name = "entrepôt"

    def ready(self) -> None:
        from maillage.foundations.analytics import checks  # noqa: F401  (registers the checks)
