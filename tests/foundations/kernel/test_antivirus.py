"""The antivirus is asked in its own protocol; what it finds, or could not look at, is refused."""

from __future__ import annotations

import socket
import struct
import threading
from typing import TYPE_CHECKING

import pytest

from maillage.foundations.kernel import antivirus
from maillage.foundations.kernel.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from django.conf import LazySettings

# The harmless text that every antivirus agrees to find, in two pieces so that this file is not found.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Clamd(threading.Thread):
    """Answers as clamd does to one INSTREAM, and keeps what it was shown."""

    def __init__(self, path: Path, answer: bytes | None = None) -> None:
        super().__init__(daemon=True)
        self.server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.server.bind(str(path))
        self.server.listen(1)
        self.server.settimeout(20)
        self.answer, self.shown, self.command = answer, b"", b""

    def run(self) -> None:
        client, _ = self.server.accept()
        with client, client.makefile("rb") as stream:
            self.command = stream.read(len(b"zINSTREAM\0"))
            while length := struct.unpack("!I", stream.read(4))[0]:
                self.shown += stream.read(length)
            found = b"stream: Eicar-Test-Signature FOUND\0" if EICAR in self.shown else b"stream: OK\0"
            client.sendall(found if self.answer is None else self.answer)


@pytest.fixture
def clamd(tmp_path: Path, settings: LazySettings, request: pytest.FixtureRequest) -> Iterator[Clamd]:
    path = tmp_path / "clamd"
    settings.MAILLAGE_CLAMAV = str(path)
    server = Clamd(path, getattr(request, "param", None))
    server.start()
    yield server
    server.join(20)
    server.server.close()


def code(content: bytes) -> str:
    with pytest.raises(Refused) as refused:
        antivirus.scan(content)
    return refused.value.refusals[0].code


def test_a_sound_file_is_shown_whole_and_accepted(clamd: Clamd) -> None:
    content = bytes(range(256)) * 1000
    antivirus.scan(content)
    clamd.join(20)
    assert (clamd.command, clamd.shown) == (b"zINSTREAM\0", content)


def test_an_infected_file_is_refused(clamd: Clamd) -> None:
    assert code(b"x" * 100_000 + EICAR) == "fichier_infecte"


@pytest.mark.parametrize(
    "clamd",
    [b"INSTREAM size limit exceeded. ERROR\0", b"", b"n'importe quoi"],
    indirect=True,
    ids=["limit", "mute", "odd"],
)
def test_what_it_could_not_look_at_is_refused_and_logged(clamd: Clamd, caplog: pytest.LogCaptureFixture) -> None:
    assert code(b"contenu") == "antivirus_muet"
    assert "could not check" in caplog.text


@pytest.mark.parametrize("place", ["/nulle/part", "127.0.0.1:1"])
def test_an_antivirus_out_of_reach_is_never_passed_over(
    settings: LazySettings, caplog: pytest.LogCaptureFixture, place: str
) -> None:
    settings.MAILLAGE_CLAMAV = place
    assert code(b"contenu") == "antivirus_muet"
    assert "out of reach" in caplog.text


def test_without_an_antivirus_nothing_is_asked(settings: LazySettings) -> None:
    settings.MAILLAGE_CLAMAV = ""
    antivirus.scan(EICAR)


def test_it_may_listen_on_a_port(settings: LazySettings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.MAILLAGE_CLAMAV = f"127.0.0.1:{server.getsockname()[1]}"

        def answer() -> None:
            client, _ = server.accept()
            with client, client.makefile("rb") as stream:
                stream.read(len(b"zINSTREAM\0") + 4 + 3 + 4)
                client.sendall(b"stream: OK\0")

        thread = threading.Thread(target=answer)
        thread.start()
        antivirus.scan(b"abc")
        thread.join(20)
