"""What the screens of the diagnostic share: the choice of the reader, and the coverage it gives."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse

from maillage.domains.diagnostics.enums import Indicateur
from maillage.domains.diagnostics.forms.choix import CHOIX, ChoixForm
from maillage.domains.diagnostics.queries.couverture import MAILLES, Couverture, compute_couverture
from maillage.domains.diagnostics.queries.lecture import (
    describe_motif,
    list_avertissements,
    list_notes,
    list_sources,
)
from maillage.foundations.kernel import limits
from maillage.foundations.kernel.errors import Refused
from maillage.foundations.kernel.screens import Screen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from maillage.domains.diagnostics.queries.mesures import Ligne
    from maillage.references.territoires.enums import Maille

# The fields of the form that show the refusals of the domain, where they bear another name.
FIELDS = {"types": "type", "minutes": "rayon", "mode": "distance"}


@dataclass(frozen=True, slots=True)
class Rangee:
    """A territory in a table: its line, the address of its sheet, its two rates as shown, the reason of its class."""

    ligne: Ligne
    url: str
    taux: float | None
    accessibilite: float | None
    motif: str


class CouvertureScreen(Screen):
    """A screen that computes the coverage of the region from the settings of its address.

    Diagnostics hold no personal data: they are open to all. `couverture` is None while no territory is loaded.
    """

    public = True
    limit: ClassVar[limits.Debit | None] = limits.RECHERCHE
    choix_form: ClassVar[type[ChoixForm]] = ChoixForm

    @cached_property
    def form(self) -> ChoixForm:
        """The settings, bound to the address."""
        return self.choix_form(self.request.GET, region=self.region)

    @property
    def region(self) -> str:
        return settings.MAILLAGE_REGION

    def get_mailles(self) -> tuple[Maille, ...]:
        """Return the partitions that the screen shows; the region always comes with them."""
        return MAILLES

    @cached_property
    def couverture(self) -> Couverture | None:
        """The coverage; settings that make no sense together are told on their fields, and the defaults used."""
        try:
            return compute_couverture(self.region, self.form.choix(), mailles=self.get_mailles())
        except Refused as refused:
            self.show(refused)
            return compute_couverture(self.region, mailles=self.get_mailles())
        except LookupError:
            return None

    def show(self, refused: Refused) -> None:
        """Tell the reasons of a refusal on the fields they are about."""
        for reason in refused.refusals:
            name = FIELDS.get(reason.field or "", reason.field)
            field = name if name in self.form.fields else None
            self.form.add_error(field, ValidationError(reason.message, code=reason.code))

    @property
    def suffix(self) -> str:
        """The settings of the address, to be carried over to the links: `?rayon=20`, or nothing."""
        query = self.request.GET.copy()
        for name in list(query):
            if name not in CHOIX or not query[name]:
                del query[name]
        return f"?{query.urlencode()}" if query else ""

    def link(self, ligne: Ligne) -> str:
        """Return the address of the sheet of a territory, under the same settings."""
        return reverse("diagnostics:territoire", args=[ligne.niveau, ligne.code]) + self.suffix

    def as_rows(self, lignes: Iterable[Ligne]) -> list[Rangee]:
        """Return lines ready for a table: with their address, and rates in the scale they are shown in."""
        assert self.couverture is not None  # lines come from it
        read = self.couverture.read
        return [
            Rangee(
                ligne,
                self.link(ligne),
                read(ligne, Indicateur.TAUX),
                read(ligne, Indicateur.ACCESSIBILITE),
                describe_motif(self.couverture, ligne),
            )
            for ligne in lignes
        ]

    def get_reading(self) -> dict[str, Any]:
        """Return what tells how the figures were made."""
        if self.couverture is None:
            return {}
        return {
            "notes": list_notes(self.couverture),
            "avertissements": list_avertissements(self.couverture),
            "sources": list_sources(self.couverture),
        }
