"""The four screens."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from io import StringIO
from typing import Any

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import PermissionDenied
from django.db import InternalError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.test import RequestFactory

from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.models import Tache
from maillage.foundations.kernel.permissions import Decision
from maillage.foundations.kernel.screens import (
    ActScreen,
    Column,
    DetailScreen,
    Export,
    ExportScreen,
    FilterForm,
    ListScreen,
)

pytestmark = pytest.mark.django_db


def ask(address: str = "/essai/", data: dict[str, str] | None = None) -> HttpRequest:
    factory = RequestFactory()
    request = factory.get(address) if data is None else factory.post(address, data)
    request.user = AnonymousUser()
    request._messages = CookieStorage(request)  # what the middleware does
    return request


def show(screen: type, address: str = "/essai/", data: dict[str, str] | None = None, **kwargs: Any) -> str:
    response = screen.as_view()(ask(address, data), **kwargs)
    return response.content.decode()


def first_cells(html: str) -> list[str]:
    return [text.strip() for text in re.findall(r'<th scope="row"[^>]*>(?:<a[^>]*>)?([^<]*)', html)]


class TacheFilter(FilterForm):
    lookups = {"libelle": "libelle__icontains", "etat": "etat", "fait": "fait"}
    libelle = forms.CharField(label="Libellé")
    etat = forms.ChoiceField(label="État", choices=[("", "Tous"), *Tache.Etat.choices])
    fait = forms.IntegerField(label="Fait")


class TacheList(ListScreen):
    public = True
    title = "Tâches"
    noun = ("tâche", "tâches")
    columns = (
        Column("libelle", "Libellé", "libelle", sort="libelle", link=lambda tache: f"/taches/{tache.pk}/"),
        Column("etat", "État", "get_etat_display"),
        Column("total", "Total", "total", sort="total", numeric=True, unit="lignes"),
    )
    filter_form = TacheFilter
    default_sort = "libelle"
    page_size = 2
    export_name = "taches"
    empty_title = "Aucune tâche"
    empty_text = "Lancez un import."
    empty_url = "/imports/"
    empty_label = "Importer"

    def get_queryset(self) -> QuerySet[Tache]:
        return Tache.objects.all()


@pytest.fixture
def taches() -> None:
    for libelle, total in (("Bêta", 2), ("Alpha", None), ("Gamma", 1234)):
        Tache.objects.create(libelle=libelle, total=total)


@pytest.mark.usefixtures("taches")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Alpha", "Bêta"]),
        ("?tri=-libelle", ["Gamma", "Bêta"]),
        ("?tri=total", ["Bêta", "Gamma"]),
        ("?tri=-total", ["Gamma", "Bêta"]),
        ("?tri=-total&page=2", ["Alpha"]),
        ("?tri=inconnue", ["Alpha", "Bêta"]),
        ("?page=2", ["Gamma"]),
        ("?page=99", ["Gamma"]),
        ("?page=abc", ["Alpha", "Bêta"]),
        ("?libelle=amma", ["Gamma"]),
        ("?etat=en_cours", []),
        ("?libelle=amma&etat=perdu&fait=abc", ["Gamma"]),
    ],
)
def test_the_address_holds_the_state_of_a_list(query: str, expected: list[str]) -> None:
    assert first_cells(show(TacheList, f"/essai/{query}")) == expected


@pytest.mark.usefixtures("taches")
def test_links_of_a_list_keep_its_filters_and_its_sort() -> None:
    html = show(TacheList, "/essai/?libelle=a&tri=-libelle&page=1&etat=")
    links = sorted(set(re.findall(r'href="(/essai/\?[^"]*|\?[^"]*)"', html.replace("&amp;", "&"))))
    assert links == [
        "/essai/?libelle=a&tri=-libelle&format=csv",
        "/essai/?libelle=a&tri=-libelle&format=ods",
        "/essai/?libelle=a&tri=-libelle&format=xlsx",
        "/essai/?libelle=a&tri=libelle",
        "/essai/?libelle=a&tri=total",
        "/essai/?tri=-libelle",
        "?libelle=a&tri=-libelle&page=2&etat=",
    ]
    assert '<input type="hidden" name="tri" value="-libelle">' in html


@pytest.mark.usefixtures("taches")
def test_a_list_tells_its_count_its_order_and_what_is_unknown() -> None:
    html = show(TacheList)
    assert '<p class="mg-count" role="status">3 tâches, page 1 sur 2</p>' in html
    assert '<th scope="col" aria-sort="ascending">' in html
    assert re.findall(r'<td class="mg-num">\s*(.*?)\s*</td>', html) == [
        '<span class="mg-unknown">non renseigné</span>',
        "2",
    ]
    assert "Total (lignes)" in html


@pytest.mark.usefixtures("taches")
def test_a_wrong_filter_says_so_and_spares_the_others() -> None:
    html = show(TacheList, "/essai/?libelle=amma&fait=abc")
    assert re.findall(r'fr-message--error">([^<]*)', html) == ["Saisissez un nombre entier."]
    assert 'title="Retirer le filtre Libellé&#8239;: amma"' in html
    assert 'value="abc"' in html


@pytest.mark.usefixtures("taches")
def test_an_active_filter_shows_the_label_of_its_choice() -> None:
    html = show(TacheList, "/essai/?etat=en_attente")
    assert "État&#8239;: en attente</a>" in html


def test_an_empty_list_says_what_to_do_next() -> None:
    html = show(TacheList)
    assert "Aucune tâche" in html
    assert '<a class="fr-btn fr-btn--secondary" href="/imports/">Importer</a>' in html
    assert "Effacer les filtres" in show(TacheList, "/essai/?libelle=zzz")


@pytest.mark.usefixtures("taches")
def test_a_csv_export_holds_every_filtered_row() -> None:
    response = TacheList.as_view()(ask("/essai/?format=csv&tri=-libelle&libelle=a"))
    rows = list(csv.reader(StringIO(response.content.decode("utf-8-sig")), delimiter=";"))
    assert rows == [
        ["Libellé", "État", "Total (lignes)"],
        ["Gamma", "en attente", "1234"],
        ["Bêta", "en attente", "2"],
        ["Alpha", "en attente", ""],
    ]
    assert re.fullmatch(r'attachment; filename="taches-\d{4}-\d{2}-\d{2}\.csv"', response["Content-Disposition"])


@pytest.mark.parametrize(
    ("code", "magic", "content_type"),
    [
        ("xlsx", b"PK", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("ods", b"PK", "application/vnd.oasis.opendocument.spreadsheet"),
    ],
)
@pytest.mark.usefixtures("taches")
def test_spreadsheet_exports(code: str, magic: bytes, content_type: str) -> None:
    response = TacheList.as_view()(ask(f"/essai/?format={code}"))
    assert (response.content[:2], response["Content-Type"]) == (magic, content_type)


def test_an_unknown_export_format_does_not_exist() -> None:
    with pytest.raises(Http404):
        TacheList.as_view()(ask("/essai/?format=pdf"))


def test_a_list_asks_as_many_queries_for_three_rows_as_for_one(django_assert_constant_queries: Any) -> None:
    django_assert_constant_queries(
        lambda count: [Tache.objects.create(libelle="x", total=1) for _ in range(count)], lambda: show(TacheList)
    )


@dataclass
class Ligne:
    nom: str
    taux: float | None


class LigneList(ListScreen):
    public = True
    title = "Lignes"
    columns = (Column("nom", "Nom", "nom", sort="nom"), Column("taux", "Taux", "taux", sort="taux", numeric=True))

    def get_queryset(self) -> list[Ligne]:
        return [Ligne("b", 2.5), Ligne("a", None), Ligne("c", 1.0)]


@pytest.mark.parametrize(
    ("tri", "expected"), [("taux", ["c", "b", "a"]), ("-taux", ["b", "c", "a"]), ("", ["b", "a", "c"])]
)
def test_rows_in_memory_sort_with_the_unknown_last(tri: str, expected: list[str]) -> None:
    assert first_cells(show(LigneList, f"/essai/?tri={tri}")) == expected


class TacheDetail(DetailScreen):
    public = True
    template_name = "kernel/page.html"

    def get_object(self) -> Tache:
        return Tache(libelle=f"Tâche {self.kwargs['pk']}")

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        return [("Tâches", "/taches/")]


def test_a_detail_is_titled_by_its_object_under_its_parents() -> None:
    html = show(TacheDetail, pk=7)
    assert "<title>Tâche 7 · Maillage</title>" in html
    assert "<h1>Tâche 7</h1>" in html
    assert '<a class="fr-breadcrumb__link" href="/taches/">Tâches</a>' in html


class Reserve(TacheDetail):
    def decide(self) -> Decision:
        return Decision(False, "Cette fiche est fermée.")


def test_a_screen_may_refuse_its_object_with_a_reason(settings: Any) -> None:
    settings.LOGIN_URL = "/connexion/"
    request = ask()
    assert Reserve.as_view()(request, pk=1).status_code == 302
    request.user = type("Person", (), {"is_authenticated": True})()
    with pytest.raises(PermissionDenied, match="Cette fiche est fermée"):
        Reserve.as_view()(request, pk=1)


class Writing(TacheDetail):
    def get_object(self) -> Tache:
        return Tache.objects.create(libelle="x")


def test_the_database_refuses_a_write_on_get() -> None:
    with pytest.raises(InternalError, match="read-only transaction"):
        Writing.as_view()(ask(), pk=1)


def test_the_next_act_may_write_after_a_page_was_looked_at() -> None:
    show(TacheList)
    assert Tache.objects.create(libelle="x").pk


class NomForm(forms.Form):
    nom = forms.CharField(label="Nom", help_text="Le nom d’usage.")
    note = forms.CharField(label="Note", required=False)


class Rename(ActScreen):
    public = True
    title = "Renommer"
    form_class = NomForm
    submit_label = "Renommer"
    success_message = "Le nom est changé."
    parents = (("Composants", "kernel:composants"),)

    def perform(self, form: forms.Form) -> str:
        if form.cleaned_data["nom"] == "pris":
            raise Refused(
                Refusal("nom_pris", "Ce nom est déjà pris.", "nom"), Refusal("ferme", "La période est close.")
            )
        Tache.objects.create(libelle=form.cleaned_data["nom"])
        return "/suite/"


def test_an_act_asks_acts_and_redirects() -> None:
    request = ask(data={"nom": "Nouveau"})
    response = Rename.as_view()(request)
    assert (response.status_code, response["Location"]) == (302, "/suite/")
    assert [tache.libelle for tache in Tache.objects.all()] == ["Nouveau"]
    assert [str(message) for message in request._messages] == ["Le nom est changé."]


def test_an_act_marks_what_is_optional_and_offers_a_way_back() -> None:
    html = show(Rename)
    assert re.search(r'for="id_note">Note\s*<span class="mg-optional">', html)
    assert html.count('<span class="mg-optional">&nbsp;(facultatif)</span>') == 1
    assert 'href="/composants/">Annuler</a>' in html
    assert "<title>Renommer · Maillage</title>" in html


def test_a_missing_field_is_told_at_the_field_and_on_top() -> None:
    response = Rename.as_view()(ask(data={"nom": ""}))
    html = response.render().content.decode()
    assert response.status_code == 422
    assert "<title>Erreur&#8239;: Renommer · Maillage</title>" in html
    assert '<a href="#id_nom">Nom</a>' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_nom_helptext id_nom_error"' in html
    assert 'id="id_nom_error"' in html


def test_reasons_of_a_refusal_go_to_their_fields() -> None:
    response = Rename.as_view()(ask(data={"nom": "pris"}))
    html = response.render().content.decode()
    assert response.status_code == 422
    assert re.findall(r'fr-message--error">([^<]*)', html) == ["Ce nom est déjà pris."]
    assert "<li>La période est close.</li>" in html
    assert 'value="pris"' in html
    assert not Tache.objects.exists()


class Close(Rename):
    title = "Clore"

    def check(self) -> None:
        raise Refused(Refusal("clos", "Ce dossier est déjà clos."))


@pytest.mark.parametrize("data", [None, {"nom": "Nouveau"}])
def test_an_impossible_act_says_why_without_its_form(data: dict[str, str] | None) -> None:
    response = Close.as_view()(ask(data=data))
    html = response.render().content.decode()
    assert response.status_code == 409
    assert "<p>Ce dossier est déjà clos.</p>" in html
    assert "id_nom" not in html
    assert 'href="/composants/"' in html
    assert not Tache.objects.exists()


class Fichier(ExportScreen):
    public = True

    def build(self) -> Export:
        return Export("été 2026.txt", "text/plain", b"contenu")


def test_an_export_is_a_named_file() -> None:
    response = Fichier.as_view()(ask())
    assert response.content == b"contenu"
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''%C3%A9t%C3%A9%202026.txt"
