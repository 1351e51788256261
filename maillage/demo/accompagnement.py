"""How the SIAE of the demonstration support whom they employ, the workshops of France Travail, the permanent staff.

It builds on the persons found in the database, and reads only what is not there yet. Nobody is described: the words are
a few sentences that fit anybody.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from maillage.demo.region import get_region
from maillage.domains.parcours.enums.accompagnement import EtatAction, EtatEntretien, EtatFrein, Frein
from maillage.domains.parcours.enums.ateliers import EtatInscription, ThemeAtelier
from maillage.domains.parcours.enums.encadrement import Fonction
from maillage.domains.parcours.models import (
    Accompagnement,
    ActionParcours,
    Atelier,
    ConstatFrein,
    EffectifPermanent,
    Entretien,
    Evaluation,
    FreinDeclare,
    Inscription,
    ObjectifParcours,
)
from maillage.domains.parcours.queries.encadrement import count_salaries
from maillage.domains.parcours.rules.accompagnement import jalon_days
from maillage.references.accounts.enums import ProfilMembre as P
from maillage.references.accounts.models import Membre
from maillage.references.personnes.enums import TypeRelation
from maillage.references.personnes.models import Relation
from maillage.references.structures.models import EffectifAnnuel, Siae

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np

OBJECTIFS = ("Trouver un emploi durable", "Obtenir un titre professionnel", "Gagner en autonomie", "Passer le permis B")
ACTIONS = (
    ("Faire le point sur les droits", Frein.DROITS, "Centre communal d’action sociale"),
    ("Déposer une demande de logement social", Frein.LOGEMENT, ""),
    ("S’inscrire à un cours de français", Frein.LANGUE, "Association de quartier"),
    ("Demander la carte de transport solidaire", Frein.MOBILITE, ""),
    ("Prendre rendez-vous au Point conseil budget", Frein.FINANCES, "Point conseil budget"),
    ("Mettre à jour le CV", "", ""),
    ("Chercher un mode de garde", Frein.DISPONIBILITE, ""),
)
BILANS = ("De bons repères au travail.", "Le projet se précise.", "Des freins levés, un métier choisi.")
NOTES = (
    "Point sur la semaine et les démarches.",
    "Projet et recherche de stage.",
    "Démarches avancées, suite convenue.",
)
ATELIERS = (
    ("Un CV qui vous ressemble", ThemeAtelier.CANDIDATURE, -20, 8),
    ("Se préparer à un entretien", ThemeAtelier.ENTRETIEN, -6, 10),
    ("Chercher un emploi sur son téléphone", ThemeAtelier.NUMERIQUE, 5, 8),
    ("Préparer sa sortie de la SIAE", ThemeAtelier.SORTIE, 9, 3),
    ("Valoriser ses compétences", ThemeAtelier.COMPETENCES, 14, 12),
    ("Mes droits pendant et après le contrat", ThemeAtelier.DROITS, 23, 15),
)
# Employees for a permanent post, by kind: around what the strategy saw, some beyond.
RATIOS = {"ACI": (2.6, 4.6), "EI": (2.8, 4.8), "AI": (8, 17), "ETTI": (8, 17), "EITI": (8, 17)}
PARTS = {Fonction.ACCOMPAGNEMENT: 0.36, Fonction.ENCADREMENT: 0.56, Fonction.FORMATION: 0.08, Fonction.AUTRE: 0.35}
PRESENTS = 0.55  # of the employees of a year, those of a day
RENSEIGNEES = 0.8  # of the SIAE, those that said it


@transaction.atomic
def load_accompagnement(on: date) -> int:
    """Load what is not there yet; return how many persons are supported."""
    _supports(on)
    _workshops(on)
    _staff(on)
    return Accompagnement.objects.count()


def _supports(on: date) -> None:
    followed = Relation.objects.filter(
        Q(fin__isnull=True) | Q(fin__gt=on),
        type=TypeRelation.CONTRAT,
        debut__lte=on,
        referent__user__email__endswith="@maillage.example",
        accompagnement=None,
    )
    relations = list(followed.select_related("referent").order_by("personne__email", "pk"))
    supports = Accompagnement.objects.bulk_create(
        Accompagnement(
            relation=relation,
            referent_social="Assistante sociale de secteur" if rank % 3 else "",
            referent_social_organisation="Espace départemental des solidarités" if rank % 3 else "",
            referent_social_telephone="01 99 00 00 10" if rank % 3 else "",
        )
        for rank, relation in enumerate(relations)
    )
    rows: dict[type[Any], list[Any]] = {
        model: [] for model in (ConstatFrein, ObjectifParcours, ActionParcours, Entretien, Evaluation)
    }
    for rank, support in enumerate(supports):
        if rank % 8 == 7:
            continue  # one in eight has everything to begin
        for row in _rows(support, rank, get_region().draw(f"accompagnement-{rank}"), on):
            rows[type(row)].append(row)
    rows[Entretien] += _next_entretiens(supports, on)
    for model, made in rows.items():
        model._default_manager.bulk_create(made)


def _rows(support: Accompagnement, rank: int, draw: np.random.Generator, on: date) -> list[Any]:
    entry = support.relation.debut
    days = [(jalon, day) for jalon, day in jalon_days(entry, None, diagnostic=21).items() if day <= on]
    days = days[: len(days) - (rank % 5 == 0)] or days[:1]  # one in five is late
    found: list[Any] = [
        Evaluation(accompagnement=support, jalon=jalon, le=day, bilan=BILANS[(rank + each) % len(BILANS)])
        for each, (jalon, day) in enumerate(days)
    ]
    first = days[0][1] if days else max(entry, on - timedelta(days=2))
    freins = draw.permutation(len(Frein))[: 2 + int(draw.integers(4))]
    for place, frein in enumerate(Frein):
        steps = [EtatFrein.NON]
        if place in freins:
            treated = (EtatFrein.INTERNE, EtatFrein.EXTERNE, EtatFrein.DEUX)[int(draw.integers(3))]
            steps = [EtatFrein.CONCERNE, treated, EtatFrein.LEVE][: 1 + int(draw.integers(3))]
        moments = [first, *(day for _, day in days[1:])]
        found += [
            ConstatFrein(accompagnement=support, frein=frein, etat=etat, le=le)
            for etat, le in zip(steps, moments, strict=False)
        ]
    found.append(ObjectifParcours(accompagnement=support, libelle=OBJECTIFS[rank % len(OBJECTIFS)], fixe_le=first))
    found += _actions(support, rank, first, draw, on)
    found += _entretiens(support, rank, draw, on)
    return found


def _actions(support: Accompagnement, rank: int, first: date, draw: np.random.Generator, on: date) -> list[Any]:
    made = []
    for each in range(2 + int(draw.integers(2))):
        libelle, frein, partenaire = ACTIONS[(rank + 2 * each) % len(ACTIONS)]
        done = each == 0
        due = on + timedelta(days=int(draw.integers(-6 if rank % 4 == 0 else 3, 40)))
        opened = min(max(first, on - timedelta(days=60)), on)
        made.append(
            ActionParcours(
                accompagnement=support,
                libelle=libelle,
                frein=frein,
                partenaire=partenaire,
                ouverte_le=opened,
                echeance=opened + timedelta(days=30) if done else due,
                etat=EtatAction.FAIT if done else EtatAction.EN_COURS,
                close_le=opened if done else None,
            )
        )
    return made


def _entretiens(support: Accompagnement, rank: int, draw: np.random.Generator, on: date) -> list[Any]:
    """Return interviews every third week or so, one in ten missed."""
    membre = support.relation.referent
    assert membre is not None
    last = on - timedelta(days=45 if rank % 9 == 4 else 3 + rank % 17)
    past = [last - timedelta(days=21 * each) for each in range(4)]
    return [
        Entretien(
            accompagnement=support,
            membre=membre,
            debut=_at(day, 9 + rank % 8),
            etat=EtatEntretien.MANQUE if draw.random() < 0.1 and each else EtatEntretien.TENU,
            note=NOTES[(rank + each) % len(NOTES)],
        )
        for each, day in enumerate(past)
        if day >= support.relation.debut
    ]


def _next_entretiens(supports: list[Accompagnement], on: date) -> list[Entretien]:
    """Return the next interview of three persons in four, each member seeing three persons a day."""
    seen: Counter[int] = Counter()
    made = []
    for rank, support in enumerate(supports):
        membre = support.relation.referent
        if membre is None or rank % 4 == 3:
            continue
        turn = seen[membre.pk]
        seen[membre.pk] += 1
        day = _workday(on + timedelta(days=1 + turn // 3 + 2 * (turn // 15)))
        # Two days of a weekend lead to one Monday: their hours differ.
        debut = _at(day, 9 + turn % 9)
        made.append(Entretien(accompagnement=support, membre=membre, debut=debut))
    return made


def _workday(day: date) -> date:
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def _at(day: date, hour: int, minute: int = 0) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def _workshops(on: date) -> None:
    """Let each France Travail organisation of the accounts lead workshops, and the SIAE send their employees there."""
    leaders = Membre.objects.actifs().filter(profil__in=(P.EMPLOI_CONSEILLER, P.EMPLOI_DIRECTION))
    organisations = {each.organisation_id: each.organisation for each in leaders.select_related("organisation")}
    supported = Accompagnement.objects.select_related("relation").order_by("pk")
    sent = [(each.relation.personne_id, each.relation.organisation_id) for each in supported]
    for place, (pk, organisation) in enumerate(sorted(organisations.items())):
        if Atelier.objects.filter(organisation=pk).exists():
            continue
        land = organisation.competences.filter(niveau="departement").values_list("code", flat=True).first() or ""
        made = Atelier.objects.bulk_create(
            Atelier(
                organisation=organisation,
                titre=titre,
                theme=theme,
                lieu="Agence France Travail, salle 2" if land else "À distance, lien envoyé la veille",
                departement=land,
                debut=_at(_workday(on + timedelta(days=days)), 9, 30),
                fin=_at(_workday(on + timedelta(days=days)), 12),
                places=places,
            )
            for titre, theme, days, places in ATELIERS
        )
        for rank, atelier in enumerate(made):
            _send(atelier, sent[(7 * rank + 11 * place) :: 13][: 2 + rank % 4], over=atelier.fin.date() < on, rank=rank)


def _send(atelier: Atelier, persons: list[tuple[int, int]], *, over: bool, rank: int) -> None:
    """Send persons to a workshop; the first one of all is told present or absent, the next waits to be told."""
    said = (EtatInscription.PRESENT, EtatInscription.PRESENT, EtatInscription.ABSENT)
    for place, (personne, organisation) in enumerate(persons):
        etat = said[place % 3] if over and rank == 0 else EtatInscription.INSCRIT
        seat = etat if place < atelier.places else EtatInscription.ATTENTE
        Inscription.objects.create(atelier=atelier, personne_id=personne, organisation_id=organisation, etat=seat)


def _staff(on: date) -> None:
    """Give most SIAE permanent posts, for the last year, from the persons whom they employ."""
    if EffectifPermanent.objects.exists():
        return
    annee = on.year - 1
    siae = list(Siae.objects.actives().order_by("organisation__siret", "pk"))
    today = count_salaries([each.pk for each in siae], on)
    yearly = EffectifAnnuel.objects.filter(salaries__isnull=False).order_by("annee").values_list("siae", "salaries")
    before = {pk: PRESENTS * (salaries or 0) for pk, salaries in yearly}
    draw = get_region().draw("permanents")
    rows = []
    for each in siae:
        employees, share = today.get(each.pk) or before.get(each.pk) or 0, draw.random()
        ratio = draw.uniform(*RATIOS[each.type_siae])
        if not employees or share > RENSEIGNEES:
            continue
        for fonction, part in PARTS.items():
            etp = Decimal(round(employees / ratio * part * 4)) / 4  # by quarters of a post
            if fonction == Fonction.ACCOMPAGNEMENT:
                etp = max(etp, Decimal("0.25"))
            rows.append(EffectifPermanent(siae=each, annee=annee, fonction=fonction, etp=etp))
    EffectifPermanent.objects.bulk_create(rows)
    _declare(siae, {each.pk: today.get(each.pk) or before.get(each.pk) or 0 for each in siae}, annee)


def _declare(siae: Sequence[Siae], employees: Mapping[int, float], annee: int) -> None:
    """Give each SIAE the obstacles that it declared to the ASP for a year, within its employees."""
    draw = get_region().draw("freins_declares")
    rows = []
    for number, each in enumerate(siae):
        for frein, share in zip(Frein, draw.uniform(0.1, 0.6, len(Frein)), strict=True):
            concernes = int(employees[each.pk] * share)
            internes, externes, deux = (int(part * concernes) for part in draw.dirichlet((3, 2, 1, 2))[:3])
            rows.append(
                FreinDeclare(
                    siae=each,
                    annexe=str(90_000 + number),
                    debut=date(annee, 1, 1),
                    fin=date(annee + 1, 1, 1),
                    frein=frein,
                    concernes=concernes,
                    internes=internes,
                    externes=externes,
                    deux=deux,
                    source="démonstration",
                )
            )
    FreinDeclare.objects.bulk_create(rows)
