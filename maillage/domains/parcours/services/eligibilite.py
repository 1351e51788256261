"""Write the situation of a person, and that they are eligible."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction

from maillage.domains.parcours.enums.eligibilite import AuteurDiagnostic
from maillage.domains.parcours.models import CritereRetenu, Diagnostic, Situation
from maillage.domains.parcours.permissions import SIAE, Permission
from maillage.domains.parcours.queries.eligibilite import CHAMPS
from maillage.domains.parcours.queries.regles_titres import diagnostic_days, seuils
from maillage.domains.parcours.rules.eligibilite import catalogue, evaluate, unknown_codes
from maillage.foundations.kernel import audit
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.references.personnes.services.droit import check_permission, lock

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from maillage.references.accounts.models import Membre, User
    from maillage.references.personnes.models import Personne
    from maillage.references.structures.models import Siae

EDITABLE = (*CHAMPS, "inscrit_ft", "sans_ressource")


@dataclass(frozen=True, slots=True)
class FicheDiagnostic:
    """What a diagnosis says: the criteria found met, the date of the proof of those that have one."""

    codes: Sequence[str]
    pieces: Mapping[str, date]


@transaction.atomic
def record_situation(*, personne: Personne, values: Mapping[str, Any], actor: User, on: date) -> Situation:
    """Write what an adviser knows of the situation of a person; a field that is not given stays as it was."""
    check_permission(actor, Permission.DIAGNOSE)
    locked = lock(personne, actor)
    if unknown := set(values) - set(EDITABLE):
        raise ValueError(f"no such field of a situation: {sorted(unknown)}")
    situation = Situation.objects.filter(personne=locked).first() or Situation(personne=locked)
    changed = sorted(name for name, value in values.items() if getattr(situation, name) != value)
    for name, value in values.items():
        setattr(situation, name, value)
    situation.maj_le = on
    situation.source = f"saisie, {actor.membre.organisation}"[:200] if actor.membre else "saisie"
    situation.save()
    if changed:  # which fields, never what they say
        audit.record("parcours.situation", locked, actor=actor, champs=changed)
    return situation


@transaction.atomic
def record_diagnostic(
    *, personne: Personne, fiche: FicheDiagnostic, actor: User, on: date, siae: Siae | None = None
) -> Diagnostic:
    """Say that a person is eligible, from today.

    A prescripteur habilité appreciates, criteria or not. A SIAE says so for itself alone, when the criteria are as many
    as its kind asks for: what is missing is said.
    """
    check_permission(actor, Permission.DIAGNOSE)
    locked = lock(personne, actor)
    membre = actor.membre
    if membre is None:
        raise Refused(Refusal("interdit", "Seul un membre d’une organisation établit un diagnostic."))
    if unknown := unknown_codes(fiche.codes, on):
        raise Refused(Refusal("critere_inconnu", f"Critère inconnu\u202f: {', '.join(unknown)}.", "criteres"))
    auteur = AuteurDiagnostic.SIAE if membre.profil in SIAE else AuteurDiagnostic.PRESCRIPTEUR
    if auteur == AuteurDiagnostic.SIAE:
        _check_siae(membre, siae, fiche, on)
    diagnostic = Diagnostic.objects.create(
        personne=locked,
        auteur=auteur,
        organisation_id=membre.organisation_id,
        siae=siae if auteur == AuteurDiagnostic.SIAE else None,
        debut=on,
        fin=on + timedelta(days=diagnostic_days(auteur, on)),
    )
    CritereRetenu.objects.bulk_create(
        CritereRetenu(
            diagnostic=diagnostic, code=code, niveau=catalogue()[code].niveau, piece_le=fiche.pieces.get(code)
        )
        for code in dict.fromkeys(fiche.codes)
    )
    diagnostic.refresh_from_db()
    audit.record("parcours.diagnostiquer", locked, actor=actor, auteur=auteur, criteres=len(set(fiche.codes)))
    return diagnostic


def _check_siae(membre: Membre, siae: Siae | None, fiche: FicheDiagnostic, on: date) -> None:
    """Raise `Refused` when a SIAE of the actor may not say that the person is eligible."""
    if siae is None or siae.organisation_id != membre.organisation_id:
        raise Refused(Refusal("siae", "Choisissez la SIAE de votre organisation qui embauche.", "siae"))
    asked = seuils(siae.type_siae, on)
    if asked is None:
        message = "À cette date, seul un prescripteur habilité peut établir le diagnostic."
        raise Refused(Refusal("prescripteur_requis", message))
    bilan = evaluate(fiche.codes, asked)
    if not bilan.eligible:
        raise Refused(Refusal("non_eligible", bilan.phrase, "criteres"))
