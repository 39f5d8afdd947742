"""Taking a published batch back: reversed, kept because somebody edited it since, or refused with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import DateTime, func, inspect, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app.clock import utc_now
from app.database.transactions import writing
from app.lowcode import service as rows_service
from app.lowcode.binding import native
from app.lowcode.importing import continuing
from app.lowcode.importing.models import PUBLISHED, UNDONE, ImportBatch
from app.lowcode.register import Register, registers
from app.security import audit
from app.security.actor import Actor
from app.security.beyond import beyond_scope
from app.security.bulk_changes import of_batch
from app.security.changes import portable
from app.security.models import Change

CHUNK = 500


class UndoRefused(ValueError):
    """Nothing was taken back; the message says why."""


@dataclass(frozen=True)
class UndoOutcome:
    """Rows by what became of them: ids reversed; (id, title, reason) of the others."""

    batch: int
    reversed: int = 0
    kept: tuple[tuple[int, str, str], ...] = ()
    refused: tuple[tuple[int, str, str], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Counts with names and reasons."""
        return {
            "batch": self.batch,
            "reversed": self.reversed,
            "kept": [{"row": id_, "title": title, "why": why} for id_, title, why in self.kept],
            "refused": [{"row": id_, "title": title, "why": why} for id_, title, why in self.refused],
        }


@dataclass
class _Buckets:
    rows: list[Any] = field(default_factory=list)
    """Those reversed."""
    kept: list[tuple[int, str, str]] = field(default_factory=list)
    refused: list[tuple[int, str, str]] = field(default_factory=list)


def undo_batch(reg: Register, batch_id: int, *, by: Actor, today: date) -> UndoOutcome:
    """Reverse what one batch wrote, in one transaction. Raises UndoRefused."""
    try:
        with writing() as session:
            return _undo(session, reg, batch_id, by, today)
    except (IntegrityError, StaleDataError) as clash:
        raise UndoRefused("撤销时有人正在改动同样的记录，没有撤销。请稍后再试。") from clash


def _undo(session: Session, reg: Register, batch_id: int, by: Actor, today: date) -> UndoOutcome:
    batch_id = continuing.root_id(session.get_one(ImportBatch, batch_id))
    wanted = select(ImportBatch).where(ImportBatch.id == batch_id).with_for_update()
    batch = session.execute(wanted.execution_options(populate_existing=True)).scalar_one()
    if batch.state != PUBLISHED:
        raise UndoRefused("这一批已经撤销过，或从没有写入。")
    buckets = _Buckets()
    written = _written(session, reg, batch_id)
    for start in range(0, len(written), CHUNK):
        _undo_chunk(session, reg, written[start : start + CHUNK], buckets, by, today)
        session.flush()
    for row in buckets.rows:
        rows_service.after_saved(reg, row, today=today)
    outcome = UndoOutcome(batch_id, len(buckets.rows), tuple(buckets.kept), tuple(buckets.refused))
    batch.state, batch.undone_at = UNDONE, utc_now()
    batch.undone = outcome.as_json()
    continuing.take_back_with(session, batch)
    text = f"撤销批次 {batch.id}：还原 {outcome.reversed}，保留 {len(buckets.kept)}，未能还原 {len(buckets.refused)}"
    audit.record("undone", reg.name, area_code=batch.area_code, row_uid=batch.uid, note=text)
    return outcome


@dataclass
class _Written:
    """All that the batch did to one row, taken together: the first before, the last after."""

    row_id: int
    is_new: bool
    before: dict[str, Any]
    after: dict[str, Any]


def _written(session: Session, reg: Register, batch_id: int) -> list[_Written]:
    """One entry per row, in the order they were written. What saved rows brought about belongs to the batch too."""
    table = Change.__table__
    found: dict[int, _Written] = {
        row_id: _Written(row_id, True, {}, values) for row_id, _uid, _area, values in of_batch(batch_id, reg.name)
    }
    changes = session.connection().execute(
        select(table.c.row_id, table.c.action, table.c.before, table.c.after)
        .where(table.c.batch_id == batch_id, table.c.register == reg.name)
        .order_by(table.c.id)
    )
    for row_id, action, before, after in changes:
        each = found.setdefault(row_id, _Written(row_id, action == "created", {}, {}))
        each.before = {**before, **each.before}
        each.after = {**each.after, **after}
    return list(found.values())


def _undo_chunk(
    session: Session, reg: Register, written: Sequence[_Written], buckets: _Buckets, by: Actor, today: date
) -> None:
    ids = [each.row_id for each in written]
    with beyond_scope():  # rows that moved away are named too; whether one may be changed is asked for each below
        statement = select(reg.model).where(reg.model.id.in_(ids)).with_for_update()
        rows = {row.id: row for row in session.execute(statement.execution_options(populate_existing=True)).scalars()}
        editors = _later_editors(session, reg, ids)
        used = _used_elsewhere(session, reg, [each.row_id for each in written if each.is_new])
    for each in written:
        row = rows.get(each.row_id)
        if row is None:
            title = str(each.after.get(reg.row_title, each.row_id))
            buckets.kept.append((each.row_id, title, "这条记录后来被彻底删除了。"))
            continue
        title = reg.title_of(row, today)
        if not by.covers(reg.name, "write", row.area_code):
            buckets.refused.append((row.id, title, "这条记录现在不在您负责的范围内。"))
        elif edited := _edited_since(row, each):
            who = editors.get(row.id, "有人")
            what = "删除了这条记录" if row.deleted_at is not None else f"改过{_labels(reg, edited)}"
            buckets.kept.append((row.id, title, f"导入之后{who}{what}，保留现在的内容。"))
        elif each.is_new and row.id in used:
            buckets.refused.append((row.id, title, f"“{used[row.id]}”里已经用到这条记录，不能删除。"))
        else:
            _reverse(reg, row, each, title, buckets, by, today)


def _reverse(reg: Register, row: Any, written: _Written, title: str, buckets: _Buckets, by: Actor, today: date) -> None:
    if written.is_new:
        row.deleted_at = utc_now()
        buckets.rows.append(row)
        return
    fields = _fields(row)
    old = {name: native(fields[name], value) for name, value in written.before.items() if name in fields}
    new_place = old.get("area_code", row.area_code)
    if not by.covers(reg.name, "write", new_place):
        buckets.refused.append((row.id, title, "这条记录原来所在的区域不在您负责的范围内。"))
        return
    if _would_clash(reg, row, old, today):
        buckets.refused.append((row.id, title, "改回去会与另一条记录重复。"))
        return
    for name, value in old.items():
        setattr(row, name, value)
    _refresh_pinyin(reg, row)
    buckets.rows.append(row)


def _would_clash(reg: Register, row: Any, old: dict[str, Any], today: date) -> bool:
    """Whether another row holds the key that this one would have again."""
    keys = {name for key in reg.keys for name in key}
    if not any(name.removesuffix("_hash").removesuffix("_id") in keys or name == "area_code" for name in old):
        return False
    now = {name: getattr(row, name) for name in old}
    for name, value in old.items():
        setattr(row, name, value)
    values = rows_service.current_values(reg, row, today=today)
    # Put back before anything is asked: the question flushes, and the clash would then be the database's.
    for name, value in now.items():
        setattr(row, name, value)
    return rows_service.key_clash(reg, values, but_not=row.id) is not None


def _refresh_pinyin(reg: Register, row: Any) -> None:
    for column in reg.declared_columns:
        if column.has_pinyin:
            row.pinyin = rows_service.sort_key(getattr(row, column.name))


def _fields(row: Any) -> dict[str, Any]:
    return _fields_of(type(row))  # type: ignore[arg-type, unused-ignore]


@lru_cache(maxsize=256)
def _fields_of(model: Any) -> dict[str, Any]:
    mapper: Any = inspect(model)
    return {attr.key: attr.columns[0].type for attr in mapper.column_attrs}


def _edited_since(row: Any, written: _Written) -> list[str]:
    """Fields that no longer hold what the batch wrote. A row it made counts as a whole."""
    names = list(_fields(row)) if written.is_new else [name for name in written.after if hasattr(row, name)]
    changed = [name for name in names if _differs(row, name, written.after)]
    if row.deleted_at is not None and "deleted_at" not in changed:
        changed.append("deleted_at")
    return changed


_SILENT = frozenset({"id", "version", "created_at", "created_by", "changed_at", "changed_by", "pinyin", "uid"})


def _differs(row: Any, name: str, after: dict[str, Any]) -> bool:
    if name in _SILENT:
        return False
    now, then = portable(getattr(row, name)), after.get(name)
    if isinstance(_fields(row)[name], DateTime):
        return (now is None) != (then is None)
    return bool(now != then) and not (name == "extra" and not now and not then)


def _labels(reg: Register, fields: list[str]) -> str:
    """Labels of the columns that fields belong to."""
    names = {name.removesuffix("_box").removesuffix("_hash").removesuffix("_id") for name in fields}
    names |= {column.name for column in reg.columns if column.kind == "place" and "area_code" in fields}
    labels = [column.label for column in reg.columns if column.name in names]
    return "“" + "、".join(labels) + "”" if labels else "这条记录"


def _later_editors(session: Session, reg: Register, ids: Sequence[int]) -> dict[int, str]:
    """Row id → who changed it last."""
    last = (
        select(func.max(Change.id)).where(Change.register == reg.name, Change.row_id.in_(ids)).group_by(Change.row_id)
    )
    found = session.execute(select(Change.row_id, Change.by_name).where(Change.id.in_(last))).all()
    return {row_id: name for row_id, name in found if name}


def _used_elsewhere(session: Session, reg: Register, ids: Sequence[int]) -> dict[int, str]:
    """Row id → title of a register that links to it."""
    found: dict[int, str] = {}
    for other in registers():
        for column in other.declared_columns:
            if column.kind != "link" or column.target != reg.name or not ids:
                continue
            attribute = getattr(other.model, column.name + "_id")
            statement = select(attribute).where(attribute.in_(ids), other.model.deleted_at.is_(None)).distinct()
            found |= dict.fromkeys(session.execute(statement).scalars(), other.title)
    return found
