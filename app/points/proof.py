"""Proving the ledger: every chain walked, words and sums held against it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.extensions import db
from app.points import rules, stored_links, sum_queries
from app.points.models import PointsEntry, PointsHead, PointsSum, PointsText
from app.points.queries import words_digest
from app.points.steps import proof as steps_proof
from app.points.years import proof as years_proof
from app.security.beyond import beyond_scope
from app.security.keys import keyring

SumKey = tuple[str, int, str]
"""Worker, month (202611), grid."""
Sums = tuple[Decimal, Decimal, int]
"""Gained, deducted, entries."""
NOTHING: Sums = (rules.ZERO, rules.ZERO, 0)
FIRST_LINK = (0, b"")


def faults() -> list[str]:
    """Every worker's chain walked, words and sums held against it; what does not fit, in words (for `verify`)."""
    with beyond_scope():
        walk = _Walk()
        found = [*walk.faults(), *walk.head_faults(), *_stray_faults(), *walk.sum_faults()]
        return [*found, *steps_proof.faults(), *years_proof.faults()]


class _Walk:
    """Chains walked entry by entry; what is counted on the way is then held against heads and sums."""

    def __init__(self) -> None:
        self.last: dict[str, tuple[int, bytes]] = {}
        self.balances: dict[tuple[str, int], Decimal] = {}
        self.sums: dict[SumKey, Sums] = {}

    def faults(self) -> Iterator[str]:
        """What is wrong with single entries."""
        keys, last, balances = keyring(), self.last, self.balances
        for entry in stored_links.entries():
            uid, seq, points = entry.worker_uid, entry.seq, entry.points
            before, previous = last.get(uid, FIRST_LINK)
            if seq != before + 1:
                yield f"{_named(entry)}：前面缺少 {seq - before - 1} 条"
            elif not keys.is_signed(entry.link, previous, entry.mac):
                yield f"{_named(entry)}：内容被改动过，或不是由系统记入的"
            year = (uid, entry.day.year)
            balances[year] = balances.get(year, rules.ZERO) + points
            if entry.balance not in (None, balances[year]):
                yield f"{_named(entry)}：余额与前面各条相加不符"
            wrong = _words_fault(entry)
            if wrong:
                yield f"{_named(entry)}：{wrong}"
            last[uid] = (seq, entry.mac)
            month = (uid, entry.day.month, entry.area_code)
            gained, deducted, count = self.sums.get(month, NOTHING)
            self.sums[month] = (
                (gained + points, deducted, count + 1) if points > 0 else (gained, deducted + points, count + 1)
            )

    def head_faults(self) -> Iterator[str]:
        """Chains that end before or behind their heads."""
        statement = select(PointsHead.worker_uid, PointsHead.seq, PointsHead.mac)
        heads = {uid: (seq, bytes(mac)) for uid, seq, mac in db.session.execute(statement)}
        for uid in sorted(heads.keys() | self.last.keys()):
            if heads.get(uid, FIRST_LINK) != self.last.get(uid, FIRST_LINK):
                yield f"积分台账 {uid[:8]}：末尾缺少记录，应有 {heads.get(uid, FIRST_LINK)[0]} 条"

    def sum_faults(self) -> Iterator[str]:
        """Monthly sums that are not what their entries add up to."""
        columns = (PointsSum.worker_uid, PointsSum.month, PointsSum.area_code)
        statement = select(*columns, PointsSum.gained, PointsSum.deducted, PointsSum.entry_count)
        kept = {(uid, month, area): tuple(sums) for uid, month, area, *sums in db.session.execute(statement)}
        counted = self.sums | self._years()
        for key in sorted(counted.keys() | kept.keys()):
            if kept.get(key, NOTHING) != counted.get(key, NOTHING):
                yield f"积分月合计 {key[0][:8]} {key[1]}：与明细不符"

    def _years(self) -> dict[SumKey, Sums]:
        """The months added up to years: a pass over the entries has no time for a second sum."""
        found: dict[SumKey, Sums] = {}
        for (uid, month, area), (gained, deducted, count) in self.sums.items():
            key = (uid, sum_queries.year_number(month // 100), area)
            before = found.get(key, NOTHING)
            found[key] = (before[0] + gained, before[1] + deducted, before[2] + count)
        return found


def _words_fault(entry: stored_links.Stored) -> str:
    text_of, area_code, matter, note, by_name, measured = entry.text
    if text_of is None:
        return "事项内容不见了"
    # A person is erased from all words at once; where only some are gone, somebody else was at it.
    is_erased = (matter, note, by_name) == (None, None, None)
    if not is_erased and words_digest(matter, note, by_name, measured) != entry.text_digest:
        return "事项内容被改动过"
    return "事项内容的所属网格被改动过" if area_code != entry.area_code else ""


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
