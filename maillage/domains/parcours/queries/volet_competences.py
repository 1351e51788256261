"""The part of a person's sheet that tells what they can do; what awaits who observes, attests, delivers, receives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q, Sum
from django.utils import timezone

from maillage.domains.parcours.enums.competences import EtatCompetence
from maillage.domains.parcours.permissions import Permission
from maillage.domains.parcours.queries.competences import list_equipe, observables, own_contrats_of, portefeuille
from maillage.domains.parcours.queries.valorisation import (
    JOUR,
    attestations_of,
    fiches_of,
    list_agences,
    profils_of,
    received_fiches,
    sign_profil,
)
from maillage.foundations.kernel.attentes import Attente, page
from maillage.foundations.kernel.permissions import granted
from maillage.references.personnes.queries.volets import Volet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from maillage.domains.parcours.models import ProfilPartage
    from maillage.references.accounts.models import User
    from maillage.references.personnes.models import Personne

ORDRE = 55
PREMIERES = 3


def competences(user: User, personne: Personne, on: date) -> Volet | None:
    """Return what a person can do and what was done with it; None for who may not read it."""
    if not granted(user, Permission.VIEW_DOCUMENTS):
        return None
    lignes = portefeuille(personne)
    counts = {etat: sum(each.competence.etat == etat for each in lignes) for etat in EtatCompetence}
    mine = observables(user, on).filter(pk=personne.pk).exists()
    vouches = mine and granted(user, Permission.VOUCH).ok
    contrat = own_contrats_of(personne, user, on).first() if vouches else None
    return Volet(
        code="competences",
        titre="Compétences",
        template="parcours/competences/_volet.html",
        ordre=ORDRE,
        contexte={
            "personne": personne,
            "lignes": lignes,
            "premieres": [each for each in lignes if each.competence.etat == EtatCompetence.ATTESTEE][:PREMIERES],
            "attestees": counts[EtatCompetence.ATTESTEE],
            "observees": counts[EtatCompetence.OBSERVEE],
            "declarees": counts[EtatCompetence.DECLAREE],
            "contrat": contrat,
            "attestations": attestations_of(personne),
            "fiches": fiches_of(personne, user),
            "profils": _profils(personne, user, on) if vouches else [],
            "vouches": vouches,
            "suivie": vouches and list_agences(personne, on).exists(),
            "receives": granted(user, Permission.RECEIVE_LIAISON).ok,
            "proposee": vouches and list_equipe(user, on).filter(pk=personne.pk, depart=1).exists(),
        },
    )


def _profils(personne: Personne, user: User, on: date) -> Sequence[tuple[ProfilPartage, str, date | None]]:
    """Return the profiles that a person shares: the link, the last day it opens; None when it opens no more."""
    found = []
    for each in profils_of(personne, user):
        accord = each.consentement
        alive = each.expire_le > on and not accord.retire and accord.fin > on
        link = page("parcours:profil", sign_profil(each))
        found.append((each, link, min(each.expire_le, accord.fin) - JOUR if alive else None))
    return found


def list_attentes(user: User) -> Iterator[Attente]:
    """Yield what awaits who observes, attests, delivers or receives, in two queries."""
    if user.membre is None:
        return
    on = timezone.localdate()
    if granted(user, Permission.OBSERVE):
        yield from _equipe(user, on)
    if granted(user, Permission.RECEIVE_LIAISON):
        number = received_fiches(user).filter(lue_le__isnull=True).count()
        if number:
            label = "fiches de liaison sont" if number > 1 else "fiche de liaison est"
            yield Attente(
                f"{number} {label} à prendre en compte", f"{page('parcours:fiches_liaison')}?quoi=a_lire", nombre=number
            )


def _equipe(user: User, on: date) -> Iterator[Attente]:
    totals: dict[str, Any] = list_equipe(user, on).aggregate(
        a_observer=Sum("declarees"), a_attester=Sum("observees"), departs=Count("pk", filter=Q(depart=1))
    )
    url = page("parcours:competences_equipe")
    for key, quoi, one, many in (
        ("a_observer", "observer", "compétence est à observer", "compétences sont à observer"),
        ("a_attester", "attester", "compétence observée est à attester", "compétences observées sont à attester"),
    ):
        if number := totals[key] or 0:
            yield Attente(f"{number} {many if number > 1 else one}", f"{url}?quoi={quoi}", nombre=number)
    if (number := totals["departs"]) and granted(user, Permission.VOUCH):
        label = "salariés partent sans attestation de compétences" if number > 1 else "salarié part sans attestation"
        yield Attente(f"{number} {label}", f"{url}?quoi=depart", nombre=number)
