"""The sources: what each file is made of, its sample, and the place to leave one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from maillage.foundations.kernel.errors import Refused
from maillage.foundations.kernel.parameters import get_parametre
from maillage.foundations.kernel.screens import DetailScreen, Export, ExportScreen
from maillage.interfaces.imports.forms.lots import DepotForm
from maillage.interfaces.imports.jobs import receive_file
from maillage.interfaces.imports.permissions import Permission
from maillage.interfaces.imports.queries.lots import find_lot
from maillage.interfaces.imports.rules import ETAPES
from maillage.interfaces.imports.source import get_source
from maillage.interfaces.imports.views.base import ImportAct

if TYPE_CHECKING:
    from maillage.interfaces.imports.source import Source

CONTENT_TYPES = {".csv": "text/csv; charset=utf-8", ".geojson": "application/geo+json", ".json": "application/json"}


def find_source(code: str) -> Source[Any]:
    """Return a source, or the page that does not exist."""
    try:
        return get_source(code)
    except Refused as refused:
        raise Http404(str(refused)) from None


class SourceDetail(DetailScreen):
    permission = Permission.IMPORT
    portee = "tous les lots d’import"
    parents = (("Imports", "imports:list"),)
    template_name = "imports/source.html"

    def get_object(self) -> Source[Any]:
        return find_source(self.kwargs["code"])

    def get_title(self) -> str:
        return str(self.object.card.label)

    def get_intro(self) -> str:
        return str(self.object.card.description)

    def get_context(self) -> dict[str, Any]:
        card = self.object.card
        return {
            "card": card,
            "facts": (
                ("Producteur", card.producer),
                ("Licence", card.licence),
                ("Rythme", card.rhythm),
                ("Formats", ", ".join(card.formats)),
                ("Une ligne se reconnaît à", card.key),
            ),
            "columns": ("Colonne", "Ce qu’elle contient", "Obligatoire", "Exemple", "Autres noms reconnus"),
            "rows": [
                (
                    column.label,
                    column.description or column.label,
                    card.need(column),
                    column.example or "aucun",
                    ", ".join(column.names),
                )
                for column in card.columns
            ],
        }


class Exemple(ExportScreen):
    """The sample of a source, of invented data."""

    permission = Permission.IMPORT
    portee = "tous les lots d’import"

    def build(self) -> Export:
        sample = find_source(self.kwargs["code"]).sample
        return Export(f"{self.kwargs['code']}-{sample.name}", CONTENT_TYPES[sample.suffix], sample.read_bytes())


class Depot(ImportAct):
    """Leave a file; `?origine=` names the batch whose rejects it corrects."""

    form_class = DepotForm
    template_name = "imports/depot.html"
    submit_label = "Déposer et contrôler"

    def get_title(self) -> str:
        return f"Déposer un fichier : {find_source(self.kwargs['code']).card.label}"

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        code = self.kwargs["code"]
        source = (find_source(code).card.label, reverse("imports:source", args=[code]))
        return [("Imports", reverse("imports:list")), source]

    def get_form_kwargs(self) -> dict[str, Any]:
        taille_max = int(get_parametre("imports.taille_max", on=timezone.localdate()).value)
        return {"card": find_source(self.kwargs["code"]).card, "taille_max": taille_max}

    def get_context(self) -> dict[str, Any]:
        return {"etapes": ETAPES, "origine": find_lot(self.request.GET.get("origine"), source=self.kwargs["code"])}

    def perform(self, form: Any) -> str:
        lot, tache = receive_file(
            source=self.kwargs["code"],
            fichier=form.cleaned_data["fichier"],
            provenance=form.cleaned_data["provenance"],
            origine=find_lot(self.request.GET.get("origine"), source=self.kwargs["code"]),
            actor=self.actor,
            on=timezone.localdate(),
        )
        return reverse("kernel:tache", args=[tache.pk]) if tache else reverse("imports:colonnes", args=[lot.pk])
