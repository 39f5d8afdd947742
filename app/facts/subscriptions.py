"""Who wants to hear of which facts: upper rooms register here, by name, in their `install()`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.facts.models import Fact

Subscriber = Callable[[Fact], None]


@dataclass(frozen=True, slots=True)
class Subscription:
    """One subscriber: `name` is kept with each fact it has dealt with, so it must never be given another meaning."""

    kind: str
    name: str
    function: Subscriber


_SUBSCRIPTIONS: dict[tuple[str, str], Subscription] = {}


def subscribe(kind: str, name: str, function: Subscriber) -> Subscription:
    """Call `function(fact)` for each fact of this kind, in the transaction of the fact itself.

    Subscribing the same function again changes nothing (two applications in one process).
    Raises ValueError when another function has taken the name.
    """
    wanted = Subscription(kind, name, function)
    known = _SUBSCRIPTIONS.setdefault((kind, name), wanted)
    if known.function is not function:
        raise ValueError(f"Two functions subscribe to {kind!r} as {name!r}: {known.function} and {function}.")
    return known


def subscriptions(kind: str | None = None) -> tuple[Subscription, ...]:
    """All subscriptions, or those to one kind, in the order they were made."""
    return tuple(item for item in _SUBSCRIPTIONS.values() if kind in (None, item.kind))
