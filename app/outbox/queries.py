"""Reads of receivers and messages."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from app.extensions import db
from app.outbox.models import WAITING, OutboxMessage, OutboxReceiver

SHOWN = 50


def open_receivers() -> Sequence[OutboxReceiver]:
    """All that are to be told; asked for by rooms that tell, beyond the actor's scope."""
    return db.session.execute(select(OutboxReceiver).where(OutboxReceiver.is_open)).scalars().all()


def receivers() -> Sequence[OutboxReceiver]:
    """Those the actor may see, by name."""
    found = select(OutboxReceiver).order_by(OutboxReceiver.name, OutboxReceiver.id)
    return db.session.execute(found).scalars().all()


def receiver(receiver_id: int) -> OutboxReceiver | None:
    """One of them."""
    return db.session.execute(select(OutboxReceiver).where(OutboxReceiver.id == receiver_id)).scalar()


def message(message_id: int) -> OutboxMessage | None:
    """One message of theirs."""
    return db.session.execute(select(OutboxMessage).where(OutboxMessage.id == message_id)).scalar()


def latest(receiver_id: int) -> Sequence[OutboxMessage]:
    """The last messages to a receiver, newest first."""
    found = select(OutboxMessage).where(OutboxMessage.receiver_id == receiver_id)
    return db.session.execute(found.order_by(OutboxMessage.id.desc()).limit(SHOWN)).scalars().all()


def waiting(receiver_id: int) -> Sequence[OutboxMessage]:
    """Messages that have not arrived yet, the oldest first."""
    found = select(OutboxMessage).where(OutboxMessage.receiver_id == receiver_id, OutboxMessage.state == WAITING)
    return db.session.execute(found.order_by(OutboxMessage.id)).scalars().all()


def counted() -> dict[int, dict[str, int]]:
    """Receiver → how many messages in each state."""
    found: dict[int, dict[str, int]] = {}
    statement = select(OutboxMessage.receiver_id, OutboxMessage.state, func.count())
    for id_, state, count in db.session.execute(statement.group_by(OutboxMessage.receiver_id, OutboxMessage.state)):
        found.setdefault(id_, {})[state] = count
    return found
