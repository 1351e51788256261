"""What awaits a person: a registry of questions, and their answers by delay."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.apps import apps

from maillage.foundations.kernel import attentes
from maillage.foundations.kernel.attentes import Attente, Delai, gather, list_groupes, page
from maillage.foundations.kernel.checks import check_attentes

TODAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("days", "urgente", "expected"),
    [
        (-1, False, Delai.RETARD),
        (-1, True, Delai.RETARD),
        (0, False, Delai.SEMAINE),
        (6, True, Delai.SEMAINE),
        (7, False, Delai.PLUS_TARD),
        (7, True, Delai.PROCHE),
        (None, True, Delai.SANS),
    ],
)
def test_a_deadline_belongs_to_one_delay(days: int | None, urgente: bool, expected: Delai) -> None:
    echeance = None if days is None else TODAY + timedelta(days=days)

    assert Attente("à faire", echeance=echeance, urgente=urgente).delai(TODAY) is expected


def test_tasks_are_grouped_by_delay_the_pressing_first(monkeypatch: pytest.MonkeyPatch) -> None:
    late, soon = TODAY - timedelta(days=3), TODAY + timedelta(days=2)
    first = [Attente("sans date"), Attente("tôt", echeance=soon), Attente("pressée", urgente=True)]
    second = [Attente("très tôt", echeance=TODAY), Attente("en retard", echeance=late)]
    monkeypatch.setattr(attentes, "publishers", lambda: (lambda user: first, lambda user: second))

    groupes = list_groupes(None, TODAY)

    assert [(groupe.delai, [attente.label for attente in groupe.attentes]) for groupe in groupes] == [
        (Delai.RETARD, ["en retard"]),
        (Delai.SEMAINE, ["très tôt", "tôt"]),
        (Delai.SANS, ["pressée", "sans date"]),
    ]


def test_things_alike_are_one_task_by_delay() -> None:
    days = [TODAY + timedelta(days=n) for n in (-4, -2, 1, 30)]

    found = gather(lambda count: f"{count} demandes", "/demandes/", days, TODAY)

    assert found == [
        Attente("2 demandes", "/demandes/", days[0], 2),
        Attente("1 demandes", "/demandes/", days[2], 1),
        Attente("1 demandes", "/demandes/", days[3], 1),
    ]


def test_a_page_that_an_installation_lacks_has_no_address() -> None:
    assert (page("kernel:parametres"), page("kernel:absente")) == ("/parametres/", "")


@pytest.mark.parametrize("path", ["maillage.absente.list_attentes", "maillage.foundations.kernel.attentes.absente"])
def test_a_path_that_leads_nowhere_stops_the_platform(monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    assert check_attentes() == []
    monkeypatch.setattr(apps.get_app_config("kernel"), "attentes", (path,), raising=False)

    assert [message.id for message in check_attentes()] == ["kernel.E006"]
