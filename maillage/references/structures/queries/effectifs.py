"""The people whom SIAE employ, as it may be told: women and men by trade, employees by kind.

Each is one table a year, by départements of the region, published with its totals: the same whatever the page shows of
it, and never narrowed further, so that two pages compared tell nothing more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from django.conf import settings
from django.db.models import Sum

from maillage.foundations.compute.secrecy import with_totals, withhold
from maillage.foundations.kernel.drawings import Bar, BarChart
from maillage.foundations.kernel.secret import get_effectif_min
from maillage.references.structures.enums import TypeSiae
from maillage.references.structures.models import EffectifAnnuel, EffectifSecteur, GroupeSecteur
from maillage.references.territoires.enums import Niveau
from maillage.references.territoires.models import Territoire

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import QuerySet
    from numpy.typing import NDArray

TYPES = tuple(TypeSiae.values)
DEPARTEMENT = "siae__implantations__commune__departement"


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
    """Return the groups of sectors that employ somebody, in the region or one département, then all. One query.

    A SIAE counts in the département of its main site, where it told both women and men.
    """
    names = ("secteur__groupe__ordre", "secteur__groupe__libelle", "secteur__groupe__code")
    rows = list(_declared(annee).values_list(*names, DEPARTEMENT).annotate(Sum("femmes"), Sum("hommes")).order_by())
    groupes = sorted({tuple(row[:3]) for row in rows})
    departements = sorted({row[3] for row in rows})
    column = _place(departements, departement)
    if column is None:
        return []
    tables = [_table([(row[:3], row[3], row[sex]) for row in rows], groupes, departements) for sex in (4, 5)]
    least = get_effectif_min()
    hidden = (withhold(tables[0], least) | withhold(tables[1], least))[:, column]
    femmes, hommes = (with_totals(table)[:, column] for table in tables)
    return [
        Metier(
            libelle,
            None if hidden[place] else int(femmes[place]),
            None if hidden[place] else int(hommes[place]),
            total=place == len(groupes),
        )
        for place, libelle in enumerate([*(libelle for _, libelle, _ in groupes), "ensemble"])
        if femmes[place] + hommes[place]
    ]


def count_declarantes(annee: int, departement: str = "") -> int:
    """Return how many SIAE told women and men by trade, in the region or one département. One query."""
    return _declared(annee, departement).values("siae").distinct().count()


def list_salaries(annee: int, departement: str = "") -> dict[str, int | None]:
    """Return employees by kind of SIAE, and of all kinds ("total"), in the region or one département. One query.

    A SIAE counts in each département where its employees are, whatever became of it since. None is withheld, a kind
    that is absent is unknown.
    """
    known = EffectifAnnuel.objects.filter(annee=annee, salaries__isnull=False)
    rows = list(
        known.filter(departement__region=settings.MAILLAGE_REGION)
        .values_list("departement__code", "siae__type_siae")
        .annotate(Sum("salaries"))
        .order_by()
    )
    departements = sorted({row[0] for row in rows})
    place = _place(departements, departement)
    if place is None:
        return {}
    table = _table([(code, kind, count) for code, kind, count in rows], departements, TYPES)
    counts, hidden = with_totals(table)[place], withhold(table, get_effectif_min())[place]
    told = {kind for code, kind, _ in rows if not departement or code == departement} | {"total"}
    return {
        kind: None if mask else int(count)
        for kind, count, mask in zip((*TYPES, "total"), counts, hidden, strict=True)
        if kind in told
    }


def list_salaries_dits() -> set[tuple[str, str, int]]:
    """Return where and when the employees of all kinds are told: (niveau, code, annee)."""
    annees = EffectifAnnuel.objects.filter(salaries__isnull=False).values_list("annee", flat=True).distinct()
    return {
        (*place, annee)
        for annee in annees
        for departement, place in _places()
        if list_salaries(annee, departement).get("total") is not None
    }


def list_metiers_dits(groupe: str) -> set[tuple[str, str, int]]:
    """Return where and when the women and men of a group of sectors are told: (niveau, code, annee)."""
    libelle = GroupeSecteur.objects.filter(code=groupe).values_list("libelle", flat=True).first()
    return {
        (*place, annee)
        for annee in list_annees()
        for departement, place in _places()
        for metier in list_metiers(annee, departement)
        if metier.libelle == libelle and metier.femmes is not None
    }


def _places() -> list[tuple[str, tuple[str, str]]]:
    """Return the region and its départements: how the tables name each, and its level and code."""
    codes = Territoire.objects.en_vigueur().filter(niveau=Niveau.DEPARTEMENT, region=settings.MAILLAGE_REGION)
    departements = codes.order_by("code").values_list("code", flat=True)
    region = ("", (Niveau.REGION.value, settings.MAILLAGE_REGION))
    return [region, *((code, (Niveau.DEPARTEMENT.value, code)) for code in departements)]


def draw_mixite(metiers: Sequence[Metier], territoire: str, annee: int) -> BarChart | None:
    """Return the share of women in each trade where it is told, all trades set apart; None when it is nowhere."""
    told = sorted((each for each in metiers if each.part is not None), key=lambda each: each.part or 0.0)
    if not told:
        return None
    hidden = len(metiers) - len(told)
    return BarChart(
        "Part des femmes par métier",
        f"{territoire}, {annee}. Des métiers les moins féminins aux plus féminins\u202f; l’ensemble est en foncé."
        + (f" Secrets, non dessinés\u202f: {hidden}." if hidden else ""),
        "% de femmes",
        [Bar(f"{each.libelle[:1].upper()}{each.libelle[1:]}", each.part, strong=each.total) for each in told],
        subject="Métiers",
        digits=1,
    )


def _declared(annee: int, departement: str = "") -> QuerySet[EffectifSecteur]:
    """Keep what SIAE of the region told; one `filter`, so that every condition on a site is on the main one."""
    return EffectifSecteur.objects.filter(
        **({DEPARTEMENT: departement} if departement else {}),
        annee=annee,
        femmes__isnull=False,
        hommes__isnull=False,
        siae__implantations__principale=True,
        siae__implantations__commune__region=settings.MAILLAGE_REGION,
    )


def _place(departements: Sequence[str], departement: str) -> int | None:
    """Return where a département is in a table closed by its totals, the region when none is named; None: nowhere."""
    if departement:
        return departements.index(departement) if departement in departements else None
    return len(departements) or None


def _table(
    cells: Iterable[tuple[object, str, int]], lines: Sequence[object], columns: Sequence[str]
) -> NDArray[np.int64]:
    counts = np.zeros((len(lines), len(columns)), np.int64)
    for line, column, count in cells:
        counts[lines.index(line), columns.index(column)] += count
    return counts
