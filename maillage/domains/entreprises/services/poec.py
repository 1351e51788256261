"""Open sessions of POEC, propose persons, answer."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Max

from maillage.domains.entreprises.models import CandidatPoec, SessionPoec
from maillage.domains.entreprises.permissions import Permission
from maillage.domains.entreprises.queries.poec import led_sessions, open_sessions, proposed_by
from maillage.domains.entreprises.rules.poec import CANDIDAT, MOTIVES, may_move
from maillage.foundations.kernel import audit
from maillage.foundations.kernel.attentes import page
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.notifications import notify_all
from maillage.foundations.kernel.permissions import granted
from maillage.references.accounts.models import Membre, User
from maillage.references.personnes.services.droit import lock

if TYPE_CHECKING:
    from datetime import date

    from maillage.references.accounts.models import Organisation
    from maillage.references.economie.models import Rome
    from maillage.references.personnes.models import Personne
    from maillage.references.structures.models import Siae
    from maillage.references.territoires.models import Territoire

COMPLET = Refusal("complet", "Toutes les places de la session sont prises.")


@dataclass(frozen=True, slots=True)
class FicheSession:
    """What a session is; `fin` is the first day after it."""

    intitule: str
    opco: str
    branche: str
    rome: Rome
    organisme: str
    commune: Territoire
    debut: date
    fin: date
    heures: int
    places: int
    prerequis: str = ""


@transaction.atomic
def open_session(*, fiche: FicheSession, actor: User) -> SessionPoec:
    """Open a session in the name of one's organisation."""
    decision = granted(actor, Permission.LEAD_POEC)
    if not decision or actor.membre is None:
        raise Refused(Refusal("interdit", decision.reason or "Agissez au nom d’une organisation."))
    _check(fiche)
    session = SessionPoec.objects.create(organisation=actor.membre.organisation, **_values(fiche))
    session.refresh_from_db(fields=["public_id"])
    audit.record("entreprises.ouvrir_poec", session, actor=actor)
    return session


@transaction.atomic
def edit_session(*, session: SessionPoec, fiche: FicheSession, actor: User) -> SessionPoec:
    """Change a session; never to fewer seats than candidates retained."""
    locked = _lock(session, actor)
    _check(fiche)
    for name, value in _values(fiche).items():
        setattr(locked, name, value)
    try:
        with transaction.atomic():
            locked.save()
    except IntegrityError as error:
        raise Refused(Refusal("places", "Plus de candidats sont déjà retenus.", "places")) from error
    audit.record("entreprises.modifier_poec", locked, actor=actor)
    return locked


@transaction.atomic
def cancel_session(*, session: SessionPoec, actor: User, on: date) -> SessionPoec:
    """Cancel a session that has not begun; the SIAE of its candidates are told."""
    locked = _lock(session, actor)
    if locked.annulee_le or locked.debut <= on:
        raise Refused(Refusal("commencee", "Cette session a commencé, ou est déjà annulée."))
    locked.annulee_le = on
    locked.save(update_fields=["annulee_le"])
    audit.record("entreprises.annuler_poec", locked, actor=actor)
    for candidat in locked.candidats.select_related("siae__organisation"):
        _tell(
            candidat.siae.organisation, Permission.PROPOSE, f"Une session de POEC est annulée\u202f: {locked}.", locked
        )
    return locked


@transaction.atomic
def propose(*, session: SessionPoec, personne: Personne, siae: Siae, actor: User, on: date) -> CandidatPoec:
    """Propose to a session a person whom the SIAE follows: who leads it receives a number, no name."""
    if not (decision := granted(actor, Permission.PROPOSE)):
        raise Refused(Refusal("interdit", decision.reason))
    if actor.membre is None or actor.membre.organisation_id != siae.organisation_id:
        raise Refused(Refusal("autre_siae", "Cette SIAE est celle d’une autre organisation.", "siae"))
    locked = lock(personne, actor)
    session = SessionPoec.objects.select_for_update().select_related("organisation").get(pk=session.pk)
    if not open_sessions(on).filter(pk=session.pk).exists():
        raise Refused(Refusal("session_fermee", "Cette session ne reçoit plus de candidat.", "session"))
    if session.candidats.filter(personne=locked).exists():
        raise Refused(Refusal("deja_propose", "Cette personne est déjà proposée à cette session.", "session"))
    number = (session.candidats.aggregate(last=Max("numero"))["last"] or 0) + 1
    candidat = CandidatPoec.objects.create(session=session, personne=locked, siae=siae, numero=number, propose_le=on)
    candidat.refresh_from_db(fields=["public_id"])
    audit.record("entreprises.proposer_poec", locked, actor=actor, session=str(session.public_id))
    _tell(session.organisation, Permission.LEAD_POEC, f"Un candidat est proposé à la session « {session} ».", session)
    return candidat


@transaction.atomic
def move_candidat(
    *, candidat: CandidatPoec, act: str, actor: User, motif: str = "", contrat_suite: str = ""
) -> CandidatPoec:
    """Move a candidate along the table: the database holds the seats, however many are retained at once."""
    leads = led_sessions(actor).filter(pk=candidat.session_id).exists()
    proposes = proposed_by(actor).filter(pk=candidat.pk).exists()
    if not may_move(act, leads=leads, proposes=proposes):
        raise Refused(Refusal("interdit", "Cet acte n’est pas de votre organisation."))
    SessionPoec.objects.select_for_update().get(pk=candidat.session_id)
    rows = CandidatPoec.objects.select_for_update(of=("self",)).select_related("session", "siae__organisation")
    locked = rows.get(pk=candidat.pk)
    if act in MOTIVES and not motif.strip():
        raise Refused(Refusal("motif_manquant", "Dites pourquoi.", "motif"))
    if act == "embaucher" and not contrat_suite:
        raise Refused(Refusal("contrat_manquant", "Dites par quel contrat.", "contrat_suite"))
    audit.move(locked, act, CANDIDAT, actor=actor)
    locked.motif = motif.strip()
    locked.contrat_suite = contrat_suite if act == "embaucher" else ""
    try:
        with transaction.atomic():
            locked.save()
    except IntegrityError as error:
        raise Refused(COMPLET) from error
    audit.record(
        f"entreprises.{act}_poec",
        locked.personne,
        actor=actor,
        session=str(locked.session.public_id),
        candidat=locked.numero,
    )
    if leads:
        text = (
            f"Votre candidat n° {locked.numero} à la session « {locked.session} »\u202f: {locked.get_etat_display()}."
        )
        _tell(locked.siae.organisation, Permission.PROPOSE, text, locked.session)
    return locked


def _lock(session: SessionPoec, actor: User) -> SessionPoec:
    if not led_sessions(actor).filter(pk=session.pk).exists():
        raise Refused(Refusal("interdit", "Cette session est celle d’une autre organisation."))
    return SessionPoec.objects.select_for_update().get(pk=session.pk)


def _check(fiche: FicheSession) -> None:
    if fiche.fin <= fiche.debut:
        raise Refused(Refusal("fin_avant_debut", "Le dernier jour ne précède pas le premier.", "fin"))


def _values(fiche: FicheSession) -> dict[str, object]:
    return {each.name: getattr(fiche, each.name) for each in fields(fiche)}


def _tell(organisation: Organisation, permission: Permission, texte: str, session: SessionPoec) -> None:
    members = Membre.objects.actifs().filter(organisation=organisation).values("user")
    people = [user for user in User.objects.filter(pk__in=members) if granted(user, permission)]
    notify_all(people, "entreprises.poec", texte, page("entreprises:session", session.public_id))
