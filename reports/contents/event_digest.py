"""事件办理情况通报 of a period: the eight figures of the whole area, by area below, by unit and by channel, each with its rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reports.document import Document, FootLine, Heading, Page, Paragraph, Table, TableColumn, Value, long_date

Figure = int | Decimal | None
"""A count, a percentage, or None over a zero denominator, which prints as a dash."""
NO_VALUE = "—"


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure: its name, whether it is a percentage, and how it is counted."""

    title: str
    is_percent: bool
    rule: str


@dataclass(frozen=True, slots=True)
class Line:
    """The figures of one area, unit or channel, in the order of the measures."""

    name: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One table: what its lines are, and what stands where there are none."""

    title: str
    noun: str
    lines: Sequence[Line]


def build(
    measures: Sequence[Measure], whole: Line, parts: Sequence[Part], *, area: str, period: str, as_of: date,
    foot_line: FootLine | None = None,
) -> Document:  # fmt: skip
    """The digest."""
    blocks: list[Heading | Paragraph | Table] = [Paragraph(_said(measures, whole))]
    for part in parts:
        blocks += [Heading(part.title), _table(measures, part, whole)]
    blocks.append(Heading("各项怎么算"))
    blocks += [Paragraph(f"{each.title}：{each.rule}") for each in measures]
    return Document(
        f"{area}{period}事件办理情况通报", tuple(blocks), page=Page("A4", "landscape"),
        subtitle=f"统计截至：{long_date(as_of)}", foot_line=foot_line,
    )  # fmt: skip


def _said(measures: Sequence[Measure], whole: Line) -> str:
    told = [f"{each.title}{_text(each, value)}" for each, value in zip(measures, whole.figures, strict=True)]
    return "，".join(told) + "。分母为零的写“—”。"


def _text(of: Measure, value: Figure) -> str:
    if value is None:
        return NO_VALUE
    return f"{value}%" if of.is_percent else f"{value}件"


def _table(measures: Sequence[Measure], part: Part, whole: Line) -> Table:
    columns = (
        TableColumn("序号", 0.5, "integer", "center"), TableColumn(part.noun, 2.2),
        *(TableColumn(each.title, 1.0, align="right") for each in measures),
    )  # fmt: skip
    lines = [*part.lines, Line("合计", whole.figures)] if part.lines else []
    rows = tuple(
        ("" if line.name == "合计" else number, line.name, *map(_cell, measures, line.figures))
        for number, line in enumerate(lines, 1)
    )
    return Table(columns, rows, empty_text="本期没有事件")


def _cell(of: Measure, value: Figure) -> Value:
    if value is None:
        return NO_VALUE
    return f"{value}%" if of.is_percent else f"{value:,}"
