"""Show a profile without a name, with the person's consent; answer; withdraw."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from maillage.domains.entreprises.models import PresentationProfil
from maillage.domains.entreprises.permissions import Permission
from maillage.domains.entreprises.queries.profils import list_destinataires, presented, received
from maillage.domains.entreprises.rules.profils import DU_DESTINATAIRE, PROFIL, names_somebody
from maillage.domains.parcours.enums.consentement import ObjetConsentement
from maillage.domains.parcours.services.consentements import ensure_consent
from maillage.foundations.kernel import audit
from maillage.foundations.kernel.attentes import page
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.notifications import notify_all
from maillage.foundations.kernel.permissions import granted
from maillage.references.accounts.models import Membre, User
from maillage.references.personnes.services.droit import lock

if TYPE_CHECKING:
    from datetime import date

    from maillage.domains.entreprises.models import BesoinEntreprise
    from maillage.domains.parcours.services.evenements_consentements import ConsentementRetire
    from maillage.references.accounts.models import Organisation
    from maillage.references.economie.models import Rome
    from maillage.references.personnes.models import Personne
    from maillage.references.structures.models import Siae

NOMME = "Ce texte nomme la personne ou donne de quoi la joindre\u202f: dites ce qu’elle sait faire, pas qui elle est."


@transaction.atomic
def present_profile(
    *,
    personne: Personne,
    siae: Siae,
    destinataire: Organisation,
    rome: Rome,
    atouts: str,
    disponible_le: date,
    actor: User,
    on: date,
    besoin: BesoinEntreprise | None = None,
    accord_jusqu_au: date | None = None,
) -> PresentationProfil:
    """Show to an organisation what a person can do, never who they are.

    It rests on their agreement in force; `accord_jusqu_au` records one given today, up to the day before. Raise
    `Refused` without it, or when the words name them.
    """
    if not (decision := granted(actor, Permission.PROPOSE)):
        raise Refused(Refusal("interdit", decision.reason))
    if actor.membre is None or actor.membre.organisation_id != siae.organisation_id:
        raise Refused(Refusal("autre_siae", "Cette SIAE est celle d’une autre organisation.", "siae"))
    locked = lock(personne, actor)
    if not list_destinataires().filter(pk=destinataire.pk).exists():
        raise Refused(Refusal("destinataire", "Cette organisation ne reçoit pas de profil.", "destinataire"))
    if names_somebody(atouts, (locked.nom, locked.prenom, siae.nom)):
        raise Refused(Refusal("profil_nomme", NOMME, "atouts"))
    consent = ensure_consent(
        personne=locked, objet=ObjetConsentement.ENTREPRISE, jusqu_au=accord_jusqu_au, actor=actor, on=on
    )
    made = PresentationProfil.objects.create(
        personne=locked,
        siae=siae,
        consentement=consent,
        destinataire=destinataire,
        besoin=besoin,
        rome=rome,
        atouts=atouts.strip(),
        disponible_le=disponible_le,
        presente_le=on,
    )
    made.refresh_from_db(fields=["public_id"])
    audit.record("entreprises.presenter", locked, actor=actor, destinataire=str(destinataire.public_id))
    _tell(destinataire, Permission.RECEIVE, f"Un profil vous est présenté\u202f: {rome}.", page("entreprises:profils"))
    return made


@transaction.atomic
def answer_profile(*, presentation: PresentationProfil, act: str, actor: User, on: date, reponse: str = "") -> None:
    """Move a profile: who received it says what a company thinks, its SIAE notes a hire or withdraws it."""
    rows = received(actor, on) if act in DU_DESTINATAIRE else presented(actor)
    if not rows.filter(pk=presentation.pk).exists():
        raise Refused(Refusal("interdit", "Ce profil n’est pas de votre organisation, ou n’est plus présenté."))
    locked = PresentationProfil.objects.select_for_update().get(pk=presentation.pk)
    if act == "ecarter" and not reponse.strip():
        raise Refused(Refusal("motif_manquant", "Dites pourquoi\u202f: la personne en tirera parti.", "reponse"))
    audit.move(locked, act, PROFIL, actor=actor)
    locked.reponse, locked.reponse_le = reponse.strip() or locked.reponse, on
    locked.save(update_fields=["etat", "reponse", "reponse_le"])
    audit.record(f"entreprises.{act}_profil", locked.personne, actor=actor)
    if act in DU_DESTINATAIRE:
        text = f"Un profil que vous avez présenté a une réponse\u202f: {locked.get_etat_display()}."
        _tell(locked.siae.organisation, Permission.PROPOSE, text, page("entreprises:profils_presentes"))


@transaction.atomic
def withdraw_profiles(event: ConsentementRetire) -> None:
    """Withdraw the profiles that rested on an agreement that the person took back; nobody was shown them since."""
    moving = {source for each in PROFIL if each.act == "retirer" for source in each.sources}
    rows = PresentationProfil.objects.filter(consentement=event.consentement, etat__in=moving).select_for_update()
    for profil in rows.order_by("pk"):
        audit.move(profil, "retirer", PROFIL, actor=None)
        profil.reponse_le = profil.reponse_le or timezone.localdate()
        profil.save(update_fields=["etat", "reponse_le"])
        audit.record("entreprises.retirer_profil", profil.personne, actor=None)


def _tell(organisation: Organisation, permission: Permission, texte: str, url: str) -> None:
    members = Membre.objects.actifs().filter(organisation=organisation).values("user")
    people = [user for user in User.objects.filter(pk__in=members) if granted(user, permission)]
    notify_all(people, "entreprises.profil", texte, url)
