"""The journal of readings: whoever sees a person by name leaves a line, which that person's référent can read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType

from maillage.foundations.kernel.audit import signature
from maillage.foundations.kernel.models import Lecture

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.contrib.auth.models import AbstractBaseUser
    from django.db.models import Model, QuerySet


def record(
    subjects: Iterable[Model],
    *,
    reader: AbstractBaseUser,
    screen: str,
    motif: str = "",
    reason: Callable[[Model], str] | None = None,
) -> None:
    """Write, in one query, that `reader` saw these persons on a screen (`<room>:<address name>`), once each.

    `motif` is the reason for all of them, `reason` tells that of each one.
    """
    seen = {(type(subject), subject.pk): subject for subject in subjects}
    if not seen:
        return
    signed = signature(reader, "lecteur")
    Lecture.objects.bulk_create(
        Lecture(
            objet_type=ContentType.objects.get_for_model(subject),
            objet_id=subject.pk,
            ecran=screen,
            motif=reason(subject) if reason else motif,
            **signed,
        )
        for subject in seen.values()
    )


def of(subject: Model) -> QuerySet[Lecture]:
    """Return who read `subject`, newest first."""
    return (
        Lecture.objects.filter(objet_type=ContentType.objects.get_for_model(subject), objet_id=subject.pk)
        .select_related("lecteur")
        .order_by("-date", "-pk")
    )
