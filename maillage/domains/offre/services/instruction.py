"""What the instructing service does: receive, examine, put on an agenda, decide, sign, activate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from maillage.domains.offre.enums import SensAvis
from maillage.domains.offre.models import Convention, DemandePieces
from maillage.domains.offre.queries.adequation import compute_adequation
from maillage.domains.offre.queries.dossiers import get_portee, read_ligne
from maillage.domains.offre.queries.economie import read_fiche
from maillage.domains.offre.rules.dossiers import WORKFLOWS, check_accord, check_convention, check_motifs
from maillage.domains.offre.rules.economie import PART_INTERDITE
from maillage.domains.offre.rules.horloge import check_silence
from maillage.domains.offre.services.droit import advance, lock_instructed, tell_carriers
from maillage.domains.offre.services.siae import apply_convention
from maillage.foundations.kernel.calendar import add_months
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.events import Event, publish
from maillage.foundations.kernel.parameters import get_parametre

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from maillage.domains.offre.models import Dossier
    from maillage.references.accounts.models import User

DUREE = "offre.duree_convention_annees"
MOIS_AN = 12


@dataclass(frozen=True, slots=True)
class DossierPret(Event):
    """A dossier may be put on the agenda of a commission of its département."""

    dossier: int
    departement: str


@dataclass(frozen=True, slots=True)
class DossierInscrit(Event):
    """A dossier is on the agenda of the session of a day."""

    dossier: int
    departement: str
    seance: date


@dataclass(frozen=True, slots=True)
class ConventionActive(Event):
    """A convention holds: the supply of its SIAE has changed."""

    dossier: int
    siae: int


@transaction.atomic
def request_pieces(*, dossier: Dossier, message: str, limite: date, actor: User, on: date) -> DemandePieces:
    """List what is missing and give a delay: the clock of silence stops (CRPA, art. L. 114-5)."""
    locked = lock_instructed(dossier, actor)
    refusals = []
    if not message.strip():
        refusals.append(Refusal("message_manquant", "Dites ce qui manque.", "message"))
    if limite <= on:
        refusals.append(Refusal("limite_passee", "La date limite est à venir.", "limite"))
    if refusals:
        raise Refused(*refusals)
    advance(locked, "demander_pieces", actor=actor, reason=message.strip(), complet_le=None)
    request = DemandePieces.objects.create(dossier=locked, debut=on, limite=limite, message=message.strip())
    tell_carriers(locked, f"Des pièces vous sont demandées avant le {limite:%d/%m/%Y}\u202f: {locked}.")
    return request


@transaction.atomic
def declare_complete(*, dossier: Dossier, actor: User, on: date) -> Dossier:
    """Say that nothing is missing."""
    locked = lock_instructed(dossier, actor)
    advance(locked, "declarer_complet", actor=actor, complet_le=on)
    tell_carriers(locked, f"Votre dossier est complet\u202f: {locked}.")
    return locked


@transaction.atomic
def examine(*, dossier: Dossier, actor: User, on: date) -> Dossier:
    """Begin the examination: what the engine says of the fit to the territory is frozen, with its date."""
    locked = lock_instructed(dossier, actor)
    fit = compute_adequation(locked, on=on)
    advance(locked, "instruire", actor=actor, adequation=fit, adequation_le=on if fit else None)
    if not any(each.act == "dialoguer" for each in WORKFLOWS[locked.demande]):
        publish(DossierPret(locked.pk, locked.departement))
    return locked


@transaction.atomic
def record_dialogue(*, dossier: Dossier, compte_rendu: str, actor: User) -> Dossier:
    """Write what the management dialogue concluded: the renewal or the avenant may go on."""
    locked = lock_instructed(dossier, actor)
    if not compte_rendu.strip():
        raise Refused(Refusal("compte_rendu_manquant", "Écrivez ce qui a été conclu.", "compte_rendu"))
    advance(locked, "dialoguer", actor=actor, reason=compte_rendu.strip())
    publish(DossierPret(locked.pk, locked.departement))
    return locked


@transaction.atomic
def put_on_agenda(*, dossier: Dossier, seance: date, actor: User, on: date, confirme: bool = False) -> Dossier:
    """Put a dossier on the agenda of the session of a day; what a former session said is set aside.

    A session after silence has meant refusal is kept for who confirms it: an express decision remains possible.
    """
    locked = lock_instructed(dossier, actor)
    if seance < on:
        raise Refused(Refusal("seance_passee", "La séance est à venir.", "seance"))
    if late := check_silence(seance, read_ligne(locked, on=on).horloge, confirme=confirme):
        raise Refused(*late)
    blank = {"commission_sens": "", "commission_le": None, "commission_texte": ""}
    advance(locked, "inscrire", actor=actor, reason=f"Séance du {seance:%d/%m/%Y}", seance_le=seance, **blank)
    publish(DossierInscrit(locked.pk, locked.departement, seance))
    tell_carriers(locked, f"Votre dossier passe en commission le {seance:%d/%m/%Y}\u202f: {locked}.")
    return locked


@transaction.atomic
def record_commission(*, dossier: Dossier, sens: str, texte: str, le: date, actor: User, on: date) -> Dossier:
    """Write the opinion of the commission."""
    locked = lock_instructed(dossier, actor)
    if sens not in SensAvis.values:
        raise Refused(Refusal("sens_inconnu", "Choisissez le sens de l’avis.", "sens"))
    if le > on:
        raise Refused(Refusal("date_future", "L’avis est rendu aujourd’hui au plus tard.", "le"))
    advance(
        locked,
        "rendre_avis",
        actor=actor,
        reason=texte.strip(),
        commission_sens=sens,
        commission_le=le,
        commission_texte=texte.strip(),
    )
    return locked


@transaction.atomic
def grant(*, dossier: Dossier, motifs: str, actor: User, on: date) -> Dossier:
    """Decide in favour, on the opinion that the law calls for."""
    locked = lock_instructed(dossier, actor)
    WORKFLOWS[locked.demande].target("accorder", locked.etat)
    remarques = read_fiche(locked, on=on).remarques
    interdits = [each.texte for each in remarques if each.code == PART_INTERDITE]
    if refusals := check_accord(get_portee(locked, on=on), locked.commission_sens, interdits):
        raise Refused(*refusals)
    advance(locked, "accorder", actor=actor, reason=motifs.strip(), decision_le=on, motifs=motifs.strip())
    tell_carriers(locked, f"Votre demande est accordée\u202f: {locked}.")
    return locked


@transaction.atomic
def refuse(*, dossier: Dossier, motifs: str, actor: User, on: date) -> Dossier:
    """Decide against, saying why (CRPA, art. L. 211-2)."""
    locked = lock_instructed(dossier, actor)
    if refusals := check_motifs(motifs):
        raise Refused(*refusals)
    advance(locked, "refuser", actor=actor, reason=motifs.strip(), decision_le=on, motifs=motifs.strip())
    tell_carriers(locked, f"Votre demande est refusée, les motifs sont dans le dossier\u202f: {locked}.")
    return locked


@transaction.atomic
def adjourn(*, dossier: Dossier, motifs: str, actor: User) -> Dossier:
    """Put off to another session, saying what is waited for; the clock of silence goes on."""
    locked = lock_instructed(dossier, actor)
    if refusals := check_motifs(motifs):
        raise Refused(*refusals)
    advance(locked, "ajourner", actor=actor, reason=motifs.strip())
    tell_carriers(locked, f"L’examen de votre demande est reporté\u202f: {locked}.")
    return locked


@transaction.atomic
def drop(*, dossier: Dossier, motifs: str, actor: User) -> Dossier:
    """Close a dossier without decision: its carrier gave no sign, or the request has no object any more."""
    locked = lock_instructed(dossier, actor)
    if refusals := check_motifs(motifs):
        raise Refused(*refusals)
    advance(locked, "classer", actor=actor, reason=motifs.strip(), motifs=motifs.strip())
    tell_carriers(locked, f"Votre demande est classée sans suite\u202f: {locked}.")
    return locked


@transaction.atomic
def sign(
    *,
    dossier: Dossier,
    numero: str,
    debut: date,
    fin: date,
    etp: Decimal,
    actor: User,
    on: date,
    postes: int | None = None,
    montant: Decimal | None = None,
) -> Convention:
    """Write the convention that was signed; it lasts no longer than the law allows."""
    locked = lock_instructed(dossier, actor)
    years = int(get_parametre(DUREE, on=debut).value)
    limite = add_months(debut, MOIS_AN * years) - timedelta(days=1)
    refusals = check_convention(debut=debut, fin=fin, limite=limite, postes=postes, etp=float(etp))
    if refusals:
        raise Refused(*refusals)
    advance(locked, "signer", actor=actor, reason=f"Convention {numero}")
    try:
        with transaction.atomic():
            return Convention.objects.create(
                dossier=locked,
                numero=numero.strip(),
                signee_le=on,
                debut=debut,
                fin=fin,
                postes=postes,
                etp=etp,
                montant=montant,
            )
    except IntegrityError as error:
        raise Refused(Refusal("numero_pris", "Une convention porte déjà ce numéro.", "numero")) from error


@transaction.atomic
def activate(*, dossier: Dossier, actor: User, on: date) -> Dossier:
    """Make a signed convention hold, from its first day: its SIAE is created or extended, with its posts."""
    locked = lock_instructed(dossier, actor)
    WORKFLOWS[locked.demande].target("activer", locked.etat)
    convention = Convention.objects.get(dossier=locked)
    if on < convention.debut:
        message = f"La convention commence le {convention.debut:%d/%m/%Y}\u202f: elle s’active à partir de ce jour."
        raise Refused(Refusal("trop_tot", message))
    siae = apply_convention(locked, convention, on=on)
    advance(locked, "activer", actor=actor, siae=locked.siae or siae)
    publish(ConventionActive(locked.pk, siae.pk))
    tell_carriers(locked, f"Votre convention est active\u202f: {locked}.")
    return locked
