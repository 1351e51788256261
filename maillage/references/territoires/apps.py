from django.apps import AppConfig

from maillage.foundations.kernel.ui.menu import Entry


class TerritoiresConfig(AppConfig):
    name = "maillage.references.territoires"
    label = "territoires"
    verbose_name = "territoires"
    menu = (
        Entry("Territoires", "territoires:list", order=15),
        Entry("Rechercher un territoire", "territoires:list", place="search"),
    )
    actes = {
        "load_territoires": "chargement du découpage",
        "record_qpv": "chargement des quartiers prioritaires",
        "record_trajets": "enregistrement de temps de trajet",
        "record_zonage": "chargement d’un zonage",
    }
