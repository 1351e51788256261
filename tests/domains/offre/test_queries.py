"""Who sees which dossier, in how many queries; what awaits each one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from maillage.domains.offre.queries.actions import list_actions
from maillage.domains.offre.queries.appels import list_appels
from maillage.domains.offre.queries.attentes import list_attentes
from maillage.domains.offre.queries.dossiers import describe_now, list_attendues, list_dossiers, read_ligne, with_rows
from maillage.domains.offre.queries.economie import draw_resources, list_tableaux, read_fiche
from maillage.domains.offre.queries.partenaires import list_partenaires
from maillage.domains.offre.queries.visibilite import carried_dossiers, instructed_dossiers, visible_dossiers
from maillage.domains.offre.services.economie import FicheSaisie, write_fiche
from maillage.foundations.kernel.attentes import Delai
from tests.domains.offre.conftest import answering, new_dossier
from tests.factories.accounts import OrganisationFactory, UserFactory, member
from tests.factories.offre import AppelFactory, AvisFactory, DemandePiecesFactory, PieceFactory

if TYPE_CHECKING:
    from types import SimpleNamespace

    from maillage.domains.offre.models import Dossier
    from maillage.references.accounts.models import User

pytestmark = pytest.mark.django_db


def test_who_reads_a_deposited_dossier(region: SimpleNamespace, direction: User) -> None:
    dossier = new_dossier(region, direction, depose=True)
    partner = answering("emploi_direction", "ft_agence", "departement", "93")
    asked = answering("reseau", "reseau_regional", "region", "11")
    AvisFactory(dossier=dossier, organisation=asked.membre and asked.membre.organisation)
    readers: dict[str, tuple[Any, bool]] = {
        "its direction": (direction, True),
        "another direction": (member("siae_direction"), False),
        "the DDETS of the département": (answering("etat_departement", "ddets", "departement", "93"), True),
        "that of another": (answering("etat_departement", "ddets", "departement", "77"), False),
        "the DREETS": (answering("etat_region", "dreets", "region", "11"), True),
        "that of another region": (answering("etat_region", "dreets", "region", "84"), False),
        "the Région": (answering("region", "conseil_regional", "region", "11"), True),
        "the Conseil départemental": (
            answering("departement_pilotage", "conseil_departemental", "departement", "93"),
            True,
        ),
        "a partner not asked": (partner, False),
        "a partner asked": (asked, True),
        "a counsellor": (answering("emploi_conseiller", "ft_agence", "departement", "93"), False),
        "an operator": (UserFactory(exploitant=True), False),
        "a visitor": (AnonymousUser(), False),
    }
    found = {who: visible_dossiers(user).exists() for who, (user, _) in readers.items()}
    assert found == {who: expected for who, (_, expected) in readers.items()}


def test_a_draft_is_its_carrier_s_alone(dossier: Dossier, direction: User, agent: User) -> None:
    assert list(visible_dossiers(direction)) == list(carried_dossiers(direction)) == [dossier]
    assert not visible_dossiers(agent).exists()
    assert not instructed_dossiers(agent).exists()
    # One that was withdrawn before its deposit too.
    dossier.etat = "sans_suite"
    dossier.save()
    assert not visible_dossiers(agent).exists()


def test_calls_are_public_while_they_are_open(agent: User, direction: User) -> None:
    calls = {etat: AppelFactory(etat=etat) for etat in ("brouillon", "ouvert", "clos", "instruit")}
    assert agent.membre is not None
    mine = AppelFactory(organisation=agent.membre.organisation)
    assert set(list_appels(AnonymousUser())) == {calls["ouvert"]}
    assert set(list_appels(member("dla", "dla"))) == {calls["ouvert"]}
    assert set(list_appels(direction)) == {calls["ouvert"], calls["clos"], calls["instruit"]}
    assert set(list_appels(agent)) == {calls["ouvert"], calls["clos"], calls["instruit"], mine}


def test_lists_ask_the_same_number_of_queries(region: SimpleNamespace, direction: User, agent: User) -> None:
    counts = []
    assert agent.membre is not None  # read once, before counting
    assert direction.membre is not None
    for size in (1, 2):
        for _ in range(size):
            dossier = new_dossier(region, direction, depose=True)
            DemandePiecesFactory(dossier=dossier)
            AvisFactory(dossier=dossier)
            appel = AppelFactory(etat="ouvert")
            appel.territoires.add(region.ensembles["93"])
        with CaptureQueriesContext(connection) as queries:
            list_dossiers(agent)
            [list(appel.territoires.all()) for appel in list_appels(direction)]
            list(list_attentes(agent))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_most_pressing_comes_first(region: SimpleNamespace, direction: User, agent: User) -> None:
    today = timezone.localdate()
    late, soon, calm = (
        new_dossier(region, direction, etat="depose", depose_le=today - timedelta(days=days)) for days in (90, 55, 5)
    )
    suspended = new_dossier(region, direction, etat="pieces", depose_le=today - timedelta(days=70))
    debut = today - timedelta(days=60)
    DemandePiecesFactory(dossier=suspended, debut=debut, limite=today + timedelta(days=10))
    lignes = list_dossiers(agent)
    assert [ligne.dossier for ligne in lignes] == [late, soon, suspended, calm]
    assert [ligne.pressant for ligne in lignes] == [True, True, False, False]
    assert "attendu depuis" in describe_now(lignes[0])
    assert describe_now(lignes[2]).startswith("Au tour de\u202f: le porteur du projet, avant le")


def test_partners_give_the_turn_back(region: SimpleNamespace, direction: User) -> None:
    dossier = new_dossier(region, direction, etat="avis", depose_le=date(2026, 3, 2))
    AvisFactory(dossier=dossier)
    day = date(2026, 3, 3)
    [ligne] = [read_ligne(each, on=day) for each in with_rows(visible_dossiers(direction))]
    assert (ligne.tour.name, ligne.echeance) == ("PARTENAIRES", date(2026, 3, 23))
    dossier.avis.update(sens="favorable", texte="Oui, vraiment.", rendu_le=day)
    [ligne] = [read_ligne(each, on=day) for each in with_rows(visible_dossiers(direction))]
    assert (ligne.tour.name, ligne.echeance) == ("INSTRUCTEUR", date(2026, 5, 2))


def test_the_calendar_of_an_avenant(region: SimpleNamespace, direction: User) -> None:
    day = date(2026, 3, 30)
    new_dossier(region, direction, demande="avenant", existante=True, etat="depose", depose_le=day)
    [dossier] = with_rows(visible_dossiers(direction))
    assert (ligne := read_ligne(dossier, on=day)).butoir is not None
    assert ligne.echeance == date(2026, 5, 30)
    later = read_ligne(dossier, on=date(2026, 6, 15))
    assert later.butoir is not None
    assert later.butoir.jour == date(2026, 9, 30)


def test_what_awaits_each_one(region: SimpleNamespace, direction: User, agent: User) -> None:
    today = timezone.localdate()
    new_dossier(region, direction, nom="Brouillon")
    asked = new_dossier(region, direction, nom="Incomplet", etat="pieces", depose_le=today - timedelta(days=20))
    DemandePiecesFactory(dossier=asked, debut=today - timedelta(days=10), limite=today + timedelta(days=5))
    late = new_dossier(region, direction, nom="Oublié", etat="complet", depose_le=today - timedelta(days=90))
    partner = answering("emploi_direction", "ft_agence", "departement", "93")
    assert partner.membre is not None
    AvisFactory(
        dossier=late, organisation=partner.membre.organisation, echeance=today + timedelta(days=3), demande_le=today
    )
    assert agent.membre is not None
    AppelFactory(organisation=agent.membre.organisation)

    def told(user: User) -> list[tuple[str, bool]]:
        return [(attente.label.replace("\u202f", " "), attente.urgente) for attente in list_attentes(user)]

    assert told(direction) == [
        ("Dossier « Brouillon » : à compléter et à déposer", False),
        ("Dossier « Incomplet » : fournir les pièces demandées", True),
    ]
    [(label, urgent), draft] = told(agent)
    assert label.startswith(f"Dossier {late.numero} « Oublié » : refus implicite depuis le")
    assert urgent
    assert draft == ("1 appel à projets en brouillon", False)
    assert told(partner) == [("1 avis à rendre sur un projet", False)]
    assert told(member("dla", "dla")) == []


def test_a_near_refusal_is_not_for_later(region: SimpleNamespace, direction: User, agent: User) -> None:
    today = timezone.localdate()
    for nom, days in (("Proche", 50), ("Récent", 5), ("Dépassé", 80)):
        new_dossier(region, direction, nom=nom, etat="complet", depose_le=today - timedelta(days=days))
    seen = [(each.delai(today), each.label.split("«")[1].split("»")[0].strip()) for each in list_attentes(agent)]
    assert sorted(seen) == [(Delai.PLUS_TARD, "Récent"), (Delai.PROCHE, "Proche"), (Delai.RETARD, "Dépassé")]


def test_calls_to_close_lead_to_themselves(agent: User) -> None:
    today = timezone.localdate()
    assert agent.membre is not None
    own = {"organisation": agent.membre.organisation, "etat": "ouvert", "ouverture": today}
    soon = AppelFactory(**own, cloture=today + timedelta(days=10))
    AppelFactory(**own, cloture=today + timedelta(days=60))
    AppelFactory(etat="ouvert", ouverture=today, cloture=today + timedelta(days=2))  # another's
    [task] = list_attentes(agent)
    client = Client()
    assert "a_clore" not in client.get(reverse("offre:appels")).context["form"].fields
    client.force_login(agent)
    assert [row.pk for row in client.get(task.url).context["page"]] == [soon.pk]


def test_the_checklist(dossier: Dossier) -> None:
    refused = PieceFactory(dossier=dossier, etat="refusee", motif="Illisible.")
    joined = PieceFactory(dossier=dossier, code="comptes", libelle="Comptes")
    beside = PieceFactory(dossier=dossier, code="", libelle="Lettre du maire")
    rows = list_attendues(dossier)
    assert [(row.attendue and row.attendue.code, row.piece, row.manque) for row in rows] == [
        ("projet", None, True),
        ("statuts", refused, True),
        ("comptes", joined, False),
        ("sociales", None, True),
        ("activite", None, True),
        (None, beside, False),
    ]


def test_partners_are_those_of_the_land(region: SimpleNamespace, agent: User) -> None:
    wanted = []
    for kind, niveau, code, expected in (
        ("ft_agence", "departement", "93", True),
        ("ept", "ept", "200057867", True),
        ("conseil_regional", "region", "11", True),
        ("ft_agence", "departement", "77", False),
        ("dla", "departement", "93", False),
    ):
        organisation = OrganisationFactory(types=[kind])
        organisation.competences.create(niveau=niveau, code=code)
        wanted += [organisation] * expected
    assert set(list_partenaires("93")) == set(wanted)


def test_a_territory_offers_a_call_to_who_answers_for_it(region: SimpleNamespace, agent: User, direction: User) -> None:
    found = [("Susciter un projet", "/offre/appels/susciter/?niveau=ept&code=200057867")]
    assert list(list_actions(agent, "ept", "200057867")) == found
    assert list(list_actions(agent, "epci", "247700057")) == []
    assert list(list_actions(direction, "ept", "200057867")) == []


def test_a_sheet_as_tables_and_chart(dossier: Dossier, direction: User) -> None:
    amounts: dict[tuple[str, int], Any] = {("ventes", 1): 600, ("aide_poste", 1): 400, ("services", 1): 900}
    write_fiche(dossier=dossier, fiche=FicheSaisie(amounts, {}), actor=direction)
    fiche = read_fiche(dossier, on=date(2026, 3, 2))
    business, funding, treasury = list_tableaux(fiche)
    assert [row[:2] for row in business.rows] == [
        ("loyers, entretien, assurances, services extérieurs", 900),
        ("Total des charges", 900),
        ("ventes de biens et de services", 600),
        ("aide au poste d’insertion", 400),
        ("Total des produits", 1000),
        ("Résultat", 100),
    ]
    assert [row[0] for row in funding.rows] == ["Total des emplois", "Total des ressources"]
    assert len(list(treasury.rows)) == 12
    chart = draw_resources(fiche)
    assert chart is not None
    assert [(bar.label, bar.value, bar.strong) for bar in chart.bars] == [
        ("ventes de biens et de services", 600, True),
        ("aide au poste d’insertion", 400, False),
    ]
