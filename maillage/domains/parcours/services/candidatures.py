"""Present a person to a SIAE, answer, pass on: each act moves the state, the relation that opens the file, the journal.

The person is locked first, then the candidature: two acceptances at once follow each other, and the second finds the
other candidatures already without object.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from maillage.domains.parcours.enums.orientation import EtatCandidature, MotifRefus, OrigineCandidature
from maillage.domains.parcours.models import Candidature, CommentaireCandidature
from maillage.domains.parcours.permissions import SIAE, Permission
from maillage.domains.parcours.queries.candidatures import REPONSE, overdue, to_archive
from maillage.domains.parcours.queries.postes import really_open
from maillage.domains.parcours.queries.suites import proposes_next
from maillage.domains.parcours.rules.orientation import (
    ATTENDUES,
    CANDIDATURE,
    DE_L_ORIENTEUR,
    DE_LA_SIAE,
    SIMPLES,
    VIVANTES,
    check_debut,
    check_refus,
)
from maillage.domains.parcours.services.postes import take_place
from maillage.foundations.kernel import audit
from maillage.foundations.kernel.attentes import page
from maillage.foundations.kernel.calendar import add_months
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.notifications import notify_all
from maillage.foundations.kernel.parameters import get_parametre
from maillage.references.accounts.models import Membre, User
from maillage.references.personnes.enums import TypeRelation
from maillage.references.personnes.services.droit import check_permission, follower, lock
from maillage.references.personnes.services.effets import close_relation, ensure_relation
from maillage.references.structures.models import Siae

if TYPE_CHECKING:
    from maillage.domains.parcours.models import Poste
    from maillage.references.personnes.models import Personne

AVANCE = "parcours.embauche_avance_mois"
REPORT = "parcours.embauche_report_jours"
E = EtatCandidature


@transaction.atomic
def present(
    *, personne: Personne, siae: Siae, actor: User, on: date, poste: Poste | None = None, message: str = ""
) -> Candidature:
    """Present to a SIAE a person whose file is open to who acts, for a post or for none; the file opens to the SIAE.

    A SIAE does it for itself: a spontaneous candidature; or for somebody it employs, to another SIAE: a next step.
    Asked twice the same day, it is the same candidature.
    """
    check_permission(actor, Permission.ORIENT)
    membre = follower(actor)
    own = membre.profil_role in SIAE
    elsewhere = own and siae.organisation_id != membre.organisation_id
    if elsewhere and not proposes_next(actor, personne, on):
        raise Refused(PAS_SALARIE)
    locked = lock(personne, actor)
    same = _living(locked, siae, poste)
    if same is not None and overdue_on(same, on):
        _expire(same, on)
    elif same is not None and same.deposee_le == on and same.organisation_id == membre.organisation_id:
        return same
    origine = OrigineCandidature.ORIENTATION
    if own:
        origine = OrigineCandidature.SUITE if elsewhere else OrigineCandidature.SPONTANEE
    return _create(locked, siae, poste, origine, message, membre, actor, on)


@transaction.atomic
def move_candidature(*, candidature: Candidature, act: str, actor: User, on: date) -> Candidature:
    """Do an act that asks nothing more: study, put off, keep, take up again, withdraw, cancel."""
    if act not in SIMPLES:
        raise Refused(Refusal("acte_inconnu", "Cet acte n’existe pas."))
    locked = _lock(candidature, act, actor, on)
    # The delay to answer begins again when a candidature comes back; from new to studied, it runs on.
    comes_back = act == "reprendre" or (act == "examiner" and locked.etat != E.NOUVELLE)
    _move(locked, act, actor, on, **({"echeance": _echeance(on)} if comes_back else {}))
    if act in DE_LA_SIAE:
        _tell_orienteur(locked)
    return locked


@transaction.atomic
def accept(*, candidature: Candidature, debut: date, actor: User, on: date) -> Candidature:
    """Accept a candidature: the others of the person that wait for an answer have no object any more.

    The file stays open to the SIAE until the contract, whose first day may be put off by the delay in force.
    """
    locked = _lock(candidature, "accepter", actor, on)
    limite = add_months(on, int(get_parametre(AVANCE, on=on).value))
    if found := check_debut(debut, on=on, limite=limite):
        raise Refused(*found)
    _move(locked, "accepter", actor, on, debut_prevu=debut, motif_refus="")
    organisation = locked.siae.organisation
    ensure_relation(
        personne=locked.personne,
        organisation=organisation,
        type_relation=TypeRelation.CANDIDATURE,
        debut=on,
        actor=actor,
    )
    report = timedelta(days=int(get_parametre(REPORT, on=on).value) + 1)
    _close(locked, debut + report, actor)
    if locked.poste is not None:
        take_place(locked.poste, on=on, actor=actor)
    others = (
        Candidature.objects.filter(personne=locked.personne, etat__in=(E.NOUVELLE, E.ETUDE, E.REPORTEE))
        .exclude(pk=locked.pk)
        .select_for_update(of=("self",))
        .select_related("personne", "siae__organisation", "poste", "auteur__user")
    )
    for other in others:
        _move(other, "devenir_sans_objet", None, on)
        _tell_siae(other, "Une candidature que vous étudiiez est sans objet\u202f: la personne est acceptée ailleurs.")
    _tell_orienteur(locked)
    return locked


@transaction.atomic
def refuse(*, candidature: Candidature, motif: str, reponse: str, actor: User, on: date) -> Candidature:
    """Refuse a candidature, for a reason that the orienteur reads; the file closes to the SIAE after the delay."""
    locked = _lock(candidature, "refuser", actor, on)
    if found := check_refus(motif, reponse):
        raise Refused(*found)
    _move(locked, "refuser", actor, on, motif_refus=motif, reponse=reponse.strip())
    _tell_orienteur(locked)
    return locked


@transaction.atomic
def transfer(*, candidature: Candidature, siae: Siae, actor: User, on: date) -> Candidature:
    """Give a candidature to another SIAE of who acts: it is new there, and what the former told itself goes away."""
    locked = _lock(candidature, "transferer", actor, on)
    if siae.pk == locked.siae_id or siae.pk not in {each.pk for each in own_siae(actor)}:
        raise Refused(Refusal("autre_siae", "Choisissez une autre SIAE où vous agissez.", "siae"))
    if _living(locked.personne, siae, None) is not None:
        raise Refused(DEJA)
    former = locked.siae.organisation
    locked.commentaires.all().delete()
    locked.siae, locked.poste = siae, None
    _move(locked, "transferer", actor, on, siae=siae, poste=None, echeance=_echeance(on))
    if former.pk != siae.organisation_id and not _others(locked.personne, former.pk, locked.pk):
        close_relation(
            personne=locked.personne,
            organisation=former,
            type_relation=TypeRelation.CANDIDATURE,
            fin=on,
            actor=actor,
        )
    _tell_siae(locked, "Une candidature vous est transférée par une autre SIAE.")
    return locked


@transaction.atomic
def pass_on(
    *, candidature: Candidature, siae: Siae, message: str, actor: User, on: date, poste: Poste | None = None
) -> Candidature:
    """Pass on to the SIAE of another organisation a person whom one refused, and return the new candidature.

    The journal keeps who opened the file to whom.
    """
    locked = _lock(candidature, "transmettre", actor, on)
    membre = follower(actor)
    if siae.organisation_id == membre.organisation_id:
        raise Refused(Refusal("meme_organisation", "Cette SIAE est la vôtre\u202f: transférez la candidature.", "siae"))
    motif = locked.motif_refus
    created = _create(locked.personne, siae, poste, OrigineCandidature.TRANSFERT, message, membre, actor, on, locked)
    _move(locked, "transmettre", actor, on, motif_refus=motif, repondue_le=locked.repondue_le)
    return created


@transaction.atomic
def comment(*, candidature: Candidature, texte: str, actor: User) -> CommentaireCandidature:
    """Write to one's colleagues of the SIAE about a candidature; the same words twice in a row are one comment."""
    check_permission(actor, Permission.PUBLISH)
    membre = follower(actor)
    lock(candidature.personne, actor)
    locked = Candidature.objects.select_for_update(of=("self",)).select_related("siae").get(pk=candidature.pk)
    if locked.siae.organisation_id != membre.organisation_id:
        raise Refused(AUTRE_SIAE)
    if not texte.strip():
        raise Refused(Refusal("vide", "Écrivez un commentaire.", "texte"))
    last = locked.commentaires.order_by("-pk").first()
    if last is not None and last.auteur_id == actor.pk and last.texte == texte.strip():
        return last
    return CommentaireCandidature.objects.create(
        candidature=locked, auteur=actor, organisation_id=membre.organisation_id, texte=texte.strip()
    )


def expire_candidatures(*, on: date) -> int:
    """Refuse the candidatures that had no answer at their term, and return how many; again, it changes nothing.

    Nothing shown depends on it: an unanswered candidature reads as refused from its term on.
    """
    done = 0
    for pk in list(Candidature.objects.filter(overdue(on)).order_by("echeance", "pk").values_list("pk", flat=True)):
        with transaction.atomic():
            found = (
                Candidature.objects.filter(overdue(on), pk=pk)
                .select_for_update(of=("self",), skip_locked=True)
                .select_related("personne", "siae__organisation", "poste", "auteur__user")
                .first()
            )
            if found is not None:
                _expire(found, on)
                done += 1
    return done


@transaction.atomic
def archive_candidatures(*, on: date) -> int:
    """Put away the candidatures that nothing has moved for long, and return how many; again, it changes nothing.

    Their state stays, and whoever may act on them still may: the next move takes them out.
    """
    rows = Candidature.objects.filter(to_archive(on)).exclude(overdue(on))
    done: int = rows.update(archivee_le=on)
    return done


def own_siae(actor: User) -> list[Siae]:
    """Return the SIAE of every organisation for which a person follows candidates, in activity."""
    held = {each.organisation_id for each in actor.membres_actifs if each.profil_role in SIAE}
    return list(Siae.objects.actives().filter(organisation__in=held).order_by("nom", "type_siae"))


def overdue_on(candidature: Candidature, on: date) -> bool:
    """Tell whether a candidature had no answer at its term."""
    return candidature.etat in ATTENDUES and candidature.echeance <= on


PAS_SALARIE = Refusal(
    "autre_siae",
    "Une SIAE ne présente à une autre que ses salariés. Transmettez la candidature que vous avez refusée.",
)
AUTRE_SIAE = Refusal("autre_siae", "Cette candidature est adressée à une autre SIAE.")
DEJA = Refusal("deja_candidate", "Cette SIAE étudie déjà cette personne pour ce poste\u202f: suivez sa candidature.")


def _create(
    personne: Personne,
    siae: Siae,
    poste: Poste | None,
    origine: OrigineCandidature,
    message: str,
    membre: Membre,
    actor: User,
    on: date,
    issue_de: Candidature | None = None,
) -> Candidature:
    if personne.opposition_le is not None:
        raise Refused(Refusal("opposition", "Cette personne s’est opposée à l’utilisation de ses données."))
    if siae.fin is not None and siae.fin <= on:
        raise Refused(Refusal("siae_finie", "Cette SIAE n’est plus en activité."))
    if poste is not None and not type(poste).objects.filter(really_open(on), pk=poste.pk, siae=siae).exists():
        raise Refused(Refusal("poste_ferme", "Ce poste ne reçoit plus de candidature."))
    try:
        with transaction.atomic():
            candidature = Candidature.objects.create(
                personne=personne,
                siae=siae,
                poste=poste,
                origine=origine,
                organisation_id=membre.organisation_id,
                auteur=membre,
                message=message.strip(),
                deposee_le=on,
                maj_le=on,
                echeance=_echeance(on),
                issue_de=issue_de,
            )
    except IntegrityError as error:
        if "candidature_une_a_la_fois" in str(error):
            raise Refused(DEJA) from error
        raise
    candidature.refresh_from_db(fields=["public_id"])
    ensure_relation(
        personne=personne,
        organisation=siae.organisation,
        type_relation=TypeRelation.CANDIDATURE,
        debut=on,
        actor=actor,
    )
    audit.record("parcours.presenter", personne, actor=actor, siae=siae.pk, origine=str(origine))
    if origine != OrigineCandidature.SPONTANEE:
        _tell_siae(candidature, "Une candidature vous est adressée.")
    return candidature


def _lock(candidature: Candidature, act: str, actor: User, on: date) -> Candidature:
    """Return the candidature, locked after its person, if who acts may do this to it; expired first if it is.

    One that moved since it was read is refused: of two SIAE that accept at once, the second must know it.
    """
    check_permission(actor, Permission.PUBLISH if act in DE_LA_SIAE else Permission.ORIENT)
    membre = follower(actor)
    lock(candidature.personne, actor)
    locked = (
        Candidature.objects.select_for_update(of=("self",))
        .select_related("personne", "siae__organisation", "poste", "auteur__user")
        .get(pk=candidature.pk)
    )
    if act in DE_LA_SIAE and locked.siae.organisation_id != membre.organisation_id:
        raise Refused(AUTRE_SIAE)
    if act in DE_L_ORIENTEUR and locked.organisation_id != membre.organisation_id:
        raise Refused(Refusal("autre_orienteur", "Cette candidature a été présentée par une autre organisation."))
    if locked.etat != candidature.etat:
        message = "Cette candidature vient de changer\u202f: relisez-la avant d’agir."
        raise Refused(Refusal("a_change", message))
    if overdue_on(locked, on):
        _expire(locked, on)
    return locked


def _move(candidature: Candidature, act: str, actor: User | None, on: date, **changes: Any) -> None:
    """Move a locked candidature, write what changes with it, open or close the file to the SIAE, journal the act."""
    audit.move(candidature, act, CANDIDATURE, actor=actor)
    living = candidature.etat in VIVANTES
    defaults: dict[str, Any] = {
        "maj_le": on,
        "repondue_le": None if living else on,
        "motif_refus": "",
        "archivee_le": None,
    }
    if candidature.etat != E.ANNULEE:
        defaults["debut_prevu"] = None
    for name, value in (defaults | changes).items():
        setattr(candidature, name, value)
    candidature.save(update_fields=["etat", *(defaults | changes)])
    audit.record(f"parcours.candidature_{act}", candidature.personne, actor=actor, siae=candidature.siae_id)
    if living:
        ensure_relation(
            personne=candidature.personne,
            organisation=candidature.siae.organisation,
            type_relation=TypeRelation.CANDIDATURE,
            debut=on,
            actor=actor,
        )
    elif candidature.etat != E.ACCEPTEE:
        _close(candidature, on, actor)


def _close(candidature: Candidature, fin: date, actor: User | None) -> None:
    """Close the file to the SIAE from a day on, unless another candidature keeps it open."""
    if not _others(candidature.personne, candidature.siae.organisation_id, candidature.pk):
        close_relation(
            personne=candidature.personne,
            organisation=candidature.siae.organisation,
            type_relation=TypeRelation.CANDIDATURE,
            fin=fin,
            actor=actor,
        )


def _others(personne: Personne, organisation: int, pk: int) -> bool:
    living = Candidature.objects.filter(personne=personne, siae__organisation=organisation, etat__in=VIVANTES)
    return living.exclude(pk=pk).exists()


def _living(personne: Personne, siae: Siae, poste: Poste | None) -> Candidature | None:
    return (
        Candidature.objects.filter(personne=personne, siae=siae, poste=poste, etat__in=VIVANTES)
        .select_for_update(of=("self",))
        .select_related("personne", "siae__organisation", "poste", "auteur__user")
        .first()
    )


def _expire(candidature: Candidature, on: date) -> None:
    _move(candidature, "perimer", None, on, motif_refus=MotifRefus.SANS_REPONSE)
    _tell_orienteur(candidature)


def _echeance(on: date) -> date:
    return on + timedelta(days=int(get_parametre(REPONSE, on=on).value))


def _tell_siae(candidature: Candidature, texte: str) -> None:
    """Tell those who follow candidates in the SIAE, naming nobody."""
    members = Membre.objects.actifs().filter(organisation=candidature.siae.organisation_id, profil__in=SIAE)
    notify_all(
        User.objects.filter(pk__in=members.values("user")),
        "parcours.candidature",
        texte,
        page("parcours:candidature", candidature.public_id),
    )


def _tell_orienteur(candidature: Candidature) -> None:
    """Tell whoever presented the person that the SIAE answered, naming nobody; a SIAE does not tell itself."""
    auteur = candidature.auteur
    if auteur is None or auteur.organisation_id == candidature.siae.organisation_id:
        return
    notify_all(
        User.objects.filter(pk=auteur.user_id, is_active=True),
        "parcours.reponse",
        f"{candidature.siae}\u202f: une candidature que vous avez présentée est {candidature.get_etat_display()}.",
        page("parcours:candidature", candidature.public_id),
    )
