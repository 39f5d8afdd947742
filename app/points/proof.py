"""Proving the ledger: every chain walked, words and sums held against it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from sqlalchemy import String, case, cast, func, literal_column, select
from sqlalchemy.orm import aliased

from app.extensions import db
from app.points import rules
from app.points.models import SIGNED, PointsEntry, PointsHead, PointsSum, PointsText
from app.points.queries import words_digest
from app.points.steps import proof as steps_proof
from app.points.sum_queries import exact
from app.points.years import proof as years_proof
from app.security.beyond import beyond_scope
from app.security.keys import keyring


def faults() -> list[str]:
    """Every worker's chain walked, words and sums held against it; what does not fit, in words (for `verify`)."""
    with beyond_scope():
        heads = {row.worker_uid: (row.seq, bytes(row.mac)) for row in db.session.execute(select(PointsHead)).scalars()}
        found = list(_chain_faults(heads))
        return [*found, *_stray_faults(), *_sum_faults(), *steps_proof.faults(), *years_proof.faults()]


def _chain_faults(heads: dict[str, tuple[int, bytes]]) -> Iterator[str]:
    columns = [getattr(PointsEntry, name) for name in SIGNED]
    words_of = (PointsText.matter, PointsText.note, PointsText.recorded_by_name)
    texts = (PointsText.entry_uid, PointsText.area_code.label("text_area"), PointsText.measured, *words_of)
    statement = (
        select(*columns, PointsEntry.mac, *texts)
        .outerjoin(PointsText, PointsText.entry_uid == PointsEntry.uid)
        .order_by(PointsEntry.worker_uid, PointsEntry.seq)
        .execution_options(yield_per=2000)
    )
    keys = keyring()
    last: dict[str, tuple[int, bytes]] = {}
    end = len(SIGNED)
    balances: dict[tuple[str, int], Decimal] = {}
    # Through the connection: the whole ledger is read whoever asks, and the session would build each row twice.
    for row in db.session.connection().execute(statement):
        signed, mac = row[:end], bytes(row[end])
        text_of, text_area, measured, matter, note, by_name = row[end + 1 :]
        uid, seq = row.worker_uid, row.seq
        before, previous = last.get(uid, (0, b""))
        if seq != before + 1:
            yield f"{_named(row)}：前面缺少 {seq - before - 1} 条"
        elif not keys.is_signed(rules.link_bytes(signed), previous, mac):
            yield f"{_named(row)}：内容被改动过，或不是由系统记入的"
        year = (uid, row.happened_on.year)
        balances[year] = balances.get(year, rules.ZERO) + row.points
        if row.balance not in (None, balances[year]):
            yield f"{_named(row)}：余额与前面各条相加不符"
        if text_of is None:
            yield f"{_named(row)}：事项内容不见了"
        # A person is erased from all words at once; where only some are gone, somebody else was at it.
        elif (matter, note, by_name) != (None, None, None) and (
            words_digest(matter, note, by_name, measured) != row.text_digest
        ):
            yield f"{_named(row)}：事项内容被改动过"
        elif text_area != row.area_code:
            yield f"{_named(row)}：事项内容的所属网格被改动过"
        last[uid] = (seq, mac)
    for uid in sorted(heads.keys() | last.keys()):
        if heads.get(uid, (0, b"")) != last.get(uid, (0, b"")):
            yield f"积分台账 {uid[:8]}：末尾缺少记录，应有 {heads.get(uid, (0, b''))[0]} 条"


def _stray_faults() -> Iterator[str]:
    """Words without their entry, counter-entries without the one they take back, sums of nobody."""
    known = select(PointsEntry.uid)
    for uid in db.session.execute(select(PointsText.entry_uid).where(PointsText.entry_uid.not_in(known))).scalars():
        yield f"积分事项 {uid[:8]}：台账里没有这一条"
    original = aliased(PointsEntry)
    lost = (
        select(PointsEntry.worker_id, PointsEntry.seq)
        .outerjoin(original, original.id == PointsEntry.reverses_id)
        .where(PointsEntry.reverses_id.is_not(None), original.id.is_(None))
    )
    for worker_id, seq in db.session.execute(lost):
        yield f"积分台账 网格员 {worker_id} 第 {seq} 号：冲正的那一条不见了"
    own = select(PointsEntry.id).where(
        PointsEntry.worker_uid == PointsSum.worker_uid, PointsEntry.worker_id == PointsSum.worker_id
    )
    for uid, month in db.session.execute(select(PointsSum.worker_uid, PointsSum.month).where(~own.exists())):
        yield f"积分月合计 {uid[:8]} {month}：不是这名网格员的"


def _named(row: Any) -> str:
    return f"积分台账 网格员 {row.worker_id} 第 {row.seq} 号"


def recount() -> dict[tuple[str, int, str], tuple[Decimal, Decimal, int]]:
    """The sums counted anew from the entries: (worker, month, grid) → (gained, deducted, entries)."""
    # 2026-11 of a day, on both databases; bound numbers would make two expressions of it on PostgreSQL.
    month = func.substr(cast(PointsEntry.on, String), literal_column("1"), literal_column("7"))
    statement = select(
        PointsEntry.worker_uid, month, PointsEntry.area_code,
        func.sum(case((PointsEntry.points > 0, PointsEntry.points), else_=0)),
        func.sum(case((PointsEntry.points > 0, 0), else_=PointsEntry.points)), func.count(),
    ).group_by(PointsEntry.worker_uid, month, PointsEntry.area_code)  # fmt: skip
    with beyond_scope():
        return {
            (uid, int(told.replace("-", "")), area_code): (exact(gained), exact(deducted), count)
            for uid, told, area_code, gained, deducted, count in db.session.execute(statement)
        }


def _sum_faults() -> list[str]:
    expected = recount()
    kept = {
        (row.worker_uid, row.month, row.area_code): (row.gained, row.deducted, row.entry_count)
        for row in db.session.execute(select(PointsSum)).scalars()
    }
    nothing = (rules.ZERO, rules.ZERO, 0)
    return [
        f"积分月合计 {key[0][:8]} {key[1]}：与明细不符"
        for key in sorted(expected.keys() | kept.keys())
        if kept.get(key, nothing) != expected.get(key, nothing)
    ]
