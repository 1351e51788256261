"""What the sheet of a person shows of their support, at a glance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maillage.domains.parcours.queries.accompagnement import read_acces, read_fiche
from maillage.references.personnes.queries.volets import Volet

if TYPE_CHECKING:
    from datetime import date

    from maillage.references.accounts.models import User
    from maillage.references.personnes.models import Personne


def accompagnement(user: User, personne: Personne, on: date) -> Volet | None:
    """Return the part of the sheet on the support, None for who may read none of it."""
    acces = read_acces(user, personne, on)
    if acces is None:
        return None
    fiche = read_fiche(acces, on)
    late = fiche.retards
    alerte = "" if not late else "Une action est en retard." if late == 1 else f"{late} actions sont en retard."
    context = {"fiche": fiche, "personne": personne}
    return Volet("accompagnement", "Accompagnement", "parcours/accompagnement/_volet.html", 40, context, alerte)
