"""Load the territories of one region or of the whole country."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import Count, Sum

from maillage.foundations.kernel import audit
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.permissions import granted
from maillage.references.territoires.enums import Niveau
from maillage.references.territoires.models import Appartenance, Contour, PassageCog, Population, Territoire
from maillage.references.territoires.permissions import Permission
from maillage.references.territoires.queries.contours import SourceContours, read_contours
from maillage.references.territoires.queries.faits import FACTS, get_decoupage, list_millesimes
from maillage.references.territoires.services.contours import BilanContours, record_contours, record_outlines
from maillage.references.territoires.services.decoupage import (
    MAILLES_DU_DECOUPAGE,
    BilanDecoupage,
    Places,
    record_decoupage,
)
from maillage.references.territoires.services.synchronisation import lock

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from maillage.references.accounts.models import User
    from maillage.references.territoires.services.synchronisation import Bilan

TOUTES = "all"


@dataclass(frozen=True, slots=True)
class BilanRegion:
    """What the loading of one region found and wrote; `contours` is None where Lambert-93 does not reach."""

    nom: str
    millesime: int
    decoupage: BilanDecoupage
    contours: BilanContours | None
    niveaux: dict[str, int]
    population: int
    ecritures: Bilan


@transaction.atomic
def load_territoires(
    *, region: str, actor: User | None, on: date, millesime: int | None = None, facts: Path = FACTS
) -> list[BilanRegion]:
    """Load a region (INSEE code) or `all`, from the newest committed vintage unless told otherwise.

    Loading again writes nothing. Raise `Refused` when the region or the vintage is not in the tables.
    """
    if actor is not None and not (decision := granted(actor, Permission.LOAD)):
        raise Refused(Refusal("interdit", decision.reason))
    known = list_millesimes(facts)
    millesime = millesime or known[-1]
    if millesime not in known:
        years = ", ".join(str(year) for year in known)
        raise Refused(Refusal("millesime", f"Les tables de faits couvrent ces millésimes : {years}.", "millesime"))
    places = Places(get_decoupage(millesime, facts))
    regions = places.decoupage.regions()
    if region not in {*regions, TOUTES}:
        raise Refused(Refusal("region", f"« {region} » n’est pas le code d’une région.", "region"))
    source = read_contours()
    lock()
    chosen = regions if region == TOUTES else [region]
    bilans = [_load_region(code, places, source, actor=actor, on=on) for code in chosen]
    if any(bilan.ecritures.change for bilan in bilans):
        refresh_statistics()
    return bilans


def refresh_statistics() -> None:
    """Let PostgreSQL count the rows at once: its plans for a table it still believes empty are very slow."""
    tables = ", ".join(model._meta.db_table for model in (Territoire, Appartenance, Population, PassageCog, Contour))
    with connection.cursor() as cursor:
        cursor.execute(f"analyze {tables}")


def _load_region(region: str, places: Places, source: SourceContours, *, actor: User | None, on: date) -> BilanRegion:
    millesime = places.decoupage.millesime
    decoupage = record_decoupage(places=places, region=region)
    ecritures = decoupage.ecritures
    if ecritures.change:
        refresh_statistics()  # the outlines below read what was just written
    contours = None
    if region in places.decoupage.lambert93:
        contours = record_contours(region=region, millesime=millesime, source=source)
        ecritures += contours.ecritures
        ecritures += record_outlines(region=region, millesime=millesime, mailles=MAILLES_DU_DECOUPAGE)
    subject = Territoire.objects.get(niveau=Niveau.REGION, code=region, millesime=millesime)
    if ecritures.change:
        audit.record("load_territoires", subject, actor=actor, on=on.isoformat(), millesime=millesime)
    return BilanRegion(
        nom=subject.nom,
        millesime=millesime,
        decoupage=decoupage,
        contours=contours,
        niveaux=_niveaux(region, millesime),
        population=Population.objects.filter(unite__region=region, unite__millesime=millesime).aggregate(
            total=Sum("valeur", default=0)
        )["total"],
        ecritures=ecritures,
    )


def _niveaux(region: str, millesime: int) -> dict[str, int]:
    """Return the number of territories of the region at each level, those astride included."""
    units = Territoire.objects.filter(region=region, niveau=Niveau.COMMUNE, millesime=millesime)
    ensembles = Territoire.objects.filter(composition__unite__in=units).values("niveau")
    counts = dict(ensembles.annotate(total=Count("pk", distinct=True)).values_list("niveau", "total"))
    return {Niveau.COMMUNE.value: units.count(), **counts}
