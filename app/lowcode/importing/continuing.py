"""A corrected workbook goes on with the batch it came back from: one history, one result, one undo.

The marked file carries its batch in a document property. A file that carries one becomes a batch of its own that
`continues` the first: checked and written like any other, but its changes are noted under the first batch, which
counts them as its own and takes all of them back.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.extensions import db
from app.lowcode.column import Column, fingerprint
from app.lowcode.importing.models import CHECKED, PUBLISHED, UNDONE, UPLOADED, ImportBatch
from app.lowcode.register import Register, register
from app.security.actor import SYSTEM, Actor, acting_as
from app.security.bulk_changes import of_batch
from app.security.changes import portable
from app.security.models import Change
from app.workbooks.package import CannotBePatched, Package
from app.workbooks.properties import read_properties

MARK = "网格台账批次"
"""Document property: number, first letters of the uid (another installation has other batches), 部分 for only bad rows."""
_PART = "部分"
_UID_LETTERS = 12


def written_mark(batch: ImportBatch, *, is_part: bool = False) -> str:
    """What a marked file of a batch carries."""
    return f"{root_id(batch)}-{_root(batch).uid[:_UID_LETTERS]}" + (f"-{_PART}" if is_part else "")


def _read_mark(data: bytes) -> list[str]:
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return []
    try:
        return read_properties(Package(data)).get(MARK, "").split("-")
    except CannotBePatched:
        return []


def is_part(data: bytes) -> bool:
    """Whether a marked file holds only the rows that were bad."""
    return _read_mark(data)[2:] == [_PART]


def batch_mark(data: bytes) -> int | None:
    """The number of the batch a workbook carries; None where it carries none that exists here."""
    parts = _read_mark(data)
    if len(parts) < 2 or not parts[0].isascii() or not parts[0].isdigit() or len(parts[0]) > 15:
        return None
    with acting_as(SYSTEM):
        uid = db.session.execute(select(ImportBatch.uid).where(ImportBatch.id == int(parts[0]))).scalar()
    return int(parts[0]) if uid is not None and uid[:_UID_LETTERS] == parts[1] else None


def continued(data: bytes, reg: Register, by: Actor) -> ImportBatch | None:
    """The batch that a file of this register, brought by this person, goes on with; None for a fresh file.

    Somebody else's marked file, or one whose batch was taken back, is a fresh file.
    """
    number = batch_mark(data)
    if number is None:
        return None
    with acting_as(by):
        batch = db.session.get(ImportBatch, number)
    if batch is None or batch.register != reg.name or batch.user_id != by.user_id or batch.state == UNDONE:
        return None
    return batch if by.covers(reg.name, "import", batch.area_code) else None


def astray(data: bytes, reg: Register, by: Actor) -> str:
    """Why a marked file does not go on with the batch it carries, in words; "" where it does, or carries none."""
    number = batch_mark(data)
    if number is None or continued(data, reg, by) is not None:
        return ""
    with acting_as(SYSTEM):
        batch = db.session.get_one(ImportBatch, number)
    title = register(batch.register).title
    if batch.register != reg.name:
        return (
            f"这份表是从“{title}”退回来的，现在打开的是“{reg.title}”的导入。要接着原来那一批做，请到“{title}”里导入。"
        )
    if batch.user_id != by.user_id:
        return f"这份标好的表是{batch.user_name}导入的第 {number} 批退回来的，只有本人能接着做，这里当作新的一批。"
    return f"这份标好的表所属的第 {number} 批已经撤销，这里当作新的一批。"


def taken_over(batch: ImportBatch, data: bytes) -> dict[str, Any]:
    """What a continuation takes from its batch: answers given once are not asked again."""
    part = is_part(data)
    return {
        "continues": batch.id if batch.state == PUBLISHED else None,
        "area_code": batch.area_code,
        # A file of only the bad rows says nothing about who is missing, and its rows have other numbers.
        "is_whole": bool(batch.is_whole) and not part,
        "clears_blanks": batch.clears_blanks,
        "mapping": dict(batch.mapping),
        "corrections": _without_rows(batch.corrections or {}) if part else dict(batch.corrections or {}),
    }


def _without_rows(corrections: Mapping[str, Any]) -> dict[str, Any]:
    return {
        sheet: {key: value for key, value in said.items() if key not in ("data_rows", "other_rows")}
        for sheet, said in corrections.items()
    }


def root_id(batch: ImportBatch) -> int:
    """The batch under which changes are noted, counted and taken back."""
    return batch.continues or batch.id


def _root(batch: ImportBatch) -> ImportBatch:
    return db.session.get_one(ImportBatch, root_id(batch))


def latest(batch: ImportBatch) -> ImportBatch:
    """The last file of a batch that was written, or the batch itself."""
    if batch.state == CHECKED:
        return batch
    found = db.session.execute(
        select(ImportBatch)
        .where(ImportBatch.continues == root_id(batch), ImportBatch.state == PUBLISHED)
        .order_by(ImportBatch.id.desc())
        .limit(1)
    ).scalar()
    return found or batch


def is_shown_alone() -> ColumnElement[bool]:
    """Batches that lists name: a continuation that is written is part of its batch."""
    return ImportBatch.continues.is_(None) | ImportBatch.state.in_((UPLOADED, CHECKED))


def add_up(session: Session, batch: ImportBatch, counts: Mapping[str, Any]) -> None:
    """Count what a continuation wrote into its batch. Rows still given back are those of the last file."""
    if batch.continues is None:
        return
    root = session.execute(select(ImportBatch).where(ImportBatch.id == batch.continues).with_for_update()).scalar_one()
    before = root.written or {}
    summed = {key: before.get(key, 0) + counts.get(key, 0) for key in ("new", "changed", "gone")}
    made = {
        name: (before.get("made") or {}).get(name, 0) + (counts.get("made") or {}).get(name, 0)
        for name in {**(before.get("made") or {}), **(counts.get("made") or {})}
    }
    stayed = [*before.get("stayed", ()), *counts.get("stayed", ())]
    root.written = {**before, **summed, "left": counts["left"], "stayed": stayed, "made": made}


def take_back_with(session: Session, batch: ImportBatch) -> None:
    """Continuations of a batch are taken back with it."""
    for each in session.execute(select(ImportBatch).where(ImportBatch.continues == batch.id)).scalars():
        if each.state == PUBLISHED:
            each.state, each.undone_at = UNDONE, batch.undone_at


def said_before(reg: Register, batch: ImportBatch) -> Callable[[int, Column, Any], bool] | None:
    """Whether the batch that this one goes on with wrote a value into a row; None where it goes on with none.

    Cells that only say again what the batch wrote do not undo what somebody has entered since.
    """
    if batch.continues is None:
        return None
    number, known = batch.continues, dict[int, dict[str, Any]]()

    def said(row_id: int, column: Column, new: Any) -> bool:
        if not known:
            known.update(_written(reg, number))
        return _is_as_written(column, new, known.get(row_id, {}))

    return said


def _written(reg: Register, batch_id: int) -> dict[int, dict[str, Any]]:
    """Row id → what the batch wrote, by attribute."""
    found = {row_id: values for row_id, _uid, _area, values in of_batch(batch_id, reg.name)}
    rows = db.session.execute(
        select(Change.row_id, Change.after)
        .where(Change.batch_id == batch_id, Change.register == reg.name)
        .order_by(Change.id)
    )
    for row_id, after in rows:
        found.setdefault(row_id, {}).update(after or {})
    return found


def _is_as_written(column: Column, new: Any, said: Mapping[str, Any]) -> bool:
    if column.kind == "sealed":
        return new is not None and said.get(column.name + "_hash") == fingerprint(column.type, column.type.show(new))
    if column.kind == "extra":
        return column.name in (said.get("extra") or {}) and said["extra"][column.name] == column.type.json(new)
    attribute = {"place": "area_code", "link": column.name + "_id"}.get(column.kind, column.name)
    return attribute in said and said[attribute] == portable(new)
