"""The quarters of a territory and what is counted there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from maillage.domains.diagnostics.models import Besoin
from maillage.domains.diagnostics.queries.publics import list_publics
from maillage.references.territoires.models import Appartenance, QpvCommune

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maillage.domains.diagnostics.queries.publics import PublicConnu


@dataclass(frozen=True, slots=True)
class Quartier:
    """A quarter and its communes; `chiffres` follows the publics of the list (year, figure), None where not told."""

    code: str
    nom: str
    communes: str
    chiffres: tuple[tuple[int, float | None] | None, ...]


@dataclass(frozen=True, slots=True)
class Quartiers:
    """The quarters that lie in a territory, wholly or in part, and the publics that are counted in one of them.

    `muets` counts those that nothing is counted of, left out of the list.
    """

    publics: tuple[PublicConnu, ...]
    quartiers: tuple[Quartier, ...]
    muets: int


def list_quartiers(niveau: str, code: str) -> Quartiers:
    """Return the quarters of a territory by name, with the latest figure of each public. Two queries."""
    inside = Appartenance.objects.filter(ensemble__niveau=niveau, ensemble__code=code).values("unite")
    rows = QpvCommune.objects.filter(Q(commune__in=inside) | Q(commune__niveau=niveau, commune__code=code))
    names: dict[int, tuple[str, str, list[str]]] = {}
    for pk, qpv, nom, commune in rows.order_by("qpv__nom_recherche", "qpv__code", "commune__code").values_list(
        "qpv_id", "qpv__code", "qpv__nom", "commune__nom"
    ):
        names.setdefault(pk, (qpv, nom, []))[2].append(commune)
    latest: dict[int, dict[str, tuple[int, float | None]]] = {pk: {} for pk in names}
    figures = Besoin.objects.filter(territoire__in=list(names)).order_by("annee")
    for pk, public, annee, valeur in figures.values_list("territoire_id", "public__code", "annee", "valeur"):
        latest[pk][public] = annee, None if valeur is None else float(valeur)
    told = {public for each in latest.values() for public in each}
    publics = tuple(public for public in list_publics().values() if public.code in told)
    heard = {pk: name for pk, name in names.items() if latest[pk]}
    return Quartiers(publics, _rows(heard, latest, publics), len(names) - len(heard))


def _rows(
    names: dict[int, tuple[str, str, list[str]]],
    latest: dict[int, dict[str, tuple[int, float | None]]],
    publics: Sequence[PublicConnu],
) -> tuple[Quartier, ...]:
    return tuple(
        Quartier(code, nom, ", ".join(communes), tuple(latest[pk].get(public.code) for public in publics))
        for pk, (code, nom, communes) in names.items()
    )
