"""What awaits whoever follows immersions. Counts only: the names are behind the links."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from maillage.domains.entreprises.enums.immersion import EtatImmersion
from maillage.domains.entreprises.permissions import Permission
from maillage.domains.entreprises.queries.immersions import own_immersions, sans_bilan, unsigned
from maillage.foundations.kernel.attentes import Attente, gather, page
from maillage.foundations.kernel.permissions import granted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from maillage.references.accounts.models import User


def list_attentes(user: User) -> Iterator[Attente]:
    """Yield what awaits this person, in three queries."""
    if user.membre is None or not granted(user, Permission.PRESCRIBE):
        return
    on, mine = timezone.localdate(), own_immersions(user)
    here = page("entreprises:immersions")
    examined = mine.filter(etat=EtatImmersion.EN_EXAMEN, prescripteur=user.membre.organisation_id)
    kinds = (
        (examined.values_list("debut", flat=True), "etat=en_examen", "à valider"),
        (unsigned(mine).values_list("debut", flat=True), "a_signer=on", "à faire signer"),
        (sans_bilan(mine, on).values_list("fin", flat=True), "sans_bilan=on", "sans bilan"),
    )
    for days, kept, what in kinds:
        yield from gather(_label(what), f"{here}?{kept}", days, on)


def _label(what: str) -> Callable[[int], str]:
    return lambda count: f"{count} immersions {what}" if count > 1 else f"1 immersion {what}"
