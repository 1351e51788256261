"""News of who left: asked once, only of who agreed, answered by a link or by telephone; silence stays silence."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from maillage.domains.parcours.enums.sorties import EtatEnquete
from maillage.domains.parcours.models import Enquete
from maillage.domains.parcours.queries.enquetes import list_enquetes, sign_enquete, with_etat
from maillage.domains.parcours.queries.sorties_chiffres import count_suivi
from maillage.domains.parcours.queries.volet_sorties import list_attentes, sorties
from maillage.domains.parcours.services.enquetes import Reponse, answer_by_phone, ask_news, refuse_by_link
from maillage.foundations.kernel import sms
from maillage.foundations.kernel.calendar import add_months
from maillage.foundations.kernel.errors import Refused
from maillage.references.accounts.enums import ProfilMembre as P
from tests.factories.accounts import member
from tests.factories.parcours import ConsentementFactory, ContratFactory, SortieFactory
from tests.factories.parcours_contrats import employer, followed
from tests.factories.parcours_sorties import EnqueteFactory
from tests.factories.personnes import PersonneFactory

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from maillage.domains.parcours.models import Sortie

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def left(months: int, *, days: int = 0, agreed: bool = False, motif: str = "cdi", **fields: Any) -> Sortie:
    """Return the way out of somebody so many months and days ago."""
    fin = add_months(TODAY, -months) - timedelta(days=days)
    fields.setdefault("personne", PersonneFactory(email="p@example.test"))
    contrat = ContratFactory(debut=fin - timedelta(days=200), fin_prevue=fin, fin=fin, **fields)
    if agreed:
        ConsentementFactory(
            personne=contrat.personne,
            organisation=contrat.siae.organisation,
            objet="enquete",
            debut=fin,
            fin=TODAY + timedelta(days=500),
        )
    made: Sortie = SortieFactory(contrat=contrat, motif=motif)
    return made


def open_enquete(sortie: Sortie, **fields: Any) -> Enquete:
    made: Enquete = EnqueteFactory(
        sortie=sortie, **{"echeance": TODAY, "expire_le": TODAY + timedelta(days=45), **fields}
    )
    return made


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("enquete_mois", {"mois": 4}),
        ("enquete_reponse", {"situation": "recherche"}),
        ("enquete_reponse", {"repondue_le": date(2026, 10, 6)}),
        ("enquete_refus", {"situation": "autre", "repondue_le": date(2026, 10, 6), "refusee_le": date(2026, 10, 6)}),
        ("enquete_periode", {"expire_le": date(2026, 10, 4)}),
    ],
)
def test_the_database_holds_the_invariants(name: str, fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        EnqueteFactory(**fields)


def test_one_per_way_out_and_delay() -> None:
    known = EnqueteFactory()
    with pytest.raises(IntegrityError, match="enquete_unique"), transaction.atomic():
        EnqueteFactory(sortie=known.sortie)


@pytest.mark.parametrize(
    ("months", "days", "expected"), [(3, 0, [3]), (6, 40, [6]), (12, 0, [12]), (18, 0, [18]), (6, 46, []), (2, 0, [])]
)
def test_news_are_opened_at_their_delay_and_not_when_it_is_long_past(
    months: int, days: int, expected: list[int]
) -> None:
    left(months, days=days)
    ask_news(on=TODAY)
    assert [*Enquete.objects.values_list("mois", flat=True)] == expected


def test_nobody_dead_objecting_or_refusing_is_asked() -> None:
    left(3, motif="deces")
    left(3, personne=PersonneFactory(opposition_le=timezone.now()))
    refused = left(6, days=60)
    open_enquete(refused, mois=3, refusee_le=TODAY)
    left(3, personne=refused.contrat.personne)
    assert ask_news(on=TODAY) == (0, 0, 0)


def test_a_message_leaves_to_who_agreed_and_running_again_does_nothing() -> None:
    left(3, agreed=True)
    left(3)
    assert ask_news(on=TODAY) == (2, 1, 0)
    assert ask_news(on=TODAY) == (0, 0, 0)
    states = with_etat(Enquete.objects.order_by("pk"), TODAY).values_list("etat", flat=True)
    assert sorted(states) == [EtatEnquete.A_APPELER, EtatEnquete.ENVOYEE]


def test_who_has_no_address_is_written_to_by_sms_when_a_service_sends_them(
    settings: Any, monkeypatch: pytest.MonkeyPatch, run_jobs: Callable[[], int]
) -> None:
    sent: list[tuple[str, str]] = []
    monkeypatch.setattr(sms, "_post", lambda to, text: sent.append((to, text)))
    mobile, fixe, both = ("06 12 34 56 78", ""), ("01 23 45 67 89", ""), ("07 12 34 56 78", "a@maillage.example")
    for telephone, email in (mobile, fixe, both):
        left(3, agreed=True, personne=PersonneFactory(telephone=telephone, email=email))
    assert ask_news(on=TODAY) == (3, 1, 0)
    settings.MAILLAGE_SMS_URL = "https://sms.example/"
    assert ask_news(on=TODAY) == (0, 1, 0)
    run_jobs()
    [(number, text)] = sent
    assert (number, "Que devenez-vous" in text, "STOP" in text) == ("+33612345678", True, True)
    # The link of the message is where one asks to be written to no more.
    enquete = Enquete.objects.get(envoyee_le=TODAY, sortie__contrat__personne__email="")
    assert sign_enquete(enquete)[:8] in text
    refuse_by_link(lien=sign_enquete(enquete), on=TODAY)
    assert ask_news(on=TODAY + timedelta(days=10))[1:] == (0, 1)


def test_two_reminders_then_a_call_then_silence() -> None:
    left(3, agreed=True)
    found = []
    for days in (0, 9, 10, 20, 30, 45):
        on = TODAY + timedelta(days=days)
        asked = ask_news(on=on)[1:]
        found.append((*asked, with_etat(Enquete.objects.filter(mois=3), on).get().etat))  # type: ignore[attr-defined]
    assert found == [
        (1, 0, "envoyee"),
        (0, 0, "envoyee"),
        (0, 1, "envoyee"),
        (0, 1, "a_appeler"),
        (0, 0, "a_appeler"),
        (0, 0, "sans_reponse"),
    ]
    assert Enquete.objects.get(mois=3).situation == ""


def test_a_person_answers_by_their_link_without_an_account(client: Client) -> None:
    enquete = open_enquete(left(3))
    address = reverse("parcours:nouvelles", args=[sign_enquete(enquete)])
    page = client.get(address)
    assert page.status_code == 200
    assert str(enquete.sortie.contrat.personne) not in page.content.decode()
    assert client.post(address, {}).status_code == 422
    assert client.post(address, {"situation": "formation", "aide": "oui"}).status_code == 302
    enquete.refresh_from_db()
    answer = (enquete.situation, enquete.metier_lie, enquete.aide, enquete.repondue_le, enquete.saisie_par)
    assert answer == ("formation", None, True, TODAY, None)
    assert client.post(address, {"situation": "autre"}).status_code == 410


def test_a_link_altered_or_over_says_why(client: Client) -> None:
    over = open_enquete(left(5), echeance=TODAY - timedelta(days=45), expire_le=TODAY)
    assert client.get(reverse("parcours:nouvelles", args=[sign_enquete(over)])).status_code == 410
    assert client.get(reverse("parcours:nouvelles", args=["autre-chose"])).status_code == 404


def test_a_person_asks_to_be_asked_no_more(client: Client) -> None:
    enquete = open_enquete(left(3))
    address = reverse("parcours:nouvelles_refuser", args=[sign_enquete(enquete)])
    assert client.get(address).status_code == 200
    assert client.post(address).status_code == 302
    enquete.refresh_from_db()
    assert (enquete.refusee_le, enquete.situation) == (TODAY, "")


def test_the_siae_lists_calls_and_writes_down_who_told(client: Client) -> None:
    user, siae = employer()
    mine = open_enquete(left(3, personne=followed(user), siae=siae))
    open_enquete(left(3))
    client.force_login(user)
    assert [*list_enquetes(user, TODAY)] == [mine]
    assert [each.nombre for each in list_attentes(user)] == [1]
    page = client.get(reverse("parcours:enquetes") + "?etat=a_appeler")
    assert [row.pk for row in page.context["page"]] == [mine.pk]
    address = reverse("parcours:enquete_saisir", args=[mine.sortie.contrat.personne.public_id, mine.public_id])
    assert client.get(address).status_code == 200
    assert client.post(address, {}).status_code == 422
    assert client.post(address, {"situation": "emploi_durable", "metier_lie": "non"}).status_code == 302
    mine.refresh_from_db()
    assert (mine.situation, mine.metier_lie, mine.saisie_par) == ("emploi_durable", False, user.membre)
    assert [*list_attentes(user)] == []
    volet = sorties(user, mine.sortie.contrat.personne, TODAY)
    assert volet
    assert [state for _, state, _ in volet.contexte["nouvelles"]] == ["réponse reçue"]
    sheet = client.get(reverse("personnes:detail", args=[mine.sortie.contrat.personne.public_id]))
    assert "Sortie et nouvelles" in sheet.content.decode()


def test_neither_another_siae_nor_somebody_without_the_right_writes(client: Client) -> None:
    enquete = open_enquete(left(3))
    for user in (employer()[0], member(P.DEPARTEMENT_PILOTAGE, "departement")):
        with pytest.raises(Refused):
            answer_by_phone(enquete=enquete, reponse=Reponse("autre"), actor=user, on=TODAY)
    assert not mail.outbox


def test_figures_keep_silence_apart_and_leave_out_who_is_still_asked() -> None:
    for number, fields in (
        (6, {"situation": "emploi_durable", "repondue_le": TODAY}),
        (5, {"situation": "recherche", "repondue_le": TODAY}),
        (7, {}),
    ):
        for _ in range(number):
            sortie = left(6, days=60, personne=PersonneFactory(departement="93"))
            open_enquete(sortie, expire_le=TODAY, echeance=TODAY - timedelta(days=45), **fields)
    open_enquete(left(6, days=60, personne=PersonneFactory(departement="93")))  # still asked
    annee = (add_months(TODAY, -6) - timedelta(days=61)).year
    found = count_suivi([("93", "Seine-Saint-Denis")], annee, TODAY)
    assert found[0].effectifs == (6, 0, 5, 7, 18)
    assert str(found[0].en_emploi).startswith("55\u202f% (6 sur 11")
    assert [ligne.en_emploi for ligne in found[1:]] == [None, None, None]


def test_the_page_of_the_news_in_figures_opens(client: Client) -> None:
    client.force_login(member(P.DEPARTEMENT_PILOTAGE, "departement"))
    assert client.get(reverse("parcours:sorties_suivi") + "?public=brsa").status_code == 200
