"""Requests of prolongation: whom one may ask, the answer, what it opens and closes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core import mail
from django.urls import reverse

from maillage.domains.parcours.models import DemandeProlongation, TitreParcours
from maillage.domains.parcours.queries.demandes import list_demandes, list_destinataires, to_answer, waiting_of
from maillage.domains.parcours.queries.fiche_titre import get_fiche
from maillage.domains.parcours.rules.demandes import DEMANDE_PROLONGATION
from maillage.domains.parcours.services.demandes import (
    FicheDemande,
    ask_prolongation,
    deny_prolongation,
    grant_prolongation,
    remind_prolongations,
    withdraw_prolongation,
)
from maillage.foundations.kernel.errors import Refused
from maillage.foundations.kernel.models import Notification
from maillage.foundations.kernel.templatetags.ui import jour
from tests.factories.accounts import OrganisationFactory, member
from tests.factories.parcours import ProlongationFactory, TitreFactory
from tests.factories.parcours_titre import DemandeFactory, entourage
from tests.factories.personnes import PersonneFactory, RelationFactory

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import SimpleNamespace

    from django.test import Client

pytestmark = pytest.mark.django_db
DAY = date(2027, 6, 1)
BILAN = "La personne a validé les gestes du poste ; il reste à passer le permis de conduire."


@pytest.fixture
def around(db: None) -> SimpleNamespace:
    found = entourage()
    made = TitreFactory(personne=found.personne)
    found.titre = TitreParcours.objects.get(pk=made.pk)
    return found


def asking(around: SimpleNamespace, **changes: Any) -> dict[str, Any]:
    fields = {
        "motif": "difficultes",
        "jours": 200,
        "destinataire": around.adviser.membre.organisation,
        "bilan": BILAN,
        **changes,
    }
    return {
        "titre": around.titre,
        "siae": around.siae,
        "fiche": FicheDemande(**fields),
        "actor": around.cip,
        "on": DAY,
    }


def codes(act: Any, **fields: Any) -> list[str]:
    with pytest.raises(Refused) as refused:
        act(**fields)
    return [each.code for each in refused.value.refusals]


def test_a_prescripteur_is_reminded_every_ten_days_until_the_deadline(
    around: SimpleNamespace, run_jobs: Callable[[], int]
) -> None:
    demande = ask_prolongation(**asking(around))
    run_jobs()
    mail.outbox.clear()
    days = (9, 10, 10, 15, 20, 29, 30, 40)  # the deadline is on day 30
    assert [remind_prolongations(on=DAY + timedelta(days=day)) for day in days] == [0, 1, 0, 0, 1, 0, 1, 0]
    run_jobs()
    assert [message.to for message in mail.outbox] == [[around.adviser.email]] * 3
    demande.refresh_from_db()
    assert demande.relancee_le == DAY + timedelta(days=30)
    withdraw_prolongation(demande=demande, actor=around.cip, on=DAY)
    DemandeProlongation.objects.update(relancee_le=None)
    assert remind_prolongations(on=DAY + timedelta(days=10)) == 0


def test_the_ledger_of_the_right_says_why_who_granted_and_until_when(around: SimpleNamespace) -> None:
    demande = ask_prolongation(**asking(around))
    grant_prolongation(demande=demande, actor=around.adviser, on=DAY)
    fiche = get_fiche(around.personne, DAY)
    assert fiche is not None
    last = jour(fiche.titre.fin - timedelta(days=1))
    assert [each.detail for each in fiche.ecritures if each.libelle == "+ prolongation"] == [
        "difficultés particulières d’accès à l’emploi, accordée le 1er juin 2027 par "
        f"{around.adviser.membre.organisation}\u202f: jusqu’au {last} compris"
    ]


def test_the_list_goes_by_name(around: SimpleNamespace, client: Client) -> None:
    ask_prolongation(**asking(around))
    for nom, prenom in (("Bernard", "Zoé"), ("Bernard", "Aldo"), ("Aubry", "Nadia")):
        personne = PersonneFactory(nom=nom, prenom=prenom)
        RelationFactory(personne=personne, organisation=around.siae.organisation)
        DemandeFactory(titre=TitreFactory(personne=personne), siae=around.siae)
    client.force_login(around.cip)
    rows = list_demandes(around.cip).exclude(titre=around.titre)
    wanted = ["Aubry Nadia", "Bernard Aldo", "Bernard Zoé"]
    page = client.get(reverse("parcours:demandes"), {"tri": "personne"}).content.decode()
    assert rows.count() == 3
    assert sorted(wanted, key=page.index) == wanted


def test_every_arrow_leaves_the_wait() -> None:
    assert {each.act: (each.sources, each.target) for each in DEMANDE_PROLONGATION} == {
        "accorder": (("attente",), "accordee"),
        "refuser": (("attente",), "refusee"),
        "retirer": (("attente",), "retiree"),
    }


def test_a_request_granted_prolongs_the_right(around: SimpleNamespace) -> None:
    demande = ask_prolongation(**asking(around))
    assert (demande.etat, demande.echeance, demande.relation) == ("attente", date(2027, 7, 1), None)
    assert list(to_answer(around.adviser)) == [demande] == list(waiting_of(around.cip))
    assert Notification.objects.get(destinataire=around.adviser).type == "parcours.prolongation_demandee"
    granted = grant_prolongation(demande=demande, actor=around.adviser, on=date(2027, 6, 10), reponse=" Oui. ")
    around.titre.refresh_from_db()
    assert (granted.etat, granted.reponse, granted.prolongation.jours) == ("accordee", "Oui.", 200)
    assert (around.titre.jours_prolonges, around.titre.fin) == (200, date(2028, 7, 23))
    assert Notification.objects.get(destinataire=around.cip).type == "parcours.prolongation_repondue"
    assert codes(grant_prolongation, demande=demande, actor=around.adviser, on=DAY) == ["transition_interdite"]
    assert list(to_answer(around.adviser)) == []


def test_asked_in_time_it_is_granted_however_late(around: SimpleNamespace) -> None:
    asked = {**asking(around), "on": date(2028, 7, 1)}
    demande = ask_prolongation(**asked)
    assert grant_prolongation(demande=demande, actor=around.adviser, on=date(2028, 9, 1)).etat == "accordee"


def test_the_cap_holds_on_the_day_of_the_answer(around: SimpleNamespace) -> None:
    demande = ask_prolongation(**asking(around, jours=365))
    ProlongationFactory.create_batch(2, titre=around.titre)
    ProlongationFactory(titre=around.titre, jours=1)
    assert codes(grant_prolongation, demande=demande, actor=around.adviser, on=DAY) == ["fenetre", "plafond"]


def test_a_refusal_says_why_and_what_instead(around: SimpleNamespace) -> None:
    demande = ask_prolongation(**asking(around))
    acting = {"demande": demande, "actor": around.adviser, "on": DAY}
    why = {"motif": "duree", "proposition": "sortie", "reponse": "Six mois suffiront."}
    assert codes(deny_prolongation, **acting, **{**why, "motif": "humeur"}) == ["motif_inconnu"]
    assert codes(deny_prolongation, **acting, **{**why, "proposition": "rien"}) == ["proposition_inconnue"]
    assert codes(deny_prolongation, **acting, **{**why, "reponse": "Non."}) == ["reponse_courte"]
    denied = deny_prolongation(**acting, **why)
    assert (denied.etat, denied.motif_refus, denied.proposition) == ("refusee", "duree", "sortie")
    around.titre.refresh_from_db()
    assert around.titre.jours_prolonges == 0
    assert ask_prolongation(**asking(around)).pk != demande.pk


def test_one_request_waits_at_a_time_and_may_be_withdrawn(around: SimpleNamespace) -> None:
    demande = ask_prolongation(**asking(around))
    assert codes(ask_prolongation, **asking(around)) == ["demande_en_attente"]
    assert codes(withdraw_prolongation, demande=demande, actor=around.adviser, on=DAY) == ["interdit"]
    assert withdraw_prolongation(demande=demande, actor=around.cip, on=DAY).etat == "retiree"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"motif": "fin_formation"}, ["sans_prescripteur"]),
        ({"motif": "rqth"}, ["rqth"]),
        ({"bilan": "Bien."}, ["bilan_court"]),
        ({"jours": 366}, ["plafond"]),
    ],
)
def test_a_request_that_makes_no_sense(around: SimpleNamespace, changes: dict[str, Any], expected: list[str]) -> None:
    assert codes(ask_prolongation, **asking(around, **changes)) == expected


def test_one_asks_who_follows_the_person_or_answers_for_where_they_live(around: SimpleNamespace) -> None:
    near, far = (member("prescripteur", "prescripteur").membre.organisation for _ in range(2))  # type: ignore[union-attr]
    near.competences.create(niveau="departement", code="95")
    far.competences.create(niveau="departement", code="77")
    referent = member("departement_referent", "departement").membre
    RelationFactory(personne=around.personne, organisation=referent.organisation, referent=referent)  # type: ignore[union-attr]
    member("departement_referent", "departement")  # follows nobody
    found = list_destinataires(around.personne, DAY)
    following = {around.adviser.membre.organisation, referent.organisation}  # type: ignore[union-attr]
    assert {each for each, suit in found if suit} == following
    assert [each for each, suit in found if not suit] == [near]
    assert codes(ask_prolongation, **asking(around, destinataire=far)) == ["destinataire"]
    assert codes(ask_prolongation, **asking(around, destinataire=OrganisationFactory())) == ["destinataire"]


def test_the_file_opens_to_who_must_decide_and_closes_with_the_answer(around: SimpleNamespace) -> None:
    stranger = member("prescripteur", "prescripteur")
    assert list(list_demandes(stranger)) == []
    demande = ask_prolongation(**asking(around, destinataire=stranger.membre.organisation))  # type: ignore[union-attr]
    assert demande.relation is not None
    assert codes(grant_prolongation, demande=demande, actor=around.adviser, on=DAY) == ["autre_organisation"]
    around.personne.relations.filter(pk=demande.relation.pk).update(debut=date(2026, 1, 5))  # as if today were later
    assert list(to_answer(stranger)) == [demande]
    granted = grant_prolongation(demande=demande, actor=stranger, on=DAY)
    granted.relation.refresh_from_db()
    assert granted.relation.fin == DAY


def test_whoever_took_charge_keeps_the_file(around: SimpleNamespace) -> None:
    stranger = member("prescripteur", "prescripteur")
    demande = ask_prolongation(**asking(around, destinataire=stranger.membre.organisation))  # type: ignore[union-attr]
    relations = around.personne.relations.filter(pk=demande.relation.pk)  # type: ignore[union-attr]
    relations.update(debut=date(2026, 1, 5), referent=stranger.membre)
    grant_prolongation(demande=demande, actor=stranger, on=DAY)
    assert relations.get().fin is None


def test_a_neighbour_sees_no_request(around: SimpleNamespace) -> None:
    ask_prolongation(**asking(around))
    assert DemandeProlongation.objects.count() == 1
    for stranger in (member("siae_direction"), member("prescripteur", "prescripteur"), member("region", "region")):
        assert list(list_demandes(stranger)) == []
