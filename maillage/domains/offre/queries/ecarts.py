"""Each SIAE against the objective that holds for it, and the distribution of all, without a name.

The counts of the SIAE of one kind in one département are a line whose total is published (`queries/realisations`): they
are withheld so that subtraction leads to none of them, and all of them where the total itself is withheld.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
from django.conf import settings
from django.utils import timezone

from maillage.domains.offre.enums import PublicPrioritaire, Situation
from maillage.domains.offre.models import Objectif, RealisationPublic
from maillage.domains.offre.queries.realisations import count_realisations
from maillage.domains.offre.rules.publics import Fourchette, least_gap, least_missing, situate, tell
from maillage.foundations.compute.secrecy import withhold_line
from maillage.foundations.kernel.parameters import get_parametre
from maillage.foundations.kernel.secret import get_effectif_min
from maillage.references.structures.models import Implantation, Siae
from maillage.references.territoires.enums import Niveau

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet

    from maillage.references.accounts.models import User

REPARTITION_MIN = "offre.repartition_siae_min"
Cible = tuple[Decimal, str]  # per cent of the employees, where it is set


@dataclass(frozen=True, slots=True)
class EcartSiae:
    """A SIAE, what may be told of its actual, the share that is asked of it in per cent and where it was set."""

    pk: int
    nom: str
    type: str
    departement: str
    realise: Fourchette | None
    cible: Decimal | None
    origine: str

    @property
    def part(self) -> float | None:
        return self.realise.part if self.realise else None

    @property
    def effectif(self) -> int | None:
        return self.realise.effectif if self.realise else None

    @property
    def total(self) -> int | None:
        return self.realise.total if self.realise else None

    @property
    def ecart(self) -> float | None:
        """By how many points at least the share is under what is asked; None when either is unknown."""
        return None if self.realise is None or self.cible is None else least_gap(self.realise, self.cible)

    @property
    def manquants(self) -> int | None:
        """How many people of the public are missing at least; None when it is not known."""
        return None if self.realise is None or self.cible is None else least_missing(self.realise, self.cible)

    @property
    def situation(self) -> Situation:
        if self.cible is None:
            return Situation.INCONNU
        return situate(self.realise, cible_part=self.cible, cible_nombre=None)

    @property
    def libelle_situation(self) -> str:
        return "aucun objectif fixé" if self.cible is None else str(self.situation.label)


def list_ecarts(public: str, annee: int, departements: Mapping[str, str]) -> list[EcartSiae]:
    """Return the active SIAE of these départements, told under secrecy, in six queries."""
    sites = Implantation.objects.filter(principale=True, siae__fin__isnull=True, commune__departement__in=departements)
    rows = list(
        sites.order_by("siae__nom", "siae_id").values_list(
            "siae_id", "siae__nom", "siae__type_siae", "commune__departement"
        )
    )
    cibles, seen = _cibles(public, annee), _tell_all(public, annee)
    return [
        EcartSiae(pk, nom, kind, departements[code], seen.get(pk), *_cible(cibles, code, kind))
        for pk, nom, kind, code in rows
    ]


def _tell_all(public: str, annee: int) -> dict[int, Fourchette]:
    """Return what may be told of each SIAE that has an actual, whatever the reader's land: one secrecy for all."""
    rows = RealisationPublic.objects.filter(
        public=public, annee=annee, siae__implantations__principale=True
    ).values_list("siae_id", "siae__implantations__commune__departement", "siae__type_siae", "effectif", "total")
    groups: defaultdict[tuple[str, str], list[tuple[int, int, int]]] = defaultdict(list)
    for pk, departement, kind, effectif, total in rows.order_by("siae_id"):
        groups[departement, kind].append((pk, effectif, total))
    tableau, seuil = count_realisations({public}, {annee}).get((public, annee)), get_effectif_min()
    told: dict[int, Fourchette] = {}
    for (departement, kind), siae in groups.items():
        effectifs, totaux = np.array([row[1:] for row in siae], np.int64).T
        hidden = withhold_line(effectifs, seuil) | withhold_line(totaux - effectifs, seuil)
        whole = tableau.get(Niveau.DEPARTEMENT, departement, kind, seuil) if tableau else None
        if whole is None or whole.effectif is None:
            hidden |= True
        for (pk, effectif, total), mask in zip(siae, hidden.tolist(), strict=True):
            told[pk] = tell(effectif, total, least=seuil, hidden=mask)
    return told


def _cibles(public: str, annee: int) -> dict[tuple[str, str, str], Decimal]:
    rows = Objectif.objects.filter(public=public, annee=annee, cible_part__isnull=False)
    return {
        (niveau, code, kind): part
        for niveau, code, kind, part in rows.values_list("niveau", "code", "type_siae", "cible_part")
        if part is not None
    }


def _cible(cibles: Mapping[tuple[str, str, str], Decimal], departement: str, kind: str) -> tuple[Decimal | None, str]:
    """Return the target that holds for a SIAE, that of its kind first, then of its land, and where it was set."""
    region = settings.MAILLAGE_REGION
    for key, origine in (
        ((Niveau.DEPARTEMENT.value, departement, kind), f"département, {kind}"),
        ((Niveau.REGION.value, region, kind), f"région, {kind}"),
        ((Niveau.DEPARTEMENT.value, departement, ""), "département"),
        ((Niveau.REGION.value, region, ""), "région"),
    ):
        if key in cibles:
            return cibles[key], origine
    return None, ""


@dataclass(frozen=True, slots=True)
class Quartiles:
    """The shares of the SIAE of one kind in the region, in whole per cent, without a name."""

    nombre: int
    bas: int
    median: int
    haut: int


@dataclass(frozen=True, slots=True)
class PublicDeSiae:
    """A public in one's own SIAE: its own figures, in full; what is asked of it; how the others stand."""

    public: str
    libelle: str
    effectif: int | None
    total: int | None
    cible: Decimal | None
    origine: str
    quartiles: Quartiles | None
    precedente: float | None

    @property
    def part(self) -> float | None:
        return None if self.effectif is None or not self.total else 100 * self.effectif / self.total

    @property
    def situation(self) -> Situation:
        seen = None if self.effectif is None or not self.total else Fourchette(self.effectif, self.effectif, self.total)
        return Situation.INCONNU if self.cible is None else situate(seen, cible_part=self.cible, cible_nombre=None)

    @property
    def ecart(self) -> float | None:
        """Points of share above (positive) or under what is asked."""
        return None if self.part is None or self.cible is None else self.part - float(self.cible)


def list_mes_siae(user: User) -> QuerySet[Siae]:
    """Return the active SIAE of the organisation in whose name a person acts."""
    if user.membre is None:
        return Siae.objects.none()
    rows = Siae.objects.actives().filter(organisation=user.membre.organisation_id)
    return rows.select_related("organisation").order_by("nom", "pk")


def describe_siae(siae: Siae, annee: int) -> list[PublicDeSiae]:
    """Return every priority public in a SIAE for a year, in four queries: for its own eyes."""
    rows = RealisationPublic.objects.filter(siae=siae, annee__in=(annee, annee - 1))
    own = {(row.public, row.annee): row for row in rows}
    departement = siae.implantations.filter(principale=True).values_list("commune__departement", flat=True).first()
    targets = Objectif.objects.filter(annee=annee, cible_part__isnull=False).values_list(
        "public", "niveau", "code", "type_siae", "cible_part"
    )
    cibles: defaultdict[str, dict[tuple[str, str, str], Decimal]] = defaultdict(dict)
    for public, niveau, code, kind, part in targets:
        if part is not None:
            cibles[public][niveau, code, kind] = part
    quartiles = _quartiles(siae.type_siae, annee)
    found = []
    for each in PublicPrioritaire:
        row, before = own.get((each.value, annee)), own.get((each.value, annee - 1))
        found.append(
            PublicDeSiae(
                each.value,
                str(each.label),
                row.effectif if row else None,
                row.total if row else None,
                *_cible(cibles[each.value], departement or "", siae.type_siae),
                quartiles.get(each.value),
                100 * before.effectif / before.total if before else None,
            )
        )
    return found


def _quartiles(type_siae: str, annee: int) -> dict[str, Quartiles]:
    """Return the distribution of each public among the SIAE of a kind, where they are enough. One query."""
    rows = RealisationPublic.objects.filter(siae__type_siae=type_siae, annee=annee).values_list(
        "public", "effectif", "total"
    )
    shares: defaultdict[str, list[float]] = defaultdict(list)
    for public, effectif, total in rows.order_by():
        shares[public].append(100 * effectif / total)
    enough = int(get_parametre(REPARTITION_MIN, on=timezone.localdate()).value)
    return {
        public: Quartiles(len(values), *(round(float(each)) for each in np.percentile(values, (25, 50, 75))))
        for public, values in shares.items()
        if len(values) >= enough
    }
