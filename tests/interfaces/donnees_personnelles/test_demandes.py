"""A person asks about their data: recorded, answered within the delay, with its effect."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from maillage.foundations.kernel.errors import Refused
from maillage.foundations.kernel.models import Acte, JournalTransition, Lecture
from maillage.interfaces.donnees_personnelles.rules import TRANSITIONS, echeance
from maillage.interfaces.donnees_personnelles.services.demandes import answer_demande, record_demande
from maillage.interfaces.donnees_personnelles.views.demandes import DemandeList
from maillage.references.accounts.models import User
from maillage.references.personnes.models import DemandeDroit, Personne, Relation
from tests.factories.accounts import member
from tests.factories.personnes import PersonneFactory, RelationFactory

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def cip() -> User:
    return member("siae_accompagnement")


@pytest.fixture
def personne(cip: User) -> Personne:
    """A person whom the CIP follows."""
    assert cip.membre is not None
    return RelationFactory(organisation=cip.membre.organisation).personne


def ask(cip: User, personne: Personne, droit: str = "effacement", **fields: Any) -> DemandeDroit:
    asked = {"recue_le": timezone.localdate(), "texte": "", **fields}
    return record_demande(public_id=personne.public_id, droit=droit, actor=cip, **asked)


def leave(personne: Personne) -> None:
    """End the relation: the organisation still sees the file for a while."""
    Relation.objects.filter(personne=personne).update(fin=timezone.localdate() - timedelta(days=1))


@pytest.mark.parametrize(
    ("recue_le", "mois", "expected"),
    [
        (date(2026, 1, 15), 1, date(2026, 2, 15)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
        (date(2026, 3, 31), 3, date(2026, 6, 30)),
        (date(2026, 2, 28), 1, date(2026, 3, 28)),
    ],
)
def test_the_delay_is_counted_in_calendar_months(recue_le: date, mois: int, expected: date) -> None:
    assert echeance(recue_le, mois) == expected


def test_a_request_is_answered_once() -> None:
    table = {state: [each.act for each in TRANSITIONS.available(state)] for state in DemandeDroit.Etat.values}
    assert table == {"recue": ["accorder", "refuser"], "accordee": [], "refusee": []}


def test_a_request_has_its_day_and_its_trace(cip: User, personne: Personne) -> None:
    demande = ask(cip, personne, "acces", recue_le=date(2026, 1, 31), texte=" Une copie ")
    assert (demande.echeance, demande.texte, demande.etat) == (date(2026, 2, 28), "Une copie", "recue")
    acte = Acte.objects.latest("pk")
    assert (acte.acte, acte.objet, acte.details) == (
        "donnees_personnelles.record_demande",
        personne,
        {"droit": "acces"},
    )


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"recue_le": date(2199, 1, 1)}, "date_a_venir"),
        ({"droit": "inconnu"}, "droit"),
        ({"droit": "acces"}, "deja_recue"),
    ],
)
def test_a_request_is_refused(cip: User, personne: Personne, fields: dict[str, Any], code: str) -> None:
    ask(cip, personne, "acces")
    with pytest.raises(Refused) as refused:
        ask(cip, personne, **fields)
    assert [reason.code for reason in refused.value.refusals] == [code]


def test_a_request_may_be_made_again_once_answered(cip: User, personne: Personne) -> None:
    demande = ask(cip, personne, "acces")
    answer_demande(public_id=demande.public_id, acte="accorder", reponse="", actor=cip)
    assert ask(cip, personne, "acces").etat == "recue"


def test_an_objection_granted_is_noted(cip: User, personne: Personne) -> None:
    demande = ask(cip, personne, "opposition")
    answer_demande(public_id=demande.public_id, acte="accorder", reponse="", actor=cip)
    personne.refresh_from_db()
    demande.refresh_from_db()
    assert personne.opposition_le is not None
    assert (demande.etat, demande.repondue_le) == ("accordee", timezone.localdate())
    move = JournalTransition.objects.get()
    assert (move.de, move.vers, move.motif, move.auteur) == ("recue", "accordee", "", cip)


def test_an_erasure_granted_is_done_at_once(cip: User, personne: Personne) -> None:
    leave(personne)
    demande = ask(cip, personne, texte="Je suis parti")
    answer_demande(public_id=demande.public_id, acte="accorder", reponse="C’est fait", actor=cip)
    personne.refresh_from_db()
    demande.refresh_from_db()
    assert (personne.nom, personne.date_naissance) == ("", date(1980, 5, 1))
    assert (demande.etat, demande.texte, demande.reponse) == ("accordee", "", "")


def test_an_erasure_waits_for_the_end_of_the_relation(cip: User, personne: Personne) -> None:
    demande = ask(cip, personne)
    with pytest.raises(Refused, match="accompagne encore") as refused:
        answer_demande(public_id=demande.public_id, acte="accorder", reponse="", actor=cip)
    assert refused.value.refusals[0].field == "acte"
    demande.refresh_from_db()
    personne.refresh_from_db()
    assert (demande.etat, personne.anonymisee_le) == ("recue", None)
    assert not JournalTransition.objects.exists()


def test_a_refusal_says_why(cip: User, personne: Personne) -> None:
    demande = ask(cip, personne)
    with pytest.raises(Refused, match="pourquoi"):
        answer_demande(public_id=demande.public_id, acte="refuser", reponse=" ", actor=cip)
    answer_demande(public_id=demande.public_id, acte="refuser", reponse="Contrat en cours", actor=cip)
    with pytest.raises(Refused, match="pas possible"):
        answer_demande(public_id=demande.public_id, acte="accorder", reponse="", actor=cip)
    demande.refresh_from_db()
    assert (demande.etat, demande.reponse) == ("refusee", "Contrat en cours")
    assert "Contrat" not in str(list(Acte.objects.values_list("details", "motif")))


def test_a_neighbour_can_neither_ask_nor_answer(cip: User, personne: Personne) -> None:
    neighbour = member("siae_accompagnement")
    demande = ask(cip, personne)
    with pytest.raises(Http404):
        ask(neighbour, personne, "acces")
    with pytest.raises(Http404):
        answer_demande(public_id=demande.public_id, acte="accorder", reponse="", actor=neighbour)


def test_who_answers_for_nobody_is_refused(personne: Personne) -> None:
    with pytest.raises(Refused, match="réservée"):
        ask(member("etat_departement", "ddets"), personne)


@pytest.mark.parametrize("page", ["personne", "demander", "repondre"])
def test_a_neighbour_s_pages_do_not_exist(client: Client, cip: User, personne: Personne, page: str) -> None:
    public_id = ask(cip, personne).public_id if page == "repondre" else personne.public_id
    client.force_login(member("siae_accompagnement"))
    assert client.get(reverse(f"donnees_personnelles:{page}", args=[public_id])).status_code == 404


def test_from_the_list_to_the_answer(client: Client, cip: User, personne: Personne) -> None:
    client.force_login(cip)
    page = reverse("donnees_personnelles:personne", args=[personne.public_id])
    url = reverse("donnees_personnelles:demander", args=[personne.public_id])
    assert client.get(url).status_code == 200
    posted = {"droit": "opposition", "recue_le": "2026-01-31", "texte": ""}
    assert client.post(url, posted).headers["Location"] == page
    assert "Répondre" in client.get(page).content.decode()

    content = client.get(reverse("donnees_personnelles:demandes")).content.decode()
    assert str(personne) in content
    assert "en retard" in content

    answer = reverse("donnees_personnelles:repondre", args=[DemandeDroit.objects.get().public_id])
    assert "note l’opposition" in client.get(answer).content.decode()
    assert client.post(answer, {"acte": "refuser", "reponse": ""}).status_code == 422
    assert client.post(answer, {"acte": "accorder", "reponse": ""}).status_code == 302
    assert client.get(answer).status_code == 404


@pytest.mark.parametrize("droit", ["acces", "rectification", "effacement"])
def test_the_page_says_what_granting_does(client: Client, cip: User, personne: Personne, droit: str) -> None:
    client.force_login(cip)
    demande = ask(cip, personne, droit)
    response = client.get(reverse("donnees_personnelles:repondre", args=[demande.public_id]))
    assert response.status_code == 200


def test_the_list_notes_whom_it_shows_in_constant_queries(
    client: Client,
    cip: User,
    django_assert_constant_queries: Callable[[Callable[[int], object], Callable[[], object]], None],
) -> None:
    assert cip.membre is not None
    organisation = cip.membre.organisation
    client.force_login(cip)

    def create(count: int) -> None:
        for _ in range(count):
            ask(cip, RelationFactory(organisation=organisation).personne, "acces")

    django_assert_constant_queries(create, lambda: client.get(reverse("donnees_personnelles:demandes")))
    # The first page is read twice, before it is counted.
    assert Lecture.objects.filter(ecran="donnees_personnelles:demandes").count() == 1 + 1 + 3


def test_only_the_persons_of_the_page_are_noted(client: Client, cip: User, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cip.membre is not None
    for _ in range(3):
        ask(cip, RelationFactory(organisation=cip.membre.organisation).personne, "acces")
    client.force_login(cip)
    monkeypatch.setattr(DemandeList, "page_size", 2)
    client.get(reverse("donnees_personnelles:demandes"))
    assert Lecture.objects.count() == 2
    client.get(reverse("donnees_personnelles:demandes"), {"format": "csv"})
    assert Lecture.objects.count() == 2 + 3


def test_a_form_sent_back_is_a_reading(client: Client, cip: User, personne: Personne) -> None:
    client.force_login(cip)
    url = reverse("donnees_personnelles:repondre", args=[ask(cip, personne).public_id])
    assert client.post(url, {"acte": "refuser", "reponse": ""}).status_code == 422
    assert list(Lecture.objects.values_list("ecran", "objet_id")) == [("donnees_personnelles:repondre", personne.pk)]


def test_an_empty_list_says_what_to_do(client: Client, cip: User) -> None:
    client.force_login(cip)
    assert "Ouvrez le dossier d’une personne" in client.get(reverse("donnees_personnelles:demandes")).content.decode()


@pytest.mark.parametrize(
    ("fields", "constraint", "message"),
    [
        ({"etat": "accordee"}, "demande_droit_etat_et_reponse", "Une demande traitée a la date de sa réponse."),
        (
            {"repondue_le": date(2026, 2, 1)},
            "demande_droit_etat_et_reponse",
            "Une demande traitée a la date de sa réponse.",
        ),
        ({"droit": "oubli"}, "demande_droit_droit", "Ce droit n’existe pas."),
        ({"droit": "effacement"}, "demande_droit_une_a_la_fois", "La même demande attend déjà sa réponse."),
    ],
)
def test_the_database_refuses_and_says_why_in_french(fields: dict[str, Any], constraint: str, message: str) -> None:
    day = date(2026, 1, 15)
    personne = PersonneFactory()
    DemandeDroit.objects.create(personne=personne, droit="effacement", recue_le=day, echeance=day)
    row = DemandeDroit(personne=personne, **{"droit": "acces", "recue_le": day, "echeance": day, **fields})
    with pytest.raises(ValidationError) as error:
        row.validate_constraints()
    assert error.value.messages == [message]
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        row.save()
