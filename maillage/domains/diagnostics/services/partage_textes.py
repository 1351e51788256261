"""Write a section at several hands: versions, what was written at the same time, positions, remarks.

Each save says the version that it started from. When another text has meanwhile become that of the section, the one
just written is kept as it is, beside it, and waits for a person to put both together: no word is lost, and none
disappears under another's without anyone having read it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from maillage.domains.diagnostics.enums import EtatDiagnostic, OrigineRevision, RoleCoAuteur, SensPosition
from maillage.domains.diagnostics.models import Commentaire, Position, Revision, Section
from maillage.domains.diagnostics.rules import REDACTEURS
from maillage.domains.diagnostics.services.partage_avis import tell_commentaire
from maillage.domains.diagnostics.services.partage_droit import lock, lock_section, touch
from maillage.foundations.kernel import audit
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.texts import has_marks, tidy

if TYPE_CHECKING:
    from maillage.references.accounts.models import Organisation, User

MAX_TEXTE = 60_000  # characters: some twenty pages


@transaction.atomic
def write_section(
    *,
    section: Section,
    texte: str,
    depuis: int,
    actor: User | None,
    organisation: Organisation,
    reunit: Revision | None = None,
    origine: OrigineRevision = OrigineRevision.SAISIE,
) -> Revision | None:
    """Write the text of a section, from the version `depuis`; return the version made, None when nothing changed.

    The version made is `retenue` unless another text came first (see the head of this module). `reunit` is the version,
    left aside until then, that this text puts together with the section's. Raise `Refused` when a passage still waits
    for a choice.
    """
    diagnostic = lock(section.diagnostic, actor=actor, organisation=organisation, wanted=REDACTEURS)
    locked = lock_section(section, diagnostic)
    wanted = tidy(texte)
    _check(locked, wanted, depuis)
    first = depuis == locked.version
    unchanged = wanted == (locked.texte if first else _text(locked, depuis))
    if unchanged and reunit is None and not (first and locked.a_relire):
        return None
    retenue = first or wanted == locked.texte
    last = locked.revisions.aggregate(last=Max("numero"))["last"] or 0
    revision = Revision.objects.create(
        section=locked,
        numero=last + 1,
        depuis=locked.version if retenue else depuis,
        texte=wanted,
        retenue=retenue,
        origine=OrigineRevision.FUSION if reunit else origine,
        reunit=reunit,
        auteur=actor,
        organisation=organisation,
        organisation_nom=str(organisation),
    )
    if retenue:
        locked.texte, locked.version, locked.a_relire = wanted, revision.numero, False
        locked.save(update_fields=["texte", "version", "a_relire"])
        touch(diagnostic)
    audit.record(
        "diagnostics.write", diagnostic, actor=actor, section=locked.code, version=revision.numero, retenue=retenue
    )
    return revision


def restore_revision(*, revision: Revision, actor: User | None, organisation: Organisation) -> Revision | None:
    """Make the text of an earlier version that of the section again; the version it replaces stays in the history."""
    section = Section.objects.get(pk=revision.section_id)
    return write_section(
        section=section,
        texte=revision.texte,
        depuis=section.version,
        actor=actor,
        organisation=organisation,
        origine=OrigineRevision.REPRISE,
    )


@transaction.atomic
def take_position(
    *, section: Section, sens: str, texte: str, actor: User | None, organisation: Organisation
) -> Position:
    """Say what an organisation thinks of a section as it stands; said again, it replaces what it thought."""
    diagnostic = lock(
        section.diagnostic,
        actor=actor,
        organisation=organisation,
        wanted=tuple(RoleCoAuteur),
        states=(EtatDiagnostic.CONCERTATION,),
    )
    locked, said = lock_section(section, diagnostic), tidy(texte)
    if sens not in SensPosition.values:
        raise Refused(Refusal("position_inconnue", "Cette position n’existe pas.", "sens"))
    if sens != SensPosition.ACCORD and not said:
        raise Refused(
            Refusal("position_motivee", "Dites pourquoi\u202f: une réserve sans texte n’aide personne.", "texte")
        )
    position, _ = Position.objects.update_or_create(
        section=locked,
        organisation=organisation,
        defaults={
            "organisation_nom": str(organisation),
            "sens": sens,
            "texte": said,
            "version": locked.version,
            "date": timezone.now(),
        },
    )
    audit.record(
        "diagnostics.take_position", diagnostic, actor=actor, section=locked.code, sens=sens, version=locked.version
    )
    return position


@transaction.atomic
def comment(
    *,
    section: Section,
    texte: str,
    actor: User | None,
    organisation: Organisation,
    parent: Commentaire | None = None,
) -> Commentaire:
    """Make a remark on a section, or answer one, and tell the partners. An answer to an answer joins its remark."""
    diagnostic = lock(section.diagnostic, actor=actor, organisation=organisation, wanted=tuple(RoleCoAuteur))
    said = tidy(texte)
    if not said:
        raise Refused(Refusal("commentaire_vide", "Écrivez votre remarque.", "texte"))
    root = parent.parent or parent if parent else None
    if root and root.section_id != section.pk:
        raise Refused(Refusal("autre_section", "Cette remarque porte sur une autre section."))
    made = Commentaire.objects.create(
        section=section,
        parent=root,
        texte=said,
        auteur=actor,
        organisation=organisation,
        organisation_nom=str(organisation),
    )
    audit.record("diagnostics.comment", diagnostic, actor=actor, section=section.code, commentaire=made.pk)
    tell_commentaire(section, organisation, actor=actor, repond=root is not None)
    return made


@transaction.atomic
def settle_comment(
    *, commentaire: Commentaire, resolu: bool, actor: User | None, organisation: Organisation
) -> Commentaire:
    """Say that a remark is resolved, or open it again; doing it twice changes nothing."""
    section = commentaire.section
    diagnostic = lock(section.diagnostic, actor=actor, organisation=organisation, wanted=tuple(RoleCoAuteur))
    locked = Commentaire.objects.select_for_update().get(pk=commentaire.pk)
    if locked.parent_id is not None:
        raise Refused(Refusal("reponse", "C’est la remarque qui se résout, pas sa réponse."))
    if (locked.resolu_le is not None) == resolu:
        return locked
    locked.resolu_le = timezone.now() if resolu else None
    locked.resolu_par = str(organisation) if resolu else ""
    locked.save(update_fields=["resolu_le", "resolu_par"])
    act = "diagnostics.resolve" if resolu else "diagnostics.reopen"
    audit.record(act, diagnostic, actor=actor, section=section.code, commentaire=locked.pk)
    return locked


def _check(section: Section, texte: str, depuis: int) -> None:
    if has_marks(texte):
        message = (
            "Un passage attend encore votre choix\u202f: gardez ce qu’il faut des deux textes, ôtez les lignes ⟦…⟧."
        )
        raise Refused(Refusal("passage_a_choisir", message, "texte"))
    if len(texte) > MAX_TEXTE:
        message = (
            f"Une section tient en {MAX_TEXTE // 1000}\u202f000 caractères\u202f: celle-ci en compte {len(texte)}."
        )
        raise Refused(Refusal("texte_trop_long", message, "texte"))
    if not 0 <= depuis <= section.version:
        raise Refused(Refusal("version_inconnue", "Cette version n’existe pas\u202f: rouvrez la section.", "depuis"))


def _text(section: Section, numero: int) -> str:
    """Return the text of a version that was the section's one day: "" before the first."""
    if numero == 0:
        return ""
    found = section.revisions.filter(numero=numero, retenue=True).values_list("texte", flat=True).first()
    if found is None:
        raise Refused(Refusal("version_inconnue", "Cette version n’existe pas\u202f: rouvrez la section.", "depuis"))
    return found
