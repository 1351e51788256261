from django.apps import AppConfig


class StructuresConfig(AppConfig):
    name = "maillage.references.structures"
    label = "structures"
    verbose_name = "structures"
