"""The commune that a postal code and a town name designate, and whether an address agrees with a commune."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.interfaces.imports.reading.columns import normalise

if TYPE_CHECKING:
    from collections.abc import Iterable

_NOISE = re.compile(r"\b(cedex|arrondissement|arr|er|e|eme)\b|\d+(er|e|eme)?")


@dataclass(frozen=True, slots=True)
class Commune:
    """A unit of the COG as an address designates it."""

    code: str
    nom: str
    departement: str
    codes_postaux: tuple[str, ...]


class Witness(Enum):
    """What designates a commune, the surest first: how it is told, and that it prevails."""

    POINT = "Les coordonnées tombent à", "Les coordonnées l’emportent."
    CODE_INSEE = "Le code INSEE désigne", "Le code INSEE l’emporte."
    CODE_POSTAL = "Le code postal désigne", "Le code postal l’emporte."

    def __init__(self, finding: str, verdict: str) -> None:
        self.finding, self.verdict = finding, verdict


class Adresses:
    """The communes by code, postal code and name; « St-Denis Cedex 2 » and « SAINT DENIS » are one name."""

    def __init__(self, communes: Iterable[Commune]) -> None:
        self.communes = {commune.code: commune for commune in communes}
        self._by_postal: defaultdict[str, list[Commune]] = defaultdict(list)
        self._by_name: defaultdict[str, list[Commune]] = defaultdict(list)
        for commune in self.communes.values():
            self._by_name[plain(commune.nom)].append(commune)
            for code in commune.codes_postaux:
                self._by_postal[code].append(commune)

    def find(self, code_postal: str, ville: str) -> Commune:
        """Return the one commune of an address; raise `Refused` when none or several fit."""
        if not code_postal:
            raise Refused(
                Refusal("lieu_absent", "La ligne n’a ni coordonnées, ni code INSEE, ni code postal.", "code_postal")
            )
        candidates = self._by_postal.get(code_postal, [])
        if len(candidates) > 1:
            candidates = [commune for commune in candidates if plain(commune.nom) == plain(ville)]
        elif not candidates:  # a Cedex: the département and the town name are left
            candidates = [c for c in self._by_name.get(plain(ville), []) if code_postal.startswith(c.departement)]
        if len(candidates) == 1:
            return candidates[0]
        raise Refused(self._refusal(code_postal, ville))

    def _refusal(self, code_postal: str, ville: str) -> Refusal:
        names = self._names(code_postal)
        if not names:
            message = f"Le code postal {code_postal} n’est celui d’aucune commune du découpage chargé."
            return Refusal("lieu_inconnu", message, "code_postal")
        message = (
            f"Le code postal {code_postal} est celui de plusieurs communes ({names}) ; la ville « {ville} » ne dit pas "
            "laquelle."
        )
        return Refusal("lieu_ambigu", message, "code_postal")

    def disagreements(self, commune: Commune, code_postal: str, ville: str, *, witness: Witness) -> list[Refusal]:
        """Return, as warnings, what an address says against the commune that a surer witness designates.

        A town that names no commune may be a hamlet or a district: it only speaks against a postal code alone.
        """
        found = f"{witness.finding} {commune.nom} ({commune.code})"
        if code_postal in self._by_postal and code_postal not in commune.codes_postaux:
            message = (
                f"{found}, le code postal {code_postal} est celui de : {self._names(code_postal)}. {witness.verdict}"
            )
            return [Refusal("code_postal_different", message, "code_postal")]
        named = self._by_name.get(plain(ville), [])
        if commune not in named and (named or (ville and witness is Witness.CODE_POSTAL)):
            return [Refusal("ville_differente", f"{found}, l’adresse dit « {ville} ». {witness.verdict}", "ville")]
        return []

    def _names(self, code_postal: str) -> str:
        return ", ".join(sorted(commune.nom for commune in self._by_postal.get(code_postal, [])))


def plain(nom: str) -> str:
    """Reduce a town name to what identifies it: no accent, no Cedex, no arrondissement, « Saint » in full."""
    words = _NOISE.sub(" ", normalise(nom)).split()
    return " ".join({"st": "saint", "ste": "sainte"}.get(word, word) for word in words)
