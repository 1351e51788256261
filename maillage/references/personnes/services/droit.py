"""What every act on a person checks first: the role, and that the file is open to who acts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.permissions import granted
from maillage.references.personnes.models import Personne
from maillage.references.personnes.permissions import Permission
from maillage.references.personnes.queries.visibilite import followed_by, visible_to

if TYPE_CHECKING:
    from maillage.references.accounts.models import Membre, User


def check_permission(actor: User, permission: str) -> None:
    """Raise `Refused` when the role of who acts does not hold a permission."""
    if not (decision := granted(actor, permission)):
        raise Refused(Refusal("interdit", decision.reason))


def follower(actor: User) -> Membre:
    """Return the membership in whose name a person follows others; raise `Refused` when they may not."""
    check_permission(actor, Permission.FOLLOW)
    if actor.membre is None:
        raise Refused(Refusal("interdit", "Seul un membre d’une organisation peut suivre une personne."))
    return actor.membre


def lock(personne: Personne, actor: User) -> Personne:
    """Return the person, locked until the end of the transaction; raise `Refused` when `actor` may not see them."""
    locked = Personne.objects.select_for_update().get(pk=personne.pk)
    if not visible_to(actor).filter(pk=personne.pk).exists():
        raise Refused(Refusal("dossier_ferme", "Ce dossier n’est pas ouvert à votre organisation."))
    return locked


def lock_followed(personne: Personne, actor: User) -> Personne:
    """Return the person, locked, for what only an organisation that follows them may do: an agreement opens no more."""
    locked = lock(personne, actor)
    if not followed_by(actor).filter(pk=personne.pk).exists():
        raise Refused(Refusal("pas_suivie", "Seule une organisation qui suit la personne peut le faire."))
    return locked
