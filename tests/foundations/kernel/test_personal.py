"""No field that speaks of somebody stays undeclared, and no declaration is vague."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from django.contrib.contenttypes.fields import GenericForeignKey
from django.db import models
from pghistory.models import Event

from maillage.foundations.kernel.parameters import catalogue
from maillage.foundations.kernel.personal import SOI, Sort, declarations, target
from maillage.references.accounts.models import Membre, User
from maillage.references.personnes.models import Personne

if TYPE_CHECKING:
    from collections.abc import Iterator

PEOPLE = (User, Personne, Membre)
TELLING = (
    models.CharField,
    models.TextField,
    models.DateField,
    models.JSONField,
    models.FileField,
    models.GenericIPAddressField,
    models.BinaryField,
)
DECLARED = dict(declarations())


def leads_to_people(model: type[models.Model]) -> bool:
    relations = [field.related_model for field in model._meta.fields if isinstance(field, models.ForeignKey)]
    return model in PEOPLE or any(isinstance(each, type) and issubclass(each, PEOPLE) for each in relations)


def telling_fields() -> Iterator[tuple[str, str]]:
    """Yield what may speak of somebody: texts, dates, files… A choice among known words is not asked for."""
    for model in apps.get_models():
        if not model._meta.app_config.name.startswith("maillage.") or not leads_to_people(model):
            continue
        for field in model._meta.fields:
            technical = field.name.startswith("pgh_") and issubclass(model, Event)
            if isinstance(field, TELLING) and not field.choices and not technical:
                yield model._meta.label, field.name


def test_every_field_that_speaks_of_somebody_is_declared() -> None:
    declared = {(model._meta.label, name) for model, personnel in DECLARED.items() for name in personnel.champs}
    assert sorted(set(telling_fields()) - declared) == []


def test_the_check_sees_what_it_should() -> None:
    found = set(telling_fields())
    assert {("personnes.Personne", "nom"), ("personnes.RelationEvent", "debut"), ("kernel.Acte", "details")} <= found
    assert "structures.Siae" not in {label for label, _ in found}


@pytest.mark.parametrize("model", DECLARED, ids=lambda model: model._meta.label)
def test_a_declaration_holds_together(model: type[models.Model]) -> None:
    personnel = DECLARED[model]
    fields: dict[str, Any] = {field.name: field for field in model._meta.fields}

    assert [name for name in personnel.champs if name not in fields] == []
    assert [name for names in personnel.aussi.values() for name in names if name not in personnel.champs] == []
    # A path leads to a person, an account, or the object of a journal.
    for path in filter(None, (personnel.qui, *personnel.aussi)):
        reached = target(model, path)
        assert (
            isinstance(reached, GenericForeignKey)
            or reached in (User, Personne)
            or (reached, path) == (model, SOI)
            or (path == "pgh_obj" and reached is not None)
        )
    # A month is of a date; a date that is emptied may be empty.
    for name, champ in personnel.champs.items():
        if champ.sort == Sort.MOIS:
            assert isinstance(fields[name], models.DateField)
        if champ.sort == Sort.EFFACE and not personnel.disparait and isinstance(fields[name], models.DateField):
            assert fields[name].null, name
    # A duration is a dated parameter, or a sentence.
    assert personnel.conservation in catalogue() or " " in personnel.conservation
    assert all([personnel.finalite, personnel.base, personnel.lecteurs])
