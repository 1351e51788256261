from django.apps import AppConfig

from maillage.domains.diagnostics.permissions import Permission
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
    }
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
                Entry("Méthode", "diagnostics:methode"),
            ),
        ),
    )
