"""What a model says of the personal data it holds: the register of processings is generated from it.

A model declares it beside its fields:

    personnel = Personnel(
        qui="soi",                                # the path to the person or the account
        finalite="…", base="…", conservation="…", lecteurs="…",
        champs={"nom": Champ("identité", EFFACE), "email": Champ("contact", EFFACE), …},
    )

`tests/foundations/kernel/test_personal.py` refuses a text, date or file field of a model that leads to a person and
says nothing of it. Models of libraries are declared by the room that installs them, in its `AppConfig.personnels`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.apps import apps

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from django.db.models import Model


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
    """One personal field: what kind of data it is, and what becomes of it."""

    nature: str
    sort: Sort = Sort.EFFACE


@dataclass(frozen=True, slots=True)
class Personnel:
    """The declaration of a model. `qui` is "soi", or the ORM path that leads to the person or the account."""

    qui: str
    finalite: str
    base: str
    conservation: str
    lecteurs: str
    champs: Mapping[str, Champ]


def declarations() -> Iterator[tuple[type[Model], Personnel]]:
    """Yield every model that holds personal data, with its declaration, in the order of the rooms."""
    for config in sorted(apps.get_app_configs(), key=lambda config: config.name):
        for model in config.get_models():
            if isinstance(declared := vars(model).get("personnel"), Personnel):
                yield model, declared
        for label, declared in getattr(config, "personnels", {}).items():
            yield apps.get_model(label), declared
