from django.apps import AppConfig


class ParcoursConfig(AppConfig):
    name = "maillage.domains.parcours"
    label = "parcours"
    verbose_name = "parcours d’insertion"
    actes = {
        "parcours.consentir": "accord recueilli",
    }
    invariants = ("maillage.domains.parcours.queries.invariants.INVARIANTS",)
