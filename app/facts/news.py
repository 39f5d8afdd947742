"""Facts that can be taken back: whether a row's state is news, or was told before."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.facts.models import Fact
from app.facts.service import happened
from app.security.beyond import beyond_scope


def is_news(row: Any, done: str, undone: str, *, holds: bool, cause: list[str], on: date) -> bool:
    """Whether the fact `done` is to be told of a row now, with `cause` in its details.

    What was told before and holds no longer, or for another cause, is taken back here by the fact `undone`. Must run
    inside `writing()`.
    """
    with beyond_scope():
        last = db.session.execute(
            select(Fact.kind, Fact.details)
            .where(Fact.record_kind == row.__tablename__, Fact.record_uid == row.uid, Fact.kind.in_((done, undone)))
            .order_by(Fact.id.desc())
            .limit(1)
        ).first()
    stands = last is not None and last.kind == done
    if last is not None and stands and holds and last.details.get("cause") == cause:
        return False
    if stands:
        happened(undone, row, on=on)
    return holds
