"""走访台账 of a period: every visit, and how many households were seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from reports.document import Document, FootLine, Page, Table, TableColumn, long_date


@dataclass(frozen=True, slots=True)
class Visited:
    """One visit."""

    on: date
    household: str
    area: str
    who: str
    way: str
    found: str
    follow: str
    state: str
    result: str = ""


def build(
    visits: Sequence[Visited], *, area: str, period: str, as_of: date, foot_line: FootLine | None = None,
    created_at: datetime | None = None,
) -> Document:  # fmt: skip
    """The ledger; what is left to be done is counted below."""
    columns = (
        TableColumn("序号", 0.5, "integer", "center"),
        TableColumn("日期", 1.1, "date"),
        TableColumn("户", 2.4),
        TableColumn("所属网格", 1.6),
        TableColumn("走访人", 1.2),
        TableColumn("方式", 0.7, align="center"),
        TableColumn("了解到的情况", 3.2),
        TableColumn("跟进什么事", 2.0),
        TableColumn("跟进情况", 0.9, align="center"),
        TableColumn("办理结果", 1.8),
    )
    rows = tuple(
        (
            number,
            each.on,
            each.household,
            each.area,
            each.who,
            each.way,
            each.found,
            each.follow,
            each.state,
            each.result,
        )
        for number, each in enumerate(visits, 1)
    )
    homes = len({(each.household, each.area) for each in visits})
    left = sum(each.state in ("待跟进", "已超期") for each in visits)
    note = f"共走访{len(visits)}次、{homes}户；还有{left}件事要跟进。" if visits else ""
    return Document(
        title=f"{area}{period}走访台账",
        blocks=(Table(columns, rows, note=note, empty_text="本期没有走访记录"),),
        page=Page("A4", "landscape"),
        subtitle=f"填报单位：{area}　　统计截至：{long_date(as_of)}",
        foot_line=foot_line, created_at=created_at,
    )  # fmt: skip
