"""Say, see, attest what a person can do, and keep what proves it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from maillage.domains.parcours.enums.competences import NiveauCompetence
from maillage.domains.parcours.models import Competence, PreuveCompetence
from maillage.domains.parcours.permissions import Permission
from maillage.domains.parcours.queries.competences import observables, own_contrats_of
from maillage.domains.parcours.rules.competences import COMPETENCE, blocs
from maillage.domains.parcours.services.accompagnement import NATURES
from maillage.foundations.kernel import audit, uploads
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.references.economie.models import Rome
from maillage.references.personnes.models import Personne
from maillage.references.personnes.services.droit import check_permission

if TYPE_CHECKING:
    from datetime import date

    from django.core.files.uploadedfile import UploadedFile

    from maillage.references.accounts.models import Membre, User

PREUVES = 5  # files for a competence: beyond, it is no portfolio


@dataclass(frozen=True, slots=True)
class FicheCompetence:
    """What is said of a competence: a bloc, or words with the code of a trade if there is one."""

    niveau: int
    bloc: str = ""
    intitule: str = ""
    rome: str = ""


def lock_salarie(personne: Personne, actor: User, on: date) -> tuple[Personne, Membre]:
    """Return the person, locked, and who acts; raise `Refused` when they neither work nor worked in its SIAE."""
    check_permission(actor, Permission.OBSERVE)
    locked = Personne.objects.select_for_update().get(pk=personne.pk)
    if actor.membre is None or not observables(actor, on).filter(pk=personne.pk).exists():
        raise Refused(Refusal("pas_salarie", "Votre SIAE n’emploie pas cette personne."))
    return locked, actor.membre


@transaction.atomic
def declare_competence(*, personne: Personne, fiche: FicheCompetence, actor: User, on: date) -> Competence:
    """Write what a person says that they can do, with the job they hold; raise `Refused` when it is there already."""
    locked, _ = lock_salarie(personne, actor, on)
    _check_niveau(fiche.niveau)
    intitule = " ".join(fiche.intitule.split())
    if bool(fiche.bloc) == bool(intitule):
        message = "Choisissez un bloc, ou dites la compétence en quelques mots."
        raise Refused(Refusal("bloc_ou_mots", message, "intitule"))
    if fiche.bloc and fiche.bloc not in blocs():
        raise Refused(Refusal("bloc_inconnu", "Ce bloc n’existe pas.", "bloc"))
    contrat = own_contrats_of(locked, actor, on).first()
    rome = Rome.objects.filter(code=fiche.rome).first() if fiche.rome else None
    if rome is None and not fiche.bloc and contrat is not None:
        rome = contrat.rome
    try:
        with transaction.atomic():
            made = Competence.objects.create(
                personne=locked,
                bloc=fiche.bloc,
                intitule=intitule,
                rome=None if fiche.bloc else rome,
                contrat=contrat,
                niveau=fiche.niveau,
                declaree_le=on,
            )
    except IntegrityError as error:
        message = "Cette compétence est déjà au portefeuille\u202f: observez-la."
        raise Refused(Refusal("deja_la", message, "bloc" if fiche.bloc else "intitule")) from error
    made.refresh_from_db(fields=["public_id"])
    audit.record("parcours.declarer_competence", locked, actor=actor, competence=str(made.public_id))
    return made


@transaction.atomic
def move_competence(
    *, competence: Competence, acte: str, actor: User, on: date, niveau: int | None = None
) -> Competence:
    """Observe a competence at a level, attest it, or take it out of the portfolio.

    A new observation of what was attested undoes the attestation: the history keeps it.
    """
    personne, membre = lock_salarie(competence.personne, actor, on)
    locked = Competence.objects.select_for_update().get(pk=competence.pk)
    audit.move(locked, acte, COMPETENCE, actor=actor)
    if acte == "observer":
        locked.niveau = _check_niveau(niveau)
        locked.observee_par, locked.observee_le = membre, on
        locked.attestee_par = locked.attestee_le = None
        locked.contrat = own_contrats_of(personne, actor, on).first() or locked.contrat
    elif acte == "attester":
        locked.attestee_par, locked.attestee_le = membre, on
    locked.save()
    audit.record(f"parcours.{acte}_competence", personne, actor=actor, competence=str(locked.public_id))
    return locked


def _check_niveau(niveau: int | None) -> int:
    if niveau not in NiveauCompetence.values:
        raise Refused(Refusal("niveau_inconnu", "Choisissez un niveau.", "niveau"))
    return int(niveau)


@transaction.atomic
def join_preuve(
    *, competence: Competence, libelle: str, fichier: UploadedFile[bytes], actor: User, on: date
) -> PreuveCompetence:
    """Keep a file that proves a competence, once the antivirus has looked at it."""
    personne, _ = lock_salarie(competence.personne, actor, on)
    if competence.preuves.count() >= PREUVES:
        raise Refused(Refusal("trop_de_preuves", f"Une compétence se prouve par {PREUVES} fichiers au plus."))
    kept = uploads.receive(fichier, natures=NATURES)
    made = PreuveCompetence.objects.create(
        competence=competence,
        libelle=libelle.strip(),
        fichier=kept.nom,
        nature=kept.nature,
        taille=kept.taille,
        empreinte=kept.empreinte,
        depose_le=on,
    )
    audit.record("parcours.joindre_preuve", personne, actor=actor, competence=str(competence.public_id))
    return made


@transaction.atomic
def remove_preuve(*, preuve: PreuveCompetence, actor: User, on: date) -> None:
    """Forget a file that proved a competence."""
    competence = preuve.competence
    personne, _ = lock_salarie(competence.personne, actor, on)
    PreuveCompetence.objects.filter(pk=preuve.pk).delete()
    audit.record("parcours.retirer_preuve", personne, actor=actor, competence=str(competence.public_id))
