from django.apps import AppConfig


class TerritoiresConfig(AppConfig):
    name = "maillage.references.territoires"
    label = "territoires"
    verbose_name = "territoires"
