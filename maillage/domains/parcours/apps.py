from django.apps import AppConfig

from maillage.domains.parcours.permissions import Permission
from maillage.foundations.kernel.notification_kinds import TypeNotification
from maillage.foundations.kernel.ui.menu import Entry


class ParcoursConfig(AppConfig):
    name = "maillage.domains.parcours"
    label = "parcours"
    verbose_name = "parcours d’insertion"
    menu = (
        Entry(
            "Parcours",
            order=27,
            children=(
                Entry("Postes des SIAE", "parcours:postes", permission=Permission.SEARCH),
                Entry("Nos postes", "parcours:mes_postes", permission=Permission.PUBLISH),
                Entry("Candidatures reçues", "parcours:candidatures", permission=Permission.PUBLISH),
                Entry("Orientations", "parcours:orientations", permission=Permission.ORIENTATIONS),
                Entry("Sans solution", "parcours:sans_solution", permission=Permission.ORIENTATIONS),
                Entry("Sans solution, en chiffres", "parcours:sans_solution_chiffres", permission=Permission.FIGURES),
                Entry("Chaînes de prescription", "parcours:chaines", permission=Permission.SEARCH),
            ),
        ),
    )
    actes = {
        # Orientation
        "parcours.poste_publier": "publication d’un poste",
        "parcours.poste_modifier": "modification d’un poste",
        "parcours.poste_confirmer": "poste confirmé ouvert",
        "parcours.poste_fermer": "fermeture d’un poste",
        "parcours.poste_rouvrir": "réouverture d’un poste",
        "parcours.poste_perimer": "fermeture d’un poste, faute de confirmation",
        "parcours.presenter": "candidature présentée à une SIAE",
        "parcours.candidature_examiner": "candidature mise à l’étude",
        "parcours.candidature_accepter": "candidature acceptée",
        "parcours.candidature_reporter": "candidature mise en attente",
        "parcours.candidature_garder": "candidature mise au vivier",
        "parcours.candidature_refuser": "candidature refusée",
        "parcours.candidature_reprendre": "candidature reprise",
        "parcours.candidature_annuler": "embauche annulée",
        "parcours.candidature_transferer": "candidature transférée à une autre SIAE de la même équipe",
        "parcours.candidature_transmettre": "candidature transmise à une autre SIAE",
        "parcours.candidature_retirer": "candidature retirée",
        "parcours.candidature_perimer": "candidature refusée, faute de réponse",
        "parcours.candidature_devenir_sans_objet": "candidature devenue sans objet",
        "parcours.chaine_fixer": "chaîne de prescription fixée",
    }
    ecrans = {
        "parcours:postes_personne": "recherche d’un poste pour la personne",
        "parcours:poste_orienter": "liste des personnes à orienter vers un poste",
        "parcours:orienter": "candidature à présenter",
        "parcours:candidatures": "liste des candidatures reçues, ou son export",
        "parcours:orientations": "liste des orientations, ou son export",
        "parcours:candidature": "candidature",
        "parcours:candidature_acte": "acte sur une candidature",
        "parcours:candidature_accepter": "acceptation d’une candidature",
        "parcours:candidature_refuser": "refus d’une candidature",
        "parcours:candidature_transferer": "transfert d’une candidature",
        "parcours:candidature_transmettre": "transmission d’une candidature",
        "parcours:candidature_commenter": "commentaire d’une candidature",
        "parcours:candidature_retirer": "retrait d’une candidature",
        "parcours:sans_solution": "liste des personnes sans solution, ou son export",
    }
    attentes = ("maillage.domains.parcours.queries.attentes_orientation.list_attentes",)
    notifications = (
        TypeNotification(
            "parcours.candidature", "Une candidature arrive à votre SIAE", "quotidien", Permission.PUBLISH
        ),
        TypeNotification(
            "parcours.reponse",
            "Une SIAE répond à une candidature que vous avez présentée",
            "quotidien",
            Permission.ORIENT,
        ),
    )
    volets_personne = ("maillage.domains.parcours.queries.volets_orientation.candidatures",)
    fusions = (
        "maillage.domains.parcours.services.fusion.join_situations",
        "maillage.domains.parcours.services.fusion.join_candidatures",
    )
