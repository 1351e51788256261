"""What the sources of figures share: a line says how many people of some publics live in a territory, one year.

A file has one column per public (« wide »), one line per public, or many lines that add up: each source reads its own
layout into `LigneChiffres`, and they are all written the same way. A file older than the communes in force may hold a
commune and those it has absorbed: their figures are added up, in whatever order and slice they come, and a total is
unknown as soon as one of its parts is.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

from maillage.domains.diagnostics.rules import LigneBesoin
from maillage.domains.diagnostics.services.besoins import record_besoins
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.interfaces.imports.reading.columns import normalise
from maillage.interfaces.imports.reading.values import UNKNOWN
from maillage.interfaces.imports.source import Column, Outcome
from maillage.references.territoires.enums import Niveau
from maillage.references.territoires.queries.communes import Annuaire, Lien, get_annuaire
from maillage.references.territoires.queries.liste import list_lieux

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

    from maillage.interfaces.imports.reading.values import Values
    from maillage.interfaces.imports.source import Change, Context

Lieu: TypeAlias = tuple[str, str]  # level, code
Cell: TypeAlias = tuple[str, Lieu, int]  # public, territory, year
Figures: TypeAlias = tuple[tuple[str, Decimal | None], ...]

# From the weakest to the strongest: what a line is said to have done is the most it did.
_STRENGTH: tuple[Change | None, ...] = (None, "inchange", "modifie", "cree")

COMMUNE = Column(
    "code",
    "Code INSEE de la commune",
    "Cinq caractères. Les codes disparus sont convertis ; Paris se donne par arrondissement ou en entier (75056).",
    "93066",
    required=True,
    aliases=("codgeo", "code commune", "code insee", "codes_insee", "insee_com", "numcom", "depcom", "com", "code_geo"),
)
ANNEE = Column("annee", "Année", "Année de la mesure.", "2025", required=True, aliases=("an", "millesime", "year"))


@dataclass(frozen=True, slots=True)
class LigneChiffres:
    """What a line says of a territory, written as the file writes it; a figure is None when it is withheld.

    `partie` sets apart the lines of a file whose figures add up (a cross table): what the line is a part of the total
    by. `cumul` tells that they do.
    """

    niveau: str
    code: str
    annee: int
    valeurs: Figures
    estime: bool = False
    cumul: bool = False
    partie: tuple[str, ...] = ()

    @property
    def key(self) -> Hashable:
        """A figure is that of a public, in a territory, one year."""
        return tuple(public for public, _ in self.valeurs) if not self.cumul else self.partie, *self.lieu, self.annee

    @property
    def lieu(self) -> Lieu:
        """The territory as the file writes it."""
        return self.niveau, self.code


def is_withheld(text: str) -> bool:
    """Tell a figure hidden by a threshold, « <5 » or « moins de 11 »: unknown, like « s » and « * »."""
    return text.strip().casefold().startswith(("<", "moins de ", "inf", "secret"))


def read_figures(values: Values, cells: Mapping[str, str], publics: Mapping[str, str]) -> Figures:
    """Read the columns of a wide file (column → public); one that the file lacks says nothing, not even unknown."""
    return tuple((public, read_figure(values, cells, column)) for column, public in publics.items() if column in cells)


def read_figure(values: Values, cells: Mapping[str, str], column: str) -> Decimal | None:
    """Return a number of people, None when it is withheld."""
    return None if is_withheld(cells.get(column, "")) else values.amount(column, digits=10)


def read_year(values: Values, column: str = "annee") -> int:
    """Return the year of a year, a month, a quarter or a date: 2024, 202409, 2024T3, 2024-09-30, 30/09/2024."""
    text = values.text(column, required=True, longest=20)
    found = re.fullmatch(r"(\d{4})(?:[-/]?\d{2}(?:[-/]?\d{2})?.*|-?[TQ][1-4])?|\d{2}/(?:\d{2}/)?(\d{4})", text)
    year = int(found[1] or found[2]) if found else 0
    if text and not 1990 <= year <= 2100:
        message = f"« {text} » ne donne pas d’année : écrivez 2024, 2024-09 ou 30/09/2024."
        values.fault(column, "annee_illisible", message)
    return year


def read_commune(values: Values, column: str = "code") -> str:
    """Return a commune code of five characters; a spreadsheet drops the zero that some begin with."""
    code = values.text(column, required=True, longest=5).upper().zfill(5)
    if code != "00000" and not re.fullmatch(r"\d[0-9AB]\d{3}", code):
        values.fault(column, "code_commune", f"« {code} » n’est pas un code INSEE de commune : cinq caractères.")
    return code


def is_unknown(text: str) -> bool:
    """Tell a cell that says nothing."""
    return normalise(text) == "" or text.strip().casefold() in UNKNOWN


@dataclass(frozen=True, slots=True)
class Total:
    """The figures of one cell, added up: the codes they come from, and their sum (None: one is unknown)."""

    codes: tuple[str, ...]
    valeur: Decimal | None


@dataclass(frozen=True, slots=True)
class Lieux:
    """What the codes of a file designate: the communes by the directory, the other territories as they are."""

    annuaire: Annuaire
    connus: frozenset[Lieu]

    def find(self, niveau: str, code: str) -> Lieu:
        """Return the territory in force that a code designates; raise `Refused` when there is none.

        Of a city made of arrondissements, it is the city: its figure is its own, and spread only when it is read.
        """
        if niveau != Niveau.COMMUNE:
            if (niveau, code) in self.connus:
                return niveau, code
            raise Refused(self._unknown(niveau, code))
        designation = self.annuaire.find(code)
        if not designation.unites:
            raise Refused(self._unknown(niveau, code))
        if designation.lien == Lien.VILLE:
            return Niveau.VILLE, code
        return Niveau.COMMUNE, designation.unites[0].code

    def _unknown(self, niveau: str, code: str) -> Refusal:
        departement = code[: 3 if code.startswith("97") else 2]
        if niveau in {Niveau.COMMUNE, Niveau.DEPARTEMENT} and (Niveau.DEPARTEMENT, departement) not in self.connus:
            return Refusal("hors_region", "Ce territoire n’est pas dans la région chargée.", "code")
        if niveau == Niveau.COMMUNE:
            return Refusal("commune_inconnue", f"La commune « {code} » n’est pas dans le découpage chargé.", "code")
        label = Niveau(niveau).label
        return Refusal("territoire_inconnu", f"« {code} » ({label}) n’est pas dans le découpage chargé.", "code")


def open_mapper(context: Context) -> Callable[[Sequence[LigneChiffres]], list[Outcome]]:
    """Read the territories once, then record lines by slices, public by public."""
    lieux = Lieux(get_annuaire(), frozenset(list_lieux()))
    totals = add_up(context.lines(), lieux)

    def record(lines: Sequence[LigneChiffres]) -> list[Outcome]:
        outcomes: dict[int, Outcome] = {}
        cells: defaultdict[str, dict[tuple[Lieu, int], tuple[int, LigneBesoin]]] = defaultdict(dict)
        for position, line in enumerate(lines):
            try:
                lieu = lieux.find(line.niveau, line.code)
            except Refused as refused:
                outcomes[position] = Outcome(None, refused.refusals)
                continue
            outcomes[position] = Outcome("inchange", warnings=_warn(line, lieu, totals))
            for public, valeur in line.valeurs:
                total = totals.get((public, lieu, line.annee))
                figure = LigneBesoin(
                    lieu[1], line.annee, total.valeur if total else valeur, line.estime, niveau=lieu[0]
                )
                cells[public].setdefault((lieu, line.annee), (position, figure))
        for public, wanted in cells.items():
            done = record_besoins(
                public_code=public,
                lignes=[figure for _, figure in wanted.values()],
                source=context.provenance,
                actor=context.actor,
                on=context.on,
            )
            for rank, (position, _) in enumerate(wanted.values()):
                change = done.changes[rank]
                outcomes[position] = _merge(
                    outcomes[position], None if change == "refuse" else change, done.refusals.get(rank, ())
                )
        return [outcomes[position] for position in range(len(lines))]

    return record


def _merge(known: Outcome, change: Change | None, refusals: tuple[Refusal, ...]) -> Outcome:
    """Add what became of one figure to what became of its line; a figure refused refuses the line, told once."""
    if refusals or known.refusals:
        return Outcome(None, tuple(dict.fromkeys((*known.refusals, *refusals))), known.warnings)
    return Outcome(max(known.change, change, key=_STRENGTH.index), warnings=known.warnings)


def add_up(lines: Iterable[LigneChiffres], lieux: Lieux) -> dict[Cell, Total]:
    """Return the totals of the cells that several lines of the file tell: vanished codes, lines that add up.

    What stays in memory is one sum per cell, and the figures of the communes that have absorbed others.
    """
    successors = set(lieux.annuaire.passages.values())
    reunies: defaultdict[Cell, dict[str, Decimal | None]] = defaultdict(dict)
    cumuls: dict[Cell, Decimal | None] = {}
    for line in lines:
        if not line.cumul and (line.niveau != Niveau.COMMUNE or _heir(line.code, lieux) not in successors):
            continue
        try:
            lieu = lieux.find(line.niveau, line.code)
        except Refused:
            continue
        for public, valeur in line.valeurs:
            cell = public, lieu, line.annee
            if line.cumul:
                before = cumuls.get(cell, Decimal(0))
                cumuls[cell] = None if before is None or valeur is None else before + valeur
            else:
                reunies[cell][line.code] = valeur  # a corrected line comes after the one it corrects
    totals = {cell: _total(values) for cell, values in reunies.items() if len(values) > 1}
    return totals | {cell: Total((), total) for cell, total in cumuls.items()}


def _total(values: Mapping[str, Decimal | None]) -> Total:
    known = [value for value in values.values() if value is not None]
    return Total(tuple(sorted(values)), sum(known, Decimal(0)) if len(known) == len(values) else None)


def _heir(code: str, lieux: Lieux) -> str:
    return code if code in lieux.annuaire.unites else lieux.annuaire.passages.get(code, "")


def _warn(line: LigneChiffres, lieu: Lieu, totals: Mapping[Cell, Total]) -> tuple[Refusal, ...]:
    if line.niveau != Niveau.COMMUNE or line.cumul:
        return ()
    for public, _ in line.valeurs:
        if total := totals.get((public, lieu, line.annee)):
            message = f"Les valeurs des communes réunies dans {lieu[1]} sont additionnées : {', '.join(total.codes)}."
            return (Refusal("communes_reunies", message, "code"),)
    if lieu[0] == Niveau.VILLE:
        message = (
            f"La ville {line.code} est suivie par arrondissement : la valeur est gardée pour la ville entière, et"
            " répartie à la lecture entre les arrondissements que le fichier ne donne pas."
        )
        return (Refusal("ville_entiere", message, "code"),)
    if line.code != lieu[1]:
        message = f"Le code {line.code} a disparu ; la valeur est portée à {lieu[1]}."
        return (Refusal("code_converti", message, "code"),)
    return ()
