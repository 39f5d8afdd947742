"""Reading what lies between two states of a month: the sum at a moment, the entries since, and the 公示 themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from app.areas.rules import COMMUNITY_DIGITS
from app.database.scope import range_of
from app.extensions import db
from app.language import gettext as _
from app.lowcode.register import register
from app.points import queries, sum_queries
from app.points.disputes.queries import shown_lines
from app.points.disputes.rules import SHOWN
from app.points.models import PointsEntry, PointsText
from app.points.rules import ZERO
from app.points.steps.models import PointsStep
from app.points.why.states import State, Subject
from app.security.beyond import beyond_scope


@dataclass(frozen=True, slots=True)
class Between:
    """One entry that came between two states."""

    entry_id: int
    worker_uid: str
    worker_name: str
    seq: int
    on: date
    rule_code: str
    matter: str
    note: str
    points: Decimal
    recorded_by: str
    created_at: datetime


def total_at(subject: Subject, at: datetime | None) -> Decimal:
    """What the ledger came to at a moment (None: now)."""
    statement = select(func.sum(PointsEntry.points)).where(*_about(subject))
    if at is not None:
        statement = statement.where(PointsEntry.created_at <= at)
    return sum_queries.exact(db.session.execute(statement).scalar() or ZERO)


def between(subject: Subject, first: datetime | None, last: datetime | None) -> list[Between]:
    """Entries recorded after the one moment and up to the other, by worker; with the sum of the first they add up to
    that of the second. After now there is nothing."""
    if first is None:
        return []
    worker = register("grid_workers").model
    statement = (
        select(PointsEntry, PointsText.matter, PointsText.note, PointsText.recorded_by_name, worker.name)
        .outerjoin(PointsText, PointsText.entry_uid == PointsEntry.uid)
        .outerjoin(worker, worker.id == PointsEntry.worker_id)
        .where(*_about(subject), PointsEntry.created_at > first)
        .order_by(PointsEntry.area_code, PointsEntry.worker_id, PointsEntry.seq)
    )
    if last is not None:
        statement = statement.where(PointsEntry.created_at <= last)
    return [
        Between(
            entry.id, entry.worker_uid, name or "", entry.seq, entry.on, entry.rule_code, matter or queries.ERASED,
            note or "", entry.points, by or "", entry.created_at,
        )
        for entry, matter, note, by, name in db.session.execute(statement)
    ]  # fmt: skip


def _about(subject: Subject) -> tuple[Any, ...]:
    low, high = range_of(subject.area_code)
    conditions = (
        PointsEntry.area_code >= low, PointsEntry.area_code < high,
        PointsEntry.on.between(subject.month.first, subject.month.last),
    )  # fmt: skip
    return (*conditions, PointsEntry.worker_uid == subject.worker_uid) if subject.worker_uid else conditions


def shows_of(subject: Subject) -> Iterable[State]:
    """The 公示 of the month in the community the area is or lies in."""
    if len(subject.area_code) < COMMUNITY_DIGITS:
        return
    statement = (
        select(PointsStep)
        .where(
            PointsStep.area_code == subject.area_code[:COMMUNITY_DIGITS], PointsStep.kind == SHOWN,
            PointsStep.month == sum_queries.month_number(subject.month.first),
        )
        .order_by(PointsStep.seq)
    )  # fmt: skip
    with beyond_scope():
        steps = db.session.execute(statement).scalars().all()
    for step in steps:
        said = sum(
            (
                line.gained + line.deducted
                for line in shown_lines(step)
                if line.area_code.startswith(subject.area_code) and subject.worker_uid in ("", line.worker_uid)
            ),
            ZERO,
        )
        yield State(f"show-{step.id}", _("%(when)s 公示", when=step.on), step.created_at, said)
