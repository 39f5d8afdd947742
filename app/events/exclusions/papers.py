"""剔除事件清单 of a period: what was left out of the rates, and each rate before and after."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import or_, select

from app.areas.queries import name_of
from app.events.exclusions import rules
from app.events.exclusions.models import EXCLUSIONS, EventExclusion
from app.events.indicators import ALL, Days
from app.events.models import Event
from app.extensions import db
from app.fields.codes import code_list
from app.files.queries import attachments_of
from app.lowcode.indicators import Indicator
from app.lowcode.papers import Paper, PaperRequest, register_paper
from app.periods.rules import Period
from app.security.actor import acting_as
from app.security.wall import within
from reports.contents import excluded_events
from reports.document import Document, FootLine, long_date

PAPER = "excluded_events"
RATES = tuple(each for each in ALL if isinstance(each.numerator, Days) and each.numerator.leaves_out)
"""Figures a decision changes."""


def build(request: PaperRequest) -> Document:
    """The list with both values of each figure."""
    with acting_as(request.actor):
        prefixes, period = ALL[0].prefixes_of(request.actor, request.area_code), request.period
        excluded = _excluded(prefixes, period)
        # Where nothing was left out both values are one, and a street closes its month with this paper of each community.
        compared = RATES if excluded else ()
        figures = [
            excluded_events.Compared(
                each.title, counting_all(each).value(prefixes, period), each.value(prefixes, period),
                each.denominator is not None, each.rule,
            )
            for each in compared
        ]  # fmt: skip
        return excluded_events.build(
            excluded, figures, area=name_of(request.area_code), period=period.title,
            as_of=min(period.last, request.today),
            foot_line=FootLine((("制表单位（盖章）", ""), ("制表人", ""), ("审核人", ""), ("制表日期", long_date(request.today)))),
        )  # fmt: skip


def counting_all(of: Indicator) -> Indicator:
    """The figure as if nothing had been left out."""
    below = replace(of.denominator, leaves_out=False) if isinstance(of.denominator, Days) else None
    above = replace(of.numerator, leaves_out=False) if isinstance(of.numerator, Days) else of.numerator
    return replace(of, numerator=above, denominator=below)


def _excluded(prefixes: tuple[str, ...], period: Period) -> list[excluded_events.Excluded]:
    """Events left out that would have counted in the period by any of their days, oldest first."""
    days = (Event.registered_on, Event.dispatched_on, Event.due_on, Event.handled_on, Event.visited_on)
    found = (
        select(EventExclusion, Event)
        .join(Event, Event.id == EventExclusion.event_id)
        .where(within(Event.area_code, prefixes), EventExclusion.deleted_at.is_(None), Event.deleted_at.is_(None))
        .where(EventExclusion.state == rules.APPROVED)
        .where(or_(*(day.between(period.first, period.last) for day in days)))
        .order_by(Event.registered_on, Event.id)
    )
    reasons, sources = code_list("exclusion_reason"), code_list("event_source")
    return [
        excluded_events.Excluded(
            event.number or "", event.name, sources.label_of(event.source), event.registered_on,
            reasons.label_of(row.reason), row.claim, "、".join(each.title for each in attachments_of(EXCLUSIONS, row.uid)),
            row.applied_by or "", row.decided_by or "", row.decided_on, row.decision or "",
        )
        for row, event in db.session.execute(found)
    ]  # fmt: skip


def install() -> None:
    """Make it known; again changes nothing."""
    register_paper(
        Paper(PAPER, "剔除事件清单", "events", "events", build, periods=("month", "quarter", "half", "year"))
    )
