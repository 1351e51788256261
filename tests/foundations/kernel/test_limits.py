"""Rate limits: counted together, forgotten in time, told in French."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from maillage.foundations.kernel import limits, retention
from maillage.foundations.kernel.limits import Debit, Limit, TooMany
from maillage.foundations.kernel.models import Compteur
from maillage.foundations.kernel.parameters import Parametre
from tests.factories.accounts import UserFactory

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

pytestmark = pytest.mark.django_db

ESSAI = Limit("essai", most=3, minutes=10)


def outcomes(limit: Limit, who: list[str]) -> list[bool]:
    def hit(one: str) -> bool:
        try:
            limit.hit(one)
        except TooMany:
            return False
        return True

    return [hit(one) for one in who]


@pytest.mark.parametrize(
    ("who", "accepted"),
    [
        (["a", "a", "a"], [True, True, True]),
        (["a", "a", "a", "a", "a"], [True, True, True, False, False]),
        (["a", "A", "a", "A"], [True, True, True, False]),
        (["a", "a", "a", "b", "a"], [True, True, True, True, False]),
    ],
    ids=["within", "beyond", "whatever the case", "each apart"],
)
def test_tries_are_counted_for_each(who: list[str], accepted: list[bool]) -> None:
    assert outcomes(ESSAI, who) == accepted


def test_two_limits_count_apart_and_name_nobody() -> None:
    outcomes(ESSAI, ["essai@maillage.example"] * 4)
    assert outcomes(Limit("autre", most=1, minutes=1), ["essai@maillage.example"] * 2) == [True, False]
    assert sorted(Compteur.objects.values_list("nombre", flat=True)) == [2, 4]
    assert all("essai" not in cle for cle in Compteur.objects.values_list("cle", flat=True))


def test_the_window_begins_at_the_first_try_and_a_new_one_when_it_is_over() -> None:
    outcomes(ESSAI, ["a"] * 5)
    Compteur.objects.update(expire_le=timezone.now() - timedelta(seconds=1))
    assert outcomes(ESSAI, ["a"] * 4) == [True, True, True, False]


def test_a_check_counts_nothing_and_forgetting_starts_again() -> None:
    ESSAI.check("a")
    outcomes(ESSAI, ["a"] * 3)
    with pytest.raises(TooMany, match="Trop de tentatives"):
        ESSAI.check("a")
    ESSAI.forget("a")
    ESSAI.check("a")
    assert Compteur.objects.count() == 0


def test_only_counters_whose_window_is_over_are_swept() -> None:
    outcomes(ESSAI, ["a", "b"])
    Compteur.objects.filter(cle=ESSAI.key("a")).update(expire_le=timezone.now())
    list(retention.run(on=timezone.localdate(), automatiques=True))
    assert list(Compteur.objects.values_list("cle", flat=True)) == [ESSAI.key("b")]


@pytest.fixture
def two_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let one search twice a minute, and take away one file."""

    def get(code: str, *, on: date) -> Parametre:
        value = {limits.RECHERCHE.code: 2, limits.EXPORT.code: 1}[code]
        return Parametre(code, "", "", value, on, "", "", confirmed=False)  # type: ignore[arg-type]

    monkeypatch.setattr(limits, "get_parametre", get)


@pytest.mark.usefixtures("two_a_minute")
@pytest.mark.parametrize("name", ["structures:list", "structures:carte", "territoires:list", "diagnostics:carte"])
def test_public_searches_are_limited(client: Client, name: str) -> None:
    url = reverse(name)
    assert [client.get(url, {"q": "bois"}).status_code for _ in range(3)] == [200, 200, 429]


@pytest.mark.usefixtures("two_a_minute")
def test_files_have_a_limit_of_their_own(client: Client) -> None:
    url = reverse("structures:list")
    assert [client.get(url, {"format": "csv"}).status_code for _ in range(2)] == [200, 429]
    assert client.get(url).status_code == 200
    document = reverse("diagnostics:fichier", args=["region", "11", "pdf"])
    assert client.get(document).status_code == 429


@pytest.mark.usefixtures("two_a_minute")
def test_each_account_and_each_address_is_counted_apart() -> None:
    url = reverse("territoires:list")
    here, there, signed = Client(), Client(REMOTE_ADDR="192.0.2.7"), Client()
    signed.force_login(UserFactory())
    assert [here.get(url).status_code for _ in range(3)] == [200, 200, 429]
    assert (there.get(url).status_code, signed.get(url).status_code) == (200, 200)


@pytest.mark.usefixtures("two_a_minute")
def test_a_header_does_not_change_the_address(client: Client) -> None:
    url = reverse("territoires:list")
    statuses = [client.get(url, headers={"x-forwarded-for": f"192.0.2.{n}"}).status_code for n in range(3)]
    assert statuses == [200, 200, 429]


@pytest.mark.usefixtures("two_a_minute")
def test_the_refusal_says_when_to_come_back(client: Client) -> None:
    url = reverse("structures:list")
    response = [client.get(url) for _ in range(3)][-1]
    assert response.status_code == 429
    assert 1 <= int(response["Retry-After"]) <= 60
    page = response.content.decode()
    assert "<h1>" in page
    assert "Trop de demandes" in page
    assert "réessayez après" in page
    assert page.count("Erreur&#8239;429.") == 1


def test_counting_does_not_depend_on_the_rows(
    client: Client, django_assert_constant_queries: Callable[[Callable[[int], object], Callable[[], object]], None]
) -> None:
    url = reverse("territoires:list")
    client.get(url)
    django_assert_constant_queries(lambda n: None, lambda: client.get(url))


@pytest.mark.parametrize("debit", [limits.RECHERCHE, limits.EXPORT], ids=lambda debit: debit.code)
def test_the_figures_are_dated_parameters(debit: Debit) -> None:
    assert limits.get_parametre(debit.code, on=timezone.localdate()).value > 0
