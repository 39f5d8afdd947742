"""Reading what waits to be checked: the lines, why somebody may not check one, sums that are not checked yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from app.areas.rules import COMMUNITY_DIGITS
from app.database.scope import range_of
from app.extensions import db
from app.lowcode.register import register
from app.points import queries, sum_queries
from app.points.checking.rules import Checker, refuse_checker
from app.points.checking.service import checker_of
from app.points.models import PointsEntry, PointsRule, PointsText
from app.points.rules import PointsRefused
from app.points.steps.models import PointsWaiting
from app.security.actor import Actor
from app.security.wall import within

MOST_LINES = 200


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """An entry that waits; `refusal` says why the actor may not check it, '' where he may."""

    entry_id: int
    seq: int
    on: date
    area_code: str
    worker_id: int
    worker_name: str
    rule_code: str
    rule_name: str
    points: Decimal
    matter: str
    recorded_by: str
    evidence_count: int
    refusal: str


def waiting_lines(actor: Actor, area_code: str, *, limit: int = MOST_LINES) -> list[WaitingLine]:
    """Entries of an area that wait, oldest matter first, as far as the actor checks there."""
    prefixes = actor.prefixes("points_entries", "review")
    if not prefixes:
        return []
    worker = register("grid_workers").model
    low, high = range_of(area_code)
    statement = (
        select(PointsEntry, PointsText.matter, PointsText.recorded_by_name, PointsRule.name, worker.name)
        .join(PointsWaiting, PointsWaiting.entry_id == PointsEntry.id)
        .outerjoin(PointsText, PointsText.entry_uid == PointsEntry.uid)
        .outerjoin(PointsRule, PointsRule.id == PointsEntry.rule_id)
        .outerjoin(worker, worker.id == PointsEntry.worker_id)
        .where(within(PointsWaiting.area_code, prefixes))
        .where(PointsWaiting.area_code >= low, PointsWaiting.area_code < high)
        .order_by(PointsEntry.on, PointsEntry.id)
        .limit(limit)
    )
    checkers: dict[str, Checker] = {}
    return [
        WaitingLine(
            entry.id, entry.seq, entry.on, entry.area_code, entry.worker_id, name or "", entry.rule_code,
            rule_name or "", entry.points, matter or queries.ERASED, recorded_by or "", entry.evidence_count,
            _refusal(entry, actor, checkers),
        )
        for entry, matter, recorded_by, rule_name, name in db.session.execute(statement).all()
    ]  # fmt: skip


def _refusal(entry: PointsEntry, actor: Actor, known: dict[str, Checker]) -> str:
    checker = known.get(entry.area_code) or known.setdefault(entry.area_code, checker_of(actor, entry.area_code))
    try:
        refuse_checker(
            checker, rule_code=entry.rule_code, check_by=entry.check_by or "", recorded_by=entry.recorded_by,
            worker_uid=entry.worker_uid,
        )  # fmt: skip
    except PointsRefused as refused:
        return str(refused)
    return ""


def waiting_in_months(area_code: str, first: int, last: int) -> dict[str, int]:
    """Grid → entries of those months (year × 100 + month) that wait, in an area and below it."""
    low, high = range_of(area_code)
    statement = (
        select(PointsWaiting.area_code, func.count())
        .where(PointsWaiting.area_code >= low, PointsWaiting.area_code < high, PointsWaiting.month.between(first, last))
        .group_by(PointsWaiting.area_code)
        .order_by(PointsWaiting.area_code)
    )
    return {code: count for code, count in db.session.execute(statement)}  # noqa: C416 - rows are not tuples to mypy


def waiting_points(worker_uids: Sequence[str], first: date, last: date) -> dict[str, tuple[Decimal, int]]:
    """Worker → (points, entries) of those months that count already and wait to be checked."""
    statement = (
        select(PointsWaiting.worker_uid, func.sum(PointsWaiting.points), func.count())
        .where(
            PointsWaiting.worker_uid.in_(worker_uids),
            PointsWaiting.month.between(sum_queries.month_number(first), sum_queries.month_number(last)),
        )
        .group_by(PointsWaiting.worker_uid)
    )
    return {uid: (sum_queries.exact(points), count) for uid, points, count in db.session.execute(statement)}


def count_to_check(actor: Actor) -> int:
    """How many entries wait for the actor: within his range, not his own, not kept for the street."""
    prefixes = actor.prefixes("points_entries", "review")
    if not prefixes or actor.is_system:
        return 0
    above = [prefix for prefix in prefixes if len(prefix) < COMMUNITY_DIGITS]
    statement = select(func.count()).where(
        within(PointsWaiting.area_code, prefixes),
        PointsWaiting.recorded_by.is_(None) | (PointsWaiting.recorded_by != actor.user_id),
        (PointsWaiting.check_by != "street") | within(PointsWaiting.area_code, tuple(above)),
    )
    return int(db.session.execute(statement).scalar_one())
