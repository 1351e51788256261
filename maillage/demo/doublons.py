"""Files that two people opened for one person: what the page of likely duplicates is made for."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Q

from maillage.references.accounts.models import User
from maillage.references.personnes.enums import TypeRelation
from maillage.references.personnes.models import Personne, Relation
from maillage.references.personnes.queries.doublons import list_doublons
from maillage.references.personnes.rules import Identite
from maillage.references.personnes.services.personnes import create_personne

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

# Who opened a second file, under which title, of how many of the persons whom their organisation follows.
COMPTES = (
    ("siae_accompagnement", TypeRelation.CANDIDATURE, 2),
    ("prescripteur", TypeRelation.PRESCRIPTION, 1),
)


def load_doublons(on: date) -> int:
    """Open second files, once, and return how many pairs the accounts see."""
    count = 0
    for profil, kind, number in COMPTES:
        actor = User.objects.filter(email=f"{profil}@maillage.example").first()
        if actor is None or actor.membre is None:
            continue
        if not list_doublons(actor):
            for rank, personne in enumerate(_followed(actor, number, on)):
                create_personne(
                    identite=_again(personne, rank),
                    type_relation=kind,
                    debut=on - timedelta(days=9),
                    actor=actor,
                    on=on,
                )
        count += len(list_doublons(actor))
    return count


def _followed(actor: User, number: int, on: date) -> Sequence[Personne]:
    """Return persons whom the organisation follows, long names first: a letter less tells less of them."""
    running = Relation.objects.filter(Q(fin=None) | Q(fin__gt=on), organisation=actor.membre.organisation_id)  # type: ignore[union-attr]
    rows = Personne.objects.filter(pk__in=running.values("personne"), date_naissance__isnull=False, anonymisee_le=None)
    return sorted(rows.defer("nir")[:200], key=lambda each: (-len(each.nom), each.pk))[:number]


def _again(personne: Personne, rank: int) -> Identite:
    """Return who somebody typed in a hurry: names in capitals, or a letter forgotten; no number, no address."""
    nom, prenom = personne.nom, personne.prenom
    names = (nom.upper(), prenom.upper()) if rank % 2 == 0 else (nom[:-1], prenom)
    return Identite(
        nom=names[0],
        prenom=names[1],
        sexe=personne.sexe,
        date_naissance=personne.date_naissance,
        commune=personne.commune,
    )
