"""How many persons are followed, without a name: what analysts see, under statistical secrecy.

One table per département, the same for whoever sees it: an agent of the région reads those of its départements, with no
sum across them that would undo the secrecy of one. Each is counted at the last day of a month, by year and month of
birth: a person made anonymous since, whose dates keep just that, counts as before.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from django.db.models import Count, Q
from django.db.models.functions import TruncMonth

from maillage.foundations.compute.secrecy import with_totals, withhold
from maillage.foundations.kernel.secret import get_effectif_min
from maillage.references.personnes.enums import Sexe, TypeRelation
from maillage.references.personnes.models import Relation
from maillage.references.personnes.rules import TRANCHES, age, tranche
from maillage.references.territoires.enums import Niveau
from maillage.references.territoires.models import Territoire

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maillage.references.accounts.models import Membre

LIGNES = tuple(product(TypeRelation, Sexe))


@dataclass(frozen=True, slots=True)
class Ligne:
    """One line of the table of a département; a count of None is withheld."""

    departement: str
    type: str
    sexe: str
    effectifs: tuple[int | None, ...]


def last_day(mois: date) -> date:
    """Return the last day of a month."""
    return (mois.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def list_departements(membre: Membre | None) -> list[tuple[str, str]]:
    """Return the code and name of the départements that an organisation answers for, in two queries."""
    if membre is None:
        return []
    codes: defaultdict[str, list[str]] = defaultdict(list)
    for niveau, code in membre.organisation.competences.values_list("niveau", "code"):
        codes[niveau].append(code)
    land = Territoire.objects.en_vigueur().filter(
        Q(code__in=codes[Niveau.DEPARTEMENT]) | Q(region__in=codes[Niveau.REGION]), niveau=Niveau.DEPARTEMENT
    )
    return list(land.order_by("code").values_list("code", "nom"))


def count_personnes(departements: Sequence[tuple[str, str]], mois: date) -> list[Ligne]:
    """Return the tables of these départements at the end of a month, each closed by its totals, in one query.

    A person followed under two titles counts once under each.
    """
    on = last_day(mois)
    least = get_effectif_min(on)
    counts = {code: np.zeros((len(LIGNES), len(TRANCHES)), np.int64) for code, _ in departements}
    rows = (
        Relation.objects.filter(
            Q(fin__isnull=True) | Q(fin__gt=on), debut__lte=on, personne__departement__in=list(counts)
        )
        .values_list("personne__departement", "type", "personne__sexe", TruncMonth("personne__date_naissance"))
        .annotate(Count("personne", distinct=True))
        .order_by()
    )
    places = {(str(kind), str(sexe)): place for place, (kind, sexe) in enumerate(LIGNES)}
    for departement, kind, sexe, born, number in rows:
        counts[departement][places[kind, sexe], tranche(age(born, on))] += number
    return [ligne for code, nom in departements for ligne in _lignes(f"{nom} ({code})", counts[code], least)]


def _lignes(departement: str, counts: np.ndarray, least: int) -> list[Ligne]:
    table, mask = with_totals(counts), withhold(counts, least)
    labels = [(str(kind.label), str(sexe.label)) for kind, sexe in LIGNES] + [("ensemble", "ensemble")]
    return [
        Ligne(departement, kind, sexe, tuple(None if hidden else int(n) for n, hidden in zip(*line, strict=True)))
        for (kind, sexe), *line in zip(labels, table, mask, strict=True)
    ]
