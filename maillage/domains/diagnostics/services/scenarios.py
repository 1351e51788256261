"""Try places: create a scenario, let the computation choose, correct by hand, share, remove."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from django.db import transaction
from django.utils import timezone

from maillage.domains.diagnostics import rules
from maillage.domains.diagnostics.enums import Methode, Visibilite
from maillage.domains.diagnostics.models import PlaceScenario, Scenario
from maillage.domains.diagnostics.permissions import Permission
from maillage.domains.diagnostics.queries.implantation import KM, Terrain, read_terrain
from maillage.domains.diagnostics.queries.publics import list_publics
from maillage.domains.diagnostics.queries.scenarios import demande_of, is_running, visible_to
from maillage.foundations.compute.catchments import catchment
from maillage.foundations.compute.siting import (
    Kind,
    Median,
    expansion,
    maximise_coverage,
    minimise_distance,
    too_close,
)
from maillage.foundations.kernel import audit
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.parameters import get_parametre
from maillage.foundations.kernel.permissions import granted
from maillage.references.structures.enums import TypeSiae
from maillage.references.territoires.models import Territoire

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from decimal import Decimal

    from maillage.domains.diagnostics.rules import Demande
    from maillage.foundations.compute.siting import Progress, Siting
    from maillage.references.accounts.models import Organisation, User

# What a copy keeps: what was asked, and what was found.
COPIED = (
    *("region", "methode", "public", "annee", "rayon_km", "composition", "departements", "espacement_km"),
    *("besoin_min", "budget_etp", "objectif", "borne", "secondes", "calcule_le"),
    *("besoin_total", "communes_inconnues", "part_connue"),
)


@dataclass(frozen=True, slots=True)
class Proposition:
    """What the computation found: (code of the unit, kind, ETP) of each site, what it proves, on which land."""

    terrain: Terrain
    places: tuple[tuple[str, str, Decimal], ...]
    siting: Siting


@transaction.atomic
def create_scenario(*, demande: Demande, region: str, actor: User, on: date) -> Scenario:
    """Create a scenario of the actor's organisation; unless it is made by hand, a first answer comes at once.

    The first answer takes about a second and says how far from the best it may be; the proof is a longer work
    (`prove_scenario`). Raise `Refused`.
    """
    organisation = _author(actor)
    sites_max = int(get_parametre("diagnostics.scenario_sites_max", on=on).value)
    if refusals := rules.check_demande(demande, publics=tuple(list_publics()), sites_max=sites_max):
        raise Refused(*refusals)
    found = None if demande.methode == Methode.MANUELLE else propose(region, demande, on=on)
    scenario = Scenario(region=region, organisation=organisation, **_fields(demande))
    _set_result(scenario, found)
    scenario.save()
    scenario.refresh_from_db()
    if found:
        _write_places(scenario, found)
    audit.record("diagnostics.create_scenario", scenario, actor=actor, methode=str(demande.methode))
    return scenario


@transaction.atomic
def copy_scenario(*, scenario: Scenario, nom: str, actor: User) -> Scenario:
    """Copy a scenario that one may read into one's own organisation, with its places and its result."""
    organisation = _author(actor)
    if not visible_to(actor).filter(pk=scenario.pk).exists():
        raise Refused(Refusal("interdit", "Ce scénario ne vous est pas ouvert."))
    if not nom.strip():
        raise Refused(Refusal("sans_nom", "Donnez un nom au scénario.", "nom"))
    copied = {name: getattr(scenario, name) for name in COPIED}
    copy = Scenario(nom=nom.strip(), organisation=organisation, **copied)
    copy.save()
    copy.refresh_from_db()
    PlaceScenario.objects.bulk_create(
        PlaceScenario(scenario=copy, unite_id=place.unite_id, type_siae=place.type_siae, etp=place.etp)
        for place in scenario.places.all()
    )
    audit.record("diagnostics.copy_scenario", copy, actor=actor, origine=scenario.pk)
    return copy


@transaction.atomic
def set_place(*, scenario: Scenario, unite: Territoire | None, type_siae: str, etp: Decimal, actor: User) -> Scenario:
    """Open a site of a scenario in a unit, or change the ETP of the one of that kind already there."""
    locked = _lock(scenario, actor)
    if unite is None or unite.region != locked.region:
        raise Refused(Refusal("commune_inconnue", "Indiquez une commune de la région.", "commune"))
    if type_siae not in TypeSiae:
        raise Refused(Refusal("type_inconnu", f"« {type_siae} » n’est pas un type de SIAE.", "type_siae"))
    if etp <= 0:
        raise Refused(Refusal("etp_invalide", "Un site offre des ETP\u202f: indiquez un nombre positif.", "etp"))
    PlaceScenario.objects.update_or_create(scenario=locked, unite=unite, type_siae=type_siae, defaults={"etp": etp})
    return _touched(locked, "diagnostics.set_place", actor, unite=unite.code, type=type_siae, etp=str(etp))


@transaction.atomic
def remove_place(*, scenario: Scenario, place: int, actor: User) -> Scenario:
    """Take a site out of a scenario."""
    locked = _lock(scenario, actor)
    found = locked.places.select_related("unite").filter(pk=place).first()
    if found is None:
        raise Refused(Refusal("site_inconnu", "Ce site n’est plus dans le scénario."))
    found.delete()
    return _touched(locked, "diagnostics.remove_place", actor, unite=found.unite.code, type=found.type_siae)


@transaction.atomic
def share_scenario(*, scenario: Scenario, visibilite: Visibilite, actor: User) -> Scenario:
    """Show a scenario to every partner who signed in, or keep it for one's organisation again."""
    locked = _lock(scenario, actor, idle=False)
    locked.visibilite = visibilite
    locked.save(update_fields=["visibilite", "modifie_le"])
    audit.record("diagnostics.share_scenario", locked, actor=actor, visibilite=str(visibilite))
    return locked


@transaction.atomic
def delete_scenario(*, scenario: Scenario, actor: User) -> None:
    """Remove a scenario and its places; the journal keeps that it was there."""
    locked = _lock(scenario, actor)
    audit.record("diagnostics.delete_scenario", locked, actor=actor)
    locked.delete()


def prove_scenario(*, scenario: Scenario, report: Callable[[Progress], None], on: date) -> Scenario:
    """Look for the optimum and its proof, for as long as the parameter allows, and keep the best that was found.

    Idempotent. A scenario that somebody touched meanwhile is left as they made it.
    """
    deadline = float(get_parametre("diagnostics.scenario_delai_s", on=on).value)
    found = propose(scenario.region, demande_of(scenario), on=on, deadline=deadline, report=report)
    with transaction.atomic():
        locked = Scenario.objects.select_for_update().get(pk=scenario.pk)
        if locked.objectif is None:
            return locked
        _set_result(locked, found)
        locked.save()
        locked.places.all().delete()
        _write_places(locked, found)
        audit.record("diagnostics.prove_scenario", locked, actor=None, preuve=str(found.siting.preuve))
    return locked


def propose(
    region: str,
    demande: Demande,
    *,
    on: date,
    deadline: float | None = None,
    report: Callable[[Progress], None] | None = None,
) -> Proposition:
    """Choose the sites of a request: a first answer, or with a `deadline` (seconds) the best one and its proof."""
    terrain = read_terrain(region, demande, on=on)
    solve = {Methode.COUVRIR: _cover, Methode.RAPPROCHER: _bring_near}[demande.methode]
    options: dict[str, Any] = {"prove": deadline is not None, "report": report}
    if deadline is not None:
        options["deadline"] = deadline
    return solve(terrain, options)


def _cover(terrain: Terrain, options: dict[str, Any]) -> Proposition:
    demande, parts = terrain.demande, terrain.parts
    radius = demande.rayon_km * KM
    reach = catchment(terrain.points, terrain.points, radius)
    kinds = [
        Kind(
            reach,
            existing=catchment(terrain.points, terrain.sites_of(part.type_siae), radius),
            count=part.nombre,
            cost=float(part.etp),
            allowed=terrain.allowed,
            serves=(column,),
        )
        for column, part in enumerate(parts)
    ]
    plan = expansion(
        np.repeat(terrain.besoin[:, None], len(parts), axis=1),
        kinds,
        budget=None if demande.budget_etp is None else float(demande.budget_etp),
        conflicts=too_close(terrain.points, demande.espacement_km * KM) if demande.espacement_km else None,
    )
    siting = maximise_coverage(plan.problem, **options)
    chosen = [(candidate, parts[kind]) for candidate, kind in plan.where(siting.chosen)]
    return Proposition(
        terrain, tuple((_code(terrain, place), part.type_siae, part.etp) for place, part in chosen), siting
    )


def _bring_near(terrain: Terrain, options: dict[str, Any]) -> Proposition:
    part = terrain.parts[0]
    budget = terrain.demande.budget_etp
    count = part.nombre if budget is None else min(part.nombre, int(budget // part.etp))
    existing = terrain.sites_of(part.type_siae)
    problem = Median.between(
        terrain.besoin, terrain.points, terrain.points, count, existing=existing, allowed=terrain.allowed
    )
    siting = minimise_distance(problem, **options)
    places = tuple((_code(terrain, place), part.type_siae, part.etp) for place in siting.chosen)
    return Proposition(terrain, places, siting)


def _code(terrain: Terrain, place: int) -> str:
    return str(terrain.geographie.codes[terrain.unites[place]])


def _fields(demande: Demande) -> dict[str, Any]:
    values = {name: getattr(demande, name) for name in demande.__slots__}
    rows = [asdict(part) for part in demande.composition if part.nombre]
    composition = [{**row, "etp": str(row["etp"])} for row in rows]
    return {
        **values,
        "nom": demande.nom.strip(),
        "composition": composition,
        "departements": list(demande.departements),
    }


def _set_result(scenario: Scenario, found: Proposition | None) -> None:
    scenario.objectif = found.siting.objective if found else None
    scenario.borne = found.siting.bound if found else None
    scenario.besoin_total = float(found.terrain.besoin.sum()) if found else None
    scenario.communes_inconnues = found.terrain.inconnues if found else None
    scenario.part_connue = found.terrain.part_connue if found else None
    scenario.secondes = found.siting.seconds if found else None
    scenario.calcule_le = timezone.now() if found else None


def _write_places(scenario: Scenario, found: Proposition) -> None:
    codes = {code for code, _, _ in found.places}
    units = Territoire.objects.unites().en_vigueur().filter(region=scenario.region, code__in=codes)
    keys = dict(units.values_list("code", "pk"))
    PlaceScenario.objects.bulk_create(
        PlaceScenario(scenario=scenario, unite_id=keys[code], type_siae=kind, etp=etp)
        for code, kind, etp in found.places
    )


def _author(actor: User) -> Organisation:
    """Return the organisation that a person makes scenarios for; raise `Refused` when they may not."""
    if not (decision := granted(actor, Permission.EDIT_SCENARIOS)):
        raise Refused(Refusal("interdit", decision.reason))
    if actor.membre is None:
        raise Refused(Refusal("interdit", "Un scénario appartient à une organisation\u202f: agissez au nom d’une."))
    return actor.membre.organisation


def _lock(scenario: Scenario, actor: User, *, idle: bool = True) -> Scenario:
    """Return the scenario, locked; raise `Refused` when it is another's or, with `idle`, while it is computed."""
    organisation = _author(actor)
    locked = Scenario.objects.select_for_update(of=("self",)).select_related("tache").get(pk=scenario.pk)
    if locked.organisation_id != organisation.pk:
        message = "Ce scénario est celui d’une autre organisation\u202f: copiez-le pour le modifier."
        raise Refused(Refusal("interdit", message))
    if idle and is_running(locked):
        raise Refused(
            Refusal("calcul_en_cours", "Le calcul est en cours\u202f: attendez sa fin pour modifier les sites.")
        )
    return locked


def _touched(scenario: Scenario, act: str, actor: User, **details: Any) -> Scenario:
    """Drop the result of the computation, which no longer speaks of these places, and write who changed them."""
    _set_result(scenario, None)
    scenario.save()
    audit.record(act, scenario, actor=actor, **details)
    return scenario
