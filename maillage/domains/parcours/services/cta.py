"""Present a person to a CTA with their agreement, put them on an agenda, write what was advised and decided.

The file opens to the members of the CTA with the case; it closes to them with it, and never later than the agreement.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from maillage.domains.parcours.enums.consentement import ObjetConsentement
from maillage.domains.parcours.enums.cta import MotifCas
from maillage.domains.parcours.enums.demandes import EtatDemande
from maillage.domains.parcours.models import CasCta, DecisionCta
from maillage.domains.parcours.permissions import Permission
from maillage.domains.parcours.queries.cta import list_cas, list_tenus, members
from maillage.domains.parcours.queries.regles_titres import number
from maillage.domains.parcours.queries.titres import titre_en_cours
from maillage.domains.parcours.rules.cta import (
    CAS_CTA,
    DU_TITRE,
    QUESTION_MIN,
    VIVANTS,
    Decision,
    check_avis,
    end_of_opening,
)
from maillage.domains.parcours.services.consentements import ensure_consent
from maillage.domains.parcours.services.evenements_consentements import CasCtaPropose
from maillage.domains.parcours.services.titres import Avis, write_avis
from maillage.foundations.kernel import audit, events
from maillage.foundations.kernel.attentes import page
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.notifications import notify_all
from maillage.foundations.kernel.permissions import granted
from maillage.references.accounts.models import Membre, User
from maillage.references.personnes.enums import TypeRelation
from maillage.references.personnes.queries.visibilite import followed_by
from maillage.references.personnes.services.droit import check_permission, follower, lock
from maillage.references.personnes.services.effets import close_relation, open_until

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from maillage.domains.parcours.models import Consentement
    from maillage.references.personnes.models import Personne

DEJA = Refusal("cas_en_cours", "Un cas de cette personne attend déjà un CTA\u202f: attendez son avis, ou retirez-le.")
AUTRE = Refusal("autre_cta", "Ce cas n’est pas d’un CTA où votre organisation siège.")


@dataclass(frozen=True, slots=True)
class FicheCas:
    """What a CTA is asked: why, in which département, which question."""

    motif: str
    departement: str
    question: str


@transaction.atomic
def present_case(
    *, personne: Personne, fiche: FicheCas, actor: User, on: date, accord_jusqu_au: date | None = None
) -> CasCta:
    """Ask the CTA of a département a question about a person whom one follows, who agrees.

    `accord_jusqu_au` writes an agreement given today, until that day excluded, when none is in force. A case about the
    right of the person is bound to it, and to the request of prolongation that waits.
    """
    check_permission(actor, Permission.PRESENT_CTA)
    membre = follower(actor)
    locked = lock(personne, actor)
    _check_fiche(fiche, locked, actor)
    sitting = list(members(fiche.departement))
    if not sitting:
        message = "Aucun membre de ce CTA n’est sur la plateforme\u202f: ni DDETS, ni France Travail, ni département."
        raise Refused(Refusal("cta_inconnu", message, "departement"))
    consent = ensure_consent(personne=locked, objet=ObjetConsentement.CTA, jusqu_au=accord_jusqu_au, actor=actor, on=on)
    titre = titre_en_cours(locked, on) if fiche.motif in DU_TITRE else None
    asks = titre is not None and fiche.motif == MotifCas.PROLONGATION
    try:
        with transaction.atomic():
            cas = CasCta.objects.create(
                personne=locked,
                organisation_id=membre.organisation_id,
                auteur=membre,
                consentement=consent,
                departement=fiche.departement,
                motif=fiche.motif,
                question=fiche.question.strip(),
                titre=titre,
                demande=titre.demandes.filter(etat=EtatDemande.ATTENTE).first() if titre and asks else None,
                propose_le=on,
            )
    except IntegrityError as error:
        raise Refused(DEJA) from error
    cas.refresh_from_db(fields=["public_id"])
    for each in sitting:
        open_until(
            personne=locked,
            organisation=each,
            type_relation=TypeRelation.CTA,
            debut=on,
            fin=consent.fin,
            actor=actor,
        )
    audit.record("parcours.cas_proposer", locked, actor=actor, motif=fiche.motif, departement=fiche.departement)
    events.publish(CasCtaPropose(cas.pk, locked.pk, cas.departement))
    others = [each.pk for each in sitting if each.pk != membre.organisation_id]
    _tell(others, Permission.LEAD_CTA, "Un cas est proposé à votre CTA.", cas)
    return cas


@transaction.atomic
def schedule_case(*, cas: CasCta, seance_le: date, actor: User, on: date) -> CasCta:
    """Put a case on the agenda of a session to come, or put it off to another one."""
    locked = _lock_held(cas, actor, on)
    if seance_le < on:
        raise Refused(Refusal("seance_passee", "La séance est à venir.", "seance_le"))
    act = "reporter" if locked.seance_le else "inscrire"
    audit.move(locked, act, CAS_CTA, actor=actor)
    locked.seance_le = seance_le
    locked.save(update_fields=["etat", "seance_le"])
    audit.record(f"parcours.cas_{act}", locked.personne, actor=actor, seance=seance_le.isoformat())
    texte = f"Un cas que vous avez présenté est à l’ordre du jour du CTA du {seance_le:%d/%m/%Y}."
    _tell([locked.organisation_id], Permission.PRESENT_CTA, texte, locked)
    return locked


@transaction.atomic
def close_case(*, cas: CasCta, avis: str, decisions: Sequence[Decision], actor: User, on: date) -> CasCta:
    """Write what the session advised, and who does what before when; the file stays open the time to do it.

    About a right, the advice is kept with it too.
    """
    locked = _lock_held(cas, actor, on)
    CAS_CTA.target("traiter", locked.etat)
    assert locked.seance_le  # on an agenda it has its session: the database holds it
    allowed = {locked.organisation_id, *members(locked.departement).values_list("pk", flat=True)}
    found = check_avis(avis, decisions, seance=locked.seance_le, on=on)
    if any(each.qui not in allowed for each in decisions):
        found.append(Refusal("acteur_inconnu", "Une action revient à un membre du CTA ou à qui présente le cas."))
    if found:
        raise Refused(*found)
    audit.move(locked, "traiter", CAS_CTA, actor=actor)
    locked.avis, locked.clos_le = avis.strip(), on
    if locked.titre and actor.membre:
        locked.avis_titre = write_avis(
            titre=locked.titre,
            avis=Avis(locked.seance_le, locked.avis),
            organisation=actor.membre.organisation,
            personne=locked.personne,
            actor=actor,
        )
    locked.save(update_fields=["etat", "avis", "clos_le", "avis_titre"])
    DecisionCta.objects.bulk_create(
        DecisionCta(cas=locked, quoi=each.quoi.strip(), qui_id=each.qui, avant_le=each.avant_le) for each in decisions
    )
    audit.record("parcours.cas_traiter", locked.personne, actor=actor, actions=len(decisions))
    fin = end_of_opening(
        clos_le=on,
        jours=number("cta_relation_jours", on),
        echeances=[each.avant_le for each in decisions],
        accord=locked.consentement.fin,
    )
    _close_files(locked, fin, actor)
    _tell([locked.organisation_id], Permission.PRESENT_CTA, "Un cas que vous avez présenté a l’avis du CTA.", locked)
    todo = {each.qui for each in decisions} - {locked.organisation_id}
    _tell(todo, Permission.VIEW_CTA, "Un CTA a confié une action à votre organisation.", locked)
    return locked


@transaction.atomic
def withdraw_case(*, cas: CasCta, actor: User, on: date) -> CasCta:
    """Take back a case that one's organisation presented: the file closes to the members of the CTA today."""
    check_permission(actor, Permission.PRESENT_CTA)
    lock(cas.personne, actor)
    locked = _lock(cas)
    if actor.membre is None or actor.membre.organisation_id != locked.organisation_id:
        raise Refused(Refusal("autre_organisation", "Ce cas est présenté par une autre organisation."))
    _withdraw(locked, actor, on)
    return locked


@transaction.atomic
def do_action(*, decision: DecisionCta, actor: User, on: date) -> DecisionCta:
    """Say that one's organisation did what a CTA asked of it; said twice, it changes nothing."""
    check_permission(actor, Permission.VIEW_CTA)
    lock(decision.cas.personne, actor)
    locked = DecisionCta.objects.select_for_update(of=("self",)).select_related("cas__personne").get(pk=decision.pk)
    if not list_cas(actor, on).filter(pk=locked.cas_id).exists():
        raise Refused(AUTRE)
    if actor.membre is None or actor.membre.organisation_id != locked.qui_id:
        raise Refused(Refusal("autre_organisation", "Cette action revient à une autre organisation."))
    if locked.faite_le is None:
        locked.faite_le = on
        locked.save(update_fields=["faite_le"])
        audit.record("parcours.cas_agir", locked.cas.personne, actor=actor)
    return locked


def stop_cases(consentement: Consentement, actor: User, on: date) -> None:
    """Stop what rested on an agreement that the person takes back: the living case, the files still open."""
    for cas in CasCta.objects.filter(consentement=consentement).order_by("pk"):
        locked = _lock(cas)
        if locked.etat in VIVANTS:
            _withdraw(locked, actor, on)
        else:
            _close_files(locked, on, actor)


def _withdraw(cas: CasCta, actor: User, on: date) -> None:
    audit.move(cas, "retirer", CAS_CTA, actor=actor)
    cas.clos_le = on
    cas.save(update_fields=["etat", "clos_le"])
    audit.record("parcours.cas_retirer", cas.personne, actor=actor)
    _close_files(cas, on, actor)


def _close_files(cas: CasCta, fin: date, actor: User) -> None:
    """Close the file to the members of the CTA from a day on, unless another case of the person keeps it open."""
    kept = CasCta.objects.filter(personne=cas.personne_id, etat__in=VIVANTS).exclude(pk=cas.pk)
    if kept.filter(departement=cas.departement).exists():
        return
    for each in members(cas.departement):
        close_relation(personne=cas.personne, organisation=each, type_relation=TypeRelation.CTA, fin=fin, actor=actor)


def _check_fiche(fiche: FicheCas, personne: Personne, actor: User) -> None:
    if not followed_by(actor).filter(pk=personne.pk).exists():
        raise Refused(Refusal("pas_suivie", "Seule une organisation qui suit la personne la présente à un CTA."))
    if fiche.motif not in MotifCas.values:
        raise Refused(Refusal("motif_inconnu", "Choisissez un motif de la liste.", "motif"))
    if len(fiche.question.strip()) < QUESTION_MIN:
        message = "Posez la question en une phrase au moins\u202f: le comité répond à elle."
        raise Refused(Refusal("question_courte", message, "question"))


def _lock(cas: CasCta) -> CasCta:
    rows = CasCta.objects.select_for_update(of=("self",))
    found: CasCta = rows.select_related("personne", "consentement", "titre", "organisation").get(pk=cas.pk)
    return found


def _lock_held(cas: CasCta, actor: User, on: date) -> CasCta:
    """Return a case, locked after its person, if who acts holds the agenda of its CTA."""
    check_permission(actor, Permission.LEAD_CTA)
    lock(cas.personne, actor)
    locked = _lock(cas)
    if not list_tenus(actor, on).filter(pk=locked.pk).exists():
        raise Refused(AUTRE)
    return locked


def _tell(organisations: Collection[int], permission: Permission, texte: str, cas: CasCta) -> None:
    """Tell the members of these organisations whose role holds a permission, naming nobody."""
    held = Membre.objects.actifs().filter(organisation__in=list(organisations)).values("user")
    people = [user for user in User.objects.filter(pk__in=held) if granted(user, permission)]
    notify_all(people, "parcours.cta", texte, page("parcours:cas", cas.public_id))
