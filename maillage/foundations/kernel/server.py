"""The web server and the worker, run together: in front of you, or detached.

Detached, they hold a lock on a file that says who they are. The system lets go of it when the last of them dies,
however it dies: a held lock means a live group of processes, whose number cannot have been given to others.
"""

from __future__ import annotations

import fcntl
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from typing import TextIO

from django.conf import settings

# A program that ends sooner than this will not do better the next time.
TOO_SHORT_SECONDS = 5
START_SECONDS = 60
STOP_SECONDS = 15


class ServerError(RuntimeError):
    """The server did not start or stop; the message is French."""


def run(host: str, port: int) -> None:
    """Run the web server and a worker until we are told to stop; start again the one that ends."""
    web = ["granian", "--interface=wsgi", f"--host={host}", f"--port={port}", "--blocking-threads=4", "--no-ws"]
    commands = [
        [sys.executable, "-m", *web, "--respawn-failed-workers", "config.wsgi:application"],
        [sys.executable, str(settings.BASE_DIR / "manage.py"), "worker"],
    ]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    running: dict[int, tuple[subprocess.Popen[bytes], float]] = {}
    try:
        while True:
            for index, command in enumerate(commands):
                if index not in running:  # the lock, if there is one, goes down to them
                    running[index] = (
                        subprocess.Popen(command, cwd=settings.BASE_DIR, close_fds=False),
                        time.monotonic(),
                    )
            ended, _ = os.wait()
            for index, (process, since) in list(running.items()):
                if process.pid == ended:
                    if time.monotonic() - since < TOO_SHORT_SECONDS:
                        raise ServerError(f"« {' '.join(process.args)} » s’est arrêté aussitôt.")  # type: ignore[arg-type]
                    del running[index]
    except KeyboardInterrupt:
        pass
    finally:
        for process, _since in running.values():
            process.terminate()
        for process, _since in running.values():
            with suppress(ChildProcessError):
                process.wait(STOP_SECONDS)


def start(host: str, port: int) -> str:
    """Detach the servers and return the address once the home page answers; `stop` those that run before."""
    logs = settings.VAR_DIR / "journaux"
    logs.mkdir(parents=True, exist_ok=True)
    log = logs / "serveur.log"
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "serve", f"--host={host}", f"--port={port}"]
    with _state() as state, log.open("ab") as output:
        if not _lock(state):
            raise ServerError("Un autre démarrage est en cours.")
        process = subprocess.Popen(
            command,
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            pass_fds=[state.fileno()],
        )
        state.truncate(0)
        state.write(json.dumps({"pid": process.pid}))
        state.flush()
    try:
        _wait_for_home(process, host, port)
    except ServerError as error:
        stop()
        end = log.read_text(errors="replace")[-2000:]
        raise ServerError(f"{error} Le journal se termine ainsi :\n{end}") from error
    return address(host, port)


def _wait_for_home(process: subprocess.Popen[bytes], host: str, port: int) -> None:
    end = time.monotonic() + START_SECONDS
    while _ask(host, port, "/sante/") != http.client.OK:
        if process.poll() is not None or time.monotonic() > end:
            raise ServerError("Le serveur n’a pas démarré.")
        time.sleep(0.1)
    if (status := _ask(host, port, "/")) != http.client.OK:
        raise ServerError(f"La page d’accueil répond {status}.")


def stop() -> bool:
    """Stop the detached servers; return whether there were any."""
    with _state() as state:
        if _lock(state):
            return False
        for order in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ValueError, ProcessLookupError):  # nothing written yet, or already gone
                state.seek(0)
                os.killpg(json.loads(state.read())["pid"], order)
            end = time.monotonic() + STOP_SECONDS
            while time.monotonic() < end:
                if _lock(state):
                    return True
                time.sleep(0.05)
    raise ServerError("Le serveur ne s’arrête pas.")


def find_free_port(host: str, first: int) -> int:
    """Return the first port that can be listened to, from `first` on."""
    for port in range(first, first + 100):
        with suppress(OSError), socket.create_server((host, port)):
            return port
    raise ServerError(f"Aucun port libre de {first} à {first + 99}.")


def address(host: str, port: int) -> str:
    """Return what to type in a browser on this machine."""
    return f"http://{'localhost' if host in {'127.0.0.1', '0.0.0.0'} else host}:{port}/"  # noqa: S104


def _state() -> TextIO:
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    return (settings.VAR_DIR / "serveur.json").open("a+")


def _lock(state: TextIO) -> bool:
    with suppress(BlockingIOError):
        fcntl.flock(state, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


def _ask(host: str, port: int, path: str) -> int | None:
    """Return the status of a page, as a trusted proxy in front of us would ask for it."""
    web = http.client.HTTPConnection("127.0.0.1" if host == "0.0.0.0" else host, port, timeout=START_SECONDS)  # noqa: S104
    try:
        web.request("GET", path, headers={"X-Forwarded-Proto": "https"})
        return web.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        web.close()
