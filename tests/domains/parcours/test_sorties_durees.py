"""Cohorts: who is still there, who left, who came back; and nothing of a few."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from maillage.domains.parcours.queries.survie import draw_cohorte
from maillage.references.accounts.enums import ProfilMembre as P
from tests.factories.accounts import member
from tests.factories.parcours import ContratFactory, SortieFactory
from tests.factories.personnes import PersonneFactory

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db
ON = date(2026, 6, 30)
ENTREE = date(2025, 3, 3)


def stay(days: int | None) -> None:
    """Write a stay that ended after so many days, or goes on (None)."""
    fin = None if days is None else ENTREE + timedelta(days=days)
    contrat = ContratFactory(
        personne=PersonneFactory(departement="93"), debut=ENTREE, fin_prevue=fin or date(2026, 12, 1), fin=fin
    )
    if fin:
        SortieFactory(contrat=contrat)


def test_those_who_are_still_there_are_not_said_to_have_left() -> None:
    for days in (100, 100, 200, 300, *[None] * 6):
        stay(days)
    found = draw_cohorte(["93"], 2025, ON)
    assert (found.effectif, found.mediane) == (10, None)
    assert [(each.mois, round(each.part)) for each in found.points] == [
        (0, 100), (3, 100), (6, 80), (9, 70), (12, 60), (15, 60)
    ]  # fmt: skip


def test_who_came_back_has_two_stays() -> None:
    for _ in range(5):
        stay(100)
    back = ContratFactory(
        personne=PersonneFactory(departement="93"), debut=ENTREE, fin_prevue=date(2025, 6, 3), fin=date(2025, 6, 3)
    )
    SortieFactory(contrat=back)
    ContratFactory(personne=back.personne, siae=back.siae, debut=date(2025, 9, 1), fin_prevue=date(2026, 9, 1))
    found = draw_cohorte(["93"], 2025, ON)
    assert found.effectif == 7


def test_a_few_are_not_told() -> None:
    assert draw_cohorte(["93"], 2025, ON).effectif == 0
    stay(100)
    found = draw_cohorte(["93"], 2025, ON)
    assert (found.effectif, found.points) == (None, ())


def test_the_page_opens(client: Client) -> None:
    client.force_login(member(P.DEPARTEMENT_PILOTAGE, "departement"))
    assert client.get(reverse("parcours:sorties_durees")).status_code == 200
