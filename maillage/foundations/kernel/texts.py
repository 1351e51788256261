"""Texts that several hands write: what changed word by word, and how two rewritings of one text are put together.

    diff_words("Le taux est bas.", "Le taux reste bas.")    # Le taux [est] {reste} bas.
    merge(base, mine, theirs).texte                         # both changes, each where it was made
    paragraphs("Un.\n\n- a\n- b")                           # how a plain text is laid out

The merge is the three-way merge of `diff3` (Khanna, Kunal and Pierce, 2007) over sentences: two hands that change two
sentences do not meet, two that change the same one do, and both versions are then kept, between marks that a person
removes by choosing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

OPENING, CLOSING = "⟦", "⟧"
_WORDS = re.compile(r"\s+|\S+")
# A sentence ends after its mark, a line after its end; pieces put end to end are the text again.
_SENTENCES = re.compile(r"(?<=[.!?…»])(?=\s)|(?<=\n)")


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of words that both texts have, that the second one adds, or that it removes."""

    kind: Literal["same", "added", "removed"]
    text: str


@dataclass(frozen=True, slots=True)
class Fusion:
    """Two rewritings put together; `conflits` counts the passages that both wrote, both kept between marks."""

    texte: str
    conflits: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, or a list of items when `listed`."""

    lines: tuple[str, ...]
    listed: bool


def tidy(text: str) -> str:
    """Return a text with the line ends of this house, without blanks at its ends or at those of its lines."""
    lines = (line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    return "\n".join(lines).strip()


def paragraphs(text: str) -> list[Paragraph]:
    """Lay out a plain text: a blank line parts two paragraphs, lines that begin with a dash are a list."""
    found: list[Paragraph] = []
    for block in re.split(r"\n\s*\n", tidy(text)):
        run: list[str] = []
        listed = False
        for line in block.split("\n"):
            item = bool(re.match(r"[-–•]\s", line))
            if run and item != listed:
                found.append(Paragraph(tuple(run), listed))
                run = []
            listed = item
            run.append(line[2:].strip() if item else line)
        if any(run):
            found.append(Paragraph(tuple(run), listed))
    return found


def diff_words(before: str, after: str) -> list[Passage]:
    """Return the passages of both texts in reading order: those that are not « added » make the first one."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    found: list[Passage] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Passage("same", "".join(old[i1:i2])))
            continue
        if i1 < i2:
            found.append(Passage("removed", "".join(old[i1:i2])))
        if j1 < j2:
            found.append(Passage("added", "".join(new[j1:j2])))
    return found


def merge(base: str, mine: str, theirs: str, *, moi: str = "votre texte", autre: str = "l’autre texte") -> Fusion:
    """Put together two rewritings of `base`: nothing that either wrote is lost.

    Where both wrote, both passages follow one another, each under the name of its author (`moi`, `autre`).
    """
    parts: list[str] = []
    conflicts = 0
    for old, own, other in _chunks(*map(_split, (base, mine, theirs))):
        if own in (old, other):
            parts.append(other)
        elif other == old:
            parts.append(own)
        else:
            conflicts += 1
            parts.append(f"\n{_mark(moi)}\n{own.strip()}\n{_mark(autre)}\n{other.strip()}\n{_mark('fin du passage')}\n")
    return Fusion(re.sub(r"\n{3,}", "\n\n", tidy("".join(parts))), conflicts)


def has_marks(text: str) -> bool:
    """Tell whether a passage still waits for somebody to choose."""
    return OPENING in text or CLOSING in text


def _mark(label: str) -> str:
    return f"{OPENING} {label} {CLOSING}"


def _split(text: str) -> list[str]:
    return [piece for piece in _SENTENCES.split(text) if piece]


def _chunks(base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Yield the three texts piece by piece: what all have, then what lies between two such pieces."""
    z = a = b = 0
    for start, end, own, other in _common(base, mine, theirs):
        between = ("".join(base[z:start]), "".join(mine[a:own]), "".join(theirs[b:other]))
        if any(between):
            yield between
        if start < end:
            same = "".join(base[start:end])
            yield same, same, same
        z, a, b = end, own + end - start, other + end - start


def _common(base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """Yield the runs that all three have: bounds in the base, beginnings in the two others; an empty one ends."""
    ours, others = (SequenceMatcher(None, base, each, autojunk=False).get_matching_blocks() for each in (mine, theirs))
    i = j = 0
    while i < len(ours) and j < len(others):
        (start_a, a, size_a), (start_b, b, size_b) = ours[i], others[j]
        start, end = max(start_a, start_b), min(start_a + size_a, start_b + size_b)
        if start < end:
            yield start, end, a + start - start_a, b + start - start_b
        if start_a + size_a < start_b + size_b:
            i += 1
        else:
            j += 1
    yield len(base), len(base), len(mine), len(theirs)
