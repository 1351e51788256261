"""The proofs of the sitings: they may take minutes, the first answer does not wait for them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse

from maillage.domains.diagnostics.enums import Methode
from maillage.domains.diagnostics.models import Scenario
from maillage.domains.diagnostics.queries.scenarios_lecture import describe_preuve
from maillage.domains.diagnostics.services.scenarios import create_scenario, prove_scenario
from maillage.foundations.kernel import progress
from maillage.foundations.kernel.jobs import enqueue, job
from maillage.foundations.kernel.models import Tache

if TYPE_CHECKING:
    from maillage.domains.diagnostics.rules import Demande
    from maillage.foundations.compute.siting import Progress
    from maillage.references.accounts.models import User

INCIDENT = "Un incident technique a interrompu le calcul. La première réponse reste enregistrée dans le scénario."
# What a proof is measured in, for its progress bar.
CENT = 100


@transaction.atomic
def launch_scenario(*, demande: Demande, region: str, actor: User, on: date) -> Scenario:
    """Create a scenario and, when the computation chose its places, ask for the proof that they are the best."""
    scenario = create_scenario(demande=demande, region=region, actor=actor, on=on)
    if demande.methode == Methode.MANUELLE or scenario.objectif == scenario.borne:
        return scenario
    suite = reverse("diagnostics:scenario", args=[scenario.public_id])
    libelle = f"Calcul du scénario « {scenario.nom} »"[:200]
    scenario.tache = Tache.objects.create(libelle=libelle, auteur=actor, total=CENT, suite_url=suite)
    scenario.save(update_fields=["tache"])
    enqueue(run_proof, scenario=scenario.pk, tache=scenario.tache.pk, on=on.isoformat())
    return scenario


@job()
def run_proof(scenario: int, tache: int, on: str) -> None:
    """Prove a scenario, with its progress; one that was removed meanwhile asks for nothing more."""
    task = Tache.objects.get(pk=tache)
    progress.start(task, total=CENT)
    found = Scenario.objects.filter(pk=scenario).first()
    if found is None:
        progress.finish(task, message="Le scénario a été supprimé.")
        return

    def report(state: Progress) -> None:
        done = min(CENT, int(CENT * state.fraction))
        if done > task.fait:  # the computation speaks more often than a page can tell
            progress.advance(task, done, "recherche de la preuve")

    with progress.failing(task, INCIDENT):
        proven = prove_scenario(scenario=found, report=report, on=date.fromisoformat(on))
    progress.finish(task, message=describe_preuve(proven))
