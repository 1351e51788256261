"""What one may do from the sheet of a territory (`diagnostics.queries.actions`)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from maillage.domains.offre.permissions import Permission
from maillage.domains.offre.queries.visibilite import within_competence
from maillage.foundations.kernel.attentes import page
from maillage.foundations.kernel.permissions import granted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from maillage.references.accounts.models import User


def list_actions(user: User, niveau: str, code: str) -> Iterator[tuple[str, str]]:
    """Yield the call for projects that this account may raise there, as (label, address)."""
    if granted(user, Permission.RAISE) and within_competence(user).filter(niveau=niveau, code=code).exists():
        yield "Susciter un projet", f"{page('offre:appel_creer')}?{urlencode({'niveau': niveau, 'code': code})}"
