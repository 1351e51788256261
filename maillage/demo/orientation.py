"""Posts, candidatures and a chain of prescription of the demonstration, around the persons that it already has.

Drawn like the rest: the same each time. Dates follow the day of the run: some posts are to be confirmed, one nobody
confirmed, some candidatures are close to their term, some persons wait for more than the delay.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from maillage.demo.region import get_region
from maillage.domains.parcours.enums.orientation import EtatCandidature as E
from maillage.domains.parcours.models import Candidature, ChainePrescription, CommentaireCandidature, Poste
from maillage.domains.parcours.queries.candidatures import REPONSE
from maillage.domains.parcours.rules.orientation import VIVANTES, Etape, default_chain
from maillage.domains.parcours.services.chaines import set_chaine
from maillage.foundations.kernel.parameters import get_parametre
from maillage.references.accounts.enums import ProfilMembre
from maillage.references.accounts.models import Membre, User
from maillage.references.economie.models import Fap, FapRome, Rome
from maillage.references.personnes.enums import TypeRelation
from maillage.references.personnes.models import Personne, Relation
from maillage.references.structures.models import Activite, Implantation

if TYPE_CHECKING:
    import numpy as np

DOMAINE = "@maillage.example"
# How many persons of each account's organisation are led to SIAE, and how many of the SIAE without account.
SUIVIES, DEPARTEMENT = 24, "95"
CONTRATS = {"ACI": "cddi", "EI": "cddi", "AI": "cddu", "ETTI": "mission", "EITI": "eiti"}
PREREQUIS = ("", "", "Pouvoir porter des charges légères.", "Horaires du matin\u202f: être sur place à 7 heures.")
MOTIFS = ("plus_de_place", "absent_entretien", "non_mobile", "competences", "objectifs", "pas_interessee")
# State, and how many days ago the candidature was presented: what the inbox and the lists show.
SUITE = (
    (E.NOUVELLE, 3),
    (E.NOUVELLE, 12),
    (E.REFUSEE, 48),
    (E.ETUDE, 35),
    (E.REFUSEE, 70),
    (E.NOUVELLE, 55),
    (E.VIVIER, 80),
    (E.REFUSEE, 95),
    (E.REPORTEE, 40),
    (E.RETIREE, 30),
)
CONVENU = "Le CTA se réunit chaque mois\u202f: les situations sans solution depuis trente jours lui sont présentées."


def load_orientation(on: date) -> int:
    """Open posts, present persons to them, set a chain; return how many candidatures there are. Again: no change."""
    if not Poste.objects.exists():
        with transaction.atomic():
            postes = _load_postes(on)
            _load_candidatures(postes, on)
            _comment()
    _load_chaine(on)
    return Candidature.objects.count()


def _load_postes(on: date) -> list[Poste]:
    """Open posts in one SIAE of two, six in those of the accounts; their trades are those of their sectors."""
    draw = get_region().draw("postes")
    romes, every = _romes_by_groupe(), list(Rome.objects.order_by("code"))
    groupes: defaultdict[int, list[str]] = defaultdict(list)
    for siae, groupe in Activite.objects.order_by("pk").values_list("siae", "secteur__groupe__code"):
        groupes[siae].append(groupe)
    accounts = set(_organisations_of_accounts())
    sites = Implantation.objects.filter(principale=True, siae__fin=None).select_related("siae", "commune")
    postes = []
    for rank, site in enumerate(sites.order_by("siae__organisation__siret", "siae__type_siae")):
        mine = site.siae.organisation_id in accounts
        if not mine and rank % 2:
            continue
        known = [rome for groupe in groupes[site.siae_id] for rome in romes[groupe]] or every
        for place in range(6 if mine else 1 + rank % 2):
            rome = known[int(draw.integers(len(known)))]
            age = (5, 66, 20, 95, 40, 1)[place] if mine else int(draw.integers(0, 84))
            postes.append(_poste(site, rome, draw, on, age))
    return Poste.objects.bulk_create(postes)


def _poste(site: Implantation, rome: Rome, draw: np.random.Generator, on: date, age: int) -> Poste:
    """Return a post that was confirmed `age` days ago."""
    confirmed, clause = on - timedelta(days=age), bool(draw.random() < 0.12)
    return Poste(
        siae=site.siae,
        rome=rome,
        intitule=rome.libelle,
        type_contrat=CONTRATS[site.siae.type_siae],
        heures_semaine=None
        if site.siae.type_siae in {"AI", "ETTI", "EITI"}
        else int(draw.choice([24, 26, 26, 30, 35])),
        places=int(draw.integers(1, 6)),
        commune=site.commune,
        description=f"{rome.libelle}. Travail en équipe, avec un encadrant technique et un conseiller en insertion.",
        prerequis=str(draw.choice(PREREQUIS)),
        clause=clause,
        qpv=clause and bool(draw.random() < 0.4),
        ouvert_le=confirmed - timedelta(days=int(draw.integers(0, 60))),
        confirme_le=confirmed,
    )


def _romes_by_groupe() -> defaultdict[str, list[Rome]]:
    """Return the trades of each group of sectors."""
    found: defaultdict[str, list[Rome]] = defaultdict(list)
    links = FapRome.objects.select_related("fap", "rome").order_by("rome__code", "fap__code")
    for link in links:
        fap: Fap = link.fap
        for groupe in fap.secteurs:
            if link.rome not in found[groupe]:
                found[groupe].append(link.rome)
    return found


def _load_candidatures(postes: list[Poste], on: date) -> None:
    """Present the persons whom the accounts follow to the posts around, and give each SIAE its candidates."""
    draw = get_region().draw("candidatures")
    delay = timedelta(days=int(get_parametre(REPONSE, on=on).value))
    here = [poste for poste in postes if poste.commune.departement == DEPARTEMENT] or postes
    by_organisation: defaultdict[int, list[Poste]] = defaultdict(list)
    for poste in postes:
        by_organisation[poste.siae.organisation_id].append(poste)
    orienteurs = list(
        Membre.objects.actifs()
        .filter(profil__in=(ProfilMembre.PRESCRIPTEUR, ProfilMembre.EMPLOI_CONSEILLER))
        .select_related("organisation")
        .order_by("user__email")
    )
    candidatures: dict[tuple[int, int], Candidature] = {}
    # Those whom SIAE already study: a candidature says why their file is open.
    running = Relation.objects.filter(type=TypeRelation.CANDIDATURE, fin=None, organisation__in=list(by_organisation))
    for rank, relation in enumerate(running.select_related("personne").order_by("pk")):
        poste = by_organisation[relation.organisation_id][rank % len(by_organisation[relation.organisation_id])]
        etat, age = [each for each in SUITE if each[0] in VIVANTES][rank % 6]
        orienteur = orienteurs[rank % len(orienteurs)] if orienteurs else None
        one = _candidature(relation.personne, poste, orienteur, etat, age, draw, delay, on)
        candidatures[relation.personne_id, poste.siae_id] = one
    # Those whom the orienteurs follow: one to three candidatures each.
    relations = []
    for membre in _followers():
        followed = Relation.objects.filter(organisation=membre.organisation_id, fin=None).select_related("personne")
        for rank, relation in enumerate(followed.order_by("pk")[:SUIVIES]):
            for turn in range(1 + rank % 3):
                poste = here[int(draw.integers(len(here)))]
                key = (relation.personne_id, poste.siae_id)
                etat, age = SUITE[(rank + 3 * turn) % len(SUITE)]
                if key in candidatures:
                    continue
                one = _candidature(relation.personne, poste, membre, etat, age, draw, delay, on)
                candidatures[key] = one
                relations.append(_relation(one, poste))
    Candidature.objects.bulk_create(candidatures.values())
    known = set(Relation.objects.filter(type=TypeRelation.CANDIDATURE).values_list("personne", "organisation"))
    fresh = {(each.personne_id, each.organisation_id): each for each in relations}
    Relation.objects.bulk_create(each for key, each in fresh.items() if key not in known)


def _candidature(
    personne: Personne,
    poste: Poste,
    orienteur: Membre | None,
    etat: str,
    age: int,
    draw: np.random.Generator,
    delay: timedelta,
    on: date,
) -> Candidature:
    age += int(draw.integers(0, 4))
    asked, living = on - timedelta(days=age), etat in VIVANTES
    answered = asked + timedelta(days=int(draw.integers(2, min(age, 30)))) if not living else None
    own = orienteur is None
    return Candidature(
        personne=personne,
        siae=poste.siae,
        poste=poste,
        origine="spontanee" if own else "orientation",
        organisation_id=poste.siae.organisation_id if orienteur is None else orienteur.organisation_id,
        auteur=orienteur,
        etat=etat,
        deposee_le=asked,
        echeance=asked + delay,
        maj_le=answered or asked,
        repondue_le=answered,
        motif_refus=str(draw.choice(MOTIFS)) if etat == E.REFUSEE else "",
    )


def _relation(candidature: Candidature, poste: Poste) -> Relation:
    """Return the relation that the candidature opened, closed by its answer."""
    return Relation(
        personne_id=candidature.personne_id,
        organisation_id=poste.siae.organisation_id,
        type=TypeRelation.CANDIDATURE,
        debut=candidature.deposee_le,
        fin=candidature.repondue_le,
    )


def _followers() -> list[Membre]:
    """Return the accounts that lead persons to SIAE."""
    roles = (ProfilMembre.PRESCRIPTEUR, ProfilMembre.EMPLOI_CONSEILLER, ProfilMembre.DEPARTEMENT_REFERENT)
    members = Membre.objects.actifs().filter(profil__in=roles, user__email__endswith=DOMAINE)
    return list(members.select_related("organisation", "user").order_by("user__email"))


def _organisations_of_accounts() -> list[int]:
    members = Membre.objects.actifs().filter(user__email__endswith=DOMAINE, organisation__siae__isnull=False)
    return list(members.values_list("organisation", flat=True).distinct())


def _comment() -> None:
    """Let the CIP of the demonstration write on the first candidature that they received."""
    cip = User.objects.filter(email=f"siae_accompagnement{DOMAINE}").first()
    if cip is None or cip.membre is None:
        return
    received = Candidature.objects.filter(siae__organisation=cip.membre.organisation_id, etat=E.ETUDE)
    mine = received.order_by("pk").first()
    if mine is not None:
        CommentaireCandidature.objects.create(
            candidature=mine,
            auteur=cip,
            organisation_id=cip.membre.organisation_id,
            texte="Vue à la réunion d’information, très intéressée. À recevoir avec l’encadrant.",
        )


def _load_chaine(on: date) -> None:
    """Set the chain of the département whose agent has an account."""
    agent = User.objects.filter(email=f"etat_departement{DOMAINE}").first()
    if agent is None or ChainePrescription.objects.filter(departement=DEPARTEMENT).exists():
        return
    first, diagnosis, *rest = default_chain()
    etapes = (
        replace(first, delai_jours=10),
        diagnosis,
        Etape("valider", "cta", 30, "Secrétariat du CTA, agence France Travail"),
        *rest,
    )
    set_chaine(departement=DEPARTEMENT, etapes=etapes, texte=CONVENU, actor=agent, on=on)
