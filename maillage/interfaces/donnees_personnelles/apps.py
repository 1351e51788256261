from django.apps import AppConfig

from maillage.foundations.kernel.ui.menu import Entry
from maillage.interfaces.donnees_personnelles.permissions import Permission
from maillage.references.personnes.permissions import Permission as Personnes


class DonneesPersonnellesConfig(AppConfig):
    name = "maillage.interfaces.donnees_personnelles"
    label = "donnees_personnelles"
    verbose_name = "données personnelles"
    menu = (
        Entry("Données personnelles", "donnees_personnelles:accueil", order=35, place="footer"),
        Entry("Mes données", "donnees_personnelles:moi", order=36, place="footer", permission=Permission.MOI),
        Entry("Demandes de droit", "donnees_personnelles:demandes", order=70, permission=Personnes.RIGHTS),
    )
