"""Publishing a staged batch: one transaction, judged anew against what is there by then."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app.clock import utc_now
from app.database.transactions import writing
from app.lowcode import bulk
from app.lowcode import service as rows_service
from app.lowcode.importing import packing
from app.lowcode.importing.cells import ReadRow
from app.lowcode.importing.judging import Judged, frozen_register, judge
from app.lowcode.importing.models import CHECKED, PUBLISHED, ImportBatch, ImportRow
from app.lowcode.importing.outcome import PublishWish
from app.lowcode.importing.remembering import remember
from app.lowcode.register import Register
from app.security import audit
from app.security.actor import Actor
from app.security.changes import in_batch

FLUSHED_AT_ONCE = 500
_JUDGED_AGAIN = ("new", "changed", "same", "conflict")
_MOST_NAMED = 200
UNCONFIRMED = "这一行有需要核对的地方，没有确认保留，所以没有写入。"


class PublishRefused(ValueError):
    """Nothing was written; the message says why and what to do now."""


def publish_batch(reg: Register, batch_id: int, wish: PublishWish, *, by: Actor, today: date) -> dict[str, Any]:
    """Write the good rows of a checked batch; counts of new, changed, same, left, gone, and who stayed.

    Mode "all" writes nothing where a single record is not good. Raises PublishRefused.
    """
    try:
        with writing() as session:
            return _publish(session, reg, batch_id, wish, by, today)
    except (IntegrityError, StaleDataError) as clash:
        raise PublishRefused("核对之后有人改动了同样的记录，什么都没有写入。请重新核对一次再写入。") from clash


def _publish(
    session: Session, reg: Register, batch_id: int, wish: PublishWish, by: Actor, today: date
) -> dict[str, Any]:
    wanted = select(ImportBatch).where(ImportBatch.id == batch_id).with_for_update()
    batch = session.execute(wanted.execution_options(populate_existing=True)).scalar_one()
    if batch.state != CHECKED:
        raise PublishRefused("这一批已经写入过，或还没有核对，没有再写一次。")
    held = _hold_unconfirmed(session, batch_id, wish)
    staged = _staged(session, batch_id)
    bad = sum(1 for row in staged if row.verdict == "error")
    judged, lookup = judge(
        reg, [_record(row) for row in staged if row.verdict in _JUDGED_AGAIN], by=by, today=today, is_locking=True,
        clears_blanks=batch.clears_blanks,
    )  # fmt: skip
    _note_turned(session, batch_id, staged, judged)
    left = bad + sum(1 for each in judged if each.verdict in ("error", "conflict"))
    if wish.mode == "all" and left:
        asked = f"其中 {held} 行需要确认保留，" if held else ""
        raise PublishRefused(f"有 {left} 行有问题，{asked}按“全部正确才写入”的要求，什么都没有写入。")
    counts: dict[str, Any] = {
        "new": sum(1 for each in judged if each.verdict == "new"),
        "changed": sum(1 for each in judged if each.verdict == "changed"),
        "same": sum(1 for each in judged if each.verdict == "same"),
        "left": left,
    }
    with in_batch(batch.id):
        _write_new(session, reg, judged, by=by, today=today, batch_id=batch.id)
        _write_changed(session, reg, judged, lookup.rows, today=today)
        counts |= _let_leave(session, reg, batch, wish, by=by, today=today)
    _close(session, reg, batch, counts)
    return counts


def _hold_unconfirmed(session: Session, batch_id: int, wish: PublishWish) -> int:
    """Give doubtful rows that nobody confirmed back to the person; how many."""
    if wish.confirmed is None:
        return 0
    doubtful = select(ImportRow).where(
        ImportRow.batch_id == batch_id, ImportRow.is_doubtful.is_(True), ImportRow.verdict.in_(_JUDGED_AGAIN)
    )
    held = [row for row in session.execute(doubtful).scalars() if row.id not in wish.confirmed]
    for row in held:
        # Each doubt says itself what is to be looked at; the row is given back as it stands.
        row.verdict, row.faults = "error", [*row.faults, *row.doubts, ["", "", UNCONFIRMED, None]]
    session.flush()
    return len(held)


def _let_leave(
    session: Session, reg: Register, batch: ImportBatch, wish: PublishWish, *, by: Actor, today: date
) -> dict[str, Any]:
    """Chosen rows that the file does not name leave the register; those that cannot are named with the reason."""
    missing = select(ImportRow.target_id).where(ImportRow.batch_id == batch.id, ImportRow.verdict == "missing")
    known = set(session.execute(missing).scalars())
    chosen = sorted(known if wish.leaving == "all" else known & wish.leaving)
    gone, stayed = 0, []
    for start in range(0, len(chosen), FLUSHED_AT_ONCE):
        rows = select(reg.model).where(
            reg.model.id.in_(chosen[start : start + FLUSHED_AT_ONCE]), reg.model.deleted_at.is_(None)
        )
        for row in session.execute(rows.order_by(reg.model.id).with_for_update()).scalars().all():
            if not by.covers(reg.name, "write", row.area_code):
                stayed.append([reg.title_of(row, today), "不在您负责的范围内。"])
                continue
            try:
                rows_service.leave(reg, row, on=wish.left_on or today, today=today)
            except rows_service.SaveRefused as refusal:
                stayed.append([reg.title_of(row, today), str(refusal)])
            else:
                gone += 1
    if stayed and wish.mode == "all":
        raise PublishRefused(f"“{stayed[0][0]}”不能迁出：{stayed[0][1]} 什么都没有写入。")
    return {"gone": gone, "stayed": stayed[:_MOST_NAMED]}


def _staged(session: Session, batch_id: int) -> Sequence[Any]:
    table = ImportRow.__table__
    return session.connection().execute(
        select(table.c.uid, table.c.sheet, table.c.row, table.c.verdict, table.c.parsed)
        .where(table.c.batch_id == batch_id, table.c.verdict != "missing")
        .order_by(table.c.id)
    ).all()  # fmt: skip


def _note_turned(session: Session, batch_id: int, staged: Sequence[Any], judged: Sequence[Judged]) -> None:
    """Records that were good when they were checked and are not any more are given back with the reason."""
    again = [row for row in staged if row.verdict in _JUDGED_AGAIN]
    for row, each in zip(again, judged, strict=True):
        if each.verdict in ("error", "conflict") and row.verdict != each.verdict:
            faults = [[fault.column, fault.value, fault.message, fault.index] for fault in each.read.faults]
            session.execute(
                update(ImportRow)
                .where(ImportRow.batch_id == batch_id, ImportRow.uid == row.uid)
                .values(verdict=each.verdict, faults=faults)
            )


def _record(row: Any) -> tuple[ReadRow, str]:
    values, area = packing.unpack(row.parsed, row.uid)
    return ReadRow(row.sheet, row.row, values), area


def _write_new(
    session: Session, reg: Register, judged: Sequence[Judged], *, by: Actor, today: date, batch_id: int
) -> None:
    places = [column.name for column in reg.columns if column.kind == "place"]
    fresh = (each.read.values | dict.fromkeys(places, each.area) for each in judged if each.verdict == "new")
    try:
        bulk.insert_rows(session, reg, fresh, by=by, today=today, batch_id=batch_id)
    except rows_service.SaveRefused as refusal:
        raise PublishRefused(f"有一行不能这样写入：{refusal} 什么都没有写入。") from refusal


def _write_changed(
    session: Session, reg: Register, judged: Sequence[Judged], rows: dict[int, Any], *, today: date
) -> None:
    frozen, changed = frozen_register(reg), []
    for each in judged:
        if each.verdict == "changed" and each.target is not None:
            row = rows[each.target]
            rows_service.apply(frozen, row, {name: new for name, (_, new) in each.changes.items()})
            changed.append(row)
            if len(changed) % FLUSHED_AT_ONCE == 0:
                session.flush()
    session.flush()
    _after(reg, changed, today)


def _after(reg: Register, rows: Sequence[Any], today: date) -> None:
    for row in rows:
        try:
            rows_service.after_saved(reg, row, today=today)
        except rows_service.SaveRefused as refusal:
            raise PublishRefused(f"“{reg.title_of(row, today)}”不能这样写入：{refusal} 什么都没有写入。") from refusal


def _close(session: Session, reg: Register, batch: ImportBatch, counts: dict[str, Any]) -> None:
    batch.state, batch.published_at, batch.written = PUBLISHED, utc_now(), counts
    # What was written stands in the register now; only rows given back are kept, for the marked workbook.
    session.execute(
        delete(ImportRow).where(ImportRow.batch_id == batch.id, ImportRow.verdict.in_(("new", "changed", "same")))
    )
    remember(session, batch, batch.summary.get("layouts", ()))
    text = f"《{batch.file_name}》新增 {counts['new']}，变更 {counts['changed']}，迁出 {counts['gone']}，sha256 {batch.digest}"
    audit.record("imported", reg.name, area_code=batch.area_code, row_uid=batch.uid, note=text)
