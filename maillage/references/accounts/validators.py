"""What a password must be, beyond Django's own rules: hard enough to guess."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils import timezone

from maillage.foundations.kernel.parameters import get_parametre
from maillage.references.accounts.rules import entropy_bits

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

AIDE = (
    "Choisissez douze caractères mêlant minuscules, majuscules, chiffres et signes, quatorze sans signe, "
    "ou une phrase de plusieurs mots. Les suites et répétitions (abc, 111) ne comptent pas."
)


class EntropyValidator:
    """Refuse a password that is too easy to guess (CNIL, délibération n° 2022-100 du 21 juillet 2022)."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Raise `ValidationError` when the password holds fewer bits than `accounts.mot_de_passe_bits`."""
        if entropy_bits(password) < get_parametre("accounts.mot_de_passe_bits", on=timezone.localdate()).value:
            raise ValidationError(f"Ce mot de passe est trop facile à deviner. {AIDE}", code="entropie")

    def get_help_text(self) -> str:
        return AIDE
