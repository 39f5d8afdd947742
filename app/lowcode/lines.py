"""Child rows of a register row (委员 of a 业委会): read from typed values, written with their parent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.fields.refusal import Refused
from app.lowcode.column import Column, columns_of
from app.lowcode.register import Register
from app.lowcode.sent import sent_id


@dataclass(frozen=True, slots=True)
class LineChange:
    """One child row as it shall be: its id (None for a new one) and parsed values; `is_gone` removes it."""

    column: Column
    id: int | None
    values: dict[str, Any]
    is_gone: bool = False


def child_columns(column: Column) -> tuple[Column, ...]:
    """The declared columns of a child table."""
    return columns_of(column.child)


def rows_of(column: Column, parent_id: int) -> Sequence[Any]:
    """Child rows in their order."""
    child = column.child
    return (
        db.session.execute(select(child).where(child.parent_id == parent_id).order_by(child.position, child.id))
        .scalars()
        .all()
    )


def read(
    reg: Register, row: Any | None, raw: Mapping[str, Any], *, today: date, errors: dict[str, str]
) -> list[LineChange]:
    """Changes of all child tables present in `raw` as lists of mappings; adds to `errors` under name-number-column."""
    changes: list[LineChange] = []
    for column in reg.columns:
        if column.kind != "lines" or column.name not in raw:
            continue
        known = {line.id for line in rows_of(column, row.id)} if row is not None else set()
        kept: set[int] = set()
        for number, item in enumerate(raw[column.name]):
            change = _read_line(column, number, item, known, today, errors)
            if change is not None:
                changes.append(change)
                kept.add(change.id or 0)
        changes += [LineChange(column, id_, {}, is_gone=True) for id_ in sorted(known - kept)]
    return changes


def _read_line(
    column: Column, number: int, item: Mapping[str, Any], known: set[int], today: date, errors: dict[str, str]
) -> LineChange | None:
    values: dict[str, Any] = {}
    for part in child_columns(column):
        where = f"{column.name}-{number}-{part.name}"
        try:
            values[part.name] = part.type.parse(item.get(part.name), today=today)
        except Refused as refusal:
            errors[where] = refusal.message
            continue
        if part.is_required and values[part.name] is None:
            errors[where] = f"“{part.label}”必须填写。"
    if not any(str(item.get(part.name) or "").strip() for part in child_columns(column)):
        # A line left empty was not meant; its required marks do not count.
        for part in child_columns(column):
            errors.pop(f"{column.name}-{number}-{part.name}", None)
        return None
    id_ = sent_id(str(item.get("id") or ""))
    return LineChange(column, id_ if id_ in known else None, values)


def write(row: Any, changes: list[LineChange]) -> None:
    """Insert, change and remove child rows, inside the caller's `writing()`."""
    position = 0
    for change in changes:
        child = change.column.child
        if change.is_gone:
            db.session.delete(db.session.get(child, change.id))
            continue
        line = db.session.get(child, change.id) if change.id else child(parent_id=row.id)
        line.area_code, line.position = row.area_code, position
        position += 1
        for part in child_columns(change.column):
            part.set(line, change.values.get(part.name))
        db.session.add(line)
    db.session.flush()
