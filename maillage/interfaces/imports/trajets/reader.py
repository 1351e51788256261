"""One line of a matrix of travel times, typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.interfaces.imports.reading.columns import normalise
from maillage.interfaces.imports.reading.values import Values
from maillage.references.territoires.enums import Mode

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

MODES = {
    **{mode.value: mode for mode in Mode},
    **{normalise(mode.label): mode for mode in Mode},
    "tc": Mode.TRANSPORTS,
    "transit": Mode.TRANSPORTS,
    "transports en commun": Mode.TRANSPORTS,
    "transport en commun": Mode.TRANSPORTS,
    "vp": Mode.VOITURE,
    "car": Mode.VOITURE,
    "bicycle": Mode.VELO,
    "bike": Mode.VELO,
    "walk": Mode.MARCHE,
    "pied": Mode.MARCHE,
}


@dataclass(frozen=True, slots=True)
class LigneTrajets:
    """What the line says; `annee` is None when it does not tell it."""

    origine: str
    destination: str
    minutes: int
    mode: Mode
    annee: int | None

    @property
    def key(self) -> Hashable:
        """A time is that of a pair, by one mode, one year."""
        return self.origine, self.destination, self.mode, self.annee


def read_line(cells: Mapping[str, str]) -> LigneTrajets:
    """Return the typed line; raise `Refused` with every fault, each under its column."""
    values = Values(cells)
    minutes = values.amount("minutes", digits=5)
    if minutes is None and not values.faults:
        values.fault("minutes", "valeur_absente", "Sans temps de trajet, la ligne ne dit rien\u202f: retirez-la.")
    mode = values.checked("mode", find_mode, required=True)
    origine = values.text("origine", required=True, longest=5).upper()
    destination = values.text("destination", required=True, longest=5).upper()
    annee = values.year("annee")
    values.check()
    assert minutes is not None  # its absence is a fault, raised just above
    return LigneTrajets(origine.zfill(5), destination.zfill(5), int(minutes.to_integral_value()), Mode(mode), annee)


def find_mode(text: str) -> str:
    """Return the mode that a word designates; raise `Refused` with the known ones."""
    mode = MODES.get(normalise(text))
    if mode is None:
        known = ", ".join(Mode.values)
        raise Refused(
            Refusal("mode_inconnu", f"Le mode «\u202f{text}\u202f» est inconnu. Modes connus\u202f: {known}.", "mode")
        )
    return str(mode)
