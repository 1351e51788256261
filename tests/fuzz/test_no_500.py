"""Whatever is sent to whichever address by whomever, the platform answers: no error of ours (status 500 and above).

Arguments, query strings, forms and files are drawn among what breaks programs: NUL bytes, numbers no column holds,
surrogates and right-to-left marks, objects of others, missing fields, files that lie. The draw is the same each time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode
from uuid import UUID

import pytest
from django import forms
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.urls import NoReverseMatch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maillage.foundations.kernel.models import Tache
from maillage.references.structures.models import Siae
from tests.addresses import Address, every_address
from tests.factories.accounts import UserFactory, member
from tests.factories.personnes import PersonneFactory, RelationFactory

if TYPE_CHECKING:
    pass


pytestmark = pytest.mark.django_db

ADDRESSES = every_address()
# About a hundredth of a second each: the whole walk stays under forty.
EXAMPLES = max(8, 900 // len(ADDRESSES))
# Making the world of a test costs as much as thirty requests: a few addresses share each, nothing stays in it.
PARTS = [ADDRESSES[start : start + 12] for start in range(0, len(ADDRESSES), 12)]

NUMBERS = [0, 1, -1, 2**31 - 1, 2**31, 2**63 - 1, 2**63, 10**30]
WORDS = [
    *(
        "",
        " ",
        "\x00",
        "a\x00b",
        "é" * 500,
        "'",
        '"',
        "';drop table x;--",
        "%",
        "_",
        "\\",
        "\u202e",
        "\ufeff",
        "\ud83d",
    ),
    *(
        "🧭",
        "<script>",
        "{{ 1 }}",
        "{% x %}",
        "../../etc/passwd",
        "//ailleurs.example",
        "javascript:1",
        "=1+1",
        "\r\nX: y",
    ),
    *("nan", "inf", "-inf", "1e400", "0x10", "٣", "²", "9" * 5000, "1,5", "true", "null", "[]", "{}", "-pk", "--"),
    *("2026-02-30", "0000-00-00", "99999-01-01", "24:61", "2026-01-01T00:00", "12345678901234", "0" * 14),
    *(
        "region",
        "departement",
        "commune",
        "11",
        "95",
        "93066",
        "siae",
        "besoins",
        "csv",
        "xlsx",
        "ods",
        "pdf",
        "geojson",
    ),
]
KEYS = [
    "q",
    "page",
    "tri",
    "format",
    "next",
    "origine",
    "maille",
    "rayon",
    "annee",
    "public",
    "type",
    "niveau",
    "a\x00",
]
FILES = [
    *(b"", b"\x00" * 64, b"PK\x03\x04abime", b"%PDF-1.7", b"\xff\xfe\x00", b"\x89PNG\r\n", b"a;b\n1;2\n", b"\n\n;;;\n"),
    *(b'{"type":"FeatureCollection","features":[{}]}', b"[" * 20_000, "\ufeffSIRET;Nom\n1;é\n".encode("utf-16"), b'"a'),
    b"x" * 300_000,
]

words = st.one_of(st.sampled_from(WORDS), st.text(max_size=30))
# A browser sends UTF-8: half a surrogate only comes by hand, in an address.
typed = words.map(lambda word: word.encode("utf-8", "replace").decode())


@dataclass(frozen=True, slots=True)
class World:
    """Who asks, and what exists."""

    cookies: dict[str, str]
    numbers: list[int]
    identifiers: list[UUID]


@pytest.fixture
def world(db: None) -> World:
    """A few accounts of different rights, with a row of several kinds."""
    accounts = {
        "visiteur": None,
        "connecté": UserFactory(),
        "exploitant": UserFactory(exploitant=True),
        "direction": member("siae_direction"),
        "accompagnement": member("siae_accompagnement"),
        "référent": member("departement_referent", "conseil_departemental"),
        "dpo": member("dpo", "conseil_departemental"),
    }
    RelationFactory(personne=PersonneFactory(), organisation=accounts["accompagnement"].membre.organisation)
    Tache.objects.create(libelle="Essai", auteur=accounts["connecté"])
    cookies = {}
    for name, user in accounts.items():
        client = Client()
        if user:
            client.force_login(user)
        cookies[name] = client.cookies["sessionid"].value if user else ""
    rows = [model.objects.first() for config in apps.get_app_configs() for model in config.get_models() if _ours(model)]
    found = [row for row in rows if row is not None]
    return World(
        cookies,
        sorted({row.pk for row in found if isinstance(row.pk, int)}),
        [row.public_id for row in found if hasattr(row, "public_id")],
    )


def _ours(model: Any) -> bool:
    return model.__module__.startswith("maillage.") and model._meta.managed and model is not Siae


def fields_of(view: Any) -> dict[str, forms.Field]:
    """Return the fields of the forms that a screen declares."""
    found: dict[str, forms.Field] = {}
    for attribute in ("form_class", "filter_form", "choix_form"):
        found |= getattr(getattr(view, attribute, None), "base_fields", {})
    return found


def values_of(field: forms.Field) -> st.SearchStrategy[Any]:
    """Return what is typed in a field: now and then one of its choices."""
    if isinstance(field, forms.FileField):
        return st.builds(
            SimpleUploadedFile, st.sampled_from(["a.csv", "a\x00.csv", "../a.xlsx", "é" * 300]), st.sampled_from(FILES)
        )
    choices = [str(value) for value, _ in getattr(field, "choices", []) if not isinstance(value, (list, tuple))]
    return st.one_of(typed, st.sampled_from(choices)) if choices else typed


@st.composite
def requests(draw: st.DrawFn, address: Address, world: World) -> tuple[str, str, str, dict[str, Any]]:
    """Draw who asks, by which method, which address, and what they post."""
    kwargs: dict[str, Any] = {}
    for name, converter in address.converters.items():
        kind = type(converter).__name__
        if kind == "IntConverter":
            kwargs[name] = draw(st.sampled_from([*world.numbers, *(number for number in NUMBERS if number >= 0)]))
        elif kind == "UUIDConverter":
            kwargs[name] = draw(st.one_of(st.sampled_from(world.identifiers), st.uuids()))
        else:
            kwargs[name] = draw(words)
    try:
        path = address.url(**kwargs)
    except (NoReverseMatch, UnicodeEncodeError):
        path = address.url()
    fields = fields_of(address.view)
    query = draw(st.dictionaries(st.sampled_from([*KEYS, *fields]), words, max_size=4))
    posted = draw(st.fixed_dictionaries({}, optional={name: values_of(field) for name, field in fields.items()}))
    method = draw(st.sampled_from(["get", "post"]))
    encoded = urlencode(query, quote_via=quote, errors="surrogatepass")
    return draw(st.sampled_from(sorted(world.cookies))), method, f"{path}?{encoded}", posted


@pytest.fixture
def no_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answer as often as asked: the counters are tested elsewhere."""
    monkeypatch.setattr("maillage.foundations.kernel.limits.Limit.hit", lambda self, who: None)


@pytest.mark.usefixtures("no_limit")
@pytest.mark.parametrize("part", PARTS, ids=lambda part: f"{part[0].name}…{part[-1].name}")
def test_nothing_sent_to_an_address_is_an_error_of_ours(part: list[Address], world: World) -> None:
    for address in part:
        send(address, world)


def send(address: Address, world: World) -> None:
    """Send what was drawn to an address; raise with the request that it could not answer."""

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(requests(address, world))
    def attack(request: tuple[str, str, str, dict[str, Any]]) -> None:
        who, method, path, posted = request
        client = Client()
        if world.cookies[who]:
            client.cookies["sessionid"] = world.cookies[who]
        try:
            with transaction.atomic():
                response = getattr(client, method)(path, posted) if method == "post" else client.get(path)
                assert response.status_code < 500, f"{who} {method} {path}: {response.status_code}"
                connection.check_constraints()
                raise _Undo
        except _Undo:
            pass

    attack()


@pytest.mark.parametrize("name", ["sessionid", "csrftoken", "messages", "autre"])
@pytest.mark.parametrize("value", ['"a\\000b"', "é" * 300, "x" * 8000, "", "{}", ";=;", '"'], ids=range(7))
def test_no_cookie_is_an_error_of_ours(name: str, value: str) -> None:
    for path in ("/", "/imports/"):
        for send in (Client().get, Client().post):
            assert send(path, headers={"cookie": f"{name}={value}"}).status_code < 500


BODIES = [
    ("application/json", b'{"email": 1}'),
    ("application/json", b"[" * 9999),
    ("application/x-www-form-urlencoded", b"email=%00&email=%ff&%=&&&="),
    ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % n for n in range(1500))),
    ("application/x-www-form-urlencoded; charset=utf-32", b"email=a"),
    ("application/x-www-form-urlencoded; charset=inconnu", b"email=a"),
    ("multipart/form-data", b"sans limite"),
    ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="email"\r\n\r\n\x00\xff'),
    ("multipart/form-data; boundary=\x00", b"--x--"),
    ("texte", b"\x00" * 100),
]


@pytest.mark.parametrize("rank", range(len(BODIES)))
def test_no_body_is_an_error_of_ours(rank: int) -> None:
    """What cannot be parsed is refused before the screen: each address gets three of the bodies, each body many."""
    kind, body = BODIES[rank]
    for place, address in enumerate(ADDRESSES):
        if (place + rank) % len(BODIES) < 3:
            answer = Client().generic("POST", address.url(), body, content_type=kind)
            assert answer.status_code < 500, address.name


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "autre.example"},
        {"host": "\x00"},
        {"host": "a" * 300},
        {"accept-language": "é" * 500},
        {"user-agent": "\x00" + "é" * 2000},
        {"referer": "http://[::1"},
        {"content-length": "-1"},
        {"x-forwarded-for": "\x00, 1"},
        {"hx-current-url": "http://[", "hx-request": "true"},
    ],
    ids=lambda headers: next(iter(headers)),
)
def test_no_header_is_an_error_of_ours(headers: dict[str, str]) -> None:
    for path in ("/", "/compte/connexion/", "/imports/"):
        for send in (Client().get, Client().post):
            assert send(path, headers=headers).status_code < 500


class _Undo(Exception):
    """Leave the database as it was before each request."""
