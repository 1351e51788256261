"""ClamAV, when `MAILLAGE_CLAMAV` says where it listens: what it finds is refused, and so is what it could not look at.

Speaks clamd's own protocol, command INSTREAM: pieces preceded by their length on four bytes, a null length to end.
"""

from __future__ import annotations

import logging
import socket
import struct

from django.conf import settings

from maillage.foundations.kernel.errors import Refusal, Refused

PIECE = 64 * 1024
PATIENCE_SECONDS = 30

logger = logging.getLogger(__name__)


def scan(content: bytes, *, field: str = "fichier") -> None:
    """Raise `Refused` when the antivirus finds something in a file, or does not answer; do nothing without one."""
    place: str = settings.MAILLAGE_CLAMAV
    if not place:
        return
    try:
        answer = _ask(place, content)
    except OSError as error:
        logger.error("antivirus out of reach at %s: %s", place, error)
        raise _unchecked(field) from error
    if answer.endswith("FOUND"):
        logger.warning("infected file refused: %s", answer)
        raise Refused(
            Refusal(
                "fichier_infecte",
                "L’antivirus a trouvé un contenu dangereux dans ce fichier\u202f: il n’a pas été gardé.",
                field,
            )
        )
    if answer != "stream: OK":
        logger.error("antivirus at %s could not check a file: %s", place, answer)
        raise _unchecked(field)


def _unchecked(field: str) -> Refused:
    message = "Ce fichier n’a pas pu être contrôlé par l’antivirus. Réessayez plus tard, ou prévenez l’exploitant."
    return Refused(Refusal("antivirus_muet", message, field))


def _ask(place: str, content: bytes) -> str:
    """Return what clamd says of a content; raise `OSError` when it cannot be asked."""
    with _connect(place) as server:
        server.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), PIECE):
            piece = content[start : start + PIECE]
            server.sendall(struct.pack("!I", len(piece)) + piece)
        server.sendall(struct.pack("!I", 0))
        answer = b""
        while more := server.recv(4096):
            answer += more
    # The signature it names comes from its own base, but a log line stays a line.
    return answer.rstrip(b"\0").decode("ascii", "replace").strip().replace("\n", " ")


def _connect(place: str) -> socket.socket:
    """Open the Unix socket of an absolute path, or the port of « host:port »."""
    if not place.startswith("/"):
        host, _, port = place.rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), timeout=PATIENCE_SECONDS)
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    server.settimeout(PATIENCE_SECONDS)
    try:
        server.connect(place)
    except OSError:
        server.close()
        raise
    return server
