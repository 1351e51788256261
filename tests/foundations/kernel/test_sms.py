"""Text messages: what is a mobile number, what the service receives, and what is tried again."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import pytest
import requests

from maillage.foundations.kernel import sms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django.fixtures import SettingsWrapper


@pytest.fixture
def service(settings: SettingsWrapper) -> Iterator[dict[str, Any]]:
    """A service on this machine: `status` is what it answers, `received` what it was sent."""
    state: dict[str, Any] = {"status": 201, "received": []}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            state["received"].append((self.headers["Authorization"], json.loads(body)))
            self.send_response(state["status"])
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    settings.MAILLAGE_SMS_URL = f"http://127.0.0.1:{server.server_port}/"
    settings.MAILLAGE_SMS_JETON = "jeton"
    yield state
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("06 12 34 56 78", "+33612345678"),
        ("07.12.34.56.78", "+33712345678"),
        ("+33 6 12 34 56 78", "+33612345678"),
        ("+33 (0)6 12 34 56 78", "+33612345678"),
        ("0033 7 12 34 56 78", "+33712345678"),
        ("01 23 45 67 89", None),
        ("06 12 34 56", None),
        ("+32 470 12 34 56", None),
        ("", None),
    ],
)
def test_only_a_mobile_number_receives_a_message(text: str, number: str | None) -> None:
    assert sms.read_mobile(text) == number


def test_the_service_receives_the_number_the_sender_and_the_text(service: dict[str, Any]) -> None:
    sms.send_sms.func(to="+33612345678", text="Bonjour")
    assert service["received"] == [
        ("Bearer jeton", {"to": "+33612345678", "from": "Maillage", "text": "Bonjour"}),
    ]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_service_that_is_away_is_tried_again(service: dict[str, Any], status: int) -> None:
    service["status"] = status
    with pytest.raises(requests.HTTPError, match=str(status)):
        sms.send_sms.func(to="+33612345678", text="Bonjour")
    retry = sms.send_sms.retry_strategy
    assert (retry.max_attempts, retry.exponential_wait) == (8, 2)  # type: ignore[union-attr]


@pytest.mark.parametrize("status", [302, 400, 401])
def test_a_refusal_is_not_and_the_log_names_nobody(
    service: dict[str, Any], status: int, caplog: pytest.LogCaptureFixture
) -> None:
    service["status"] = status
    sms.send_sms.func(to="+33612345678", text="Bonjour")
    assert [record.getMessage() for record in caplog.records] == [
        f"a text message was refused by the service: {status}"
    ]


def test_without_a_service_nothing_is_sent() -> None:
    assert not sms.available()
    sms.send_sms.func(to="+33612345678", text="Bonjour")
