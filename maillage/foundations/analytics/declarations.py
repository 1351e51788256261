"""What the rooms declare in their `tables.py`: published tables, tables drawn from them, indicators.

    TABLES = (Table("effectifs", "…", EffectifAnnuel, (Colonne("siae", TypeColonne.TEXTE, "…", "siae_id", "siae"), …)),)
    MARTS = (Mart("offre", "…", expression=draw_offre),)
    INDICATEURS = (Indicateur("etp_realises", "ETP réalisés", …),)

Names are unique in their room; everywhere else a table is called by `<room>_<name>`. An expression is a function of a
`Source`, which gives any table by that name; it builds an Ibis table and computes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from django.apps import apps

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import ModuleType

    import ibis.expr.types as ir
    from django.db.models import Model, QuerySet

# Gives a table of the warehouse by its full name.
Source: TypeAlias = Callable[[str], "ir.Table"]
Expression: TypeAlias = Callable[[Source], "ir.Table"]


class TypeColonne(StrEnum):
    """What a published column holds."""

    TEXTE = "texte"
    ENTIER = "entier"
    DECIMAL = "décimal"  # exact, two decimals: ETP, hours, money
    BOOLEEN = "booléen"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Colonne:
    """One published column: its name, its type, its meaning, the ORM path it is read by.

    `pseudonyme` names a kind of things: the value is then a key, replaced by a keyed hash, the same in every table for
    the same kind.
    """

    nom: str
    type: TypeColonne
    sens: str
    champ: str
    pseudonyme: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A published table: one model, or the rows of it that `lignes` keeps."""

    nom: str
    libelle: str
    modele: type[Model]
    colonnes: tuple[Colonne, ...]
    lignes: Callable[[], QuerySet[Any]] | None = None

    def queryset(self) -> QuerySet[Any]:
        """Return the rows to publish, in the order of their keys."""
        rows = self.lignes() if self.lignes else self.modele._default_manager.all()
        return rows.order_by("pk")


@dataclass(frozen=True, slots=True)
class Mart:
    """A table drawn from others; an intermediate one serves other marts and is no contract."""

    nom: str
    libelle: str
    expression: Expression
    etage: Literal["intermediaire", "mart"] = "mart"


@dataclass(frozen=True, slots=True)
class Indicateur:
    """A figure with its definition.

    `expression` gives `niveau`, `code`, `annee`, `numerateur` and `denominateur` (all null: the figure is the numerator
    itself). The value is numerator × `facteur` / denominator; unknown as soon as one of them is, never zero.
    A numerator that counts `personnes` is withheld under the threshold of secrecy, with what would lead back to it.
    """

    code: str
    libelle: str
    definition: str
    formule: str
    unite: str
    source: str
    objectif: str
    expression: Expression
    facteur: int = 1
    decimales: int = 0
    personnes: bool = False


def tables() -> Mapping[str, Table]:
    """Return every published table by its full name."""
    return {f"{room}_{table.nom}": table for room, module in _rooms() for table in getattr(module, "TABLES", ())}


def marts() -> Mapping[str, Mart]:
    """Return every table drawn from others by its full name."""
    return {f"{room}_{mart.nom}": mart for room, module in _rooms() for mart in getattr(module, "MARTS", ())}


def indicateurs() -> Mapping[str, Indicateur]:
    """Return every indicator by its code, room after room."""
    return {each.code: each for _, module in _rooms() for each in getattr(module, "INDICATEURS", ())}


def _rooms() -> Iterator[tuple[str, ModuleType]]:
    """Yield the rooms that declare something, the lowest first."""
    for config in reversed(list(apps.get_app_configs())):
        if config.name.startswith("maillage.") and find_spec(f"{config.name}.tables"):
            yield config.label, import_module(f"{config.name}.tables")
