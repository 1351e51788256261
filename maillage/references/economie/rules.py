"""Codes of trades, their sectors, the calendar and the life of a great project. Pure: no Django, no clock."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.states import Transition, Transitions
from maillage.references.economie.enums import EtatProjet, NiveauFap, Nomenclature

if TYPE_CHECKING:
    from collections.abc import Iterable

FACTS = Path(__file__).parent / "facts"
# The third character of a code tells the nomenclature where the family has no letter of its own (A, B…).
MARQUE = {Nomenclature.FAP_2009: "Z", Nomenclature.FAP_2021: "X"}
_FAP = re.compile(r"[A-Z][0-9A-Z]{2}([0-9]{2})?")
_PERIODE = re.compile(r"\d{4}(-(0[1-9]|1[0-2]))?")

TRANSITIONS = Transitions(
    (
        Transition("begin", (EtatProjet.ANNONCE,), EtatProjet.EN_COURS, "Commencer"),
        Transition("finish", (EtatProjet.EN_COURS,), EtatProjet.TERMINE, "Terminer"),
        Transition("abandon", (EtatProjet.ANNONCE, EtatProjet.EN_COURS), EtatProjet.ABANDONNE, "Abandonner"),
        Transition("reopen", (EtatProjet.TERMINE, EtatProjet.ABANDONNE), EtatProjet.EN_COURS, "Rouvrir"),
    )
)


def find_path(source: str, target: str) -> list[str]:
    """Return the acts that lead from a state of a project to another, the fewest; none when it is already there."""
    paths: dict[str, list[str]] = {source: []}
    waiting = [source]
    while waiting and target not in paths:
        state = waiting.pop(0)
        for arrow in TRANSITIONS.available(state):
            if arrow.target not in paths:
                paths[arrow.target] = [*paths[state], arrow.act]
                waiting.append(arrow.target)
    return paths.get(target, [])


@dataclass(frozen=True, slots=True)
class LigneBmo:
    """The figures of one trade in one zone; a figure whose name is in `secrets` is withheld, None elsewhere unknown."""

    fap_code: str
    niveau: str
    zone_code: str
    annee: int
    projets: int | None
    difficiles: int | None
    saisonniers: int | None
    secrets: tuple[str, ...] = ()
    departement: str = ""
    fap_libelle: str = ""


@dataclass(frozen=True, slots=True)
class FichePhase:
    """A phase of a calendar, `fin` excluded."""

    nom: str
    debut: date
    fin: date


@dataclass(frozen=True, slots=True)
class FicheLieu:
    """A place: the code of its commune, its own name, its point in degrees when known."""

    commune_code: str
    nom: str = ""
    longitude: float | None = None
    latitude: float | None = None


@dataclass(frozen=True, slots=True)
class FicheProjet:
    """A great project as a form, an import or the demonstration describes it; `metiers` are (FAP code, posts or None).

    `acheteurs` are SIRET. None is unknown, an empty tuple says that there is none.
    """

    nom: str
    programme: str
    description: str = ""
    debut: date | None = None
    fin: date | None = None
    heures_prevues: int | None = None
    heures_realisees: int | None = None
    source: str = ""
    lieux: tuple[FicheLieu, ...] = ()
    phases: tuple[FichePhase, ...] = ()
    metiers: tuple[tuple[str, int | None], ...] = ()
    acheteurs: tuple[str, ...] = ()


@cache
def get_domaines() -> dict[str, str]:
    """Return the names of the professional domains by letter."""
    return dict(tomllib.loads((FACTS / "domaines.toml").read_text("utf-8"))["domaines"])


def get_domaine(code: str) -> str:
    """Return the professional domain of a code of the FAP; an empty text for a letter that has none."""
    return get_domaines().get(code[:1], "")


@cache
def get_secteurs() -> dict[str, tuple[str, ...]]:
    """Return the correspondence of the house: beginning of a code → groups of sectors of the SIAE."""
    facts = tomllib.loads((FACTS / "secteurs.toml").read_text("utf-8"))["secteurs"]
    return {prefix: tuple(groups) for prefix, groups in facts.items()}


def find_secteurs(code: str) -> tuple[str, ...]:
    """Return the groups of sectors of a trade: those of the longest beginning that fits, none when nothing does."""
    table = get_secteurs()
    for length in range(len(code), 0, -1):
        if code[:length] in table:
            return table[code[:length]]
    return ()


def check_fap(text: str) -> str:
    """Return a code of the FAP in capitals; refuse what is not one."""
    code = text.strip().upper()
    if not _FAP.fullmatch(code):
        message = f"« {text.strip()} » n’est pas un code FAP : cinq caractères (T4X60), trois pour une famille."
        raise Refused(Refusal("fap_illisible", message, "fap"))
    return code


def check_rome(text: str) -> str:
    """Return a code of the ROME in capitals; refuse what is not one."""
    code = text.strip().upper()
    if not re.fullmatch(r"[A-N][0-9]{4}", code):
        message = f"« {text.strip()} » n’est pas un code ROME : une lettre et quatre chiffres (K2204)."
        raise Refused(Refusal("rome_illisible", message, "rome"))
    return code


def check_periode(text: str) -> str:
    """Return a period, `2025` or `2026-03`; refuse another writing."""
    periode = text.strip().replace("/", "-")
    if not _PERIODE.fullmatch(periode):
        raise Refused(Refusal("periode_illisible", f"« {text.strip()} » : écrivez 2025 ou 2026-03.", "periode"))
    return periode


def get_niveau(code: str) -> NiveauFap:
    """Tell whether a code names a trade or a family."""
    return NiveauFap.METIER if len(code) == 5 else NiveauFap.FAMILLE


def guess_nomenclature(code: str) -> Nomenclature | None:
    """Return the nomenclature that the third character tells; None for the families that have a letter of their own."""
    return {mark: nomenclature for nomenclature, mark in MARQUE.items()}.get(code[2:3])


def find_equivalent(code: str, nomenclature: str) -> tuple[Nomenclature, str]:
    """Return the code that a trade most likely bears in the other nomenclature: the same, but for the marking letter.

    No passage table was published that we could find: what exists under that code is near, and is shown as such.
    """
    other = Nomenclature.FAP_2009 if nomenclature == Nomenclature.FAP_2021 else Nomenclature.FAP_2021
    mark = code[2:3]
    return other, code[:2] + (MARQUE[other] if mark in MARQUE.values() else mark) + code[3:]


def check_projet(fiche: FicheProjet) -> list[Refusal]:
    """Return why a sheet makes no sense in itself: no name, backward period, phase out of the project's own period."""
    refusals = []
    if not fiche.nom.strip():
        refusals.append(Refusal("nom_absent", "Donnez un nom au projet.", "nom"))
    if fiche.debut and fiche.fin and fiche.fin <= fiche.debut:
        refusals.append(Refusal("periode", "La fin du projet suit son début.", "fin"))
    refusals += [
        Refusal("phase_periode", f"« {phase.nom} » : la fin d’une phase suit son début.", "phases")
        for phase in fiche.phases
        if phase.fin <= phase.debut
    ]
    refusals += _doubles([phase.nom for phase in fiche.phases], "phase_double", "phases")
    refusals += _doubles([f"{lieu.commune_code} {lieu.nom}".strip() for lieu in fiche.lieux], "lieu_double", "lieux")
    refusals += _doubles([code for code, _ in fiche.metiers], "metier_double", "metiers")
    return refusals


def _doubles(names: Iterable[str], code: str, field: str) -> list[Refusal]:
    seen: set[str] = set()
    found = []
    for name in names:
        if name in seen:
            found.append(Refusal(code, f"« {name} » est donné deux fois.", field))
        seen.add(name)
    return found


def read_phases(text: str) -> tuple[FichePhase, ...]:
    """Read a calendar, one phase per line: « Gros œuvre ; 2026-01-01 ; 2028-06-30 », the last day included or not.

    Dates are ISO or French (01/02/2026). The third part is the first day after the phase.
    """
    return tuple(_read_phase(line) for line in _lines(text))


def write_phases(phases: Iterable[FichePhase]) -> str:
    """Write a calendar as `read_phases` reads it."""
    return "\n".join(f"{phase.nom} ; {phase.debut:%d/%m/%Y} ; {phase.fin:%d/%m/%Y}" for phase in phases)


def _read_phase(line: str) -> FichePhase:
    parts = [part.strip() for part in line.split(";")]
    if len(parts) != 3 or not parts[0]:
        message = f"« {line} » : écrivez une phase par ligne, « nom ; début ; fin »."
        raise Refused(Refusal("phase_illisible", message, "phases"))
    return FichePhase(parts[0], read_date(parts[1], "phases"), read_date(parts[2], "phases"))


def read_date(text: str, field: str) -> date:
    """Read a day, ISO or French; refuse another writing."""
    found = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text.strip())
    try:
        if found:
            return date(int(found[3]), int(found[2]), int(found[1]))
        return date.fromisoformat(text.strip())
    except ValueError:
        message = f"« {text.strip()} » n’est pas une date : écrivez 01/02/2026."
        raise Refused(Refusal("date_illisible", message, field)) from None


def read_metiers(text: str) -> tuple[tuple[str, int | None], ...]:
    """Read trades, one per line: « B1X31 : 120 », the number of posts after a colon when it is known."""
    found = []
    for line in _lines(text):
        code, _, posts = line.partition(":")
        digits = re.sub(r"\s", "", posts)
        if digits and not digits.isdecimal():
            message = f"« {line} » : le nombre de postes est un nombre entier."
            raise Refused(Refusal("postes_illisibles", message, "metiers"))
        try:
            found.append((check_fap(code), int(digits) if digits else None))
        except Refused as refused:
            raise Refused(*(Refusal(r.code, r.message, "metiers") for r in refused.refusals)) from None
    return tuple(found)


def write_metiers(metiers: Iterable[tuple[str, int | None]]) -> str:
    """Write trades as `read_metiers` reads them."""
    return "\n".join(code if posts is None else f"{code} : {posts}" for code, posts in metiers)


def read_lieux(text: str) -> tuple[FicheLieu, ...]:
    """Read places, one per line: « 93066 », « 93066 ; gare Pleyel », « 93066 ; gare Pleyel ; 2.3445 ; 48.9190 »."""
    found = []
    for line in _lines(text):
        parts = [part.strip() for part in line.split(";")]
        longitude = latitude = None
        if len(parts) == 4:
            try:
                longitude, latitude = (float(part.replace(",", ".")) for part in parts[2:])
            except ValueError:
                raise _unreadable_place(line) from None
        elif len(parts) > 2:
            raise _unreadable_place(line)
        found.append(FicheLieu(parts[0].upper().zfill(5), parts[1] if len(parts) > 1 else "", longitude, latitude))
    return tuple(found)


def write_lieux(lieux: Iterable[FicheLieu]) -> str:
    """Write places as `read_lieux` reads them."""
    lines = []
    for lieu in lieux:
        parts = [lieu.commune_code]
        if lieu.nom or lieu.longitude is not None:
            parts.append(lieu.nom)
        if lieu.longitude is not None and lieu.latitude is not None:
            parts += [f"{lieu.longitude:.6f}", f"{lieu.latitude:.6f}"]
        lines.append(" ; ".join(parts))
    return "\n".join(lines)


def _unreadable_place(line: str) -> Refused:
    message = f"« {line} » : écrivez un lieu par ligne, « code de commune ; nom ; longitude ; latitude »."
    return Refused(Refusal("lieu_illisible", message, "lieux"))


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def arrange(fiche: FicheProjet) -> FicheProjet:
    """Return the same sheet with its lists in their one order, so that two sheets compare."""
    return replace(
        fiche,
        lieux=tuple(sorted(fiche.lieux, key=lambda lieu: (lieu.commune_code, lieu.nom))),
        phases=tuple(sorted(fiche.phases, key=lambda phase: (phase.debut, phase.nom))),
        metiers=tuple(sorted(fiche.metiers, key=lambda metier: metier[0])),
        acheteurs=tuple(sorted(fiche.acheteurs)),
    )
