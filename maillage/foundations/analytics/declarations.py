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
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from types import ModuleType

    import ibis.expr.types as ir
    from django.db.models import Model

# Gives a table of the warehouse by its full name.
Source: TypeAlias = Callable[[str], "ir.Table"]
Expression: TypeAlias = Callable[[Source], "ir.Table"]
# Where and when a figure is told: niveau, code, annee; then, of a breakdown, the modality.
Cellule: TypeAlias = tuple[str, str, int] | tuple[str, str, int, str]


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
    the same kind. `reduit` says what the room draws from a field that is personal, so that the value no longer is: a
    year, yes or no, a category.
    """

    nom: str
    type: TypeColonne
    sens: str
    champ: str
    pseudonyme: str = ""
    reduit: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A published table: the rows of one model or, where raw rows would mislead, those that the room draws from it.

    `calcul` gives the latter, one value per column in their order; `champ` then names what a column comes from.
    """

    nom: str
    libelle: str
    modele: type[Model]
    colonnes: tuple[Colonne, ...]
    calcul: Callable[[], Iterable[tuple[Any, ...]]] | None = None

    def rows(self, chunk_size: int) -> Iterator[tuple[Any, ...]]:
        """Yield the rows to publish; those of the model by `chunk_size`, in the order of their keys."""
        if self.calcul:
            return iter(self.calcul())
        rows = self.modele._default_manager.order_by("pk")
        return rows.values_list(*(colonne.champ for colonne in self.colonnes)).iterator(chunk_size=chunk_size)


@dataclass(frozen=True, slots=True)
class Mart:
    """A table drawn from others; an intermediate one serves other marts and is no contract."""

    nom: str
    libelle: str
    expression: Expression
    etage: Literal["intermediaire", "mart"] = "mart"


@dataclass(frozen=True, slots=True)
class Secret:
    """The secrecy of a figure that counts people: that of the table which the room shows of the same count.

    `dicibles` returns the cells that this table tells. Nothing else is told: a mask of its own beside that of the room
    would tell, the two put together, what each withholds. `des_tables` draws them from the published tables instead,
    when the room's rules hold on them as well. Neither: the room shows no such table, and the figure is masked as the
    one that it makes itself, départements by the modalities of its `TABLE`.
    """

    dicibles: Callable[[], Collection[Cellule]] | None = None
    des_tables: Callable[[Source], Collection[Cellule]] | None = None


class Forme(StrEnum):
    """How a breakdown stands beside the territories, which says what withholding one of its cells asks."""

    TABLE = "table"  # every territory has every modality: a table with its totals
    LIGNE = "ligne"  # the modalities of the region, whose total is known
    PROPRE = "propre"  # each modality is told to those whom it speaks of, and to nobody else


@dataclass(frozen=True, slots=True)
class Ventilation:
    """A figure once more, by the modalities of an axis."""

    axe: str
    libelle: str
    forme: Forme


@dataclass(frozen=True, slots=True)
class Indicateur:
    """A figure with its definition.

    `expression` gives `niveau`, `code`, `annee`, `numerateur` and `denominateur` (all null: the figure is the numerator
    itself). The value is numerator × `facteur` / denominator; unknown as soon as one of them is, never zero.
    It may give `inconnus`: how many parts the numerator lacks. The value is then a minimum, and is told as one.
    A figure that counts people declares its `secret`. `ventilations` tell it by something else than territories:
    the expression then gives `axe` and `modalite` besides, "" for the whole of a territory.
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
    secret: Secret | None = None
    ventilations: tuple[Ventilation, ...] = ()


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
