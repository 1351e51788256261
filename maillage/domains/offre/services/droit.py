"""The one way in of every act on a dossier: lock its row, check whose it is, move its state, tell who waits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from maillage.domains.offre.queries.visibilite import carried_dossiers, instructed_dossiers
from maillage.domains.offre.rules.dossiers import WORKFLOWS
from maillage.foundations.kernel import audit
from maillage.foundations.kernel.attentes import page
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.notifications import notify_all
from maillage.references.accounts.enums import ProfilMembre
from maillage.references.accounts.models import Membre, User
from maillage.references.territoires.enums import Niveau

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from maillage.domains.offre.models import Dossier


def lock_carried(dossier: Dossier, actor: User) -> Dossier:
    """Return the dossier, locked, if the actor carries it; raise `Refused` otherwise."""
    return _lock(carried_dossiers(actor), dossier, "Ce dossier est celui d’une autre organisation.")


def lock_instructed(dossier: Dossier, actor: User) -> Dossier:
    """Return the dossier, locked, if the actor examines it; raise `Refused` otherwise."""
    return _lock(instructed_dossiers(actor), dossier, "Ce dossier n’est pas de votre département.")


def _lock(rows: QuerySet[Dossier], dossier: Dossier, message: str) -> Dossier:
    found = rows.select_for_update(of=("self",)).filter(pk=dossier.pk).first()
    if found is None:
        raise Refused(Refusal("interdit", message))
    return found


def advance(dossier: Dossier, act: str, *, actor: User | None, reason: str = "", **changes: Any) -> Dossier:
    """Move a locked dossier along its workflow, write what changes with it, journal the act."""
    audit.move(dossier, act, WORKFLOWS[dossier.demande], actor=actor, reason=reason)
    for name, value in changes.items():
        setattr(dossier, name, value)
    dossier.save(update_fields=["etat", *changes])
    audit.record(f"offre.{act}", dossier, actor=actor, etat=dossier.etat)
    return dossier


def tell_carriers(dossier: Dossier, texte: str) -> None:
    """Tell the direction of the organisation that carries a dossier."""
    _tell(
        {"organisation": dossier.organisation_id, "profil": ProfilMembre.SIAE_DIRECTION},
        "offre.dossier",
        texte,
        dossier,
    )


def tell_instructors(dossier: Dossier, texte: str) -> None:
    """Tell the agents who examine the dossiers of a département."""
    where = {
        "organisation__competences__niveau": Niveau.DEPARTEMENT,
        "organisation__competences__code": dossier.departement,
        "profil": ProfilMembre.ETAT_DEPARTEMENT,
    }
    _tell(where, "offre.instruction", texte, dossier)


def _tell(where: dict[str, Any], kind: str, texte: str, dossier: Dossier) -> None:
    members = Membre.objects.actifs().filter(**where).values("user")
    notify_all(User.objects.filter(pk__in=members), kind, texte, page("offre:dossier", dossier.public_id))
