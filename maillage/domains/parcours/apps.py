from django.apps import AppConfig

from maillage.domains.parcours.permissions import Permission
from maillage.foundations.kernel.notification_kinds import TypeNotification
from maillage.foundations.kernel.ui.menu import Entry


class ParcoursConfig(AppConfig):
    name = "maillage.domains.parcours"
    label = "parcours"
    verbose_name = "parcours d’insertion"
    invariants = (
        "maillage.domains.parcours.queries.invariants.INVARIANTS",
        "maillage.domains.parcours.queries.invariants_accompagnement.INVARIANTS",
    )
    menu = (
        Entry(
            "Parcours",
            order=28,
            children=(
                Entry("Mes accompagnements", "parcours:mes_accompagnements", permission=Permission.SUPPORT),
                Entry("Agenda", "parcours:agenda", permission=Permission.SUPPORT),
                Entry("Ateliers", "parcours:ateliers", permission=Permission.VIEW_WORKSHOPS),
                Entry("Moyens d’accompagnement", "parcours:encadrement", permission=Permission.VIEW_RATIOS),
            ),
        ),
    )
    actes = {
        "parcours.nommer_referent_social": "référent social nommé",
        "parcours.dire_freins": "diagnostic mis à jour",
        "parcours.evaluer_parcours": "évaluation faite",
        "parcours.fixer_objectif": "objectif fixé",
        "parcours.faire_objectifparcours": "objectif atteint",
        "parcours.abandonner_objectifparcours": "objectif abandonné",
        "parcours.reprendre_objectifparcours": "objectif repris",
        "parcours.prevoir_action": "action décidée",
        "parcours.faire_actionparcours": "action faite",
        "parcours.abandonner_actionparcours": "action abandonnée",
        "parcours.reprendre_actionparcours": "action reprise",
        "parcours.prevoir_entretien": "entretien enregistré",
        "parcours.tenir_entretien": "entretien tenu",
        "parcours.manquer_entretien": "entretien manqué",
        "parcours.annuler_entretien": "entretien annulé",
        "parcours.joindre_document": "document joint",
        "parcours.retirer_document": "document retiré",
        "parcours.ouvrir_atelier": "ouverture d’un atelier",
        "parcours.modifier_atelier": "modification d’un atelier",
        "parcours.annuler_atelier": "annulation d’un atelier",
        "parcours.inscrire_atelier": "inscription à un atelier",
        "parcours.desinscrire_atelier": "désinscription d’un atelier",
        "parcours.noter_presences": "présences à un atelier",
        "parcours.saisir_permanents": "saisie des permanents d’une SIAE",
    }
    ecrans = {
        "parcours:mes_accompagnements": "accompagnements, ou leur export",
        "parcours:agenda": "agenda, ou son export",
        "parcours:agenda_ics": "agenda, dans un fichier de calendrier",
        "parcours:accompagnement": "accompagnement",
        "parcours:accompagnement_diagnostic": "diagnostic",
        "parcours:accompagnement_evaluer": "évaluation",
        "parcours:referent_social": "référent social",
        "parcours:objectif_fixer": "nouvel objectif",
        "parcours:objectif_acte": "suite d’un objectif",
        "parcours:action_prevoir": "nouvelle action",
        "parcours:action_acte": "suite d’une action",
        "parcours:entretien_prevoir": "nouvel entretien",
        "parcours:entretien_acte": "suite d’un entretien",
        "parcours:accompagnement_document_joindre": "nouveau document",
        "parcours:accompagnement_document": "document",
        "parcours:accompagnement_document_retirer": "retrait d’un document",
        "parcours:atelier_pour": "inscription à un atelier",
        "parcours:atelier": "inscrits d’un atelier",
        "parcours:atelier_inscrire": "salariés à inscrire à un atelier",
        "parcours:atelier_presences": "présences à un atelier",
        "parcours:atelier_desinscrire": "désinscription d’un atelier",
    }
    attentes = ("maillage.domains.parcours.queries.attentes_accompagnement.list_attentes",)
    volets_personne = ("maillage.domains.parcours.queries.volets_accompagnement.accompagnement",)
    notifications = (
        TypeNotification(
            "parcours.atelier", "Un atelier où vous avez inscrit quelqu’un change", "immediat", Permission.SUPPORT
        ),
    )
