"""领导一页纸: a month on exactly one A4 side: four to six figures, problems, what is late or missing, coming dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from reports.contents.figures import Figure, cell, change, counted
from reports.document import Block, Document, Heading, Paragraph, Run, Table, TableColumn, Value, long_date

MOST_FIGURES: Final = 6
MOST_PROBLEMS: Final = 3
MOST_LATE: Final = 6
MOST_DATES: Final = 5
LONGEST_PROBLEM: Final = 60
"""Characters: two lines of the page, so that a note about 定稿 has room below; what is cut is in the month's paper."""
LONGEST_CELL: Final = 20
LONGEST_NAME: Final = 16
LONGEST_UNIT: Final = 11
"""Characters of a cell: what stays on one line of the table."""


@dataclass(frozen=True, slots=True)
class Late:
    """Something past its limit (`due_on`) or not handed in, and who owes it."""

    what: str
    unit: str
    due_on: date | None = None
    is_missing: bool = False
    """Not handed in (未报) rather than not done (逾期)."""


@dataclass(frozen=True, slots=True)
class LateCount:
    """How many matters of one kind are late in all, listed or not."""

    noun: str
    count: int
    is_missing: bool = False

    @property
    def text(self) -> str:
        """事件逾期4项."""
        return f"{self.noun}{'未报' if self.is_missing else '逾期'}{self.count}项"


@dataclass(frozen=True, slots=True)
class Coming:
    """A day of the month ahead: a meeting, a limit, a paper due."""

    on: date
    what: str
    unit: str = ""


def build(
    *,
    area: str,
    period: str,
    figures: Sequence[Figure],
    problems: Sequence[str],
    late: Sequence[Late],
    coming: Sequence[Coming],
    as_of: date,
    counted_until: date | None = None,
    late_counts: Sequence[LateCount] = (),
    this_period: str = "本月",
    period_before: str = "上月",
    source: str = "月报",
    issue: str = "",
    is_draft: bool = False,
    created_at: datetime | None = None,
) -> Document:
    """The page, as of `as_of`; figures are counted to `counted_until` (that day unless given).

    Lists too long for it are cut and say how much is left, by kind where `late_counts` tells. `problems` are whole
    sentences that name units and state no figure that is not in a table or in the note below it. Never more than one A4 side, whatever is given (a test tries).
    """
    blocks: list[Block] = [Heading("主要数据"), _figures(figures[:MOST_FIGURES], this_period, period_before)]
    blocks += [Heading("主要问题"), *_problems(problems, source)]
    blocks += [Heading("逾期和未报"), *_late(late, late_counts, as_of)]
    blocks += [Heading("近期安排"), _coming(coming)]
    return Document(
        title=f"{_cut(area, LONGEST_NAME)}{period}工作一页纸",
        blocks=tuple(blocks),
        subtitle=(f"{issue}　　" if issue else "")
        + f"数据截至{long_date(counted_until or as_of)}　　环比与{period_before}比较",
        is_draft=is_draft,
        created_at=created_at,
    )


def _figures(figures: Sequence[Figure], this_period: str, period_before: str) -> Table:
    columns = (
        TableColumn("指标", 2.6),
        TableColumn(this_period, 1.3, "integer"),
        TableColumn(period_before, 1.3, "integer"),
        TableColumn("环比", 1.6, align="center"),
        TableColumn("单位", 0.7, align="center"),
    )
    rows = tuple(
        (
            _cut(figure.label, LONGEST_NAME),
            counted(figure),
            cell(figure, figure.previous),
            change(figure).in_table(),
            figure.unit,
        )
        for figure in figures
    )
    return Table(columns, rows, empty_text="本期没有可以统计的数据")


def _problems(problems: Sequence[str], source: str) -> list[Block]:
    if not problems:
        return [Paragraph("本期没有发现需要报告的问题。")]
    shown: list[Block] = []
    for number, text in enumerate(problems[:MOST_PROBLEMS], 1):
        words = " ".join(text.split())
        rest = f"……（全文见{source}）" if len(words) > LONGEST_PROBLEM else ""
        shown.append(Paragraph((Run(f"{number}."), Run((_begun(words) if rest else words) + rest))))
    if len(problems) > MOST_PROBLEMS:
        shown.append(Paragraph(f"其余问题见{source}。"))
    return shown


def _begun(words: str) -> str:
    """As much as the page holds, cut behind a mark where there is one: no figure is cut in two."""
    head = words[:LONGEST_PROBLEM]
    at = max(head.rfind(mark) for mark in "。；，、")
    return head[: at + 1] if at >= LONGEST_PROBLEM // 3 else head


def _late(late: Sequence[Late], counts: Sequence[LateCount], as_of: date) -> list[Block]:
    whole = max(sum(each.count for each in counts), len(late))
    columns = (
        TableColumn("情况", 0.7, align="center"),
        TableColumn("事项", 4.0),
        TableColumn("责任单位", 2.0),
        TableColumn("时限", 1.3, "date"),
        TableColumn("超期", 0.9, align="right"),
    )
    rows: list[tuple[Value, ...]] = [
        (
            "未报" if item.is_missing else "逾期",
            _cut(item.what, LONGEST_CELL),
            _cut(item.unit, LONGEST_UNIT),
            item.due_on,
            f"{(as_of - item.due_on).days}天" if item.due_on and item.due_on < as_of else "",
        )
        for item in late[:MOST_LATE]
    ]
    rest = whole - len(rows)
    kinds = "：" + "，".join(each.text for each in counts) if counts else ""
    note = f"共{whole}项{kinds}。" if whole else ""
    note += f"这里列出{len(rows)}项，其余{rest}项见系统。" if rest > 0 else ""
    return [Table(columns, tuple(rows), note=note, empty_text="没有逾期和未报")]


def _coming(coming: Sequence[Coming]) -> Table:
    columns = (TableColumn("日期", 1.2, "date"), TableColumn("事项", 4.0), TableColumn("单位", 2.0))
    rows = tuple(
        (item.on, _cut(item.what, LONGEST_CELL), _cut(item.unit, LONGEST_UNIT))
        for item in sorted(coming, key=lambda item: (item.on, item.what))[:MOST_DATES]
    )
    return Table(columns, rows, empty_text="近期没有登记的安排")


def _cut(text: str, most: int) -> str:
    words = " ".join(text.split())
    return words if len(words) <= most else words[: most - 1] + "…"
