"""The attached tables of the month's paper: one for each topic, one by areas below, the rules of all figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from reports.contents.digest_rows import AreaLine, History, Section, Topic, Wording, all_topics, walk
from reports.contents.figures import Figure, cell, change, change_on_year, counted
from reports.document import (
    AttachmentHead,
    Attachments,
    Block,
    Cell,
    Chart,
    PageBreak,
    Series,
    Table,
    TableColumn,
    Value,
)

COLUMNS_UPRIGHT = 9
"""An attached table with more columns than this stands on a page turned across."""


class Shelf:
    """The attached tables, numbered in the order the text refers to them."""

    def __init__(self, wording: Wording) -> None:
        self.wording = wording
        self.tables: list[tuple[Table, tuple[Block, ...]]] = []

    def add(self, table: Table | None, *after: Block) -> int:
        """Number `table` (its caption is given without one) and keep it; 0 where there is none."""
        if table is None:
            return 0
        number = len(self.tables) + 1
        named = Table(
            columns=table.columns,
            rows=table.rows,
            caption=f"表{number}　{table.caption}",
            totals=table.totals,
            note=table.note,
        )
        self.tables.append((named, after))
        return number

    def named(self, title: str) -> list[Block]:
        """附件说明 for the text's end, where there are tables at all."""
        return [Attachments((title,))] if self.tables else []

    def blocks(self, title: str) -> list[Block]:
        """The attachment of that title: all tables after a page break, wide ones on pages turned across."""
        found: list[Block] = []
        is_across: bool | None = None
        for table, after in self.tables:
            wants_across = len(table.columns) > COLUMNS_UPRIGHT
            if wants_across is not is_across:
                found.append(PageBreak("landscape" if wants_across else "portrait"))
                if is_across is None:
                    found.append(AttachmentHead(title))
                is_across = wants_across
            found += [table, *after]
        return found


def figure_table(topic: Topic, wording: Wording) -> Table:
    """Every figure of the topic and its parts: this period, the one before, 环比; where known 目标, 同比, 本年累计."""
    figures = [figure for part in walk([topic]) for figure in part.figures]
    columns = [
        TableColumn("指标", 3.2),
        TableColumn("单位", 1.0, align="center"),
        TableColumn(wording.this_period, 1.6, "integer"),
        TableColumn(wording.period_before, 1.6, "integer"),
        TableColumn("环比", 2.2, align="center"),
    ]
    rows: list[list[Value]] = [
        [each.label, each.unit, counted(each), cell(each, each.previous), change(each).in_table()] for each in figures
    ]
    for more, values in _known_columns(figures):
        columns += more
        for row, value in zip(rows, values, strict=True):
            row.extend(value)
    return Table(tuple(columns), tuple(map(tuple, rows)), caption=f"{topic.title}情况")


def _known_columns(figures: Sequence[Figure]) -> Iterator[tuple[list[TableColumn], list[list[Value]]]]:
    """Columns that stand only where some figure has something to say in them, each with a value for every figure."""
    if any(change_on_year(each).value is not None for each in figures):
        columns = [TableColumn("上年同期", 1.6, "integer"), TableColumn("同比", 2.2, align="center")]
        yield columns, [[cell(each, each.last_year), change_on_year(each).in_table()] for each in figures]
    if any(each.to_date is not None for each in figures):
        empty: Value = ""
        values: list[list[Value]] = [
            [cell(each, each.to_date) if each.to_date is not None else empty] for each in figures
        ]
        yield [TableColumn("本年累计", 1.6, "integer")], values
    if any(each.target is not None for each in figures):
        targets: list[list[Value]] = [
            [Cell(each.target, each.kind, each.places) if each.target is not None else ""] for each in figures
        ]
        yield [TableColumn("目标", 1.4, "percent")], targets


def area_table(topic: Topic, wording: Wording) -> Table | None:
    """The areas below with the topic's figures; the last row repeats the figures of the whole."""
    if not topic.lines:
        return None
    lines, places = list(topic.lines), list[Value]()
    if topic.ranked_by:
        lines, places = _ranked(topic)
    columns = [TableColumn(wording.area_below, 2.4)]
    columns += [
        TableColumn(
            figure.label if figure.is_rate else f"{figure.label}（{figure.unit}）",
            1.5,
            figure.kind,
            is_summed=_adds_up(topic, index),
            places=figure.places,
        )
        for index, figure in enumerate(topic.figures)
    ]
    rows: list[tuple[Value, ...]] = [(line.area, *_opened(line, topic)) for line in lines]
    whole: tuple[Value, ...] = ("合计", *(figure.value for figure in topic.figures))
    if places:
        columns.insert(0, TableColumn("位次", 0.8, "integer", "center"))
        rows = [(place, *row) for place, row in zip(places, rows, strict=True)]
        whole = ("", *whole)
    if topic.own is not None:
        rows.append((*([""] if places else []), topic.own.area, *topic.own.values))
    return Table(tuple(columns), tuple(rows), caption=f"{topic.title}情况（按{wording.area_below}）", totals=whole)


def _opened(line: AreaLine, topic: Topic) -> Sequence[Value]:
    """The values of an area, each with the name of its figure where it is known which area that is."""
    if not line.code:
        return line.values
    pairs = zip(topic.figures, line.values, strict=True)
    return [
        Cell(value, figure.kind, figure.places, figure=figure.name, area=line.code) if value is not None else None
        for figure, value in pairs
    ]


def _adds_up(topic: Topic, index: int) -> bool:
    """Whether the areas' values make the figure of the whole (a person counted in two areas does not)."""
    figure = topic.figures[index]
    parts = [line.values[index] for line in (*topic.lines, *([topic.own] if topic.own is not None else []))]
    return not figure.is_rate and sum(part for part in parts if part is not None) == figure.value


def _ranked(topic: Topic) -> tuple[list[AreaLine], list[Value]]:
    index = next(i for i, figure in enumerate(topic.figures) if figure.name == topic.ranked_by)
    with_value = [line for line in topic.lines if line.values[index] is not None]
    without = [line for line in topic.lines if line.values[index] is None]
    with_value.sort(key=lambda line: Decimal(line.values[index] or 0), reverse=True)
    values = [line.values[index] for line in with_value]
    # Equal values share the better place: 1, 2, 2, 4.
    places: list[Value] = [values.index(value) + 1 for value in values]
    return with_value + without, places + [None] * len(without)


def history_table(history: History) -> Table:
    columns = (TableColumn("月份", 1.2, align="center"), *(TableColumn(name, 1.2, "integer") for name in history.names))
    rows = tuple((month.label, *month.values) for month in history.months)
    return Table(columns, rows, caption=f"{history.title}（{history.unit}）")


def history_chart(history: History) -> Chart:
    return Chart(
        history.title,
        tuple(month.label for month in history.months),
        tuple(
            Series(name, tuple(month.values[index] for month in history.months))
            for index, name in enumerate(history.names)
        ),
        kind="line" if len(history.months) > 3 else "bar",
        unit=history.unit,
    )


def rules_table(sections: Sequence[Section], notes: Sequence[str] = ()) -> Table | None:
    """The rule of every figure in words; `notes` say how periods were counted and what was compared with what."""
    rows: dict[tuple[Value, ...], None] = {}
    for topic in all_topics(sections):
        rows |= dict.fromkeys((figure.label, figure.rule) for figure in topic.figures)
    if not rows:
        return None
    columns = (TableColumn("指标", 1.0), TableColumn("口径", 3.4))
    note = (
        "环比、同比：件数、人数等按（本期－基期）÷基期计算，比率按两期相减的百分点计算；"
        "基期没有数据或为零的，注明无可比数据。"
    ) + "".join(notes)
    return Table(columns, tuple(rows), caption="指标口径", note=note)
