"""The posts of SIAE: those really open, found by trade, place, kind, and ranked so that candidatures are shared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Any

from django.db.models import Case, Count, F, FloatField, Func, OuterRef, Q, Subquery, TextField, Value, When
from django.db.models.functions import Cast, Coalesce, Greatest, Power, Round, Sqrt

from maillage.domains.parcours.enums.orientation import EtatPoste
from maillage.domains.parcours.models import Candidature, Contrat, Poste, Situation, TitreParcours
from maillage.domains.parcours.permissions import Permission
from maillage.domains.parcours.queries.social import reads_social
from maillage.domains.parcours.rules.orientation import VIVANTES, Acces, acces
from maillage.foundations.kernel.parameters import get_parametre
from maillage.foundations.kernel.permissions import granted
from maillage.references.economie.models import Rome
from maillage.references.territoires.models import Territoire
from maillage.references.territoires.rules import plain_words

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.db.models.expressions import Combinable

    from maillage.references.accounts.models import User
    from maillage.references.personnes.models import Personne

PEREMPTION = "parcours.poste_peremption_jours"
ALERTE = "parcours.poste_alerte_jours"
EQUITE = "parcours.equite_jours"
# How much of their trigrams a typed word and one of the post share at least (see structures/queries/recherche.py).
SIMILARITY = 0.37
SILENT = {"a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "ou", "par", "pour", "sur"}


def really_open(on: date) -> Q:
    """Return the condition on posts that they take candidatures on a day: open, and confirmed within the delay."""
    return Q(etat=EtatPoste.OUVERT, confirme_le__gt=on - _days(PEREMPTION, on))


def stale(on: date) -> Q:
    """Return the condition on posts that the delay has closed, whether the job wrote it or not yet."""
    return Q(etat=EtatPoste.OUVERT, confirme_le__lte=on - _days(PEREMPTION, on))


def to_confirm(on: date) -> Q:
    """Return the condition on posts that their SIAE should confirm soon."""
    return really_open(on) & Q(confirme_le__lte=on - _days(ALERTE, on))


def closes_on(poste: Poste, on: date) -> date:
    """Return the day when a post closes by itself, unless it is confirmed."""
    return poste.confirme_le + _days(PEREMPTION, on)


def list_postes(on: date, origin: Territoire | None = None) -> QuerySet[Poste]:
    """Return the posts really open, in one query whatever their number.

    Each carries `siae_nom`, `type_siae`, `commune_nom`, `departement`, `recentes` (candidatures of the last weeks),
    `charge` (those per place), and `distance_km` from a commune as the crow flies, null without one.
    """
    return describe(Poste.objects.filter(really_open(on), siae__fin__isnull=True), on, origin)


def describe(rows: QuerySet[Poste], on: date, origin: Territoire | None = None) -> QuerySet[Poste]:
    """Give posts what a list tells of each."""
    recent = (
        Candidature.objects.filter(poste=OuterRef("pk"), deposee_le__gt=on - _days(EQUITE, on))
        .order_by()
        .values("poste")
        .annotate(number=Count("pk"))
        .values("number")
    )
    return (
        rows.select_related("siae__organisation", "rome", "commune")
        .annotate(recentes=Coalesce(Subquery(recent), 0))
        .annotate(
            charge=Cast(F("recentes"), FloatField()) / F("places"),
            distance_km=_distance(origin),
        )
    )


def search_words(rows: QuerySet[Poste], text: str) -> QuerySet[Poste]:
    """Keep the posts of whose title, trade or SIAE every word says something, even misspelt; a ROME code is one too."""
    words = [word for word in plain_words(text) if word not in SILENT]
    for rank, (word, romes) in enumerate(zip(words, _match_romes(words), strict=True)):
        score = Greatest(
            _similarity(word, F("intitule_recherche")),
            _similarity(word, F("siae__nom_recherche")),
            Case(When(rome__in=romes, then=Value(0.9)), default=Value(0.0), output_field=FloatField()),
        )
        rows = rows.alias(**{f"mot_{rank}": score}).filter(**{f"mot_{rank}__gte": SIMILARITY})
    if not words:
        return rows
    return rows.annotate(pertinence=reduce(add, (F(f"mot_{rank}") for rank in range(len(words)))))


def keep_near(rows: QuerySet[Poste], origin: Territoire, km: int) -> QuerySet[Poste]:
    """Keep the posts within a distance of a commune; one whose place is unknown is not kept."""
    metres = km * 1000
    if origin.x is None or origin.y is None:
        return rows.filter(commune__code=origin.code)
    square = rows.filter(
        commune__x__range=(origin.x - metres, origin.x + metres),
        commune__y__range=(origin.y - metres, origin.y + metres),
    )
    return square.alias(eloignement=_distance(origin)).filter(eloignement__lte=km)


def find_commune_of(personne: Personne) -> Territoire | None:
    """Return the commune where a person lives, in the division in force."""
    return Territoire.objects.unites().en_vigueur().filter(code=personne.commune).first() if personne.commune else None


def own_postes(user: User) -> QuerySet[Poste]:
    """Return the posts of the SIAE of one's organisation, whatever their state."""
    if user.membre is None or not granted(user, Permission.PUBLISH):
        return Poste.objects.none()
    return Poste.objects.filter(siae__organisation=user.membre.organisation_id)


def get_poste(user: User, public_id: str, on: date) -> Poste | None:
    """Return a post that one may read: really open for everybody, in any state for its SIAE."""
    mine = user.membre.organisation_id if user.membre and granted(user, Permission.PUBLISH) else None
    rows = Poste.objects.filter(really_open(on) | Q(siae__organisation=mine), public_id=public_id)
    return describe(rows, on).first()


@dataclass(frozen=True, slots=True)
class Entree:
    """What decides which posts a person may enter: their right to a pathway, where they live, what is under way.

    `restants` are the days left of their title, None without one in force; `qpv` is None when it is unknown, or not to
    be told to who asks.
    """

    titre: TitreParcours | None
    restants: int | None
    qpv: bool | None
    postes: frozenset[int]
    salariee_de: frozenset[int]

    def acces(self, poste: Poste) -> Acces:
        """Return whether the person may enter a post."""
        return acces(
            reserve_qpv=poste.qpv,
            qpv=self.qpv,
            deja=poste.pk in self.postes,
            salariee=poste.siae_id in self.salariee_de,
        )


def read_entree(user: User, personne: Personne, on: date) -> Entree:
    """Return what decides which posts a person may enter, in five queries."""
    titre = (
        TitreParcours.objects.filter(personne=personne, annule_le__isnull=True, fin__gt=on).order_by("debut").first()
    )
    qpv = None
    if reads_social(user, personne):
        qpv = Situation.objects.filter(personne=personne).values_list("qpv", flat=True).first()
    live = Candidature.objects.filter(personne=personne, etat__in=VIVANTES, poste__isnull=False)
    employed = Contrat.objects.filter(running_contract(on), personne=personne)
    return Entree(
        titre=titre,
        restants=(titre.fin - max(on, titre.debut)).days if titre else None,
        qpv=qpv,
        postes=frozenset(live.values_list("poste", flat=True)),
        salariee_de=frozenset(employed.values_list("siae", flat=True)),
    )


def running_contract(on: date) -> Q:
    """Return the condition on contracts that they run on a day."""
    return Q(debut__lte=on) & (
        Q(fin__gt=on) | Q(fin__isnull=True, fin_prevue__isnull=True) | Q(fin__isnull=True, fin_prevue__gt=on)
    )


def list_romes(text: str, *, limit: int = 6) -> list[Rome]:
    """Return the trades that a text means, the likeliest first: a code, or words of the label."""
    words = [word for word in plain_words(text) if word not in SILENT]
    rows = Rome.objects.all()
    if len(words) == 1 and (found := rows.filter(code=words[0].upper()).first()):
        return [found]
    for rank, word in enumerate(words):
        score = _similarity(word, _normal("libelle"))
        rows = rows.annotate(**{f"mot_{rank}": score}).filter(**{f"mot_{rank}__gte": SIMILARITY})
    if not words:
        return []
    whole = Func(_normal(Value(" ".join(words))), _normal("libelle"), function="similarity", output_field=FloatField())
    return list(rows.annotate(ressemblance=whole).order_by("-ressemblance", "code")[:limit])


def _match_romes(words: list[str]) -> list[list[int]]:
    """Return, word by word, the trades that it names: one query over the nomenclature."""
    if not words:
        return []
    scores: dict[str, Any] = {f"mot_{rank}": _similarity(word, _normal("libelle")) for rank, word in enumerate(words)}
    rows = list(Rome.objects.annotate(**scores).values("pk", "code", *scores))
    return [
        [row["pk"] for row in rows if row[score] >= SIMILARITY or row["code"].lower() == word]
        for word, score in zip(words, scores, strict=True)
    ]


def _similarity(word: str, text: Combinable) -> Func:
    """Return how much of a word stands in a text already in its search form, at word boundaries, from 0 to 1."""
    return Func(_normal(Value(word)), text, function="strict_word_similarity", output_field=FloatField())


def _normal(expression: Any) -> Func:
    return Func(expression, function="f_recherche", output_field=TextField())


def _distance(origin: Territoire | None) -> Combinable:
    """Return the distance from a commune, in kilometres to a tenth: from point to point, Lambert-93."""
    if origin is None or origin.x is None or origin.y is None:
        return Value(None, output_field=FloatField())
    across, down = F("commune__x") - Value(origin.x), F("commune__y") - Value(origin.y)
    return Cast(Round(Cast(Sqrt(Power(across, 2) + Power(down, 2)) / 100.0, FloatField())) / 10.0, FloatField())


def _days(code: str, on: date) -> timedelta:
    return timedelta(days=int(get_parametre(code, on=on).value))
