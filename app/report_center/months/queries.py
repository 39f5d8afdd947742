"""Reading final months: what holds now, earlier editions, frozen papers and figures."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.clock import local
from app.database.scope import ancestors_of
from app.extensions import db
from app.lowcode.papers import Paper, PaperRequest
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
    """The 定稿 that holds in an area now: its own or that of an area above; None while the month is open."""
    if state_of(area_code, month).state != FINAL:
        return None
    return _latest(area_code, month)


def _latest(area_code: str, month: Period) -> FinalMonth | None:
    with beyond_scope():
        rows = db.session.execute(
            select(FinalMonth)
            .where(FinalMonth.month == month.key, FinalMonth.area_code.in_((*ancestors_of(area_code), area_code)))
            .order_by(FinalMonth.at.desc(), FinalMonth.id.desc())
            .limit(1)
        )
        return rows.scalar()


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

    A paper about a meeting or worker is found by its subject, from whatever area above it is asked for.
    """
    if not paper.is_frozen:
        return None
    holding = final_month(request.area_code, closing_month(request.period))
    if holding is None:
        return None
    where = FrozenPaper.area_code == request.area_code
    if paper.subjects is not None:
        where = (FrozenPaper.subject == request.subject) & FrozenPaper.area_code.startswith(request.area_code)
    with beyond_scope():
        row = db.session.execute(
            select(FrozenPaper)
            .where(
                FrozenPaper.final_month_id == holding.id, FrozenPaper.paper == paper.name,
                FrozenPaper.period == request.period.key, where,
            )
            .limit(1)
        ).scalar()  # fmt: skip
    if row is None:
        return None
    return FrozenPrint(row.id, row.area_code, document_of(row), row.number, holding.edition)


def document_of(row: FrozenPaper) -> Document:
    """What a frozen paper says."""
    return canonical.from_bytes(zlib.decompress(row.document))


def kept_figures(final_month_id: int) -> list[Kept]:
    """All figures of one 定稿."""
    statement = select(FrozenFigure).where(FrozenFigure.final_month_id == final_month_id)
    with beyond_scope():
        return [_kept(row) for row in db.session.execute(statement).scalars()]


def kept_sums(area_code: str, month: Period, names: Sequence[str]) -> dict[str, list[Kept]]:
    """Frozen figures of these indicators within an area, by indicator; {} while the month is open there.

    One per area that hands papers in (and the area's own), without the ids of their rows.
    """
    holding = final_month(area_code, month)
    if holding is None:
        return {}
    columns = (FrozenFigure.area_code, FrozenFigure.indicator, FrozenFigure.numerator, FrozenFigure.denominator)
    statement = select(*columns).where(
        FrozenFigure.final_month_id == holding.id, FrozenFigure.indicator.in_(names),
        FrozenFigure.area_code >= area_code, FrozenFigure.area_code < area_code + "~",
    )  # fmt: skip
    found: dict[str, list[Kept]] = {}
    with beyond_scope():
        for area, name, top, bottom in db.session.execute(statement):
            found.setdefault(name, []).append(Kept(area, name, number_of(top) or 0, number_of(bottom), ()))
    return found


def _kept(row: Any) -> Kept:
    return Kept(
        row.area_code, row.indicator, number_of(row.numerator) or 0, number_of(row.denominator),
        unpacked_ids(row.rows), unpacked_ids(row.base),
    )  # fmt: skip


def months_still_final(area_code: str, months: Sequence[Period]) -> list[Period]:
    """Those of the months that are final in the area now."""
    return [month for month in months if state_of(area_code, month).state == FINAL]
