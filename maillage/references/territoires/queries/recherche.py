"""Find a territory from what a person types: a name, even misspelt, or a code."""

from __future__ import annotations

from functools import reduce
from operator import or_

from django.conf import settings
from django.contrib.postgres.search import TrigramSimilarity, TrigramWordSimilarity
from django.db.models import Case, F, Func, IntegerField, Q, QuerySet, TextField, When

from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.references.territoires.enums import Niveau
from maillage.references.territoires.models import PassageCog, Territoire
from maillage.references.territoires.rules import is_code, plain_words

# Below this likeness (0 to 1) a name is not what was meant; tuned on the table of `test_recherche.py`.
_LIKENESS = 0.5
# The rank of what only resembles the text (see `_by_name`), and how many names a refusal gives at most.
_RESEMBLANCE, _MOST = 4, 5
# Among equals, the levels one names most come first.
_ORDRE = (
    Niveau.VILLE,
    Niveau.COMMUNE,
    Niveau.DEPARTEMENT,
    Niveau.EPT,
    Niveau.EPCI,
    Niveau.METROPOLE,
    Niveau.REGION,
    Niveau.ZONE_EMPLOI,
    Niveau.BASSIN,
    Niveau.CLPE,
    Niveau.QPV,
)


def search_territoires(text: str, *, limit: int = 20) -> list[Territoire]:
    """Return the territories in force that the text means, the likeliest first; none for a blank text.

    A name is compared without accents, hyphens or abbreviations (« st », « ste »): the same name comes first, then the
    names that begin with it, then those that resemble it; among equals, the region of this deployment first. The names
    and codes of vanished communes lead to their successors. A code is an INSEE, postal, SIREN, département or QPV code.
    """
    text = text.strip()
    if not text:
        return []
    return list(filter_territoires(Territoire.objects.en_vigueur(), text)[:limit])


def get_unite(text: str) -> Territoire:
    """Return the commune or arrondissement in force that a text means.

    Raise `Refused` when there is none, or when several are meant equally well (« Montigny »): none is chosen for the
    person. A misspelt name means the one that resembles it most.
    """
    found = list(filter_territoires(Territoire.objects.unites().en_vigueur(), text)[:_MOST]) if text.strip() else []
    if not found:
        raise Refused(Refusal("commune_inconnue", f"Aucune commune ne correspond à « {text} »."))
    best = [each for each in found if each.rang == found[0].rang]  # type: ignore[attr-defined]  # annotated
    if len(best) > 1 and found[0].rang != _RESEMBLANCE:  # type: ignore[attr-defined]
        names = ", ".join(f"{each.nom} ({each.departement})" for each in best)
        message = f"Plusieurs communes correspondent à « {text} »\u202f: {names}… Écrivez le nom entier, ou le code."
        raise Refused(Refusal("commune_ambigue", message))
    return found[0]


def filter_territoires(territoires: QuerySet[Territoire], text: str) -> QuerySet[Territoire]:
    """Keep and rank the territories of a set that the text means (see `search_territoires`)."""
    return _by_code(territoires, text.strip().upper()) if is_code(text) else _by_name(territoires, text)


def _by_code(territoires: QuerySet[Territoire], code: str) -> QuerySet[Territoire]:
    found = territoires.filter(Q(code=code) | Q(codes_postaux__contains=[code]))
    if not found.exists():
        successors = PassageCog.objects.filter(ancien_code=code).values("code")
        found = territoires.filter(niveau=Niveau.COMMUNE, code__in=successors)
    return found.annotate(
        rang=Case(When(code=code, then=0), default=1, output_field=IntegerField()), ordre=_ordre()
    ).order_by("rang", "ordre", "code")


def _by_name(territoires: QuerySet[Territoire], text: str) -> QuerySet[Territoire]:
    words = plain_words(text)
    if not words:
        return territoires.none()
    plain, prefix = " ".join(words), "^" + "[^a-z0-9]+".join(words)
    former = PassageCog.objects.annotate(nom=Func("ancien_nom", function="f_recherche", output_field=TextField()))
    same_former, near_former = _codes(former.filter(nom__regex=f"{prefix}$")), _codes(former.filter(nom__regex=prefix))
    ranks = (
        Q(nom_recherche__regex=f"{prefix}$"),
        Q(niveau=Niveau.COMMUNE, code__in=same_former),
        Q(nom_recherche__regex=prefix),
        Q(niveau=Niveau.COMMUNE, code__in=near_former),
        Q(nom_recherche__trigram_similar=plain) | Q(nom_recherche__trigram_word_similar=plain),
    )
    cases = [When(condition, then=rank) for rank, condition in enumerate(ranks)]
    return (
        territoires.annotate(
            rang=Case(*cases, output_field=IntegerField()),
            ressemblance=(TrigramSimilarity("nom_recherche", plain) + TrigramWordSimilarity(plain, "nom_recherche"))
            / 2.0,
            ordre=_ordre(),
            ailleurs=Case(When(region=settings.MAILLAGE_REGION, then=0), default=1, output_field=IntegerField()),
        )
        .filter(reduce(or_, ranks))
        .filter(Q(rang__lt=len(ranks) - 1) | Q(ressemblance__gte=_LIKENESS))
        .order_by("rang", "ailleurs", F("ressemblance").desc(), "ordre", "nom_recherche", "code")
    )


def _codes(passages: QuerySet[PassageCog]) -> list[str]:
    return list(passages.values_list("code", flat=True))


def _ordre() -> Case:
    cases = [When(niveau=niveau, then=rank) for rank, niveau in enumerate(_ORDRE)]
    return Case(*cases, default=len(_ORDRE), output_field=IntegerField())
