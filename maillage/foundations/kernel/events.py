"""Named events between rooms: a lower room publishes, a higher room subscribes in its `apps.py`.

No Django signal: the registry is explicit.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import transaction

if TYPE_CHECKING:
    from collections.abc import Callable


class Event:
    """Base of events: frozen dataclasses of primitive values (ids, codes, dates), never of model instances."""


_SUBSCRIBERS: defaultdict[type[Event], list[Callable[[Any], None]]] = defaultdict(list)


E = TypeVar("E", bound=Event)


def subscribe(kind: type[E], handler: Callable[[E], None]) -> None:
    """Call `handler` after the commit of every transaction that published an event of this kind."""
    if handler not in _SUBSCRIBERS[kind]:
        _SUBSCRIBERS[kind].append(handler)


def publish(event: Event) -> None:
    """Tell the subscribers once the current transaction is committed; nothing is told if it rolls back."""
    for handler in _SUBSCRIBERS[type(event)]:
        transaction.on_commit(lambda handler=handler: handler(event))  # type: ignore[misc]
