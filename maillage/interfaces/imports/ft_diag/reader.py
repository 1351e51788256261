"""One group of job seekers of a territory: the publics it is part of, and how many they are."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from maillage.interfaces.imports.chiffres import LigneChiffres, is_unknown, read_figure, read_year
from maillage.interfaces.imports.ft_diag.card import CONTRAINTES, MODALITES
from maillage.interfaces.imports.reading.columns import normalise
from maillage.interfaces.imports.reading.values import Values
from maillage.references.territoires.enums import Niveau

if TYPE_CHECKING:
    from collections.abc import Mapping

_YES, _NO = {"o", "oui", "1", "vrai", "true"}, {"n", "non", "0", "faux", "false", ""}
_INFRA = ("inferieur", "sans diplome", "sans formation", "aucun", "v bis", "vi", "cp a ce1", "c3a", "cfg", "bepc")
_FOREVER = 10_000


def read_line(cells: Mapping[str, str]) -> LigneChiffres:
    """Return the typed line; a group outside categories A, B and C counts in no public.

    Raise `Refused` with every fault: a modality that is not understood is one, rather than a count gone astray.
    """
    values = Values(cells)
    code = values.text("c_territoire_id", required=True, longest=12).upper()
    annee = read_year(values, "mois_statistique")
    nombre = read_figure(values, cells, "defm")
    counted = _category(values)
    member = _memberships(values, cells)
    values.check()
    figures = tuple((public, nombre if inside else Decimal(0)) for public, inside in member.items()) if counted else ()
    partie = tuple(cells.get(column, "") for column in ("mois_statistique", "dptres", *MODALITES, *CONTRAINTES))
    return LigneChiffres(Niveau.CLPE, code, annee, figures, cumul=True, partie=partie)


def _category(values: Values) -> bool:
    """Tell whether the group is of category A, B or C."""
    category = values.text("categorie_statistique", required=True, longest=30).upper().removeprefix("CAT").strip(". ")
    if category and category not in {"A", "B", "C", "D", "E", "F", "G"}:
        values.fault("categorie_statistique", "categorie_inconnue", f"« {category} » n’est pas une catégorie, A à G.")
    return category in {"A", "B", "C"}


def _memberships(values: Values, cells: Mapping[str, str]) -> dict[str, bool]:
    """Return, of each public that the columns of the file tell, whether the group is part of it."""
    member = {"defm_abc": True}
    long = _reaches(values, cells, "tranche_anciennete", 12)
    longer = _reaches(values, cells, "tranche_anciennete", 24)
    senior = _reaches(values, cells, "tranche_age", 50)
    young = _reaches(values, cells, "tranche_age", 25)
    told: dict[str, bool | None] = {
        "deld_1an": long,
        "deld_2ans": longer,
        "seniors": senior,
        "seniors_deld": None if long is None or senior is None else long and senior,
        "jeunes_25": None if young is None else not young,
        "femmes": _is_woman(values, cells),
        "infra_cap": _is_infra(cells),
        "rqth": _flag(values, cells, "top_boe"),
        "brsa_de": _flag(values, cells, "top_rsa"),
        "defm_qpv": _flag(values, cells, "top_qpv"),
        **{public: _flag(values, cells, column) for column, public in CONTRAINTES.items()},
    }
    return member | {public: inside for public, inside in told.items() if inside is not None}


def _flag(values: Values, cells: Mapping[str, str], column: str) -> bool | None:
    if column not in cells:
        return None
    word = normalise(cells[column])
    if word not in _YES | _NO:
        values.fault(column, "oui_non", f"« {cells[column]} » : écrivez O ou N, 1 ou 0.")
    return word in _YES


def _reaches(values: Values, cells: Mapping[str, str], column: str, threshold: int) -> bool | None:
    """Tell whether a bracket lies from the threshold on (months, or years of age); None when the file lacks it."""
    if column not in cells or is_unknown(cells[column]):
        return None
    found = bracket(cells[column], months=column == "tranche_anciennete")
    if found is None or found[0] < threshold < found[1]:
        values.fault(column, "tranche_inconnue", f"« {cells[column]} » ne se lit pas comme une tranche sûre.")
        return None
    return found[0] >= threshold


def bracket(text: str, *, months: bool) -> tuple[int, int] | None:
    """Return the bounds [low, high) that a bracket tells, in months or in years: « 12 à 23 mois », « 50 ans et plus ».

    « 1 à 2 ans » of seniority is [12, 24); « 25-49 ans » of age is [25, 50). None when it tells nothing.
    """
    words = normalise(text)
    scale = 12 if months and re.search(r"\ban(s|nee|nees)?\b", words) else 1
    numbers = [int(number) * scale for number in re.findall(r"\d+", words)]
    if not numbers:
        return None
    if "plus" in words:
        return numbers[0], _FOREVER
    if words.startswith(("moins", "inf")):
        return 0, numbers[0]
    if len(numbers) == 1:
        return None
    first, last = numbers[:2]
    return first, last if months and last % 12 == 0 else last + 1


def _is_woman(values: Values, cells: Mapping[str, str]) -> bool | None:
    if "sexe" not in cells or is_unknown(cells["sexe"]):
        return None
    word = normalise(cells["sexe"])
    if word not in {"f", "femme", "femmes", "2", "h", "m", "homme", "hommes", "1"}:
        values.fault("sexe", "sexe_inconnu", f"« {cells['sexe']} » : écrivez F ou H.")
    return word in {"f", "femme", "femmes", "2"}


def _is_infra(cells: Mapping[str, str]) -> bool | None:
    if "niveau_de_formation" not in cells or is_unknown(cells["niveau_de_formation"]):
        return None
    return normalise(cells["niveau_de_formation"]).startswith(_INFRA)
