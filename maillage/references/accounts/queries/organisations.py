"""The directory of organisations: list, filter, search; one organisation and its acts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, F, FloatField, Func, OuterRef, Prefetch, Q, Subquery, TextField, Value
from django.db.models.functions import Concat
from django.utils.text import capfirst

from maillage.foundations.kernel import audit
from maillage.foundations.kernel.wording import act_label
from maillage.references.accounts.enums import ProfilMembre
from maillage.references.accounts.models import AncienNom, Competence, Membre, Organisation
from maillage.references.accounts.rules import types_organisation
from maillage.references.territoires.enums import Niveau
from maillage.references.territoires.models import Territoire
from maillage.references.territoires.rules import plain_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.db.models import QuerySet
    from django.db.models.expressions import Combinable

    from maillage.foundations.kernel.models import Acte

# How much of their trigrams a typed word and a known one share at least, from 0 to 1 (as the directory of SIAE).
SIMILARITY = 0.37
SILENT = {"a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "pour", "sur"}


@dataclass(frozen=True, slots=True)
class Evenement:
    """One act of the journal of an organisation, in words."""

    date: datetime
    acte: str
    auteur: str
    membre: str
    precisions: str


def list_organisations(
    *, text: str = "", type_code: str = "", famille: str = "", departement: str = "", sans_administrateur: bool = False
) -> QuerySet[Organisation]:
    """Return the organisations that meet every criterion, by name or, when `text` is given, best match first.

    Each one carries `administrateurs` (how many administer it now), its competences with their `nom`, and its parent.
    """
    active = Membre.objects.actifs().filter(organisation=OuterRef("pk"), administrateur=True, user__is_active=True)
    count = active.order_by().values("organisation").annotate(nombre=Count("pk")).values("nombre")
    rows = Organisation.objects.select_related("parent").prefetch_related(
        Prefetch("competences", list_competences()), Prefetch("anciens_noms", AncienNom.objects.order_by("-fin"))
    )
    rows = rows.annotate(administrateurs=Subquery(count))
    if type_code:
        rows = rows.filter(types__contains=[type_code])
    if famille:
        codes = [each.code for each in types_organisation().values() if each.famille == famille]
        rows = rows.filter(types__overlap=codes)
    if departement:
        rows = rows.filter(_answers_for(departement))
    if sans_administrateur:
        rows = rows.filter(administrateurs__isnull=True)
    return _search(rows, text) if text.strip() else rows.order_by("nom_recherche", "pk")


def list_competences() -> QuerySet[Competence]:
    """Return competences, each with the `nom` of its territory in the newest vintage (None when it is not loaded)."""
    territoires = Territoire.objects.filter(niveau=OuterRef("niveau"), code=OuterRef("code")).order_by("-millesime")
    return Competence.objects.annotate(nom=Subquery(territoires.values("nom")[:1])).order_by("niveau", "code")


def list_departements(region: str) -> list[tuple[str, str]]:
    """Return the départements of a region, as (code, name)."""
    rows = Territoire.objects.en_vigueur().filter(niveau=Niveau.DEPARTEMENT, region=region)
    return [(code, f"{nom} ({code})") for code, nom in rows.order_by("code").values_list("code", "nom")]


def missing_territoires(competences: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the (niveau, code) pairs that no vintage of the COG knows, in one query."""
    wanted = Q(pk__in=[])
    for niveau, code in competences:
        wanted |= Q(niveau=niveau, code=code)
    known = set(Territoire.objects.filter(wanted).values_list("niveau", "code"))
    return [pair for pair in competences if pair not in known]


def list_evenements(organisation: Organisation, *, limit: int = 50) -> list[Evenement]:
    """Return the latest acts on an organisation, the newest first, in three queries; names are those of today."""
    actes = list(audit.history(organisation)[:limit])
    ids = {acte.details.get("membre") for acte in actes} - {None}
    membres = {
        str(membre.public_id): str(membre.user)
        for membre in Membre.objects.filter(public_id__in=ids).select_related("user")
    }
    return [
        Evenement(
            acte.date,
            capfirst(act_label(acte.acte)),
            str(acte.auteur) if acte.auteur else "la plateforme",
            membres.get(acte.details.get("membre", ""), ""),
            _precisions(acte),
        )
        for acte in actes
    ]


def _precisions(acte: Acte) -> str:
    parts = []
    if profil := acte.details.get("profil"):
        parts.append(f"rôle\u202f: {ProfilMembre(profil).fonction}")
    if acte.details.get("administrateur"):
        parts.append("administre l’organisation")
    if champs := acte.details.get("champs"):
        parts.append(f"champs\u202f: {', '.join(_label(champ) for champ in champs)}")
    return " ; ".join(parts)


def _label(champ: str) -> str:
    names = {"competences": "territoires de compétence", "anciens_noms": "anciens noms"}
    return names.get(champ) or str(Organisation._meta.get_field(champ).verbose_name)  # type: ignore[union-attr]


def _answers_for(departement: str) -> Combinable:
    """Return the condition of answering for a département, for a territory in it or for the region that holds it."""
    region = Territoire.objects.filter(niveau=Niveau.DEPARTEMENT, code=departement).values("region")[:1]
    inside = Territoire.objects.filter(departement=departement, niveau=OuterRef("niveau"), code=OuterRef("code"))
    of_organisation = Competence.objects.filter(organisation=OuterRef("pk"))
    return (
        Exists(of_organisation.filter(niveau=Niveau.DEPARTEMENT, code=departement))
        | Exists(of_organisation.filter(niveau=Niveau.REGION, code=Subquery(region)))
        | Exists(of_organisation.filter(Exists(inside)))
    )


def _search(rows: QuerySet[Organisation], text: str) -> QuerySet[Organisation]:
    """Keep the organisations whose name, past or present, holds every word; a number is the start of a SIRET."""
    for number in re.findall(r"\d{3,}", re.sub(r"(?<=\d)\s+(?=\d)", "", text)):
        rows = rows.filter(siret__startswith=number)
    words = [word for word in plain_words(text) if word.isalpha() and word not in SILENT]
    former = AncienNom.objects.filter(organisation=OuterRef("pk")).alias(recherche=_normal(F("nom")))
    for word in words:
        called = former.alias(proche=_similarity(word, F("recherche"))).filter(proche__gte=SIMILARITY)
        rows = rows.alias(**{f"mot_{word}": _similarity(word, F("nom_recherche"))}).filter(
            Q(**{f"mot_{word}__gte": SIMILARITY}) | Exists(called)
        )
    if not words:
        return rows.order_by("nom_recherche", "pk")
    whole = _similarity(" ".join(words), F("nom_recherche"))
    return rows.alias(ressemblance=whole).order_by(F("ressemblance").desc(), "nom_recherche", "pk")


def _similarity(word: str, text: Any) -> Func:
    """Return how much of a word stands in a text already in its search form, from 0 to 1."""
    return Func(Value(word), text, function="strict_word_similarity", output_field=FloatField())


def _normal(expression: Any) -> Func:
    """Return the search form of a text: lower case, no accent (the PostgreSQL function of the indexes)."""
    return Func(Concat(expression, Value("")), function="f_recherche", output_field=TextField())
