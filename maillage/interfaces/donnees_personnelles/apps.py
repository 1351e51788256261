from django.apps import AppConfig

from maillage.foundations.kernel.ui.menu import Entry
from maillage.interfaces.donnees_personnelles.permissions import Permission
from maillage.references.personnes.permissions import Permission as Personnes


class DonneesPersonnellesConfig(AppConfig):
    name = "maillage.interfaces.donnees_personnelles"
    label = "donnees_personnelles"
    verbose_name = "données personnelles"
    actes = {
        "donnees_personnelles.record_demande": "enregistrement d’une demande de droit",
        "donnees_personnelles.answer_demande": "réponse à une demande de droit",
        "donnees_personnelles.export": "remise de toutes les données d’une personne",
    }
    ecrans = {
        "donnees_personnelles:demandes": "liste des demandes de droit, ou son export",
        "donnees_personnelles:personne": "droits de la personne, ou remise de ses données",
        "donnees_personnelles:demander": "enregistrement d’une demande de droit",
        "donnees_personnelles:repondre": "réponse à une demande de droit",
    }
    menu = (
        Entry("Données personnelles", "donnees_personnelles:accueil", order=35, place="footer"),
        Entry("Mes données", "donnees_personnelles:moi", order=36, place="footer", permission=Permission.MOI),
        Entry("Demandes de droit", "donnees_personnelles:demandes", order=70, permission=Personnes.RIGHTS),
    )
