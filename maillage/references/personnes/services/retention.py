"""Files that nobody follows any more: the person and the last référent are told, then the file is anonymised."""

from __future__ import annotations

from datetime import timedelta
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Exists, F, Max, OuterRef, Q
from django.db.models.functions import Coalesce, TruncDate

from maillage.foundations.kernel import audit
from maillage.foundations.kernel.forgetting import empty, is_history
from maillage.foundations.kernel.mail import notify
from maillage.foundations.kernel.parameters import get_parametre
from maillage.foundations.kernel.personal import Personnel, Sort, declarations, target
from maillage.foundations.kernel.retention import Etape, moment, since
from maillage.references.personnes.models import Personne, Relation
from maillage.references.personnes.services.effacement import anonymise_personnes
from maillage.references.personnes.services.notifications import notify_effacement

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from django.db.models import Model, QuerySet

CONSERVATION = "personnes.conservation_mois"
PREAVIS = "personnes.preavis_effacement_jours"


def left(before: date) -> QuerySet[Personne]:
    """Return the persons whose last relation ended before a day; who never had one is counted from the creation."""
    lasting = Relation.objects.filter(Q(fin__isnull=True) | Q(fin__gt=before), personne=OuterRef("pk"))
    return (
        Personne.objects.filter(~Exists(lasting), anonymisee_le__isnull=True)
        .annotate(derniere=Coalesce(Max("relations__fin"), TruncDate("creee_le")))
        .filter(derniere__lte=before)
    )


def _to_tell(on: date) -> QuerySet[Any]:
    """A relation begun and ended since a first notice asks for another."""
    before = since(CONSERVATION, on) + timedelta(days=int(get_parametre(PREAVIS, on=on).value))
    return left(before).filter(Q(avis_le__isnull=True) | Q(avis_le__date__lt=F("derniere")))


def _tell(rows: QuerySet[Any], on: date) -> None:
    delay = get_parametre(PREAVIS, on=on).amount
    for personne in rows.select_for_update(of=("self",)):
        last = personne.relations.select_related("organisation", "referent__user").order_by("-fin", "-pk").first()
        context = {
            "delai": delay,
            "organisation": str(last.organisation) if last else "",
            "reference": str(personne.public_id),
            "dpo": settings.MAILLAGE_DPO,
        }
        if personne.email:
            template = "personnes/courriel_effacement_personne.txt"
            notify([personne.email], "Votre dossier va être effacé", template, context)
        if last and last.referent and last.referent.user.is_active:
            template = "personnes/courriel_effacement_referent.txt"
            notify([last.referent.user.email], "Un dossier va être effacé", template, context)
    notify_effacement(rows, le=on + timedelta(days=int(get_parametre(PREAVIS, on=on).value)))
    rows.update(avis_le=moment(on))
    audit.record_all("personnes.announce_erasure", [(personne, {}) for personne in rows], actor=None)


def _to_forget(on: date) -> QuerySet[Any]:
    return left(since(CONSERVATION, on)).filter(avis_le__date__gte=F("derniere"), avis_le__date__lte=since(PREAVIS, on))


def _forget(rows: QuerySet[Any], on: date) -> None:
    anonymise_personnes(personnes=rows, actor=None)


def _histories() -> Iterator[Etape]:
    """Yield a step for each row history that keeps days: those of persons forgotten by a page wait for the owner."""
    for model, declared in declarations():
        months = [name for name, champ in declared.champs.items() if champ.sort == Sort.MOIS]
        if is_history(model) and months and target(model, declared.qui) is Personne:
            yield _history(model, declared, months)


def _history(model: type[Model], declared: Personnel, months: list[str]) -> Etape:
    late = reduce(or_, [Q(**{f"{name}__day__gt": 1}) for name in months])

    def due(on: date) -> QuerySet[Any]:
        return model._default_manager.filter(late, **{f"{declared.qui}__anonymisee_le__isnull": False})

    def reduce_days(rows: QuerySet[Any], on: date) -> None:
        empty(rows, declared)

    return Etape(f"ramener au mois l’{declared.objet(model)}", due, reduce_days)


ETAPES = (
    Etape("annoncer l’effacement des dossiers que plus personne ne suit", _to_tell, _tell, automatique=True),
    Etape("anonymiser les dossiers que plus personne ne suit", _to_forget, _forget),
    *_histories(),
)
