"""Give somebody everything that is known of them: a file for machines, a document to read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils import timezone

from maillage.foundations.kernel import audit, readings
from maillage.foundations.kernel.documents import to_pdf
from maillage.foundations.kernel.documents.values import text
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.permissions import granted
from maillage.foundations.kernel.tableur import Sheet
from maillage.interfaces.donnees_personnelles.permissions import Permission
from maillage.interfaces.donnees_personnelles.queries.dossier import Rubrique, collect, shown
from maillage.references.personnes.permissions import Permission as Personnes
from maillage.references.personnes.queries.visibilite import visible_to

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from maillage.references.accounts.models import User
    from maillage.references.personnes.models import Personne

TEMPLATE = Path(__file__).parents[1] / "documents" / "dossier.typ"
FORMATS = {"json": "application/json", "pdf": "application/pdf"}


@dataclass(frozen=True, slots=True)
class Dossier:
    """A file to hand over."""

    nom: str
    type: str
    contenu: bytes


@transaction.atomic
def export_personne(*, public_id: UUID, forme: str, actor: User, screen: str) -> Dossier:
    """Return what is known of a person whom `actor` sees and for whose rights they answer; it leaves its traces."""
    personne = get_object_or_404(visible_to(actor), public_id=public_id)
    check_rights(actor)
    readings.record([personne], reader=actor, screen=screen)
    audit.record("donnees_personnelles.export", personne, actor=actor, forme=forme)
    return _dossier(personne, str(personne), forme)


@transaction.atomic
def export_compte(*, forme: str, actor: User) -> Dossier:
    """Return what is known of one's own account."""
    if not (decision := granted(actor, Permission.MOI)):
        raise Refused(Refusal("interdit", decision.reason))
    audit.record("donnees_personnelles.export", actor, actor=actor, forme=forme)
    return _dossier(actor, str(actor), forme)


def check_rights(actor: User) -> None:
    """Refuse whoever does not answer for the rights of persons."""
    if not (decision := granted(actor, Personnes.RIGHTS)):
        raise Refused(Refusal("interdit", decision.reason))


def _dossier(subject: User | Personne, nom: str, forme: str) -> Dossier:
    if forme not in FORMATS:
        raise Refused(Refusal("format", "Choisissez JSON ou PDF."))
    today = timezone.localdate()
    rubriques = collect(subject, today)
    content = _json(nom, rubriques, today) if forme == "json" else _pdf(nom, rubriques, today)
    return Dossier(f"donnees-personnelles-{today:%Y-%m-%d}.{forme}", FORMATS[forme], content)


def _json(nom: str, rubriques: list[Rubrique], on: date) -> bytes:
    content = {"personne": nom, "edite_le": on.isoformat(), "rubriques": [each.as_json() for each in rubriques]}
    return json.dumps(content, ensure_ascii=False, indent=2).encode()


def _pdf(nom: str, rubriques: list[Rubrique], on: date) -> bytes:
    data = {
        "titre": "Toutes les données gardées sur vous",
        "sous_titre": nom,
        "jour": text(on),
        "rubriques": [
            {
                "titre": each.objet[:1].upper() + each.objet[1:],
                "finalite": each.finalite,
                "base": each.base,
                "conservation": each.conservation,
                "lignes": [
                    Sheet(
                        f"{each.objet[:1].upper()}{each.objet[1:]} ({number} sur {len(each.lignes)})",
                        ("donnée", "valeur"),
                        [[champ, shown(value)] for champ, value in zip(each.champs, ligne, strict=True)],
                    )
                    for number, ligne in enumerate(each.lignes, start=1)
                ],
            }
            for each in rubriques
        ],
    }
    return to_pdf(TEMPLATE, data, on=on)
