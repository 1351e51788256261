"""Begin to follow a person, name who is in charge, stop."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone

from maillage.foundations.kernel import audit
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.parameters import get_parametre
from maillage.references.accounts.models import Membre
from maillage.references.personnes.enums import TypeRelation
from maillage.references.personnes.models import Relation
from maillage.references.personnes.queries.identite import find_by_nir
from maillage.references.personnes.queries.visibilite import CONSENTIES
from maillage.references.personnes.rules import TYPES_PAR_ROLE, check_nir
from maillage.references.personnes.services.droit import follower, lock
from maillage.references.personnes.services.essais import count_try

if TYPE_CHECKING:
    from datetime import date

    from maillage.references.accounts.models import User
    from maillage.references.personnes.models import Personne

FIN_PREVUE = "personnes.fin_prevue_jours"

INCONNUE = Refusal(
    "personne_introuvable",
    "Aucun dossier ne porte à la fois ce numéro et cette date de naissance. Vérifiez-les sur un document, ou créez le "
    "dossier.",
)


def follow_known(*, nir: str, date_naissance: date, type_relation: str, debut: date, actor: User, on: date) -> Relation:
    """Begin to follow a person known to the platform, identified by their NIR and day of birth.

    Raise `Refused` with the same words whether the number is unknown or the day wrong; tries are counted.
    """
    check_start(type_relation=type_relation, debut=debut, actor=actor, on=on)
    count_try(actor, on=on)
    return _follow_known(check_nir(nir), date_naissance, type_relation, debut, actor, on)


@transaction.atomic
def _follow_known(nir: str, date_naissance: date, type_relation: str, debut: date, actor: User, on: date) -> Relation:
    """Read behind the lock: the number may be corrected, or the person forgotten, while we wait."""
    known = find_by_nir(nir, lock=True)
    if known is None or known.anonymisee_le or known.date_naissance != date_naissance:
        raise Refused(INCONNUE)
    return _open(known, type_relation, debut, actor, on, None)


def check_start(
    *, type_relation: str, debut: date, actor: User, on: date, referent: Membre | None = None
) -> tuple[Membre, Membre]:
    """Return in whose name and by whom a person will be followed; raise `Refused`.

    Call it before a number is looked for: what is refused afterwards would tell whether somebody bears it.
    """
    membre = follower(actor)
    allowed = TYPES_PAR_ROLE.get(membre.profil, ())
    if type_relation not in allowed:
        raise Refused(Refusal("type_interdit", "Votre rôle ne suit personne à ce titre.", "type_relation"))
    if debut > on:
        raise Refused(Refusal("debut_futur", "Une relation commence aujourd’hui au plus tard.", "debut"))
    # A référent RSA follows in person; elsewhere the organisation does, and a colleague may be in charge.
    referent = membre if type_relation == TypeRelation.REFERENT_RSA or referent is None else referent
    _check_referent(referent, membre)
    return membre, referent


@transaction.atomic
def begin_relation(
    *,
    personne: Personne,
    type_relation: str,
    debut: date,
    actor: User,
    on: date,
    referent: Membre | None = None,
) -> Relation:
    """Begin to follow, under another title, a person whose file is open to the organisation."""
    follower(actor)
    return _open(lock(personne, actor), type_relation, debut, actor, on, referent)


def open_relation(
    *,
    personne: Personne,
    type_relation: str,
    debut: date,
    actor: User,
    on: date,
    referent: Membre | None = None,
) -> Relation:
    """Begin the relation of a person whom the caller has just created."""
    return _open(personne, type_relation, debut, actor, on, referent)


@transaction.atomic
def assign_referent(*, relation: Relation, referent: Membre, actor: User) -> Relation:
    """Name who is in charge of a person: an active member of the organisation that follows them, who may follow."""
    membre = follower(actor)
    lock(relation.personne, actor)
    locked = _own(relation, membre)
    _check_open(locked, timezone.localdate())
    _check_referent(referent, membre)
    if locked.referent_id != referent.pk:
        locked.referent = referent
        locked.save(update_fields=["referent"])
        audit.record("personnes.assign", locked.personne, actor=actor, type=locked.type, membre=str(referent.public_id))
    return locked


@transaction.atomic
def end_relation(*, relation: Relation, fin: date, actor: User, on: date) -> Relation:
    """Stop following a person from the day `fin`, past or planned; a planned end may be moved until it comes.

    The file stays open to the organisation for the delay in force.
    """
    membre = follower(actor)
    lock(relation.personne, actor)
    locked = _own(relation, membre)
    _check_open(locked, on)
    if fin < locked.debut:
        raise Refused(Refusal("fin_avant_debut", "La fin ne précède pas le début.", "fin"))
    latest = on + timedelta(days=int(get_parametre(FIN_PREVUE, on=on).value))
    if fin > latest:
        raise Refused(Refusal("fin_lointaine", f"Une fin se prévoit jusqu’au {latest:%d/%m/%Y}.", "fin"))
    locked.fin = fin
    locked.save(update_fields=["fin"])
    audit.record("personnes.end", locked.personne, actor=actor, type=locked.type, fin=fin.isoformat())
    return locked


@transaction.atomic
def resume_relation(*, relation: Relation, actor: User) -> Relation:
    """Go on following a person whose relation was to end: its planned end, still to come, is dropped."""
    membre = follower(actor)
    lock(relation.personne, actor)
    locked = _own(relation, membre)
    _check_open(locked, timezone.localdate())
    locked.fin = None
    locked.save(update_fields=["fin"])
    audit.record("personnes.resume", locked.personne, actor=actor, type=locked.type)
    return locked


def list_referents(membre: Membre) -> list[Membre]:
    """Return the members of an organisation who may be in charge of a person, by name."""
    return list(
        Membre.objects.actifs()
        .filter(organisation=membre.organisation_id, profil__in=list(TYPES_PAR_ROLE))
        .select_related("user")
        .order_by("user__nom", "user__prenom", "user__email")
    )


def _open(
    personne: Personne, type_relation: str, debut: date, actor: User, on: date, referent: Membre | None
) -> Relation:
    membre, charge = check_start(type_relation=type_relation, debut=debut, actor=actor, on=on, referent=referent)
    try:
        with transaction.atomic():
            relation = Relation.objects.create(
                personne=personne,
                organisation_id=membre.organisation_id,
                type=type_relation,
                referent=charge,
                debut=debut,
            )
            audit.record(
                "personnes.follow",
                personne,
                actor=actor,
                type=type_relation,
                debut=debut.isoformat(),
                membre=str(charge.public_id),
            )
    except IntegrityError as error:
        message = "Votre organisation suit déjà cette personne à ce titre."
        raise Refused(Refusal("deja_suivie", message, "type_relation")) from error
    return relation


def _own(relation: Relation, membre: Membre) -> Relation:
    locked = Relation.objects.select_for_update(of=["self"]).select_related("personne").get(pk=relation.pk)
    if locked.organisation_id != membre.organisation_id:
        raise Refused(Refusal("autre_organisation", "Cette relation est celle d’une autre organisation."))
    if locked.type in CONSENTIES:
        raise Refused(Refusal("accord", "Ce suivi tient à l’accord de la personne\u202f: il finit avec lui."))
    return locked


def _check_open(relation: Relation, on: date) -> None:
    if relation.fin is not None and relation.fin <= on:
        raise Refused(Refusal("relation_finie", "Cette relation est déjà terminée."))


def _check_referent(referent: Membre, membre: Membre) -> None:
    if referent.pk not in {each.pk for each in list_referents(membre)}:
        message = "Le référent est un membre de votre organisation, chargé de suivre des personnes."
        raise Refused(Refusal("referent_impossible", message, "referent"))
