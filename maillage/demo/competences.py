"""What the employees of the SIAE that have an account can do: portfolios, attestations, fiches de liaison, a profile.

It builds on the persons and contracts found in the database, and writes only where nothing is yet.
"""

from __future__ import annotations

import tomllib
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from maillage.demo.region import get_region
from maillage.domains.parcours.enums.competences import EtatCompetence as E
from maillage.domains.parcours.enums.competences import PartProfil
from maillage.domains.parcours.models import Competence, Contrat, FicheLiaison
from maillage.domains.parcours.queries.valorisation import list_agences
from maillage.domains.parcours.rules.competences import blocs
from maillage.domains.parcours.services.valorisation import (
    acknowledge_fiche,
    deliver_attestation,
    send_fiche,
    share_profil,
)
from maillage.references.accounts.enums import ProfilMembre as P
from maillage.references.accounts.models import Membre, Organisation, User
from maillage.references.accounts.queries.membres import DOMAINE_DEMO
from maillage.references.personnes.enums import TypeRelation
from maillage.references.personnes.models import Relation

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np

PORTEFEUILLES, ATTESTATIONS, FICHES, PROFILS = 400, 12, 8, 2
CLEA = ("CLEA1", "CLEA4", "CLEA7")


@transaction.atomic
def load_competences(on: date) -> int:
    """Load what is not there yet; return how many competences there are."""
    if not Competence.objects.exists():
        facts = tomllib.loads((Path(__file__).parent / "competences.toml").read_text("utf-8"))
        team = Membre.objects.actifs().filter(user__email__endswith=DOMAINE_DEMO, profil__startswith="siae_")
        for organisation in Organisation.objects.filter(pk__in=team.values("organisation")).order_by("siret"):
            members = {each.profil: each for each in team.filter(organisation=organisation).order_by("-user__email")}
            if P.SIAE_ENCADREMENT in members and P.SIAE_ACCOMPAGNEMENT in members:
                _load_siae(organisation, members, facts, on)
    return Competence.objects.count()


def _load_siae(organisation: Organisation, members: Mapping[str, Membre], facts: Mapping[str, Any], on: date) -> None:
    hired = Relation.objects.filter(
        Q(fin__isnull=True) | Q(fin__gt=on - timedelta(days=60)),
        organisation=organisation,
        type=TypeRelation.CONTRAT,
        debut__lte=on,
    ).values("personne")
    contrats: dict[int, Contrat] = {}
    rows = Contrat.objects.filter(siae__organisation=organisation, personne__in=hired, debut__lte=on)
    for contrat in rows.select_related("rome", "personne").order_by("debut", "pk"):
        contrats[contrat.personne_id] = contrat
    chosen = sorted(contrats.values(), key=lambda each: (each.debut, each.pk))[:PORTEFEUILLES]
    draw = get_region().draw(f"competences-{organisation.siret}")
    Competence.objects.bulk_create(
        row for place, contrat in enumerate(chosen) for row in _portefeuille(contrat, place, members, facts, on, draw)
    )
    _show(organisation, chosen, members[P.SIAE_ACCOMPAGNEMENT].user, facts["mots"], on)


def _portefeuille(
    contrat: Contrat,
    place: int,
    members: Mapping[str, Membre],
    facts: Mapping[str, Any],
    on: date,
    draw: np.random.Generator,
) -> list[Competence]:
    """Return the portfolio of a person: the longer they have worked, the more of it is attested."""
    code = contrat.rome.code if contrat.rome else ""
    words = [*facts["metiers"].get(code, []), facts["metiers"]["*"][place % len(facts["metiers"]["*"])]]
    held = [bloc.code for bloc in blocs().values() if code in bloc.romes] or [CLEA[place % len(CLEA)]]
    seen = (on - contrat.debut).days
    rows = []
    for rank, (bloc, intitule) in enumerate([*((each, "") for each in held[:2]), *(("", each) for each in words[:4])]):
        spent = int(draw.integers(0, 180))
        etat = E.ATTESTEE if seen > spent + 60 else E.OBSERVEE if seen > spent else E.DECLAREE
        day = contrat.debut + timedelta(days=min(max(seen, 0), 20 + 15 * rank))
        row = Competence(
            personne_id=contrat.personne_id,
            bloc=bloc,
            intitule=intitule,
            rome=None if bloc else contrat.rome,
            contrat=contrat,
            niveau=int(draw.integers(1, 3)) + (etat == E.ATTESTEE),
            etat=etat,
            declaree_le=day,
        )
        if etat != E.DECLAREE:
            row.observee_par, row.observee_le = members[P.SIAE_ENCADREMENT], min(on, day + timedelta(days=30))
        if etat == E.ATTESTEE:
            row.attestee_par, row.attestee_le = members[P.SIAE_ENCADREMENT], min(on, day + timedelta(days=45))
        rows.append(row)
    return rows


def _show(organisation: Organisation, contrats: list[Contrat], cip: User, mots: Mapping[str, Any], on: date) -> None:
    """Deliver some attestations, send some fiches, one in two taken into account, share a profile or two."""
    attested = set(Competence.objects.filter(etat=E.ATTESTEE, contrat__in=contrats).values_list("contrat", flat=True))
    able = [each for each in contrats if each.pk in attested]
    for contrat in able[:ATTESTATIONS]:
        deliver_attestation(contrat=contrat, actor=cip, on=on)
    for place, contrat in enumerate(able[:PROFILS]):
        share_profil(
            personne=contrat.personne,
            parts=[PartProfil.METIERS, PartProfil.ATTESTEES, *([PartProfil.NOM] if place else [])],
            accroche=mots["accroches"][place % len(mots["accroches"])],
            expire_le=on + timedelta(days=90),
            actor=cip,
            on=on,
        )
    for place, contrat in enumerate(able):
        day = on - timedelta(days=2 + place % 20)
        agence = list_agences(contrat.personne, day).first()
        if agence is None or FicheLiaison.objects.count() >= FICHES:
            continue
        fiche = send_fiche(
            contrat=contrat,
            destinataire=agence,
            projet=mots["projets"][place % len(mots["projets"])],
            suites=mots["suites"][place % len(mots["suites"])],
            accord_freins=place % 3 == 0,
            actor=cip,
            on=day,
        )
        sent = timezone.make_aware(datetime.combine(day, time(10)))
        FicheLiaison.objects.filter(pk=fiche.pk).update(envoyee_le=sent)
        reader = Membre.objects.actifs().filter(organisation=agence, profil=P.EMPLOI_CONSEILLER).first()
        if place % 2 and reader is not None:
            acknowledge_fiche(fiche=fiche, actor=reader.user)
