"""The local labour market: what employers want, trade by trade, beside where our people leave to."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce

from maillage.domains.entreprises.models import BesoinEntreprise
from maillage.domains.entreprises.queries.partenariats import EMBAUCHES
from maillage.domains.parcours.models import Sortie
from maillage.foundations.compute.secrecy import withhold_line
from maillage.foundations.kernel.calendar import add_months
from maillage.foundations.kernel.secret import get_effectif_min
from maillage.references.economie.queries.metiers import find_romes, get_marche
from maillage.references.territoires.enums import Niveau

if TYPE_CHECKING:
    from datetime import date

    from maillage.references.economie.queries.metiers import Marche, Metier
    from maillage.references.territoires.models import Territoire

MOIS = 12
MASQUE = "secret"


@dataclass(frozen=True, slots=True)
class LigneMarche:
    """A trade: what employers want of it (`metier`), the exits to a job and those in our trades, the needs told to us.

    `sorties` None is withheld.
    """

    metier: Metier
    sorties: int | None
    besoins: int

    @property
    def sorties_lues(self) -> int | str:
        """The exits as shown."""
        return MASQUE if self.sorties is None else self.sorties


@dataclass(frozen=True, slots=True)
class MarcheLocal:
    """The trades of a territory, wanted or left to, with all that was counted outside them."""

    marche: Marche
    lignes: tuple[LigneMarche, ...]
    sorties: int | None
    hors_metier: int | None


def get_marche_local(territoire: Territoire, on: date) -> MarcheLocal:
    """Return the trades wanted in a territory and the exits to a job of the last twelve months of those who live there.

    An exit counts in the trade of the hire when a company told it, else in that held in the SIAE; in the first of the
    trades of the FAP that covers it, the most wanted. A constant number of queries.
    """
    marche = get_marche(territoire)
    romes = find_romes([metier.fap for metier in marche.metiers])
    where: dict[int, int] = {}
    for metier in marche.metiers:
        for rome in romes[metier.fap.pk]:
            where.setdefault(rome, metier.fap.pk)
    exits: defaultdict[int | None, int] = defaultdict(int)
    scope = (
        Q(contrat__personne__departement=territoire.departement or territoire.code)
        if territoire.niveau != Niveau.REGION
        else Q()
    )
    rows = (
        Sortie.objects.filter(
            scope,
            motif__in=EMBAUCHES,
            contrat__fin__gt=add_months(on, -MOIS),
            contrat__fin__lte=on,
        )
        .annotate(metier=Coalesce("embauche__rome", "contrat__rome"))
        .values_list("metier")
        .annotate(Count("pk"))
        .order_by()
    )
    for rome, number in rows:
        exits[where.get(rome)] += number
    needs: defaultdict[int | None, int] = defaultdict(int)
    told = BesoinEntreprise.objects.filter(clos_le__isnull=True, pour_le__gte=on)
    if territoire.niveau != Niveau.REGION:
        told = told.filter(partenariat__employeur__commune__departement=territoire.departement or territoire.code)
    for rome, posts in told.values_list("rome").annotate(Sum("postes")).order_by():
        needs[where.get(rome)] += posts
    counts = np.array([exits[metier.fap.pk] for metier in marche.metiers] + [exits[None]], dtype=np.int64)
    least = get_effectif_min()
    mask = withhold_line(counts, least)
    shown = [None if hidden else int(n) for n, hidden in zip(counts, mask, strict=True)]
    total = int(counts.sum())
    return MarcheLocal(
        marche,
        tuple(LigneMarche(metier, shown[rank], needs[metier.fap.pk]) for rank, metier in enumerate(marche.metiers)),
        None if 0 < total < least else total,
        shown[-1],
    )
