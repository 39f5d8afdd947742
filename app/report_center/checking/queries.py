"""Reading remarks and adjustments of a handed-in version, and how the adjustments are printed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from app.areas.queries import name_of
from app.extensions import db
from app.periods.rules import Period
from app.report_center.checking.models import Adjustment, CellRemark
from app.report_center.models import Submission
from app.report_center.rules import LOCKED
from app.security.beyond import beyond_scope
from app.security.wall import within
from reports.document import Table, TableColumn, Value, long_date

CAPTION = "街道调整说明"
NOTE = "社区填报的数字以提交稿为准，本表并列街道认定的数字、日期和依据。"


def remarks_of(submission_id: int, number: int) -> list[CellRemark]:
    """All remarks on a version in the order they were written, within scope."""
    statement = (
        select(CellRemark)
        .where(CellRemark.submission_id == submission_id, CellRemark.number == number)
        .order_by(CellRemark.id)
    )
    return list(db.session.execute(statement).scalars())


def sent_remarks(submission_id: int, number: int) -> list[CellRemark]:
    """Those the community may read: what went back with the paper."""
    return [remark for remark in remarks_of(submission_id, number) if remark.sent_at is not None]


def adjustments_of(submission_id: int, number: int) -> list[Adjustment]:
    """The adjustments of a version that count: the last one of each cell, in the order of entry. Within scope."""
    statement = (
        select(Adjustment)
        .where(Adjustment.submission_id == submission_id, Adjustment.number == number)
        .order_by(Adjustment.id)
    )
    return _counting(list(db.session.execute(statement).scalars()))


def _counting(rows: Sequence[Adjustment]) -> list[Adjustment]:
    last = {(row.submission_id, row.place): row for row in rows}
    return [row for row in rows if last[row.submission_id, row.place] is row]


def adjustment_table(rows: Sequence[Adjustment], *, with_area: bool) -> Table | None:
    """Both figures side by side with day and reason; None where nothing was adjusted."""
    if not rows:
        return None
    columns = [
        TableColumn("表", 2.0), TableColumn("行", 1.6), TableColumn("栏", 1.4),
        TableColumn("社区填报", 1.0, align="right"), TableColumn("街道认定", 1.0, align="right"),
        TableColumn("调整日期", 1.5, align="center"), TableColumn("原因和依据", 2.4),
    ]  # fmt: skip
    lines: list[tuple[Value, ...]] = [
        (
            row.table_title,
            row.row_title,
            row.column_title,
            row.reported,
            row.adjusted,
            long_date(row.adjusted_on),
            row.reason,
        )
        for row in rows
    ]
    if with_area:
        columns.insert(0, TableColumn("单位", 1.4))
        lines = [(name_of(row.area_code), *line) for row, line in zip(rows, lines, strict=True)]
    return Table(tuple(columns), tuple(lines), caption=CAPTION, note=NOTE)


def adjustments_below(area_code: str, paper: str, period: Period) -> list[Adjustment]:
    """What was adjusted in the handed-in papers of all communities below: for the paper of the area above."""
    statement = (
        select(Adjustment)
        .join(Submission, (Submission.id == Adjustment.submission_id) & (Submission.number == Adjustment.number))
        .where(
            within(Submission.area_code, (area_code,)),
            Submission.paper == paper,
            Submission.period == period.key,
            Submission.state.in_(LOCKED),
        )
        .order_by(Adjustment.area_code, Adjustment.id)
    )
    with beyond_scope():
        return _counting(list(db.session.execute(statement).scalars()))
