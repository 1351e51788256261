"""Whose support one may read, how much of it, and what it holds.

| who | reads |
|---|---|
| CIP and direction of the SIAE that employs the person | all, as long as the file is open to the SIAE |
| prescripteur, conseiller France Travail, référent RSA of the person | freins, objectives, actions: no note |

Everyone else, another SIAE included, reads nothing. To write, the SIAE must employ the person that day; the evaluation
of the exit alone is also written afterwards, as long as the file is open.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils import timezone

from maillage.domains.parcours.enums.accompagnement import EtatAction, EtatEntretien, EtatFrein, Frein, Jalon
from maillage.domains.parcours.models import Accompagnement, Contrat, Inscription
from maillage.domains.parcours.permissions import SIAE, Permission
from maillage.domains.parcours.rules.accompagnement import EN_COURS, Constat, follow_freins, state_on
from maillage.foundations.kernel.drawings import Span, Timeline
from maillage.foundations.kernel.permissions import granted
from maillage.foundations.kernel.tableur import Sheet
from maillage.references.accounts.models import User
from maillage.references.personnes.enums import TypeRelation as T
from maillage.references.personnes.models import Relation
from maillage.references.personnes.queries.visibilite import visible_to

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet

    from maillage.domains.parcours.models import (
        ActionParcours,
        ConstatFrein,
        DocumentParcours,
        Entretien,
        Evaluation,
        ObjectifParcours,
    )
    from maillage.references.personnes.models import Personne

# Those who follow a person from outside the SIAE; relations by consent (CTA, next steps) open nothing here.
DEHORS = (T.PRESCRIPTION, T.CONSEIL_EMPLOI, T.REFERENT_RSA)
PRESENTES = ("concerné", "en cours de traitement", "levé")


@dataclass(frozen=True, slots=True)
class Acces:
    """What an account may do with the support of a person: read it whole or a summary; write.

    `sortie`: the SIAE no longer employs the person and their file is still open to it: it may tell how it ended.
    """

    relation: Relation
    entier: bool
    ecrit: bool
    sortie: bool = False


def read_acces(user: User | AnonymousUser, personne: Personne, on: date) -> Acces | None:
    """Return what this account may read of the support of a person whose file is open to it; None: nothing."""
    membre = user.membre if isinstance(user, User) else None
    if membre is None or not granted(user, Permission.VIEW_SOCIAL):
        return None
    relations = list(personne.relations.select_related("organisation", "referent__user").order_by("-debut", "-pk"))
    contrats = [each for each in relations if each.type == T.CONTRAT and each.debut <= on]
    current = [each for each in relations if each.debut <= on and (each.fin is None or each.fin > on)]
    if membre.profil in SIAE:
        # The file is open: how long after the end is the rule of `visible_to`.
        own = [each for each in contrats if each.organisation_id == membre.organisation_id]
        if not own:
            return None
        writes, employs = bool(granted(user, Permission.SUPPORT)), own[0] in current
        return Acces(own[0], entier=True, ecrit=writes and employs, sortie=writes and not employs)
    follows = any(each.organisation_id == membre.organisation_id and each.type in DEHORS for each in current)
    employed = [each for each in contrats if each in current]
    return Acces(employed[0], entier=False, ecrit=False) if follows and employed else None


@dataclass(frozen=True, slots=True)
class LigneFrein:
    """An obstacle, and where it stands today: `constat` is None when nobody asked."""

    frein: Frein
    constat: ConstatFrein | None

    @property
    def etat(self) -> EtatFrein:
        return EtatFrein(self.constat.etat) if self.constat else EtatFrein.INCONNU

    @property
    def texte(self) -> str:
        return self.constat.texte if self.constat else ""

    @property
    def couleur(self) -> str:
        """The kind of badge that shows it."""
        if self.etat == EtatFrein.CONCERNE:
            return "warning"
        return "info" if self.etat in EN_COURS else "success" if self.etat == EtatFrein.LEVE else ""


@dataclass(frozen=True, slots=True)
class Fiche:
    """The support of a person, as much of it as one may read."""

    acces: Acces
    accompagnement: Accompagnement | None
    contrat: Contrat | None
    freins: Sequence[LigneFrein]
    objectifs: Sequence[ObjectifParcours]
    actions: Sequence[ActionParcours]
    entretiens: Sequence[Entretien]
    documents: Sequence[DocumentParcours]
    evaluations: Sequence[Evaluation]
    inscriptions: Sequence[Inscription]
    constats: Sequence[Constat]
    on: date

    @property
    def jalons(self) -> list[Jalon]:
        """The evaluations that one may still write."""
        done = {each.jalon for each in self.evaluations}
        offered = tuple(Jalon) if self.acces.ecrit else (Jalon.SORTIE,) if self.acces.sortie else ()
        return [each for each in offered if each not in done]

    @property
    def ouvertes(self) -> list[ActionParcours]:
        """The actions to do, the nearest first."""
        return [each for each in self.actions if each.etat == EtatAction.EN_COURS]

    @property
    def retards(self) -> int:
        """How many actions are late."""
        return sum(each.echeance < self.on for each in self.ouvertes)

    @property
    def concernes(self) -> list[LigneFrein]:
        """The obstacles that there are today."""
        return [each for each in self.freins if each.etat == EtatFrein.CONCERNE or each.etat in EN_COURS]

    @property
    def dernier_contact(self) -> date | None:
        """The day of the last interview that took place."""
        held = [timezone.localdate(each.debut) for each in self.entretiens if each.etat == EtatEntretien.TENU]
        return max(held, default=None)

    @property
    def prochain(self) -> Entretien | None:
        """The next interview."""
        planned = [each for each in self.entretiens if each.etat == EtatEntretien.PREVU]
        return min(planned, key=lambda each: each.debut, default=None)

    @property
    def calendrier(self) -> Timeline | None:
        """How the obstacles changed, drawn; None when there is none."""
        spans = [
            Span(etape.frein.label, etape.debut, etape.fin, _kind(etape.etat), etape.etat.label)
            for etape in follow_freins(self.constats, self.on)
        ]
        if not spans:
            return None
        return Timeline("Les freins dans le temps", "", spans, PRESENTES, self.on, "Frein")

    @property
    def evolution(self) -> Sheet | None:
        """The state of each obstacle at each milestone and today; None before the first milestone."""
        if not self.evaluations:
            return None
        days = [(Jalon(each.jalon).label, each.le) for each in self.evaluations] + [("aujourd’hui", self.on)]
        states = [state_on(self.constats, day) for _, day in days]
        rows = [[frein.label, *(state[frein].label for state in states)] for frein in Frein]
        columns = ["Frein", *(f"{label} ({day:%d/%m/%Y})" for label, day in days)]
        return Sheet("Les freins aux évaluations", columns, rows)


def _kind(etat: EtatFrein) -> int:
    return 0 if etat == EtatFrein.CONCERNE else 1 if etat in EN_COURS else 2


def read_fiche(acces: Acces, on: date) -> Fiche:
    """Return the support that a relation holds; a summary carries neither notes, nor interviews, nor documents."""
    accompagnement = Accompagnement.objects.filter(relation=acces.relation).first()
    orders = {"constats": ("le", "pk"), "objectifs": ("pk",), "actions": ("echeance", "pk"), "evaluations": ("le",)}
    rows: dict[str, list[Any]] = {name: [] for name in orders}
    entretiens: list[Entretien] = []
    documents: list[DocumentParcours] = []
    if accompagnement:
        rows = {name: list(getattr(accompagnement, name).order_by(*order)) for name, order in orders.items()}
        if acces.entier:
            entretiens = list(accompagnement.entretiens.select_related("membre__user").order_by("-debut"))
            documents = list(accompagnement.documents.order_by("-depose_le", "-pk"))
        else:
            for row in rows["constats"]:
                row.texte = ""
            for row in rows["evaluations"]:
                row.bilan = ""
    last = {row.frein: row for row in rows["constats"]}
    return Fiche(
        acces=acces,
        accompagnement=accompagnement,
        contrat=_contrat(acces.relation, on),
        freins=[LigneFrein(frein, last.get(frein)) for frein in Frein],
        objectifs=rows["objectifs"],
        actions=rows["actions"],
        entretiens=entretiens,
        documents=documents,
        evaluations=rows["evaluations"],
        inscriptions=list(_inscriptions(acces)),
        constats=[Constat(row.frein, row.etat, row.le) for row in rows["constats"]],
        on=on,
    )


def _contrat(relation: Relation, on: date) -> Contrat | None:
    rows = Contrat.objects.filter(personne=relation.personne_id, siae__organisation=relation.organisation_id)
    return rows.filter(debut__lte=on).select_related("siae").order_by("-debut").first()


def _inscriptions(acces: Acces) -> QuerySet[Inscription]:
    rows = Inscription.objects.filter(personne=acces.relation.personne_id).select_related("atelier__organisation")
    if not acces.entier:
        return rows.none()
    return rows.filter(organisation=acces.relation.organisation_id).order_by("-atelier__debut")


def followed_relations(user: User | AnonymousUser, on: date) -> QuerySet[Relation]:
    """Return the relations in force of the employees whom the organisation of this account supports."""
    membre = user.membre if isinstance(user, User) else None
    if membre is None or not granted(user, Permission.SUPPORT):
        return Relation.objects.none()
    rows = Relation.objects.filter(
        Q(fin__isnull=True) | Q(fin__gt=on),
        type=T.CONTRAT,
        organisation=membre.organisation_id,
        debut__lte=on,
        personne__in=visible_to(user),
    )
    return rows.select_related("personne", "referent__user").defer("personne__nir", "personne__nir_empreinte")
