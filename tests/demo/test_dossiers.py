"""The demonstration shows every workflow, and what a service must not miss."""

from __future__ import annotations

import pytest
from django.utils import timezone

from maillage.domains.offre.enums import Demande
from maillage.domains.offre.models import AppelProjets, Dossier
from maillage.domains.offre.queries.attentes import list_attentes
from maillage.domains.offre.queries.dossiers import list_dossiers, list_etapes
from maillage.domains.offre.queries.economie import read_fiche
from maillage.domains.offre.rules.economie import analyse
from maillage.references.accounts.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("region_demo")]


def test_each_workflow_has_dossiers_in_several_states() -> None:
    states = {
        demande: set(Dossier.objects.filter(demande=demande).values_list("etat", flat=True)) for demande in Demande
    }
    assert [demande for demande, found in states.items() if not found] == []
    assert {len(states[each]) > 1 for each in ("creation", "renouvellement", "avenant", "extension")} == {True}
    assert sorted(AppelProjets.objects.values_list("etat", flat=True)) == ["brouillon", "ouvert"]


def test_one_is_close_to_its_implicit_refusal_one_past_it_one_suspended() -> None:
    agent = User.objects.get(email="etat_departement@maillage.example")
    clocks = [ligne.horloge for ligne in list_dossiers(agent) if ligne.horloge]
    assert sum(clock.echue for clock in clocks) == 1
    assert sum(clock.suspendue for clock in clocks) == 1
    assert sum(0 <= clock.restants <= 15 and not clock.suspendue for clock in clocks) == 1


def test_each_side_finds_something_to_do() -> None:
    profils = ("siae_direction", "etat_departement", "emploi_direction", "departement_pilotage", "reseau")
    homes = {each: list(list_attentes(User.objects.get(email=f"{each}@maillage.example"))) for each in profils}
    assert [profil for profil, found in homes.items() if not found] == []


def test_dossiers_are_whole_and_dated() -> None:
    today = timezone.localdate()
    for dossier in Dossier.objects.all():
        fiche = read_fiche(dossier, on=today)
        assert analyse(fiche.plan).annees[0].charges > 0
        assert dossier.pieces.exists()
        dates = [etape.date for etape in list_etapes(dossier)]
        assert dates == sorted(dates)
        if dossier.depose_le:
            assert timezone.localdate(dates[0]) == dossier.depose_le
