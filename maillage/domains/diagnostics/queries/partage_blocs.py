"""Blocks of figures: who computes them, and how they are frozen as data and read again.

Any room adds its own: it writes producers and names them in its `AppConfig`, by the dotted path of a sequence.

    PRODUCTEURS = (
        Producteur("population", "offre", "SIAE par type", "Combien de SIAE de chaque type.", produce_kinds),
    )
    blocs = ("maillage.domains.diagnostics.queries.partage_producteurs.PRODUCTEURS",)     # in apps.py

A producer is a function of a `Contexte`; it returns a `Chiffres`, or None when it has nothing to say of the territory.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache, cached_property
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from maillage.domains.diagnostics.enums import TypeBloc
from maillage.domains.diagnostics.queries.couverture import Couverture, compute_couverture
from maillage.domains.diagnostics.queries.fiche import Fiche, get_fiche
from maillage.domains.diagnostics.queries.fichier import find_territoire
from maillage.domains.diagnostics.queries.publics import list_series
from maillage.domains.diagnostics.rules import PUBLIC_PAR_DEFAUT, Choix, nearest_year
from maillage.foundations.kernel.documents.values import prepare
from maillage.foundations.kernel.drawings import Bar, BarChart, Label, Legend, MapDrawing, Point, Shape
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.tableur import Sheet
from maillage.references.structures.queries.annees import list_annees

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from maillage.domains.diagnostics.models import Bloc
    from maillage.foundations.kernel.parameters import Parametre
    from maillage.references.territoires.models import Territoire

    Drawing = MapDrawing | BarChart


@dataclass(frozen=True)
class Contexte:
    """What a producer works from: the territory in force, the last year of the diagnostic.

    The coverage and the sheet of the territory are computed once for all the blocks. `calculee` is the coverage of the
    region when it is known already: several diagnostics opened at once share it (`compute_annee`). It serves only if it
    is of the year of this diagnostic.
    """

    territoire: Territoire
    annee: int
    calculee: Couverture | None = None

    @property
    def region(self) -> str:
        """The region whose supply and need are compared."""
        return self.territoire.region or str(settings.MAILLAGE_REGION)

    @property
    def annee_offre(self) -> int | None:
        """The year of the supply of the blocks (see `find_annee_offre`)."""
        return find_annee_offre(self.annee)

    @cached_property
    def couverture(self) -> Couverture:
        """The coverage of the region in the year of the diagnostic, under the settings by default."""
        choix, shared = choose_annees(self.region, self.annee), self.calculee
        if shared is not None and (shared.region, shared.choix) == (self.region, choix):
            return shared
        return compute_couverture(self.region, choix)

    @cached_property
    def fiche(self) -> Fiche:
        """The sheet of the territory; raise `Refused` when it has no commune in the region."""
        found = get_fiche(self.couverture, self.territoire.niveau, self.territoire.code)
        if found is None:
            message = f"«\u202f{self.territoire.nom}\u202f» n’a aucune commune dans la région {self.region}."
            raise Refused(Refusal("hors_region", message, "territoire"))
        return found


@dataclass(frozen=True, slots=True)
class Chiffres:
    """What a producer gives: a table always, a drawing of the same figures, where they come from.

    Nothing in it leads to a page: a frozen block may outlive the pages of today.
    """

    titre: str
    tableau: Sheet
    dessin: Drawing | None = None
    sources: Iterable[str] = ()
    parametres: Iterable[Parametre] = ()


@dataclass(frozen=True, slots=True)
class Producteur:
    """How a block is made: its code (unique in the house), the section it opens in, its name, what it says."""

    code: str
    section: str
    nom: str
    description: str
    produce: Callable[[Contexte], Chiffres | None] = field(compare=False)


@cache
def producteurs() -> Mapping[str, Producteur]:
    """Return every producer of the house by code, the lowest rooms first; raise `ValueError` for a shared code."""
    paths = [path for config in reversed(list(apps.get_app_configs())) for path in getattr(config, "blocs", ())]
    found: dict[str, Producteur] = {}
    for producteur in (each for path in paths for each in import_string(path)):
        if producteur.code in found:
            raise ValueError(f"two producers of blocks have the code « {producteur.code} »")
        found[producteur.code] = producteur
    return found


def of_section(code: str) -> list[Producteur]:
    """Return the producers whose block opens in a section."""
    return [producteur for producteur in producteurs().values() if producteur.section == code]


def find_annee_offre(annee: int) -> int | None:
    """Return the year of the supply to tell with a diagnostic of `annee`: the nearest known up to it.

    None while that year is not over: the supply is then that of today, with the figures of the year of reference.
    """
    return None if annee >= timezone.localdate().year else nearest_year(list_annees(), annee)


def choose_annees(region: str, annee: int) -> Choix:
    """Return the settings by default, with the years of need and of supply that a diagnostic of `annee` tells."""
    known = list_series(region).get(PUBLIC_PAR_DEFAUT, ())
    return Choix(annee=nearest_year(known, annee), annee_offre=find_annee_offre(annee))


def compute_annee(region: str, annee: int) -> Couverture:
    """Measure the coverage that the diagnostics of a region share for one year."""
    return compute_couverture(region, choose_annees(region, annee))


def get_contexte(niveau: str, code: str, annee: int, calculee: Couverture | None = None) -> Contexte:
    """Return the context of a territory; raise `Refused` when no territory in force has this level and code."""
    return Contexte(find_territoire(code, niveau), annee, calculee)


def freeze(producteur: Producteur, contexte: Contexte) -> dict[str, Any] | None:
    """Compute a block now, as the fields of a `Bloc`; None when there is nothing to say of the territory."""
    chiffres = producteur.produce(contexte)
    if chiffres is None:
        return None
    return {
        "code": producteur.code,
        "titre": chiffres.titre,
        "type": _type(chiffres.dessin),
        "annee": contexte.annee,
        "tableau": _freeze_sheet(chiffres.tableau),
        "dessin": _freeze_drawing(chiffres.dessin),
        "sources": list(chiffres.sources),
        "parametres": [prepare(parametre) for parametre in chiffres.parametres],
    }


def read_sheet(bloc: Bloc) -> Sheet:
    """Return the frozen table of a block."""
    return Sheet(bloc.titre, bloc.tableau["columns"], bloc.tableau["rows"], bloc.tableau["note"])


def read_drawing(bloc: Bloc) -> Drawing | None:
    """Return the frozen drawing of a block, if it has one."""
    if bloc.dessin is None:
        return None
    values = dict(bloc.dessin)
    if bloc.type == TypeBloc.GRAPHIQUE:
        return BarChart(**{**values, "bars": [Bar(**bar) for bar in values["bars"]]})
    parts = {"shapes": Shape, "points": Point, "labels": Label}
    rows = {name: [part(**row) for row in values[name]] for name, part in parts.items()}
    return MapDrawing(**{**values, **rows, "legend": Legend(**values["legend"])})


def _type(dessin: Drawing | None) -> TypeBloc:
    if dessin is None:
        return TypeBloc.TABLEAU
    return TypeBloc.CARTE if isinstance(dessin, MapDrawing) else TypeBloc.GRAPHIQUE


def _freeze_sheet(sheet: Sheet) -> dict[str, Any]:
    rows = [[_plain(value) for value in row] for row in sheet.rows]
    return {"columns": list(sheet.columns), "rows": rows, "note": sheet.note}


def _freeze_drawing(drawing: Drawing | None) -> dict[str, Any] | None:
    """Return a drawing as data, without its links."""
    if drawing is None:
        return None
    data = asdict(drawing)
    for name in ("shapes", "points", "bars"):
        data[name] = [{**part, "href": ""} for part in data[name]] if name in data else None
    kept = {name: value for name, value in data.items() if value is not None}
    if "table_href" in kept:
        kept["table_href"] = ""
    frozen: dict[str, Any] = _plain(kept)
    return frozen


def _plain(value: Any) -> Any:
    """Return a value as JSON carries it: unknown is null, decimals are numbers, dates their French text."""
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, (bool, str)):
        return str(value) if isinstance(value, str) else value
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, (Decimal, Real)):
        number = float(value)
        return number if number - number == 0 else None  # neither nan nor infinite
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value)
