"""Figures of events: how many were reported, taken on, dispatched rightly, handled, in time, done again, and liked.

Each is a count over columns kept with the event (app.events.steps), by one day: imported tickets count by the same
rules. 返工 counts each time; its denominator is what was handled (GB/T 30428.4 leaves it open).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Select, and_, case, cast, func, literal, select, true

from app.events import rules
from app.events.models import Event
from app.lowcode.indicators import Indicator, Selection, register_indicator
from app.periods.rules import Period
from app.security.wall import within

LEFT_OUT = "同意剔除的不算。"


@dataclass(frozen=True, slots=True, eq=False)
class Days:
    """A selection of the events whose `day` lies in the period and that `where` leaves; what counts is `amount`, or one
    for each. Rates leave out what was excluded (剔除); 上报数 counts it."""

    day: Any
    amount: Any = None
    where: Callable[[Period], tuple[Any, ...]] = lambda _period: ()
    leaves_out: bool = True

    def __call__(self, prefixes: tuple[str, ...], period: Period) -> Select[Any]:
        """The ids, and amounts where there are some."""
        columns = () if self.amount is None else (self.amount,)
        return select(Event.id, *columns).where(*self.rows(prefixes, period), *self._that_count(period))

    def rows(self, prefixes: tuple[str, ...], period: Period) -> tuple[Any, ...]:
        """What all selections by this day have in common."""
        between = self.day.between(period.first, period.last)
        return within(Event.area_code, prefixes), between, Event.deleted_at.is_(None)

    def _that_count(self, period: Period) -> tuple[Any, ...]:
        return (*self.where(period), *((Event.is_excluded.is_(False),) if self.leaves_out else ()))

    def number(self, period: Period) -> Any:
        """The figure as one column among others that are counted over the same rows."""
        amount = literal(1) if self.amount is None else self.amount
        counted = case((and_(true(), *self._that_count(period)), amount), else_=0)
        # PostgreSQL sums bigint as numeric; the figure is to stay a whole number.
        return cast(func.coalesce(func.sum(counted), 0), BigInteger)


def _own_case(_period: Period) -> tuple[Any, ...]:
    return (Event.state.not_in(rules.GONE),)


def _make(name: str, title: str, rule: str, numerator: Selection, denominator: Selection | None = None) -> Indicator:
    unit, rule = ("%", f"{rule}{LEFT_OUT}") if denominator is not None else ("件", rule)
    return register_indicator(
        Indicator(
            name, title, rule, unit, "events", numerator, denominator, register="events", places=2,
            owner="网格中心",
        )
    )  # fmt: skip


REPORTED = _make(
    "events_reported",
    "上报数",
    "上报时间在本期内的事件，并案的、作废的、剔除的也算上报。",
    Days(Event.registered_on, leaves_out=False),
)
FILING_RATE = _make(
    "events_filing_rate", "立案率", "立案数÷上报数：本期上报的事件里，已立案的占多少。",
    Days(Event.registered_on, where=lambda _p: (Event.filed_on.is_not(None), *_own_case(_p))), Days(Event.registered_on),
)  # fmt: skip
DISPATCH_RATE = _make(
    "events_dispatch_rate", "派遣准确率", "准确派遣数÷派遣数：按最近一次派遣在本期内的事件算，每退单一次算一次不准确。",
    Days(Event.dispatched_on, Event.dispatch_count - Event.refused_count, where=_own_case),
    Days(Event.dispatched_on, Event.dispatch_count, where=_own_case),
)  # fmt: skip
HANDLING_RATE = _make(
    "events_handling_rate", "处置率", "处置数÷应处置数：办结时限在本期内的事件里，到本期最后一天已处置的占多少。",
    Days(Event.due_on, where=lambda p: (Event.handled_on <= p.last, *_own_case(p))), Days(Event.due_on, where=_own_case),
)  # fmt: skip
ON_TIME_RATE = _make(
    "events_on_time_rate", "按期办结率", "限时内办结数÷应办结数：办结时限在本期内的事件里，处置没有超过时限、已经办结的占多少。挂账期间不算应办结。",
    Days(Event.due_on, where=lambda p: (Event.is_on_time.is_(True), *_own_case(p))), Days(Event.due_on, where=_own_case),
)  # fmt: skip
REWORK_RATE = _make(
    "events_rework_rate", "返工率", "返工数÷处置数：处置在本期内的事件，核查不通过、退回重办每次算一次，可以超过 100%。",
    Days(Event.handled_on, Event.rework_count, where=_own_case), Days(Event.handled_on, where=_own_case),
)  # fmt: skip
SATISFACTION_RATE = _make(
    "events_satisfaction_rate", "满意率", "满意数÷已回访数：本期回访到的人里，说满意的占多少。基本满意不算满意，未联系上的不算回访。",
    Days(Event.visited_on, where=lambda _p: (Event.satisfaction == "satisfied",)),
    Days(Event.visited_on, where=lambda _p: (Event.satisfaction.in_(rules.VISITED),)),
)  # fmt: skip
REPEAT_RATE = _make(
    "events_repeat_rate", "重复发案率", "重复发案数÷立案数：本期立案的事件里，30 天内同一地点同一小类报过的占多少，并案的不算。",
    Days(Event.registered_on, where=lambda _p: (Event.is_repeat.is_(True), Event.filed_on.is_not(None), *_own_case(_p))),
    Days(Event.registered_on, where=lambda _p: (Event.filed_on.is_not(None), *_own_case(_p))),
)  # fmt: skip
OPEN = _make(
    "events_overdue", "逾期未办结", "办结时限在本期内、到本期最后一天还没有处置的事件，同意剔除的不算。",
    Days(Event.due_on, where=lambda p: (Event.handled_on.is_(None) | (Event.handled_on > p.last), *_own_case(p))),
)  # fmt: skip
ALL = (
    REPORTED, FILING_RATE, DISPATCH_RATE, HANDLING_RATE, ON_TIME_RATE, REWORK_RATE, SATISFACTION_RATE, REPEAT_RATE, OPEN,
)  # fmt: skip
