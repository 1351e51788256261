"""What awaits whoever holds the agenda of a CTA, or must do what one decided. Counts only."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from maillage.domains.parcours.enums.cta import EtatCas
from maillage.domains.parcours.permissions import Permission
from maillage.domains.parcours.queries.cta import list_tenus, to_do
from maillage.foundations.kernel.attentes import Attente, gather, page
from maillage.foundations.kernel.permissions import granted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from maillage.references.accounts.models import User


def list_attentes(user: User) -> Iterator[Attente]:
    """Yield what awaits this person, one query per kind of task."""
    on = timezone.localdate()
    url = page("parcours:cas_cta")
    if granted(user, Permission.LEAD_CTA):
        held = list(list_tenus(user, on).order_by().values_list("etat", "seance_le"))
        asked = sum(etat == EtatCas.PROPOSE for etat, _ in held)
        if asked:
            label = _words("cas proposé au CTA est", "cas proposés au CTA sont", "à inscrire à l’ordre du jour")(asked)
            yield Attente(label, f"{url}?voir=a_inscrire", nombre=asked)
        heard = [seance for etat, seance in held if etat == EtatCas.INSCRIT and seance and seance < on]
        label_of = _words("cas entendu en CTA attend", "cas entendus en CTA attendent", "que l’avis soit écrit")
        yield from gather(label_of, f"{url}?voir=inscrits", heard, on)
    if granted(user, Permission.VIEW_CTA):
        label_of = _words("action décidée en CTA", "actions décidées en CTA", "à faire")
        days = [end - timedelta(days=1) for end in to_do(user, on).values_list("avant_le", flat=True)]
        yield from gather(label_of, f"{url}?actions=on", days, on)


def _words(one: str, many: str, rest: str) -> Callable[[int], str]:
    return lambda number_: f"{number_} {many if number_ > 1 else one} {rest}"
