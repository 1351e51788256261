"""The chain of prescription of a département, and the delays that are really taken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import (
    Aggregate,
    Count,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    Min,
    OuterRef,
    Prefetch,
    Q,
    Subquery,
)

from maillage.domains.parcours.enums.orientation import EtatCandidature, MotifRefus, RoleChaine
from maillage.domains.parcours.models import Candidature, ChainePrescription, Contrat, Diagnostic, EtapeChaine
from maillage.domains.parcours.permissions import Permission
from maillage.domains.parcours.rules.orientation import Etape, default_chain
from maillage.foundations.kernel.permissions import granted
from maillage.foundations.kernel.secret import get_effectif_min
from maillage.references.personnes.enums import TypeRelation
from maillage.references.personnes.models import Relation
from maillage.references.personnes.queries.chiffres import list_departements
from maillage.references.territoires.enums import Niveau
from maillage.references.territoires.models import Territoire

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet

    from maillage.references.accounts.models import User

PERIODE = timedelta(days=365)
# Who leads a person to SIAE follows them as one of these.
ORIENTEURS = (TypeRelation.PRESCRIPTION, TypeRelation.REFERENT_RSA, TypeRelation.CONSEIL_EMPLOI)


class Mediane(Aggregate):
    """The median of a duration."""

    function = "percentile_cont"
    template = "percentile_cont(0.5) within group (order by %(expressions)s)"
    output_field = DurationField()


@dataclass(frozen=True, slots=True)
class Chaine:
    """The chain that holds in a département: its own, or the default one (`convenue` false)."""

    departement: str
    nom: str
    etapes: tuple[Etape, ...]
    texte: str
    convenue: bool
    maj_le: date | None
    fixee_par: str

    @property
    def delai_jours(self) -> int | None:
        """The days of the whole chain, None when a step tells none."""
        days = [each.delai_jours for each in self.etapes]
        return None if None in days else sum(day for day in days if day)


@dataclass(frozen=True, slots=True)
class EtapeMesuree:
    """A step with the median number of days really taken: None when it is not measured, or on too few persons."""

    etape: Etape
    median: int | None
    raison: str

    @property
    def tenu(self) -> bool | None:
        """Whether the delay is held; None when it cannot be told."""
        if self.median is None or self.etape.delai_jours is None:
            return None
        return self.median <= self.etape.delai_jours


def is_departement(code: str) -> bool:
    """Tell whether a code is that of a département in force."""
    return Territoire.objects.en_vigueur().filter(niveau=Niveau.DEPARTEMENT, code=code).exists()


def get_chaine(departement: str) -> Chaine:
    """Return the chain of a département, in three queries."""
    names = Territoire.objects.en_vigueur().filter(niveau=Niveau.DEPARTEMENT, code=departement)
    nom = names.values_list("nom", flat=True).first() or departement
    return _read_chaine(departement, nom, _convenues().filter(departement=departement).first())


def list_chaines(region: str) -> list[Chaine]:
    """Return the chain of every département of a region, in three queries."""
    known = {each.departement: each for each in _convenues()}
    rows = Territoire.objects.en_vigueur().filter(niveau=Niveau.DEPARTEMENT, region=region).order_by("code")
    return [_read_chaine(code, nom, known.get(code)) for code, nom in rows.values_list("code", "nom")]


def _convenues() -> QuerySet[ChainePrescription]:
    steps = EtapeChaine.objects.order_by("rang")
    return ChainePrescription.objects.select_related("organisation").prefetch_related(Prefetch("etapes", steps))


def _read_chaine(code: str, nom: str, found: ChainePrescription | None) -> Chaine:
    if found is None:
        return Chaine(code, nom, default_chain(), "", False, None, "")
    etapes = tuple(Etape(each.role, each.acteur, each.delai_jours, each.contact) for each in found.etapes.all())
    return Chaine(code, nom, etapes, found.texte, True, found.maj_le, str(found.organisation))


def may_set(user: User, departement: str) -> bool:
    """Tell whether an account may set the chain of a département: its organisation answers for it."""
    if not granted(user, Permission.CHAIN):
        return False
    return departement in {code for code, _ in list_departements(user.membre)}


def measure(chaine: Chaine, on: date) -> list[EtapeMesuree]:
    """Return the steps with the median delay of the last twelve months, in five queries; under secrecy, nothing.

    To orient: from the first day of the follow-up to the first candidature. To answer: from the candidature to the
    answer, the term counting for who never answered. To hire: from the acceptance to the first day of the contract. To
    diagnose: from the candidature to the diagnosis, of those who were not found eligible before. To validate: from the
    diagnosis to the first day of the right that it opens.
    """
    least = get_effectif_min(on)
    medians = {
        RoleChaine.ORIENTER: _orienter(chaine.departement, on),
        RoleChaine.DIAGNOSTIQUER: _diagnostiquer(chaine.departement, on),
        RoleChaine.VALIDER: _valider(chaine.departement, on),
        RoleChaine.REPONDRE: _repondre(chaine.departement, on),
        RoleChaine.EMBAUCHER: _embaucher(chaine.departement, on),
    }
    return [_measured(etape, medians, least) for etape in chaine.etapes]


def _measured(etape: Etape, medians: Mapping[Any, tuple[int, timedelta | None]], least: int) -> EtapeMesuree:
    number, median = medians[etape.role]
    if number < least or median is None:
        return EtapeMesuree(etape, None, f"moins de {least} cas sur un an")
    return EtapeMesuree(etape, round(median / timedelta(days=1)), "")


def _candidatures(departement: str, on: date) -> Any:
    return Candidature.objects.filter(
        personne__departement=departement, deposee_le__gt=on - PERIODE, deposee_le__lte=on
    )


def _lapse(after: Any, before: Any) -> Any:
    return ExpressionWrapper(after - before, output_field=DurationField())


def _read(rows: Any) -> tuple[int, timedelta | None]:
    found = rows.aggregate(nombre=Count("pk"), mediane=Mediane("duree"))
    return found["nombre"], found["mediane"]


def _orienter(departement: str, on: date) -> tuple[int, timedelta | None]:
    first = (
        Candidature.objects.filter(personne=OuterRef("personne"), deposee_le__gte=OuterRef("debut"))
        .order_by()
        .values("personne")
        .annotate(first=Min("deposee_le"))
        .values("first")
    )
    rows = Relation.objects.filter(
        type__in=ORIENTEURS, personne__departement=departement, debut__gt=on - PERIODE, debut__lte=on
    ).annotate(premiere=Subquery(first))
    return _read(rows.filter(premiere__isnull=False).annotate(duree=_lapse(F("premiere"), F("debut"))))


def _diagnostiquer(departement: str, on: date) -> tuple[int, timedelta | None]:
    of = Diagnostic.objects.filter(personne=OuterRef("personne"))
    before = of.filter(debut__lte=OuterRef("deposee_le"), fin__gt=OuterRef("deposee_le"))
    after = of.filter(debut__gt=OuterRef("deposee_le"), debut__lte=on).order_by("debut").values("debut")[:1]
    rows = _candidatures(departement, on).exclude(Exists(before)).annotate(diagnostic=Subquery(after))
    return _read(rows.filter(diagnostic__isnull=False).annotate(duree=_lapse(F("diagnostic"), F("deposee_le"))))


def _valider(departement: str, on: date) -> tuple[int, timedelta | None]:
    rows = Diagnostic.objects.filter(
        personne__departement=departement, titre__debut__gt=on - PERIODE, titre__debut__lte=on
    )
    return _read(rows.annotate(duree=_lapse(F("titre__debut"), F("debut"))))


def _repondre(departement: str, on: date) -> tuple[int, timedelta | None]:
    answered = Q(etat=EtatCandidature.ACCEPTEE) | Q(etat=EtatCandidature.REFUSEE) & ~Q(motif_refus=MotifRefus.DOUBLON)
    rows = _candidatures(departement, on).filter(answered, repondue_le__isnull=False)
    return _read(rows.annotate(duree=_lapse(F("repondue_le"), F("deposee_le"))))


def _embaucher(departement: str, on: date) -> tuple[int, timedelta | None]:
    start = (
        Contrat.objects.filter(personne=OuterRef("personne"), siae=OuterRef("siae"), debut__gte=OuterRef("repondue_le"))
        .order_by("debut")
        .values("debut")[:1]
    )
    rows = _candidatures(departement, on).filter(etat=EtatCandidature.ACCEPTEE).annotate(embauche=Subquery(start))
    return _read(rows.filter(embauche__isnull=False).annotate(duree=_lapse(F("embauche"), F("repondue_le"))))
