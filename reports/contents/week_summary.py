"""周小结: the week of a community or street on one or two sides: what was done, what is open, what comes next week."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from reports.contents.digest_rows import Section, Wording, all_topics
from reports.contents.digest_words import sentence
from reports.contents.figures import Figure, cell, change, counted
from reports.contents.one_page import Coming, Late
from reports.document import Block, Document, Heading, Paragraph, Table, TableColumn, Value, long_date

WORDING = Wording("社区", "本周", "上周")


def build(
    *,
    area: str,
    period: str,
    sections: Sequence[Section],
    late: Sequence[Late] = (),
    coming: Sequence[Coming] = (),
    as_of: date,
    issue: str = "",
    is_draft: bool = False,
    created_at: datetime | None = None,
) -> Document:
    """The week. Figures in which nothing happened this week or last are left out; stocks belong to the month's paper."""
    flows = [figure for topic in all_topics(sections) for figure in topic.figures if _has_moved(figure)]
    blocks: list[Block] = [Heading("本周工作")]
    if flows:
        blocks += [Paragraph(f"{sentence(flows, WORDING)}。"), _figures(flows)]
    else:
        blocks.append(Paragraph("本周没有登记的工作。"))
    blocks += [Heading("没有办完的事项"), _late(late, as_of)]
    blocks += [Heading("下周安排"), _coming(coming)]
    return Document(
        title=f"{area}{period}工作小结",
        blocks=tuple(blocks),
        subtitle=(f"{issue}　　" if issue else "") + f"数据截至{long_date(as_of)}　　环比与上周比较",
        is_draft=is_draft,
        created_at=created_at,
    )


def _has_moved(figure: Figure) -> bool:
    return figure.nature == "flow" and bool(figure.value or figure.previous)


def _figures(figures: Sequence[Figure]) -> Table:
    columns = (
        TableColumn("指标", 3.0),
        TableColumn("单位", 0.8, align="center"),
        TableColumn("本周", 1.2, "integer"),
        TableColumn("上周", 1.2, "integer"),
        TableColumn("环比", 1.6, align="center"),
    )
    rows = tuple(
        (
            figure.label,
            figure.unit,
            counted(figure),
            cell(figure, figure.previous),
            change(figure).in_table(),
        )
        for figure in figures
    )
    return Table(columns, rows)


def _late(late: Sequence[Late], as_of: date) -> Table:
    columns = (
        TableColumn("序号", 0.6, "integer", "center"),
        TableColumn("事项", 4.0),
        TableColumn("责任单位", 2.0),
        TableColumn("时限", 1.3, "date"),
        TableColumn("情况", 1.1, align="center"),
    )
    rows: list[tuple[Value, ...]] = []
    for number, item in enumerate(late, 1):
        over = f"超期{(as_of - item.due_on).days}天" if item.due_on and item.due_on < as_of else "办理中"
        rows.append((number, item.what, item.unit, item.due_on, "未报" if item.is_missing else over))
    return Table(columns, tuple(rows), empty_text="没有逾期事项")


def _coming(coming: Sequence[Coming]) -> Table:
    columns = (TableColumn("日期", 1.2, "date"), TableColumn("事项", 4.0), TableColumn("单位", 2.0))
    rows = tuple((item.on, item.what, item.unit) for item in sorted(coming, key=lambda item: (item.on, item.what)))
    return Table(columns, rows, empty_text="下周没有登记的安排")
