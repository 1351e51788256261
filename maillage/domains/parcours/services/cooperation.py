"""Write, sign, change, denounce, renew a cooperation convention: each party acts in its own account.

The convention is locked first: two last signatures at once follow each other, and the second finds it in force.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from maillage.domains.parcours.enums.cooperation import EtatConvention
from maillage.domains.parcours.models import ConventionCooperation, EngagementConvention, PartieConvention
from maillage.domains.parcours.permissions import Permission
from maillage.domains.parcours.rules.cooperation import (
    CONVENTION,
    EMPLOI,
    Engagement,
    check_denonciation,
    check_engagements,
    check_fiche,
    check_motif,
    check_submission,
    next_period,
    shift,
)
from maillage.foundations.kernel import audit
from maillage.foundations.kernel.attentes import page
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.notifications import notify_all
from maillage.foundations.kernel.permissions import granted
from maillage.references.accounts.models import Membre, User

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from maillage.references.accounts.models import Organisation

SIGNATAIRES = ("siae_direction", "emploi_direction")


@dataclass(frozen=True, slots=True)
class FicheConvention:
    """What a draft says; `autres` are the parties beside the organisation that proposes it."""

    objet: str
    debut: date
    fin: date
    autres: Sequence[Organisation]
    texte: str = ""


@transaction.atomic
def draft_convention(*, fiche: FicheConvention, actor: User) -> ConventionCooperation:
    """Write a draft in the name of one's organisation."""
    membre = _member(actor)
    _refuse(_check(fiche, membre.organisation_id))
    convention = ConventionCooperation.objects.create(
        organisation=membre.organisation,
        objet=fiche.objet.strip(),
        texte=fiche.texte.strip(),
        debut=fiche.debut,
        fin=fiche.fin,
    )
    _set_parties(convention, {membre.organisation_id, *(each.pk for each in fiche.autres)})
    convention.refresh_from_db(fields=["public_id"])
    audit.record("parcours.convention_proposer", convention, actor=actor)
    return convention


@transaction.atomic
def edit_convention(*, convention: ConventionCooperation, fiche: FicheConvention, actor: User) -> ConventionCooperation:
    """Change a draft of one's organisation; a party that leaves it keeps no promise there."""
    locked = _lock(convention, actor, proposant=True)
    _refuse_written(locked)
    _refuse(_check(fiche, locked.organisation_id))
    _refuse(check_engagements(_read_engagements(locked), debut=fiche.debut, fin=fiche.fin))
    locked.objet, locked.texte = fiche.objet.strip(), fiche.texte.strip()
    locked.debut, locked.fin = fiche.debut, fiche.fin
    locked.save(update_fields=["objet", "texte", "debut", "fin"])
    _set_parties(locked, {locked.organisation_id, *(each.pk for each in fiche.autres)})
    audit.record("parcours.convention_modifier", locked, actor=actor)
    return locked


@transaction.atomic
def set_engagements(*, convention: ConventionCooperation, engagements: Sequence[Engagement], actor: User) -> None:
    """Write the promises of a draft, in their order, in place of the former ones."""
    locked = _lock(convention, actor, proposant=True)
    _refuse_written(locked)
    _refuse(check_engagements(engagements, debut=locked.debut, fin=locked.fin))
    parties = set(locked.parties.values_list("pk", flat=True))
    if any(each.partie is not None and each.partie not in parties for each in engagements):
        raise Refused(Refusal("partie_inconnue", "Un engagement est pris par une partie à la convention."))
    locked.engagements.all().delete()
    _write_engagements(locked, engagements)
    audit.record("parcours.convention_engagements", locked, actor=actor, nombre=len(engagements))


@transaction.atomic
def submit_convention(*, convention: ConventionCooperation, actor: User, on: date) -> ConventionCooperation:
    """Send a draft to its parties: each signs in its own account, the one that proposes too."""
    locked = _lock(convention, actor, proposant=True)
    _move(locked, "soumettre", actor)
    _refuse(check_submission(engagements=locked.engagements.count(), fin=locked.fin, on=on))
    _save(locked, motif="")
    _tell(locked, actor, f"La convention «\u202f{locked.objet}\u202f» attend votre signature.")
    return locked


@transaction.atomic
def abandon_convention(*, convention: ConventionCooperation, actor: User) -> ConventionCooperation:
    """Give up a draft: nobody signed it."""
    locked = _lock(convention, actor, proposant=True)
    _move(locked, "abandonner", actor)
    _save(locked)
    return locked


@transaction.atomic
def sign_convention(*, convention: ConventionCooperation, actor: User, on: date) -> ConventionCooperation:
    """Sign in the name of one's organisation; the last signature puts the convention in force."""
    locked = _lock(convention, actor)
    membre = _member(actor)
    mine = locked.parties.get(organisation=membre.organisation_id)
    if mine.signee_le is not None:
        raise Refused(Refusal("deja_signee", "Votre organisation a déjà signé."))
    last = not locked.parties.filter(signee_le__isnull=True).exclude(pk=mine.pk).exists()
    _move(locked, "signer_en_dernier" if last else "signer", actor)
    if locked.fin <= on:
        raise Refused(Refusal("deja_finie", "Cette convention est finie avant d’être signée\u202f: changez ses dates."))
    mine.signee_le, mine.signataire = on, membre
    mine.save(update_fields=["signee_le", "signataire"])
    _save(locked)
    if last:
        _tell(locked, actor, f"La convention «\u202f{locked.objet}\u202f» est signée par toutes ses parties.")
    return locked


@transaction.atomic
def send_back_convention(*, convention: ConventionCooperation, motif: str, actor: User) -> ConventionCooperation:
    """Ask for a change: the convention is a draft again, and the signatures fall with the text that they signed."""
    locked = _lock(convention, actor)
    _refuse(check_motif(motif))
    _move(locked, "renvoyer", actor)
    locked.parties.update(signee_le=None, signataire=None)
    _save(locked, motif=motif.strip())
    _tell(locked, actor, f"Une modification est demandée à la convention «\u202f{locked.objet}\u202f».")
    return locked


@transaction.atomic
def denounce_convention(
    *, convention: ConventionCooperation, motif: str, effet: date, actor: User, on: date
) -> ConventionCooperation:
    """End a convention in force on a day before its term, for a reason that the others read."""
    locked = _lock(convention, actor)
    _refuse([*check_motif(motif), *check_denonciation(effet, debut=locked.debut, fin=locked.fin, on=on)])
    _move(locked, "denoncer", actor)
    _save(locked, motif=motif.strip(), denoncee_le=effet)
    _tell(locked, actor, f"La convention «\u202f{locked.objet}\u202f» est dénoncée.")
    return locked


@transaction.atomic
def renew_convention(*, convention: ConventionCooperation, actor: User) -> ConventionCooperation:
    """Begin the next convention from the last: same parties, same promises, from its end on; it is a draft to sign.

    Asked twice, it is the same draft; one that was given up leaves its place to another.
    """
    locked = _lock(convention, actor)
    membre = _member(actor)
    if locked.etat != EtatConvention.VIGUEUR:
        raise Refused(Refusal("non_signee", "Seule une convention signée, en vigueur ou échue, se renouvelle."))
    next_one = ConventionCooperation.objects.filter(renouvelle=locked).first()
    if next_one is not None and next_one.etat != EtatConvention.ABANDONNEE:
        return next_one
    if next_one is not None:
        ConventionCooperation.objects.filter(pk=next_one.pk).update(renouvelle=None)
    debut, fin = next_period(locked.debut, locked.fin)
    made = ConventionCooperation.objects.create(
        organisation=membre.organisation,
        objet=locked.objet,
        texte=locked.texte,
        debut=debut,
        fin=fin,
        renouvelle=locked,
    )
    _set_parties(made, set(locked.parties.values_list("organisation", flat=True)))
    same = dict(made.parties.values_list("organisation", "pk"))
    former = dict(locked.parties.values_list("pk", "organisation"))
    later = [shift(each, debut - locked.debut) for each in _read_engagements(locked)]
    _write_engagements(
        made,
        [
            Engagement(
                each.quoi, same[former[each.partie]] if each.partie else None, each.chiffre, each.unite, each.avant_le
            )
            for each in later
        ],
    )
    made.refresh_from_db(fields=["public_id"])
    audit.record("parcours.convention_renouveler", made, actor=actor, derniere=str(locked.public_id))
    return made


def _check(fiche: FicheConvention, proposant: int) -> list[Refusal]:
    parties = [proposant, *(each.pk for each in fiche.autres)]
    found = check_fiche(debut=fiche.debut, fin=fiche.fin, parties=parties, proposant=proposant)
    found.extend(
        Refusal("partie_etrangere", f"{each} ne porte pas de SIAE, et n’est pas France Travail.")
        for each in fiche.autres
        if not {"siae", *EMPLOI} & set(each.types) and not each.siae.filter(fin__isnull=True).exists()
    )
    return found


def _refuse(found: Sequence[Refusal]) -> None:
    if found:
        raise Refused(*found)


def _refuse_written(convention: ConventionCooperation) -> None:
    if convention.etat != EtatConvention.PROJET:
        raise Refused(Refusal("non_projet", "Seul un projet se modifie\u202f: demandez d’abord une modification."))


def _member(actor: User) -> Membre:
    decision = granted(actor, Permission.COOPERATE)
    if not decision or actor.membre is None:
        raise Refused(Refusal("interdit", decision.reason or "Agissez au nom d’une organisation."))
    return actor.membre


def _lock(convention: ConventionCooperation, actor: User, *, proposant: bool = False) -> ConventionCooperation:
    """Return the convention, locked, when one's organisation is a party (`proposant`: the one that proposes it)."""
    membre = _member(actor)
    locked = ConventionCooperation.objects.select_for_update().get(pk=convention.pk)
    if not locked.parties.filter(organisation=membre.organisation_id).exists():
        raise Refused(Refusal("autre_convention", "Votre organisation n’est pas partie à cette convention."))
    if proposant and locked.organisation_id != membre.organisation_id:
        raise Refused(Refusal("autre_proposant", "Un projet appartient à l’organisation qui le propose."))
    return locked


def _move(convention: ConventionCooperation, act: str, actor: User) -> None:
    audit.move(convention, act, CONVENTION, actor=actor)
    audit.record(f"parcours.convention_{act}", convention, actor=actor)


def _save(convention: ConventionCooperation, **changes: object) -> None:
    for name, value in changes.items():
        setattr(convention, name, value)
    convention.save(update_fields=["etat", *changes])


def _set_parties(convention: ConventionCooperation, organisations: set[int]) -> None:
    convention.parties.exclude(organisation__in=organisations).delete()
    known = set(convention.parties.values_list("organisation", flat=True))
    PartieConvention.objects.bulk_create(
        PartieConvention(convention=convention, organisation_id=each) for each in sorted(organisations - known)
    )


def _read_engagements(convention: ConventionCooperation) -> list[Engagement]:
    rows = convention.engagements.order_by("rang").values_list("quoi", "partie", "chiffre", "unite", "avant_le")
    return [Engagement(*row) for row in rows]


def _write_engagements(convention: ConventionCooperation, engagements: Sequence[Engagement]) -> None:
    EngagementConvention.objects.bulk_create(
        EngagementConvention(
            convention=convention,
            rang=rang,
            quoi=each.quoi.strip(),
            partie_id=each.partie,
            chiffre=each.chiffre,
            unite=each.unite.strip(),
            avant_le=each.avant_le,
        )
        for rang, each in enumerate(engagements, start=1)
    )


def _tell(convention: ConventionCooperation, actor: User, texte: str) -> None:
    """Tell those who sign for the other parties."""
    others = Membre.objects.actifs().filter(
        organisation__in=convention.parties.values("organisation"), profil__in=SIGNATAIRES
    )
    if actor.membre is not None:
        others = others.exclude(organisation=actor.membre.organisation_id)
    convention.refresh_from_db(fields=["public_id"])
    notify_all(
        User.objects.filter(pk__in=others.values("user"), is_active=True),
        "parcours.convention",
        texte,
        page("parcours:convention", convention.public_id),
    )
