"""Every address of the platform, with invented arguments: what the tests that leave none out walk through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# What stands for an argument that no object has.
STRANGERS = {
    "IntConverter": 987654321,
    "UUIDConverter": "00000000-0000-4000-8000-000000000000",
    "SlugConverter": "inconnu",
    "PathConverter": "inconnu",
    "StringConverter": "inconnu",
}


@dataclass(frozen=True, slots=True)
class Address:
    """A named pattern; `converters` gives the kind of each of its arguments."""

    name: str
    view: Any
    converters: dict[str, Any]

    def url(self, **kwargs: Any) -> str:
        """Return the address of these arguments, those of no object for the others."""
        strange = {key: STRANGERS.get(type(kind).__name__, "inconnu") for key, kind in self.converters.items()}
        return reverse(self.name, kwargs={**strange, **kwargs})


def every_address() -> list[Address]:
    """Return every address, sorted by name."""
    return sorted(_walk(get_resolver().url_patterns), key=lambda address: address.name)


def _walk(
    patterns: Iterable[URLPattern | URLResolver], namespace: str = "", above: dict[str, Any] | None = None
) -> Iterator[Address]:
    for pattern in patterns:
        converters = {**(above or {}), **pattern.pattern.converters}
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern.url_patterns, inner, converters)
        else:
            view = getattr(pattern.callback, "view_class", pattern.callback)
            yield Address(f"{namespace}{pattern.name}", view, converters)
