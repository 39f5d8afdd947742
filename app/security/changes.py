"""The history of rows: before and after of every changed field, in the transaction of the change itself."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import event, inspect
from sqlalchemy.orm import Session

from app.clock import utc_now
from app.security.actor import current_actor
from app.security.models import Change

SILENT = frozenset({"version", "created_at", "created_by", "changed_at", "changed_by", "pinyin"})
"""Fields that follow from others or say only when; a history of them would drown the rest."""

_batch: ContextVar[int | None] = ContextVar("batch", default=None)


@contextmanager
def in_batch(batch_id: int) -> Iterator[None]:
    """Mark all changes of a block as belonging to one import, so that they can be taken back together."""
    token = _batch.set(batch_id)
    try:
        yield
    finally:
        _batch.reset(token)


def portable(value: Any) -> Any:
    """A column value as JSON can hold it; boxes of sealed values stay sealed, as base64."""
    if isinstance(value, bytes):
        return {"box": base64.b64encode(value).decode("ascii")}
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return value


@event.listens_for(Session, "before_flush")
def _note_changes(session: Session, _context: Any, _instances: Any) -> None:
    pending: list[tuple[Any, str, dict[str, Any], dict[str, Any]]] = session.info.setdefault("pending_changes", [])
    pending += [(row, "created", {}, _values(row)) for row in session.new if _is_kept(row)]
    for row in session.dirty:
        if _is_kept(row) and session.is_modified(row):
            before, after = _difference(row)
            if before or after:
                pending.append((row, verb(before, after), before, after))
    pending += [(row, "erased", _values(row), {}) for row in session.deleted if _is_kept(row)]


def _is_kept(row: Any) -> bool:
    return bool(getattr(type(row), "__history__", False))


def verb(before: dict[str, Any], after: dict[str, Any]) -> str:
    """What a change of a row that is there is called: changed, deleted or restored."""
    if "deleted_at" not in after:
        return "changed"
    return "deleted" if before.get("deleted_at") is None else "restored"


def _values(row: Any) -> dict[str, Any]:
    mapper = inspect(type(row))
    values = {attr.key: getattr(row, attr.key) for attr in mapper.column_attrs if attr.key not in SILENT}
    return {key: portable(value) for key, value in values.items() if value is not None and key != "id"}


def _difference(row: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for attr in inspect(row).mapper.column_attrs:
        history = inspect(row).attrs[attr.key].history
        if attr.key in SILENT or not history.has_changes():
            continue
        old = history.deleted[0] if history.deleted else None
        new = history.added[0] if history.added else None
        if old != new:
            before[attr.key], after[attr.key] = portable(old), portable(new)
    return before, after


@event.listens_for(Session, "after_flush_postexec")
def _write_changes(session: Session, _context: Any) -> None:
    pending = session.info.pop("pending_changes", None)
    if not pending:
        return
    actor, now, batch = current_actor(), utc_now(), _batch.get()
    for row, action, before, after in pending:
        session.add(
            Change(
                at=now, by_id=actor.user_id, by_name=actor.name, register=type(row).__tablename__, row_id=row.id,
                row_uid=row.uid, area_code=row.area_code, action=action, before=before, after=after, batch_id=batch,
                row_version=getattr(row, "version", None),
            )
        )  # fmt: skip
