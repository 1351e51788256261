"""Who was led to SIAE for more than so many days and taken by none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from maillage.domains.parcours.enums.orientation import EtatCandidature
from maillage.domains.parcours.models import Candidature, Contrat
from maillage.domains.parcours.queries.postes import running_contract
from maillage.foundations.compute.secrecy import with_totals, withhold
from maillage.foundations.kernel.parameters import get_parametre
from maillage.foundations.kernel.secret import get_effectif_min
from maillage.references.personnes.models import Personne

if TYPE_CHECKING:
    from collections.abc import Sequence

DELAI = "parcours.sans_solution_jours"
MEMOIRE = "parcours.sans_solution_memoire_jours"
# Bounds of the bands of waiting, in months of thirty days after the delay, and their names.
TRANCHES = (30, 60, 120)
LIBELLES = (
    "moins de 30 jours de plus",
    "30 à 59 jours de plus",
    "60 à 119 jours de plus",
    "120 jours de plus ou au-delà",
)


def delai(on: date) -> int:
    """Return after how many days a person whom no SIAE took is without a solution."""
    return int(get_parametre(DELAI, on=on).value)


def keep_sans_solution(persons: QuerySet[Personne], on: date) -> QuerySet[Personne]:
    """Keep the persons led to SIAE for more than the delay, accepted by none since, employed by none today.

    Only what was asked within the memory of the parameter counts. Adds `orientee_le` (the first candidature in it) and
    `nb_candidatures`, `nb_refus`.
    """
    since = on - timedelta(days=int(get_parametre(MEMOIRE, on=on).value))
    asked = Candidature.objects.filter(personne=OuterRef("pk"), deposee_le__gt=since).exclude(
        etat__in=(EtatCandidature.RETIREE, EtatCandidature.ANNULEE)
    )
    accepted = asked.filter(etat=EtatCandidature.ACCEPTEE)
    employed = Contrat.objects.filter(running_contract(on), personne=OuterRef("pk"))
    first = asked.order_by().values("personne").annotate(first=Min("deposee_le")).values("first")
    return persons.annotate(
        orientee_le=Subquery(first),
        nb_candidatures=_count(asked),
        nb_refus=_count(
            asked.filter(Q(etat=EtatCandidature.REFUSEE) | Q(etat__in=("nouvelle", "etude"), echeance__lte=on))
        ),
    ).filter(~Exists(accepted), ~Exists(employed), Exists(asked.filter(deposee_le__lte=on - timedelta(days=delai(on)))))


@dataclass(frozen=True, slots=True)
class Ligne:
    """How many persons of a département wait, by band of waiting, then in all; None is withheld."""

    departement: str
    effectifs: tuple[int | None, ...]


def count_sans_solution(departements: Sequence[tuple[str, str]], on: date) -> list[Ligne]:
    """Return how many persons of each département are without a solution, closed by their sum; one query.

    The same figures for whoever reads them, whomever they may see by name.
    """
    codes = [code for code, _ in departements]
    if not codes:
        return []
    counts = np.zeros((len(codes), len(LIBELLES)), np.int64)
    followed = Personne.objects.filter(departement__in=codes, anonymisee_le__isnull=True)
    least_days = delai(on)
    for departement, first in keep_sans_solution(followed, on).values_list("departement", F("orientee_le")):
        more = (on - first).days - least_days
        counts[codes.index(departement), sum(more >= bound for bound in TRANCHES)] += 1
    table, mask = with_totals(counts), withhold(counts, get_effectif_min(on))
    names = [f"{nom} ({code})" for code, nom in departements] + ["ensemble"]
    return [
        Ligne(name, tuple(None if hidden else int(n) for n, hidden in zip(row, hides, strict=True)))
        for name, row, hides in zip(names, table.tolist(), mask.tolist(), strict=True)
    ]


def _count(rows: QuerySet[Any]) -> Any:
    number = rows.order_by().values("personne").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(number), 0)
