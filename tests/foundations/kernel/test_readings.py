"""Whoever shows a person by name leaves a line, and nothing else does."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpResponseBase
from django.test import RequestFactory

from maillage.foundations.kernel import readings
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.models import Lecture, Tache
from maillage.foundations.kernel.permissions import Decision
from maillage.foundations.kernel.screens import ActScreen, Column, DetailScreen, Export, ExportScreen, ListScreen
from maillage.references.accounts.models import User
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


# A task stands for a person: the kernel knows none.
class Liste(ListScreen):
    public = True
    title = "Personnes"
    columns = (Column("nom", "Nom", "libelle", sort="libelle"),)
    default_sort = "nom"
    page_size = 2

    def get_queryset(self) -> QuerySet[Tache]:
        return Tache.objects.exclude(libelle="Cachée")

    def named(self, row: Any) -> Model:
        return row


class Fiche(DetailScreen):
    public = True
    template_name = "kernel/page.html"

    def get_object(self) -> Tache:
        return Tache.objects.get(libelle="Alpha")

    def readings(self) -> list[Model]:
        return [self.object, self.object]

    def reading_reason(self, subject: Any) -> str:
        return f"pour {subject.libelle}"


class Refusee(Fiche):
    def decide(self) -> Decision:
        return Decision(False, "Non.")


class Perdue(Fiche):
    def get_object(self) -> Tache:
        raise Http404


class Fichier(ExportScreen):
    public = True

    def build(self) -> Export:
        return Export("a.txt", "text/plain", b"Alpha")

    def readings(self) -> list[Model]:
        return list(Tache.objects.filter(libelle="Alpha"))


class Formulaire(ActScreen):
    public = True

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"prefix": "essai"}

    def perform(self, form: Any) -> str:
        if "ok" not in self.request.GET:
            raise Refused(Refusal("essai", "Non."))
        return "/"

    def readings(self) -> list[Model]:
        return list(Tache.objects.filter(libelle="Alpha"))


class Muette(Fiche):
    def readings(self) -> list[Model]:
        return []


@pytest.fixture
def reader() -> User:
    for libelle in ("Alpha", "Bêta", "Gamma", "Cachée"):
        Tache.objects.create(libelle=libelle)
    return UserFactory()


def ask(screen: type, reader: User, query: str = "", method: str = "get") -> HttpResponseBase:
    request = getattr(RequestFactory(), method)(f"/essai/{query}")
    request.user = reader
    return screen.as_view()(request)


def told() -> list[tuple[str, str]]:
    return [(lecture.objet.libelle, lecture.motif) for lecture in Lecture.objects.order_by("pk")]


@pytest.mark.parametrize(
    ("screen", "query", "expected"),
    [
        (Liste, "", [("Alpha", ""), ("Bêta", "")]),
        (Liste, "?page=2", [("Gamma", "")]),
        (Liste, "?format=csv", [("Alpha", ""), ("Bêta", ""), ("Gamma", "")]),
        (Fiche, "", [("Alpha", "pour Alpha")]),
        (Fichier, "", [("Alpha", "")]),
        (Muette, "", []),
    ],
)
def test_what_is_shown_is_what_is_logged(
    reader: User, screen: type, query: str, expected: list[tuple[str, str]]
) -> None:
    ask(screen, reader, query)
    assert told() == expected
    assert set(Lecture.objects.values_list("lecteur", "ecran")) <= {(reader.pk, screen.__name__)}


@pytest.mark.parametrize("screen", [Liste, Fiche, Fichier])
def test_a_head_request_shows_nobody(reader: User, screen: type) -> None:
    assert ask(screen, reader, method="head").status_code == 200
    assert told() == []


@pytest.mark.parametrize(
    ("screen", "query", "error"),
    [(Refusee, "", PermissionDenied), (Perdue, "", Http404), (Liste, "?format=exe", Http404)],
)
def test_a_refused_request_shows_nobody(reader: User, screen: type, query: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        ask(screen, reader, query)
    assert told() == []


@pytest.mark.parametrize(
    ("query", "method", "status", "expected"),
    [
        ("", "get", 200, [("Alpha", "")]),
        ("", "post", 422, [("Alpha", "")]),
        ("?ok=1", "post", 302, []),
    ],
)
def test_a_form_sent_back_shows_whom_it_names(
    reader: User, query: str, method: str, status: int, expected: list[tuple[str, str]]
) -> None:
    assert ask(Formulaire, reader, query, method).status_code == status
    assert told() == expected


def test_a_page_is_logged_in_one_query(reader: User, django_assert_num_queries: Any) -> None:
    taches = list(Tache.objects.all())
    readings.record(taches[:1], reader=reader, screen="essai")  # content types are known from here on
    with django_assert_num_queries(1):
        readings.record(taches, reader=reader, screen="essai")
    with django_assert_num_queries(0):
        readings.record([], reader=reader, screen="essai")


def test_a_page_that_cannot_be_logged_is_not_shown(reader: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("the journal is away")

    monkeypatch.setattr(readings, "record", broken)
    with pytest.raises(RuntimeError):
        ask(Fiche, reader)
