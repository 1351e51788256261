"""Write the nomenclatures of trades and their links."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from maillage.foundations.kernel.errors import Refusal
from maillage.references.economie.enums import NiveauFap, Nomenclature
from maillage.references.economie.models import Fap, FapRome, Rome
from maillage.references.economie.services.ecriture import begin, merge, trace, write

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from maillage.references.accounts.models import User
    from maillage.references.economie.services.ecriture import Result


@dataclass(frozen=True, slots=True)
class LigneFap:
    """A trade and its family, as a table gives them; blank titles keep those already known."""

    code: str
    libelle: str
    famille_libelle: str = ""


@dataclass(frozen=True, slots=True)
class LigneRome:
    """A trade of the ROME."""

    code: str
    libelle: str
    parent: str = ""
    transition_ecologique: str = ""


@transaction.atomic
def record_faps(
    *, nomenclature: Nomenclature, lignes: Sequence[LigneFap], actor: User | None, on: date, source: str
) -> list[Result]:
    """Keep trades and the families that their codes begin with; the same again changes nothing."""
    begin(actor)
    families = {ligne.code[:3]: ligne.famille_libelle for ligne in lignes if len(ligne.code) == 5}
    families |= {ligne.code: ligne.libelle for ligne in lignes if len(ligne.code) == 3}
    known = {row.code: row for row in Fap.objects.filter(nomenclature=nomenclature)}
    wanted = {
        rank: Fap(
            nomenclature=nomenclature,
            niveau=NiveauFap.FAMILLE,
            code=code,
            libelle=libelle or (known[code].libelle if code in known else ""),
            source=source,
        )
        for rank, (code, libelle) in enumerate(sorted(families.items()))
    }
    done = write(
        Fap.objects.filter(nomenclature=nomenclature, code__in=families),
        wanted,
        key=("code",),
        figures=("libelle", "source"),
    )
    parents = {row.code: row for row in Fap.objects.filter(nomenclature=nomenclature, code__in=families)}
    trace(
        "economie.record_fap",
        done,
        {rank: parents[row.code] for rank, row in wanted.items()},
        actor=actor,
        on=on,
        source=source,
    )
    trades = {
        position: Fap(
            nomenclature=nomenclature,
            niveau=NiveauFap.METIER,
            code=ligne.code,
            libelle=ligne.libelle or (known[ligne.code].libelle if ligne.code in known else ""),
            famille=parents[ligne.code[:3]],
            source=source,
        )
        for position, ligne in enumerate(lignes)
        if len(ligne.code) == 5
    }
    changes = write(
        Fap.objects.filter(nomenclature=nomenclature, code__in=[row.code for row in trades.values()]),
        trades,
        key=("code",),
        figures=("libelle", "famille_id", "source"),
    )
    rows = {row.code: row for row in Fap.objects.filter(nomenclature=nomenclature)}
    trace(
        "economie.record_fap",
        changes,
        {position: rows[row.code] for position, row in trades.items()},
        actor=actor,
        on=on,
        source=source,
    )
    by_family = {row.code: done[rank] for rank, row in wanted.items()}
    changes |= {position: by_family[ligne.code] for position, ligne in enumerate(lignes) if len(ligne.code) == 3}
    return merge(len(lignes), changes, {})


@transaction.atomic
def record_romes(*, lignes: Sequence[LigneRome], actor: User | None, on: date, source: str) -> list[Result]:
    """Keep trades of the ROME; the same again changes nothing."""
    begin(actor)
    wanted = {
        position: Rome(
            code=ligne.code,
            libelle=ligne.libelle,
            parent=ligne.parent,
            transition_ecologique=ligne.transition_ecologique,
            source=source,
        )
        for position, ligne in enumerate(lignes)
    }
    here = Rome.objects.filter(code__in=[ligne.code for ligne in lignes])
    changes = write(here, wanted, key=("code",), figures=("libelle", "parent", "transition_ecologique", "source"))
    rows = {row.code: row for row in here.all()}
    subjects = {position: rows[ligne.code] for position, ligne in enumerate(lignes)}
    trace("economie.record_rome", changes, subjects, actor=actor, on=on, source=source)
    return merge(len(lignes), changes, {})


@transaction.atomic
def link_romes(
    *, nomenclature: Nomenclature, liens: Sequence[tuple[str, str]], actor: User | None, on: date, source: str
) -> list[Result]:
    """Keep which trades of the ROME a trade of the FAP covers; a link whose ends are not both known is refused."""
    begin(actor)
    faps = find_faps((code for code, _ in liens), nomenclature)
    romes = {row.code: row for row in Rome.objects.filter(code__in={rome for _, rome in liens})}
    refusals, wanted = {}, {}
    for position, (fap, rome) in enumerate(liens):
        if fap not in faps:
            refusals[position] = refuse_fap(fap, nomenclature)
        elif rome not in romes:
            message = f"Le métier {rome} n’est pas dans le ROME chargé\u202f: importez d’abord « Métiers ROME »."
            refusals[position] = Refusal("rome_inconnu", message, "rome")
        else:
            wanted[position] = FapRome(fap=faps[fap], rome=romes[rome], source=source)
    known = FapRome.objects.filter(fap__in=[row.pk for row in faps.values()])
    changes = write(known, wanted, key=("fap_id", "rome_id"), figures=("source",))
    subjects = {position: row.fap for position, row in wanted.items()}
    trace("economie.link_rome", changes, subjects, actor=actor, on=on, source=source)
    return merge(len(liens), changes, refusals)


def find_faps(codes: Iterable[str], nomenclature: str) -> dict[str, Fap]:
    """Return the rows of these codes in a nomenclature."""
    return {row.code: row for row in Fap.objects.filter(nomenclature=nomenclature, code__in=set(codes))}


def refuse_fap(code: str, nomenclature: str) -> Refusal:
    """Say that a code is not known, and what to do about it."""
    label = Nomenclature(nomenclature).label
    message = f"Le métier {code} n’est pas dans la nomenclature {label}\u202f: importez d’abord « Métiers FAP »."
    return Refusal("fap_inconnu", message, "fap")


def find_any_faps(codes: Iterable[str]) -> dict[str, Fap]:
    """Return rows of either nomenclature by code; the newest wins where both hold it."""
    rows = Fap.objects.filter(code__in=set(codes)).order_by("nomenclature")
    return {row.code: row for row in rows}
