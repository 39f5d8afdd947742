"""Publishing a staged batch: one transaction, judged anew against what is there by then."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app.clock import utc_now
from app.database.transactions import writing
from app.jobs.telling import counted
from app.lowcode import bulk
from app.lowcode import service as rows_service
from app.lowcode.importing import continuing, making, staging
from app.lowcode.importing.judging import Judge
from app.lowcode.importing.models import CHECKED, PUBLISHED, ImportBatch, ImportRow
from app.lowcode.importing.outcome import PublishWish
from app.lowcode.importing.remembering import remember
from app.lowcode.importing.staging import Stager, record_of, staged
from app.lowcode.importing.staleness import basis_of
from app.lowcode.register import Register
from app.security import audit
from app.security.actor import Actor
from app.security.changes import in_batch

log = logging.getLogger(__name__)

FLUSHED_AT_ONCE = 500
_GOOD = ("new", "changed", "same")
_MOST_NAMED = 200
UNCONFIRMED = "这一行有需要核对的地方，没有确认保留，所以没有写入。"


Follower = Callable[[Register], Any]
"""What a part of the engine does once a batch of a register stands (cases of its rows begin)."""

_FOLLOWERS: list[Follower] = []


def add_follower(follower: Follower) -> Follower:
    """Let it be done after every publication, in a transaction of its own; again changes nothing."""
    if follower not in _FOLLOWERS:
        _FOLLOWERS.append(follower)
    return follower


class PublishRefused(ValueError):
    """Nothing was written; the message says why and what to do now."""


def publish_batch(reg: Register, batch_id: int, wish: PublishWish, *, by: Actor, today: date) -> dict[str, Any]:
    """Write the good rows of a checked batch; counts of new, changed, same, left, gone, and who stayed.

    Mode "all" writes nothing where a single record is not good. Raises PublishRefused.
    """
    try:
        with writing() as session:
            counts = _publish(session, reg, batch_id, wish, by, today)
    except (IntegrityError, StaleDataError) as clash:
        raise PublishRefused("核对之后有人改动了同样的记录，什么都没有写入。请重新核对一次再写入。") from clash
    follow_up(reg, batch_id)
    return counts


def follow_up(reg: Register, batch_id: int) -> None:
    """Let everybody do his own once a batch stands, or has been taken back."""
    for follower in _FOLLOWERS:
        try:
            follower(reg)
        except SQLAlchemyError:
            # The rows stand, and whoever imported them must not be told otherwise; the sweep makes up for it.
            log.exception("after batch %s of %s", batch_id, reg.name)


def _publish(
    session: Session, reg: Register, batch_id: int, wish: PublishWish, by: Actor, today: date
) -> dict[str, Any]:
    found = select(ImportBatch).where(ImportBatch.id == batch_id).with_for_update()
    batch = session.execute(found.execution_options(populate_existing=True)).scalar_one()
    if batch.state != CHECKED:
        raise PublishRefused("这一批已经写入过，或还没有核对，没有再写一次。")
    held = _hold_unconfirmed(session, batch_id, wish)
    if batch.basis != basis_of(reg, today):
        _judge_again(session, reg, batch, by=by, today=today)
    noted_under = continuing.root_id(batch)
    made = _settle_waiting(session, reg, batch, wish, noted_under=noted_under, by=by, today=today)
    counts: dict[str, Any] = _counts(session, batch_id) | ({"made": made} if made else {})
    if wish.mode == "all" and counts["left"]:
        asked = f"其中 {held} 行需要确认保留，" if held else ""
        raise PublishRefused(f"有 {counts['left']} 行有问题，{asked}按“全部正确才写入”的要求，什么都没有写入。")
    with in_batch(noted_under):
        _write(session, reg, batch.id, noted_under, by=by, today=today)
        counts |= _let_leave(session, reg, batch, wish, by=by, today=today)
    _close(session, reg, batch, counts)
    return counts


def _counts(session: Session, batch_id: int) -> dict[str, int]:
    table = ImportRow.__table__
    tally = select(table.c.verdict, func.count()).where(table.c.batch_id == batch_id).group_by(table.c.verdict)
    found: dict[str, int] = dict(session.connection().execute(tally).all())  # type: ignore[arg-type]
    left = found.get("error", 0) + found.get("conflict", 0)
    return {name: found.get(name, 0) for name in ("new", "changed", "same")} | {"left": left}


def _judge_again(session: Session, reg: Register, batch: ImportBatch, *, by: Actor, today: date) -> None:
    """Something has changed since the check: judge what was good then against what is there now.

    Records that are not good any more are given back with the reason.
    """
    judge = _judge(session, reg, batch, by, today)
    stager = Stager(session, reg, batch)
    for rows in staged(session, batch.id, _GOOD):
        judged = judge.judge([record_of(reg, row) for row in rows])
        stager.replace([(row.id, each) for row, each in zip(rows, judged, strict=True)])
        session.expire_all()


def _judge(session: Session, reg: Register, batch: ImportBatch, by: Actor, today: date) -> Judge:
    size = sum(_counts(session, batch.id)[verdict] for verdict in _GOOD)
    return Judge(
        reg, by=by, today=today, expected=size, clears_blanks=bool(batch.clears_blanks), is_locking=True,
        said_before=continuing.said_before(reg, batch),
    )  # fmt: skip


def _settle_waiting(
    session: Session, reg: Register, batch: ImportBatch, wish: PublishWish, *, noted_under: int, by: Actor, today: date
) -> dict[str, int]:
    """Homes and households that the file names and that are not there, as the person decided."""
    try:
        with in_batch(noted_under):
            return making.settle_waiting(
                session, reg, batch, wish.missing_links, lambda: _judge(session, reg, batch, by, today),
                noted_under=noted_under, by=by, today=today,
            )  # fmt: skip
    except rows_service.SaveRefused as refusal:
        name = f"“{refusal.row[2]}”" if refusal.row else "有一条"
        raise PublishRefused(f"{name}不能新建：{refusal} 什么都没有写入。") from refusal


def _write(session: Session, reg: Register, batch_id: int, noted_under: int, *, by: Actor, today: date) -> None:
    new, changed = counted(staging.drafts(session, batch_id)), counted(staging.changes(session, batch_id))
    try:
        bulk.insert_drafts(session, reg, new, by=by, today=today, batch_id=noted_under)
        bulk.update_rows(session, reg, changed, by=by, today=today, batch_id=noted_under)
    except rows_service.SaveRefused as refusal:
        name = f"“{refusal.row[2]}”" if refusal.row else "有一行"
        raise PublishRefused(f"{name}不能这样写入：{refusal} 什么都没有写入。") from refusal


def _hold_unconfirmed(session: Session, batch_id: int, wish: PublishWish) -> int:
    """Give doubtful rows that nobody confirmed back to the person; how many."""
    if wish.confirmed is None:
        return 0
    doubtful = select(ImportRow).where(
        ImportRow.batch_id == batch_id, ImportRow.is_doubtful.is_(True), ImportRow.verdict.in_(_GOOD)
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
    known = {row_id for row_id in session.execute(missing).scalars() if row_id is not None}
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


def _close(session: Session, reg: Register, batch: ImportBatch, counts: dict[str, Any]) -> None:
    batch.state, batch.published_at, batch.written = PUBLISHED, utc_now(), counts
    continuing.add_up(session, batch, counts)
    # What was written stands in the register now; only rows given back are kept, for the marked workbook.
    session.execute(delete(ImportRow).where(ImportRow.batch_id == batch.id, ImportRow.verdict.in_(_GOOD)))
    remember(session, batch, batch.summary.get("layouts", ()))
    text = f"《{batch.file_name}》新增 {counts['new']}，变更 {counts['changed']}，迁出 {counts['gone']}，sha256 {batch.digest}"
    audit.record("imported", reg.name, area_code=batch.area_code, row_uid=batch.uid, note=text)
