"""The notification centre: what a person should know, in the application and by e-mail as they chose.

`notify` writes in the transaction of the act that it tells. E-mails are jobs, queued in the transaction that marks the
notification as sent: a process killed at any moment neither loses a message nor sends it twice.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Case, CharField, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django import app

from maillage.foundations.kernel import mail
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.jobs import job
from maillage.foundations.kernel.models import Notification, PreferenceNotification
from maillage.foundations.kernel.notification_kinds import kinds
from maillage.foundations.kernel.permissions import granted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from django.contrib.auth.models import AbstractBaseUser
    from django.db.models import QuerySet

    from maillage.foundations.kernel.notification_kinds import TypeNotification

Canal = PreferenceNotification.Canal
LONGEST = 300
# The hour of the daily message, in the time of the platform (`TIME_ZONE`).
DIGEST_HOUR = 7


def notify(user: AbstractBaseUser, code: str, texte: str, url: str = "") -> None:
    """Tell one person something: `texte` names no person in insertion, `url` is the page that does."""
    notify_all([user], code, texte, url)


@transaction.atomic
def notify_all(users: Iterable[AbstractBaseUser], code: str, texte: str, url: str = "") -> None:
    """Tell several people the same thing, each as they chose; raise `LookupError` for a kind nobody declares."""
    kind = kinds()[code]
    people = {user.pk: user for user in users if user.is_active}
    chosen = dict(
        PreferenceNotification.objects.filter(type=code, destinataire__in=people).values_list("destinataire", "canal")
    )
    texte = texte if len(texte) <= LONGEST else f"{texte[: LONGEST - 1]}…"
    now = timezone.now()
    rows = Notification.objects.bulk_create(
        Notification(
            destinataire_id=user.pk,
            type=code,
            texte=texte,
            url=url,
            envoyee_le=now if chosen.get(user.pk, kind.canal) == Canal.IMMEDIAT else None,
        )
        for user in people.values()
    )
    for row in rows:
        if row.envoyee_le:
            _write(people[row.destinataire_id], kind.label, [row])


@transaction.atomic
def open_notification(*, notification: Notification) -> str:
    """Mark a notification as read and return the page it leads to, "" when it leads nowhere."""
    Notification.objects.filter(pk=notification.pk, lue_le=None).update(lue_le=timezone.now())
    return notification.url


@transaction.atomic
def read_all(*, user: AbstractBaseUser) -> int:
    """Mark every notification of a person as read; return how many were not."""
    return Notification.objects.filter(destinataire=user.pk, lue_le=None).update(lue_le=timezone.now())


@transaction.atomic
def choose(*, user: AbstractBaseUser, canaux: Mapping[str, str]) -> None:
    """Say how one wants to be told of each kind; raise `Refused` for a kind or a way that does not exist."""
    for code, canal in canaux.items():
        if code not in kinds() or canal not in Canal.values:
            raise Refused(Refusal("preference_inconnue", "Ce choix n’existe pas.", code))
    for code, canal in canaux.items():
        PreferenceNotification.objects.update_or_create(destinataire_id=user.pk, type=code, defaults={"canal": canal})


def list_notifications(user: Any) -> QuerySet[Notification]:
    """Return the notifications of a person: those to read first, the newest first."""
    unread = Case(When(lue_le=None, then=Value(0)), default=Value(1))
    return Notification.objects.filter(destinataire=user).order_by(unread, "-cree_le", "-pk")


def describe_unread(user: Any) -> str:
    """Return how many notifications are to read, in words; "" when none is."""
    count = Notification.objects.filter(destinataire=user, lue_le=None).count()
    return f"{count} non lue{'s' if count > 1 else ''}" if count else ""


def list_preferences(user: Any) -> list[tuple[TypeNotification, str]]:
    """Return each kind that may concern a person, and how they are told of it."""
    chosen = dict(PreferenceNotification.objects.filter(destinataire=user).values_list("type", "canal"))
    return [
        (kind, chosen.get(kind.code, kind.canal))
        for kind in kinds().values()
        if kind.permission is None or granted(user, kind.permission)
    ]


# 7 o'clock in Paris is 5 in summer and 6 in winter: the schedule is in UTC.
@app.periodic(cron="0 5,6 * * *")
@job(queue="courriels")
def send_daily(timestamp: int) -> None:
    """Send the daily messages when the hour has come here."""
    if timezone.localtime(datetime.fromtimestamp(timestamp, UTC)).hour == DIGEST_HOUR:
        send_digests()


def send_digests() -> int:
    """Send each person, in one message, what they have neither read nor received; return how many were written to.

    One transaction per person: their rows are locked, the message is queued and the rows are marked, or nothing is.
    """
    sent = 0
    for person in list(_daily().order_by().values_list("destinataire", flat=True).distinct()):
        with transaction.atomic():
            mine = _daily().filter(destinataire=person).select_related("destinataire").order_by("cree_le", "pk")
            rows = list(mine.select_for_update(of=("self",), skip_locked=True))
            if not rows:  # another process has just taken them
                continue
            count = f"{len(rows)} notifications" if len(rows) > 1 else "1 notification"
            _write(rows[0].destinataire, f"Maillage\u202f: {count}", rows)
            Notification.objects.filter(pk__in=[row.pk for row in rows]).update(envoyee_le=timezone.now())
            sent += 1
    return sent


def _daily() -> QuerySet[Notification]:
    """Return what waits for the daily message of whoever wants one."""
    chosen = PreferenceNotification.objects.filter(destinataire=OuterRef("destinataire"), type=OuterRef("type"))
    daily = [kind.code for kind in kinds().values() if kind.canal == "quotidien"]
    default = Case(
        When(type__in=daily, then=Value(Canal.QUOTIDIEN)),
        default=Value(Canal.APPLICATION),
        output_field=CharField(),
    )
    waiting = Q(lue_le=None, envoyee_le=None, destinataire__is_active=True)
    return Notification.objects.alias(voulu=Coalesce(Subquery(chosen.values("canal")), default)).filter(
        waiting, voulu=Canal.QUOTIDIEN
    )


def _write(user: Any, subject: str, rows: Sequence[Notification]) -> None:
    lines = [(row.texte, mail.address(row.url) if row.url else "") for row in rows]
    context = {"lignes": lines, "preferences": mail.address(reverse("kernel:notification_preferences"))}
    mail.notify([user.email], subject, "kernel/courriel_notifications.txt", context)
