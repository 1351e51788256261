"""Ask for news at 3, 6, 12 and 18 months, remind, and write down what people answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse

from maillage.domains.parcours.enums.sorties import SituationApres
from maillage.domains.parcours.models import Enquete
from maillage.domains.parcours.permissions import Permission
from maillage.domains.parcours.queries.enquetes import (
    agreed,
    due,
    list_enquetes,
    ouvertes,
    reachable,
    read_enquete,
    sign_enquete,
)
from maillage.domains.parcours.queries.regles_titres import number
from maillage.foundations.kernel import audit, sms
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.mail import address, notify
from maillage.foundations.kernel.permissions import granted

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from django.db.models import QuerySet

    from maillage.references.accounts.models import User
    from maillage.references.personnes.models import Personne

LOT = 500


@dataclass(frozen=True, slots=True)
class Reponse:
    """What a person answers to the three questions; None: they did not say."""

    situation: str
    metier_lie: bool | None = None
    aide: bool | None = None


def ask_news(*, on: date) -> tuple[int, int, int]:
    """Open the news of the day, send the first messages, remind; return how many of each. Run again, it does nothing.

    A message leaves only to who agreed: to their address, else to their mobile when a service sends SMS. The others are
    called by those who followed them. Each message and its mark are written in one transaction, so that a run that is
    killed neither forgets nor repeats.
    """
    opened = len(Enquete.objects.bulk_create(due(on), batch_size=LOT, ignore_conflicts=True))
    able = ouvertes(on).filter(agreed(on), reachable())
    delay = timedelta(days=number("enquete_relance_jours", on))
    late = Q(envoyee_le__isnull=False, relances__lt=number("enquete_relances", on))
    stale = able.alias(dernier=Coalesce("relancee_le", "envoyee_le")).filter(late, dernier__lte=on - delay)
    sent = _write(able.filter(envoyee_le__isnull=True), on, reminder=False)
    return opened, sent, _write(stale, on, reminder=True)


def _write(rows: QuerySet[Enquete], on: date, *, reminder: bool) -> int:
    number_ = 0
    for pk in list(rows.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            enquete = (
                rows.filter(pk=pk)
                .select_related("sortie__contrat__personne", "sortie__contrat__siae")
                .select_for_update(of=("self",), skip_locked=True)
                .first()
            )
            if enquete is None:
                continue
            contrat = enquete.sortie.contrat
            context = {
                "siae": contrat.siae.nom,
                "mois": enquete.mois,
                "url": address(reverse("parcours:nouvelles", args=[sign_enquete(enquete)])),
                "expire": enquete.expire_le - timedelta(days=1),
                "relance": reminder,
            }
            if not _send(contrat.personne, context):
                continue
            if reminder:
                Enquete.objects.filter(pk=pk).update(relances=F("relances") + 1, relancee_le=on)
            else:
                Enquete.objects.filter(pk=pk).update(envoyee_le=on)
            number_ += 1
    return number_


def _send(personne: Personne, context: Mapping[str, Any]) -> bool:
    """Write to a person, by e-mail else by SMS; False when neither can reach them."""
    if personne.email:
        notify([personne.email], "Que devenez-vous\u202f?", "parcours/sorties/courriel.txt", context)
        return True
    mobile = sms.read_mobile(personne.telephone)
    if mobile and sms.available():
        sms.notify(mobile, "parcours/sorties/sms.txt", context)
        return True
    return False


@transaction.atomic
def answer_by_link(*, lien: str, reponse: Reponse, on: date) -> Enquete:
    """Write what a person answers by their personal link."""
    enquete = read_enquete(lien, on, lock=True)
    return _record(enquete, reponse, on, None)


@transaction.atomic
def refuse_by_link(*, lien: str, on: date) -> Enquete:
    """Write that a person does not wish to answer: they are asked no more, at this delay and at the others."""
    enquete = read_enquete(lien, on, lock=True)
    enquete.refusee_le = on
    enquete.save(update_fields=["refusee_le"])
    audit.record("parcours.nouvelles_refuser", enquete.sortie.contrat.personne, actor=None, mois=enquete.mois)
    return enquete


@transaction.atomic
def answer_by_phone(*, enquete: Enquete, reponse: Reponse | None, actor: User, on: date) -> Enquete:
    """Write what a person told by telephone; no answer (`None`): that they do not wish to be asked."""
    decision = granted(actor, Permission.FOLLOW_UP)
    if not decision:
        raise Refused(Refusal("permission", decision.reason))
    locked: Enquete | None = list_enquetes(actor, on).select_for_update(of=("self",)).filter(pk=enquete.pk).first()
    if locked is None:
        raise Refused(Refusal("hors_portee", "Ces nouvelles sont celles d’une personne que vous ne suivez pas."))
    if locked.repondue_le or locked.refusee_le:
        raise Refused(Refusal("repondue", "Une réponse est déjà enregistrée."))
    if reponse is None:
        locked.refusee_le, locked.saisie_par = on, actor.membre
        locked.save(update_fields=["refusee_le", "saisie_par"])
        audit.record("parcours.nouvelles_refuser", locked.sortie.contrat.personne, actor=actor, mois=locked.mois)
        return locked
    return _record(locked, reponse, on, actor)


def _record(enquete: Enquete, reponse: Reponse, on: date, actor: User | None) -> Enquete:
    if reponse.situation not in SituationApres.values:
        raise Refused(Refusal("situation", "Choisissez ce que vous faites aujourd’hui.", "situation"))
    if on < enquete.echeance:
        raise Refused(Refusal("trop_tot", "Le moment de demander des nouvelles n’est pas venu."))
    enquete.situation, enquete.metier_lie, enquete.aide = reponse.situation, reponse.metier_lie, reponse.aide
    enquete.repondue_le = on
    enquete.saisie_par = actor.membre if actor else None
    enquete.save(update_fields=["situation", "metier_lie", "aide", "repondue_le", "saisie_par"])
    audit.record("parcours.nouvelles", enquete.sortie.contrat.personne, actor=actor, mois=enquete.mois)
    return enquete
