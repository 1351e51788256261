from django.apps import AppConfig

from maillage.foundations.kernel.ui.menu import Entry


class EconomieConfig(AppConfig):
    name = "maillage.references.economie"
    label = "economie"
    verbose_name = "économie locale"
    menu = (
        Entry(
            "Économie locale",
            order=37,
            children=(
                Entry("Métiers", "economie:metiers"),
                Entry("Grands projets", "economie:projets"),
                Entry("Employeurs", "economie:employeurs"),
            ),
        ),
    )
    actes = {
        "economie.record_fap": "mise à jour d’un métier",
        "economie.record_rome": "mise à jour d’un métier ROME",
        "economie.link_rome": "rapprochement avec le ROME",
        "economie.record_bmo": "enregistrement de besoins de recrutement",
        "economie.record_tension": "enregistrement de tensions",
        "economie.record_offres": "enregistrement d’offres d’emploi",
        "economie.record_employeur": "mise à jour d’un employeur",
        "economie.create_projet": "création d’un grand projet",
        "economie.update_projet": "mise à jour d’un grand projet",
        "economie.begin_projet": "début d’un grand projet",
        "economie.finish_projet": "fin d’un grand projet",
        "economie.abandon_projet": "abandon d’un grand projet",
        "economie.reopen_projet": "réouverture d’un grand projet",
    }
