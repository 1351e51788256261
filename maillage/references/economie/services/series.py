"""Write what the labour market says: recruitment projects, tension, vacancies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from maillage.foundations.kernel.errors import Refusal
from maillage.references.economie.models import BesoinRecrutement, Rome, SerieOffres, Tension
from maillage.references.economie.services.ecriture import begin, merge, trace, write
from maillage.references.economie.services.nomenclatures import find_faps, refuse_fap
from maillage.references.territoires.models import Territoire

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from decimal import Decimal

    from maillage.references.accounts.models import User
    from maillage.references.economie.enums import Nomenclature
    from maillage.references.economie.rules import LigneBmo
    from maillage.references.economie.services.ecriture import Result


@dataclass(frozen=True, slots=True)
class LigneTension:
    """The tension of a trade or a family in a département; `indicateurs` follow `Tension.INDICATEURS`."""

    fap_code: str
    departement: str
    annee: int
    emploi: int | None
    indicateur: Decimal | None
    niveau: int | None
    indicateurs: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class LigneOffres:
    """The vacancies of a trade of the ROME in a zone."""

    rome_code: str
    niveau: str
    zone_code: str
    periode: str
    offres: int | None


@transaction.atomic
def record_bmo(
    *, nomenclature: Nomenclature, lignes: Sequence[LigneBmo], actor: User | None, on: date, source: str
) -> list[Result]:
    """Keep recruitment projects; a line whose trade or zone is not loaded is refused and stops no other."""
    begin(actor)
    faps = find_faps((ligne.fap_code for ligne in lignes), nomenclature)
    zones = find_zones((ligne.niveau, ligne.zone_code) for ligne in lignes)
    refusals, wanted = {}, {}
    for position, ligne in enumerate(lignes):
        zone = zones.get((ligne.niveau, ligne.zone_code))
        if ligne.fap_code not in faps:
            refusals[position] = refuse_fap(ligne.fap_code, nomenclature)
        elif zone is None:
            refusals[position] = refuse_zone(ligne.niveau, ligne.zone_code)
        else:
            wanted[position] = BesoinRecrutement(
                fap=faps[ligne.fap_code],
                territoire_id=zone,
                departement=ligne.departement,
                annee=ligne.annee,
                projets=ligne.projets,
                difficiles=ligne.difficiles,
                saisonniers=ligne.saisonniers,
                secrets=sorted(ligne.secrets),
                source=source,
            )
    known = BesoinRecrutement.objects.filter(
        annee__in={ligne.annee for ligne in lignes}, fap__in=[row.pk for row in faps.values()]
    )
    changes = write(
        known,
        wanted,
        key=("annee", "territoire_id", "departement", "fap_id"),
        figures=("projets", "difficiles", "saisonniers", "secrets", "source"),
    )
    subjects = {position: row.fap for position, row in wanted.items()}
    trace("economie.record_bmo", changes, subjects, actor=actor, on=on, source=source)
    return merge(len(lignes), changes, refusals)


@transaction.atomic
def record_tensions(
    *, nomenclature: Nomenclature, lignes: Sequence[LigneTension], actor: User | None, on: date, source: str
) -> list[Result]:
    """Keep tensions by département; what is not computed stays unknown."""
    begin(actor)
    faps = find_faps((ligne.fap_code for ligne in lignes), nomenclature)
    zones = find_zones(("departement", ligne.departement) for ligne in lignes)
    refusals, wanted = {}, {}
    for position, ligne in enumerate(lignes):
        zone = zones.get(("departement", ligne.departement))
        if ligne.fap_code not in faps:
            refusals[position] = refuse_fap(ligne.fap_code, nomenclature)
        elif zone is None:
            refusals[position] = refuse_zone("departement", ligne.departement)
        else:
            wanted[position] = Tension(
                fap=faps[ligne.fap_code],
                territoire_id=zone,
                annee=ligne.annee,
                emploi=ligne.emploi,
                indicateur=None if ligne.indicateur is None else round(ligne.indicateur, 4),
                niveau=ligne.niveau,
                **dict(zip(Tension.INDICATEURS, ligne.indicateurs, strict=True)),
                source=source,
            )
    known = Tension.objects.filter(
        annee__in={ligne.annee for ligne in lignes}, fap__in=[row.pk for row in faps.values()]
    )
    changes = write(
        known,
        wanted,
        key=("annee", "territoire_id", "fap_id"),
        figures=("emploi", "indicateur", "niveau", *Tension.INDICATEURS, "source"),
    )
    subjects = {position: row.fap for position, row in wanted.items()}
    trace("economie.record_tension", changes, subjects, actor=actor, on=on, source=source)
    return merge(len(lignes), changes, refusals)


@transaction.atomic
def record_offres(*, lignes: Sequence[LigneOffres], actor: User | None, on: date, source: str) -> list[Result]:
    """Keep series of vacancies."""
    begin(actor)
    romes = {row.code: row for row in Rome.objects.filter(code__in={ligne.rome_code for ligne in lignes})}
    zones = find_zones((ligne.niveau, ligne.zone_code) for ligne in lignes)
    refusals, wanted = {}, {}
    for position, ligne in enumerate(lignes):
        zone = zones.get((ligne.niveau, ligne.zone_code))
        if ligne.rome_code not in romes:
            message = (
                f"Le métier {ligne.rome_code} n’est pas dans le ROME chargé\u202f: importez d’abord « Métiers ROME »."
            )
            refusals[position] = Refusal("rome_inconnu", message, "rome")
        elif zone is None:
            refusals[position] = refuse_zone(ligne.niveau, ligne.zone_code)
        else:
            wanted[position] = SerieOffres(
                rome=romes[ligne.rome_code],
                territoire_id=zone,
                periode=ligne.periode,
                offres=ligne.offres,
                source=source,
            )
    known = SerieOffres.objects.filter(
        periode__in={ligne.periode for ligne in lignes}, rome__in=[row.pk for row in romes.values()]
    )
    changes = write(known, wanted, key=("periode", "territoire_id", "rome_id"), figures=("offres", "source"))
    subjects = {position: row.rome for position, row in wanted.items()}
    trace("economie.record_offres", changes, subjects, actor=actor, on=on, source=source)
    return merge(len(lignes), changes, refusals)


def find_zones(zones: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """Return the keys of territories in force by level and code."""
    wanted = set(zones)
    rows = Territoire.objects.en_vigueur().filter(
        niveau__in={niveau for niveau, _ in wanted}, code__in={code for _, code in wanted}
    )
    return {(niveau, code): pk for niveau, code, pk in rows.values_list("niveau", "code", "pk")}


def refuse_zone(niveau: str, code: str) -> Refusal:
    """Say that a zone is not loaded, and what to do about it."""
    if niveau in {"bassin", "zone_emploi"}:
        message = f"La zone {code} n’est pas chargée\u202f: importez d’abord « Zonages de l’emploi »."
    else:
        message = f"Le territoire {code} n’est pas dans le découpage chargé."
    return Refusal("zone_inconnue", message, "zone")
