"""Scenarios: which ones one may read, and what each would change."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
from django.db.models import Count, Prefetch, Q, Sum

from maillage.domains.diagnostics.enums import Visibilite
from maillage.domains.diagnostics.models import PlaceScenario, Scenario
from maillage.domains.diagnostics.permissions import Permission
from maillage.domains.diagnostics.queries.ajouts import Ajout, add_sites
from maillage.domains.diagnostics.queries.couverture import compute_couverture, what_if
from maillage.domains.diagnostics.rules import Choix, Demande, Part
from maillage.foundations.compute.catchments import nearest
from maillage.foundations.kernel.permissions import granted
from maillage.references.territoires.enums import Maille

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from django.db.models import QuerySet

    from maillage.domains.diagnostics.queries.couverture import Couverture
    from maillage.domains.diagnostics.queries.mesures import Ligne
    from maillage.references.accounts.models import User

MAILLES = (Maille.INTERCOMMUNALITE, Maille.DEPARTEMENT)
KM = 1000.0
# Beyond, columns no longer stand side by side on a screen.
COMPARES_MAX = 3


def visible_to(user: User) -> QuerySet[Scenario]:
    """Keep the scenarios of the organisation in whose name a person acts, and those that others share."""
    shared = Q(visibilite=Visibilite.PARTAGE)
    own = Q(organisation=user.membre.organisation_id) if user.membre else Q(pk__in=())
    return Scenario.objects.filter(own | shared)


def list_scenarios(user: User, region: str) -> QuerySet[Scenario]:
    """Return the scenarios that a person may read, the last touched first, with `sites` and `etp`. One query."""
    rows = visible_to(user).filter(region=region).select_related("organisation", "tache")
    return rows.annotate(sites=Count("places"), etp=Sum("places__etp")).order_by("-modifie_le", "pk")


def get_scenarios(user: User, ids: Sequence[UUID]) -> list[Scenario]:
    """Return the scenarios of these identifiers that a person may read, in the order given, with their places."""
    places = PlaceScenario.objects.select_related("unite").order_by("unite__nom_recherche", "type_siae")
    rows = visible_to(user).filter(public_id__in=ids).select_related("organisation", "tache")
    found = {scenario.public_id: scenario for scenario in rows.prefetch_related(Prefetch("places", places))}
    return [found[each] for each in dict.fromkeys(ids) if each in found]


def may_edit(user: User, scenario: Scenario) -> bool:
    """Tell whether a person may change a scenario: it is of the organisation in whose name they act."""
    own = user.membre is not None and user.membre.organisation_id == scenario.organisation_id
    return own and bool(granted(user, Permission.EDIT_SCENARIOS))


def choix_of(scenario: Scenario) -> Choix:
    """Return the settings under which a scenario is measured: its public, and the model's own radius."""
    return Choix(public=scenario.public, annee=scenario.annee)


def demande_of(scenario: Scenario) -> Demande:
    """Return what was asked of a scenario, to ask for it again."""
    return Demande(
        nom=scenario.nom,
        methode=scenario.methode,  # type: ignore[arg-type]  # held by the database
        public=scenario.public,
        annee=scenario.annee,
        rayon_km=scenario.rayon_km,
        composition=parts_of(scenario),
        departements=tuple(scenario.departements),
        espacement_km=scenario.espacement_km,
        besoin_min=scenario.besoin_min,
        budget_etp=scenario.budget_etp,
    )


def parts_of(scenario: Scenario) -> tuple[Part, ...]:
    """Return the kinds that a scenario asks for."""
    return tuple(Part(row["type_siae"], int(row["nombre"]), Decimal(row["etp"])) for row in scenario.composition)


def ajouts_of(scenario: Scenario) -> list[Ajout]:
    """Return the sites that a scenario opens (its places are read already)."""
    return [Ajout(place.unite.code, place.type_siae, float(place.etp)) for place in scenario.places.all()]


@dataclass(frozen=True, slots=True)
class Proches:
    """How many people of the public live within the radius of a SIAE of one kind, and how far they all live from one
    on average (metres; None: there is none), before and after."""

    type_siae: str
    avant: float
    apres: float
    distance_avant: float | None
    distance_apres: float | None


@dataclass(frozen=True, slots=True)
class Effet:
    """A scenario, the coverage of the region as it would be with its places, and whom they come near to."""

    scenario: Scenario
    couverture: Couverture
    proches: tuple[Proches, ...]

    @property
    def etp(self) -> float:
        """The ETP that it opens."""
        return sum(ajout.etp for ajout in ajouts_of(self.scenario))

    @property
    def sites(self) -> int:
        return len(self.scenario.places.all())


def measure_today(scenario: Scenario) -> Couverture:
    """Measure the region as it is, under the settings of a scenario."""
    return compute_couverture(scenario.region, choix_of(scenario), mailles=MAILLES)


def measure_effet(scenario: Scenario, today: Couverture) -> Effet:
    """Measure the region as it would be, and the people whom each kind of SIAE comes near to.

    `today` is the region as it is (`measure_today`), under the settings of the scenario.
    """
    ajouts = ajouts_of(scenario)
    couverture = what_if(today, add_sites(today.offre, today.geographie, ajouts))
    kinds = dict.fromkeys(ajout.type_siae for ajout in ajouts)
    proches = tuple(_count_near(couverture, kind, scenario.rayon_km * KM) for kind in kinds)
    return Effet(scenario, couverture, proches)


def _count_near(couverture: Couverture, kind: str, radius: float) -> Proches:
    """Count the people near a site of a kind; the sites that do not exist yet bear a negative key."""
    geographie, offre = couverture.geographie, couverture.offre
    need = np.nan_to_num(couverture.besoins.valeurs)
    points = np.column_stack((geographie.x, geographie.y))
    placed = np.isfinite(points.sum(axis=1))
    of_kind = (offre.type == kind) & np.isfinite(offre.x)

    every = np.column_stack((offre.x, offre.y))
    known = need[placed]
    near, mean = [], []
    for sites in (every[of_kind & (offre.siae_pk > 0)], every[of_kind]):
        far = nearest(points[placed], sites)
        near.append(float(known[far <= radius].sum()))
        mean.append(float(np.average(far, weights=known)) if len(sites) and known.any() else None)
    return Proches(kind, *near, *mean)


@dataclass(frozen=True, slots=True)
class Ecart:
    """A territory today and under each scenario, in the order given."""

    aujourdhui: Ligne
    scenarios: tuple[Ligne, ...]


def compare_lignes(today: Couverture, effets: Sequence[Effet], maille: Maille) -> list[Ecart]:
    """Set the territories of a maille that some scenario changes side by side, the greatest gain of all first."""
    lignes = today.mailles[maille]
    columns = [effet.couverture.mailles[maille] for effet in effets]
    ecarts = [Ecart(ligne, tuple(column[row] for column in columns)) for row, ligne in enumerate(lignes)]

    def gain(ecart: Ecart) -> float:
        before = ecart.aujourdhui.accessibilite or 0
        return max(((ligne.accessibilite or 0) - before for ligne in ecart.scenarios), default=0)

    moved = [ecart for ecart in ecarts if gain(ecart) > 0]
    return sorted(moved, key=lambda ecart: (-gain(ecart), ecart.aujourdhui.nom))


def is_running(scenario: Scenario) -> bool:
    """Tell whether a computation is under way: the places may still change."""
    return scenario.tache is not None and scenario.tache.finie_le is None
