"""Cohorts: who is still there, who left, who came back; and nothing of a few."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from maillage.domains.parcours.queries.survie import compare_strates, draw_cohorte, read_sejours
from maillage.references.accounts.enums import ProfilMembre as P
from tests.factories.accounts import member
from tests.factories.economie import RomeFactory
from tests.factories.parcours import ContratFactory, SituationFactory, SortieFactory
from tests.factories.personnes import PersonneFactory
from tests.factories.structures import SiaeFactory
from tests.factories.territoires import TerritoireFactory

if TYPE_CHECKING:
    from django.test import Client

    from maillage.domains.parcours.models import Contrat
    from maillage.references.economie.models import Rome

pytestmark = pytest.mark.django_db
ON = date(2026, 6, 30)
ENTREE = date(2025, 3, 3)


def stay(days: int | None, **kwargs: Any) -> Contrat:
    """Write a stay that ended after so many days, or goes on (None)."""
    fin = None if days is None else ENTREE + timedelta(days=days)
    contrat = ContratFactory(
        personne=PersonneFactory(departement="93"), debut=ENTREE, fin_prevue=fin or date(2026, 12, 1), fin=fin, **kwargs
    )
    if fin:
        SortieFactory(contrat=contrat)
    return contrat


def test_those_who_are_still_there_are_not_said_to_have_left() -> None:
    for days in (100, 100, 200, 300, *[None] * 6):
        stay(days)
    found = draw_cohorte(read_sejours(["93"], 2025, ON), ON)
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
    found = draw_cohorte(read_sejours(["93"], 2025, ON), ON)
    assert found.effectif == 7


def test_a_few_are_not_told() -> None:
    assert draw_cohorte(read_sejours(["93"], 2025, ON), ON).effectif == 0
    stay(100)
    found = draw_cohorte(read_sejours(["93"], 2025, ON), ON)
    assert (found.effectif, found.points) == (None, ())


def enter(kind: str, number: int, days: int | None, *, rsa: str = "", rome: Rome | None = None) -> None:
    """Write some stays in a SIAE of a kind."""
    siae = SiaeFactory(type_siae=kind)
    for _ in range(number):
        contrat = stay(days, siae=siae, rome=rome)
        if rsa:
            SituationFactory(personne=contrat.personne, rsa=rsa)


def test_a_cohort_is_compared_by_kind_public_and_trade() -> None:
    cook = RomeFactory(code="G1602")
    enter("ACI", 8, 100, rsa="OUI-NM")
    enter("EI", 9, None, rsa="NON", rome=cook)
    sejours = read_sejours(["93"], 2025, ON)
    seen = {
        axe: {each.code: (each.cohorte.effectif, each.a(6) and round(each.a(6).part)) for each in found}  # type: ignore[union-attr]
        for axe in ("type", "rome", "public", "departement")
        if (found := compare_strates(sejours, ON, axe))
    }
    assert seen["type"] == {"ACI": (8, None), "EI": (9, 100)}
    assert seen["rome"] == {"": (8, None), "G1602": (9, 100)}
    assert seen["public"]["brsa"] == (8, None)
    assert seen["departement"] == {"93": (17, 53)}
    assert [each.p is not None and each.p < 0.01 for each in compare_strates(sejours, ON, "type")] == [True, True]
    assert draw_cohorte(sejours, ON, "rome", "Z9999").effectif == 0


def test_a_small_stratum_is_withheld_with_another() -> None:
    for kind, number in (("ACI", 3), ("EI", 6), ("AI", 20)):
        enter(kind, number, None)
    found = compare_strates(read_sejours(["93"], 2025, ON), ON, "type")
    assert {each.code: each.cohorte.effectif for each in found} == {"ACI": None, "AI": 20, "EI": None}
    assert [each.p for each in found if each.cohorte.effectif is None] == [None, None]


def test_the_pages_open_and_lead_to_each_other(client: Client, django_assert_max_num_queries: Any) -> None:
    TerritoireFactory(niveau="departement", code="93", nom="Seine-Saint-Denis", departement="93")
    user = member(P.DEPARTEMENT_PILOTAGE, "departement")
    assert user.membre
    user.membre.organisation.competences.create(niveau="departement", code="93")
    client.force_login(user)
    enter("EI", 9, 100, rsa="OUI-M")
    address = f"{reverse('parcours:durees_comparees')}?annee=2025"
    client.get(address)
    with django_assert_max_num_queries(14):
        text = client.get(address).content.decode()
    assert "qui=type%3AEI" in text
    rows = {par: client.get(f"{address}&par={par}&format=csv").content.decode() for par in ("public", "rome")}
    assert ("Bénéficiaires du RSA;9" in rows["public"], "Non renseigné;9" in rows["rome"]) == (True, True)
    assert "Seine-Saint-Denis;9" in client.get(f"{address}&par=departement&format=csv").content.decode()
    curves = f"{reverse('parcours:sorties_durees')}?annee=2025"
    assert client.get(f"{curves}&qui=type%3AEI").context["cohorte"].effectif == 9
    assert client.get(f"{curves}&metier=a1203").context["cohorte"].effectif == 0
