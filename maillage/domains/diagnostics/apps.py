from django.apps import AppConfig


class DiagnosticsConfig(AppConfig):
    name = "maillage.domains.diagnostics"
    label = "diagnostics"
    verbose_name = "diagnostics territoriaux"
