"""Record the travel times between communes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from django.db import transaction

from maillage.foundations.kernel import audit
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.permissions import granted
from maillage.references.territoires.enums import Niveau
from maillage.references.territoires.models import Territoire, Trajet
from maillage.references.territoires.permissions import Permission
from maillage.references.territoires.queries.communes import Lien, get_annuaire
from maillage.references.territoires.rules import check_minutes
from maillage.references.territoires.services.synchronisation import lock

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from maillage.references.accounts.models import User
    from maillage.references.territoires.enums import Mode
    from maillage.references.territoires.queries.communes import Designation, Unite

Key = tuple[int, str, int]  # origin, mode, year


@dataclass(frozen=True, slots=True)
class LigneTrajet:
    """How many minutes it takes from one commune (INSEE code) to another, by one mode, in one vintage of the matrix."""

    origine: str
    destination: str
    minutes: int
    mode: Mode
    annee: int


@dataclass(frozen=True, slots=True)
class TrajetEnregistre:
    """What became of one line: a change, or the reasons of its refusal."""

    change: Literal["cree", "modifie", "inchange"] | None
    refusals: tuple[Refusal, ...] = ()


@transaction.atomic
def record_trajets(
    *, lignes: Sequence[LigneTrajet], source: str, actor: User | None, on: date
) -> list[TrajetEnregistre]:
    """Keep travel times: one result per line, in order. A refused line stops no other; doing it again changes nothing.

    A vanished code stands for its successor; a city made of arrondissements is refused, for it has no single place. Of
    two lines about the same pair, the first is kept and the second refused. The units are locked while this is written.
    Raise `Refused` when the actor may not load territories; None is the machine.
    """
    if actor is not None and not (decision := granted(actor, Permission.LOAD)):
        raise Refused(Refusal("interdit", decision.reason))
    lock()
    find = cache(get_annuaire().find)  # a matrix names each commune thousands of times
    results: list[TrajetEnregistre | None] = [None] * len(lignes)
    wanted: defaultdict[Key, dict[str, int]] = defaultdict(dict)
    placed: dict[int, tuple[Key, str]] = {}
    for position, ligne in enumerate(lignes):
        ends, refusals = _find(ligne, find)
        if not refusals:
            key, destination = (ends[0].pk, str(ligne.mode), ligne.annee), ends[1].code
            if destination in wanted[key]:
                message = f"Le trajet de {ends[0].code} à {destination} est déjà donné par une autre ligne."
                refusals = (Refusal("trajet_double", message, "destination"),)
            else:
                wanted[key][destination] = ligne.minutes
                placed[position] = (key, destination)
        if refusals:
            results[position] = TrajetEnregistre(None, refusals)
    before = _write({key: cells for key, cells in wanted.items() if cells}, source)
    for position, (key, destination) in placed.items():
        known = before.get(key, {}).get(destination)
        same = known == lignes[position].minutes
        results[position] = TrajetEnregistre("cree" if known is None else "inchange" if same else "modifie")
    _trace([result for result in results if result], wanted, source=source, actor=actor, on=on)
    return [result for result in results if result is not None]


def _find(ligne: LigneTrajet, find: Callable[[str], Designation]) -> tuple[list[Unite], tuple[Refusal, ...]]:
    """Return the two units of a line, or why it cannot be kept."""
    ends: list[Unite] = []
    refusals = list(check_minutes(ligne.minutes))
    for column, code in (("origine", ligne.origine), ("destination", ligne.destination)):
        designation = find(code)
        if not designation.unites:
            message = f"La commune « {code} » est inconnue, ou sa région n’est pas chargée."
            refusals.append(Refusal("commune_inconnue", message, column))
        elif designation.lien == Lien.VILLE:
            message = f"« {code} » est suivie par arrondissement\u202f: donnez une ligne pour chacun."
            refusals.append(Refusal("ville_a_arrondissements", message, column))
        else:
            ends.append(designation.unites[0])
    return ends, tuple(refusals)


def _write(wanted: Mapping[Key, Mapping[str, int]], source: str) -> dict[Key, dict[str, int]]:
    """Merge the times into the rows of their origins; return what these rows said before."""
    rows = {
        (row.origine_id, row.mode, row.annee): row
        for row in Trajet.objects.select_for_update().filter(
            origine__in={origine for origine, _, _ in wanted},
            mode__in={mode for _, mode, _ in wanted},
            annee__in={annee for _, _, annee in wanted},
        )
    }
    before = {key: dict(zip(row.destinations, row.minutes, strict=True)) for key, row in rows.items()}
    created: list[Trajet] = []
    changed: list[Trajet] = []
    for key, cells in wanted.items():
        merged = before.get(key, {}) | dict(cells)
        if merged == before.get(key):
            continue
        row = rows.get(key) or Trajet(origine_id=key[0], mode=key[1], annee=key[2])
        (changed if row.pk else created).append(row)
        row.destinations, row.minutes, row.source = list(merged), list(merged.values()), source
    Trajet.objects.bulk_create(created)
    Trajet.objects.bulk_update(changed, ["destinations", "minutes", "source"], batch_size=500)
    return before


def _trace(
    results: Sequence[TrajetEnregistre],
    wanted: Mapping[Key, Mapping[str, int]],
    *,
    source: str,
    actor: User | None,
    on: date,
) -> None:
    """Write the act in the journal of each region that the origins belong to, when something changed."""
    counts: dict[str, Any] = {
        change: sum(result.change == change for result in results) for change in ("cree", "modifie", "inchange")
    }
    if not counts["cree"] and not counts["modifie"]:
        return
    codes = Territoire.objects.filter(pk__in={origine for origine, _, _ in wanted}).values("region")
    for region in Territoire.objects.en_vigueur().filter(niveau=Niveau.REGION, code__in=codes).order_by("code"):
        audit.record("record_trajets", region, actor=actor, source=source, on=on.isoformat(), **counts)
