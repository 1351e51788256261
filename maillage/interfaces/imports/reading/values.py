"""Cells to values: every fault of a line is gathered, then told at once."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from maillage.foundations.kernel.errors import Refusal, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# How people and producers write that a figure is not known, or is withheld.
UNKNOWN = frozenset(
    {"", "nd", "n.d.", "n/d", "nc", "nr", "ns", "na", "n/a", "s", "c", "*", "**", "***", "-", "…", "..."}
)

_SPACES = str.maketrans("", "", " \u00a0\u202f\u2009'’")


class Values:
    """The cells of one line by column code; each getter notes the fault and returns None when a cell is unreadable."""

    def __init__(self, cells: Mapping[str, str]) -> None:
        self._cells = cells
        self.faults: list[Refusal] = []

    def fault(self, column: str, code: str, message: str) -> None:
        """Note a fault of this line."""
        self.faults.append(Refusal(code, message, column))

    def check(self) -> None:
        """Raise `Refused` with all the faults noted, if any."""
        if self.faults:
            raise Refused(*self.faults)

    def text(self, column: str, *, required: bool = False, longest: int = 300) -> str:
        """Return the cell's text."""
        text = self._cells.get(column, "").strip()
        if required and not text:
            self.fault(column, "valeur_absente", "La valeur est obligatoire.")
        if len(text) > longest:
            self.fault(column, "trop_long", f"Le texte compte {len(text)} caractères ; {longest} au plus.")
        return text

    def number(self, column: str) -> Decimal | None:
        """Return a decimal number, written with a comma or a point, spaces between thousands allowed.

        « nd », « s », « * »… and an empty cell are unknown, never zero.
        """
        text = self._cells.get(column, "").translate(_SPACES).replace(",", ".")
        if text.casefold() in UNKNOWN:
            return None
        try:
            value = Decimal(text)
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite():
            self.fault(column, "nombre_illisible", f"« {self._cells[column]} » n’est pas un nombre.")
            return None
        return value

    def amount(self, column: str, *, digits: int = 12) -> Decimal | None:
        """Return a number that is neither negative nor too large (`digits` before the point)."""
        value = self.number(column)
        if value is not None and value < 0:
            self.fault(column, "nombre_negatif", f"« {self._cells[column]} » est négatif.")
            return None
        if value is not None and value >= 10**digits:
            self.fault(column, "nombre_trop_grand", f"« {self._cells[column]} » est trop grand.")
            return None
        return value

    def count(self, column: str) -> int | None:
        """Return a whole number of things or people."""
        value = self.amount(column, digits=9)
        if value is not None and value != value.to_integral_value():
            self.fault(column, "nombre_non_entier", f"« {self._cells[column]} » n’est pas un nombre entier.")
            return None
        return None if value is None else int(value)

    def year(self, column: str, *, required: bool = False) -> int | None:
        """Return a year of four digits, between 1990 and 2100."""
        text = self.text(column, required=required, longest=10)
        if not text:
            return None
        if not text.isdecimal() or not 1990 <= int(text) <= 2100:
            self.fault(column, "annee_illisible", f"« {text} » n’est pas une année : écrivez-la avec quatre chiffres.")
            return None
        return int(text)

    def checked(self, column: str, check: Callable[[str], str], *, required: bool = False) -> str:
        """Return what a rule of the domain makes of the text; its refusal is noted under this column."""
        text = self.text(column, required=required)
        if not text:
            return ""
        try:
            return check(text)
        except Refused as refused:
            for refusal in refused.refusals:
                self.fault(column, refusal.code, refusal.message)
            return ""
