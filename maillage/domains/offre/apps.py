from django.apps import AppConfig


class OffreConfig(AppConfig):
    name = "maillage.domains.offre"
    label = "offre"
    verbose_name = "évolution de l’offre"
