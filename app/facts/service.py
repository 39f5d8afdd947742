"""Writing down facts and telling their subscribers, all in the transaction of whoever saw them happen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from typing import Any, Protocol

from sqlalchemy import exists, select

from app.clock import utc_now
from app.database.transactions import WriteOutsideTransaction, is_writing, writing
from app.extensions import db
from app.facts.models import Fact, FactReceipt
from app.facts.subscriptions import Subscription, subscriptions
from app.security.actor import Actor, current_actor
from app.security.beyond import beyond_scope

DEEPEST = 8
"""A fact may lead to another; a longer chain is two rooms calling each other in a circle."""

_depth: ContextVar[int] = ContextVar("fact_depth", default=0)


class FactsInCircle(RuntimeError):
    """Subscribers keep causing each other's facts."""


class Record(Protocol):
    """A row with a uid that lies in an area."""

    __tablename__: str
    uid: Any
    area_code: Any


def happened(
    kind: str, record: Record, *, on: date, by: Actor | None = None, details: Mapping[str, Any] | None = None
) -> Fact:
    """Write down that something happened to a record, and tell every subscriber at once.

    Must run inside `writing()`, after the record itself was added. `by` defaults to the one acting; `details` must
    fit into JSON. What a subscriber raises undoes the whole transaction. Subscribers run as the system under the
    caller's name, since consequences of a permitted act need no right of their own.
    """
    if not is_writing():
        raise WriteOutsideTransaction("A fact is written in the transaction of what happened.")
    who = by or current_actor()
    with beyond_scope():
        fact = Fact(
            kind=kind, record_kind=record.__tablename__, record_uid=record.uid, area_code=record.area_code, on=on,
            by_id=who.user_id, by_name=who.name, at=utc_now(), details=dict(details or {}),
        )  # fmt: skip
        db.session.add(fact)
        db.session.flush()
        deliver(fact)
    return fact


def deliver(fact: Fact) -> list[str]:
    """Tell those subscribers of the fact that have no receipt yet; their names. Safe to call any number of times."""
    with writing(), beyond_scope(), _one_deeper():
        known = set(db.session.execute(select(FactReceipt.subscriber).where(FactReceipt.fact_id == fact.id)).scalars())
        waiting = [item for item in subscriptions(fact.kind) if item.name not in known]
        for item in waiting:
            _hand_over(fact, item)
        return [item.name for item in waiting]


def _hand_over(fact: Fact, item: Subscription) -> None:
    # The receipt goes first: where two transactions meet, the second stops at its key before doing anything.
    db.session.add(FactReceipt(fact_id=fact.id, subscriber=item.name, at=utc_now()))
    db.session.flush()
    item.function(fact)


def deliver_missed(kind: str, name: str, *, limit: int = 1000) -> int:
    """Tell a subscriber that came later of the facts it has not dealt with, oldest first; how many it dealt with.

    Call it until it answers 0. Raises KeyError where nobody subscribed under that name.
    """
    item = next((item for item in subscriptions(kind) if item.name == name), None)
    if item is None:
        raise KeyError(f"Nobody subscribes to {kind!r} as {name!r}.")
    receipt = exists().where(FactReceipt.fact_id == Fact.id, FactReceipt.subscriber == name)
    with writing(), beyond_scope(), _one_deeper():
        missed = select(Fact).where(Fact.kind == kind, ~receipt).order_by(Fact.id).limit(limit)
        facts = db.session.execute(missed).scalars().all()
        for fact in facts:
            _hand_over(fact, item)
        return len(facts)


@contextmanager
def _one_deeper() -> Iterator[None]:
    token = _depth.set(_depth.get() + 1)
    try:
        if _depth.get() > DEEPEST:
            raise FactsInCircle("Facts cause each other in a circle; one of the subscribers must stop.")
        yield
    finally:
        _depth.reset(token)
