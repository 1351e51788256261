"""Record a zoning of communes: zones d'emploi, bassins d'emploi, comités locaux pour l'emploi."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import transaction

from maillage.foundations.kernel import audit
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.permissions import granted
from maillage.references.territoires.enums import Maille, Niveau
from maillage.references.territoires.models import Appartenance, Territoire
from maillage.references.territoires.permissions import Permission
from maillage.references.territoires.queries.communes import Lien, get_annuaire
from maillage.references.territoires.services.contours import record_outlines
from maillage.references.territoires.services.synchronisation import Bilan, Synchronisation, lock

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from django.db.models import QuerySet

    from maillage.references.accounts.models import User
    from maillage.references.territoires.queries.communes import Annuaire, Designation, Unite

NIVEAUX = {
    Maille.ZONE_EMPLOI: Niveau.ZONE_EMPLOI,
    Maille.BASSIN: Niveau.BASSIN,
    Maille.CLPE: Niveau.CLPE,
}
LigneZonage = tuple[str, str, str]

_ZONES = Synchronisation(key=("code",), fields=("nom",))
_APPARTENANCES = Synchronisation(key=("unite_id",), fields=("ensemble_id",))


@dataclass(frozen=True, slots=True)
class Resultat:
    """What became of one line: a change, or the reason of its refusal."""

    change: Literal["cree", "modifie", "inchange"] | None
    refusal: Refusal | None = None


@transaction.atomic
def record_zonage(
    *, maille: Maille, lignes: Sequence[LigneZonage], millesime: int, source: str, actor: User | None, on: date
) -> list[Resultat]:
    """Place the communes of (code of commune, code of zone, name of zone) lines in their zones; one result per line.

    A vanished code stands for its successor, a city for its arrondissements; a line about the commune itself prevails
    over both. Recording a vintage removes the memberships of any other one in the regions it touches, so that two
    zonings never mix. Recording again changes nothing. Raise `Refused` for a maille that the division itself gives.
    """
    _check(maille, actor)
    lock()
    annuaire = get_annuaire()
    results: list[Resultat | None] = [None] * len(lignes)
    placed: dict[int, tuple[Unite, LigneZonage]] = {}
    counted: dict[int, list[Unite]] = {}
    for position, designation in _surest_first(lignes, annuaire):
        ligne = lignes[position]
        if refusal := _conflict(ligne, designation, placed):
            results[position] = Resultat(None, refusal)
            continue
        counted[position] = [unite for unite in designation.unites if unite.pk not in placed]
        placed |= {unite.pk: (unite, ligne) for unite in counted[position]}
    before, bilan = _write(maille, placed, millesime)
    for position, unites in counted.items():
        results[position] = Resultat(_change(lignes[position], unites, before))
    for region in sorted({unite.region for unite, _ in placed.values()}) if bilan.change else ():
        _trace(region, maille, millesime=millesime, source=source, actor=actor, on=on)
    return [result for result in results if result is not None]


def _check(maille: Maille, actor: User | None) -> None:
    if actor is not None and not (decision := granted(actor, Permission.LOAD)):
        raise Refused(Refusal("interdit", decision.reason))
    if maille not in NIVEAUX:
        raise Refused(Refusal("maille", f"La maille « {maille.label} » vient du découpage lui-même.", "maille"))


def _surest_first(lignes: Sequence[LigneZonage], annuaire: Annuaire) -> list[tuple[int, Designation]]:
    found = [(position, annuaire.find(code)) for position, (code, _, _) in enumerate(lignes)]
    return sorted(found, key=lambda item: -item[1].lien)


def _conflict(
    ligne: LigneZonage, designation: Designation, placed: dict[int, tuple[Unite, LigneZonage]]
) -> Refusal | None:
    """Say why a line cannot be placed: nothing to place, or another line already says otherwise."""
    commune, zone, _ = ligne
    if not designation.unites:
        message = f"La commune « {commune} » est inconnue, ou sa région n’est pas chargée."
        return Refusal("commune_inconnue", message, "commune")
    if designation.lien == Lien.VILLE:
        return None
    unite = designation.unites[0]
    _, (_, other, _) = placed.get(unite.pk, (unite, ligne))
    if other == zone:
        return None
    message = f"{unite.nom} ({unite.code}) est déjà dans la zone {other} selon une autre ligne, plus directe."
    return Refusal("zone_contradictoire", message, "zone")


def _write(
    maille: Maille, placed: dict[int, tuple[Unite, LigneZonage]], millesime: int
) -> tuple[dict[int, str], Bilan]:
    """Write zones and memberships; return the zone that each unit had in this vintage, and what changed."""
    noms: dict[str, str] = {}
    for _, (_, zone, nom) in placed.values():
        noms.setdefault(zone, nom)
    scope = Territoire.objects.filter(niveau=NIVEAUX[maille], millesime=millesime, code__in=noms)
    current = Appartenance.objects.filter(maille=maille, unite__in=placed)
    before = dict(current.filter(ensemble__millesime=millesime).values_list("unite_id", "ensemble__code"))
    bilan = _ZONES.run(
        scope,
        [Territoire(niveau=NIVEAUX[maille], code=code, millesime=millesime, nom=nom) for code, nom in noms.items()],
    )
    pks = dict(scope.values_list("code", "pk"))
    bilan += _APPARTENANCES.run(
        current,
        [Appartenance(unite_id=pk, maille=maille, ensemble_id=pks[zone]) for pk, (_, (_, zone, _)) in placed.items()],
    )
    _situate(scope)
    regions = {unite.region for unite, _ in placed.values()}
    stale = Appartenance.objects.filter(maille=maille, unite__region__in=regions).exclude(ensemble__millesime=millesime)
    bilan.supprimes += stale.delete()[0]
    return before, bilan


def _change(
    ligne: LigneZonage, unites: Sequence[Unite], before: dict[int, str]
) -> Literal["cree", "modifie", "inchange"]:
    previous = {before.get(unite.pk) for unite in unites}
    if previous <= {ligne[1]}:
        return "inchange"
    return "cree" if None in previous else "modifie"


def _trace(region: str, maille: Maille, *, millesime: int, source: str, actor: User | None, on: date) -> None:
    """Redraw the zones of the region and write the act in its journal."""
    subject = Territoire.objects.en_vigueur().get(niveau=Niveau.REGION, code=region)
    record_outlines(region=region, millesime=subject.millesime, mailles=[maille])
    audit.record(
        "record_zonage", subject, actor=actor, maille=maille, millesime=millesime, source=source, on=on.isoformat()
    )


def _situate(zones: QuerySet[Territoire]) -> None:
    """Give each zone the département and the region that all its units share, none when it is astride several."""
    rows = zones.annotate(
        departements=ArrayAgg("composition__unite__departement", distinct=True),
        regions=ArrayAgg("composition__unite__region", distinct=True),
    )
    changed = []
    for zone in rows:
        places = [codes[0] if len(codes) == 1 else "" for codes in (zone.departements, zone.regions)]
        if places != [zone.departement, zone.region]:
            zone.departement, zone.region = places
            changed.append(zone)
    Territoire.objects.bulk_update(changed, ["departement", "region"])
