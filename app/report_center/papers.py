"""The papers of the report centre: 月报, and the 花名册 of every register as it stood on a period's last day."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from sqlalchemy import select

from app.areas.queries import name_of
from app.extensions import db
from app.lowcode import list_page, queries
from app.lowcode.column import Column
from app.lowcode.papers import Paper, PaperRequest, register_paper
from app.lowcode.register import Register, registers
from app.lowcode.viewing import Viewer, viewer_of
from app.report_center.documents import DIGEST, build_digest
from app.report_center.models import RESOURCE
from app.report_center.ranking import register_ranking
from app.report_center.short_papers import register_short_papers
from app.report_center.standing import standing_on
from app.security.wall import within
from reports.contents import roster
from reports.document import Document, FootLine, Paragraph, TableColumn, Value, long_date

CHUNK = 500
MOST_ROWS = 20_000
"""More rows than that are a download of data, not a paper."""

register_paper(
    Paper(
        name=DIGEST,
        title="月报",
        group="reports",
        resource=RESOURCE,
        build=build_digest,
        periods=("month", "quarter", "half", "year"),
        is_submitted=True,
        numbered_by="period",
        signed_by="signature",
    )
)

register_short_papers()
register_ranking()

_BUILDERS: dict[str, Any] = {}


def register_rosters() -> None:
    """One paper for each register, under its name; called when all registers are known."""
    for reg in registers():
        register_paper(
            Paper(
                name=reg.name,
                title=reg.declared_title,
                group=reg.group,
                resource=reg.name,
                build=_BUILDERS.setdefault(reg.name, partial(build_roster, reg)),
                periods=("month", "quarter", "half", "year"),
                is_frozen=False,  # masked for each reader; the figures of the month are frozen by themselves
            )
        )


def build_roster(reg: Register, request: PaperRequest) -> Document:
    """The rows that stood in the register on the period's last day (`standing.standing_on`), masked for the reader.

    Columns are those of the register's list; all columns and other paper sizes are on the register's own print page.
    """
    day = min(request.period.last, request.today)
    ids = _ids(reg, request, day)
    viewer = viewer_of(reg, request.actor, today=request.today)
    columns = reg.listed
    area = name_of(request.area_code)
    if len(ids) > MOST_ROWS:
        words = f"共 {len(ids)} 条，太多，一份花名册最多印 {MOST_ROWS} 条。请按社区打印，或在名册里导出 Excel。"
        return Document(title=f"{area}{reg.title}", blocks=(Paragraph(words),))
    return roster.build(
        [_heading(column) for column in columns],
        list(_rows(reg, columns, ids, viewer)),
        title=f"{area}{reg.title}",
        subtitle=f"填报单位：{area}　　统计日期：{long_date(day)}",
        foot_line=FootLine(
            tuple((label, "") for label in ("填报单位（盖章）", "填表人", "审核人", "负责人", "联系电话", "填报日期"))
        ),
        empty_text=f"{long_date(day)}名册里没有记录",
    )


def roster_rows(reg: Register, request: PaperRequest, columns: tuple[Column, ...]) -> list[tuple[Value, ...]]:
    """The rows a 花名册 of that area and period prints, in these columns, masked for the reader; at most MOST_ROWS."""
    ids = _ids(reg, request, min(request.period.last, request.today))[:MOST_ROWS]
    return list(_rows(reg, columns, ids, viewer_of(reg, request.actor, today=request.today)))


def _heading(column: Column) -> TableColumn:
    return TableColumn(
        column.label,
        kind=column.type.report_kind,
        align="center" if column.type.align == "center" else None,
    )


def _ids(reg: Register, request: PaperRequest, day: Any) -> list[int]:
    """Rows of the area the reader may take away, by area, then name."""
    if not request.actor.covers(reg.name, "export", request.area_code):
        return []
    model = reg.model
    statement = (
        select(model.id)
        .where(within(model.area_code, (request.area_code,)), standing_on(reg, day))
        .order_by(model.area_code, model.pinyin, model.id)
        .limit(MOST_ROWS + 1)
    )
    return list(db.session.execute(statement).scalars())


def _rows(reg: Register, columns: tuple[Column, ...], ids: list[int], viewer: Viewer) -> Iterator[tuple[Value, ...]]:
    for start in range(0, len(ids), CHUNK):
        wanted = ids[start : start + CHUNK]
        # Rows deleted since stood there on that day, so that deleted ones are read too.
        found = db.session.execute(select(reg.model).where(reg.model.id.in_(wanted))).scalars()
        by_id = {row.id: row for row in found}
        rows = [by_id[id_] for id_ in wanted if id_ in by_id]
        labels = queries.labels_of(columns, rows)
        for row in rows:
            yield tuple(_value(column, row, viewer, labels) for column in columns)


def _value(column: Column, row: Any, viewer: Viewer, labels: dict[str, dict[Any, str]]) -> Value:
    if column.kind in ("place", "link") or (column.mask and not viewer.sees_clear(column, row)):
        return list_page.shown_text(column, row, viewer, labels) or None
    value: Value = column.type.cell(column.plain(row, today=viewer.today))
    return value
