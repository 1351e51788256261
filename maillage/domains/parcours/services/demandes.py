"""Ask a prescripteur habilité to prolong a right; answer, or withdraw."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Coalesce

from maillage.domains.parcours.enums.demandes import EtatDemande, MotifRefus, Proposition
from maillage.domains.parcours.models import DemandeProlongation, TitreParcours
from maillage.domains.parcours.permissions import PRESCRIPTEURS, SIAE, Permission
from maillage.domains.parcours.queries.demandes import list_destinataires
from maillage.domains.parcours.queries.regles_titres import number
from maillage.domains.parcours.rules.demandes import DEMANDE_PROLONGATION
from maillage.domains.parcours.rules.titres import motifs
from maillage.domains.parcours.services.titres import check_prolonging, lock_titre, write_prolongation
from maillage.foundations.kernel import audit
from maillage.foundations.kernel.attentes import page
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.notifications import notify_all
from maillage.foundations.kernel.templatetags.ui import jour
from maillage.references.accounts.models import Membre, User
from maillage.references.personnes.enums import TypeRelation
from maillage.references.personnes.models import Relation
from maillage.references.personnes.services.droit import check_permission, lock

if TYPE_CHECKING:
    from datetime import date

    from maillage.references.accounts.models import Organisation
    from maillage.references.personnes.models import Personne
    from maillage.references.structures.models import Siae

BILAN_MIN = 40  # characters: fewer tell nothing of a pathway
REPONSE_MIN = 10


@dataclass(frozen=True, slots=True)
class FicheDemande:
    """What a SIAE asks: how long, why, of whom, after which pathway."""

    motif: str
    jours: int
    destinataire: Organisation
    bilan: str
    entretien: bool = False


@transaction.atomic
def ask_prolongation(
    *, titre: TitreParcours, siae: Siae, fiche: FicheDemande, actor: User, on: date
) -> DemandeProlongation:
    """Ask a prescripteur to prolong a right; the file opens to one who does not follow the person: they must decide."""
    locked = lock_titre(titre, siae, actor, on)
    check_prolonging(locked, siae, fiche.motif, fiche.jours, on=on)
    if not motifs()[fiche.motif].prescripteur:
        message = "Ce motif ne demande l’accord de personne\u202f: prolongez le titre directement."
        raise Refused(Refusal("sans_prescripteur", message, "motif"))
    if len(fiche.bilan.strip()) < BILAN_MIN:
        message = "Faites le bilan du parcours en quelques phrases\u202f: le prescripteur décide sur lui."
        raise Refused(Refusal("bilan_court", message, "bilan"))
    if locked.demandes.filter(etat=EtatDemande.ATTENTE).exists():
        raise Refused(Refusal("demande_en_attente", "Une demande attend déjà sa réponse pour ce titre."))
    if fiche.destinataire.pk not in {each.pk for each, _ in list_destinataires(locked.personne, on)}:
        message = "Cette organisation ne peut pas répondre pour cette personne."
        raise Refused(Refusal("destinataire", message, "destinataire"))
    demande = DemandeProlongation.objects.create(
        titre=locked,
        siae=siae,
        destinataire=fiche.destinataire,
        relation=_open_file(locked.personne, fiche.destinataire, actor, on),
        motif=fiche.motif,
        jours=fiche.jours,
        bilan=fiche.bilan.strip(),
        entretien=fiche.entretien,
        demandee_le=on,
        echeance=on + timedelta(days=number("demande_prolongation_jours", on)),
    )
    demande.refresh_from_db()
    audit.record("parcours.demander_prolongation", locked.personne, actor=actor, jours=fiche.jours)
    texte = f"{siae} vous demande une prolongation de parcours, avant le {jour(demande.echeance)}."
    _tell(fiche.destinataire.pk, PRESCRIPTEURS, "parcours.prolongation_demandee", texte, demande)
    return demande


@transaction.atomic
def grant_prolongation(
    *, demande: DemandeProlongation, actor: User, on: date, reponse: str = ""
) -> DemandeProlongation:
    """Grant what was asked: the right is prolonged, under the caps of the day of the request."""
    locked, titre = _lock_asked(demande, actor)
    audit.move(locked, "accorder", DEMANDE_PROLONGATION, actor=actor)
    # Asked in time, it is granted however long the answer took.
    check_prolonging(titre, locked.siae, locked.motif, locked.jours, on=locked.demandee_le)
    locked.prolongation = write_prolongation(
        titre, locked.siae, locked.motif, locked.jours, actor=actor, on=on, asked=locked.demandee_le
    )
    return _answer(locked, "accorder", actor, on, reponse=reponse.strip())


@transaction.atomic
def deny_prolongation(
    *, demande: DemandeProlongation, motif: str, proposition: str, reponse: str, actor: User, on: date
) -> DemandeProlongation:
    """Deny what was asked, for a reason, and propose something else."""
    locked, _ = _lock_asked(demande, actor)
    audit.move(locked, "refuser", DEMANDE_PROLONGATION, actor=actor)
    if motif not in MotifRefus.values:
        raise Refused(Refusal("motif_inconnu", "Choisissez le motif du refus.", "motif"))
    if proposition not in Proposition.values:
        raise Refused(Refusal("proposition_inconnue", "Choisissez ce que vous proposez.", "proposition"))
    if len(reponse.strip()) < REPONSE_MIN:
        raise Refused(Refusal("reponse_courte", "Expliquez votre décision, en une phrase.", "reponse"))
    changes = {"motif_refus": motif, "proposition": proposition, "reponse": reponse.strip()}
    return _answer(locked, "refuser", actor, on, **changes)


@transaction.atomic
def withdraw_prolongation(*, demande: DemandeProlongation, actor: User, on: date) -> DemandeProlongation:
    """Take back a request that has no answer yet."""
    check_permission(actor, Permission.HIRE)
    lock(demande.titre.personne, actor)
    locked = _lock_demande(demande)
    if actor.membre is None or actor.membre.organisation_id != locked.siae.organisation_id:
        raise Refused(Refusal("autre_organisation", "Cette demande est celle d’une autre SIAE."))
    audit.move(locked, "retirer", DEMANDE_PROLONGATION, actor=actor)
    return _answer(locked, "retirer", actor, on)


def remind_prolongations(*, on: date) -> int:
    """Remind the prescripteurs whose answer is awaited, each time so many days have passed, and return how many.

    The message and its mark are written in one transaction: run again that day, it reminds nobody. Past its deadline a
    request is the SIAE’s to press: it is told so at home.
    """
    late = on - timedelta(days=number("demande_prolongation_rappel_jours", on))
    rows = DemandeProlongation.objects.alias(dernier=Coalesce("relancee_le", "demandee_le")).filter(
        etat=EtatDemande.ATTENTE, echeance__gte=on, dernier__lte=late
    )
    done = 0
    for pk in list(rows.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            found = rows.select_for_update(of=("self",), skip_locked=True).select_related("siae").filter(pk=pk).first()
            if found is None:
                continue
            found.relancee_le = on
            found.save(update_fields=["relancee_le"])
            texte = f"{found.siae} attend votre réponse à une demande de prolongation, avant le {jour(found.echeance)}."
            _tell(found.destinataire_id, PRESCRIPTEURS, "parcours.prolongation_demandee", texte, found)
            done += 1
    return done


def _lock_asked(demande: DemandeProlongation, actor: User) -> tuple[DemandeProlongation, TitreParcours]:
    """Return a request and its right, both locked, if it was asked of the organisation of who acts."""
    check_permission(actor, Permission.GRANT)
    personne = lock(demande.titre.personne, actor)
    titre = TitreParcours.objects.select_for_update().get(pk=demande.titre_id)
    titre.personne = personne
    locked = _lock_demande(demande)
    if actor.membre is None or actor.membre.organisation_id != locked.destinataire_id:
        raise Refused(Refusal("autre_organisation", "Cette demande est adressée à une autre organisation."))
    return locked, titre


def _lock_demande(demande: DemandeProlongation) -> DemandeProlongation:
    rows = DemandeProlongation.objects.select_for_update(of=("self",)).select_related("siae", "titre__personne")
    found: DemandeProlongation = rows.get(pk=demande.pk)
    return found


def _answer(demande: DemandeProlongation, act: str, actor: User, on: date, **changes: str) -> DemandeProlongation:
    """Write the answer of a request that has just moved, close the file it opened, tell the other side."""
    demande.repondue_le = on
    for name, value in changes.items():
        setattr(demande, name, value)
    demande.save()
    audit.record(f"parcours.prolongation_{act}", demande.titre.personne, actor=actor)
    texte = f"Une demande de prolongation est {demande.get_etat_display()}."
    if demande.etat == EtatDemande.RETIREE:
        _tell(demande.destinataire_id, PRESCRIPTEURS, "parcours.prolongation_demandee", texte, None)
    else:
        _tell(demande.siae.organisation_id, SIAE, "parcours.prolongation_repondue", texte, demande)
    _close_file(demande, actor, on)
    return demande


def _open_file(personne: Personne, organisation: Organisation, actor: User, on: date) -> Relation | None:
    """Open the file to an organisation that does not follow the person: it cannot decide without reading it."""
    following = personne.relations.filter(Q(fin__isnull=True) | Q(fin__gt=on), organisation=organisation)
    if following.filter(Q(debut__lte=on) | Q(type=TypeRelation.PRESCRIPTION)).exists():
        return None
    relation = Relation.objects.create(
        personne=personne, organisation=organisation, type=TypeRelation.PRESCRIPTION, debut=on
    )
    audit.record("personnes.follow", personne, actor=actor, type=TypeRelation.PRESCRIPTION, debut=on.isoformat())
    return relation


def _close_file(demande: DemandeProlongation, actor: User, on: date) -> None:
    """Close what the request opened, unless somebody there has taken charge of the person since."""
    relation = demande.relation
    if relation is None or relation.fin is not None or relation.referent_id is not None:
        return
    relation.fin = max(on, relation.debut)
    relation.save(update_fields=["fin"])
    audit.record("personnes.end", demande.titre.personne, actor=actor, type=relation.type, fin=relation.fin.isoformat())


def _tell(
    organisation_id: int, profils: tuple[str, ...], kind: str, texte: str, demande: DemandeProlongation | None
) -> None:
    members = Membre.objects.actifs().filter(organisation=organisation_id, profil__in=profils).values("user")
    url = page("parcours:demande", demande.public_id) if demande else page("parcours:demandes")
    notify_all(User.objects.filter(pk__in=members), kind, texte, url)
