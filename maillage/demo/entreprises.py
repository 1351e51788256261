"""Links with companies in the demonstration: partners, immersions at every step, POEC, profiles without a name.

Built on the persons, contracts and exits already there; nobody is invented but who answers in a company. Written
straight into the tables: no message leaves for anybody. Immersions of the region are drawn so that the share of
employees who had one is, kind by kind, that of `PARTS` (that of the ACI is the strategy's).
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pgtrigger
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from maillage.demo.region import get_region
from maillage.domains.entreprises.enums.immersion import Document, EtatImmersion, Objectif, RoleSignataire
from maillage.domains.entreprises.models import (
    ActionMediation,
    BesoinEntreprise,
    BilanImmersion,
    CandidatPoec,
    Contact,
    EmbaucheSuivie,
    Immersion,
    Partenariat,
    PresentationProfil,
    SessionPoec,
    Signature,
)
from maillage.domains.entreprises.queries.partenariats import EMBAUCHES
from maillage.domains.entreprises.rules.immersions import SIGNATAIRES_BILAN, count_presence, signataires
from maillage.domains.parcours.models import Consentement, Contrat, Sortie
from maillage.references.accounts.models import Membre, Organisation
from maillage.references.economie.models import Employeur, Rome
from maillage.references.personnes.models import Personne
from maillage.references.structures.models import Siae
from maillage.references.territoires.models import Territoire

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

E = EtatImmersion
# The share of a year's employees who had an immersion: 19 % of the ACI (strategy, 3.2), the others are invented.
PARTS = {"ACI": 0.19, "EI": 0.06, "AI": 0.01, "ETTI": 0.02, "EITI": 0.0}
# What is written in thousands begins its history here: nobody changed it before.
HISTORIQUES = tuple(f"entreprises.{name}:insert_insert" for name in ("Immersion", "Signature", "BilanImmersion"))
SEMAINE = [1, 2, 3, 4, 5]
SHORTEST = 5  # days of an immersion, at least
MANY = 50  # beyond, one assessment in four is signed by both sides
SCENES: tuple[tuple[EtatImmersion, int, bool], ...] = (  # state, first day from today, assessed
    (E.A_SIGNER, 12, False),
    (E.SIGNEE_EN_PARTIE, 3, False),
    (E.EN_EXAMEN, 6, False),
    (E.ACCEPTEE, 10, False),
    (E.ACCEPTEE, -4, False),
    (E.ACCEPTEE, -25, False),
    (E.ACCEPTEE, -40, True),
    (E.REFUSEE, 15, False),
    (E.ANNULEE, -9, False),
)
ATOUTS = (
    "Entretient des locaux et du matériel depuis huit mois, ponctuel, sait lire une fiche de travail.",
    "Conduit un petit véhicule, prépare des commandes, travaille bien en équipe.",
    "Plante, taille et désherbe\u202f; a tenu un chantier seul avec un client.",
    "Accueille le public et tient une caisse\u202f; à l’aise avec un ordinateur.",
)
BESOINS = ("Deux équipes, le matin et l’après-midi.", "Permis B souhaité.", "Tutorat possible.", "")
RESULTATS = (
    ("appel", "Accord pour visiter le chantier.", "Fixer la visite", 9),
    ("visite", "Deux postes ouverts au printemps.", "Envoyer deux profils sans nom", -3),
    ("accueil", "Le responsable est prêt à accueillir en immersion.", "Préparer la convention", 20),
    ("evenement", "Rencontrés au petit-déjeuner du réseau.", "", 0),
)


def load_entreprises(on: date) -> int:
    """Write all of it and return how many immersions there are; run again, it changes nothing."""
    if not Partenariat.objects.exists():
        with transaction.atomic(), pgtrigger.ignore(*HISTORIQUES):
            draw = get_region().draw("entreprises")
            romes = list(Rome.objects.order_by("code"))
            _load_partenariats(draw, romes, on)
            _load_scenes(draw, romes, on)
            _load_region(draw, romes, on)
            _load_poec(draw, romes, on)
            _load_profils(romes, on)
            _load_embauches(romes, on)
    return Immersion.objects.count()


def _load_partenariats(draw: np.random.Generator, romes: Sequence[Rome], on: date) -> None:
    """Give eight companies to each organisation that works with some."""
    profils = ("siae_direction", "siae_accompagnement", "emploi_conseiller", "reseau")
    members = Membre.objects.actifs().filter(profil__in=profils).select_related("organisation")
    seen: dict[int, Membre] = {}
    for membre in members.order_by("user__email", "pk"):
        seen.setdefault(membre.organisation_id, membre)
    near = list(Employeur.objects.filter(commune__departement="95").order_by("siret")) or list(
        Employeur.objects.order_by("siret")
    )
    for rank, membre in enumerate(seen.values()):
        for place, employeur in enumerate(near[rank * 3 :][:8]):
            signed = place % 3 == 0
            link = Partenariat.objects.create(
                organisation=membre.organisation,
                employeur=employeur,
                depuis=on - timedelta(days=40 * (place + 1)),
                convention_debut=on - timedelta(days=30) if signed else None,
                convention_fin=on + timedelta(days=335) if signed else None,
                engagements="Trois immersions par an, un tuteur nommé, un bilan partagé chaque trimestre."
                if signed
                else "",
            )
            Contact.objects.create(
                partenariat=link,
                nom=f"Responsable Fictif {place + 1}",
                fonction="responsable du recrutement",
                email=f"recrutement{place + 1}@maillage.example",
            )
            if place % 2 == 0:
                BesoinEntreprise.objects.create(
                    partenariat=link,
                    rome=romes[int(draw.integers(len(romes)))],
                    postes=int(draw.integers(1, 6)),
                    pour_le=on + timedelta(days=int(draw.integers(15, 150))),
                    precisions=BESOINS[place % len(BESOINS)],
                )
            kind, result, suite, days = RESULTATS[place % len(RESULTATS)]
            ActionMediation.objects.create(
                partenariat=link,
                membre=membre,
                type=kind,
                faite_le=on - timedelta(days=5 + place),
                resultat=result,
                suite=suite,
                suite_le=on + timedelta(days=days + place) if suite else None,
            )


def _load_scenes(draw: np.random.Generator, romes: Sequence[Rome], on: date) -> None:
    """Lead immersions of the employees of the accounts' SIAE to every state."""
    for organisation in Organisation.objects.filter(membres__profil="siae_accompagnement").distinct().order_by("siret"):
        hosts = [link.employeur for link in organisation.partenariats.select_related("employeur").order_by("pk")]
        found = [each for each in _employed(on).filter(siae__organisation=organisation)[:60] if _may_host(each, on)]
        rows, assessed = [], []
        for place, ((etat, start, done), contrat) in enumerate(zip(SCENES, found, strict=False)):
            row = _immersion(contrat, hosts[place % len(hosts)], romes, place, on + timedelta(days=start), 11, draw)
            row.etat = etat
            row.motif = "Sans lien avec le projet." if etat in {E.REFUSEE, E.ANNULEE} else ""
            row.decision_le = min(on, row.debut) if etat in {E.ACCEPTEE, E.REFUSEE, E.ANNULEE} else None
            rows.append(row)
            assessed += [row] * done
        _save(rows, assessed, on)


def _load_region(draw: np.random.Generator, romes: Sequence[Rome], on: date) -> None:
    """Give immersions, this year and the last, to the share of employees of each kind that `PARTS` says."""
    hosts = list(Employeur.objects.order_by("siret"))
    ft = Organisation.objects.filter(types__contains=["ft_agence"]).order_by("siret").first()
    for year in (on.year - 1, on.year):
        taken = set(
            Immersion.objects.filter(debut__gte=date(year - 1, 11, 15)).values_list("personne", flat=True).distinct()
        )
        rows: list[Immersion] = []
        for kind, share in PARTS.items():
            chosen = _draw(draw, kind, share, year, on, taken)
            contrats = _overlapping(date(year, 1, 1), on + timedelta(days=1)).in_bulk(list(chosen))
            for place, (pk, (debut, days)) in enumerate(chosen.items()):
                host = hosts[int(draw.integers(len(hosts)))]
                row = _immersion(contrats[pk], host, romes, place, debut, days, draw)
                if kind == "ETTI" and ft is not None:
                    row.prescripteur = ft
                row.etat, row.decision_le = E.ACCEPTEE, debut - timedelta(days=2)
                rows.append(row)
        _save(rows, [row for row in rows if row.fin <= on - timedelta(days=15)], on)


def _draw(
    draw: np.random.Generator, kind: str, share: float, year: int, on: date, taken: set[int]
) -> dict[int, tuple[date, int]]:
    """Return for some contracts of a year the first day of an immersion and its days; who had one joins `taken`.

    A person has one immersion a year here, within the contract and within a quarter of it.
    """
    start, end = date(year, 1, 1), min(date(year + 1, 1, 1), on + timedelta(days=1))
    employed = _overlapping(start, date(year + 1, 1, 1)).filter(siae__type_siae=kind).order_by("personne", "-debut")
    rows = list(employed.values_list("pk", "personne", "debut", "echeance"))
    people = {person for _, person, _, _ in rows}
    immersed = Immersion.objects.filter(etat=E.ACCEPTEE, debut__year=year, contrat__siae__type_siae=kind)
    left = round(len(people) * share) - immersed.values("personne").distinct().count()
    chosen: dict[int, tuple[date, int]] = {}
    for index in draw.permutation(len(rows)).tolist():
        pk, person, debut, echeance = rows[index]
        first, last = max(debut, start), min(echeance or end, end)
        days = min(12, ((echeance or end) - debut).days // 4)
        room = (last - first).days - days
        if left > 0 and person not in taken and days >= SHORTEST and room > 1:
            chosen[pk] = (first + timedelta(days=int(draw.integers(0, room))), days)
            taken.add(person)
            left -= 1
    return chosen


def _load_poec(draw: np.random.Generator, romes: Sequence[Rome], on: date) -> None:
    """Open sessions at four moments; their candidates are employees of the accounts' SIAE and of the département."""
    leaders = Membre.objects.actifs().filter(profil__in=("opco", "reseau", "emploi_direction")).order_by("user__email")
    commune = Territoire.objects.en_vigueur().unites().filter(departement="95").order_by("code").first()
    if commune is None:
        return
    moments = ((-150, 60, "embauche"), (-30, 70, "entre"), (25, 60, "retenu"), (60, 55, "propose"))
    people = list(_employed(on).filter(siae__type_siae__in=("ACI", "EI"), personne__departement="95")[:40])
    for rank, leader in enumerate(leaders.select_related("organisation")):
        for place, (start, length, reached) in enumerate(moments):
            rome = romes[(rank * 7 + place * 5) % len(romes)]
            session = SessionPoec.objects.create(
                organisation=leader.organisation,
                intitule=f"Préparer le métier\u202f: {rome.libelle}"[:200],
                opco="Opco fictif",
                branche=("propreté", "construction", "espaces verts", "commerce")[place],
                rome=rome,
                organisme="Organisme de formation fictif",
                commune=commune,
                debut=on + timedelta(days=start),
                fin=on + timedelta(days=start + length),
                heures=300 + 20 * place,
                places=12,
                prerequis="Savoir lire une consigne.",
            )
            chosen = people[rank * 8 : rank * 8 + 8]
            for number, contrat in enumerate(chosen, start=1):
                state = reached if number <= 5 else {"propose": "propose"}.get(reached, "non_retenu")
                CandidatPoec.objects.create(
                    session=session,
                    personne_id=contrat.personne_id,
                    siae=contrat.siae,
                    numero=number,
                    etat=state,
                    motif="Horaires impossibles." if state == "non_retenu" else "",
                    contrat_suite="cdi" if state == "embauche" else "",
                    propose_le=min(on, session.debut) - timedelta(days=20),
                )


def _load_profils(romes: Sequence[Rome], on: date) -> None:
    """Show employees of the accounts' SIAE to those who receive profiles."""
    receivers = list(
        Organisation.objects.filter(membres__profil__in=("emploi_conseiller", "entreprise"), membres__fin=None)
        .distinct()
        .order_by("siret")
    )
    for siae in Siae.objects.actives().filter(organisation__membres__profil="siae_accompagnement").distinct():
        people = list(_employed(on).filter(siae=siae)[20 : 20 + 2 * len(receivers) + 2])
        for place, contrat in enumerate(people):
            consent = Consentement.objects.create(
                personne_id=contrat.personne_id,
                organisation_id=siae.organisation_id,
                objet="entreprise",
                debut=on - timedelta(days=12),
                fin=on + timedelta(days=78),
            )
            answered = place % 3 == 1
            PresentationProfil.objects.create(
                personne_id=contrat.personne_id,
                siae=siae,
                consentement=consent,
                destinataire=receivers[place % len(receivers)],
                rome=contrat.rome or romes[place % len(romes)],
                atouts=ATOUTS[place % len(ATOUTS)],
                disponible_le=on + timedelta(days=10 * place),
                etat="interesse" if answered else "presente",
                presente_le=on - timedelta(days=10),
                reponse="Une entreprise voudrait la rencontrer la semaine prochaine." if answered else "",
                reponse_le=on - timedelta(days=2) if answered else None,
            )


def _load_embauches(romes: Sequence[Rome], on: date) -> None:
    """Say which partners hired some of those who left for a job."""
    for organisation in Organisation.objects.filter(partenariats__isnull=False).distinct().order_by("siret"):
        links = list(organisation.partenariats.order_by("pk"))
        exits = Sortie.objects.filter(
            contrat__siae__organisation=organisation, motif__in=EMBAUCHES, contrat__fin__lte=on
        ).select_related("contrat__rome")
        for place, sortie in enumerate(exits.order_by("-contrat__fin", "pk")[:6]):
            EmbaucheSuivie.objects.create(
                partenariat=links[place % len(links)],
                sortie=sortie,
                rome=sortie.contrat.rome or romes[place % len(romes)],
                enregistree_le=on,
            )


def _overlapping(start: date, end: date) -> Any:
    """Return the contracts that touch `[start, end)`, with their `echeance`."""
    return (
        Contrat.objects.annotate(echeance=Coalesce("fin", "fin_prevue"))
        .filter(Q(echeance__isnull=True) | Q(echeance__gt=start), debut__lt=end, personne__anonymisee_le__isnull=True)
        .select_related("siae__organisation", "rome")
    )


def _employed(on: date) -> Any:
    return (
        _overlapping(on, on + timedelta(days=1)).select_related("siae__organisation", "rome", "personne").order_by("pk")
    )


def _may_host(contrat: Any, on: date) -> bool:
    """Tell whether two weeks anywhere around today hold in a contract and in its quarter."""
    end = contrat.echeance or on + timedelta(days=400)
    return bool(
        contrat.debut <= on - timedelta(days=45) and end >= on + timedelta(days=30) and (end - contrat.debut).days >= 48
    )


def _immersion(
    contrat: Any, host: Employeur, romes: Sequence[Rome], place: int, debut: date, days: int, draw: np.random.Generator
) -> Immersion:
    while count_presence(debut, debut + timedelta(days=days), SEMAINE) == 0:
        debut += timedelta(days=1)
    fin = debut + timedelta(days=days)
    return Immersion(
        personne_id=contrat.personne_id,
        contrat=contrat,
        prescripteur=contrat.siae.organisation,
        accompagnement=contrat.siae.organisation,
        employeur=host,
        rome=contrat.rome or romes[place % len(romes)],
        adresse="Adresse de l’établissement",
        accueil_nom="Responsable Fictif",
        accueil_email="accueil@maillage.example",
        tuteur_nom="Tuteur Fictif",
        tuteur_fonction="chef d’équipe",
        tuteur_email="tuteur@maillage.example",
        objectif=Objectif.values[int(draw.integers(3))],
        debut=debut,
        fin=fin,
        jours_semaine=SEMAINE,
        jours=count_presence(debut, fin, SEMAINE),
        heures_semaine=Decimal(26),
        horaires="8 h – 13 h 12",
        activites="Les tâches courantes du métier, avec le tuteur.",
        protections="Gants, chaussures de sécurité",
    )


def _save(rows: Sequence[Immersion], assessed: Sequence[Immersion], on: date) -> None:
    """Write immersions, those who sign them and what was said of those assessed."""
    Immersion.objects.bulk_create(rows)
    kept = {id(row) for row in assessed}
    people = Personne.objects.in_bulk([row.personne_id for row in rows])
    signatures, bilans = [], []
    for rank, row in enumerate(rows):
        roles = signataires(minor=False, employed=True)
        waiting = {E.A_SIGNER: len(roles), E.SIGNEE_EN_PARTIE: 2, E.ANNULEE: 0}.get(E(row.etat), 0)
        for place, role in enumerate(roles):
            signed = place < len(roles) - waiting
            day = min(row.debut, on) if signed else None
            signatures.append(_signature(row, people[row.personne_id], Document.CONVENTION, role, day))
        if id(row) in kept:
            hired = rank % 5 == 0
            bilans.append(
                BilanImmersion(
                    immersion=row,
                    deroulement="realisee",
                    atteint=rank % 6 != 1,
                    appreciation="À l’heure, apprend vite.",
                    embauche=hired,
                    contrat_suite=("cdi", "cdd_long", "cdd_court")[rank % 3] if hired else "",
                    embauche_le=row.fin + timedelta(days=10) if hired else None,
                    redige_le=row.fin + timedelta(days=2),
                )
            )
            signed_by = SIGNATAIRES_BILAN if rank % 4 == 0 or len(rows) < MANY else ()
            day = row.fin + timedelta(days=3)
            signatures += [_signature(row, people[row.personne_id], Document.BILAN, role, day) for role in signed_by]
    BilanImmersion.objects.bulk_create(bilans)
    Signature.objects.bulk_create(signatures)


def _signature(
    row: Immersion, person: Personne, document: Document, role: RoleSignataire, day: date | None
) -> Signature:
    names = {RoleSignataire.ACCUEIL: row.accueil_nom, RoleSignataire.EMPLOYEUR: str(row.accompagnement)}
    signature = Signature(immersion=row, document=document, role=role, nom=names.get(role, str(person)))
    if day is not None:
        signature.signee_le = timezone.make_aware(datetime.combine(day, time(10)))
        signature.mode, signature.version = "lien", 1
        signature.empreinte = hashlib.sha256(f"{row.pk}:{document}".encode()).hexdigest()
    return signature
