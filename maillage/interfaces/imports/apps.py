from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "maillage.interfaces.imports"
    label = "imports"
    verbose_name = "imports"
