"""The life of a shared diagnostic: opened, steered, validated by its partners, published, followed by next year's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from maillage.domains.diagnostics import rules
from maillage.domains.diagnostics.enums import EtatDiagnostic, OrigineRevision, RoleCoAuteur
from maillage.domains.diagnostics.models import CoAuteur, DiagnosticPartage, Revision, Section
from maillage.domains.diagnostics.permissions import Permission
from maillage.domains.diagnostics.queries.partage import list_a_reunir, list_territoires, may_steer, sans_validation
from maillage.domains.diagnostics.queries.partage_blocs import get_contexte
from maillage.domains.diagnostics.services.partage_avis import (
    tell_concertation,
    tell_etat,
    tell_pilote,
    tell_validation,
)
from maillage.domains.diagnostics.services.partage_blocs import prefill
from maillage.domains.diagnostics.services.partage_droit import check_organisation, lock
from maillage.foundations.kernel import audit, events
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.references.territoires.enums import Niveau

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from maillage.domains.diagnostics.queries.couverture import Couverture
    from maillage.domains.diagnostics.queries.partage_blocs import Contexte
    from maillage.references.accounts.models import Organisation, User
    from maillage.references.territoires.models import Territoire


@dataclass(frozen=True, slots=True)
class DiagnosticPublie(events.Event):
    """A shared diagnostic is public: `public_id` names it, the rest says of where and when it speaks."""

    public_id: str
    niveau: str
    code: str
    annee: int


@dataclass(frozen=True, slots=True)
class PiloteChange(events.Event):
    """Another organisation steers a shared diagnostic from now on: `public_id` names it, `organisation` its pilot."""

    public_id: str
    organisation: int


PILOTE = (RoleCoAuteur.PILOTE,)
UNIQUE = Refusal(
    "diagnostic_existant",
    "Ce territoire a déjà un diagnostic partagé pour cette période\u202f: ouvrez-le.",
    "territoire",
)


@transaction.atomic
def open_diagnostic(
    *,
    territoire: Territoire,
    annee_debut: int,
    annee_fin: int,
    actor: User | None,
    organisation: Organisation,
    titre: str = "",
    couverture: Couverture | None = None,
) -> DiagnosticPartage:
    """Begin the diagnostic of a territory, its sections prefilled with today's figures; who opens it is its pilot.

    `couverture` is that of the region in the last year of the period, when it is known already (`compute_annee`).

    Raise `Refused` for a territory that the organisation does not answer for, or that has one for that period already.
    """
    check_organisation(actor, organisation, Permission.OPEN_SHARED)
    if refusals := rules.check_periode(annee_debut, annee_fin):
        raise Refused(*refusals)
    if all(each.pk != territoire.pk for each in list_territoires(organisation)):
        message = f"«\u202f{organisation}\u202f» ne répond pas de {territoire.nom}."
        raise Refused(Refusal("hors_competence", message, "territoire"))
    diagnostic = _create(territoire, annee_debut, annee_fin, titre)
    CoAuteur.objects.create(
        diagnostic=diagnostic, organisation=organisation, nom=str(organisation), role=RoleCoAuteur.PILOTE
    )
    contexte = get_contexte(territoire.niveau, territoire.code, annee_fin, couverture)
    for rank, modele in enumerate(rules.modeles_sections().values()):
        section = Section.objects.create(
            diagnostic=diagnostic, code=modele.code, titre=modele.titre, aide=modele.aide, ordre=rank
        )
        prefill(section, contexte)
    audit.record("diagnostics.open_shared", diagnostic, actor=actor, territoire=territoire.code, annee=annee_debut)
    return diagnostic


@transaction.atomic
def invite_co_auteur(
    *,
    diagnostic: DiagnosticPartage,
    invitee: Organisation,
    role: str,
    actor: User | None,
    organisation: Organisation,
) -> CoAuteur:
    """Let an organisation take part, or change what it does. The pilot stays the pilot."""
    locked = lock(diagnostic, actor=actor, organisation=organisation, wanted=PILOTE)
    if role not in (RoleCoAuteur.CO_AUTEUR, RoleCoAuteur.CONSULTE):
        raise Refused(Refusal("role", "Une organisation invitée est co-auteur ou consultée.", "role"))
    if invitee.pk == organisation.pk:
        raise Refused(Refusal("pilote", "Le pilote reste le pilote.", "organisation"))
    co_auteur, _ = CoAuteur.objects.update_or_create(
        diagnostic=locked, organisation=invitee, defaults={"nom": str(invitee), "role": role}
    )
    audit.record("diagnostics.invite_author", locked, actor=actor, organisation=invitee.pk, role=role)
    if locked.etat == EtatDiagnostic.CONCERTATION:
        tell_concertation(locked, actor=actor)
    return co_auteur


@transaction.atomic
def remove_co_auteur(*, co_auteur: CoAuteur, actor: User | None, organisation: Organisation) -> None:
    """Let an organisation take part no more; what it wrote stays. The pilot cannot leave."""
    locked = lock(co_auteur.diagnostic, actor=actor, organisation=organisation, wanted=PILOTE)
    if co_auteur.role == RoleCoAuteur.PILOTE:
        raise Refused(Refusal("pilote", "Le pilote ne se retire pas de son diagnostic."))
    audit.record("diagnostics.remove_author", locked, actor=actor, organisation=co_auteur.organisation_id)
    co_auteur.delete()


@transaction.atomic
def hand_over(*, co_auteur: CoAuteur, actor: User | None, organisation: Organisation) -> CoAuteur:
    """Let a co-author steer from now on; the pilot of before stays a co-author, and its validation with it.

    Raise `Refused` for an organisation that does not write in it, or that could not have opened it.
    """
    locked = lock(co_auteur.diagnostic, actor=actor, organisation=organisation, wanted=PILOTE)
    successor = locked.co_auteurs.select_related("organisation").get(pk=co_auteur.pk)
    if not may_steer(successor):
        message = "Le pilote est un co-auteur, et de ceux qui peuvent ouvrir un diagnostic."
        raise Refused(Refusal("pilote_impossible", f"{message} Ce n’est pas le cas de «\u202f{successor.nom}\u202f»."))
    locked.co_auteurs.filter(role=RoleCoAuteur.PILOTE).update(role=RoleCoAuteur.CO_AUTEUR)
    successor.role = RoleCoAuteur.PILOTE
    successor.save(update_fields=["role"])
    audit.record("diagnostics.hand_over", locked, actor=actor, organisation=successor.organisation_id)
    events.publish(PiloteChange(str(locked.public_id), successor.organisation_id))
    tell_pilote(locked, successor, actor=actor)
    return successor


@transaction.atomic
def ask_validation(
    *, diagnostic: DiagnosticPartage, avant: date, actor: User | None, organisation: Organisation, on: date
) -> DiagnosticPartage:
    """Ask each co-author to validate before a day."""
    locked = lock(
        diagnostic, actor=actor, organisation=organisation, wanted=PILOTE, states=(EtatDiagnostic.CONCERTATION,)
    )
    if avant < on:
        raise Refused(Refusal("date_passee", "Choisissez un jour à venir.", "avant"))
    locked.validation_avant = avant
    locked.save(update_fields=["validation_avant"])
    audit.record("diagnostics.ask_validation", locked, actor=actor, avant=avant.isoformat())
    tell_validation(locked, avant=avant, actor=actor)
    return locked


@transaction.atomic
def validate_for(
    *, diagnostic: DiagnosticPartage, lu_le: datetime, actor: User | None, organisation: Organisation
) -> CoAuteur:
    """Validate in the name of an organisation the text that was read, as it stood at `lu_le` (`modifie_le`, as seen).

    Raise `Refused` when it has changed since: one validates what one has read.
    """
    locked = lock(
        diagnostic,
        actor=actor,
        organisation=organisation,
        wanted=rules.REDACTEURS,
        states=(EtatDiagnostic.CONCERTATION,),
    )
    if lu_le != locked.modifie_le:
        message = "Le document a changé depuis que vous l’avez ouvert\u202f: relisez-le, puis validez."
        raise Refused(Refusal("modifie_depuis", message))
    co_auteur = locked.co_auteurs.get(organisation=organisation)
    co_auteur.valide_le = timezone.now()
    co_auteur.save(update_fields=["valide_le"])
    audit.record("diagnostics.validate_for", locked, actor=actor, organisation=organisation.pk)
    return co_auteur


@transaction.atomic
def move_diagnostic(
    *,
    diagnostic: DiagnosticPartage,
    act: str,
    actor: User | None,
    organisation: Organisation,
    on: date,
    motif: str = "",
) -> DiagnosticPartage:
    """Move a diagnostic along an arrow of its table; the pilot does. Raise `Refused` with what is missing."""
    locked = lock(diagnostic, actor=actor, organisation=organisation, wanted=PILOTE, states=tuple(EtatDiagnostic))
    motif = motif.strip()
    rules.TRANSITIONS_PARTAGE.target(act, locked.etat)
    if act in rules.MOTIVES and len(motif) < rules.MOTIF_MIN:
        raise Refused(Refusal("motif_court", "Dites pourquoi, en une phrase.", "motif"))
    if act == "ouvrir" and locked.co_auteurs.count() < 2:
        message = "Une concertation se mène à plusieurs\u202f: invitez d’abord au moins une organisation."
        raise Refused(Refusal("seul", message))
    if act == "valider":
        locked.cloture_motif = _close(locked, motif)
        locked.valide_le = on
    if act == "publier":
        locked.publie_le = on
    if act == "reprendre":
        locked.validation_avant = None
    audit.move(locked, act, rules.TRANSITIONS_PARTAGE, actor=actor, reason=motif)
    locked.save()
    audit.record(f"diagnostics.{ACTES[act]}", locked, actor=actor, motif=motif)
    if act == "publier":
        events.publish(DiagnosticPublie(str(locked.public_id), locked.niveau, locked.code, locked.annee_debut))
    if act == "ouvrir":
        tell_concertation(locked, actor=actor)
    else:
        tell_etat(locked, actor=actor)
    return locked


ACTES: Mapping[str, str] = {
    "ouvrir": "open_consultation",
    "reprendre": "back_to_draft",
    "valider": "validate_shared",
    "publier": "publish_shared",
}


def _close(diagnostic: DiagnosticPartage, motif: str) -> str:
    """Check that a diagnostic may be validated; return the reason to keep, "" when nobody is missing."""
    sections = list(diagnostic.sections.order_by("ordre"))
    manquants = sans_validation(diagnostic)
    refusals = rules.check_cloture(
        a_relire=[section.titre for section in sections if section.a_relire],
        a_reunir=[revision.section.titre for revision in list_a_reunir(sections)],
        manquants=manquants,
        motif=motif,
    )
    if refusals:
        raise Refused(*refusals)
    return motif if manquants else ""


@transaction.atomic
def begin_next(
    *,
    diagnostic: DiagnosticPartage,
    actor: User | None,
    organisation: Organisation,
    couverture: Couverture | None = None,
) -> DiagnosticPartage:
    """Begin the diagnostic of the next period from this one: sections, co-authors, texts to read again, new figures.

    The organisation must be a co-author that may steer one; it becomes the pilot. Raise `Refused` when this one is not
    validated yet, or has a following one.
    """
    check_organisation(actor, organisation, Permission.OPEN_SHARED)
    last = lock(
        diagnostic,
        actor=actor,
        organisation=organisation,
        wanted=rules.REDACTEURS,
        states=(EtatDiagnostic.VALIDE, EtatDiagnostic.PUBLIE),
    )
    if DiagnosticPartage.objects.filter(precedent=last).exists():
        raise Refused(Refusal("deja_suivi", "Le diagnostic suivant est déjà commencé."))
    debut, fin = rules.periode_suivante(last.annee_debut, last.annee_fin)
    contexte = get_contexte(last.niveau, last.code, fin, couverture)
    new = _create(contexte.territoire, debut, fin, "", precedent=last)
    for each in last.co_auteurs.select_related("organisation"):
        demoted = RoleCoAuteur.CO_AUTEUR if each.role == RoleCoAuteur.PILOTE else each.role
        role = RoleCoAuteur.PILOTE if each.organisation_id == organisation.pk else demoted
        CoAuteur.objects.create(diagnostic=new, organisation=each.organisation, nom=str(each.organisation), role=role)
    for section in last.sections.order_by("ordre").prefetch_related("blocs"):
        _carry_over(section, new, contexte, actor=actor, organisation=organisation)
    audit.record("diagnostics.begin_next", new, actor=actor, precedent=last.pk)
    return new


def _carry_over(
    section: Section,
    new: DiagnosticPartage,
    contexte: Contexte,
    *,
    actor: User | None,
    organisation: Organisation,
) -> None:
    """Copy a section: its text is a first version, to be read again; its figures are computed anew.

    The blocks that the edition before did not know join them.
    """
    written = bool(section.texte)
    copy = Section.objects.create(
        diagnostic=new,
        code=section.code,
        titre=section.titre,
        aide=section.aide,
        ordre=section.ordre,
        texte=section.texte,
        version=int(written),
        a_relire=written,
        retires=section.retires,
    )
    if written:
        Revision.objects.create(
            section=copy,
            numero=1,
            depuis=0,
            texte=section.texte,
            retenue=True,
            origine=OrigineRevision.REPORT,
            auteur=actor,
            organisation=organisation,
            organisation_nom=str(organisation),
        )
    blocs = sorted(section.blocs.all(), key=lambda bloc: bloc.ordre)
    prefill(copy, contexte, [bloc.code for bloc in blocs])


def _create(
    territoire: Territoire, debut: int, fin: int, titre: str, precedent: DiagnosticPartage | None = None
) -> DiagnosticPartage:
    same = DiagnosticPartage.objects.filter(
        niveau=territoire.niveau, code=territoire.code, annee_debut=debut, annee_fin=fin
    )
    if same.exists():
        raise Refused(UNIQUE)
    periode = rules.describe_periode(debut, fin)
    departement = territoire.code if territoire.niveau == Niveau.DEPARTEMENT else territoire.departement
    diagnostic = DiagnosticPartage.objects.create(
        titre=titre.strip() or f"Diagnostic partagé de l’IAE\u202f: {territoire.nom}, {periode}",
        niveau=territoire.niveau,
        code=territoire.code,
        territoire=territoire.nom,
        departement=departement,
        region=territoire.code if territoire.niveau == Niveau.REGION else territoire.region or settings.MAILLAGE_REGION,
        annee_debut=debut,
        annee_fin=fin,
        precedent=precedent,
    )
    diagnostic.refresh_from_db(fields=["public_id"])
    return diagnostic
