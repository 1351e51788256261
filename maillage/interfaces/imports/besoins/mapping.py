"""From typed lines to the needs that the diagnostic reads.

A file older than the communes in force may hold a commune and those it has absorbed: their figures are added up, in
whatever order and slice they come, and the total is unknown as soon as one of them is.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from maillage.domains.diagnostics.rules import LigneBesoin
from maillage.domains.diagnostics.services.besoins import record_besoins
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.interfaces.imports.source import Outcome
from maillage.references.territoires.queries.communes import Annuaire, Lien, get_annuaire

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from maillage.interfaces.imports.besoins.reader import LigneBesoins
    from maillage.interfaces.imports.source import Context

Cell = tuple[str, str, int]  # public, unit, year


@dataclass(frozen=True, slots=True)
class Total:
    """The figures of one unit: the old and new codes they come from, and their sum (None: one is unknown)."""

    codes: tuple[str, ...]
    valeur: Decimal | None


def open_mapper(context: Context) -> Callable[[Sequence[LigneBesoins]], list[Outcome]]:
    """Read the communes and publics once, then record lines by slices."""
    annuaire = get_annuaire()
    totals = add_up(context.lines(), annuaire)

    def record(lines: Sequence[LigneBesoins]) -> list[Outcome]:
        outcomes: dict[int, Outcome] = {}
        accepted: defaultdict[str, dict[tuple[str, int], int]] = defaultdict(dict)
        for position, line in enumerate(lines):
            try:
                unite = _find_unite(line.commune, annuaire)
            except Refused as refused:
                outcomes[position] = Outcome(None, refused.refusals)
                continue
            outcomes[position] = Outcome("inchange", warnings=_warn(line, unite, totals))
            accepted[line.public].setdefault((unite, line.annee), position)
        for public, cells in accepted.items():
            wanted = [_figure(lines[position], unite, totals) for (unite, _), position in cells.items()]
            done = record_besoins(
                public_code=public, lignes=wanted, source=context.provenance, actor=context.actor, on=context.on
            )
            for rank, (position, change) in enumerate(zip(cells.values(), done.changes, strict=True)):
                kept = None if change == "refuse" else change
                outcomes[position] = Outcome(kept, done.refusals.get(rank, ()), outcomes[position].warnings)
        return [outcomes[position] for position in range(len(lines))]

    return record


def add_up(lines: Iterable[LigneBesoins], annuaire: Annuaire) -> dict[Cell, Total]:
    """Return the totals of the units that several codes of the file designate."""
    successors = set(annuaire.passages.values())
    parts: defaultdict[Cell, dict[str, Decimal | None]] = defaultdict(dict)
    for line in lines:
        unite = line.commune if line.commune in annuaire.unites else annuaire.passages.get(line.commune, "")
        if unite in successors:
            parts[line.public, unite, line.annee][line.commune] = line.valeur
    return {cell: _total(values) for cell, values in parts.items() if len(values) > 1}


def _total(values: Mapping[str, Decimal | None]) -> Total:
    known = [value for value in values.values() if value is not None]
    return Total(tuple(sorted(values)), sum(known, Decimal(0)) if len(known) == len(values) else None)


def _find_unite(code: str, annuaire: Annuaire) -> str:
    """Return the unit of a code; the figure of a whole city is refused: to spread it would be to estimate."""
    designation = annuaire.find(code)
    if not designation.unites:
        message = f"La commune « {code} » n’est pas dans le découpage chargé."
        raise Refused(Refusal("commune_inconnue", message, "commune"))
    if designation.lien == Lien.VILLE:
        first, last = designation.unites[0].code, designation.unites[-1].code
        message = (
            f"{annuaire.villes[code].nom} ({code}) est suivie par arrondissement : donnez une ligne pour chacun, de "
            f"{first} à {last}. La valeur de la ville n’est pas répartie : ce serait une estimation."
        )
        raise Refused(Refusal("ville_a_arrondissements", message, "commune"))
    return designation.unites[0].code


def _figure(line: LigneBesoins, unite: str, totals: Mapping[Cell, Total]) -> LigneBesoin:
    total = totals.get((line.public, unite, line.annee))
    return LigneBesoin(unite, line.annee, total.valeur if total else line.valeur, line.estime)


def _warn(line: LigneBesoins, unite: str, totals: Mapping[Cell, Total]) -> tuple[Refusal, ...]:
    if total := totals.get((line.public, unite, line.annee)):
        message = f"Les valeurs des communes réunies dans {unite} sont additionnées : {', '.join(total.codes)}."
        return (Refusal("communes_reunies", message, "commune"),)
    if line.commune != unite:
        message = f"Le code {line.commune} a disparu ; la valeur est portée à {unite}."
        return (Refusal("code_converti", message, "commune"),)
    return ()
