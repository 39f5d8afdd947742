"""Reading final months: what holds now, earlier editions, frozen papers and figures."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import aliased

from app.clock import local
from app.database.scope import ancestors_of, range_of
from app.database.steady import is_standing_still, steady
from app.extensions import db
from app.lowcode.papers import Paper, PaperRequest
from app.periods.models import ClosedPeriod
from app.periods.queries import state_of
from app.periods.rules import FINAL, Period
from app.report_center.months.models import OPENED, FinalMonth, FrozenFigure, FrozenPaper, MonthReopening
from app.report_center.months.rules import Kept, mark_of, number_of, unpacked_ids
from app.security.beyond import beyond_scope
from reports import canonical
from reports.document import Document, long_date


@dataclass(frozen=True, slots=True)
class FrozenPrint:
    """A paper as it was frozen: the row's id, what it says, and the version handed in that it is (0 for none)."""

    id: int
    area_code: str
    document: Document
    number: int
    edition: int


def closing_month(period: Period) -> Period:
    """The month whose 定稿 makes a paper of that period final: its last one."""
    return Period.of("month", period.last)


def final_month(area_code: str, month: Period) -> FinalMonth | None:
    """The 定稿 that holds in an area now, that of the highest area where there are several; None while it is open."""
    found = holding(area_code, month)
    return found[-1] if found else None


def holding(area_code: str, month: Period) -> list[FinalMonth]:
    """Every 定稿 that holds in an area now: its own first, then that of each area above."""
    codes = (*ancestors_of(area_code), area_code)
    with beyond_scope():
        rows = db.session.execute(
            select(FinalMonth).where(FinalMonth.month == month.key, FinalMonth.area_code.in_(codes), _holds())
        )
        return sorted(rows.scalars(), key=lambda row: len(row.area_code), reverse=True)


def is_held(area_code: str, month: Period) -> bool:
    """Whether a 定稿 holds in an area; as `final_month`, for many areas at once."""
    return _holding_id(area_code, month) is not None


def _holding_id(area_code: str, month: Period) -> int | None:
    """The number of the 定稿 nearest to an area that holds there."""
    codes = (*ancestors_of(area_code), area_code)
    held = _held(month.key, None if is_standing_still() else codes)
    return next((held[code] for code in reversed(codes) if code in held), None)


@steady
def _held(month: str, codes: tuple[str, ...] | None) -> dict[str, int]:
    """Every 定稿 of a month that holds in one of these areas, or anywhere without `codes`: area → number."""
    statement = select(FinalMonth.area_code, FinalMonth.id).where(FinalMonth.month == month, _holds())
    if codes is not None:
        statement = statement.where(FinalMonth.area_code.in_(codes))
    with beyond_scope():
        return dict(db.session.execute(statement).all())


def _holds() -> ColumnElement[bool]:
    """The last edition of a month that is final where it was finalised; one opened again holds no more."""
    other = aliased(FinalMonth)
    is_closed = exists().where(
        ClosedPeriod.month == FinalMonth.month, ClosedPeriod.area_code == FinalMonth.area_code,
        ClosedPeriod.state == FINAL,
    )  # fmt: skip
    is_followed = exists().where(
        other.month == FinalMonth.month, other.area_code == FinalMonth.area_code, other.edition > FinalMonth.edition
    )
    return and_(is_closed, ~is_followed)


def closed_below(area_code: str, month: Period) -> list[str]:
    """Codes of areas below that hold a 定稿 of their own now."""
    low, high = range_of(area_code)
    with beyond_scope():
        rows = db.session.execute(
            select(ClosedPeriod.area_code).where(
                ClosedPeriod.month == month.key, ClosedPeriod.state == FINAL, ClosedPeriod.area_code > low,
                ClosedPeriod.area_code < high,
            )
        )  # fmt: skip
        return list(rows.scalars())


def editions(area_code: str, month: Period) -> list[FinalMonth]:
    """All editions of an area's own month, oldest first."""
    with beyond_scope():
        rows = db.session.execute(
            select(FinalMonth)
            .where(FinalMonth.month == month.key, FinalMonth.area_code == area_code)
            .order_by(FinalMonth.edition)
        )
        return list(rows.scalars())


def openings(area_code: str, month: Period) -> list[MonthReopening]:
    """Every time the month was opened again in the area, above it or below it, oldest first; asked ones not counted."""
    with beyond_scope():
        rows = db.session.execute(
            select(MonthReopening)
            .where(
                MonthReopening.month == month.key, MonthReopening.state == OPENED,
                MonthReopening.area_code.in_((*ancestors_of(area_code), area_code)),
            )
            .order_by(MonthReopening.id)
        )  # fmt: skip
        return list(rows.scalars())


def mark(area_code: str, month: Period, *, is_final: bool) -> str:
    """The sentence papers of that month carry since it was opened again; '' where it never was."""
    told = [(long_date(local(row.opened_at or row.asked_at).date()), row.reason) for row in openings(area_code, month)]
    return mark_of(month.title, told, is_final=is_final)


def frozen_print(paper: Paper, request: PaperRequest) -> FrozenPrint | None:
    """The frozen paper that counts for a request; None while its month is open, or where it was never frozen.

    A paper about a meeting or worker is found by its subject, from whatever area above it is asked for. What a street
    froze is printed for ever, though the county may finalise the month after it: the earliest that holds counts.
    """
    if not paper.is_frozen:
        return None
    where = FrozenPaper.area_code == request.area_code
    if paper.subjects is not None:
        where = (FrozenPaper.subject == request.subject) & FrozenPaper.area_code.startswith(request.area_code)
    statement = (
        select(FrozenPaper, FinalMonth.edition)
        .join(FinalMonth, FinalMonth.id == FrozenPaper.final_month_id)
        .where(
            FrozenPaper.paper == paper.name, FrozenPaper.period == request.period.key, where,
            FinalMonth.month == closing_month(request.period).key, _holds(),
        )
        .order_by(FinalMonth.at, FinalMonth.id)
        .limit(1)
    )  # fmt: skip
    with beyond_scope():
        found = db.session.execute(statement).first()
    if found is None:
        return None
    row, edition = found
    return FrozenPrint(row.id, row.area_code, document_of(row), row.number, edition)


def document_of(row: FrozenPaper) -> Document:
    """What a frozen paper says."""
    return canonical.from_bytes(zlib.decompress(row.document))


def kept_figures(final_month_id: int) -> list[Kept]:
    """All figures of one 定稿."""
    return _kept_where(FrozenFigure.final_month_id == final_month_id)


def kept_figures_of_month(final_month_id: int) -> list[Kept]:
    """Figures of the month itself, with their rows."""
    return _kept_where(FrozenFigure.final_month_id == final_month_id, FrozenFigure.period == "")


def _kept_where(*conditions: ColumnElement[bool]) -> list[Kept]:
    with beyond_scope():
        return [_kept(row) for row in db.session.execute(select(FrozenFigure).where(*conditions)).scalars()]


def kept_sums(area_code: str, period: Period, names: Sequence[str]) -> dict[str, list[Kept]]:
    """Frozen figures of these indicators within an area, by indicator; {} while the month it ends with is open there.

    One per area that hands papers in (and the area's own) that has anything to count, without the ids of their rows;
    counted from the period's own first day. Of an indicator that was not frozen then there is no key.
    """
    final_id = _holding_id(area_code, closing_month(period))
    if final_id is None:
        return {}
    of_period = period_key(period)
    columns = (FrozenFigure.area_code, FrozenFigure.indicator, FrozenFigure.numerator, FrozenFigure.denominator)
    statement = select(*columns).where(
        FrozenFigure.final_month_id == final_id, FrozenFigure.indicator.in_(names),
        FrozenFigure.start_day == period.start_day, FrozenFigure.period == of_period,
        FrozenFigure.area_code >= area_code, FrozenFigure.area_code < area_code + "~",
    )  # fmt: skip
    frozen = _frozen_indicators(final_id, period.start_day, of_period)
    found: dict[str, list[Kept]] = {name: [] for name in names if name in frozen}
    with beyond_scope():
        for area, name, top, bottom in db.session.execute(statement):
            found[name].append(Kept(area, name, number_of(top) or 0, number_of(bottom), ()))
    return found


def period_key(period: Period) -> str:
    """How frozen figures name their period: '' for the month they are frozen with."""
    return "" if period.kind == "month" else period.key


@steady
def _frozen_indicators(final_month_id: int, start_day: int, period: str) -> frozenset[str]:
    """Names of the indicators frozen for a period, wherever they had anything to count."""
    statement = select(FrozenFigure.indicator).distinct().where(
        FrozenFigure.final_month_id == final_month_id, FrozenFigure.start_day == start_day,
        FrozenFigure.period == period,
    )  # fmt: skip
    with beyond_scope():
        return frozenset(db.session.execute(statement).scalars())


def _kept(row: Any) -> Kept:
    # Not `or 0`: a sum of points of 0.0 was signed as 0.0.
    numerator = number_of(row.numerator)
    return Kept(
        row.area_code, row.indicator, 0 if numerator is None else numerator, number_of(row.denominator),
        unpacked_ids(row.rows), unpacked_ids(row.base), row.start_day, row.period,
    )  # fmt: skip


def months_still_final(area_code: str, months: Sequence[Period]) -> list[Period]:
    """Those of the months that are final in the area now."""
    return [month for month in months if state_of(area_code, month).state == FINAL]
