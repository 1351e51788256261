"""The headers of every answer, and what no request may carry."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import reverse

from maillage.foundations.kernel.middleware import POWERS
from tests.addresses import every_address
from tests.database import program_environment
from tests.factories.accounts import UserFactory
from tests.source import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from django.conf import LazySettings
    from django.http import HttpResponse

pytestmark = pytest.mark.django_db

POLICY = {
    "base-uri 'none'",
    "connect-src 'self'",
    "default-src 'none'",
    "font-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "img-src 'self' data:",
    "manifest-src 'self'",
    "object-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
}
SAME = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{power}=()" for power in POWERS),
}


def faults(response: HttpResponse) -> list[str]:
    """Return the headers that are not what they should be, on any answer of the platform; its file is closed."""
    response.close()
    wrong = [f"{name}: {response.get(name)}" for name, value in SAME.items() if response.get(name) != value]
    if set(response.get("Content-Security-Policy", "").split("; ")) != POLICY:
        wrong.append(f"Content-Security-Policy: {response.get('Content-Security-Policy')}")
    return wrong


@pytest.fixture
def operator(settings: LazySettings) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(UserFactory(exploitant=True))
    return client


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("who", ["visitor", "operator"])
def test_every_answer_carries_its_headers(operator: Client, who: str, method: str) -> None:
    wrong, statuses = [], set()
    for address in every_address():
        if address.name == "accounts:logout" and method == "post":
            continue
        client = operator if who == "operator" else Client(raise_request_exception=False)
        response = getattr(client, method)(address.url())
        statuses.add(response.status_code)
        found = faults(response)
        if who == "operator" and response.get("Cache-Control") != "private, no-store":
            found.append(f"Cache-Control: {response.get('Cache-Control')}")
        wrong += [f"{method} {address.name} ({response.status_code}): {fault}" for fault in found]
    assert wrong == []
    assert len(statuses) > 2, statuses


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/cette-page-n-existe-pas/", 404),
        ("/static/kernel/kernel.css", 200),
        ("/static/absent.css", 404),
        ("/structures/?format=csv", 200),
        ("/structures/?q=%00", 400),
        ("/stru%00ctures/", 400),
    ],
)
def test_files_exports_and_errors_carry_them_too(client: Client, path: str, status: int) -> None:
    response = client.get(path)
    assert (response.status_code, faults(response)) == (status, [])


def test_a_refusal_carries_them_and_is_kept_by_no_cache(client: Client) -> None:
    client.force_login(UserFactory())
    response = client.get(reverse("imports:list"))
    assert (response.status_code, faults(response)) == (403, [])
    assert response["Cache-Control"] == "private, no-store"


def test_static_files_stay_in_the_cache_of_who_is_signed_in(operator: Client) -> None:
    response = operator.get("/static/kernel/kernel.css")
    response.close()
    assert "no-store" not in response["Cache-Control"]


def test_the_answer_that_gives_a_session_is_kept_by_no_cache(client: Client) -> None:
    UserFactory(email="essai@maillage.example")
    answer = client.post(
        reverse("accounts:login"), {"email": "essai@maillage.example", "password": "correct-horse-battery"}
    )
    assert answer.status_code == 302
    assert answer["Cache-Control"] == "private, no-store"


def test_no_template_writes_a_script_or_a_style() -> None:
    """The policy needs no nonce because of it."""
    inline = re.compile(r"<script(?![^>]*\bsrc=)|<style|\bstyle=\"|\bon[a-z]+=\"|javascript:", re.IGNORECASE)
    templates = sorted((ROOT / "maillage").rglob("templates/**/*.html"))
    assert [str(path.relative_to(ROOT)) for path in templates if inline.search(path.read_text())] == []


PRODUCTION = {
    "MAILLAGE_PRODUCTION": "1",
    "MAILLAGE_SECRET_KEY": "une-clef-de-test-assez-longue-pour-la-verification-2026-maillage",
    "MAILLAGE_CLES": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
    "MAILLAGE_CLE_EMPREINTE": "une-clef-d-empreinte-de-test-assez-longue-elle-aussi",
    "MAILLAGE_HOSTS": "maillage.example",
    "MAILLAGE_EMAIL_HOST": "smtp.maillage.example",
    "MAILLAGE_EMAIL_FROM": "ne-pas-repondre@maillage.example",
    "MAILLAGE_ADRESSE": "https://maillage.example",
}
SHOW = """
import django; django.setup()
from django.conf import settings
from django.test import Client
page = Client().get("/compte/connexion/", secure=True, headers={"host": "maillage.example"})
plain = Client().get("/", headers={"host": "maillage.example"})
print(page["Strict-Transport-Security"])
print(plain.status_code, plain["Location"])
for cookie in page.cookies.values():
    print(cookie.key, cookie["secure"], cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"] or "-")
print(settings.SESSION_COOKIE_NAME, settings.MAILLAGE_MESSAGES_COOKIE)
"""


@pytest.fixture
def production(tmp_path: Path) -> dict[str, str]:
    environment = program_environment(**PRODUCTION, MAILLAGE_VAR=str(tmp_path), MAILLAGE_OFFLINE="1")
    return {name: value for name, value in environment.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"}


def test_production_settings_pass_djangos_own_check(production: dict[str, str]) -> None:
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "INFO"]
    done = subprocess.run(command, cwd=ROOT, env=production, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("System check identified no issues")


def test_production_asks_for_https_and_names_its_cookies_for_this_host(production: dict[str, str]) -> None:
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    subprocess.run(collect, cwd=ROOT, env=production, check=True)
    command = [sys.executable, "-c", SHOW]
    done = subprocess.run(command, cwd=ROOT, env=production, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.splitlines() == [
        "max-age=31536000; includeSubDomains",
        "301 https://maillage.example/",
        "__Host-csrftoken True True Lax / -",
        "__Host-sessionid __Host-messages",
    ]


def test_proxies_are_named_one_by_one(production: dict[str, str]) -> None:
    command = [sys.executable, "manage.py", "check"]
    environment = {**production, "MAILLAGE_MANDATAIRES": "*"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert "MAILLAGE_MANDATAIRES nomme des adresses" in done.stderr


SHOW_MAIL = """
from django.conf import settings as s
print(s.EMAIL_BACKEND.split(".")[-2], s.EMAIL_HOST, s.EMAIL_PORT, s.EMAIL_HOST_USER, s.EMAIL_HOST_PASSWORD)
print(s.EMAIL_USE_TLS, s.EMAIL_USE_SSL)
"""


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, ["smtp smtp.maillage.example 587  ", "True False"]),
        (
            {
                "MAILLAGE_EMAIL_PORT": "465",
                "MAILLAGE_EMAIL_TLS": "tls",
                "MAILLAGE_EMAIL_USER": "maillage",
                "MAILLAGE_EMAIL_PASSWORD": "a/b@c:d",
            },
            ["smtp smtp.maillage.example 465 maillage a/b@c:d", "False True"],
        ),
        ({"MAILLAGE_EMAIL_TLS": "non"}, ["smtp smtp.maillage.example 587  ", "False False"]),
    ],
    ids=["default", "tls", "plain"],
)
def test_messages_leave_by_the_mail_server_that_is_named(
    production: dict[str, str], given: dict[str, str], expected: list[str]
) -> None:
    command = [sys.executable, "-c", SHOW_MAIL]
    done = subprocess.run(command, cwd=ROOT, env={**production, **given}, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == expected, done.stderr


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"MAILLAGE_EMAIL_HOST": ""}, "MAILLAGE_EMAIL_HOST : obligatoire en production"),
        (
            {"MAILLAGE_EMAIL_FROM": "", "MAILLAGE_ADRESSE": ""},
            "MAILLAGE_EMAIL_FROM, MAILLAGE_ADRESSE : obligatoire en production",
        ),
        ({"MAILLAGE_EMAIL_TLS": "ssl"}, "MAILLAGE_EMAIL_TLS vaut"),
    ],
)
def test_production_does_not_start_without_a_mail_server(
    production: dict[str, str], given: dict[str, str], reason: str
) -> None:
    command = [sys.executable, "manage.py", "check"]
    done = subprocess.run(command, cwd=ROOT, env={**production, **given}, capture_output=True, text=True, check=False)
    assert (done.returncode != 0, reason in done.stderr) == (True, True)
