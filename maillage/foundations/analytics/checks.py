"""System checks: nothing personal is published, and what is declared exists."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field

from maillage.foundations.analytics.declarations import _rooms, tables
from maillage.foundations.kernel.encryption import EncryptedTextField
from maillage.foundations.kernel.personal import declaration

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import Model

    from maillage.foundations.analytics.declarations import Colonne, Table


@register(Tags.models)
def check_tables(**kwargs: Any) -> list[CheckMessage]:
    """E001: a published column exists, is not personal unless the room reduces it, and a key goes under a pseudonym.

    E002: one name each.
    """
    return [*_columns(), *_names()]


def _columns() -> Iterator[CheckMessage]:
    for name, table in tables().items():
        for colonne in table.colonnes:
            if fault := refuse(table, colonne):
                yield Error(f"« {name}.{colonne.nom} » ne se publie pas : {fault}.", id="analytics.E001")


def refuse(table: Table, colonne: Colonne) -> str:
    """Return why a column may not be published, "" when it may."""
    try:
        model, field = follow(table.modele, colonne.champ)
    except (FieldDoesNotExist, AttributeError):
        return f"« {colonne.champ} » n’est pas un champ"
    declared = declaration(model)
    drawn = bool(colonne.reduit and table.calcul)
    if isinstance(field, EncryptedTextField) or (declared and field.name in declared.champs and not drawn):
        return f"{model._meta.label}.{field.name} est une donnée personnelle"
    if (field.primary_key or field.is_relation) and not colonne.pseudonyme:
        return "une clé se publie sous un pseudonyme"
    return ""


def follow(model: type[Model], path: str) -> tuple[type[Model], Field[Any, Any]]:
    """Return the field that an ORM path leads to, with the model that holds it."""
    *steps, last = path.split("__")
    for step in steps:
        found: Any = model._meta.get_field(step)
        model = found.related_model
    field = (
        model._meta.pk
        if last == "pk"
        else model._meta.get_field(last.removesuffix("_id") if last.endswith("_id") else last)
    )
    assert isinstance(field, Field)
    return model, field


def _names() -> Iterator[CheckMessage]:
    names: Counter[str] = Counter()
    codes: Counter[str] = Counter()
    for room, module in _rooms():
        names.update(f"{room}_{each.nom}" for kind in ("TABLES", "MARTS") for each in getattr(module, kind, ()))
        codes.update(each.code for each in getattr(module, "INDICATEURS", ()))
    for name, count in (*names.items(), *codes.items()):
        if count > 1:
            yield Error(f"« {name} » est déclaré {count} fois dans l’entrepôt.", id="analytics.E002")
