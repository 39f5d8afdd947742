"""Reads of events beyond one row: reports merged into a case, and platform words nobody has explained."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from app.events import rules
from app.events.models import Event
from app.events.platforms import state_words
from app.extensions import db


def merged_into(event_id: int) -> Sequence[Event]:
    """Reports of the same matter, each with its own reporter, oldest first."""
    statement = select(Event).where(Event.merged_into_id == event_id, Event.deleted_at.is_(None))
    return db.session.execute(statement.order_by(Event.id)).scalars().all()


def unknown_words() -> list[tuple[str, str, int]]:
    """(source, word, tickets) of states that mean nothing here yet, the most frequent first."""
    statement = (
        select(Event.source, Event.upstream_state, func.count())
        .where(Event.handling == rules.UPSTREAM, Event.upstream_state.is_not(None), Event.deleted_at.is_(None))
        .group_by(Event.source, Event.upstream_state)
    )
    found = [(source, word, count) for source, word, count in db.session.execute(statement) if word]
    return sorted(
        (each for each in found if rules.state_of_word(each[1], state_words(each[0])) is None), key=lambda each: -each[2]
    )  # fmt: skip
