"""定稿 and kept prints as states of a month's points, for the page that says why a sum changed."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from sqlalchemy import select

from app.clock import local
from app.database.scope import ancestors_of
from app.extensions import db
from app.language import gettext as _
from app.lowcode.papers import papers
from app.points.indicators import POINTS
from app.points.why.states import State, Subject
from app.report_center.models import PrintRecord
from app.report_center.months.models import FinalMonth, FrozenFigure
from app.report_center.months.rules import number_of
from app.security.beyond import beyond_scope

MOST_PRINTS = 40


def final_months(subject: Subject) -> Iterable[State]:
    """Every 定稿 of the month in the area and in those above it, also of editions that were opened again."""
    codes = (*ancestors_of(subject.area_code), subject.area_code)
    statement = select(FinalMonth).where(FinalMonth.month == subject.month.key, FinalMonth.area_code.in_(codes))
    with beyond_scope():
        rows = db.session.execute(statement.order_by(FinalMonth.id)).scalars().all()
        said = {row.id: _frozen_total(row.id, subject) for row in rows}
    for row in rows:
        title = _("%(when)s 定稿（第%(n)s次）", when=f"{local(row.at):%Y-%m-%d %H:%M}", n=row.edition)
        yield State(f"final-{row.id}", title, row.at, said[row.id])


def _frozen_total(final_month_id: int, subject: Subject) -> Decimal | None:
    """The sum that was frozen for the area; None where only sums of wider areas were, or one worker is asked for."""
    if subject.worker_uid:
        return None
    statement = select(FrozenFigure.area_code, FrozenFigure.numerator).where(
        FrozenFigure.final_month_id == final_month_id, FrozenFigure.indicator == POINTS.name,
        FrozenFigure.start_day == 1, FrozenFigure.period == "",
        FrozenFigure.area_code >= subject.area_code, FrozenFigure.area_code < subject.area_code + "~",
    )  # fmt: skip
    found = [Decimal(number_of(numerator) or 0) for _code, numerator in db.session.execute(statement)]
    return sum(found, Decimal(0)) if found else None


def prints(subject: Subject) -> Iterable[State]:
    """The last papers about points that left the program for this area and month, as far as the reader sees them."""
    names = [paper.name for paper in papers() if paper.resource == POINTS.resource]
    statement = select(PrintRecord).where(
        PrintRecord.area_code == subject.area_code, PrintRecord.period == subject.month.key,
        PrintRecord.subject == subject.worker_uid, PrintRecord.paper.in_(names),
    )  # fmt: skip
    for row in db.session.execute(statement.order_by(PrintRecord.id.desc()).limit(MOST_PRINTS)).scalars():
        when = f"{local(row.at):%Y-%m-%d %H:%M}"
        title = _("%(when)s 打印《%(title)s》（%(who)s）", when=when, title=row.title, who=row.user_name)
        yield State(f"print-{row.id}", title, row.at)
