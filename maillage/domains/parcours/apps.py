from django.apps import AppConfig


class ParcoursConfig(AppConfig):
    name = "maillage.domains.parcours"
    label = "parcours"
    verbose_name = "parcours d’insertion"
    invariants = ("maillage.domains.parcours.queries.invariants.INVARIANTS",)
