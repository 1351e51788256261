"""The journal of acts: one line per act, written in the act's own transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q

from maillage.foundations.kernel.models import Acte, JournalTransition
from maillage.foundations.kernel.permissions import Role, roles

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.contrib.auth.models import AbstractBaseUser
    from django.db.models import Model, QuerySet

    from maillage.foundations.kernel.states import Transitions


@dataclass(frozen=True, slots=True)
class Mandant:
    """The organisation in whose name a person acts: what `User.au_nom_de` answers."""

    pk: int
    nom: str


def signature(actor: AbstractBaseUser | None, field: str = "auteur") -> dict[str, Any]:
    """Return the fields of a journal that say who acts (None: the machine) and in whose name."""
    mandant: Mandant | None = getattr(actor, "au_nom_de", None)
    return {
        f"{field}_id": actor.pk if actor else None,
        "pour_id": mandant.pk if mandant else None,
        "pour_nom": mandant.nom if mandant else "",
    }


def record(act: str, subject: Model, *, actor: AbstractBaseUser | None, motif: str = "", **details: Any) -> Acte:
    """Write that `actor` (None: the machine) did `act` to `subject`, and why; call it inside the act's transaction."""
    return Acte.objects.create(
        acte=act,
        **signature(actor),
        motif=motif,
        objet_type=ContentType.objects.get_for_model(subject),
        objet_id=subject.pk,
        details=details,
    )


def record_all(act: str, subjects: Iterable[tuple[Model, dict[str, Any]]], *, actor: AbstractBaseUser | None) -> None:
    """Write that `actor` did `act` to each subject, with its own particulars, in one query."""
    signed = signature(actor)
    Acte.objects.bulk_create(
        Acte(
            acte=act,
            **signed,
            objet_type=ContentType.objects.get_for_model(subject),
            objet_id=subject.pk,
            details=details,
        )
        for subject, details in subjects
    )


def history(subject: Model) -> QuerySet[Acte]:
    """Return what was done to `subject`, newest first."""
    return (
        Acte.objects.filter(objet_type=ContentType.objects.get_for_model(subject), objet_id=subject.pk)
        .select_related("auteur")
        .order_by("-date", "-pk")
    )


def visible_to(user: AbstractBaseUser) -> QuerySet[Acte]:
    """Return the acts that a person may read: operators, all; else their own and, for whoever answers for an
    organisation (`User.repond_de_organisation`), those done in its name.
    """
    acts = Acte.objects.select_related("auteur", "objet_type")
    if Role.EXPLOITANT in roles(user):
        return acts
    mine = Q(auteur=user)
    mandant: Mandant | None = getattr(user, "au_nom_de", None)
    if mandant is not None and getattr(user, "repond_de_organisation", False):
        mine |= Q(pour_id=mandant.pk)
    return acts.filter(mine)


def move(subject: Model, act: str, table: Transitions, *, actor: AbstractBaseUser | None, reason: str = "") -> None:
    """Move `subject.etat` along `act` of its table and log the move; raise `Refused` when no arrow leads there.

    The caller holds the row's lock, saves the object (other fields go with the state) and records the act.
    """
    source = subject.etat  # type: ignore[attr-defined]
    subject.etat = table.target(act, source)  # type: ignore[attr-defined]
    JournalTransition.objects.create(
        objet_type=ContentType.objects.get_for_model(subject),
        objet_id=subject.pk,
        acte=act,
        de=source,
        vers=subject.etat,  # type: ignore[attr-defined]
        **signature(actor),
        motif=reason,
    )
