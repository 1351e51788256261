"""Texts of several hands: laid out, compared by words, put together without losing one."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.foundations.kernel.texts import Paragraph, Passage, diff_words, has_marks, merge, paragraphs, tidy

BASE = "Le taux est bas. Les femmes sont peu nombreuses. La mobilité manque."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("Un.\r\nDeux.  \n\n\nTrois.", [Paragraph(("Un.", "Deux."), False), Paragraph(("Trois.",), False)]),
        ("- a\n- b", [Paragraph(("a", "b"), True)]),
        (
            "Voici\u202f:\n- a\nfin",
            [Paragraph(("Voici\u202f:",), False), Paragraph(("a",), True), Paragraph(("fin",), False)],
        ),
    ],
)
def test_a_plain_text_is_laid_out(text: str, expected: list[Paragraph]) -> None:
    assert paragraphs(text) == expected


def test_words_tell_what_changed() -> None:
    assert diff_words("Le taux est bas.", "Le taux reste très bas.") == [
        Passage("same", "Le taux "),
        Passage("removed", "est"),
        Passage("added", "reste très"),
        Passage("same", " bas."),
    ]
    assert diff_words("", "") == []


@given(st.text(), st.text())
def test_passages_make_both_texts_again(before: str, after: str) -> None:
    passages = diff_words(before, after)
    assert "".join(each.text for each in passages if each.kind != "added") == before
    assert "".join(each.text for each in passages if each.kind != "removed") == after


@pytest.mark.parametrize(
    ("mine", "theirs", "expected"),
    [
        (BASE, BASE, BASE),
        (BASE.replace("bas", "faible"), BASE, BASE.replace("bas", "faible")),
        (BASE, BASE.replace("bas", "faible"), BASE.replace("bas", "faible")),
        (
            BASE.replace("bas", "faible"),
            BASE.replace("manque", "fait défaut"),
            "Le taux est faible. Les femmes sont peu nombreuses. La mobilité fait défaut.",
        ),
        (
            BASE + "\n\nAjout de l’un.",
            "Ajout de l’autre. " + BASE,
            "Ajout de l’autre. " + BASE + "\n\nAjout de l’un.",
        ),
        (BASE.replace("bas", "faible"), BASE.replace("bas", "faible"), BASE.replace("bas", "faible")),
    ],
)
def test_changes_that_do_not_meet_are_put_together(mine: str, theirs: str, expected: str) -> None:
    fusion = merge(BASE, mine, theirs)
    assert (fusion.texte, fusion.conflits) == (expected, 0)


def test_changes_that_meet_are_both_kept_under_their_names() -> None:
    fusion = merge(BASE, BASE.replace("bas", "faible"), BASE.replace("bas", "nul"), moi="l’État", autre="le Conseil")
    assert fusion.conflits == 1
    assert fusion.texte == (
        "⟦ l’État ⟧\nLe taux est faible.\n⟦ le Conseil ⟧\nLe taux est nul.\n⟦ fin du passage ⟧\n"
        " Les femmes sont peu nombreuses. La mobilité manque."
    )
    assert has_marks(fusion.texte)
    assert not has_marks(BASE)


WORDS = st.lists(
    st.sampled_from(["taux", "offre", "femmes", "seniors.", "manque.", "\n\n", "quartier", "gare."]), max_size=14
)


@given(WORDS, WORDS, WORDS)
def test_no_word_that_either_hand_wrote_is_lost(base: list[str], mine: list[str], theirs: list[str]) -> None:
    """Words are numbered by who wrote them: each word that only one hand has is in the result."""

    def text(words: list[str], who: str) -> str:
        return tidy(" ".join(f"{who}{word}" if word.strip() else word for word in words))

    common = text(base, "")
    ours = tidy(f"{text(mine, 'm')} {common} {text(mine, 'M')}")
    others = tidy(f"{text(theirs, 't')} {common} {text(theirs, 'T')}")
    written = set(re.findall(r"\S+", merge(common, ours, others).texte))
    assert {*ours.split(), *others.split()} - {*common.split()} <= written
