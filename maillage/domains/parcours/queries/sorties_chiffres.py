"""How many left, for what: counts by département, kind of SIAE and category, under statistical secrecy.

The département is that where the person lives. Somebody whose file is anonymised counts as before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from django.db.models import BooleanField, Case, Count, Exists, OuterRef, Q, Value, When
from django.db.models.functions import ExtractYear

from maillage.domains.parcours.enums.sorties import CategorieSortie, Decompte, EcheanceEnquete, SituationApres
from maillage.domains.parcours.models import Enquete, Sortie
from maillage.domains.parcours.queries.sorties import with_sejour
from maillage.domains.parcours.rules.sorties import DYNAMIQUES, Taux, make_taux
from maillage.foundations.compute.secrecy import with_totals, withhold
from maillage.foundations.kernel.secret import get_effectif_min
from maillage.references.structures.enums import TypeSiae

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from django.db.models import QuerySet
    from numpy.typing import NDArray

KINDS = tuple(kind.value for kind in TypeSiae)
# The columns: what a way out that counts is worth, then those that do not count.
OBSERVEES = (*DYNAMIQUES, CategorieSortie.AUTRE)
COLONNES = (*(each.value for each in OBSERVEES), "hors")

# Of whom one counts the ways out, as they were at their entry.
PUBLICS: Mapping[str, tuple[str, Q]] = {
    "brsa": ("bénéficiaires du RSA", Q(contrat__personne__situation__rsa__startswith="OUI")),
    "deld": ("deux ans et plus sans emploi", Q(contrat__personne__situation__duree_chomage=4)),
    "qpv": ("habitants des QPV", Q(contrat__personne__situation__qpv=True)),
    "rqth": ("personnes en situation de handicap", Q(contrat__personne__situation__rqth=True)),
    "femmes": ("femmes", Q(contrat__personne__sexe="F")),
}


@dataclass(frozen=True, slots=True)
class LigneSorties:
    """One line of the table of a département: counts by column, then their sum; None is withheld."""

    departement: str
    code: str
    type: str
    effectifs: tuple[int | None, ...]
    ensemble: bool = False

    @property
    def comptees(self) -> int | None:
        """The ways out that count, when every part is told."""
        return None if None in self.effectifs[:4] else sum(self.effectifs[:4])  # type: ignore[arg-type]

    def taux(self, *categories: CategorieSortie) -> Taux | None:
        """Return the share of some categories among the ways out that count; None when it is withheld or nobody."""
        total = self.comptees
        parts = [self.effectifs[OBSERVEES.index(each)] for each in categories]
        return make_taux(sum(parts), total) if total else None  # type: ignore[arg-type]


def sorties_of_year(annee: int) -> QuerySet[Sortie]:
    """Return the ways out whose last day is in a year."""
    return Sortie.objects.filter(contrat__fin__gt=date(annee, 1, 1), contrat__fin__lte=date(annee + 1, 1, 1))


def list_annees(on: date) -> list[int]:
    """Return the years with a way out, the latest first; this year, without any."""
    years = Sortie.objects.order_by().values_list(ExtractYear("contrat__fin"), flat=True).distinct()
    return sorted(years, reverse=True) or [on.year]


def count_sorties(
    departements: Sequence[tuple[str, str]], annee: int, on: date, public: str = ""
) -> list[LigneSorties]:
    """Return the ways out of a year by kind and category: one table per département, closed by its totals, one query.

    Of a public, a cell is withheld when it or what is left of the whole is small: the table of everybody, less that of
    the public, tells nothing of the others. No sum across départements.
    """
    least = get_effectif_min(on)
    codes = [code for code, _ in departements]
    inside = PUBLICS[public][1] if public else Q()
    flag = (
        Case(When(inside, then=Value(True)), default=Value(False), output_field=BooleanField())
        if public
        else Value(True)
    )
    rows = (
        with_sejour(sorties_of_year(annee).filter(contrat__personne__departement__in=codes), on)
        .order_by()
        .values_list("contrat__personne__departement", "contrat__siae__type_siae", "categorie", "decompte")
        .annotate(inside=flag, nombre=Count("pk"))
    )
    counts = count_cells(rows, codes)
    return [
        ligne
        for code, nom in departements
        for ligne in tell_lines(f"{nom} ({code})", code, counts[code], least, bool(public))
    ]


def count_cells(rows: Iterable[Sequence[Any]], codes: Sequence[str]) -> dict[str, NDArray[np.int64]]:
    """Return the table of each département, those inside the public then the others, by kind and column.

    Rows are a département, a kind, a category, whether it counts, whether it is of the public, a number.
    """
    counts = {code: np.zeros((2, len(KINDS), len(COLONNES)), np.int64) for code in codes}
    for departement, kind, categorie, decompte, within, number in rows:
        column = COLONNES.index(categorie) if decompte == Decompte.COMPTEE else len(COLONNES) - 1
        counts[departement][0 if within else 1, KINDS.index(kind), column] += number
    return counts


def tell_lines(nom: str, code: str, counts: NDArray[np.int64], least: int, public: bool) -> list[LigneSorties]:
    """Return the lines of a département, of the public when there is one.

    Withhold what is small inside, and outside too: the union of two safe masks leaves no cell to be found again.
    """
    mask = withhold(counts[0], least)
    if public:
        mask |= withhold(counts[1], least)
    table = with_totals(counts[0])
    return [
        LigneSorties(
            nom,
            code,
            label,
            tuple(None if hidden else int(n) for n, hidden in zip(*line, strict=True)),
            ensemble=label == "ensemble",
        )
        for label, *line in zip([*KINDS, "ensemble"], table, mask, strict=True)
    ]


def summarize(rows: QuerySet[Any]) -> tuple[int, int, Taux | None, Taux | None]:
    """Return, of ways out that one reads by name: how many, how many count, the shares durable and dynamique."""
    found = rows.order_by().values_list("categorie", "decompte").annotate(nombre=Count("pk"))
    numbers = {(categorie, decompte): nombre for categorie, decompte, nombre in found}
    counted = {categorie: n for (categorie, decompte), n in numbers.items() if decompte == Decompte.COMPTEE}
    total = sum(counted.values())
    durable = counted.get(CategorieSortie.DURABLE.value, 0)
    dynamique = sum(counted.get(each.value, 0) for each in DYNAMIQUES)
    return sum(numbers.values()), total, *((make_taux(n, total) if total else None) for n in (durable, dynamique))


# What people say, gathered as the tables tell it; then those who said nothing, and those who are still asked.
EMPLOI = (SituationApres.EMPLOI_DURABLE, SituationApres.EMPLOI_COURT, SituationApres.INDEPENDANT)
GROUPES: Mapping[str, int] = {
    **{each.value: 0 for each in EMPLOI},
    SituationApres.FORMATION.value: 1,
    SituationApres.RECHERCHE.value: 2,
    SituationApres.AUTRE.value: 2,
    "": 3,
}
SUIVI = ("En emploi", "En formation", "Autre situation", "Sans réponse")


@dataclass(frozen=True, slots=True)
class LigneSuivi:
    """One line of the news of a département: counts by situation, then their sum; None is withheld."""

    departement: str
    code: str
    delai: str
    effectifs: tuple[int | None, ...]

    @property
    def en_emploi(self) -> Taux | None:
        """The share in employment of those who answered; None when it is withheld, or nobody did."""
        known = self.effectifs[:3]
        if None in known or not sum(known):  # type: ignore[arg-type]
            return None
        return make_taux(known[0], sum(known))  # type: ignore[arg-type]


def count_suivi(departements: Sequence[tuple[str, str]], annee: int, on: date, public: str = "") -> list[LigneSuivi]:
    """Return what became of those who left in a year, by delay: one table per département, in one query.

    News that are still asked for are left out; no answer stays apart. Secrecy is that of `count_sorties`; the delays
    are not summed: the same persons are asked at each.
    """
    least = get_effectif_min(on)
    delais = tuple(EcheanceEnquete)
    counts = {code: np.zeros((2, len(delais), len(SUIVI)), np.int64) for code, _ in departements}
    condition = PUBLICS[public][1] if public else Q()
    within = Sortie.objects.filter(condition, pk=OuterRef("sortie"))
    rows = (
        Enquete.objects.filter(
            Q(repondue_le__isnull=False) | Q(expire_le__lte=on) | Q(refusee_le__isnull=False),
            sortie__contrat__fin__gt=date(annee, 1, 1),
            sortie__contrat__fin__lte=date(annee + 1, 1, 1),
            sortie__contrat__personne__departement__in=list(counts),
        )
        .annotate(inside=Exists(within))
        .order_by()
        .values_list("sortie__contrat__personne__departement", "mois", "situation", "inside")
        .annotate(Count("pk"))
    )
    for departement, mois, situation, inside, number in rows:
        counts[departement][0 if inside else 1, delais.index(mois), GROUPES[situation]] += number
    return [
        LigneSuivi(f"{nom} ({code})", code, str(delai.label), effectifs)
        for code, nom in departements
        for delai, effectifs in zip(delais, _suivis(counts[code], least, bool(public)), strict=True)
    ]


def _suivis(counts: NDArray[np.int64], least: int, public: bool) -> list[tuple[int | None, ...]]:
    """Each delay is a table of its own, of one line with its total."""
    found = []
    for inside, outside in zip(*counts, strict=True):
        mask = withhold(inside[np.newaxis], least)[0]
        if public:
            mask |= withhold(outside[np.newaxis], least)[0]
        values = [*inside.tolist(), int(inside.sum())]
        found.append(tuple(None if hidden else n for n, hidden in zip(values, mask, strict=True)))
    return found
