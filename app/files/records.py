"""Kinds of records that carry attachments, and who may read or change such a record: files follow their record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.security.actor import Actor, acting_as
from app.security.wall import may_write

Decide = Callable[[Actor, str], bool]


@dataclass(frozen=True, slots=True)
class RecordKind:
    """`may_read(actor, uid)` and `may_change(actor, uid)` decide for one record; `is_logged` audits each download."""

    name: str
    may_read: Decide
    may_change: Decide
    is_logged: bool = False


_KINDS: dict[str, RecordKind] = {}


def register_record_kind(kind: RecordKind) -> RecordKind:
    """Make a kind of record known under its table's name; the last one counts, so that a feature may refine it."""
    _KINDS[kind.name] = kind
    return kind


def record_kind(name: str) -> RecordKind | None:
    """The kind of that name; None means that nobody reads its files."""
    return _KINDS.get(name)


def record_kinds() -> tuple[RecordKind, ...]:
    """All kinds, by name."""
    return tuple(_KINDS[name] for name in sorted(_KINDS))


def is_logged(kind: str) -> bool:
    """Whether every look at a file of these records is written into the audit chain; of an unknown kind, yes."""
    known = record_kind(kind)
    return known is None or known.is_logged


def behind_the_wall(model: Any, *, name: str = "", is_logged: bool = False) -> RecordKind:
    """The usual kind: who sees the row reads its files, who may write the row attaches and removes them.

    `name` defaults to the table's.
    """

    def find(actor: Actor, uid: str) -> Any | None:
        with acting_as(actor):
            return db.session.execute(select(model).where(model.uid == uid)).scalar()

    def may_read(actor: Actor, uid: str) -> bool:
        return find(actor, uid) is not None

    def may_change(actor: Actor, uid: str) -> bool:
        row = find(actor, uid)
        return row is not None and (actor.is_system or may_write(row, model.__scope__, actor))

    return RecordKind(name or model.__tablename__, may_read, may_change, is_logged)
