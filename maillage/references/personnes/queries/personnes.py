"""The persons that an account may see, with what the list and the sheet show of them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import CharField, Exists, F, Min, OuterRef, Prefetch, Q, Subquery, Value
from django.utils import timezone

from maillage.foundations.kernel.parameters import get_parametre
from maillage.references.personnes.models import Ouverture, Personne, Relation
from maillage.references.personnes.queries.traces import REFERENCE
from maillage.references.personnes.queries.visibilite import in_charge, relations_en_cours, sans_referent, visible_to
from maillage.references.territoires.enums import Niveau
from maillage.references.territoires.models import Territoire

if TYPE_CHECKING:
    from datetime import date
    from typing import Any

    from django.db.models import QuerySet

    from maillage.references.accounts.models import Membre, User


ALERTE = "personnes.alerte_fin_relation_jours"


def list_personnes(user: User) -> QuerySet[Personne]:
    """Return the visible persons, in two queries whatever their number.

    Adds `commune_nom`, `depuis` (first day of the oldest relation in force), the list `en_cours` of the relations in
    force, and of the opening under which an operator reads: `motif_ouverture`, and `motif_lecture` for the journal.
    """
    on = timezone.localdate()
    current = Relation.objects.filter(Q(fin__isnull=True) | Q(fin__gt=on), debut__lte=on)
    oldest = relations_en_cours(on).values("personne").annotate(oldest=Min("debut")).values("oldest")
    return (
        visible_to(user)
        .defer("nir", "nir_empreinte")
        .annotate(
            commune_nom=_commune(),
            depuis=Subquery(oldest),
            motif_ouverture=_of_opening(user, F("motif")),
            motif_lecture=_of_opening(user, REFERENCE),
        )
        .prefetch_related(
            Prefetch(
                "relations",
                current.select_related("organisation", "referent__user").order_by("debut", "pk"),
                to_attr="en_cours",
            )
        )
    )


def get_personne(user: User, public_id: str) -> Personne | None:
    """Return one of the visible persons; None for anybody else's."""
    return list_personnes(user).defer(None).filter(public_id=public_id).first()


def keep_type(persons: QuerySet[Personne], type_relation: str) -> QuerySet[Personne]:
    """Keep the persons whom somebody follows under this title today."""
    return persons.filter(Exists(relations_en_cours(timezone.localdate()).filter(type=type_relation)))


def keep_referent(persons: QuerySet[Personne], membre: Membre | None) -> QuerySet[Personne]:
    """Keep the persons of whom a member is the référent today; nobody without a membership."""
    if membre is None:
        return persons.none()
    return persons.filter(Exists(relations_en_cours(timezone.localdate()).filter(in_charge(membre))))


def keep_sans_referent(persons: QuerySet[Personne], organisation_id: int | None) -> QuerySet[Personne]:
    """Keep the persons whom an organisation follows today without anybody in charge."""
    theirs = relations_en_cours(timezone.localdate()).filter(organisation=organisation_id)
    return persons.filter(Exists(theirs.filter(sans_referent())))


def keep_ending(persons: QuerySet[Personne], organisation_id: int | None) -> QuerySet[Personne]:
    """Keep the persons whom an organisation follows, until an end that comes soon."""
    on = timezone.localdate()
    return persons.filter(Exists(relations_en_cours(on).filter(organisation=organisation_id, fin__lte=soon(on))))


def soon(on: date) -> date:
    """Return the last day whose ends an organisation is told of."""
    return on + timedelta(days=int(get_parametre(ALERTE, on=on).value))


def keep_ended(persons: QuerySet[Personne], organisation_id: int | None) -> QuerySet[Personne]:
    """Keep the persons whom an organisation no longer follows: their file is still open to it for a while."""
    on = timezone.localdate()
    theirs = Relation.objects.filter(personne=OuterRef("pk"), organisation=organisation_id)
    return persons.filter(
        Exists(theirs.filter(fin__lte=on)), ~Exists(relations_en_cours(on).filter(organisation=organisation_id))
    )


def list_relations(personne: Personne) -> QuerySet[Relation]:
    """Return who follows or followed a person, those in force first."""
    return personne.relations.select_related("organisation", "referent__user").order_by(
        F("fin").desc(nulls_first=True), "-debut", "-pk"
    )


def is_current(relation: Relation, on: date) -> bool:
    """Tell whether a relation is in force on a day."""
    return relation.debut <= on and (relation.fin is None or relation.fin > on)


def follows(user: User, personne: Personne, on: date) -> bool:
    """Tell whether one's organisation follows a person on a day: their file stays open to it a while afterwards."""
    membre = user.membre
    running = personne.relations.filter(Q(fin__isnull=True) | Q(fin__gt=on), debut__lte=on)
    return membre is not None and running.filter(organisation=membre.organisation_id).exists()


def last_day(relation: Relation) -> date | None:
    """Return the last day of a relation, as people say it; None while it lasts."""
    return relation.fin - timedelta(days=1) if relation.fin else None


def _commune() -> Subquery:
    names = Territoire.objects.filter(niveau=Niveau.COMMUNE, code=OuterRef("commune")).order_by("-millesime")
    return Subquery(names.values("nom")[:1])


def _of_opening(user: User, what: Any) -> Any:
    """Return something of the opening under which an operator reads a person; nobody else needs one."""
    if not user.is_staff:
        return Value("", output_field=CharField())
    now = timezone.now()
    own = Ouverture.objects.filter(personne=OuterRef("pk"), exploitant=user, fin__gt=now, close_le__isnull=True)
    return Subquery(own.order_by("-debut").annotate(what=what).values("what")[:1])
