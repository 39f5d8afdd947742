"""Reads of channels: whose token that is, and what each has sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select

from app.events.channels.models import IntakeChannel, IntakeRequest
from app.events.channels.rules import TOKEN_MARK, token_hash
from app.extensions import db
from app.security.beyond import beyond_scope


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel as an incoming request knows it."""

    id: int
    name: str
    source: str
    handling: str
    area_code: str


# Built once: both are asked with every request.
_OPEN = select(
    IntakeChannel.id, IntakeChannel.name, IntakeChannel.source, IntakeChannel.handling, IntakeChannel.area_code
).where(IntakeChannel.token_hash == bindparam("hash"), IntakeChannel.is_open)
_ANSWERED = select(IntakeRequest).where(
    IntakeRequest.channel_id == bindparam("channel"), IntakeRequest.key == bindparam("key")
)


def channel_of(token: str) -> Channel | None:
    """The open channel that holds a token; None for any other."""
    if not token.startswith(TOKEN_MARK):
        return None
    with beyond_scope():
        row = db.session.execute(_OPEN, {"hash": token_hash(token)}).first()
    return Channel(*row) if row is not None else None


def answered(channel_id: int, key: str) -> IntakeRequest | None:
    """What was answered under a key of a channel."""
    return db.session.execute(_ANSWERED, {"channel": channel_id, "key": key}).scalar()


def channels() -> Sequence[IntakeChannel]:
    """Channels the actor may see, by name."""
    return db.session.execute(select(IntakeChannel).order_by(IntakeChannel.name, IntakeChannel.id)).scalars().all()


def channel(channel_id: int) -> IntakeChannel | None:
    """One of them."""
    return db.session.execute(select(IntakeChannel).where(IntakeChannel.id == channel_id)).scalar()


def sent_by_channel() -> dict[int, tuple[int, datetime]]:
    """Channel → how many requests it was answered, and when the last was."""
    counted = select(IntakeRequest.channel_id, func.count(), func.max(IntakeRequest.received_at))
    rows = db.session.execute(counted.group_by(IntakeRequest.channel_id)).all()
    return {channel_id: (count, last) for channel_id, count, last in rows}
