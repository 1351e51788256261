"""A calendar as other software reads it (iCalendar, RFC 5545)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

OCTETS = 75  # of a line, before it is folded


@dataclass(frozen=True, slots=True)
class Rendezvous:
    """`uid` says which one it is, for good; the moments carry their time zone."""

    uid: str
    debut: datetime
    fin: datetime
    titre: str
    url: str


def write_ics(rendezvous: Iterable[Rendezvous], *, now: datetime) -> bytes:
    """Return a calendar file."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Maillage//Agenda//FR", "CALSCALE:GREGORIAN"]
    for each in rendezvous:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{each.uid}@maillage",
            f"DTSTAMP:{_moment(now)}",
            f"DTSTART:{_moment(each.debut)}",
            f"DTEND:{_moment(each.fin)}",
            f"SUMMARY:{_escape(each.titre)}",
            f"URL:{each.url}",
            "CLASS:PRIVATE",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return b"".join(part + b"\r\n" for line in lines for part in _fold(line))


def _moment(value: datetime) -> str:
    return f"{value.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escape(text: str) -> str:
    for raw, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r", ""), ("\n", "\\n")):
        text = text.replace(raw, written)
    return text


def _fold(line: str) -> Iterator[bytes]:
    """Yield a line in parts of 75 octets, the following ones after a space; no character is cut."""
    part = b""
    for character in line:
        octets = character.encode()
        if len(part) + len(octets) > OCTETS:
            yield part
            part = b" "
        part += octets
    yield part
