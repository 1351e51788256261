"""Obstacles declared to the ASP: what the database holds, and the page that shows them beside those written down."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from tests.factories.parcours import ContratFactory
from tests.factories.parcours_accompagnement import AccompagnementFactory, ConstatFactory, FreinDeclareFactory
from tests.factories.parcours_contrats import employer, followed

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("frein_declare_valeurs", {"frein": "zut"}),
        ("frein_declare_valeurs", {"fin": date(2026, 1, 1)}),
        ("frein_declare_valeurs", {"deux": 10_001}),
    ],
)
def test_the_database_holds_the_invariants(name: str, fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        FreinDeclareFactory(**fields)


def test_an_annexe_counts_an_obstacle_once() -> None:
    known = FreinDeclareFactory()
    with pytest.raises(IntegrityError, match="frein_declare_unique"), transaction.atomic():
        FreinDeclareFactory(annexe=known.annexe)


def test_a_siae_reads_what_it_declared_beside_what_it_wrote_down(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    user, siae = employer()
    client.force_login(user)
    assert "Rien n’est déclaré" in client.get(reverse("parcours:freins")).content.decode()
    person = followed(user, type_relation="contrat")
    ContratFactory(personne=person, siae=siae, debut=TODAY - timedelta(days=30), fin_prevue=TODAY + timedelta(days=90))
    support = AccompagnementFactory(relation=person.relations.get())
    for days, etat in ((20, "concerne"), (2, "externe")):
        ConstatFactory(accompagnement=support, frein="mobilite", etat=etat, le=TODAY - timedelta(days=days))
    FreinDeclareFactory(siae=siae, annexe="9001", concernes=7, internes=4, externes=None)
    FreinDeclareFactory(siae=siae, annexe="8001", debut=date(2025, 1, 1), fin=date(2026, 1, 1), concernes=99)
    FreinDeclareFactory(concernes=88)  # somebody else's
    with django_assert_max_num_queries(16):
        answer = client.get(reverse("parcours:freins"))
    seen = {row.frein.value: (dict(row.declare), dict(row.constate)) for row in answer.context["page"]}
    assert seen["mobilite"] == (
        {"concernes": 7, "internes": 4, "externes": None, "deux": None},
        {"concernes": 1, "internes": 0, "externes": 1, "deux": 0},
    )
    assert seen["sante"][0]["concernes"] is None
    before = client.get(f"{reverse('parcours:freins')}?annexe=8001").context["page"]
    assert next(row for row in before if row.frein.value == "mobilite").declare["concernes"] == 99
