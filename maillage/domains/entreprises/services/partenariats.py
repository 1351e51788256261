"""Follow a company: partnership, convention, contacts, needs, actions, hires. Of one's own organisation only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from maillage.domains.entreprises.models import (
    ActionMediation,
    BesoinEntreprise,
    Contact,
    EmbaucheSuivie,
    Partenariat,
)
from maillage.domains.entreprises.permissions import Permission
from maillage.domains.entreprises.queries.partenariats import followable, own_partenariats
from maillage.foundations.kernel import audit
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.permissions import granted
from maillage.references.personnes.services.droit import lock

if TYPE_CHECKING:
    from datetime import date

    from maillage.domains.parcours.models import Sortie
    from maillage.references.accounts.models import Membre, User
    from maillage.references.economie.models import Employeur, Rome


@transaction.atomic
def follow_company(*, employeur: Employeur, actor: User, on: date) -> Partenariat:
    """Begin to work with an establishment."""
    membre = _member(actor)
    try:
        with transaction.atomic():
            made = Partenariat.objects.create(organisation=membre.organisation, employeur=employeur, depuis=on)
    except IntegrityError as error:
        raise Refused(Refusal("deja_suivie", "Votre organisation suit déjà cette entreprise.", "siret")) from error
    made.refresh_from_db(fields=["public_id"])
    audit.record("entreprises.suivre", made, actor=actor)
    return made


@transaction.atomic
def set_convention(
    *, partenariat: Partenariat, debut: date | None, fin: date | None, engagements: str, actor: User
) -> Partenariat:
    """Write what both sides committed to, until the day before `fin`; nothing at all withdraws it."""
    locked = _lock(partenariat, actor)
    if any((debut, fin, engagements.strip())):
        if debut is None or fin is None or not engagements.strip():
            message = "Une convention a un premier jour, un dernier jour et des engagements."
            raise Refused(Refusal("convention_incomplete", message))
        if fin <= debut:
            raise Refused(Refusal("fin_avant_debut", "Le dernier jour ne précède pas le premier.", "fin"))
    locked.convention_debut, locked.convention_fin, locked.engagements = debut, fin, engagements.strip()
    locked.save(update_fields=["convention_debut", "convention_fin", "engagements"])
    audit.record("entreprises.convention", locked, actor=actor)
    return locked


@transaction.atomic
def add_contact(
    *, partenariat: Partenariat, nom: str, fonction: str, actor: User, email: str = "", telephone: str = ""
) -> Contact:
    """Keep whom to speak to: what their trade makes known, nothing else."""
    locked = _lock(partenariat, actor)
    contact = Contact.objects.create(
        partenariat=locked, nom=nom.strip(), fonction=fonction.strip(), email=email, telephone=telephone
    )
    audit.record("entreprises.contact", locked, actor=actor)
    return contact


@transaction.atomic
def remove_contact(*, contact: Contact, actor: User) -> None:
    """Erase a contact: they left, or ask it."""
    locked = _lock(contact.partenariat, actor)
    Contact.objects.filter(pk=contact.pk, partenariat=locked).delete()
    audit.record("entreprises.retirer_contact", locked, actor=actor)


@transaction.atomic
def add_besoin(
    *, partenariat: Partenariat, rome: Rome, postes: int, pour_le: date, actor: User, on: date, precisions: str = ""
) -> BesoinEntreprise:
    """Write posts that the company means to fill by a day to come."""
    locked = _lock(partenariat, actor)
    if pour_le < on:
        raise Refused(Refusal("jour_passe", "Un besoin est pour aujourd’hui ou plus tard.", "pour_le"))
    made = BesoinEntreprise.objects.create(
        partenariat=locked, rome=rome, postes=postes, pour_le=pour_le, precisions=precisions.strip()
    )
    audit.record("entreprises.besoin", locked, actor=actor)
    return made


@transaction.atomic
def close_besoin(*, besoin: BesoinEntreprise, actor: User, on: date) -> BesoinEntreprise:
    """Say that a need is one no more."""
    locked = _lock(besoin.partenariat, actor)
    besoin = BesoinEntreprise.objects.select_for_update().get(pk=besoin.pk)
    if besoin.clos_le:
        raise Refused(Refusal("deja_clos", "Ce besoin est déjà clos."))
    besoin.clos_le = on
    besoin.save(update_fields=["clos_le"])
    audit.record("entreprises.clore_besoin", locked, actor=actor)
    return besoin


@transaction.atomic
def record_action(
    *,
    partenariat: Partenariat,
    type_action: str,
    faite_le: date,
    resultat: str,
    actor: User,
    on: date,
    suite: str = "",
    suite_le: date | None = None,
) -> ActionMediation:
    """Write what was done towards a company, and what comes next by which day."""
    locked = _lock(partenariat, actor)
    membre = _member(actor)
    found = []
    if faite_le > on:
        found.append(Refusal("jour_futur", "Une action faite l’est aujourd’hui au plus tard.", "faite_le"))
    if bool(suite.strip()) != bool(suite_le):
        found.append(Refusal("suite_incomplete", "Ce qui vient ensuite a une date, et inversement.", "suite_le"))
    if found:
        raise Refused(*found)
    action = ActionMediation.objects.create(
        partenariat=locked,
        membre=membre,
        type=type_action,
        faite_le=faite_le,
        resultat=resultat.strip(),
        suite=suite.strip(),
        suite_le=suite_le,
    )
    audit.record("entreprises.action", locked, actor=actor, type=type_action)
    return action


@transaction.atomic
def finish_step(*, action: ActionMediation, actor: User, on: date) -> ActionMediation:
    """Say that what was to follow is done."""
    locked = _lock(action.partenariat, actor)
    action = ActionMediation.objects.select_for_update().get(pk=action.pk)
    if action.suite_le is None or action.suite_faite_le:
        raise Refused(Refusal("rien_a_faire", "Aucune suite n’est attendue."))
    action.suite_faite_le = on
    action.save(update_fields=["suite_faite_le"])
    audit.record("entreprises.suite", locked, actor=actor)
    return action


@transaction.atomic
def follow_hire(*, partenariat: Partenariat, sortie: Sortie, rome: Rome, actor: User, on: date) -> EmbaucheSuivie:
    """Say which company hired a person who left the SIAE, in which trade."""
    locked = _lock(partenariat, actor)
    lock(sortie.contrat.personne, actor)
    if not followable(actor).filter(pk=sortie.pk).exists():
        message = "Cette sortie n’est pas de votre SIAE, ou son embauche est déjà suivie."
        raise Refused(Refusal("sortie_impossible", message, "sortie"))
    made = EmbaucheSuivie.objects.create(partenariat=locked, sortie=sortie, rome=rome, enregistree_le=on)
    audit.record("entreprises.embauche", sortie.contrat.personne, actor=actor, partenariat=str(locked.public_id))
    return made


def _member(actor: User) -> Membre:
    decision = granted(actor, Permission.MEDIATE)
    if not decision or actor.membre is None:
        raise Refused(Refusal("interdit", decision.reason or "Agissez au nom d’une organisation."))
    return actor.membre


def _lock(partenariat: Partenariat, actor: User) -> Partenariat:
    _member(actor)
    found = own_partenariats(actor).select_for_update(of=("self",)).filter(pk=partenariat.pk).first()
    if found is None:
        raise Refused(Refusal("autre_organisation", "Ce partenariat est celui d’une autre organisation."))
    return found
