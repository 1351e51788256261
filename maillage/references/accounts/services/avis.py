"""What a person is told by e-mail when something weighs on the safety of their account: who did it may not be them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maillage.foundations.kernel.mail import notify

if TYPE_CHECKING:
    from maillage.references.accounts.models import User

MOT_DE_PASSE = (
    "Votre mot de passe a changé",
    "Le mot de passe de votre compte Maillage vient de changer. Vos sessions ouvertes ailleurs sont fermées.",
)
ACTIVEE = (
    "Double authentification activée",
    "La double authentification de votre compte Maillage vient d’être activée.",
)
DESACTIVEE = (
    "Double authentification désactivée",
    "La double authentification de votre compte Maillage vient d’être désactivée. Vos sessions ouvertes ailleurs sont "
    "fermées.",
)
CODE_SECOURS = (
    "Un code de secours a servi",
    "Un de vos codes de secours vient de servir à entrer dans votre compte Maillage.",
)
PROCONNECT = (
    "Votre compte est lié à ProConnect",
    "Une identité ProConnect ouvre désormais votre compte Maillage.",
)


def warn(user: User, avis: tuple[str, str]) -> None:
    """Write to a person, once the act is committed."""
    subject, phrase = avis
    notify([user.email], subject, "accounts/courriel_securite.txt", {"phrase": phrase})
