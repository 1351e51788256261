"""Write the need: series of people by territory and year."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from django.db import transaction

from maillage.domains.diagnostics import rules
from maillage.domains.diagnostics.models import Besoin, Public
from maillage.domains.diagnostics.permissions import Permission
from maillage.domains.diagnostics.queries.publics import list_publics
from maillage.foundations.kernel import audit, events
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.permissions import granted
from maillage.references.territoires.models import Territoire

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from maillage.domains.diagnostics.rules import LigneBesoin
    from maillage.references.accounts.models import User

Change: TypeAlias = Literal["cree", "modifie", "inchange", "refuse"]


@dataclass(frozen=True, slots=True)
class BesoinsEnregistres:
    """What became of each line, in the order given; `refusals` says why, by position, for the refused ones."""

    changes: tuple[Change, ...]
    refusals: dict[int, tuple[Refusal, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BesoinsModifies(events.Event):
    """The need of a public is no longer what it was."""

    public_code: str


@transaction.atomic
def record_besoins(
    *,
    public_code: str,
    lignes: Iterable[LigneBesoin],
    source: str,
    actor: User | None,
    on: date,
) -> BesoinsEnregistres:
    """Keep the need of one public: create what is new, correct what differs, leave the rest untouched.

    Territories, of any level, are those in force. Doing it twice changes nothing. A refused line (unknown territory,
    absurd figure, territory and year said twice) stops no other. Raise `Refused` when the public is not of the
    reference table or when the actor may not record; None is the machine.
    """
    if actor is not None and not (decision := granted(actor, Permission.RECORD)):
        raise Refused(Refusal("interdit", decision.reason))
    public = _lock_public(public_code)
    wanted, keys = list(lignes), _territoire_keys()
    refusals = _check(wanted, keys)
    rows = Besoin.objects.filter(public=public, annee__in={ligne.annee for ligne in wanted})
    known = {(row.territoire_id, row.annee): row for row in rows}
    changes: list[Change] = ["refuse"] * len(wanted)
    touched: dict[Change, list[Besoin]] = {"cree": [], "modifie": [], "inchange": []}
    for position, ligne in enumerate(wanted):
        if position not in refusals:
            territoire, annee = keys[ligne.lieu], ligne.annee
            new = Besoin(public=public, territoire_id=territoire, annee=annee)
            changes[position], row = _fold(known.get((territoire, annee)), new, ligne, source)
            touched[changes[position]].append(row)
    Besoin.objects.bulk_create(touched["cree"], batch_size=2000)
    Besoin.objects.bulk_update(touched["modifie"], ["valeur", "estime", "source"], batch_size=2000)
    counts: dict[str, Any] = {change: len(rows) for change, rows in touched.items()}
    if counts["cree"] or counts["modifie"]:
        audit.record("diagnostics.record_besoins", public, actor=actor, source=source, date=on.isoformat(), **counts)
        events.publish(BesoinsModifies(public_code))
    return BesoinsEnregistres(tuple(changes), refusals)


def _fold(known: Besoin | None, new: Besoin, ligne: LigneBesoin, source: str) -> tuple[Change, Besoin]:
    """Set the figures of a line on the row already known, else on the new one, and say what that changes."""
    row = known or new
    valeur = None if ligne.valeur is None else round(ligne.valeur, 2)
    figures = {"valeur": valeur, "estime": ligne.estime, "source": source}
    same = all(getattr(row, name) == value for name, value in figures.items())
    for name, value in figures.items():
        setattr(row, name, value)
    return ("cree" if known is None else "inchange" if same else "modifie"), row


def _check(lignes: list[LigneBesoin], keys: dict[tuple[str, str], int]) -> dict[int, tuple[Refusal, ...]]:
    """Return the reasons to refuse lines, by position."""
    refusals, seen = {}, set()
    for position, ligne in enumerate(lignes):
        reasons = rules.check_besoin(ligne, territoires=keys)
        if (ligne.lieu, ligne.annee) in seen:
            message = f"Le territoire {ligne.code} a déjà une ligne pour {ligne.annee}."
            reasons.append(Refusal("ligne_double", message, "code"))
        seen.add((ligne.lieu, ligne.annee))
        if reasons:
            refusals[position] = tuple(reasons)
    return refusals


def _lock_public(code: str) -> Public:
    """Return the row of a public of the reference table, created the first time; imports of one public queue up."""
    publics = list_publics()
    if code not in publics:
        message = f"Le public « {code} » n’est pas dans la table de référence ({', '.join(publics)})."
        raise Refused(Refusal("public_inconnu", message, "public"))
    entry = publics[code]
    values = {"libelle": entry.libelle, "definition": entry.definition, "ordre": list(publics).index(code)}
    Public.objects.get_or_create(code=code, defaults=values)
    public = Public.objects.select_for_update().get(code=code)
    if any(getattr(public, name) != value for name, value in values.items()):  # the table has been rewritten since
        Public.objects.filter(pk=public.pk).update(**values)
        public.refresh_from_db()
    return public


def _territoire_keys() -> dict[tuple[str, str], int]:
    """Return the key of every territory in force by level and code: a vanished code is refused, not kept apart."""
    rows = Territoire.objects.en_vigueur().values_list("niveau", "code", "pk")
    return {(niveau, code): pk for niveau, code, pk in rows}
