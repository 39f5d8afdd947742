"""剔除事件清单: every event left out of the rates with reason and decision, and each rate before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reports.document import Document, FootLine, Heading, Page, Paragraph, Table, TableColumn, long_date

Figure = int | Decimal | None
NO_VALUE = "—"
LIST = (
    TableColumn("序号", 0.5, "integer", "center"), TableColumn("工单号", 1.6), TableColumn("何事", 2.0),
    TableColumn("来源", 0.9), TableColumn("上报日期", 1.1, "date", "center"), TableColumn("剔除理由", 1.1),
    TableColumn("情况说明", 2.6), TableColumn("佐证", 1.6), TableColumn("申请人", 0.9), TableColumn("审定人", 0.9),
    TableColumn("审定日期", 1.1, "date", "center"), TableColumn("审定意见", 1.6),
)  # fmt: skip
COMPARED = (
    TableColumn("指标", 1.4), TableColumn("剔除前", 1.0, align="right"), TableColumn("剔除后", 1.0, align="right"),
    TableColumn("怎么算", 4.0),
)  # fmt: skip
RULE = (
    "口径：重复或不合理的诉求，附佐证申请，由申请人以外的人审定；同意剔除的事件仍在台账里、仍算上报，"
    "但不算进各项比率的分子和分母。剔除前的数把它们都算在内。"
)


@dataclass(frozen=True, slots=True)
class Excluded:
    """One event left out."""

    number: str
    name: str
    source: str
    reported_on: date | None
    reason: str
    claim: str
    evidence: str
    applied_by: str
    decided_by: str
    decided_on: date | None
    decision: str


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure with and without them."""

    title: str
    before: Figure
    after: Figure
    is_percent: bool
    rule: str


def build(
    excluded: Sequence[Excluded], figures: Sequence[Compared], *, area: str, period: str, as_of: date,
    foot_line: FootLine | None = None,
) -> Document:  # fmt: skip
    """The list; without `figures`, where nothing was excluded, it compares none."""
    rows = tuple(
        (number, each.number, each.name, each.source, each.reported_on, each.reason, each.claim, each.evidence,
         each.applied_by, each.decided_by, each.decided_on, each.decision)
        for number, each in enumerate(excluded, 1)
    )  # fmt: skip
    compared = tuple((each.title, _text(each, each.before), _text(each, each.after), each.rule) for each in figures)
    return Document(
        f"{area}{period}剔除事件清单",
        (
            Paragraph(f"{period}共剔除{len(excluded)}件。"), Paragraph(RULE), Heading("剔除的事件"),
            Table(LIST, rows, empty_text="本期没有剔除的事件"),
            *((Heading("剔除前后的指标"), Table(COMPARED, compared)) if compared else ()),
        ),
        page=Page("A4", "landscape"), subtitle=f"统计截至：{long_date(as_of)}", foot_line=foot_line,
    )  # fmt: skip


def _text(of: Compared, value: Figure) -> str:
    if value is None:
        return NO_VALUE
    return f"{value}%" if of.is_percent else str(value)
