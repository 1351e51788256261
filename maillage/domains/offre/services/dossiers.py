"""What the carrier of a project does: open a dossier, change it, deposit it, complete it, withdraw it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from maillage.domains.offre.enums import Demande, EtatDossier, EtatPiece
from maillage.domains.offre.models import Dossier
from maillage.domains.offre.permissions import Permission
from maillage.domains.offre.queries.demandes import list_demandes
from maillage.domains.offre.queries.visibilite import open_appels
from maillage.domains.offre.rules.dossiers import check_etp
from maillage.domains.offre.services.droit import advance, lock_carried, tell_instructors
from maillage.foundations.kernel import audit
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.parameters import get_parametre
from maillage.foundations.kernel.permissions import granted
from maillage.references.structures.enums import TypeSiae
from maillage.references.structures.models import EffectifAnnuel, Siae

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from decimal import Decimal

    from maillage.domains.offre.models import AppelProjets
    from maillage.references.accounts.models import User
    from maillage.references.structures.models import Secteur
    from maillage.references.territoires.models import Territoire

# While the carrier may still change what the dossier says.
MODIFIABLES = frozenset({EtatDossier.BROUILLON, EtatDossier.PIECES})


@dataclass(frozen=True, slots=True)
class FicheDossier:
    """What a dossier asks. `siae` is None for a creation; `commune` is a unit."""

    demande: str
    nom: str
    type_siae: str
    commune: Territoire
    annee: int
    etp: Decimal
    postes: int | None = None
    siae: Siae | None = None
    appel: AppelProjets | None = None
    publics: Sequence[str] = ()
    secteurs: Sequence[Secteur] = ()
    zones: Sequence[Territoire] = ()
    projet: str = ""


@transaction.atomic
def create_dossier(*, fiche: FicheDossier, actor: User, on: date) -> Dossier:
    """Open a dossier as a draft, that its organisation alone sees."""
    decision = granted(actor, Permission.DEPOSIT)
    if not decision or actor.membre is None:
        raise Refused(Refusal("interdit", decision.reason or "Agissez au nom d’une organisation."))
    dossier = Dossier(organisation=actor.membre.organisation)
    _check(fiche, dossier, on)
    _write(dossier, fiche)
    audit.record("offre.creer", dossier, actor=actor, demande=dossier.demande)
    return dossier


@transaction.atomic
def edit_dossier(*, dossier: Dossier, fiche: FicheDossier, actor: User, on: date) -> Dossier:
    """Change what a dossier asks: a draft, or one whose pieces were asked."""
    locked = lock_modifiable(dossier, actor)
    _check(fiche, locked, on)
    _write(locked, fiche)
    audit.record("offre.modifier", locked, actor=actor)
    return locked


def lock_modifiable(dossier: Dossier, actor: User) -> Dossier:
    """Return the dossier, locked, if its carrier may change it; raise `Refused` otherwise."""
    locked = lock_carried(dossier, actor)
    check_modifiable(locked)
    return locked


def check_modifiable(dossier: Dossier) -> None:
    """Raise `Refused` unless the carrier may still change the dossier."""
    if dossier.etat not in MODIFIABLES:
        message = "Le dossier est entre les mains du service instructeur\u202f: il ne se modifie plus."
        raise Refused(Refusal("non_modifiable", message))


@transaction.atomic
def deposit(*, dossier: Dossier, actor: User, on: date) -> Dossier:
    """Deposit a dossier: the clock of silence starts, even when a piece is missing (CRPA, art. L. 114-5)."""
    locked = lock_carried(dossier, actor)
    if refusals := _check_etp(locked.etp, on):
        raise Refused(*refusals)
    advance(locked, "deposer", actor=actor, depose_le=on)
    tell_instructors(locked, f"Un dossier est déposé\u202f: {locked}.")
    return locked


@transaction.atomic
def complete(*, dossier: Dossier, actor: User, on: date) -> Dossier:
    """Say that the pieces asked are joined: the clock runs again, unless the delay had already ended."""
    locked = lock_carried(dossier, actor)
    request = locked.demandes_pieces.filter(recue=None).first()
    since = request.debut if request else None
    given = (
        locked.pieces.exclude(etat=EtatPiece.REFUSEE).filter(deposee_le__gte=since) if since else locked.pieces.none()
    )
    if not given.exists():
        message = "Aucune pièce n’a été jointe depuis la demande\u202f: joignez-les d’abord."
        raise Refused(Refusal("rien_de_joint", message))
    advance(locked, "completer", actor=actor)
    locked.demandes_pieces.filter(recue=None).update(recue=on)
    tell_instructors(locked, f"Les pièces demandées sont jointes\u202f: {locked}.")
    return locked


@transaction.atomic
def withdraw(*, dossier: Dossier, actor: User) -> Dossier:
    """Give up a request before any decision."""
    locked = lock_carried(dossier, actor)
    advance(locked, "retirer", actor=actor)
    if locked.depose_le:
        tell_instructors(locked, f"Une demande est retirée\u202f: {locked}.")
    return locked


def _check(fiche: FicheDossier, dossier: Dossier, on: date) -> None:
    card = list_demandes()[fiche.demande]
    refusals = [*_check_moved(fiche, dossier), *_check_etp(fiche.etp, on)]
    if not on.year - 1 <= fiche.annee <= on.year + 3:
        refusals.append(Refusal("annee_invalide", "Indiquez l’année en cours ou l’une des trois suivantes.", "annee"))
    if card.existante and fiche.siae is None:
        refusals.append(Refusal("siae_manquante", "Choisissez la SIAE que la demande concerne.", "siae"))
    if fiche.siae is not None and fiche.siae.organisation_id != dossier.organisation_id:
        refusals.append(Refusal("siae_autre", "Cette SIAE est celle d’une autre organisation.", "siae"))
    if fiche.demande == Demande.CREATION and _exists(dossier, fiche.type_siae):
        message = "Votre organisation porte déjà une SIAE de ce type\u202f: demandez une extension."
        refusals.append(Refusal("type_deja_porte", message, "type_siae"))
    if fiche.demande == Demande.EVOLUTION and fiche.siae is not None and fiche.siae.type_siae != TypeSiae.ACI:
        message = "Cette demande concerne un atelier et chantier d’insertion."
        refusals.append(Refusal("pas_un_aci", message, "siae"))
    if fiche.demande == Demande.TERRITOIRE and not fiche.zones:
        refusals.append(Refusal("zones_manquantes", "Dites quels territoires vous serviriez.", "zones"))
    if fiche.appel is not None and fiche.appel.pk != dossier.appel_id and not open_appels().filter(pk=fiche.appel.pk):
        refusals.append(Refusal("appel_ferme", "Cet appel à projets ne reçoit pas de dossier aujourd’hui.", "appel"))
    if refusals:
        raise Refused(*refusals)


def _check_etp(etp: Decimal, on: date) -> list[Refusal]:
    return check_etp(etp, plafond=int(get_parametre("offre.etp_dossier_max", on=on).value))


def _check_moved(fiche: FicheDossier, dossier: Dossier) -> list[Refusal]:
    """Return what changes whose dossier it is: once deposited it stays with the service that received it."""
    if dossier.depose_le is None:
        return []
    kept = "Le dossier est déposé\u202f: retirez-le et ouvrez-en un autre pour "
    moves = (
        ("demande_fixe", "demander autre chose.", None, fiche.demande != dossier.demande),
        ("siae_fixe", "une autre SIAE.", "siae", (fiche.siae.pk if fiche.siae else None) != dossier.siae_id),
        ("departement_fixe", "un autre département.", "commune", fiche.commune.departement != dossier.departement),
    )
    return [Refusal(code, f"{kept}{what}", field) for code, what, field, moved in moves if moved]


def _exists(dossier: Dossier, type_siae: str) -> bool:
    return Siae.objects.actives().filter(organisation=dossier.organisation_id, type_siae=type_siae).exists()


def _write(dossier: Dossier, fiche: FicheDossier) -> None:
    for name in ("demande", "nom", "commune", "annee", "etp", "postes", "siae", "appel", "projet"):
        setattr(dossier, name, getattr(fiche, name))
    dossier.type_siae = _kind(fiche)
    dossier.departement = fiche.commune.departement
    dossier.publics = list(fiche.publics)
    dossier.etp_actuels = _granted_etp(fiche)
    dossier.save()
    dossier.secteurs.set(fiche.secteurs)
    dossier.zones.set(fiche.zones)


def _kind(fiche: FicheDossier) -> str:
    """Return the kind asked: that of the SIAE, the EI that an ACI becomes, or the one chosen for a creation."""
    if fiche.demande == Demande.EVOLUTION:
        return TypeSiae.EI.value
    return fiche.siae.type_siae if fiche.siae is not None else fiche.type_siae


def _granted_etp(fiche: FicheDossier) -> Decimal | None:
    """Return the ETP granted to the SIAE in the département of the dossier, in the last year known there.

    None when unknown, or when there is no SIAE yet. A convention is of one département, so is what it is compared to.
    """
    if fiche.siae is None or fiche.demande == Demande.EVOLUTION:
        return None
    here = EffectifAnnuel.objects.filter(siae=fiche.siae, departement__code=fiche.commune.departement)
    known = here.filter(etp_conventionnes__isnull=False).order_by("-annee")
    return known.values_list("etp_conventionnes", flat=True).first()
