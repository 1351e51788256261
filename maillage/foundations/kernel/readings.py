"""The journal of readings: whoever sees a person by name leaves a line, which that person's référent can read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType

from maillage.foundations.kernel.audit import signature
from maillage.foundations.kernel.models import Lecture

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.contrib.auth.models import AbstractBaseUser
    from django.db.models import Model, QuerySet


def record(subjects: Iterable[Model], *, reader: AbstractBaseUser, screen: str, motif: str = "") -> None:
    """Write, in one query, that `reader` saw these persons on a screen (`<room>:<address name>`)."""
    signed = signature(reader, "lecteur")
    Lecture.objects.bulk_create(
        Lecture(
            objet_type=ContentType.objects.get_for_model(subject),
            objet_id=subject.pk,
            ecran=screen,
            motif=motif,
            **signed,
        )
        for subject in subjects
    )


def of(subject: Model) -> QuerySet[Lecture]:
    """Return who read `subject`, newest first."""
    return (
        Lecture.objects.filter(objet_type=ContentType.objects.get_for_model(subject), objet_id=subject.pk)
        .select_related("lecteur")
        .order_by("-date", "-pk")
    )
