"""Cooperation conventions in every state, among the SIAE and agencies of the accounts of the demonstration."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from maillage.domains.parcours.enums.cooperation import EtatConvention
from maillage.domains.parcours.models import Contrat, ConventionCooperation, EngagementConvention, PartieConvention
from maillage.domains.parcours.services.cooperation import SIGNATAIRES
from maillage.references.accounts.models import Membre, Organisation, User
from maillage.references.structures.models import Siae

if TYPE_CHECKING:
    from collections.abc import Sequence

E = EtatConvention
# Object, state, first day from today and length, whether France Travail is a party, whether we signed, whether the
# proposal is ours. Nobody of the neighbours has an account: who signed for them never signs in.
SCENES: tuple[tuple[str, EtatConvention, int, int, bool, bool, bool], ...] = (
    ("Suites de parcours du chantier vers l’entreprise", E.VIGUEUR, -400, 730, False, True, True),
    ("Accès des salariés aux ateliers de France Travail", E.VIGUEUR, -300, 365, True, True, False),
    ("Accueil en mise en situation entre structures voisines", E.VIGUEUR, -1100, 730, False, True, True),
    ("Petits-déjeuners des suites de parcours", E.SIGNATURE, 15, 365, True, False, False),
    ("Entretiens communs avant la fin du PASS", E.SIGNATURE, 30, 365, False, True, True),
    ("Passerelle vers le travail temporaire d’insertion", E.PROJET, 45, 365, False, False, True),
    ("Postes réservés à l’entretien des espaces verts", E.DENONCEE, -500, 730, False, True, False),
)
PROMESSES = (
    ("Proposer un entretien à chaque salarié trois mois avant sa fin de contrat", 1, "entretien par salarié", False),
    ("Ouvrir des places aux salariés de l’autre structure", 6, "places", True),
    ("Se réunir pour suivre les parcours en commun", 4, "réunions", True),
)
MOTIF = "Les places prévues ne s’ouvrent plus\u202f: l’activité a changé de lieu."


def load_conventions(on: date) -> int:
    """Write them once, and return how many there are."""
    if not ConventionCooperation.objects.exists():
        _load(on)
    return ConventionCooperation.objects.count()


@transaction.atomic
def _load(on: date) -> None:
    accounts = Membre.objects.actifs().select_related("organisation")
    direction = accounts.filter(user__email="siae_direction@maillage.example").first()
    emploi = accounts.filter(user__email="emploi_direction@maillage.example").first()
    if direction is None:
        return
    neighbours = _neighbours(direction.organisation)
    for place, (objet, etat, start, days, jobs, signed, ours) in enumerate(SCENES):
        others: list[Organisation] = neighbours[place : place + 1] or neighbours[:1]
        parties = [direction.organisation, *others]
        if jobs and emploi is not None:
            parties.append(emploi.organisation)
        if len(parties) > 1:
            _write(objet, etat, on, (on + timedelta(start), days), parties, direction, signed=signed, ours=ours)


def _neighbours(organisation: Organisation) -> list[Organisation]:
    """Return the organisations that hire most often those whom one's own employed, then those of the département."""
    persons = Contrat.objects.filter(siae__organisation=organisation).values("personne")
    after = (
        Siae.objects.actives()
        .filter(contrats__personne__in=persons)
        .exclude(organisation=organisation)
        .order_by("pk")
        .distinct()
    )
    near = Siae.objects.actives().exclude(organisation=organisation).order_by("pk")
    found = dict.fromkeys(each.organisation for each in [*after[:8], *near[:8]])
    return list(found)


def _write(
    objet: str,
    etat: EtatConvention,
    on: date,
    period: tuple[date, int],
    parties: Sequence[Organisation],
    direction: Membre,
    *,
    signed: bool,
    ours: bool,
) -> None:
    debut, days = period
    convention = ConventionCooperation.objects.create(
        objet=objet,
        texte="Les conseillers se rencontrent chaque trimestre et se disent les places qui s’ouvrent.",
        organisation=parties[0] if ours else parties[1],
        debut=debut,
        fin=debut + timedelta(days),
        etat=etat,
        denoncee_le=on - timedelta(30) if etat == E.DENONCEE else None,
        motif=MOTIF if etat == E.DENONCEE else "",
    )
    done = etat in {E.VIGUEUR, E.DENONCEE}
    rows = []
    for organisation in parties:
        here = organisation == direction.organisation
        signs = done or (etat == E.SIGNATURE and signed == here)
        member = (direction if here else _signatory(organisation)) if signs else None
        rows.append(
            PartieConvention.objects.create(
                convention=convention,
                organisation=organisation,
                signee_le=min(debut, on) - timedelta(10) if signs else None,
                signataire=member,
            )
        )
    EngagementConvention.objects.bulk_create(
        EngagementConvention(
            convention=convention,
            rang=rank,
            quoi=quoi,
            partie=rows[(rank - 1) % len(rows)] if named else None,
            chiffre=number,
            unite=unite,
            avant_le=debut + timedelta(days // 2) if named else None,
        )
        for rank, (quoi, number, unite, named) in enumerate(PROMESSES, start=1)
    )


def _signatory(organisation: Organisation) -> Membre:
    """Return who signs for an organisation: its first member, else a direction that never signs in."""
    known = Membre.objects.filter(organisation=organisation, profil__in=SIGNATAIRES)
    if found := known.order_by("pk").first():
        return found
    email = f"direction-{organisation.siret}@maillage.example"
    user = User.objects.create(email=email, prenom="Direction", nom="Voisine", is_active=False)
    return Membre.objects.create(user=user, organisation=organisation, profil="siae_direction")
