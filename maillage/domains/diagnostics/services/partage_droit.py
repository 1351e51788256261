"""What every act on a shared diagnostic begins with: its lock, the right to act, the state it stands in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from maillage.domains.diagnostics.models import DiagnosticPartage, Section
from maillage.domains.diagnostics.permissions import Permission
from maillage.domains.diagnostics.queries.partage import takes_part
from maillage.domains.diagnostics.rules import MODIFIABLES
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.permissions import granted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maillage.domains.diagnostics.enums import RoleCoAuteur
    from maillage.references.accounts.models import Organisation, User


def check_organisation(actor: User | None, organisation: Organisation, permission: Permission) -> None:
    """Raise `Refused` unless the actor holds the permission in the name of this organisation; None is the machine."""
    if actor is None:
        return
    if not (decision := granted(actor, permission)):
        raise Refused(Refusal("interdit", decision.reason))
    if actor.membre is None or actor.membre.organisation_id != organisation.pk:
        raise Refused(Refusal("autre_organisation", f"Vous n’agissez pas au nom de «\u202f{organisation}\u202f»."))


def lock(
    diagnostic: DiagnosticPartage,
    *,
    actor: User | None,
    organisation: Organisation,
    wanted: Sequence[RoleCoAuteur],
    states: Sequence[str] = MODIFIABLES,
) -> DiagnosticPartage:
    """Return the locked row of a diagnostic where this organisation may act now; raise `Refused` otherwise.

    Acts on one diagnostic queue up: none reads what another is writing.
    """
    check_organisation(actor, organisation, Permission.CONTRIBUTE)
    locked = DiagnosticPartage.objects.select_for_update().get(pk=diagnostic.pk)
    if not (decision := takes_part(organisation, locked, wanted)):
        raise Refused(Refusal("pas_co_auteur", decision.reason))
    if locked.etat not in states:
        message = f"Le diagnostic est {locked.get_etat_display()}\u202f: cela n’y est plus, ou pas encore, possible."
        raise Refused(Refusal("etat", message))
    return locked


def lock_section(section: Section, diagnostic: DiagnosticPartage) -> Section:
    """Return the locked row of a section of a locked diagnostic."""
    return Section.objects.select_for_update().get(pk=section.pk, diagnostic=diagnostic)


def touch(diagnostic: DiagnosticPartage) -> None:
    """Say that the text or the figures have just changed: validations given before no longer hold."""
    diagnostic.modifie_le = timezone.now()
    diagnostic.save(update_fields=["modifie_le"])
