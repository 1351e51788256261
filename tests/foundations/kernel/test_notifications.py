"""The notification centre: what is told, by which way, and what a person does with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape

import pytest
from django.apps import apps
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from maillage.foundations.kernel import notifications
from maillage.foundations.kernel.checks import check_notifications
from maillage.foundations.kernel.errors import Refused
from maillage.foundations.kernel.models import Notification, PreferenceNotification
from maillage.foundations.kernel.notification_kinds import TypeNotification
from maillage.foundations.kernel.notifications import (
    choose,
    describe_unread,
    notify,
    notify_all,
    send_daily,
    send_digests,
)
from maillage.references.accounts.models import User
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db

Constant = Callable[[Callable[[int], object], Callable[[], object]], None]
KINDS = (
    TypeNotification("essai.calme", "Rien ne presse"),
    TypeNotification("essai.presse", "Cela presse", "immediat"),
    TypeNotification("essai.jour", "Une fois par jour", "quotidien"),
    TypeNotification("essai.reservee", "Pour qui importe", permission="imports.import"),
)
LIST = "/notifications/"


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only these kinds, whatever the rooms declare."""
    for config in apps.get_app_configs():
        monkeypatch.setattr(config, "notifications", (), raising=False)
    monkeypatch.setattr(apps.get_app_config("kernel"), "notifications", KINDS)


@pytest.fixture
def me() -> User:
    return UserFactory()


@pytest.fixture
def mine(client: Client, me: User) -> Client:
    client.force_login(me)
    return client


def text(client: Client, address: str = LIST) -> str:
    return " ".join(unescape(client.get(address).content.decode()).split())


# -- by which way ----------------------------------------


@pytest.mark.parametrize(
    ("code", "chosen", "at_once", "daily"),
    [
        ("essai.calme", None, 0, 0),
        ("essai.presse", None, 1, 0),
        ("essai.jour", None, 0, 1),
        ("essai.calme", "immediat", 1, 0),
        ("essai.calme", "quotidien", 0, 1),
        ("essai.presse", "application", 0, 0),
        ("essai.jour", "application", 0, 0),
    ],
)
def test_a_notification_goes_as_its_kind_says_unless_the_person_chose(
    me: User, run_jobs: Callable[[], int], code: str, chosen: str | None, at_once: int, daily: int
) -> None:
    if chosen:
        choose(user=me, canaux={code: chosen})

    notify(me, code, "Une nouvelle", "/imports/")

    run_jobs()
    assert len(mail.outbox) == at_once
    assert send_digests() == daily
    run_jobs()
    assert len(mail.outbox) == at_once + daily
    assert Notification.objects.get().envoyee_le is not None or not (at_once or daily)


def test_a_message_says_it_in_french_and_leads_back(me: User, run_jobs: Callable[[], int], settings: object) -> None:
    settings.MAILLAGE_ADRESSE = "https://maillage.example"  # type: ignore[attr-defined]

    notify(me, "essai.presse", "L’import est terminé.", "/imports/lots/3/")

    run_jobs()
    [message] = mail.outbox
    assert (message.to, message.subject) == ([me.email], "Cela presse")
    assert message.body == (
        "Bonjour,\n\nL’import est terminé.\nhttps://maillage.example/imports/lots/3/\n\n"
        "Pour choisir comment être prévenu\u202f:\nhttps://maillage.example/notifications/preferences/\n"
    )


def test_the_daily_message_gathers_what_a_person_has_neither_read_nor_received(
    me: User, run_jobs: Callable[[], int]
) -> None:
    other = UserFactory()
    for number in (1, 2, 3):
        notify(me, "essai.jour", f"Nouvelle {number}")
    Notification.objects.filter(texte="Nouvelle 2").update(lue_le=datetime.now(UTC))
    notify(other, "essai.jour", "Ailleurs")

    assert send_digests() == 2
    run_jobs()
    to_me, to_other = sorted(mail.outbox, key=lambda message: message.to != [me.email])
    assert (to_me.subject, to_other.subject) == ("Maillage\u202f: 2 notifications", "Maillage\u202f: 1 notification")
    assert [word in to_me.body for word in ("Nouvelle 1", "Nouvelle 2", "Nouvelle 3", "Ailleurs")] == [
        True,
        False,
        True,
        False,
    ]
    assert send_digests() == 0


def test_a_daily_message_that_fails_is_neither_queued_nor_marked(
    me: User, monkeypatch: pytest.MonkeyPatch, run_jobs: Callable[[], int]
) -> None:
    notify(me, "essai.jour", "Nouvelle")
    write = notifications._write

    def die(*args: object) -> None:
        write(*args)  # type: ignore[arg-type]
        raise RuntimeError("killed between the queue and the mark")

    monkeypatch.setattr(notifications, "_write", die)
    with pytest.raises(RuntimeError), transaction.atomic():
        send_digests()
    monkeypatch.setattr(notifications, "_write", write)

    assert run_jobs() == 0
    assert send_digests() == 1
    run_jobs()
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    ("moment", "sent"),
    [
        (datetime(2026, 1, 15, 6, tzinfo=UTC), 1),
        (datetime(2026, 1, 15, 5, tzinfo=UTC), 0),
        (datetime(2026, 7, 15, 5, tzinfo=UTC), 1),
        (datetime(2026, 7, 15, 6, tzinfo=UTC), 0),
    ],
    ids=["winter", "too early in winter", "summer", "too late in summer"],
)
def test_the_daily_message_leaves_at_seven_in_paris(
    me: User, run_jobs: Callable[[], int], moment: datetime, sent: int
) -> None:
    notify(me, "essai.jour", "Nouvelle")

    send_daily(timestamp=int(moment.timestamp()))

    run_jobs()
    assert len(mail.outbox) == sent


def test_a_closed_account_is_told_nothing(run_jobs: Callable[[], int]) -> None:
    closed = UserFactory(is_active=False)
    left = UserFactory()
    notify_all([closed, left, left], "essai.jour", "Nouvelle")
    User.objects.filter(pk=left.pk).update(is_active=False)

    assert [row.destinataire for row in Notification.objects.all()] == [left]
    assert send_digests() == 0


def test_many_people_are_told_in_as_many_queries_as_one(django_assert_constant_queries: Constant) -> None:
    users: list[User] = []

    django_assert_constant_queries(
        lambda number: users.extend(UserFactory.create_batch(number)),
        lambda: notify_all(users, "essai.jour", "Nouvelle"),
    )


def test_a_kind_that_nobody_declares_is_refused(me: User) -> None:
    with pytest.raises(KeyError):
        notify(me, "essai.absente", "Nouvelle")


def test_a_long_text_is_cut(me: User) -> None:
    notify(me, "essai.calme", "x" * 301)

    assert Notification.objects.get().texte == "x" * 299 + "…"


def test_a_kind_declared_twice_stops_the_platform(monkeypatch: pytest.MonkeyPatch) -> None:
    assert check_notifications() == []
    monkeypatch.setattr(apps.get_app_config("kernel"), "notifications", (*KINDS, KINDS[0]))

    assert [message.id for message in check_notifications()] == ["kernel.E007"]


# -- the screens ----------------------------------------


def test_the_list_holds_ones_own_those_to_read_first(mine: Client, me: User) -> None:
    for texte in ("ancienne", "récente"):
        notify(me, "essai.calme", texte)
    Notification.objects.filter(texte="récente").update(lue_le=datetime.now(UTC))
    notify(UserFactory(), "essai.calme", "voisine")

    page = mine.get(LIST)

    assert [item.texte for item, _ in page.context["items"]] == ["ancienne", "récente"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [("", ["A", "B"]), ("?type=essai.jour", ["B"]), ("?non_lues=on", ["A"]), ("?type=absent", ["A", "B"])],
)
def test_the_list_is_filtered_by_kind_and_by_what_is_to_read(
    mine: Client, me: User, query: str, expected: list[str]
) -> None:
    notify(me, "essai.calme", "A")
    notify(me, "essai.jour", "B")
    Notification.objects.filter(texte="B").update(lue_le=datetime.now(UTC))

    assert [item.texte for item, _ in mine.get(LIST + query).context["items"]] == expected


def test_an_empty_list_says_what_will_come(mine: Client) -> None:
    assert "Vous serez prévenu ici" in text(mine)


def test_opening_is_a_post_that_marks_as_read_and_leads_there(mine: Client, me: User) -> None:
    notify(me, "essai.calme", "Nouvelle", "/imports/")
    address = reverse("kernel:notification_ouvrir", args=[Notification.objects.get().pk])

    assert mine.get(address).status_code == 200
    assert Notification.objects.get().lue_le is None, "looking is not opening"
    response = mine.post(address)

    assert (response.status_code, response["Location"]) == (302, "/imports/")
    assert Notification.objects.get().lue_le is not None


def test_a_notification_that_leads_nowhere_leads_back_to_the_list(mine: Client, me: User) -> None:
    notify(me, "essai.calme", "Nouvelle")

    assert mine.post(reverse("kernel:notification_ouvrir", args=[Notification.objects.get().pk]))["Location"] == LIST


def test_the_notification_of_somebody_else_does_not_exist(mine: Client) -> None:
    notify(UserFactory(), "essai.calme", "voisine", "/imports/")
    address = reverse("kernel:notification_ouvrir", args=[Notification.objects.get().pk])

    assert (mine.get(address).status_code, mine.post(address).status_code) == (404, 404)
    assert Notification.objects.get().lue_le is None


def test_all_of_ones_own_are_marked_as_read(mine: Client, me: User) -> None:
    notify_all([me, UserFactory()], "essai.calme", "Nouvelle")

    mine.post(reverse("kernel:notifications_lues"))

    assert dict(Notification.objects.values_list("destinataire", "lue_le"))[me.pk] is not None
    assert Notification.objects.filter(lue_le=None).count() == 1


def test_the_header_counts_what_is_to_read(mine: Client, client: Client, me: User) -> None:
    assert describe_unread(me) == ""
    for texte in ("une", "deux"):
        notify(me, "essai.calme", texte)

    assert "2 non lues" in text(mine, "/parametres/")
    mine.logout()
    assert "non lue" not in text(client, "/parametres/")


def test_a_visitor_is_led_to_sign_in(client: Client) -> None:
    for name in ("notifications", "notification_preferences", "notifications_lues"):
        assert client.get(reverse(f"kernel:{name}"))["Location"].startswith("/compte/connexion/")


def test_one_chooses_how_to_be_told_of_each_kind_that_may_concern_one(mine: Client, me: User) -> None:
    address = reverse("kernel:notification_preferences")
    form = mine.get(address).context["form"]
    assert {name: field.initial for name, field in form.fields.items()} == {
        "essai.calme": "application",
        "essai.presse": "immediat",
        "essai.jour": "quotidien",
    }

    choices = {"essai.calme": "quotidien", "essai.presse": "immediat", "essai.jour": "application"}
    assert mine.post(address, choices).status_code == 302

    assert dict(PreferenceNotification.objects.filter(destinataire=me).values_list("type", "canal")) == choices


@pytest.mark.parametrize(
    ("canal", "constraint"), [("immediat", "preference_unique_par_type"), ("pigeon", "preference_canal")]
)
def test_the_database_refuses_two_choices_or_an_unknown_one(me: User, canal: str, constraint: str) -> None:
    code = "essai.calme" if canal == "immediat" else "essai.jour"
    PreferenceNotification.objects.create(destinataire=me, type="essai.calme", canal="quotidien")

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        PreferenceNotification.objects.create(destinataire=me, type=code, canal=canal)


@pytest.mark.parametrize(("code", "canal"), [("essai.absente", "immediat"), ("essai.calme", "pigeon")])
def test_a_choice_that_does_not_exist_is_refused(me: User, code: str, canal: str) -> None:
    with pytest.raises(Refused, match="Ce choix n’existe pas"):
        choose(user=me, canaux={"essai.presse": "quotidien", code: canal})

    assert PreferenceNotification.objects.count() == 0


def test_the_list_asks_as_many_queries_for_one_as_for_three(
    mine: Client, me: User, django_assert_constant_queries: Constant
) -> None:
    def create(number: int) -> None:
        for _ in range(number):
            notify(me, "essai.calme", "Nouvelle", "/imports/")

    django_assert_constant_queries(create, lambda: mine.get(LIST))
