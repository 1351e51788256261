"""Where to open next: what a scenario asks, as a problem of siting on the units of its region.

A unit is at once a place where people live and a place where a SIAE may open. Each kind of SIAE covers a public of its
own: a person who lives near an ETTI is still far from an ACI, so with several kinds a person counts once per kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from django.utils import timezone

from maillage.domains.diagnostics.queries.besoins import get_besoins
from maillage.domains.diagnostics.queries.ponderation import share_connue
from maillage.domains.diagnostics.queries.publics import list_series
from maillage.foundations.compute.catchments import catchment
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.parameters import get_parametre
from maillage.foundations.kernel.templatetags.ui import pourcent
from maillage.references.structures.queries.offre import get_offre
from maillage.references.territoires.enums import Maille
from maillage.references.territoires.queries.geographie import get_geographie

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from maillage.domains.diagnostics.rules import Demande, Part
    from maillage.foundations.compute.accessibility import FloatArray, IntArray
    from maillage.references.structures.queries.offre import Offre
    from maillage.references.territoires.queries.geographie import Geographie

KM = 1000.0


@dataclass(frozen=True, slots=True)
class Terrain:
    """What a problem of siting stands on: the units that have a point, their need, where one may open.

    `unites` are positions in the geography; `besoin` counts 0 where the need is unknown: in `inconnues` units of the
    region. `part_connue` is the share (0 to 1) of its population that lives in the others.
    """

    geographie: Geographie
    offre: Offre
    demande: Demande
    unites: IntArray
    points: FloatArray
    besoin: FloatArray
    allowed: NDArray[np.bool_]
    inconnues: int
    part_connue: float

    @property
    def parts(self) -> tuple[Part, ...]:
        """The kinds to place."""
        return tuple(part for part in self.demande.composition if part.nombre)

    def sites_of(self, kind: str) -> FloatArray:
        """Return the points of the existing sites of a kind (metres)."""
        offre = self.offre
        kept = (offre.type == kind) & np.isfinite(offre.x)
        return np.column_stack((offre.x[kept], offre.y[kept]))


def read_terrain(region: str, demande: Demande, *, on: date | None = None) -> Terrain:
    """Read the land of a request, in a constant number of queries.

    Raise `Refused` when the need of the public is unknown everywhere, or where too many people live for the coverage to
    be measured (`diagnostics.part_besoin_connu_min`), or when no unit may host a site.
    """
    on = on or timezone.localdate()
    geographie = get_geographie(region, mailles=(Maille.COMMUNE,))
    besoins = get_besoins(geographie, demande.public, demande.annee, list_series(region), on=on)
    every = np.column_stack((geographie.x, geographie.y))
    unites = np.flatnonzero(np.isfinite(every.sum(axis=1)))
    points, valeurs = every[unites], besoins.valeurs[unites]
    if not np.isfinite(valeurs).any():
        message = "Le besoin de ce public n’est connu nulle part\u202f: importez une série ou changez de public."
        raise Refused(Refusal("besoin_inconnu", message, "public"))
    part, minimum = share_connue(geographie, besoins), get_parametre("diagnostics.part_besoin_connu_min", on=on)
    if part < float(minimum.value):
        message = (
            f"Le besoin de ce public n’est connu que là où vivent {pourcent(part, 0)} des habitants, "
            f"sous le minimum de {pourcent(float(minimum.value), 0)}\u202f: complétez la série ou changez de public."
        )
        raise Refused(Refusal("besoin_trop_peu_connu", message, "public"))
    besoin = np.nan_to_num(valeurs)
    allowed = np.ones(len(unites), dtype=np.bool_)
    if demande.departements:
        allowed &= np.isin(geographie.departements[unites], demande.departements)
    if demande.besoin_min:
        pairs = catchment(points, points, demande.rayon_km * KM)
        reach = np.bincount(pairs.sites, weights=besoin[pairs.points], minlength=len(points))
        allowed &= reach >= demande.besoin_min
    if not allowed.any():
        message = "Aucune commune ne remplit ces conditions\u202f: élargissez les départements ou baissez le minimum."
        raise Refused(Refusal("aucune_commune", message, "besoin_min"))
    inconnues = int(np.isnan(besoins.valeurs).sum())
    return Terrain(geographie, get_offre(region), demande, unites, points, besoin, allowed, inconnues, part)
