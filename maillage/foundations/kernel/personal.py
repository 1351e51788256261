"""What a model says of the personal data it holds: register, export and erasure are all drawn from it.

A model declares it beside its fields:

    personnel = Personnel(
        qui="soi",                                # the path to the person or the account
        finalite="…", base="…", conservation="…", lecteurs="…",
        champs={"nom": Champ("identité"), "debut": Champ("parcours", Sort.MOIS), …},
    )

`tests/foundations/kernel/test_personal.py` refuses a text, date or file field of a model that leads to a person and
says nothing of it. Models of libraries are declared by the room that installs them, in its `AppConfig.personnels`; row
histories (pghistory) say what the model that they follow says.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Q
from pghistory.models import Event

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from django.db.models import Model, QuerySet

SOI = "soi"
# The nature of what opens an account: erased like the rest, and shown to nobody, not even to its person.
SECRET = "secret"  # noqa: S105  (a word of the register)


class Sort(StrEnum):
    """What becomes of a field when its person is anonymised."""

    EFFACE = "efface"
    MOIS = "mois"  # a date keeps its year and month: statistics stay true
    GARDE = "garde"  # says nothing of the person once the rest is gone

    @property
    def label(self) -> str:
        return {"efface": "effacé", "mois": "ramené au mois", "garde": "gardé, sans lien avec la personne"}[self]


@dataclass(frozen=True, slots=True)
class Champ:
    """One personal field: what kind of data it is, what becomes of it, its name when the model gives none in French.

    `montre` lists the keys of a secret structure that may be told all the same; `base` is a legal basis of its own.
    """

    nature: str
    sort: Sort = Sort.EFFACE
    nom: str = ""
    montre: tuple[str, ...] = ()
    base: str = ""


@dataclass(frozen=True, slots=True)
class Personnel:
    """The declaration of a model.

    `qui` is "soi", or the ORM path that leads to the person or the account whose data it holds ("" when no path does):
    their anonymisation reaches these rows. A generic relation is a path too. `aussi` names the other paths: the rows
    tell something of these people as well, namely the listed fields. `par` finds the rows that name someone by a value:
    {lookup: "email" or "compte"}, the address or the key of an account. The address of a person proves nothing: whoever
    follows them may type any, that of somebody else included.

    `conservation` is the code of a dated parameter, or a sentence; `lecteurs` may hold such codes {between braces}. A
    row that is nothing without its person `disparait` with their names. `nom` is the French name of what a library
    keeps.
    """

    qui: str
    finalite: str
    base: str
    conservation: str
    lecteurs: str
    champs: Mapping[str, Champ]
    aussi: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    par: Mapping[str, str] = field(default_factory=dict)
    disparait: bool = False
    nom: str = ""

    def objet(self, model: type[Model]) -> str:
        """Return what the rows are, in French."""
        return self.nom or str(model._meta.verbose_name)

    def libelle(self, model: type[Model], name: str) -> str:
        """Return what a field is, in French."""
        field = model._meta.get_field(name)
        return self.champs[name].nom or str(getattr(field, "verbose_name", name))


def declarations() -> Iterator[tuple[type[Model], Personnel]]:
    """Yield every model that holds personal data, with its declaration, in the order of the rooms."""
    for config in sorted(apps.get_app_configs(), key=lambda config: config.name):
        for model in config.get_models():
            if isinstance(declared := vars(model).get("personnel"), Personnel):
                yield model, declared
            elif issubclass(model, Event) and (followed := _of_history(model)):
                yield model, followed
        for label, declared in getattr(config, "personnels", {}).items():
            yield apps.get_model(label), declared


def declaration(model: type[Model]) -> Personnel | None:
    """Return what a model declares, if it holds personal data."""
    return dict(declarations()).get(model)


def _of_history(model: type[Event]) -> Personnel | None:
    """Say of a row history what its model says of itself: the same data, reached through the row it follows."""
    tracked = getattr(model, "pgh_tracked_model", None)
    declared = vars(tracked).get("personnel") if tracked else None
    if tracked is None or not isinstance(declared, Personnel):
        return None
    kept = {each.name for each in model._meta.fields}
    return replace(
        declared,
        qui="pgh_obj" if declared.qui == SOI else declared.qui,
        nom=f"historique\u202f: {declared.objet(tracked)}",
        champs={name: champ for name, champ in declared.champs.items() if name in kept}
        | {"pgh_created_at": Champ("trace technique", Sort.GARDE, "ligne écrite le")},
        aussi={
            path: tuple(name for name in names if name in kept)
            for path, names in declared.aussi.items()
            if path.partition("__")[0] in kept
        },
        par={lookup: value for lookup, value in declared.par.items() if lookup.partition("__")[0] in kept},
    )


def target(model: type[Model], path: str) -> type[Model] | GenericForeignKey | None:
    """Return the model that a path of a declaration leads to, or the generic relation it ends with."""
    if path == SOI:
        return model
    for step in path.split("__") if path else ():
        found = _field(model, step)
        if isinstance(found, GenericForeignKey):
            return found
        if found is None or not isinstance(found.related_model, type):
            return None
        model = found.related_model
    return model if path else None


def _field(model: type[Model], name: str) -> Any:
    try:
        return next((each for each in model._meta.private_fields if each.name == name), None) or model._meta.get_field(
            name
        )
    except FieldDoesNotExist:
        return None


def about(model: type[Model], path: str, subjects: QuerySet[Any]) -> Q | None:
    """Return the condition on the rows of `model` that `path` leads from to these people; None when it cannot."""
    reached = target(model, path)
    if isinstance(reached, GenericForeignKey):
        kind = ContentType.objects.get_for_model(subjects.model)
        return Q(**{reached.ct_field: kind, f"{reached.fk_field}__in": subjects.values("pk")})
    if reached is None or reached is not subjects.model:
        return None
    return Q(pk__in=subjects.values("pk")) if path == SOI else Q(**{f"{path}__in": subjects.values("pk")})


def named(declared: Personnel, subjects: QuerySet[Any]) -> Q | None:
    """Return the condition on the rows that name these accounts by a value, their address or their key; else None."""
    if subjects.model._meta.label != settings.AUTH_USER_MODEL:
        return None
    conditions = [
        Q(**{lookup: known})
        for lookup, value in declared.par.items()
        for known in subjects.values_list("email" if value == "email" else "pk", flat=True)
    ]
    return reduce(or_, conditions) if conditions else None


def belonging(model: type[Model], declared: Personnel, subjects: QuerySet[Any]) -> QuerySet[Any] | None:
    """Return the rows whose data are these people's; None when the model holds none of such people."""
    found = [each for each in (about(model, declared.qui, subjects), named(declared, subjects)) if each is not None]
    return model._default_manager.filter(reduce(or_, found)).distinct() if found else None
