"""Who the fictional employees are: pure draws on arrays, that follow what the SIAE declare of their publics.

A SIAE that declares 12 women out of 40 employs 12 women; who they are, and how their traits go together, is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from maillage.demo.calibration import apportion, interleave
from maillage.demo.sejours import take

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from maillage.demo.calibration import Integers, Numbers

    Booleans = NDArray[np.bool_]

YEAR = 365.25


@dataclass(frozen=True, slots=True)
class Groupes:
    """The persons of one SIAE and one year are a group: its number by person, and the size of each.

    `part(public)` gives the share that each group's SIAE declares of a public that year, between 0 and 1.
    """

    numero: Integers
    taille: Integers
    part: Callable[[str], Numbers]

    def quotas(self, parts: Numbers, draw: np.random.Generator) -> Integers:
        """Return how many persons of each group are those shares; the remainder is drawn, and adds up on the whole."""
        wanted = parts * self.taille
        order = draw.permutation(len(wanted))
        # Rounding the running total instead of each number keeps the sum, however small the groups.
        whole = np.diff(np.rint(np.concatenate([[0.0], np.cumsum(wanted[order])])))
        quotas = np.empty(len(wanted), np.int64)
        quotas[order] = whole.astype(np.int64)
        return np.minimum(quotas, self.taille)


@dataclass(frozen=True, slots=True)
class Traits:
    """One position per person. `naissance` is in days since 1970; unknown is -1 or "" in codes, never False."""

    sexe: NDArray[np.str_]
    secteur: Integers
    naissance: Integers
    niveau: NDArray[np.str_]
    chomage: Integers
    rsa: NDArray[np.str_]
    oui: Mapping[str, Booleans]


def draw_traits(
    groupes: Groupes,
    debut: Integers,
    fin: Integers,
    decks: Sequence[NDArray[Any]],
    facts: Mapping[str, Any],
    draw: np.random.Generator,
) -> Traits:
    """Draw the persons who are employed between these days; `decks[g]` are (sector, woman) of the posts of group g."""
    count = len(groupes.numero)
    cards = _deal(groupes, decks, draw)
    women = cards[:, 1].astype(np.bool_)

    def pick(public: str, scores: Numbers, among: Booleans | None = None) -> Booleans:
        held = np.ones(count, np.bool_) if among is None else among
        quotas = groupes.quotas(groupes.part(public), draw)
        return take(groupes.numero, quotas, np.where(held, scores, 1e9 + scores)) & held

    def chance(part: float, among: Booleans) -> Booleans:
        chosen = np.zeros(count, np.bool_)
        positions = np.flatnonzero(among)
        chosen[draw.permutation(positions)[: round(part / 100 * len(positions))]] = True
        return chosen

    def noise() -> Numbers:
        return draw.exponential(size=count)

    seniors = pick("seniors", noise())
    jeunes = pick("jeunes", noise(), ~seniors)
    old = pick("seniors_deld", noise(), seniors)
    others = groupes.part("deld_2ans") * groupes.taille - np.bincount(
        groupes.numero[old], minlength=len(groupes.taille)
    )
    rest = take(
        groupes.numero,
        np.maximum(np.rint(others), 0).astype(np.int64),
        np.where(seniors, 1e9, noise() * np.where(jeunes, 2.5, 1.0)),
    )
    deld = old | (rest & ~seniors)
    rsa = pick("brsa", noise() * np.where(deld, 0.6, 1.0) * np.where(jeunes, 4.0, 1.0))
    rqth = pick("rqth", noise() * np.where(seniors, 0.6, 1.0))
    refugiees = pick("refugies", noise() * np.where(seniors, 3.0, 1.0))
    campement = pick("campements", noise())
    qpv = pick("qpv", noise())
    everyone = np.ones(count, np.bool_)
    part = facts["situation"]
    parent = chance(part["parent_isole"], women) | chance(part["parent_isole_hommes"], ~women)
    return Traits(
        sexe=np.where(women, "F", "H"),
        secteur=cards[:, 0],
        naissance=_births(seniors, jeunes, debut, fin, draw),
        niveau=_codes(facts["niveau_formation"], everyone, draw),
        chomage=np.where(deld, 4, _numbers(_codes(facts["duree_chomage"], everyone, draw))),
        rsa=np.where(
            ~rsa,
            np.where(chance(part["rsa_inconnu"], ~rsa), "", "NON"),
            np.where(chance(part["rsa_majore"], rsa & parent), "OUI-M", "OUI-NM"),
        ),
        oui={
            "inscrit_ft": chance(part["inscrit_ft"], everyone),
            "ass": chance(part["ass"], deld & ~rsa),
            "aah": chance(part["aah"], rqth),
            "sans_ressource": chance(part["sans_ressource"], ~rsa),
            "rqth": rqth,
            "oeth": rqth | chance(part["oeth"], ~rqth),
            "ase": chance(part["ase"], jeunes),
            "parent_isole": parent,
            "sans_logement": campement | chance(part["sans_logement"], everyone),
            "refugiee": refugiees,
            "justice": chance(part["justice"], everyone),
            "francais": chance(part["francais_refugies"], refugiees) | chance(part["francais"], everyone),
            "mobilite": chance(part["mobilite"], everyone),
            "qpv": qpv,
        },
    )


def _deal(groupes: Groupes, decks: Sequence[NDArray[Any]], draw: np.random.Generator) -> Integers:
    """Give each person a post of their group's deck, whose any stretch holds about the same mix."""
    cards = np.zeros((len(groupes.numero), 2), np.int64)
    order = np.argsort(groupes.numero, kind="stable")
    starts = np.concatenate([[0], np.cumsum(groupes.taille)])
    for group, deck in enumerate(decks):
        people = draw.permutation(order[starts[group] : starts[group + 1]])
        cards[people] = deck[(int(draw.integers(len(deck))) + np.arange(len(people))) % len(deck)]
    return cards


def make_deck(rows: Sequence[tuple[int, int, int]]) -> NDArray[Any]:
    """Return the posts of a SIAE, from its sectors with their women and men: (sector, 1 for a woman)."""
    kinds = np.array([(secteur, woman) for secteur, _, _ in rows for woman in (1, 0)], np.int64)
    posts: NDArray[Any] = kinds[interleave([count for _, *both in rows for count in both])]
    return posts


def _births(seniors: Booleans, jeunes: Booleans, debut: Integers, fin: Integers, draw: np.random.Generator) -> Integers:
    """Return days of birth: who is under 26, or from 26 to 49, is so during the whole stay; a senior from the start."""
    during = (fin - debut) / YEAR
    low = np.where(seniors, 50.0, np.where(jeunes, 18.0, 26.0))
    high = np.where(seniors, 62.0, np.where(jeunes, 26.0, 50.0) - during - 0.01)
    place = draw.random(len(debut)) ** np.where(seniors, 1.6, 1.0)
    naissance: Integers = debut - np.ceil((low + place * (high - low)) * YEAR + 0.5).astype(np.int64)
    return naissance


def _codes(parts: Mapping[str, float], among: Booleans, draw: np.random.Generator) -> NDArray[np.str_]:
    """Return a code for each person, exactly in these proportions; « inconnu » is the empty text."""
    codes = np.array([code if code != "inconnu" else "" for code in parts])
    counts = apportion(len(among), np.array(list(parts.values())))
    drawn: NDArray[np.str_] = codes[draw.permutation(np.repeat(np.arange(len(codes)), counts))]
    return drawn


def _numbers(codes: NDArray[np.str_]) -> Integers:
    return np.array([int(code) if code else -1 for code in codes.tolist()], np.int64)


def draw_motifs(
    annee: Integers,
    compte: Booleans,
    suivi: Booleans,
    score: Numbers,
    facts: Mapping[str, Any],
    draw: np.random.Generator,
) -> NDArray[np.str_]:
    """Return why each stay ended: in every year, the published shares of the exits that count.

    `score` says who is likely to find a lasting job; who moves to another SIAE (`suivi`) left for it.
    """
    sorties, cible = facts["sorties"], facts["cible"]
    motifs = np.full(len(annee), "autre_siae", dtype="<U24")
    short = np.flatnonzero(~compte & ~suivi)
    motifs[short] = _motives(sorties["breve"], len(short), draw)
    for year in np.unique(annee).tolist():
        here = np.flatnonzero((annee == year) & compte)
        free = here[~suivi[here]]
        neutral = draw.permutation(free)[: round(len(here) * sorties["neutralisees"] / 100)]
        motifs[neutral] = _motives(sorties["neutralisee"], len(neutral), draw)
        free = np.setdiff1d(free, neutral)
        ranked = free[np.argsort(-score[free], kind="stable")]
        total = len(here) - len(neutral)
        durable = round(total * cible["durable"]["part"] / 100)
        dynamic = max(round(total * cible["dynamique"]["part"] / 100) - (total - len(free)), durable)
        for name, some in (
            ("durable", ranked[:durable]),
            ("dynamique", ranked[durable:dynamic]),
            ("autre", ranked[dynamic:]),
        ):
            motifs[some] = _motives(sorties[name], len(some), draw)
    return motifs


def _motives(parts: Mapping[str, float], count: int, draw: np.random.Generator) -> NDArray[np.str_]:
    names = np.array(list(parts))
    counts = apportion(count, np.array(list(parts.values()), np.float64))
    drawn: NDArray[np.str_] = names[draw.permutation(np.repeat(np.arange(len(names)), counts))]
    return drawn
