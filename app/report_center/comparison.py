"""What a period is held against: the one before, the same a year before, the year so far; across a reorganisation too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Row, select

from app.areas.models import AreaSuccessor
from app.areas.queries import name_of
from app.database.steady import steady
from app.extensions import db
from app.lowcode.indicators import Indicator
from app.periods.rules import Period
from app.report_center.counting import Counted, count, nature_of
from app.report_center.months.figures import count_as_closed, frozen_figures
from app.report_center.wording_rules import Basis, Move, basis_note, period_note
from app.security.beyond import beyond_scope
from app.settings.queries import setting

START_DAY_SETTING = "report_start_days"
"""Paper → day of the month its periods begin on; a paper that is not in it counts calendar months."""
BASIS_SETTING = "report_basis"


@dataclass(frozen=True, slots=True)
class Bases:
    """Everything the figures of a period are compared with; an indicator that is not there has no base."""

    before: dict[str, Counted]
    last_year: dict[str, Counted]
    to_date: dict[str, Counted]
    notes: tuple[str, ...] = ()


def counting_period(paper: str, period: Period) -> Period:
    """The days a paper of that period counts: 自然月, or 上月26日—本月25日 where the office set it so."""
    days = setting(START_DAY_SETTING, {})
    return period.counted_from(int(days.get(paper, 1)) if isinstance(days, dict) else 1)


def start_days() -> tuple[int, ...]:
    """Every day that periods of some paper begin on; the first is always among them."""
    days = setting(START_DAY_SETTING, {})
    return tuple(sorted({1, *(int(day) for day in days.values())})) if isinstance(days, dict) else (1,)


def chosen_basis() -> Basis:
    """What the office compares across a reorganisation; 现行区划口径 unless it chose 当时口径."""
    return "then" if setting(BASIS_SETTING, "now") == "then" else "now"


def bases_of(indicators: Sequence[Indicator], code: str, period: Period, *, digits: int) -> Bases:
    """The figures to compare with, counted together."""
    before, year = period.previous(), period.same_last_year()
    moved_since_before = moves_between(code, before.last, period.last)
    moved_since_year = moves_between(code, year.last, period.last)
    flows = [each for each in indicators if nature_of(each) == "flow" and each.denominator is None]
    begin, end = period.year_to_date()
    is_part = (begin, end) != (period.first, period.last)
    so_far = Period(begin, end, "year")
    basis = chosen_basis()
    notes = (
        period_note(period),
        basis_note("环比", basis, moved_since_before),
        basis_note("同比", basis, [move for move in moved_since_year if move not in moved_since_before]),
    )
    return Bases(
        _base(indicators, code, before, digits, is_moved=bool(moved_since_before), basis=basis),
        _base(indicators, code, year, digits, is_moved=bool(moved_since_year), basis=basis),
        count(flows, code, so_far, digits=digits) if is_part and flows else {},
        tuple(note for note in notes if note),
    )


def _base(
    indicators: Sequence[Indicator], code: str, period: Period, digits: int, *, is_moved: bool, basis: Basis
) -> dict[str, Counted]:
    """Frozen figures where the month is final and its areas are those of now; else by the chosen basis."""
    if not is_moved:
        return count_as_closed(indicators, code, period, digits=digits)
    if basis == "then":
        return frozen_figures(indicators, code, period, digits=digits)
    # Live rows carry the codes of now: a recount is what the areas of now would have had then.
    return count(indicators, code, period, digits=digits)


def moves_between(code: str, after: date, until: date) -> list[Move]:
    """合并, 拆分, 划转 that touched an area after one day and up to another, by day; areas are named."""
    return sorted(
        {
            Move(row.on, name_of(row.old_code), name_of(row.new_code), row.kind)
            for row in _successors(after, until)
            if row.old_code.startswith(code) or row.new_code.startswith(code)
        }
    )


@steady
def _successors(after: date, until: date) -> Sequence[Row[tuple[str, str, date, str]]]:
    """Every 合并, 拆分, 划转 of those days: few enough to be read for all areas at once."""
    of = AreaSuccessor
    moved = select(of.old_code, of.new_code, of.on, of.kind).where(of.on > after, of.on <= until)
    with beyond_scope():
        return db.session.execute(moved).all()
