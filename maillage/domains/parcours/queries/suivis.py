"""« Mes accompagnements »: the employees whom a CIP supports, with the days that matter and what must not be missed.

Six queries whatever the number of persons: a SIAE has some hundreds at most, compared in memory by pure rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Max, Min, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from maillage.domains.parcours.enums.accompagnement import Alerte, EtatAction, EtatEntretien, Jalon
from maillage.domains.parcours.models import (
    Accompagnement,
    ActionParcours,
    Contrat,
    Entretien,
    Evaluation,
    TitreParcours,
)
from maillage.domains.parcours.queries.accompagnement import followed_relations
from maillage.domains.parcours.rules.accompagnement import Reperes, Seuils, find_alertes, next_deadline, next_jalon
from maillage.foundations.kernel.parameters import get_parametre

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from maillage.references.accounts.models import User
    from maillage.references.personnes.models import Personne, Relation


@dataclass(frozen=True, slots=True)
class LigneSuivi:
    """An employee whom a SIAE supports. Ends are shown inclusive: their last day."""

    relation: Relation
    reperes: Reperes
    alertes: Mapping[Alerte, date]
    echeance: date | None
    objet: str
    jalon: tuple[Jalon, date] | None
    actions: int

    @property
    def personne(self) -> Personne:
        return self.relation.personne

    @property
    def nom(self) -> str:
        """The name that the list sorts by."""
        return f"{self.personne.nom} {self.personne.prenom}".casefold()

    @property
    def referent(self) -> str:
        return str(self.relation.referent.user) if self.relation.referent else "personne"

    @property
    def dernier_contact(self) -> date | None:
        return self.reperes.dernier_contact

    @property
    def fin_contrat(self) -> date | None:
        return _last(self.reperes.fin_contrat)

    @property
    def fin_titre(self) -> date | None:
        return _last(self.reperes.fin_titre)

    @property
    def alertes_dites(self) -> str:
        return ", ".join(alerte.label for alerte in self.alertes)

    @property
    def nombre_alertes(self) -> int:
        return len(self.alertes)


def _last(fin: date | None) -> date | None:
    return fin - timedelta(days=1) if fin else None


def get_seuils(on: date) -> Seuils:
    """Return the delays of the alerts in force on a day."""
    codes = {
        "contact": "alerte_contact_jours",
        "contrat": "alerte_fin_contrat_jours",
        "titre": "alerte_fin_titre_jours",
        "jalon": "alerte_jalon_jours",
        "diagnostic": "delai_diagnostic_jours",
    }
    return Seuils(**{name: int(get_parametre(f"parcours.{code}", on=on).value) for name, code in codes.items()})


def list_suivis(user: User, on: date, *, miens: bool = False) -> list[LigneSuivi]:
    """Return the employees whom the organisation supports; only those of whom one is the référent with `miens`."""
    relations = followed_relations(user, on).order_by("pk")
    if miens and user.membre:
        relations = relations.filter(
            referent__user=user.membre.user_id, referent__organisation=user.membre.organisation_id
        )
    found = list(relations)
    if not found:
        return []
    organisation = found[0].organisation_id
    persons = [each.personne_id for each in found]
    contrats, titres = _ends_of_contrats(persons, organisation, on), _ends_of_titres(persons, on)
    supports = {row["relation"]: row for row in _supports([each.pk for each in found])}
    seuils = get_seuils(on)
    return [
        _ligne(
            each,
            supports.get(each.pk, {}),
            _nearest(contrats.get(each.personne_id), each.fin),
            titres.get(each.personne_id),
            seuils,
            on,
        )
        for each in found
    ]


def _ligne(
    relation: Relation,
    support: Mapping[str, Any],
    fin_contrat: date | None,
    fin_titre: date | None,
    seuils: Seuils,
    on: date,
) -> LigneSuivi:
    reperes = Reperes(
        debut=relation.debut,
        dernier_contact=_day(support.get("dernier")),
        prochain_entretien=_day(support.get("prochain")),
        entretien_sans_suite=_day(support.get("sans_suite")),
        fin_contrat=fin_contrat,
        fin_titre=fin_titre,
        prochaine_action=support.get("prochaine_action"),
        jalons_faits=frozenset(support.get("jalons") or ()),
    )
    jalon = next_jalon(reperes, diagnostic=seuils.diagnostic, on=on)
    deadline = next_deadline(reperes, jalon)
    return LigneSuivi(
        relation=relation,
        reperes=reperes,
        alertes=find_alertes(reperes, seuils, on),
        echeance=deadline[0] if deadline else None,
        objet=deadline[1] if deadline else "",
        jalon=jalon,
        actions=support.get("ouvertes") or 0,
    )


def _supports(relations: Iterable[int]) -> Any:
    """Yield, for each relation that has a support, what its interviews, actions and evaluations say."""
    now = timezone.now()
    entretiens = Entretien.objects.filter(accompagnement=OuterRef("pk")).order_by().values("accompagnement")
    actions = ActionParcours.objects.filter(accompagnement=OuterRef("pk"), etat=EtatAction.EN_COURS)
    evaluations = Evaluation.objects.filter(accompagnement=OuterRef("pk")).order_by().values("accompagnement")

    def of(rows: Any, value: Any) -> Subquery:
        return Subquery(rows.annotate(value=value).values("value"))

    open_actions = actions.order_by().values("accompagnement")
    return (
        Accompagnement.objects.filter(relation__in=list(relations))
        .annotate(
            dernier=of(entretiens.filter(etat=EtatEntretien.TENU), Max("debut")),
            prochain=of(entretiens.filter(etat=EtatEntretien.PREVU, debut__gte=now), Min("debut")),
            sans_suite=of(entretiens.filter(etat=EtatEntretien.PREVU, debut__lt=now), Min("debut")),
            ouvertes=of(open_actions, Count("pk")),
            prochaine_action=of(open_actions, Min("echeance")),
            jalons=of(evaluations, ArrayAgg("jalon")),
        )
        .values("relation", "dernier", "prochain", "sans_suite", "prochaine_action", "jalons", "ouvertes")
    )


def _ends_of_contrats(persons: list[int], organisation: int, on: date) -> dict[int, date | None]:
    """Return until when each person is employed there: None while a contract has no end."""
    end = Coalesce("fin", "fin_prevue")
    rows = Contrat.objects.filter(personne__in=persons, siae__organisation=organisation, debut__lte=on).annotate(
        end=end
    )
    current = rows.filter(Q(end__isnull=True) | Q(end__gt=on)).values_list("personne", "end")
    ends: dict[int, date | None] = {}
    for person, fin in current:
        known = ends.get(person, fin)
        ends[person] = None if known is None or fin is None else max(known, fin)
    return ends


def _ends_of_titres(persons: list[int], on: date) -> dict[int, date]:
    rows = TitreParcours.objects.filter(personne__in=persons, annule_le=None, debut__lte=on, fin__gt=on)
    return dict(rows.values_list("personne", "fin"))


def _nearest(*days: date | None) -> date | None:
    return min((day for day in days if day is not None), default=None)


def _day(moment: datetime | None) -> date | None:
    return timezone.localdate(moment) if moment else None
