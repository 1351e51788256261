"""The parts of a person's sheet that tell what they agreed to, and what a CTA was asked about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from maillage.domains.parcours.enums.cta import EtatCas
from maillage.domains.parcours.permissions import Permission
from maillage.domains.parcours.queries.consentements import JOUR, consents_of
from maillage.domains.parcours.queries.cta import cas_of
from maillage.domains.parcours.queries.rencontres import open_rencontres
from maillage.domains.parcours.rules.consentements import explications
from maillage.domains.parcours.rules.cta import VIVANTS
from maillage.foundations.kernel.permissions import granted
from maillage.references.personnes.permissions import Permission as Personnes
from maillage.references.personnes.queries.visibilite import followed_by
from maillage.references.personnes.queries.volets import Volet

if TYPE_CHECKING:
    from datetime import date

    from maillage.references.accounts.models import User
    from maillage.references.personnes.models import Personne

ORDRE = 70


def consentements(user: User, personne: Personne, on: date) -> Volet | None:
    """Return what a person agrees to, and agreed to before, in two queries; None for who does not follow them."""
    if not granted(user, Personnes.FOLLOW) or not followed_by(user).filter(pk=personne.pk).exists():
        return None
    rows = list(consents_of(personne))
    current = [each for each in rows if each.debut <= on < each.fin]
    mine = user.membre.organisation_id if user.membre else None
    held = {each.objet for each in current if each.organisation_id == mine}
    return Volet(
        code="consentements",
        titre="Consentements",
        template="parcours/consentements/_volet.html",
        ordre=ORDRE,
        contexte={
            "en_cours": [
                (
                    each,
                    each.fin - JOUR,
                    reverse("parcours:consentement_retirer", args=[personne.public_id, each.public_id]),
                )
                for each in current
            ],
            "passes": [
                (each, each.fin - JOUR if each.fin > each.debut else each.fin) for each in rows if each.fin <= on
            ],
            "offerts": [
                (told.titre, reverse("parcours:consentir", args=[personne.public_id, objet]))
                for objet, told in explications().items()
                if objet not in held
            ],
        },
    )


def cas(user: User, personne: Personne, on: date) -> Volet | None:
    """Return the cases of CTA of a person that one may read, and the ways to present them; None without either."""
    rows = list(cas_of(user, personne, on))
    follows = followed_by(user).filter(pk=personne.pk).exists()
    may_present = follows and granted(user, Permission.PRESENT_CTA).ok
    may_share = follows and granted(user, Permission.SHARE).ok and open_rencontres(user).exists()
    if not rows and not may_present:
        return None
    waits = any(each.etat in VIVANTS for each in rows)
    return Volet(
        code="cta",
        titre="CTA et rencontres entre SIAE",
        template="parcours/cta/_volet.html",
        ordre=ORDRE + 1,
        contexte={
            "cas": rows,
            "traite": EtatCas.TRAITE.value,
            "proposer": reverse("parcours:cas_proposer", args=[personne.public_id])
            if may_present and not waits
            else "",
            "presenter": reverse("parcours:suite_presenter", args=[personne.public_id]) if may_share else "",
        },
    )
