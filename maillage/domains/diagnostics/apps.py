from django.apps import AppConfig

from maillage.domains.diagnostics.permissions import Permission
from maillage.foundations.kernel.notification_kinds import TypeNotification
from maillage.foundations.kernel.ui.menu import Entry


class DiagnosticsConfig(AppConfig):
    name = "maillage.domains.diagnostics"
    label = "diagnostics"
    verbose_name = "diagnostics territoriaux"
    actes = {
        "diagnostics.record_besoins": "enregistrement de besoins",
        "diagnostics.create_scenario": "création d’un scénario",
        "diagnostics.copy_scenario": "copie d’un scénario",
        "diagnostics.set_place": "ajout d’un site à un scénario",
        "diagnostics.remove_place": "retrait d’un site d’un scénario",
        "diagnostics.share_scenario": "partage d’un scénario",
        "diagnostics.delete_scenario": "suppression d’un scénario",
        "diagnostics.prove_scenario": "fin du calcul d’un scénario",
        "diagnostics.record_salaries": "enregistrement de salariés en insertion",
        "diagnostics.create_note": "constat d’un besoin",
        "diagnostics.update_note": "correction d’un constat",
        "diagnostics.end_note": "clôture d’un constat",
        "diagnostics.open_shared": "ouverture d’un diagnostic partagé",
        "diagnostics.begin_next": "ouverture du diagnostic suivant",
        "diagnostics.invite_author": "invitation d’un co-auteur",
        "diagnostics.remove_author": "retrait d’un co-auteur",
        "diagnostics.hand_over": "transmission du pilotage",
        "diagnostics.write": "écriture d’une section",
        "diagnostics.take_position": "position sur une section",
        "diagnostics.comment": "remarque sur une section",
        "diagnostics.resolve": "remarque résolue",
        "diagnostics.reopen": "remarque rouverte",
        "diagnostics.add_block": "ajout de chiffres",
        "diagnostics.refresh_blocks": "chiffres actualisés",
        "diagnostics.remove_block": "retrait de chiffres",
        "diagnostics.ask_validation": "demande de validation",
        "diagnostics.validate_for": "validation par un co-auteur",
        "diagnostics.open_consultation": "ouverture de la concertation",
        "diagnostics.back_to_draft": "retour au brouillon",
        "diagnostics.validate_shared": "validation du diagnostic",
        "diagnostics.publish_shared": "publication du diagnostic",
    }
    attentes = ("maillage.domains.diagnostics.queries.partage_attentes.list_attentes",)
    notifications = (
        TypeNotification(
            "diagnostics.concertation",
            "Votre avis est attendu sur un diagnostic partagé",
            "quotidien",
            Permission.CONTRIBUTE,
        ),
        TypeNotification(
            "diagnostics.commentaire",
            "Une remarque est faite sur un diagnostic partagé",
            permission=Permission.CONTRIBUTE,
        ),
        TypeNotification(
            "diagnostics.validation",
            "Votre validation d’un diagnostic partagé est demandée",
            "immediat",
            Permission.CONTRIBUTE,
        ),
        TypeNotification(
            "diagnostics.publication",
            "Un diagnostic partagé change d’état ou de pilote",
            permission=Permission.CONTRIBUTE,
        ),
    )
    # Producers of the blocks of figures of the shared diagnostics: each room that has some names its own
    # (queries/partage_blocs.py).
    blocs = (
        "maillage.domains.diagnostics.queries.partage_producteurs.PRODUCTEURS",
        "maillage.domains.diagnostics.queries.partage_opportunites.PRODUCTEURS",
    )
    menu = (
        Entry(
            "Diagnostics",
            order=30,
            children=(
                Entry("Carte de la couverture", "diagnostics:carte"),
                Entry("Comparer les territoires", "diagnostics:comparaison"),
                Entry("Scénarios", "diagnostics:scenarios", permission=Permission.VIEW_SCENARIOS),
                Entry("Inégalités d’accessibilité", "diagnostics:inegalites"),
                Entry("Évolution entre deux années", "diagnostics:evolution"),
                Entry("Sensibilité du classement", "diagnostics:sensibilite"),
                Entry("Publics", "diagnostics:publics"),
                Entry("Besoins constatés", "diagnostics:notes", permission=Permission.VIEW_NOTES),
                Entry("Salariés en insertion", "diagnostics:salaries"),
                Entry("L’offre des SIAE", "diagnostics:offre"),
                Entry("Opportunités d’un territoire", "diagnostics:economie"),
                Entry("Diagnostics partagés", "diagnostics:partages"),
                Entry("Méthode", "diagnostics:methode"),
            ),
        ),
    )
