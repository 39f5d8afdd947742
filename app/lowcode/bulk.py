"""Many new rows of a register at once, below the ORM, with everything an ordinary save leaves behind.

The wall does not see Core statements, so this module refuses foreign areas itself. Per row it writes the row (sealed
values boxed, pinyin key, stamps), its search tokens, its history and its link in the audit chain.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from types import SimpleNamespace
from typing import Any

from sqlalchemy import func, insert, inspect, select, text, update
from sqlalchemy.orm import Session

from app.clock import utc_now
from app.database.transactions import before_commit, is_writing
from app.lowcode import search_index, service
from app.lowcode.register import Register
from app.lowcode.tokens import tokens_of
from app.security import audit
from app.security.actor import SYSTEM, Actor, NotPermitted, acting_as
from app.security.changes import portable
from app.security.models import AuditEntry, AuditHead, Change

AT_ONCE = 1_000
_SILENT = frozenset({"id", "version", "created_at", "created_by", "changed_at", "changed_by", "pinyin"})
"""As in app.security.changes: what only says when."""


def insert_rows(
    session: Session, reg: Register, rows: Iterable[Mapping[str, Any]], *, by: Actor, today: date, batch_id: int | None
) -> list[int]:
    """Insert rows of parsed values; their ids. Must run inside `writing()`; checks no values, only the scope.

    What saved rows bring about (`Register.on_saved`) runs afterwards. Raises NotPermitted for a row outside the
    actor's areas, IntegrityError when a key is taken.
    """
    if not is_writing():
        raise RuntimeError("insert_rows belongs inside `with writing():`.")
    session.flush()  # ids are counted on from what the database has
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
    if reg.on_saved:
        _after(session, reg, ids, today)
    return ids


def _after(session: Session, reg: Register, ids: Sequence[int], today: date) -> None:
    for start in range(0, len(ids), AT_ONCE):
        part = ids[start : start + AT_ONCE]
        for row in (
            session.execute(select(reg.model).where(reg.model.id.in_(part)).order_by(reg.model.id)).scalars().all()
        ):
            service.after_saved(reg, row, today=today)
    session.flush()


def _insert_chunk(
    session: Session, frozen: Any, rows: Sequence[Any], by: Actor, today: date, batch_id: int | None
) -> list[int]:
    table = frozen.model.__table__
    connection = session.connection()
    ids = next_ids(session, table.name, len(rows))
    now = utc_now()
    attributes = [(attr.key, attr.columns[0]) for attr in inspect(frozen.model).column_attrs]
    defaults = {
        key: column.default.arg if column.default is not None and column.default.is_scalar else None
        for key, column in attributes
    }
    stamps = {"version": 1, "created_at": now, "changed_at": now, "created_by": by.user_id, "changed_by": by.user_id}
    payloads, tokens = [], []
    for row, id_ in zip(rows, ids, strict=True):
        given = {key: value for key, value in row.__dict__.items() if key in defaults and value is not None}
        payloads.append(defaults | given | stamps | {"id": id_})
        tokens.append((id_, tokens_of(frozen, row, today)))
    names = {key: column.name for key, column in attributes}
    connection.execute(insert(table), [{names[key]: value for key, value in each.items()} for each in payloads])
    search_index.write_tokens(connection, frozen, tokens)
    _note(session, table.name, payloads, by, now, batch_id)
    return ids


def _note(
    session: Session, register_name: str, payloads: Sequence[dict[str, Any]], by: Actor, now: Any, batch_id: int | None
) -> None:
    """History and audit of new rows."""
    table = Change.__table__
    waiting = session.info.setdefault("bulk_audit", [])
    notes = []
    for values, id_ in zip(payloads, next_ids(session, table.name, len(payloads)), strict=True):
        after = {key: portable(value) for key, value in values.items() if value is not None and key not in _SILENT}
        notes.append(
            {"id": id_, "at": now, "by_id": by.user_id, "by_name": by.name, "register": register_name,
             "row_id": values["id"], "row_uid": values["uid"], "area_code": values["area_code"], "action": "created",
             "before": {}, "after": after, "batch_id": batch_id, "row_version": 1}
        )  # fmt: skip
        waiting.append(
            {"at": now, "action": "created", "resource": register_name, "area_code": values["area_code"], "note": "",
             "row_uid": values["uid"], "user_id": by.user_id, "user_name": by.name, "change_id": id_,
             "digest": audit.payload_digest({}, after)}
        )  # fmt: skip
    session.connection().execute(insert(table), notes)  # type: ignore[arg-type]


@before_commit
def _append_links(session: Session) -> None:
    """One signed link for each row, after the links of ordinary changes; the heads are locked last."""
    waiting = session.info.pop("bulk_audit", None)
    if not waiting:
        return
    by_chain: dict[str, list[dict[str, Any]]] = {}
    for item in waiting:
        by_chain.setdefault(item["area_code"][: audit.STREET_DIGITS], []).append(item)
    with acting_as(SYSTEM):
        for chain in sorted(by_chain):
            _extend(session, chain, by_chain[chain])


def _extend(session: Session, chain: str, items: Sequence[dict[str, Any]]) -> None:
    connection, heads = session.connection(), AuditHead.__table__
    head = connection.execute(
        select(heads.c.seq, heads.c.mac).where(heads.c.chain == chain).with_for_update()
    ).one_or_none()
    if head is None:
        connection.execute(insert(heads), {"chain": chain, "seq": 0, "mac": b""})  # type: ignore[arg-type]
    seq, mac = (head.seq, bytes(head.mac)) if head is not None else (0, b"")
    links = []
    for item in items:
        seq += 1
        link = item | {"chain": chain, "seq": seq}
        mac = audit.sign(audit.link_bytes(SimpleNamespace(**link)), mac)  # type: ignore[arg-type]
        links.append(link | {"mac": mac})
    for start in range(0, len(links), AT_ONCE):
        connection.execute(insert(AuditEntry.__table__), links[start : start + AT_ONCE])  # type: ignore[arg-type]
    connection.execute(update(heads).where(heads.c.chain == chain).values(seq=seq, mac=mac))  # type: ignore[arg-type]


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
