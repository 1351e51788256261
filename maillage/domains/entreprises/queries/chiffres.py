"""How many employees of SIAE had an immersion in a year, by kind and département: counts, never names."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import Coalesce

from maillage.domains.entreprises.enums.immersion import EtatImmersion
from maillage.domains.entreprises.models import Immersion
from maillage.domains.parcours.models import Contrat
from maillage.foundations.compute.secrecy import with_totals, withhold
from maillage.foundations.kernel.secret import get_effectif_min
from maillage.references.structures.enums import TypeSiae

if TYPE_CHECKING:
    from collections.abc import Sequence

ENSEMBLE = "ensemble"


@dataclass(frozen=True, slots=True)
class LigneTaux:
    """Employees of a kind of SIAE who live in a département, and how many had an immersion; None is withheld.

    `code` is that of the département, "" for the whole region.
    """

    type: str
    departement: str
    salaries: int | None
    immersions: int | None
    code: str

    @property
    def taux(self) -> float | None:
        """The share, from 0 to 1; None when a count is withheld or nobody is employed."""
        return None if self.immersions is None or not self.salaries else self.immersions / self.salaries


def count_immersions(annee: int, departements: Sequence[tuple[str, str]]) -> list[LigneTaux]:
    """Return the rates of a year, in one query: a table of départements per kind, closed by its total.

    Secrecy is decided on the whole table, the same for everybody: two agents who read two parts of it learn no more
    together. Somebody employed by two kinds counts under each.
    """
    start, end = date(annee, 1, 1), date(annee + 1, 1, 1)
    names = dict(departements)
    immersed = Immersion.objects.filter(
        personne=OuterRef("personne"), etat=EtatImmersion.ACCEPTEE, debut__gte=start, debut__lt=end
    ).exclude(bilan__deroulement="absence")
    rows = (
        Contrat.objects.annotate(echeance=Coalesce("fin", "fin_prevue"), vue=Exists(immersed))
        .filter(Q(echeance__isnull=True) | Q(echeance__gt=start), debut__lt=end)
        .values_list("siae__type_siae", "personne__departement", "vue")
        .annotate(Count("personne", distinct=True))
        .order_by()
    )
    counts: defaultdict[str, dict[str, list[int]]] = defaultdict(dict)
    for kind, code, seen, number in rows:
        counts[kind].setdefault(code, [0, 0])[0 if seen else 1] += number
    least = get_effectif_min()
    found: list[LigneTaux] = []
    for kind in TypeSiae.values:
        codes = sorted(counts.get(kind, {}))
        if not codes:
            continue
        cells = np.array([counts[kind][code] for code in codes], dtype=np.int64)
        table, mask = with_totals(cells), withhold(cells, least)
        for line, code in enumerate([*codes, ENSEMBLE]):
            if code in names or code == ENSEMBLE:
                label = f"{names[code]} ({code})" if code in names else "ensemble de la région"
                with_one, _, whole = (None if mask[line, c] else int(table[line, c]) for c in range(3))
                found.append(LigneTaux(kind, label, whole, with_one, code if code in names else ""))
    return found
