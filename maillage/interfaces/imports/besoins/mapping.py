"""From typed lines to the needs that the diagnostic reads.

A file older than the communes in force may hold a commune and those it has absorbed: their figures are added up, in
whatever order and slice they come, and the total is unknown as soon as one of them is.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from maillage.domains.diagnostics.queries.publics import list_publics
from maillage.domains.diagnostics.rules import LigneBesoin
from maillage.domains.diagnostics.services.besoins import record_besoins
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.interfaces.imports.queries.communes import Communes, get_communes
from maillage.interfaces.imports.reading.columns import normalise
from maillage.interfaces.imports.source import Context, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from maillage.interfaces.imports.besoins.reader import LigneBesoins

Cell = tuple[str, str, int]  # public, unit, year


@dataclass(frozen=True, slots=True)
class Total:
    """The figures of one unit: the old and new codes they come from, and their sum (None: one is unknown)."""

    codes: tuple[str, ...]
    valeur: Decimal | None


def open_mapper(context: Context) -> Callable[[Sequence[LigneBesoins]], list[Outcome]]:
    """Read the communes and publics once, then record lines by slices."""
    communes = get_communes()
    publics = {normalise(name): code for code, p in list_publics().items() for name in (code, p.libelle)}
    totals = add_up(context.lines(), communes)

    def record(lines: Sequence[LigneBesoins]) -> list[Outcome]:
        outcomes: list[Outcome] = [Outcome(None)] * len(lines)
        accepted: defaultdict[str, dict[tuple[str, int], int]] = defaultdict(dict)
        for position, line in enumerate(lines):
            try:
                public, unite = _find_public(line.public, publics), communes.get(line.commune).code
            except Refused as refused:
                outcomes[position] = Outcome(None, refused.refusals)
                continue
            total = totals.get((line.public, unite, line.annee))
            outcomes[position] = Outcome("inchange", warnings=_warn(line, unite, total))
            accepted[public].setdefault((unite, line.annee), position)
        for public, cells in accepted.items():
            wanted = [_figure(lines[p], unite, totals) for (unite, _), p in cells.items()]
            done = record_besoins(
                public_code=public, lignes=wanted, source=context.provenance, actor=context.actor, on=context.on
            )
            for rank, (position, change) in enumerate(zip(cells.values(), done.changes, strict=True)):
                kept = None if change == "refuse" else change
                outcomes[position] = Outcome(kept, done.refusals.get(rank, ()), outcomes[position].warnings)
        return outcomes

    return record


def add_up(lines: Iterable[LigneBesoins], communes: Communes) -> dict[Cell, Total]:
    """Return the totals of the units that several codes of the file designate."""
    successors = set(communes.passages.values())
    parts: defaultdict[Cell, dict[str, Decimal | None]] = defaultdict(dict)
    for line in lines:
        if line.commune in communes.passages or line.commune in successors:
            unite = communes.passages.get(line.commune, line.commune)
            parts[line.public, unite, line.annee][line.commune] = line.valeur
    return {
        cell: Total(
            tuple(sorted(values)), None if None in values.values() else sum(filter(None, values.values()), Decimal(0))
        )
        for cell, values in parts.items()
        if len(values) > 1
    }


def _find_public(name: str, publics: dict[str, str]) -> str:
    if name not in publics:
        known = ", ".join(sorted(set(publics.values())))
        raise Refused(
            Refusal("public_inconnu", f"Le public « {name} » est inconnu. Publics connus : {known}.", "public")
        )
    return publics[name]


def _figure(line: LigneBesoins, unite: str, totals: dict[Cell, Total]) -> LigneBesoin:
    total = totals.get((line.public, unite, line.annee))
    return LigneBesoin(unite, line.annee, total.valeur if total else line.valeur, line.estime)


def _warn(line: LigneBesoins, unite: str, total: Total | None) -> tuple[Refusal, ...]:
    if total:
        message = f"Les valeurs des communes réunies dans {unite} sont additionnées : {', '.join(total.codes)}."
        return (Refusal("communes_reunies", message, "commune"),)
    if line.commune != unite:
        return (
            Refusal("code_converti", f"Le code {line.commune} a disparu ; la valeur est portée à {unite}.", "commune"),
        )
    return ()
