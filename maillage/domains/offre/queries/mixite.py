"""Women and men by trade: where the trades are mixed, where they are not.

A sex of a year is one table, groups of sectors by départements, published with its totals: the same whatever the page
shows of it, so that two pages compared tell nothing more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from django.conf import settings
from django.db.models import Sum

from maillage.domains.offre.queries.realisations import least
from maillage.domains.offre.queries.territoires import list_departements
from maillage.foundations.compute.secrecy import with_totals, withhold
from maillage.foundations.kernel.drawings import Bar, BarChart
from maillage.references.structures.models import EffectifSecteur, GroupeSecteur

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Metier:
    """A group of sectors: women and men employed there, None when they are withheld; `total` is all groups."""

    libelle: str
    femmes: int | None
    hommes: int | None
    total: bool = False

    @property
    def part(self) -> float | None:
        """The share of women in per cent."""
        if self.femmes is None or self.hommes is None or not self.femmes + self.hommes:
            return None
        return 100 * self.femmes / (self.femmes + self.hommes)


def list_annees() -> list[int]:
    """Return the years that have headcounts by trade, the latest first. One query."""
    return list(EffectifSecteur.objects.order_by("-annee").values_list("annee", flat=True).distinct())


def list_metiers(annee: int, departement: str = "") -> list[Metier]:
    """Return the groups of sectors that employ somebody, in the region or one département, then all. Four queries."""
    departements, groupes = (
        list(list_departements()),
        dict(GroupeSecteur.objects.order_by("ordre", "libelle").values_list("code", "libelle")),
    )
    places = {code: place for place, code in enumerate(groupes)}
    counts = np.zeros((2, len(groupes), len(departements)), np.int64)
    rows = (
        EffectifSecteur.objects.filter(
            annee=annee,
            femmes__isnull=False,
            hommes__isnull=False,
            siae__implantations__principale=True,
            siae__implantations__commune__region=settings.MAILLAGE_REGION,
        )
        .values_list("secteur__groupe__code", "siae__implantations__commune__departement")
        .annotate(Sum("femmes"), Sum("hommes"))
        .order_by()
    )
    for groupe, code, femmes, hommes in rows:
        counts[:, places[groupe], departements.index(code)] = femmes, hommes
    if not counts.any():
        return []
    seuil = least()
    hidden = withhold(counts[0], seuil) | withhold(counts[1], seuil)
    column = departements.index(departement) if departement in departements else len(departements)
    femmes, hommes = (with_totals(table)[:, column] for table in counts)
    found = []
    for place, libelle in enumerate((*groupes.values(), "ensemble")):
        if femmes[place] + hommes[place]:
            told = not hidden[place, column]
            found.append(
                Metier(
                    libelle,
                    int(femmes[place]) if told else None,
                    int(hommes[place]) if told else None,
                    total=place == len(groupes),
                )
            )
    return found


def draw_mixite(metiers: Sequence[Metier], territoire: str, annee: int) -> BarChart:
    """Return the share of women in each trade, all trades set apart."""
    ordered = sorted(metiers, key=lambda each: (each.part is None, each.part or 0.0))
    return BarChart(
        "Part des femmes par métier",
        f"{territoire}, {annee}. Des métiers les moins féminins aux plus féminins\u202f; l’ensemble est en foncé.",
        "% de femmes",
        [Bar(f"{each.libelle[:1].upper()}{each.libelle[1:]}", each.part, strong=each.total) for each in ordered],
        subject="Métiers",
        digits=1,
    )
