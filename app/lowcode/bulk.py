"""Many new rows of a register at once, below the ORM, with everything an ordinary save leaves behind.

The wall does not see Core statements, so this module refuses foreign areas itself. Per row it writes the row (sealed
values boxed, pinyin key, stamps), its search tokens, its history and its link in the audit chain.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import Any

from sqlalchemy import func, insert, inspect, select, text
from sqlalchemy.orm import Session

from app.database.transactions import is_writing
from app.database.types import utc_now
from app.lowcode import search, service
from app.lowcode.register import Register
from app.security import changes
from app.security.actor import Actor, NotPermitted
from app.security.models import Change

AT_ONCE = 1_000


@dataclass(slots=True)
class _Noted:
    """What the audit chain needs of a change that is no ORM object."""

    id: int
    before: dict[str, Any]
    after: dict[str, Any]


def insert_rows(
    session: Session, reg: Register, rows: Iterable[Mapping[str, Any]], *, by: Actor, today: date, batch_id: int | None
) -> list[int]:
    """Insert rows of parsed values; their ids. Must run inside `writing()`; checks no values, only the scope.

    Raises NotPermitted for a row outside the actor's areas; IntegrityError when a key is taken.
    """
    if not is_writing():
        raise RuntimeError("insert_rows belongs inside `with writing():`.")
    frozen = SimpleNamespace(name=reg.name, model=reg.model, columns=reg.columns, prepare=reg.prepare)
    ids: list[int] = []
    chunk: list[Any] = []
    for values in rows:
        row = service.apply(frozen, None, values)  # type: ignore[arg-type]
        if not by.covers(reg.name, "write", row.area_code):
            raise NotPermitted("有一行不在您负责的范围内，没有保存。")
        chunk.append(row)
        if len(chunk) >= AT_ONCE:
            ids += _insert_chunk(session, frozen, chunk, by, today, batch_id)
            chunk = []
    if chunk:
        ids += _insert_chunk(session, frozen, chunk, by, today, batch_id)
    return ids


def _insert_chunk(
    session: Session, frozen: Any, rows: Sequence[Any], by: Actor, today: date, batch_id: int | None
) -> list[int]:
    model = frozen.model
    table = model.__table__
    connection = session.connection()
    ids = next_ids(session, table.name, len(rows))
    now = utc_now()
    attributes = [(attr.key, attr.columns[0]) for attr in inspect(model).column_attrs]
    payloads = []
    for row, id_ in zip(rows, ids, strict=True):
        row.id, row.version, row.created_at, row.changed_at = id_, 1, now, now
        row.created_by = row.changed_by = by.user_id
        payloads.append({column.name: _stored(row, key, column) for key, column in attributes})
    connection.execute(insert(table), payloads)
    search.write_tokens(connection, frozen, [(row.id, search.tokens_of(frozen, row, today)) for row in rows])
    _note(session, rows, by, now, batch_id)
    return ids


def _stored(row: Any, key: str, column: Any) -> Any:
    value = getattr(row, key)
    if value is None and column.default is not None and column.default.is_scalar:
        value = column.default.arg
        setattr(row, key, value)
    return value


def _note(session: Session, rows: Sequence[Any], by: Actor, now: Any, batch_id: int | None) -> None:
    table = Change.__table__
    change_ids = next_ids(session, table.name, len(rows))
    waiting = session.info.setdefault("audit", [])
    notes = []
    for row, id_ in zip(rows, change_ids, strict=True):
        after = changes._values(row)
        notes.append(
            {"id": id_, "at": now, "by_id": by.user_id, "by_name": by.name, "register": type(row).__tablename__,
             "row_id": row.id, "row_uid": row.uid, "area_code": row.area_code, "action": "created", "before": {},
             "after": after, "batch_id": batch_id, "row_version": 1}
        )  # fmt: skip
        waiting.append(
            {"action": "created", "resource": type(row).__tablename__, "area_code": row.area_code, "note": "",
             "row_uid": row.uid, "user_id": by.user_id, "user_name": by.name, "change": _Noted(id_, {}, after)}
        )  # fmt: skip
    session.connection().execute(insert(table), notes)  # type: ignore[arg-type]


def next_ids(session: Session, table: str, count: int) -> list[int]:
    """Ids nobody else will get. SQLite has one writer at a time, PostgreSQL a sequence."""
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        last = connection.execute(select(func.max(text("id"))).select_from(text(table))).scalar() or 0
        return list(range(last + 1, last + 1 + count))
    found = connection.execute(
        text("SELECT nextval(pg_get_serial_sequence(:table, 'id')) FROM generate_series(1, :count)"),
        {"table": table, "count": count},
    ).scalars()
    return sorted(found)
