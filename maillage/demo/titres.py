"""Situations, diagnoses, suspensions and requests of prolongation, on the persons that the demonstration already has.

Every act is done by the services, as the people of the demonstration would on its day: what the rules refuse is not
there. A person who has no right yet gets one, from the day when their SIAE began to follow them.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q

from maillage.demo.region import get_region
from maillage.domains.parcours.models import DemandeProlongation, Diagnostic, Situation, TitreParcours
from maillage.domains.parcours.queries.eligibilite import get_situation, read_profil
from maillage.domains.parcours.queries.regles_titres import plafonds_prolongation
from maillage.domains.parcours.queries.titres import last_titre, read_titre, siae_of
from maillage.domains.parcours.rules.eligibilite import age, read_indices
from maillage.domains.parcours.services.demandes import (
    FicheDemande,
    ask_prolongation,
    deny_prolongation,
    grant_prolongation,
)
from maillage.domains.parcours.services.eligibilite import FicheDiagnostic, record_diagnostic, record_situation
from maillage.domains.parcours.services.titres import Avis, open_titre, record_avis, suspend_titre
from maillage.foundations.kernel.errors import Refused
from maillage.references.accounts.models import User
from maillage.references.personnes.enums import TypeRelation
from maillage.references.personnes.models import Personne, Relation
from maillage.references.structures.models import Siae

if TYPE_CHECKING:
    import numpy as np

    from maillage.references.accounts.models import Membre

SALARIES, SUIVIS, RECENTS = 24, 5, 60
PRESCRIPTEURS = ("prescripteur", "emploi_conseiller", "departement_referent")
# Who follows the person when the SIAE turns to them; a prescripteur may not.
FOLLOWERS = {"departement_referent": TypeRelation.REFERENT_RSA, "emploi_conseiller": TypeRelation.CONSEIL_EMPLOI}
BILAN = (
    "Arrivée sans expérience récente, la personne a validé les gestes du poste et repris confiance. Elle a réglé ses "
    "démarches de logement\u202f; il reste à finir le permis de conduire. La prolongation permettrait une immersion de "
    "quinze jours chez un employeur qui recrute, puis la formation prévue au printemps."
)
AVIS = "Le comité propose de suspendre le titre le temps de la formation, puis une reprise dans une entreprise."


def load_titres(on: date) -> int:
    """Write the diagnoses and requests once; return how many of them there are."""
    direction = _account("siae_direction")
    written = Diagnostic.objects.exists() or DemandeProlongation.objects.exists()
    if not written and direction and direction.membre:
        siae = Siae.objects.filter(organisation=direction.membre.organisation).order_by("type_siae").first()
        if siae is not None:
            with transaction.atomic():
                _load(direction, siae, on)
    return Diagnostic.objects.count() + DemandeProlongation.objects.count()


def _load(direction: User, siae: Siae, on: date) -> None:
    draw = get_region().draw("titres")
    for rank, relation in enumerate(_followed(direction.membre, TypeRelation.CONTRAT, on)[:SALARIES]):
        personne = relation.personne
        _situate(personne, direction, draw, on)
        # The last ones are about to be hired: they are found eligible today, and have no right yet.
        if rank % 6 < 5 and not TitreParcours.objects.filter(personne=personne, annule_le=None).exists():
            _open(personne, siae, relation.debut, direction)
        elif not TitreParcours.objects.filter(personne=personne).exists():
            _diagnose(personne, siae, direction, on)
        if rank % 5 == 1:
            _suspend(personne, direction, on)
    for profil in PRESCRIPTEURS:
        if adviser := _account(profil):
            for relation in _followed(adviser.membre, None, on)[:SUIVIS]:
                _situate(relation.personne, adviser, draw, on)
                if not TitreParcours.objects.filter(personne=relation.personne).exists():
                    _diagnose(relation.personne, None, adviser, on)
    _ask(direction, on)


def _account(profil: str) -> User | None:
    found = User.objects.filter(email=f"{profil}@maillage.example").first()
    return found if found and found.membre else None


def _followed(membre: Membre | None, kind: str | None, on: date) -> list[Relation]:
    """Return the relations in force of a member's organisation, those of the member alone for a référent RSA."""
    if membre is None:
        return []
    rows = Relation.objects.filter(Q(fin=None) | Q(fin__gt=on), organisation=membre.organisation_id, debut__lt=on)
    if kind:
        rows = rows.filter(type=kind)
    if membre.profil == "departement_referent":
        rows = rows.filter(referent=membre)
    return list(rows.select_related("personne").order_by("debut", "pk"))


def _situate(personne: Personne, actor: User, draw: np.random.Generator, on: date) -> None:
    """Write a situation where nobody wrote one; a third of the answers are unknown."""
    if Situation.objects.filter(personne=personne).exists():
        return
    flags = {name: float(share) for name, share in SHARES.items()}
    values: dict[str, Any] = {
        name: None if draw.random() < 0.3 else bool(draw.random() < share) for name, share in flags.items()
    }
    values |= {
        "niveau_formation": ("60", "50", "40", "40", "30", "")[draw.integers(6)],
        "duree_chomage": (1, 2, 3, 4, 4, 4)[draw.integers(6)],
        "rsa": ("NON", "NON", "OUI-NM", "OUI-NM", "OUI-M", "")[draw.integers(6)],
    }
    record_situation(personne=personne, values=values, actor=actor, on=on)


SHARES = {
    "inscrit_ft": 0.8,
    "ass": 0.08,
    "aah": 0.03,
    "sans_ressource": 0.15,
    "rqth": 0.15,
    "oeth": 0.04,
    "ase": 0.05,
    "parent_isole": 0.15,
    "sans_logement": 0.15,
    "refugiee": 0.12,
    "justice": 0.05,
    "francais": 0.2,
    "mobilite": 0.3,
    "qpv": 0.35,
    "zrr": 0.0,
}


def _diagnose(personne: Personne, siae: Siae | None, actor: User, on: date) -> bool:
    """Find a person eligible on the criteria that their situation suggests; False when they are too few."""
    profil = read_profil(get_situation(personne), on)
    codes = [each.critere.code for each in read_indices(profil, on) if each.rempli]
    fiche = FicheDiagnostic(codes, dict.fromkeys(codes, on - timedelta(days=20)))
    try:
        record_diagnostic(personne=personne, fiche=fiche, siae=siae, actor=actor, on=on)
    except Refused:
        return False
    return True


def _open(personne: Personne, siae: Siae, debut: date, actor: User) -> None:
    if _diagnose(personne, siae, actor, debut):
        open_titre(personne=personne, siae=siae, debut=debut, actor=actor, on=debut)


def _suspend(personne: Personne, actor: User, on: date) -> None:
    """Suspend a right for six weeks around today, as agreed in a CTA."""
    titre = last_titre(personne, on)
    own = siae_of(titre, actor, on) if titre else []
    if titre is None or not own:
        return
    debut = on - timedelta(days=30)
    fin = debut + timedelta(days=42)
    try:
        suspend_titre(titre=titre, siae=own[0], motif="contrat_suspendu", debut=debut, fin=fin, actor=actor, on=on)
    except Refused:
        return
    record_avis(titre=titre, avis=Avis(debut, AVIS), actor=actor, on=on)


def _ask(direction: User, on: date) -> None:
    """Send requests to each prescripteur: one waits, one is late, one is granted, one denied."""
    advisers = [found for profil in PRESCRIPTEURS if (found := _account(profil))]
    candidates = [each for each in _followed(direction.membre, TypeRelation.CONTRAT, on) if _asks(each.personne, on)]
    for rank, relation in enumerate(candidates[: 4 * len(advisers)]):
        adviser, step = advisers[rank % len(advisers)], rank // len(advisers)
        asked = on - timedelta(days=(3, 45, 20, 25)[step])
        try:
            _play(relation.personne, direction, adviser, step, asked, on)
        except Refused:
            continue


def _asks(personne: Personne, on: date) -> bool:
    """Tell whether the right of a person may be prolonged now, and has been for two months."""
    titre = last_titre(personne, on)
    if titre is None:
        return False
    window = plafonds_prolongation("difficultes", on).window(read_titre(titre))
    return bool(window.debut + timedelta(days=RECENTS) <= on < titre.fin)


@transaction.atomic
def _play(personne: Personne, direction: User, adviser: User, step: int, asked: date, on: date) -> None:
    titre = last_titre(personne, on)
    assert titre is not None
    assert adviser.membre is not None
    own = siae_of(titre, direction, on)
    if not own:
        return
    if kind := FOLLOWERS.get(adviser.membre.profil):
        Relation.objects.get_or_create(
            personne=personne,
            organisation=adviser.membre.organisation,
            type=kind,
            fin=None,
            defaults={"referent": adviser.membre, "debut": asked},
        )
    senior = (age(personne.date_naissance, asked) or 0) >= 50
    motif = "senior" if senior else "rqth" if get_situation(personne).rqth else "difficultes"
    fiche = FicheDemande(motif, 180 if step % 2 else 365, adviser.membre.organisation, BILAN, step == 1)
    demande = ask_prolongation(titre=titre, siae=own[0], fiche=fiche, actor=direction, on=asked)
    if step == 2:
        answered = asked + timedelta(days=9)
        grant_prolongation(demande=demande, reponse="Le projet est clair.", actor=adviser, on=answered)
    elif step == 3:
        deny_prolongation(
            demande=demande,
            motif="duree",
            proposition="autre_siae",
            reponse="Six mois ne suffiront pas au permis\u202f: une entreprise d’insertion proche peut l’accueillir.",
            actor=adviser,
            on=asked + timedelta(days=12),
        )
