"""Sign in and out with ProConnect. An identity opens an account that its owner has linked to it, and creates none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from maillage.foundations.kernel.encryption import decrypt, encrypt
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.references.accounts.models import IdentiteProConnect, Invitation, User
from maillage.references.accounts.services import oidc
from maillage.references.accounts.services.identites import Identite, await_link, find_account
from maillage.references.accounts.services.session import enter

if TYPE_CHECKING:
    from django.http import HttpRequest

# Keys of the session: the token that closes ProConnect's own session, encrypted; where to go once signed in.
JETON = "proconnect_id_token"
SUITE = "proconnect_suite"


def arrive(*, request: HttpRequest) -> bool:
    """Let in who comes back from ProConnect; return False when they owe a second factor.

    Raise `Refused`, whose code says which page explains it: `a_lier`, `inconnu`, `invite`, `ferme`, `deja_connecte`,
    or a failure of the protocol (`echec`, `abandon`). Somebody signed in is never linked here: a page of elsewhere
    could send them on this way.
    """
    back = oidc.retour(request=request)
    user = find_account(back.identite)
    if request.user.is_authenticated and request.user != user:
        raise Refused(Refusal("deja_connecte", "Une session est ouverte sous un autre compte."))
    if user is None:
        raise Refused(_unknown(request, back.identite))
    if not user.is_active:
        raise Refused(Refusal("ferme", "Ce compte est fermé."))
    IdentiteProConnect.objects.filter(user=user).update(siret=back.identite.siret, vue_le=timezone.now())
    inside = enter(request=request, user=user, verified=back.mfa, method="proconnect")
    request.session[JETON] = encrypt(back.id_token)
    return inside


def leave_url(*, request: HttpRequest, back: str) -> str:
    """Return where to close ProConnect's session too; empty for who did not come by it."""
    kept = request.session.get(JETON)
    return oidc.logout_url(id_token=decrypt(kept), back=back) if kept and oidc.configured() else ""


def _unknown(request: HttpRequest, identite: Identite) -> Refusal:
    """Tell why an identity that opens no account cannot enter yet, and keep it when its owner only has to link it."""
    if User.objects.filter(email__iexact=identite.email, is_active=True).exists():
        await_link(request=request, identite=identite)
        return Refusal("a_lier", "Un compte existe à cette adresse.")
    waiting = Invitation.objects.filter(email__iexact=identite.email, etat="en_attente", expire_le__gt=timezone.now())
    if waiting.exists():
        return Refusal("invite", "Une invitation attend cette personne.")
    return Refusal("inconnu", "Personne n’a de compte à cette adresse.")
