"""Find SIAE by words: of their name, their sectors, their place."""

from __future__ import annotations

import re
from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Any

from django.db.models import Case, Exists, F, FloatField, Func, OuterRef, Q, TextField, Value, When
from django.db.models.functions import Concat, Greatest

from maillage.references.structures.models import Activite, Implantation, Secteur, Siae
from maillage.references.territoires.rules import plain_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet
    from django.db.models.expressions import Combinable

# How much of their trigrams a typed word and a known one share at least, from 0 to 1: two letters swapped pass
# (« pienture » is at 0.38 of « peinture »), another word does not (« ménage » is at 0.29 of « déménagement »).
SIMILARITY = 0.37
# A hit in a name comes before one in a sector, and a sector before a place.
IN_SECTEUR, IN_LIEU = 0.9, 0.8
SILENT = {"a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "ou", "par", "pour", "sur"}


def rank_siae(rows: QuerySet[Siae], text: str) -> QuerySet[Siae]:
    """Keep the SIAE of which every word of `text` says something, best match first.

    A number is the start of a SIRET or of a postal code.
    """
    numbers = re.findall(r"\d{3,}", re.sub(r"(?<=\d)\s+(?=\d)", "", text))
    for number in numbers:
        rows = rows.filter(
            Q(organisation__siret__startswith=number)
            | Exists(Implantation.objects.filter(siae=OuterRef("pk"), code_postal__startswith=number))
        )
    words = [word for word in plain_words(text) if word.isalpha() and word not in SILENT]
    scores = [_score(word, secteurs) for word, secteurs in zip(words, _match_secteurs(words), strict=True)]
    for rank, score in enumerate(scores):
        rows = rows.alias(**{f"mot_{rank}": score}).filter(**{f"mot_{rank}__gte": SIMILARITY})
    order = [reduce(add, (F(f"mot_{rank}") for rank in range(len(scores)))).desc()] if scores else []
    return rows.order_by(*order, "nom_recherche")


def _score(word: str, secteurs: Sequence[int]) -> Combinable:
    """Return the expression of how well a SIAE answers to a word, between 0 and 1."""
    works = Exists(Activite.objects.filter(siae=OuterRef("pk"), secteur__in=secteurs))
    place = Implantation.objects.filter(siae=OuterRef("pk")).alias(
        proche=_similarity(word, F("commune__nom_recherche"))
    )
    stands = Exists(place.filter(proche__gte=SIMILARITY))
    return Greatest(
        _similarity(word, F("nom_recherche")),
        _similarity(word, _normal("organisation__denomination")),
        Case(When(works, then=Value(IN_SECTEUR)), default=Value(0.0), output_field=FloatField()),
        Case(When(stands, then=Value(IN_LIEU)), default=Value(0.0), output_field=FloatField()),
    )


def _match_secteurs(words: Sequence[str]) -> list[list[int]]:
    """Return, word by word, the sectors that it names: one query over the taxonomy."""
    if not words:
        return []
    text = _normal(Concat("libelle", Value(" "), "mots", Value(" "), "groupe__libelle", output_field=TextField()))
    scores: dict[str, Any] = {f"mot_{rank}": _similarity(word, text) for rank, word in enumerate(words)}
    rows = list(Secteur.objects.annotate(**scores).values("pk", *scores))
    return [[row["pk"] for row in rows if row[score] >= SIMILARITY] for score in scores]


def _similarity(word: str, text: Combinable) -> Func:
    """Return how much of a word stands in a text already in its search form, at word boundaries, from 0 to 1."""
    return Func(_normal(Value(word)), text, function="strict_word_similarity", output_field=FloatField())


def _normal(expression: Any) -> Func:
    """Return the search form of a text: lower case, no accent (the same PostgreSQL function as the indexes)."""
    return Func(expression, function="f_recherche", output_field=TextField())
