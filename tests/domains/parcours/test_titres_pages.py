"""The pages: what each shows to whom, what a form refuses, one act from end to end, a constant number of queries."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pikepdf
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from maillage.domains.parcours.models import DemandeProlongation, Diagnostic, Situation, TitreParcours
from maillage.domains.parcours.queries.attentes_titres import list_attentes
from maillage.domains.parcours.queries.fins import TYPES, count_fins, list_fins
from maillage.domains.parcours.queries.volet_titre import titre as volet_titre
from maillage.foundations.kernel.calendar import add_months
from maillage.foundations.kernel.models import Lecture
from maillage.references.accounts.models import User
from tests.factories.accounts import OrganisationFactory, member
from tests.factories.parcours import ContratFactory, SortieFactory, SuspensionFactory, TitreFactory
from tests.factories.parcours_titre import DemandeFactory, entourage
from tests.factories.personnes import PersonneFactory, RelationFactory
from tests.factories.structures import SiaeFactory
from tests.factories.territoires import TerritoireFactory

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import SimpleNamespace

pytestmark = pytest.mark.django_db


@pytest.fixture
def around(db: None) -> SimpleNamespace:
    """A person whose right ends in 100 days, employed by an ACI, followed by a prescripteur."""
    found = entourage()
    found.today = timezone.localdate()
    found.titre = titled(found.personne, found.today + timedelta(days=100), siae=found.siae)
    return found


def titled(personne: Any, fin: date, siae: Any = None) -> TitreParcours:
    """Return a right that ends on a day, and a contract with a SIAE."""
    made = TitreFactory(personne=personne, debut=fin - timedelta(days=730))
    if siae:
        ContratFactory(personne=personne, siae=siae, titre=made, debut=made.debut, fin_prevue=fin, heures_semaine=None)
    return TitreParcours.objects.get(pk=made.pk)


def ended(titre: TitreParcours) -> Any:
    """Return the contract of a right, ended after a month."""
    contrat = titre.contrats.get()
    contrat.fin = contrat.debut + timedelta(days=20)
    contrat.save()
    return contrat


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(name: str, *args: Any, **query: str) -> str:
    return reverse(f"parcours:{name}", args=args, query=query or None)


def test_a_cip_suspends_then_lifts_and_reads_the_account(around: SimpleNamespace) -> None:
    client, person, today = signed_in(around.cip), around.personne.public_id, around.today
    page = client.get(address("titre", person)).content.decode()
    assert "730" in page
    assert "100 jours restants" in page
    data = {
        "motif": "contrat_suspendu",
        "debut": today.isoformat(),
        "dernier": (today + timedelta(days=19)).isoformat(),
        "avis_le": "",
        "avis_texte": "",
    }
    wrong = client.post(address("titre_suspendre", person), {**data, "debut": "2050-01-01"})
    assert wrong.status_code == 422
    assert client.post(address("titre_suspendre", person), data).status_code == 302
    suspension = around.titre.suspensions.get()
    assert (suspension.fin - suspension.debut).days == 20  # the last day is included
    page = client.get(address("titre", person)).content.decode()
    assert "730\u202fj + 20\u202fj de suspension = 750\u202fj" in page
    lever = address("suspension_lever", person, suspension.public_id)
    assert client.post(lever, {"fin": today.isoformat()}).status_code == 302
    assert not around.titre.suspensions.exists()


def test_a_request_goes_to_the_prescripteur_and_comes_back(around: SimpleNamespace) -> None:
    cip, adviser, person = signed_in(around.cip), signed_in(around.adviser), around.personne.public_id
    choices = cip.get(address("titre_prolonger", person)).content.decode()
    assert address("titre_prolonger_pour", person, "difficultes") in choices
    assert address("titre_prolonger_pour", person, "senior") not in choices
    data = {
        "jours": "180",
        "destinataire": str(around.adviser.membre.organisation.public_id),
        "bilan": "La personne a validé les gestes du poste ; il reste à passer le permis de conduire.",
    }
    assert cip.post(address("titre_prolonger_pour", person, "difficultes"), data).status_code == 302
    demande = DemandeProlongation.objects.get()
    labels = [each.label for each in list_attentes(User.objects.get(pk=around.adviser.pk))]
    assert labels == ["1 demande de prolongation à traiter"]
    assert str(demande.public_id) in adviser.get(address("demandes")).content.decode()
    page = adviser.get(address("demande", demande.public_id)).content.decode()
    assert "280 jours" in page  # those left and those asked
    assert adviser.post(address("demande_accorder", demande.public_id), {"reponse": ""}).status_code == 302
    assert TitreParcours.objects.get(pk=around.titre.pk).jours_prolonges == 180
    assert adviser.post(address("demande_accorder", demande.public_id), {"reponse": ""}).status_code == 409


def test_the_diagnosis_is_made_on_one_page(around: SimpleNamespace) -> None:
    client, person = signed_in(around.cip), around.personne.public_id
    url = address("eligibilite", person)
    assert "il manque 3 critères de niveau 2" in client.get(url).content.decode()
    answers = {"niveau_formation": "40", "qpv": "oui"}
    checked = client.post(url, {**answers, "verifier": "1"}).content.decode()
    assert "il manque 1 critère de niveau 2, ou 1 critère de niveau 1" in checked
    assert not Situation.objects.exists()  # nothing is written yet
    ticked = {**answers, "critere_cap_bep": "on", "critere_qpv": "on"}
    refused = client.post(url, ticked)
    assert refused.status_code == 422
    assert "il manque 1 critère de niveau 2" in refused.content.decode()
    assert client.post(url, {**ticked, "critere_francais": "on"}).status_code == 302
    kept = Diagnostic.objects.get().criteres.values_list("code", flat=True)
    assert sorted(kept) == ["cap_bep", "francais", "qpv"]
    assert Situation.objects.get(personne=around.personne).qpv is True
    assert client.post(url, {"rsa": "NON", "situation": "1"}).status_code == 302
    assert Diagnostic.objects.count() == 1


def test_the_attestation_is_an_accessible_document(around: SimpleNamespace) -> None:
    response = signed_in(around.adviser).get(address("titre_attestation", around.personne.public_id))
    assert response["Content-Type"] == "application/pdf"
    with pikepdf.open(BytesIO(response.content)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.docinfo["/Title"]) == "Attestation de PASS IAE"


def test_cancelling_says_first_what_it_entails(around: SimpleNamespace) -> None:
    client, person = signed_in(around.cip), around.personne.public_id
    page = client.get(address("titre_annuler", person)).content.decode()
    assert "100 jours restants sont perdus" in page
    assert "Un contrat repose déjà sur ce titre" in page
    data = {"motif": "Ouvert par erreur.", "compris": "on"}
    assert client.post(address("titre_annuler", person), data).status_code == 422
    around.titre.contrats.update(fin=around.titre.debut)
    assert client.post(address("titre_annuler", person), data).status_code == 302
    assert TitreParcours.objects.get(pk=around.titre.pk).annule_le == around.today


def test_another_siae_may_do_nothing_to_the_right(around: SimpleNamespace) -> None:
    other = member("siae_direction")
    organisation = other.membre.organisation  # type: ignore[union-attr]
    SiaeFactory(organisation=organisation)
    RelationFactory(personne=around.personne, organisation=organisation)
    client, person = signed_in(other), around.personne.public_id
    assert "Seule la SIAE du dernier contrat" in client.get(address("titre", person)).content.decode()
    for name in ("titre_suspendre", "titre_annuler", "titre_prolonger"):
        assert client.get(address(name, person)).status_code == 404


def test_once_the_person_left_only_what_can_be_done_is_shown(around: SimpleNamespace) -> None:
    client, person = signed_in(around.cip), around.personne.public_id
    shown = client.get(address("titre", person)).content.decode()
    assert [act in shown for act in ("Suspendre", "Annuler le titre", "Possible du")] == [True, True, False]
    SortieFactory(contrat=ended(around.titre))
    shown = client.get(address("titre", person)).content.decode()
    assert [act in shown for act in ("Suspendre", "Annuler le titre", "Prolonger")] == [True, False, True]
    TitreParcours.objects.filter(pk=around.titre.pk).update(duree_jours=600)  # it is over
    shown = client.get(address("titre", person)).content.decode()
    assert "Suspendre" not in shown


def test_criteria_are_read_by_who_may_read_social_data(around: SimpleNamespace) -> None:
    signed_in(around.cip).post(
        address("eligibilite", around.personne.public_id), {"rsa": "OUI-NM", "critere_rsa": "on"}
    )
    agent = member("etat_departement", "ddets")
    agent.membre.organisation.competences.create(niveau="departement", code="95")  # type: ignore[union-attr]
    url = address("titre", around.personne.public_id)
    assert "bénéficiaire du RSA" in signed_in(around.adviser).get(url).content.decode()
    assert "bénéficiaire du RSA" not in signed_in(agent).get(url).content.decode()
    assert Lecture.objects.filter(ecran="parcours:titre").count() == 2


def test_the_list_narrows_sorts_and_goes_away_as_a_file(around: SimpleNamespace) -> None:
    today, ei = around.today, SiaeFactory(type_siae="EI", nom="Traiteur des Quais")
    late = PersonneFactory(nom="Zéphyr", departement="77")
    RelationFactory(personne=late, organisation=around.siae.organisation, debut=date(2018, 1, 1))
    second = titled(late, today + timedelta(days=300), siae=ei)
    SuspensionFactory(titre=second, debut=today - timedelta(days=5), fin=today + timedelta(days=5))
    stranger = titled(PersonneFactory(), today + timedelta(days=20))
    DemandeFactory(titre=around.titre, siae=around.siae)
    left = PersonneFactory(nom="Autan", departement="75")
    RelationFactory(personne=left, organisation=around.siae.organisation, debut=date(2018, 1, 1))
    third = titled(left, today + timedelta(days=700), siae=around.siae)
    SortieFactory(contrat=ended(third))
    client = signed_in(around.cip)
    first = around.titre
    for query, expected in (
        ({}, [first, second, third]),
        ({"tri": "-fin"}, [third, second, first]),
        ({"echeance": "6"}, [first]),
        ({"type": "EI"}, [second]),
        ({"siae": "quais traiteur"}, [second]),
        ({"departement": "77"}, [second]),
        ({"suspendu": "on"}, [second]),
        ({"sans_suite": "on"}, [second]),
        ({"q": "zephyr"}, [second]),
    ):
        page = client.get(address("titres", **query))
        assert [row.pk for row in page.context["page"]] == [each.pk for each in expected], query
    row = list_fins(around.cip, today).get(pk=second.pk)
    assert (row.suspendus_a_venir, row.siae_nom, row.dernier_jour) == (
        5,
        "Traiteur des Quais",
        second.fin + timedelta(days=9),
    )
    content = client.get(address("titres", format="csv")).content.decode("utf-8-sig")
    assert len(content.splitlines()) == 4
    assert "sortie enregistrée" in content
    assert stranger.numero not in content


def test_the_list_asks_the_same_queries_whatever_its_length(
    around: SimpleNamespace,
    django_assert_constant_queries: Callable[[Callable[[int], object], Callable[[], object]], None],
) -> None:
    client = signed_in(around.cip)

    def create(items: int) -> None:
        for _ in range(items):
            person = PersonneFactory()
            RelationFactory(personne=person, organisation=around.siae.organisation, debut=date(2018, 1, 1))
            titled(person, around.today + timedelta(days=40), siae=around.siae)

    django_assert_constant_queries(create, lambda: client.get(address("titres")))


def test_the_sheet_asks_the_same_queries_whatever_moved_the_right(
    around: SimpleNamespace,
    django_assert_constant_queries: Callable[[Callable[[int], object], Callable[[], object]], None],
) -> None:
    client, person = signed_in(around.cip), around.personne.public_id
    days = iter(range(1, 100, 3))

    def create(items: int) -> None:
        for _ in range(items):
            debut = around.titre.debut + timedelta(days=next(days))
            SuspensionFactory(titre=around.titre, debut=debut, fin=debut + timedelta(days=1), siae=around.siae)
            DemandeFactory(titre=around.titre, etat="retiree", repondue_le=debut)

    django_assert_constant_queries(create, lambda: client.get(address("titre", person)))


def test_the_volet_warns_when_the_end_is_near(around: SimpleNamespace) -> None:
    cip = User.objects.get(pk=around.cip.pk)
    assert volet_titre(cip, around.personne, around.today).alerte == ""  # type: ignore[union-attr]
    near = add_months(around.titre.fin, -3)
    assert "Préparez la suite" in volet_titre(cip, around.personne, near).alerte  # type: ignore[union-attr]
    assert volet_titre(member("region", "region"), around.personne, near) is None


def test_what_awaits_a_cip(around: SimpleNamespace) -> None:
    person = PersonneFactory()
    RelationFactory(personne=person, organisation=around.siae.organisation, debut=date(2018, 1, 1))
    soon = titled(person, around.today + timedelta(days=30), siae=around.siae)
    SuspensionFactory(
        titre=around.titre,
        siae=around.siae,
        debut=around.today - timedelta(days=5),
        fin=around.today + timedelta(days=10),
    )
    DemandeFactory(titre=around.titre, siae=around.siae, echeance=around.today - timedelta(days=2))
    found = {(each.label, each.echeance) for each in list_attentes(User.objects.get(pk=around.cip.pk))}
    assert found == {
        ("1 titre finit bientôt, sans suite prévue", soon.fin - timedelta(days=1)),
        ("1 demande de prolongation sans réponse à temps\u202f: relancez", around.today - timedelta(days=2)),
        ("1 suspension de parcours se termine bientôt", around.today + timedelta(days=9)),
    }


def test_counts_by_kind_and_delay_withhold_the_few() -> None:
    today = timezone.localdate()
    aci, ei = SiaeFactory(), SiaeFactory(type_siae="EI")
    for siae, days, number in ((aci, 30, 6), (aci, 120, 7), (ei, 30, 5), (ei, 300, 2), (None, 400, 9)):
        for _ in range(number):
            titled(PersonneFactory(), today + timedelta(days=days), siae=siae)
    lines = {each.type: each.effectifs for each in count_fins([("95", "Val-d’Oise")], today)}
    assert list(lines) == [*(kind or "sans contrat connu" for kind in TYPES), "ensemble"]
    known = {"ACI": (6, 7, 0, 13), "EI": (5, 0, 2, 7), "ensemble": (11, 7, 2, 20)}  # the nine others end later
    for kind, told in lines.items():
        for number, true in zip(told, known.get(kind, (0, 0, 0, 0)), strict=True):
            assert number in {None, true}
    assert lines["EI"][2] is None  # two persons
    assert lines["ensemble"][2] is None  # the same two
    assert lines["AI"] == (0, 0, 0, 0)


def test_pilots_read_counts_and_no_name(around: SimpleNamespace) -> None:
    TerritoireFactory(niveau="departement", code="95", departement="95", nom="Val-d’Oise")
    organisation = OrganisationFactory(types=["region"])
    organisation.competences.create(niveau="departement", code="95")
    pilot = member("region", organisation=organisation)
    client = signed_in(pilot)
    page = client.get(address("titres_chiffres"))
    assert page.status_code == 200
    assert around.personne.nom not in page.content.decode()
    assert client.get(address("titres_chiffres", departement="95")).status_code == 200
    assert client.get(address("titres")).status_code == 403
