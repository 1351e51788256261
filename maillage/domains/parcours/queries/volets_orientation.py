"""The candidatures of a person, on their sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maillage.domains.parcours.enums.orientation import EtatCandidature
from maillage.domains.parcours.permissions import SIAE, Permission
from maillage.domains.parcours.queries.candidatures import of_personne
from maillage.domains.parcours.rules.orientation import ATTENDUES
from maillage.foundations.kernel.attentes import page
from maillage.foundations.kernel.permissions import granted
from maillage.references.personnes.queries.personnes import follows
from maillage.references.personnes.queries.volets import Volet

if TYPE_CHECKING:
    from datetime import date

    from maillage.references.accounts.models import User
    from maillage.references.personnes.models import Personne

MONTREES = 10


def candidatures(user: User, personne: Personne, on: date) -> Volet | None:
    """Return the candidatures of a person that an account may read, and the way to present them to a SIAE."""
    if not granted(user, Permission.VIEW):
        return None
    rows = list(of_personne(user, personne, on)[: MONTREES + 1])
    presents = granted(user, Permission.ORIENT).ok and follows(user, personne, on)
    is_siae = user.membre is not None and user.membre.profil_role in SIAE
    lines = [
        {
            "candidature": each,
            "etat": EtatCandidature(each.etat_lu).label,  # type: ignore[attr-defined]  # annotated
            "attendue": each.etat_lu in ATTENDUES,  # type: ignore[attr-defined]
            "motif": each.get_motif_refus_display(),
            "url": page("parcours:candidature", each.public_id),
        }
        for each in rows[:MONTREES]
    ]
    return Volet(
        code="candidatures",
        titre="Candidatures",
        template="parcours/candidatures/_volet.html",
        ordre=30,
        contexte={
            "lignes": lines,
            "plus": len(rows) > MONTREES,
            "chercher": page("parcours:postes_personne", personne.public_id) if presents else "",
            "presenter": page("parcours:orienter", personne.public_id) if presents else "",
            "is_siae": is_siae,
        },
    )
