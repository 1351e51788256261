"""Ask a partner what they think of a project; give one's opinion, once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from maillage.domains.offre.enums import EtatDossier, SensAvis
from maillage.domains.offre.models import AvisPartenaire
from maillage.domains.offre.permissions import ROLES, Permission
from maillage.domains.offre.queries.dossiers import read_ligne
from maillage.domains.offre.queries.visibilite import asked_avis
from maillage.domains.offre.rules.dossiers import PENDANTS
from maillage.domains.offre.rules.horloge import check_silence
from maillage.domains.offre.services.droit import advance, lock_instructed, tell_instructors
from maillage.foundations.kernel import audit
from maillage.foundations.kernel.attentes import page
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.notifications import notify_all
from maillage.references.accounts.models import Membre, User

if TYPE_CHECKING:
    from datetime import date

    from maillage.domains.offre.models import Dossier
    from maillage.references.accounts.models import Organisation

TEXTE_MIN = 10
OPINANTS = tuple(role for role, held in ROLES.items() if Permission.OPINE in held)


@transaction.atomic
def ask_avis(
    *,
    dossier: Dossier,
    organisation: Organisation,
    echeance: date,
    actor: User,
    on: date,
    question: str = "",
    confirme: bool = False,
) -> AvisPartenaire:
    """Ask the opinion of an organisation before a day; a partner who has already answered may be asked again.

    A day after silence has meant refusal is kept for who confirms it.
    """
    locked = lock_instructed(dossier, actor)
    if echeance < on:
        raise Refused(Refusal("echeance_passee", "L’échéance est à venir.", "echeance"))
    if late := check_silence(echeance, read_ligne(locked, on=on).horloge, confirme=confirme):
        raise Refused(*late)
    if not set(organisation.roles_offerts) & set(OPINANTS):
        message = "Cette organisation ne rend pas d’avis sur les projets."
        raise Refused(Refusal("partenaire_impossible", message, "organisation"))
    if locked.etat != EtatDossier.AVIS:
        advance(locked, "consulter", actor=actor)
    try:
        with transaction.atomic():
            avis = AvisPartenaire.objects.create(
                dossier=locked, organisation=organisation, demande_le=on, echeance=echeance, question=question
            )
    except IntegrityError as error:
        message = "L’avis de ce partenaire est déjà demandé."
        raise Refused(Refusal("deja_demande", message, "organisation")) from error
    avis.refresh_from_db(fields=["public_id"])
    audit.record("offre.demander_avis", locked, actor=actor, organisation=str(organisation.public_id))
    members = Membre.objects.actifs().filter(organisation=organisation, profil__in=OPINANTS).values("user")
    texte = f"Votre avis est attendu sur un projet\u202f: {locked}, avant le {echeance:%d/%m/%Y}."
    notify_all(User.objects.filter(pk__in=members), "offre.avis", texte, page("offre:avis_rendre", avis.public_id))
    return avis


def check_awaited(avis: AvisPartenaire) -> None:
    """Raise `Refused` once an opinion is given, or its dossier waits for no decision."""
    if avis.rendu_le:
        raise Refused(Refusal("deja_rendu", "Cet avis est déjà rendu\u202f: il ne change plus."))
    if avis.dossier.etat not in PENDANTS:
        raise Refused(Refusal("dossier_decide", "Le dossier n’attend plus de décision, ni donc d’avis."))


@transaction.atomic
def give_avis(*, avis: AvisPartenaire, sens: str, texte: str, actor: User, on: date) -> AvisPartenaire:
    """Give the opinion of one's organisation, before any decision: from then on it changes no more."""
    locked = asked_avis(actor).select_for_update(of=("self", "dossier")).filter(pk=avis.pk).first()
    if locked is None:
        raise Refused(Refusal("interdit", "Cet avis est demandé à une autre organisation."))
    check_awaited(locked)
    if sens not in SensAvis.values:
        raise Refused(Refusal("sens_inconnu", "Choisissez le sens de l’avis.", "sens"))
    if len(texte.strip()) < TEXTE_MIN:
        raise Refused(Refusal("texte_court", "Dites pourquoi, en une phrase au moins.", "texte"))
    locked.sens, locked.texte, locked.rendu_le = sens, texte.strip(), on
    locked.save(update_fields=["sens", "texte", "rendu_le"])
    audit.record("offre.rendre_avis_partenaire", locked.dossier, actor=actor, sens=sens)
    tell_instructors(locked.dossier, f"{locked.organisation} a rendu son avis\u202f: {locked.dossier}.")
    return locked
