"""The need as the warehouse publishes it: every unit in force, as the screens read it, and the totals given above."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
from django.conf import settings
from django.utils import timezone

from maillage.domains.diagnostics.models import Besoin
from maillage.domains.diagnostics.queries.besoins import get_besoins
from maillage.domains.diagnostics.queries.publics import list_series
from maillage.references.territoires.enums import Niveau
from maillage.references.territoires.models import Territoire
from maillage.references.territoires.queries.geographie import get_geographie
from maillage.references.territoires.queries.millesimes import find_millesime

if TYPE_CHECKING:
    from collections.abc import Iterator

    from maillage.domains.diagnostics.queries.repartition import Cle

CENTIEME = Decimal("0.01")


def list_besoins() -> Iterator[tuple[str, int, str, str, str, Decimal | None, bool]]:
    """Yield public, year, commune, département, region, people (None: unknown), whether they are estimated.

    Each public of each year has one row for every unit in force of the region: a unit that the series lacks is there,
    unknown. Earlier divisions are carried to the one in force, figures known above alone are spread (`get_besoins`).
    """
    region = settings.MAILLAGE_REGION
    if find_millesime(region) is None:
        return
    geographie, series, today = get_geographie(region), list_series(region), timezone.localdate()
    units = list(zip(geographie.codes.tolist(), geographie.departements.tolist(), strict=True))
    cles: dict[tuple[str, int | None], Cle | None] = {}
    for public, annees in series.items():
        for annee in annees:
            besoins = get_besoins(geographie, public, annee, series, on=today, cles=cles)
            figures = zip(units, besoins.valeurs.tolist(), besoins.estimees.tolist(), strict=True)
            for (commune, departement), valeur, estime in figures:
                known = Decimal(valeur).quantize(CENTIEME) if np.isfinite(valeur) else None
                yield public, annee, commune, departement, region, known, estime


def list_totaux() -> Iterator[tuple[str, int, str, str, Decimal | None]]:
    """Yield public, year, level, code, people (None: withheld) of the totals that producers give for the region.

    Of a territory told in several vintages the newest wins. A region without a total of its own has that of its
    départements, when each of them is told. Both as in the profile of a territory (`profils`).
    """
    region = settings.MAILLAGE_REGION
    rows = Besoin.objects.filter(
        territoire__region=region, territoire__niveau__in=(Niveau.DEPARTEMENT, Niveau.REGION)
    ).order_by("territoire__millesime")
    places = rows.values_list("public__code", "annee", "territoire__niveau", "territoire__code", "valeur")
    newest = {(public, annee, niveau, code): valeur for public, annee, niveau, code, valeur in places}
    departements = Territoire.objects.en_vigueur().filter(niveau=Niveau.DEPARTEMENT, region=region)
    codes = list(departements.values_list("code", flat=True))
    for public, annee in {key[:2] for key in newest if (*key[:2], Niveau.REGION, region) not in newest}:
        parts = [newest.get((public, annee, Niveau.DEPARTEMENT, code)) for code in codes]
        known = [part for part in parts if part is not None]
        if len(known) == len(codes):
            newest[public, annee, Niveau.REGION, region] = sum(known, Decimal())
    for key, valeur in newest.items():
        yield *key, valeur
