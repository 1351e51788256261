"""The portfolio of a person: whose one may read, what it holds, whose is to be observed or attested.

| who | reads | writes |
|---|---|---|
| CIP and direction of the SIAE that employs the person, a while after | all | all |
| encadrant technique of that SIAE, while it employs them | the portfolio, the trade | what they see at work |
| prescripteur, conseiller France Travail, référent RSA of the person | the portfolio | nothing |
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Prefetch, Q, Subquery, Value, When
from django.db.models.functions import Coalesce

from maillage.domains.parcours.enums.competences import EtatCompetence
from maillage.domains.parcours.models import AttestationCompetences, Competence, Contrat, PreuveCompetence
from maillage.domains.parcours.permissions import Permission
from maillage.domains.parcours.queries.contrats import ECHEANCE
from maillage.domains.parcours.queries.regles_titres import number
from maillage.domains.parcours.rules.competences import COMPETENCE, VIVANTES, blocs
from maillage.foundations.kernel.permissions import granted
from maillage.references.personnes.enums import TypeRelation
from maillage.references.personnes.models import Personne, Relation
from maillage.references.personnes.queries.visibilite import at_work, visible_to

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from django.db.models import QuerySet

    from maillage.domains.parcours.rules.competences import BlocCompetences
    from maillage.foundations.kernel.states import Transition
    from maillage.references.accounts.models import User

LIBRES = "Autres compétences"


def skilled(user: User) -> QuerySet[Personne]:
    """Return the persons whose portfolio this account may read."""
    if not granted(user, Permission.VIEW_SKILLS):
        return Personne.objects.none()
    return visible_to(user) | at_work(user)


def observables(user: User, on: date) -> QuerySet[Personne]:
    """Return those whose portfolio this account may write: they work, or have just worked, in its SIAE."""
    if user.membre is None or not granted(user, Permission.OBSERVE):
        return Personne.objects.none()
    hired = Relation.objects.filter(
        personne=OuterRef("pk"),
        organisation=user.membre.organisation_id,
        type=TypeRelation.CONTRAT,
        debut__lte=on,
    )
    return skilled(user).filter(Exists(hired))


def own_contrats_of(personne: Personne, user: User, on: date) -> QuerySet[Contrat]:
    """Return the contracts of a person in the SIAE of this account that have begun, the latest first."""
    if user.membre is None:
        return Contrat.objects.none()
    rows = Contrat.objects.filter(
        personne=personne, siae__organisation=user.membre.organisation_id, debut__lte=on
    ).annotate(echeance=ECHEANCE)
    return rows.select_related("siae", "rome").order_by("-debut", "-pk")


@dataclass(frozen=True, slots=True)
class LigneCompetence:
    """A competence as screens and documents tell it; `actes` are the arrows open to who reads."""

    competence: Competence
    bloc: BlocCompetences | None
    actes: Sequence[Transition] = ()

    @property
    def libelle(self) -> str:
        return self.bloc.libelle if self.bloc else self.competence.intitule

    @property
    def groupe(self) -> str:
        """The certification of the bloc, else what holds the rest."""
        return self.bloc.certification if self.bloc else LIBRES

    @property
    def detail(self) -> str:
        """The sheet of the RNCP, or the trade."""
        if self.bloc:
            return self.bloc.fiche
        rome = self.competence.rome
        return f"{rome.libelle} ({rome.code})" if rome else ""

    @property
    def preuves(self) -> Sequence[PreuveCompetence]:
        return list(self.competence.preuves.all())


def ligne(competence: Competence, *, writes: bool = False) -> LigneCompetence:
    """Return a competence with its words; a bloc that the facts no longer hold keeps its code."""
    actes = COMPETENCE.available(competence.etat) if writes else ()
    if competence.bloc and competence.bloc not in blocs():
        competence.intitule = competence.bloc
    return LigneCompetence(competence, blocs().get(competence.bloc), actes)


def portefeuille(personne: Personne, etats: Sequence[str] = VIVANTES, *, writes: bool = False) -> list[LigneCompetence]:
    """Return the competences of a person, by certification, the surest and the best first, in two queries."""
    rows = Competence.objects.filter(personne=personne, etat__in=etats).select_related(
        "rome",
        "contrat__siae",
        "observee_par__user",
        "observee_par__organisation",
        "attestee_par__user",
        "attestee_par__organisation",
    )
    preuves = PreuveCompetence.objects.order_by("depose_le", "pk")
    found = [ligne(each, writes=writes) for each in rows.prefetch_related(Prefetch("preuves", preuves))]
    rank = {etat: place for place, etat in enumerate(reversed(VIVANTES))}
    return sorted(
        found,
        key=lambda each: (
            each.bloc is None,
            each.groupe,
            rank.get(EtatCompetence(each.competence.etat), len(rank)),
            -each.competence.niveau,
            each.libelle,
        ),
    )


def by_group(lignes: Sequence[LigneCompetence]) -> list[tuple[str, list[LigneCompetence]]]:
    """Return the lines under the heading of their certification, in order."""
    groups: dict[str, list[LigneCompetence]] = {}
    for each in lignes:
        groups.setdefault(each.groupe, []).append(each)
    return list(groups.items())


def missing_blocs(personne: Personne) -> list[BlocCompetences]:
    """Return the blocs that are not in the portfolio; those of the trades of the person first."""
    held = set(Competence.objects.filter(personne=personne, etat__in=VIVANTES).values_list("bloc", flat=True))
    trades = set(Contrat.objects.filter(personne=personne).values_list("rome__code", flat=True))
    left = [bloc for bloc in blocs().values() if bloc.code not in held]
    return sorted(left, key=lambda bloc: not trades & set(bloc.romes))


def list_equipe(user: User, on: date) -> QuerySet[Any]:
    """Return those whose portfolio one writes, with what there is to do, in one query.

    Adds `dernier`, `metier`, `fin` (of their last contract in one's SIAE), `declarees`, `observees`, `attestees` (how
    many competences stand so), `a_faire` (those to observe or to attest), `remise` (its attestation is delivered) and
    `depart`: that contract ends soon, or has ended, without one.
    """
    membre = user.membre
    mine = Contrat.objects.filter(
        personne=OuterRef("pk"), siae__organisation=membre.organisation_id if membre else None, debut__lte=on
    ).order_by("-debut", "-pk")
    known = {
        f"{etat.value}s": Coalesce(_count(etat), Value(0))
        for etat in (EtatCompetence.DECLAREE, EtatCompetence.OBSERVEE, EtatCompetence.ATTESTEE)
    }
    soon = on + timedelta(days=number("attestation_avance_jours", on))
    attested = AttestationCompetences.objects.filter(contrat=OuterRef("dernier"), retiree_le__isnull=True)
    found: QuerySet[Any] = (
        observables(user, on)
        .defer("nir", "nir_empreinte")
        .annotate(
            metier=Subquery(mine.values("rome__libelle")[:1]),
            fin=Subquery(mine.annotate(echeance=ECHEANCE).values("echeance")[:1]),
            dernier=Subquery(mine.values("pk")[:1]),
            **known,
        )
        .annotate(
            remise=Exists(attested),
            a_faire=F("declarees") + F("observees"),
            depart=Case(
                When(Q(fin__lte=soon) & ~Exists(attested), then=Value(1)), default=Value(0), output_field=IntegerField()
            ),
        )
    )
    return found


def _count(etat: EtatCompetence) -> Subquery:
    rows = Competence.objects.filter(personne=OuterRef("pk"), etat=etat).values("personne")
    return Subquery(rows.annotate(nombre=Count("pk")).values("nombre"))
