"""What awaits a SIAE about the publics: the figures of last year, which the dialogues de gestion will read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef
from django.utils import timezone

from maillage.domains.offre.models import RealisationPublic
from maillage.domains.offre.permissions import Permission
from maillage.domains.offre.queries.ecarts import list_mes_siae
from maillage.foundations.kernel.attentes import Attente, page
from maillage.foundations.kernel.permissions import granted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from maillage.references.accounts.models import User


def list_attentes(user: User) -> Iterator[Attente]:
    """Yield the SIAE of one's organisation whose publics of last year are not known, in one query."""
    if user.membre is None or not granted(user, Permission.RECORD_REALISATIONS):
        return
    annee = timezone.localdate().year - 1
    known = RealisationPublic.objects.filter(siae=OuterRef("pk"), annee=annee)
    if count := list_mes_siae(user).filter(~Exists(known)).count():
        what = f"{count} SIAE n’ont pas saisi leurs publics" if count > 1 else "1 SIAE n’a pas saisi ses publics"
        yield Attente(f"{what} de {annee}", page("offre:mes_siae"), nombre=count)
