"""The opportunities of a territory."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.http import Http404
from django.urls import reverse

from maillage.domains.diagnostics.forms.offre import EconomieForm, TerritoireForm
from maillage.domains.diagnostics.queries.economie import draw_debouches, draw_metiers, get_opportunites
from maillage.foundations.kernel import limits
from maillage.foundations.kernel.screens import Screen
from maillage.references.economie.queries.metiers import find_territoire
from maillage.references.territoires.enums import Niveau

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maillage.domains.diagnostics.queries.economie import Debouche
    from maillage.references.economie.queries.metiers import Metier
    from maillage.references.territoires.models import Territoire

MAX_METIERS = 25
# The levels that have a sheet in the diagnostic.
_A_FICHE = {Niveau.COMMUNE, Niveau.VILLE, Niveau.EPT, Niveau.EPCI, Niveau.DEPARTEMENT, Niveau.REGION}


class TerritoireScreen(Screen):
    """A page on one territory: that of the filters, else that of the address, else the region."""

    public = True
    limit: ClassVar[limits.Debit | None] = limits.RECHERCHE
    form_class: ClassVar[type[TerritoireForm]]

    @cached_property
    def form(self) -> Any:
        """The filters, bound to the address."""
        return self.form_class(self.request.GET)

    @cached_property
    def territoire(self) -> Territoire:
        """The territory of the page; an unknown one is no page."""
        asked: Territoire | None = self.form.values.get("territoire")
        if asked is not None:
            return asked
        niveau = self.kwargs.get("niveau", Niveau.REGION.value)
        code = self.kwargs.get("code", settings.MAILLAGE_REGION)
        found = find_territoire(niveau, code)
        if found is None:
            raise Http404("Ce territoire n’est pas chargé.")
        return found

    def get_breadcrumb(self) -> Sequence[tuple[str, str]]:
        parents = [("Couverture de la région", reverse("diagnostics:carte"))]
        if self.territoire.niveau in _A_FICHE:
            sheet = reverse("diagnostics:territoire", args=[self.territoire.niveau, self.territoire.code])
            parents.append((str(self.territoire), sheet))
        return parents

    def get_filters(self) -> dict[str, Any]:
        """Return what the filters need on a page that is no list."""
        return {
            "form": self.form,
            "active_filters": [(item, self._without(item.name)) for item in self.form.active()],
            "reset_url": self.request.path,
        }

    def _without(self, name: str) -> str:
        query = self.request.GET.copy()
        query.pop(name, None)
        return f"{self.request.path}?{query.urlencode()}"


class Economie(TerritoireScreen):
    """Which jobs are coming here, and which SIAE could prepare for them."""

    template_name = "diagnostics/economie.html"
    form_class = EconomieForm

    def get_title(self) -> str:
        return f"Économie locale\u202f: {self.territoire}"

    def get_intro(self) -> str:
        return "Quels emplois viennent ici, dans quels métiers, et quels secteurs des SIAE peuvent y préparer."

    def get_context(self) -> dict[str, Any]:
        found = get_opportunites(self.territoire, self.form.values.get("annee"))
        marche = found.marche
        return {
            **self.get_filters(),
            "opportunites": found,
            "marche": marche,
            "metiers": [(metier, _trade(metier)) for metier in marche.metiers[:MAX_METIERS]],
            "chart_metiers": draw_metiers(marche, link=_trade),
            "chart_debouches": draw_debouches(found.debouches, link=_directory),
            "debouches": [(each, _directory(each)) for each in found.debouches],
            "projets": [(each, reverse("economie:projet", args=[each.projet.public_id])) for each in found.projets],
            "offre_url": reverse("diagnostics:offre_territoire", args=[self.territoire.niveau, self.territoire.code]),
        }


def _trade(metier: Metier) -> str:
    return reverse("economie:metier", args=[metier.fap.nomenclature, metier.fap.code])


def _directory(debouche: Debouche) -> str:
    return f"{reverse('structures:list')}?secteur=groupe:{debouche.code}"
