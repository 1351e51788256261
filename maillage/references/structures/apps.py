from django.apps import AppConfig

from maillage.foundations.kernel.ui.menu import Entry


class StructuresConfig(AppConfig):
    name = "maillage.references.structures"
    label = "structures"
    verbose_name = "structures"
    actes = {
        "siae.create": "création d’une SIAE",
        "siae.update": "mise à jour d’une SIAE",
        "siae.effectifs": "effectifs par secteur d’une SIAE",
    }
    menu = (
        Entry(
            "Structures",
            order=20,
            children=(Entry("Annuaire des SIAE", "structures:list"), Entry("Carte des SIAE", "structures:carte")),
        ),
    )
