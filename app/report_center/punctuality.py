"""Figures of 报送 itself: how many papers were due in a period, and which came in time, late or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, literal, select, true

from app.areas.models import Area
from app.areas.queries import live
from app.lowcode.indicators import Indicator, register_indicator
from app.periods.provisional import resting_on
from app.periods.rules import Period
from app.report_center.models import RESOURCE, Submission, SubmissionVersion
from app.report_center.queries import deadline, exact_deadline, submission_level, submitted_papers
from app.report_center.standing import end_of
from app.security.wall import within

LOOK_BACK = 2
"""A deadline lies at most so many months after the month it is about."""


def _due_months(period: Period) -> Iterator[Period]:
    """Months whose papers were due in the period, oldest first: of 十月 that is September, due on 5 October."""
    month = Period.of("month", period.first)
    for _ in range(LOOK_BACK):
        month = month.previous()
    while month.last < period.last:
        if period.contains(deadline(month)):
            yield month
        month = month.following()


def provisional_deadlines(_area_code: str, month: Period) -> list[str]:
    """Papers due in the month on a day that may still move: what stands in the way of 定稿."""
    moving = [due for due in _due_months(month) if exact_deadline(due).is_provisional and submitted_papers(due)]
    return resting_on(month, [f"{due.title}报表的报送截止日" for due in moving])


def _areas(prefixes: tuple[str, ...], period: Period) -> Any:
    return and_(within(Area.area_code, prefixes), Area.level == submission_level().key, live(period.last))


def _first_version(paper: str, month: Period, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether the area handed that paper in for the first time, under these conditions."""
    return exists(
        select(SubmissionVersion.id)
        .join(Submission, Submission.id == SubmissionVersion.submission_id)
        .where(
            Submission.area_code == Area.code,
            Submission.paper == paper,
            Submission.period == month.key,
            SubmissionVersion.number == 1,
            *conditions,
        )
        .correlate(Area)
    )


def _in_time(end: datetime) -> ColumnElement[bool]:
    return SubmissionVersion.at < end


def _was_asked(prefixes: tuple[str, ...], month: Period) -> ColumnElement[bool]:
    """Whether papers were handed in here at all by then: months before an office began were nobody's to report."""
    return exists(
        select(Submission.id).where(
            within(Submission.area_code, prefixes), Submission.number > 0, Submission.period <= month.key
        )
    )


def _counted(prefixes: tuple[str, ...], period: Period, one: Any) -> Select[*tuple[Any, ...]]:
    """Areas that hand papers in, and for how many papers `one(paper name, month)` is true of each; only those."""
    amount: Any = literal(0)
    for month in _due_months(period):
        for paper in submitted_papers(month):
            amount = amount + case((and_(one(paper.name, month), _was_asked(prefixes, month)), 1), else_=0)
    return select(Area.id, amount).where(_areas(prefixes, period), amount > 0)


def _due(prefixes: tuple[str, ...], period: Period) -> Select[*tuple[Any, ...]]:
    return _counted(prefixes, period, lambda _paper, _month: true())


def _on_time(prefixes: tuple[str, ...], period: Period) -> Select[*tuple[Any, ...]]:
    def one(paper: str, month: Period) -> ColumnElement[bool]:
        return _first_version(paper, month, _in_time(end_of(deadline(month))))

    return _counted(prefixes, period, one)


def _late(prefixes: tuple[str, ...], period: Period) -> Select[*tuple[Any, ...]]:
    def one(paper: str, month: Period) -> ColumnElement[bool]:
        return _first_version(paper, month, ~_in_time(end_of(deadline(month))))

    return _counted(prefixes, period, one)


def _missing(prefixes: tuple[str, ...], period: Period) -> Select[*tuple[Any, ...]]:
    return _counted(prefixes, period, lambda paper, month: ~_first_version(paper, month))


DUE_RULE = "截止日在本期内、要求社区报送的报表份数；开始报送以前的月份不算"
REPORTS_DUE = register_indicator(Indicator("reports_due", "应报报表", DUE_RULE, "份", RESOURCE, _due, register="areas"))
REPORTS_LATE = register_indicator(
    Indicator(
        "reports_late", "迟报报表", "应报报表里，第一稿在截止日之后才提交的", "份", RESOURCE, _late, register="areas"
    )
)
REPORTS_MISSING = register_indicator(
    Indicator("reports_missing", "未报报表", "应报报表里，一稿也没有提交的", "份", RESOURCE, _missing, register="areas")
)
REPORTS_ON_TIME = register_indicator(
    Indicator(
        "reports_on_time", "按时报送率", "第一稿在截止日当天或之前提交的份数 ÷ 应报报表", "%", RESOURCE, _on_time, _due,
        register="areas", places=2, target=Decimal(100),
    )
)  # fmt: skip
