"""Proving the ledger: every chain walked, words and sums held against it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from sqlalchemy import case, func, select
from sqlalchemy.orm import aliased

from app.extensions import db
from app.points import rules
from app.points.models import SIGNED, PointsEntry, PointsHead, PointsSum, PointsText
from app.points.queries import digest_of
from app.points.steps import proof as steps_proof
from app.points.sum_queries import exact, month_number
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
    statement = (
        select(*columns, PointsEntry.mac, PointsText)
        .outerjoin(PointsText, PointsText.entry_uid == PointsEntry.uid)
        .order_by(PointsEntry.worker_uid, PointsEntry.seq)
        .execution_options(yield_per=2000)
    )
    keys = keyring()
    last: dict[str, tuple[int, bytes]] = {}
    at = {name: number for number, name in enumerate(SIGNED)}
    balances: dict[tuple[str, int], Decimal] = {}
    for row in db.session.execute(statement):
        signed, mac, text = row[: len(SIGNED)], bytes(row[len(SIGNED)]), row[-1]
        uid, seq = signed[at["worker_uid"]], signed[at["seq"]]
        before, previous = last.get(uid, (0, b""))
        where = f"积分台账 网格员 {signed[at['worker_id']]} 第 {seq} 号"
        if seq != before + 1:
            yield f"{where}：前面缺少 {seq - before - 1} 条"
        elif not keys.is_signed(rules.link_bytes(signed), previous, mac):
            yield f"{where}：内容被改动过，或不是由系统记入的"
        year = (uid, signed[at["on"]].year)
        balances[year] = balances.get(year, rules.ZERO) + signed[at["points"]]
        if signed[at["balance"]] not in (None, balances[year]):
            yield f"{where}：余额与前面各条相加不符"
        if text is None:
            yield f"{where}：事项内容不见了"
        elif not is_erased(text) and digest_of(text) != signed[at["text_digest"]]:
            yield f"{where}：事项内容被改动过"
        elif text.area_code != signed[at["area_code"]]:
            yield f"{where}：事项内容的所属网格被改动过"
        last[uid] = (seq, mac)
    for uid in sorted(heads.keys() | last.keys()):
        if heads.get(uid, (0, b"")) != last.get(uid, (0, b"")):
            yield f"积分台账 {uid[:8]}：末尾缺少记录，应有 {heads.get(uid, (0, b''))[0]} 条"


def is_erased(text: PointsText) -> bool:
    """Whether a person was erased from it: all its words at once. Where only some are gone, somebody else was at it."""
    return text.matter is None and text.note is None and text.recorded_by_name is None


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


def recount() -> dict[tuple[str, int, str], tuple[Decimal, Decimal, int]]:
    """The sums counted anew from the entries: (worker, month, grid) → (gained, deducted, entries)."""
    statement = select(
        PointsEntry.worker_uid, PointsEntry.on, PointsEntry.area_code,
        func.sum(case((PointsEntry.points > 0, PointsEntry.points), else_=0)),
        func.sum(case((PointsEntry.points > 0, 0), else_=PointsEntry.points)), func.count(),
    ).group_by(PointsEntry.worker_uid, PointsEntry.on, PointsEntry.area_code)  # fmt: skip
    found: dict[tuple[str, int, str], tuple[Decimal, Decimal, int]] = {}
    with beyond_scope():
        for uid, on, area_code, gained, deducted, count in db.session.execute(statement):
            key = (uid, month_number(on), area_code)
            old = found.get(key, (rules.ZERO, rules.ZERO, 0))
            found[key] = (old[0] + exact(gained), old[1] + exact(deducted), old[2] + count)
    return found


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
