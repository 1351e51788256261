"""What awaits whoever works with companies, leads a POEC, receives or shows profiles. Counts only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from maillage.domains.entreprises.enums.partenariat import EtatPresentation
from maillage.domains.entreprises.enums.poec import EtatCandidat
from maillage.domains.entreprises.models import CandidatPoec
from maillage.domains.entreprises.queries.partenariats import next_steps
from maillage.domains.entreprises.queries.poec import led_sessions
from maillage.domains.entreprises.queries.profils import presented, received, waiting
from maillage.foundations.kernel.attentes import Attente, gather, page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from maillage.references.accounts.models import User


def list_attentes(user: User) -> Iterator[Attente]:
    """Yield what awaits this person, in four queries."""
    on = timezone.localdate()
    yield from gather(
        _label("1 suite à donner auprès d’une entreprise", "suites à donner auprès d’entreprises"),
        f"{page('entreprises:partenariats')}?suite=on",
        [step.suite_le for step in next_steps(user) if step.suite_le],
        on,
    )
    asked = CandidatPoec.objects.filter(
        session__in=led_sessions(user).values("pk"), etat=EtatCandidat.PROPOSE, session__annulee_le__isnull=True
    )
    yield from gather(
        _label("1 candidat à une POEC à retenir ou non", "candidats à des POEC à retenir ou non"),
        page("entreprises:poec"),
        asked.values_list("session__debut", flat=True),
        on,
    )
    if count := received(user, on).filter(waiting()).count():
        label = f"{count} profils vous sont présentés" if count > 1 else "1 profil vous est présenté"
        yield Attente(label, f"{page('entreprises:profils')}?etat=presente", nombre=count)
    if count := presented(user).filter(etat=EtatPresentation.INTERESSE).count():
        label = f"{count} profils intéressent des entreprises" if count > 1 else "1 profil intéresse une entreprise"
        yield Attente(label, f"{page('entreprises:profils_presentes')}?etat=interesse", nombre=count)


def _label(one: str, many: str) -> Callable[[int], str]:
    return lambda count: f"{count} {many}" if count > 1 else one
