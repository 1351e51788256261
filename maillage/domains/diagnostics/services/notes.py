"""Write, correct and end what an organisation observes on its land."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from django.db import transaction

from maillage.domains.diagnostics import rules
from maillage.domains.diagnostics.models import NoteBesoin
from maillage.domains.diagnostics.permissions import Permission
from maillage.domains.diagnostics.queries.competences import list_competents
from maillage.domains.diagnostics.queries.notes import list_themes
from maillage.domains.diagnostics.queries.publics import list_publics
from maillage.foundations.kernel import audit
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.permissions import granted

if TYPE_CHECKING:
    from datetime import date

    from maillage.domains.diagnostics.rules import FicheNote
    from maillage.references.accounts.models import Organisation, User

MOTIF_MIN = 5


@transaction.atomic
def create_note(*, fiche: FicheNote, actor: User, on: date) -> NoteBesoin:
    """Write a note for the organisation of who acts.

    Raise `Refused` when it is not told well, or when its territory is not of the competence of the organisation.
    """
    organisation = _organisation(actor)
    _check(fiche, organisation, on)
    note = NoteBesoin.objects.create(organisation=organisation, creee_le=on, **asdict(fiche))
    audit.record("diagnostics.create_note", note, actor=actor, theme=note.theme, niveau=note.niveau, code=note.code)
    return note


@transaction.atomic
def update_note(*, note: NoteBesoin, fiche: FicheNote, actor: User, on: date) -> NoteBesoin:
    """Correct a note of the organisation of who acts; the same words again change nothing and leave no trace."""
    note = _lock(note, actor)
    _check(fiche, note.organisation, on)
    values = asdict(fiche)
    changed = [name for name, value in values.items() if getattr(note, name) != value]
    if changed:
        for name in changed:
            setattr(note, name, values[name])
        note.save(update_fields=changed)
        audit.record("diagnostics.update_note", note, actor=actor, champs=changed)
    return note


@transaction.atomic
def end_note(*, note: NoteBesoin, motif: str, actor: User, on: date) -> NoteBesoin:
    """End a note: the need is met, or is told elsewhere; `motif` says which."""
    note = _lock(note, actor)
    motif = " ".join(motif.split())
    if len(motif) < MOTIF_MIN:
        raise Refused(
            Refusal("motif_absent", "Dites en quelques mots pourquoi ce constat n’a plus lieu d’être.", "motif")
        )
    note.close_le, note.motif = on, motif
    note.save(update_fields=["close_le", "motif"])
    audit.record("diagnostics.end_note", note, actor=actor)
    return note


def _organisation(actor: User) -> Organisation:
    if not (decision := granted(actor, Permission.NOTE)):
        raise Refused(Refusal("interdit", decision.reason))
    membre = actor.membre
    if membre is None:
        raise Refused(Refusal("sans_organisation", "Un constat s’écrit au nom d’une organisation."))
    return membre.organisation


def _lock(note: NoteBesoin, actor: User) -> NoteBesoin:
    """Return a note still open of the organisation of who acts, held until the end of the act."""
    organisation = _organisation(actor)
    note = NoteBesoin.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=note.pk)
    if note.organisation_id != organisation.pk:
        raise Refused(Refusal("autre_organisation", "Ce constat est celui d’une autre organisation."))
    if note.close_le is not None:
        raise Refused(Refusal("note_close", "Ce constat est clos\u202f: il ne se corrige plus."))
    return note


def _check(fiche: FicheNote, organisation: Organisation, on: date) -> None:
    refusals = rules.check_note(fiche, themes=list_themes(), publics=list_publics(), on=on)
    if (fiche.niveau, fiche.code) not in {(each.niveau, each.code) for each in list_competents(organisation)}:
        message = "Ce territoire n’est pas de la compétence de votre organisation."
        refusals.append(Refusal("hors_competence", message, "territoire"))
    if refusals:
        raise Refused(*refusals)
