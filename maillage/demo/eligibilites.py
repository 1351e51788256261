"""Who found each person eligible, before the right that they have today, on which criteria of their situation.

Set-based, like the persons themselves: not one act of a service for tens of thousands of rows, but what it would have
written. A SIAE says so one time in two, where the criteria are as many as its kind asks for; a prescripteur habilité of
the département otherwise, and alone before SIAE could.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Exists, OuterRef

from maillage.demo.copie import NULL, pour, reserve
from maillage.demo.region import get_region
from maillage.domains.parcours.enums.eligibilite import AuteurDiagnostic
from maillage.domains.parcours.models import Candidature, Contrat, CritereRetenu, Diagnostic, Situation, TitreParcours
from maillage.domains.parcours.queries.eligibilite import CHAMPS
from maillage.domains.parcours.queries.regles_titres import diagnostic_days, seuils
from maillage.domains.parcours.rules.eligibilite import (
    AGE_JEUNE,
    AGE_SENIOR,
    Profil,
    age,
    catalogue,
    evaluate,
    read_indices,
)
from maillage.references.accounts.models import Competence
from maillage.references.structures.models import Siae
from maillage.references.territoires.enums import Niveau

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from maillage.domains.parcours.rules.eligibilite import Seuils

TYPES = ("mission_locale", "cap_emploi")  # habilités, one at least per département
ATTENTE = 21  # days from the diagnosis to the first day of the right, at most
SUIVI = 14  # days from a candidature to the diagnosis of who has none, at most
PIECE = timedelta(days=20)  # how old a proof is


@dataclass(frozen=True, slots=True)
class Ligne:
    """A diagnosis to write; `siae` says so for itself, None: a prescripteur does."""

    personne: int
    titre: int | None
    organisation: int
    siae: int | None
    le: date
    codes: Sequence[str]


def load_eligibilites(on: date) -> int:
    """Write the diagnosis of each right in force that has none, those of the candidates; return how many there are."""
    with transaction.atomic():
        _write(list(_of_titres(on)))
    with transaction.atomic():
        _write(list(_of_candidats(on)))
    return Diagnostic.objects.count()


def _of_titres(on: date) -> Iterator[Ligne]:
    """Yield one diagnosis per right in force or to come, some days before its first one."""
    draw, prescripteurs, situations = get_region().draw("eligibilites"), _prescripteurs(), _situations()
    first = _employers(on)
    rows = list(
        TitreParcours.objects.filter(diagnostic__isnull=True, fin__gt=on)
        .order_by("pk")
        .values_list("pk", "personne", "personne__departement", "debut")
    )
    waits, turns = draw.integers(0, ATTENTE, len(rows)).tolist(), draw.random(len(rows)).tolist()
    for (titre, personne, departement, debut), wait, turn in zip(rows, waits, turns, strict=True):
        day = debut - timedelta(days=wait)
        codes = _criteria(situations, personne, day)
        siae = first.get(titre) if turn < 0.5 else None
        asked = _asked(siae.type_siae, day.replace(day=1)) if siae else None
        if siae and asked and evaluate(codes, asked).eligible:
            yield Ligne(personne, titre, siae.organisation_id, siae.pk, day, codes)
        elif near := prescripteurs[departement]:
            yield Ligne(personne, titre, near[personne % len(near)], None, day, codes)


def _of_candidats(on: date) -> Iterator[Ligne]:
    """Yield the diagnosis of those who have no right and whom somebody presents, some days afterwards."""
    situations = _situations()
    rights = TitreParcours.objects.filter(personne=OuterRef("personne"), annule_le__isnull=True)
    known = Diagnostic.objects.filter(personne=OuterRef("personne"))
    rows = (
        Candidature.objects.filter(~Exists(rights), ~Exists(known), origine="orientation")
        .order_by("personne", "deposee_le", "pk")
        .distinct("personne")
        .values_list("personne", "organisation", "deposee_le")
    )
    for personne, organisation, asked in rows:
        day = asked + timedelta(days=2 + personne % SUIVI)
        if day <= on:
            yield Ligne(personne, None, organisation, None, day, _criteria(situations, personne, day))


def _employers(on: date) -> Mapping[int, Siae]:
    """Return the SIAE of the first contract of each right in force."""
    siae = Siae.objects.in_bulk()
    rows = Contrat.objects.filter(titre__fin__gt=on).order_by("titre", "debut", "pk").distinct("titre")
    return {titre: siae[key] for titre, key in rows.values_list("titre", "siae")}


def _prescripteurs() -> Mapping[str, list[int]]:
    """Return the prescripteurs habilités of each département."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    rows = Competence.objects.filter(niveau=Niveau.DEPARTEMENT, organisation__types__overlap=list(TYPES))
    for code, organisation in rows.order_by("code", "organisation__siret").values_list("code", "organisation"):
        found[code].append(organisation)
    return found


def _situations() -> Mapping[int, tuple[tuple[Any, ...], date | None]]:
    """Return what is known of each person, in the order of `CHAMPS`, and their day of birth."""
    rows = Situation.objects.values_list("personne", "personne__date_naissance", *CHAMPS).iterator()
    return {who: (tuple(values), born) for who, born, *values in rows}


def _criteria(situations: Mapping[int, tuple[tuple[Any, ...], date | None]], personne: int, day: date) -> Sequence[str]:
    """Return the criteria that the situation of a person meets on a day."""
    if day < _since() or personne not in situations:
        return ()
    values, born = situations[personne]
    years = age(born, day)
    # Only which side of the two ages of the criteria matters: thousands of persons share an answer.
    group = None if years is None else next((each for each in (AGE_SENIOR, AGE_JEUNE) if years >= each), 0)
    return _met(values, group)


@cache
def _since() -> date:
    """Return from when there are criteria."""
    return max(each.depuis for each in catalogue().values())


@cache
def _met(values: tuple[Any, ...], years: int | None) -> Sequence[str]:
    profil = Profil(age=years, **dict(zip(CHAMPS, values, strict=True)))
    return tuple(each.critere.code for each in read_indices(profil, _since()) if each.rempli)


@cache
def _asked(kind: str, on: date) -> Seuils | None:
    return seuils(kind, on)


@cache
def _days(auteur: AuteurDiagnostic, debut: date) -> int:
    return diagnostic_days(auteur, debut)


def _write(lignes: Sequence[Ligne]) -> None:
    if not lignes:
        return
    keys = reserve(Diagnostic, len(lignes))
    auteurs = [AuteurDiagnostic.SIAE if each.siae else AuteurDiagnostic.PRESCRIPTEUR for each in lignes]
    ends = [each.le + timedelta(days=_days(auteur, each.le)) for each, auteur in zip(lignes, auteurs, strict=True)]
    pour(
        Diagnostic,
        {
            "id": list(map(str, keys)),
            "personne_id": [str(each.personne) for each in lignes],
            "auteur": [str(auteur) for auteur in auteurs],
            "organisation_id": [str(each.organisation) for each in lignes],
            "siae_id": [str(each.siae or NULL) for each in lignes],
            "titre_id": [str(each.titre or NULL) for each in lignes],
            "debut": [each.le.isoformat() for each in lignes],
            "fin": [end.isoformat() for end in ends],
        },
    )
    kept = [(key, each.le, code) for key, each in zip(keys, lignes, strict=True) for code in each.codes]
    pour(
        CritereRetenu,
        {
            "id": list(map(str, reserve(CritereRetenu, len(kept)))),
            "diagnostic_id": [str(key) for key, _, _ in kept],
            "code": [code for _, _, code in kept],
            "niveau": [str(catalogue()[code].niveau) for _, _, code in kept],
            "piece_le": [(day - PIECE).isoformat() for _, day, _ in kept],
        },
    )
