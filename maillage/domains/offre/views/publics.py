"""What the screens about priority publics share: who acts, how figures are written."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.urls import reverse

from maillage.foundations.kernel.screens import Screen
from maillage.foundations.kernel.templatetags.ui import NARROW_SPACE, decimal
from maillage.references.accounts.models import User

if TYPE_CHECKING:
    from decimal import Decimal

    from maillage.domains.offre.models import BonnePratique, Objectif

OBJECTIFS = ("Publics prioritaires", "offre:objectifs")
SECRET = "secret"  # noqa: S105  (the word shown for a withheld figure)


class PublicsScreen(Screen):
    """A screen of somebody who signed in."""

    parents: ClassVar[tuple[tuple[str, str], ...]] = (OBJECTIFS,)

    @property
    def actor(self) -> User:
        """The account that asks: the permission has kept anonymous visitors out."""
        assert isinstance(self.request.user, User)
        return self.request.user


def percent(value: Decimal | float | None, digits: int = 1) -> str | None:
    """Write a share in per cent: « 38,5 % »; None stays unknown."""
    return None if value is None else f"{decimal(value, digits)}{NARROW_SPACE}%"


def points(value: float | None) -> str | None:
    """Write a gap in points, with its sign."""
    if value is None:
        return None
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{decimal(abs(value), 1)}{NARROW_SPACE}pt"


def objectif_url(objectif: Objectif) -> str:
    """Return the page of an objective."""
    return reverse("offre:objectif", args=[objectif.public_id])


def pratique_url(pratique: BonnePratique) -> str:
    """Return the page of an action."""
    return reverse("offre:pratique", args=[pratique.public_id])
