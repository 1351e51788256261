"""The employees in insertion, month by month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from maillage.domains.diagnostics.enums import NiveauSerie
from maillage.domains.diagnostics.models import BeneficiairesIae
from maillage.foundations.kernel.drawings import Bar, BarChart

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

_ORDRE = (NiveauSerie.REGION, NiveauSerie.DEPARTEMENT, NiveauSerie.PAYS)


@dataclass(frozen=True, slots=True)
class MoisSerie:
    """A month of a series; `un_an` is the figure of the same month a year before, None when it is not known."""

    mois: date
    valeur: int
    un_an: int | None
    source: str

    @property
    def evolution(self) -> float | None:
        """The change over a year, in per cent."""
        return round(100 * (self.valeur - self.un_an) / self.un_an, 1) if self.un_an else None


def list_lieux_serie(region: str) -> list[tuple[str, str]]:
    """Return the territories that have a series, as (« level code », name): the region of this deployment first."""
    rows = BeneficiairesIae.objects.order_by("niveau", "code").values_list("niveau", "code", "nom").distinct()
    lieux = sorted({(niveau, code): nom for niveau, code, nom in rows}.items(), key=lambda item: _rank(item[0], region))
    return [(f"{niveau} {code}".strip(), f"{nom} ({code})" if code else nom) for (niveau, code), nom in lieux]


def _rank(lieu: tuple[str, str], region: str) -> tuple[bool, int, str]:
    niveau, code = lieu
    return (niveau, code) != (NiveauSerie.REGION, region), _ORDRE.index(NiveauSerie(niveau)), code


def list_mois(niveau: str, code: str) -> list[MoisSerie]:
    """Return the months of a territory, the latest first. One query."""
    rows = BeneficiairesIae.objects.filter(niveau=niveau, code=code).order_by("mois")
    known = {mois: (valeur, source) for mois, valeur, source in rows.values_list("mois", "valeur", "source")}
    return [
        MoisSerie(mois, valeur, known.get(mois.replace(year=mois.year - 1), (None,))[0], source)
        for mois, (valeur, source) in reversed(known.items())
    ]


def draw_annees(nom: str, mois: Sequence[MoisSerie]) -> BarChart:
    """Return the mean of the months known of each year: a year under way says so."""
    years: dict[int, list[int]] = {}
    for each in reversed(mois):
        years.setdefault(each.mois.year, []).append(each.valeur)
    bars = [
        Bar(str(year) if len(values) == 12 else f"{year} ({len(values)} mois)", sum(values) / len(values))
        for year, values in years.items()
    ]
    return BarChart(
        f"Les salariés en insertion, {nom}", "Moyenne des mois connus de l’année.", "Salariés", bars, subject="Année"
    )
