"""Reading 公示 and disputes: the last list of a month, open disputes, what a dispute and its decision say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from app.areas.rules import COMMUNITY_DIGITS
from app.database.scope import range_of
from app.extensions import db
from app.lowcode.register import register
from app.periods.queries import state_of
from app.periods.rules import FINAL, Period
from app.points import queries, sum_queries
from app.points.books.queries import book_in_force
from app.points.disputes.rules import DISPUTED, REJECTED, SHOWN, UPHELD, Limits, moved_workers
from app.points.models import PointsEntry, PointsSum, PointsText
from app.points.rules import ZERO
from app.points.steps.models import PointsShowLine, PointsStep, PointsStepText
from app.security.actor import Actor
from app.security.beyond import beyond_scope
from app.security.wall import within
from app.settings.working_calendar import working_calendar

MOST = 200


@dataclass(frozen=True, slots=True)
class Dispute:
    """A dispute with its words and, once it is decided, the decision."""

    id: int
    uid: str
    worker_uid: str
    worker_id: int
    worker_name: str
    area_code: str
    month: int
    entry_id: int | None
    matter: str
    """What a missing entry should have been for; '' where an entry is disputed."""
    reason: str
    filed_on: date
    filed_by: str
    due_on: date
    verdict: str | None
    decided_on: date | None
    decided_by: str
    decision: str
    counter_id: int | None
    made_id: int | None
    entry_seq: int | None = None
    entry_matter: str = ""
    """Number and matter of the entry that is disputed."""

    @property
    def is_open(self) -> bool:
        """Whether nobody has decided it."""
        return self.verdict is None

    def is_overdue(self, today: date) -> bool:
        """Whether the limit has passed without a decision."""
        return self.is_open and today > self.due_on


def limits_of(area_code: str, on: date) -> Limits:
    """The limits that count in an area on a day, as its book says. A list stays on show as long as it may be disputed."""
    book = book_in_force(area_code, on)
    if book is None:
        return Limits()
    terms = book.terms
    return Limits(max(terms.notice_days, terms.dispute_days), terms.decide_days, terms.dispute_days, terms.show_day)


def last_dispute_day(step: PointsStep) -> date:
    """Until when what a 公示 shows may be disputed: the book's working days from its first day."""
    month = month_of(step.month)
    return working_calendar().deadline(step.on, limits_of(step.area_code, month.last).dispute_days).day


def may_still_dispute(area_code: str, month: Period, today: date) -> bool:
    """Whether entries of a month may be disputed: it is not final, and the days of its 公示 are not over."""
    if state_of(area_code, month).state == FINAL:
        return False
    last = last_show(area_code, month)
    return last is None or today <= last_dispute_day(last)


def last_show(area_code: str, month: Period) -> PointsStep | None:
    """The last 公示 of a month in the community an area lies in."""
    statement = (
        select(PointsStep)
        .where(
            PointsStep.area_code == area_code[:COMMUNITY_DIGITS], PointsStep.kind == SHOWN,
            PointsStep.month == sum_queries.month_number(month.first),
        )
        .order_by(PointsStep.seq.desc())
        .limit(1)
    )  # fmt: skip
    with beyond_scope():
        return db.session.execute(statement).scalar()


def shown_lines(step: PointsStep) -> Sequence[PointsShowLine]:
    """The figures of a 公示, by grid."""
    statement = select(PointsShowLine).where(PointsShowLine.step_uid == step.uid)
    with beyond_scope():
        return (
            db.session.execute(statement.order_by(PointsShowLine.area_code, PointsShowLine.worker_id)).scalars().all()
        )


def sums_of(area_code: str, month: Period) -> dict[str, Decimal]:
    """Worker → his points of the month made in an area, as they are now."""
    low, high = range_of(area_code)
    statement = (
        select(PointsSum.worker_uid, func.sum(PointsSum.gained), func.sum(PointsSum.deducted))
        .where(PointsSum.area_code >= low, PointsSum.area_code < high)
        .where(PointsSum.month == sum_queries.month_number(month.first))
        .group_by(PointsSum.worker_uid)
    )
    with beyond_scope():
        return {
            uid: sum_queries.exact(plus) + sum_queries.exact(minus)
            for uid, plus, minus in db.session.execute(statement)
        }


def decided_points(area_code: str, month: Period, *, after: int) -> dict[str, Decimal]:
    """Worker → what decisions on disputes added to his month after the step with the id `after`."""
    low, high = range_of(area_code)
    step = (
        select(PointsStep.counter_id, PointsStep.made_id)
        .where(PointsStep.kind.in_((UPHELD, REJECTED)), PointsStep.id > after)
        .where(PointsStep.area_code >= low, PointsStep.area_code < high)
        .where(PointsStep.month == sum_queries.month_number(month.first))
    )
    found: dict[str, Decimal] = {}
    with beyond_scope():
        ids = {entry_id for row in db.session.execute(step) for entry_id in row if entry_id is not None}
        entries = select(PointsEntry.worker_uid, PointsEntry.points).where(
            PointsEntry.id.in_(ids), PointsEntry.on.between(month.first, month.last)
        )
        for uid, points in db.session.execute(entries):
            found[uid] = found.get(uid, ZERO) + points
    return found


def moved_since(step: PointsStep, month: Period) -> tuple[str, ...]:
    """Workers whose points changed after the list went on show, other than by decisions on disputes."""
    shown = {line.worker_uid: line.gained + line.deducted for line in shown_lines(step)}
    return moved_workers(
        shown, sums_of(step.area_code, month), decided_points(step.area_code, month, after=step.id)
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """One entry that came after a list went on show: what made the sum shown into the sum of now."""

    entry_id: int
    seq: int
    on: date
    worker_name: str
    rule_code: str
    matter: str
    points: Decimal
    recorded_by: str


def changes_since(step: PointsStep, month: Period) -> list[Change]:
    """Entries of the month recorded after the list went on show, by worker; with the sums shown they add up to now."""
    low, high = range_of(step.area_code)
    worker = register("grid_workers").model
    statement = (
        select(PointsEntry, PointsText.matter, PointsText.recorded_by_name, worker.name)
        .outerjoin(PointsText, PointsText.entry_uid == PointsEntry.uid)
        .outerjoin(worker, worker.id == PointsEntry.worker_id)
        .where(
            PointsEntry.area_code >= low, PointsEntry.area_code < high, PointsEntry.created_at > step.created_at,
            PointsEntry.on.between(month.first, month.last),
        )
        .order_by(PointsEntry.area_code, PointsEntry.worker_id, PointsEntry.seq)
    )  # fmt: skip
    return [
        Change(
            entry.id, entry.seq, entry.on, name or "", entry.rule_code, matter or queries.ERASED, entry.points, by or "",

        )
        for entry, matter, by, name in db.session.execute(statement)
    ]  # fmt: skip


def disputes(
    condition: Any, *, is_open: bool | None = None, limit: int = MOST
) -> list[Dispute]:  # fmt: skip
    """Disputes with their words, the most urgent first, as far as the actor sees them."""
    decision, said = aliased(PointsStep), aliased(PointsStepText)
    worker = register("grid_workers").model
    statement = (
        select(PointsStep, PointsStepText, decision, said, worker.name, PointsEntry.seq, PointsText.matter)
        .outerjoin(PointsStepText, PointsStepText.step_uid == PointsStep.uid)
        .outerjoin(decision, decision.dispute_id == PointsStep.id)
        .outerjoin(said, said.step_uid == decision.uid)
        .outerjoin(worker, worker.id == PointsStep.worker_id)
        .outerjoin(PointsEntry, PointsEntry.id == PointsStep.entry_id)
        .outerjoin(PointsText, PointsText.entry_uid == PointsEntry.uid)
        .where(PointsStep.kind == DISPUTED, condition)
        .order_by(decision.id.is_not(None), PointsStep.due_on, PointsStep.id.desc())
        .limit(limit)
    )
    if is_open is not None:
        statement = statement.where(decision.id.is_(None) if is_open else decision.id.is_not(None))
    return [_dispute(*row) for row in db.session.execute(statement).all()]


def _dispute(
    step: PointsStep, text: PointsStepText | None, decision: PointsStep | None, said: PointsStepText | None,
    name: str | None, seq: int | None, about: str | None,
) -> Dispute:  # fmt: skip
    return Dispute(
        id=step.id, uid=step.uid, worker_uid=step.chain, worker_id=step.worker_id or 0, worker_name=name or "",
        area_code=step.area_code, month=step.month, entry_id=step.entry_id,
        matter=(text.matter if text else None) or "",
        reason=(text.words if text else None) or queries.ERASED, filed_on=step.on,
        filed_by=(text.by_name if text else None) or "", due_on=step.due_on or step.on,
        verdict=decision.kind if decision else None, decided_on=decision.on if decision else None,
        decided_by=(said.by_name if said else None) or "", decision=(said.words if said else None) or "",
        counter_id=decision.counter_id if decision else None, made_id=decision.made_id if decision else None,
        entry_seq=seq, entry_matter=(about or queries.ERASED) if seq is not None else "",
    )  # fmt: skip


def dispute(dispute_id: int) -> Dispute | None:
    """One dispute the actor sees."""
    return next(iter(disputes(PointsStep.id == dispute_id)), None)


def dispute_of(worker_uid: str, entry_id: int) -> Dispute | None:
    """The dispute about a worker's entry, as far as the actor sees it."""
    about = (PointsStep.chain == worker_uid) & (PointsStep.entry_id == entry_id)
    return next(iter(disputes(about)), None)


def disputes_in(area_code: str, *, month: Period | None = None, is_open: bool | None = None) -> list[Dispute]:
    """Disputes of an area and below it."""
    low, high = range_of(area_code)
    condition = (PointsStep.area_code >= low) & (PointsStep.area_code < high)
    if month is not None:
        condition &= PointsStep.month == sum_queries.month_number(month.first)
    return disputes(condition, is_open=is_open)


def to_decide(actor: Actor) -> list[Dispute]:
    """Open disputes the actor could decide, by their limit."""
    prefixes = actor.prefixes("points_entries", "review")
    return disputes(within(PointsStep.area_code, prefixes), is_open=True) if prefixes else []


def disputes_of(worker_uid: str) -> list[Dispute]:
    """A worker's own disputes."""
    return disputes(PointsStep.chain == worker_uid)


def who_touched(entry: PointsEntry) -> tuple[list[int | None], int | None]:
    """Accounts of who recorded an entry (and the one it takes back), and of who checked it."""
    with beyond_scope():
        recorded = [entry.recorded_by]
        if entry.reverses_id is not None:
            original = select(PointsEntry.recorded_by).where(PointsEntry.id == entry.reverses_id)
            recorded.append(db.session.execute(original).scalar())
        checked = select(PointsStep.by_id).where(
            PointsStep.chain == entry.worker_uid, PointsStep.entry_id == entry.id,
            PointsStep.kind.in_(("verified", "returned")),
        )  # fmt: skip
        return recorded, db.session.execute(checked).scalar()


def month_of(number: int) -> Period:
    """202611 → November 2026."""
    return Period.numbered("month", number // 100, number % 100)
