"""`manage.py serve`, as a person would use it: detached, replaced, killed, stopped."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest
from django.core.management import call_command

from maillage.foundations.kernel import server
from tests.database import program_environment
from tests.source import ROOT
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from django.conf import LazySettings
    from django.test import Client


@pytest.mark.django_db
def test_health_address_answers(client: Client) -> None:
    response = client.get("/sante/")
    assert (response.status_code, response.content) == (200, b"ok\n")


def test_first_free_port_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert server.find_free_port("127.0.0.1", port) > port


class Platform:
    """The platform in a folder of its own, on the database of the test."""

    def __init__(self, folder: Path) -> None:
        self.state = folder / "serveur.json"
        self.environment = program_environment(MAILLAGE_VAR=str(folder))

    def serve(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(ROOT / "manage.py"), "serve", *arguments]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)

    @property
    def pid(self) -> int:
        return int(json.loads(self.state.read_text())["pid"])


@pytest.fixture
def platform(transactional_db: None, tmp_path: Path) -> Iterator[Platform]:
    # A flush has emptied what migrations wrote, or an earlier test: the platform migrates before it serves.
    call_command("migrate", verbosity=0)
    platform = Platform(tmp_path)
    yield platform
    assert platform.serve("--stop").returncode == 0


def group_is_dead(pid: int) -> bool:
    try:
        os.killpg(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_detached_platform_answers_is_replaced_and_stops(platform: Platform) -> None:
    started = platform.serve("--background", "--port", "8700")
    assert started.returncode == 0, started.stderr
    first = platform.pid
    address = started.stdout.splitlines()[-1]
    with urlopen(f"{address}sante/") as answer:
        assert answer.read() == b"ok\n"
    again = platform.serve("--background", "--port", "8700")
    assert again.returncode == 0, again.stderr
    wait_until(lambda: group_is_dead(first))
    second = platform.pid
    assert platform.serve("--stop").stdout == "La plateforme est arrêtée.\n"
    wait_until(lambda: group_is_dead(second))
    assert platform.serve("--stop").stdout == "La plateforme ne tournait pas.\n"


def test_what_a_killed_leader_leaves_is_stopped_too(platform: Platform) -> None:
    started = platform.serve("--background", "--port", "8750")
    assert started.returncode == 0, started.stderr
    leader = platform.pid
    os.kill(leader, signal.SIGKILL)
    assert platform.serve("--stop").stdout == "La plateforme est arrêtée.\n"
    wait_until(lambda: group_is_dead(leader))


def test_failed_start_says_why_and_leaves_nothing(
    settings: LazySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.VAR_DIR = tmp_path
    monkeypatch.setenv("MAILLAGE_MARQUE", "rouge")
    with pytest.raises(server.ServerError, match=r"n’a pas démarré(.|\n)*MAILLAGE_MARQUE vaut"):
        server.start("127.0.0.1", server.find_free_port("127.0.0.1", 8650))
    assert server.stop() is False


def test_stale_state_is_not_believed(platform: Platform) -> None:
    platform.state.write_text(json.dumps({"pid": os.getpid()}))
    assert platform.serve("--stop").stdout == "La plateforme ne tournait pas.\n"
