"""Support a person whom one's SIAE employs: diagnosis, objectives, actions, evaluations, documents.

Every act locks the person, and leaves in the journal that the support moved: never what was written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import transaction

from maillage.domains.parcours.enums.accompagnement import EtatFrein, Frein, Jalon
from maillage.domains.parcours.models import (
    Accompagnement,
    ActionParcours,
    ConstatFrein,
    DocumentParcours,
    Evaluation,
    ObjectifParcours,
)
from maillage.domains.parcours.permissions import Permission
from maillage.domains.parcours.queries.accompagnement import read_acces
from maillage.domains.parcours.rules.accompagnement import ACTION
from maillage.foundations.kernel import audit, uploads
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.permissions import granted
from maillage.references.personnes.services.droit import lock

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from django.core.files.uploadedfile import UploadedFile

    from maillage.references.accounts.models import User
    from maillage.references.personnes.models import Personne

Ligne = TypeVar("Ligne", ObjectifParcours, ActionParcours)
NATURES = (uploads.Nature.PDF, uploads.Nature.JPEG, uploads.Nature.PNG, uploads.Nature.DOCX, uploads.Nature.ODT)


@dataclass(frozen=True, slots=True)
class LigneDiagnostic:
    """What is stated of one obstacle."""

    frein: str
    etat: str
    texte: str = ""


def lock_support(personne: Personne, actor: User, on: date, *, sortie: bool = False) -> Accompagnement:
    """Return the support of a person by the SIAE of who acts, begun if need be, the person locked.

    Raise `Refused` when that SIAE does not employ them that day; `sortie`: nor did until lately.
    """
    if not (decision := granted(actor, Permission.SUPPORT)):
        raise Refused(Refusal("interdit", decision.reason))
    locked = lock(personne, actor)
    acces = read_acces(actor, locked, on)
    if acces is None or not (acces.ecrit or (sortie and acces.sortie)):
        message = "Votre SIAE n’emploie pas cette personne aujourd’hui\u202f: son accompagnement ne change plus."
        raise Refused(Refusal("pas_salarie", message))
    return Accompagnement.objects.get_or_create(relation=acces.relation)[0]


def note(accompagnement: Accompagnement, act: str, actor: User, **details: Any) -> None:
    """Write in the journal that a support moved."""
    audit.record(f"parcours.{act}", accompagnement, actor=actor, **details)


@transaction.atomic
def name_referent_social(
    *, personne: Personne, nom: str, organisation: str, telephone: str, actor: User, on: date
) -> Accompagnement:
    """Say who supports the person outside the SIAE; empty words: nobody known."""
    support = lock_support(personne, actor, on)
    support.referent_social = nom.strip()
    support.referent_social_organisation = organisation.strip()
    support.referent_social_telephone = telephone.strip()
    support.save()
    note(support, "nommer_referent_social", actor)
    return support


@transaction.atomic
def record_diagnostic(
    *, personne: Personne, lignes: Sequence[LigneDiagnostic], le: date, actor: User, on: date
) -> Accompagnement:
    """State where the obstacles stand on a day: what differs from what was known is written, the rest stays."""
    support = lock_support(personne, actor, on)
    _state(support, lignes, le, on)
    note(support, "dire_freins", actor)
    return support


@transaction.atomic
def evaluate(
    *, personne: Personne, jalon: str, bilan: str, lignes: Sequence[LigneDiagnostic], le: date, actor: User, on: date
) -> Evaluation:
    """Look at the whole situation at a milestone, each once; the freins stated that day go with it.

    How a pathway ended is also told after the exit, as long as the file is open to the SIAE.
    """
    support = lock_support(personne, actor, on, sortie=jalon == Jalon.SORTIE)
    if jalon not in Jalon.values:
        raise Refused(Refusal("jalon_inconnu", "Ce jalon n’existe pas.", "jalon"))
    if support.evaluations.filter(jalon=jalon).exists():
        raise Refused(Refusal("deja_faite", "Cette évaluation est déjà faite.", "jalon"))
    _state(support, lignes, le, on)
    made = Evaluation.objects.create(accompagnement=support, jalon=jalon, le=le, bilan=bilan.strip())
    note(support, "evaluer_parcours", actor, jalon=jalon)
    return made


def _state(support: Accompagnement, lignes: Sequence[LigneDiagnostic], le: date, on: date) -> None:
    if le > on:
        raise Refused(Refusal("date_future", "Un constat se fait aujourd’hui au plus tard.", "le"))
    known = {row.frein: row for row in support.constats.filter(le__lte=le).order_by("le", "pk")}
    for ligne in lignes:
        if ligne.frein not in Frein.values or ligne.etat not in EtatFrein.values:
            raise Refused(Refusal("frein_inconnu", "Ce frein ou cet état n’existe pas.", ligne.frein))
        row, texte = known.get(ligne.frein), ligne.texte.strip()
        before = (row.etat, row.texte) if row else (EtatFrein.INCONNU.value, "")
        if before != (ligne.etat, texte):
            changes = {"etat": ligne.etat, "texte": texte}
            ConstatFrein.objects.update_or_create(accompagnement=support, frein=ligne.frein, le=le, defaults=changes)


@transaction.atomic
def set_objectif(*, personne: Personne, libelle: str, echeance: date | None, actor: User, on: date) -> ObjectifParcours:
    """Write what the person wants to reach."""
    support = lock_support(personne, actor, on)
    _check_echeance(echeance, on)
    made = ObjectifParcours.objects.create(
        accompagnement=support, libelle=libelle.strip(), echeance=echeance, fixe_le=on
    )
    note(support, "fixer_objectif", actor)
    return made


@transaction.atomic
def plan_action(
    *,
    personne: Personne,
    libelle: str,
    echeance: date,
    actor: User,
    on: date,
    objectif: ObjectifParcours | None = None,
    frein: str = "",
    partenaire: str = "",
) -> ActionParcours:
    """Write something to do before a day, by the SIAE or by a partner."""
    support = lock_support(personne, actor, on)
    _check_echeance(echeance, on)
    if objectif is not None and objectif.accompagnement_id != support.pk:
        raise Refused(Refusal("autre_objectif", "Cet objectif est d’un autre accompagnement.", "objectif"))
    made = ActionParcours.objects.create(
        accompagnement=support,
        objectif=objectif,
        libelle=libelle.strip(),
        frein=frein,
        partenaire=partenaire.strip(),
        ouverte_le=on,
        echeance=echeance,
    )
    note(support, "prevoir_action", actor)
    return made


def _check_echeance(echeance: date | None, on: date) -> None:
    if echeance is not None and echeance < on:
        raise Refused(Refusal("echeance_passee", "L’échéance est aujourd’hui ou plus tard.", "echeance"))


@transaction.atomic
def move_objectif(*, objectif: ObjectifParcours, acte: str, actor: User, on: date) -> ObjectifParcours:
    """Reach an objective, give it up, take it up again."""
    return _move(objectif, acte, actor, on)


@transaction.atomic
def move_action(*, action: ActionParcours, acte: str, actor: User, on: date) -> ActionParcours:
    """Do an action, give it up, take it up again."""
    return _move(action, acte, actor, on)


def _move(row: Ligne, acte: str, actor: User, on: date) -> Ligne:
    support = lock_support(row.accompagnement.relation.personne, actor, on)
    locked = type(row).objects.select_for_update(of=("self",)).filter(pk=row.pk, accompagnement=support).first()
    if locked is None:
        raise Refused(Refusal("autre_accompagnement", "Cette ligne est d’un autre accompagnement."))
    audit.move(locked, acte, ACTION, actor=actor)
    locked.close_le = None if acte == "reprendre" else on
    locked.save(update_fields=["etat", "close_le"])
    note(support, f"{acte}_{type(row)._meta.model_name}", actor)
    return locked


@transaction.atomic
def join_document(
    *, personne: Personne, libelle: str, fichier: UploadedFile[bytes], actor: User, on: date
) -> DocumentParcours:
    """Keep a file with the support, once the antivirus has looked at it."""
    support = lock_support(personne, actor, on)
    kept = uploads.receive(fichier, natures=NATURES)
    made = DocumentParcours.objects.create(
        accompagnement=support,
        libelle=libelle.strip(),
        fichier=kept.nom,
        nature=kept.nature,
        taille=kept.taille,
        empreinte=kept.empreinte,
        depose_le=on,
    )
    note(support, "joindre_document", actor)
    return made


@transaction.atomic
def remove_document(*, document: DocumentParcours, actor: User, on: date) -> None:
    """Forget a file and its row."""
    support = lock_support(document.accompagnement.relation.personne, actor, on)
    DocumentParcours.objects.filter(pk=document.pk, accompagnement=support).delete()
    note(support, "retirer_document", actor)
