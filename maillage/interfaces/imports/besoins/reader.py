"""One line of a table of needs, typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from maillage.domains.diagnostics.queries.publics import list_publics
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.interfaces.imports.reading.columns import normalise
from maillage.interfaces.imports.reading.values import Values

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping
    from decimal import Decimal


@dataclass(frozen=True, slots=True)
class LigneBesoins:
    """What the line says; `valeur` is None when the figure is withheld."""

    public: str
    commune: str
    annee: int
    valeur: Decimal | None
    estime: bool

    @property
    def key(self) -> Hashable:
        """A figure is that of a public, in a commune, one year."""
        return self.public, self.commune, self.annee


def read_line(cells: Mapping[str, str]) -> LigneBesoins:
    """Return the typed line; raise `Refused` with every fault, each under its column."""
    values = Values(cells)
    valeur = None if is_withheld(cells.get("valeur", "")) else values.amount("valeur", digits=10)
    estime = normalise(cells.get("estime", ""))
    if estime not in {"", "oui", "non", "o", "n", "1", "0", "vrai", "faux", "true", "false"}:
        values.fault("estime", "oui_non", f"« {cells['estime']} » : écrivez « oui » ou « non ».")
    public = values.checked("public", find_public, required=True)
    commune = values.text("commune", required=True, longest=5).upper()
    annee = values.year("annee", required=True)
    values.check()
    assert annee is not None  # a missing year is a fault, raised just above
    return LigneBesoins(public, commune.zfill(5), annee, valeur, estime in {"oui", "o", "1", "vrai", "true"})


def find_public(text: str) -> str:
    """Return the code of a public from its code or its label; raise `Refused` with the known ones."""
    publics = list_publics()
    for code, public in publics.items():
        if normalise(text) in {normalise(code), normalise(public.libelle)}:
            return code
    message = f"Le public « {text} » est inconnu. Publics connus : {', '.join(publics)}."
    raise Refused(Refusal("public_inconnu", message, "public"))


def is_withheld(text: str) -> bool:
    """Tell a figure hidden by a threshold, « <5 » or « moins de 11 »: unknown, like « s » and « * »."""
    return text.strip().casefold().startswith(("<", "moins de ", "inf", "secret"))
