"""督办台账: every matter of a period with its source, limit, level, last progress and missed weeks, and the sums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from reports.document import Document, FootLine, Page, Table, TableColumn, Value, long_date


@dataclass(frozen=True, slots=True)
class Supervised:
    """One matter. `standing` is 正常, 快到期, 逾期n天 or 已销号; `missed` names the weeks without progress."""

    number: str
    source: str
    matter: str
    unit: str
    partners: str
    assigned_on: date | None
    due_on: date | None
    state: str
    standing: str
    level: str
    progress: str
    missed: str
    closed_on: date | None


def build(
    matters: Sequence[Supervised], *, area: str, period: str, as_of: date, foot_line: FootLine | None = None,
    created_at: datetime | None = None,
) -> Document:  # fmt: skip
    """The ledger, those due first."""
    columns = (
        TableColumn("序号", 0.5, "integer", "center"),
        TableColumn("编号", 1.2, "id"),
        TableColumn("来源", 0.9),
        TableColumn("督办事项", 2.6),
        TableColumn("牵头单位", 1.4),
        TableColumn("配合单位", 1.2),
        TableColumn("交办日期", 1.0, "date"),
        TableColumn("办结期限", 1.0, "date"),
        TableColumn("办理状态", 1.1),
        TableColumn("时限情况", 0.9, align="center"),
        TableColumn("督办次数", 0.9, align="center"),
        TableColumn("最近进展", 2.4),
        TableColumn("缺周进展", 1.2),
        TableColumn("销号日期", 1.0, "date"),
    )
    rows: list[tuple[Value, ...]] = [
        (number, each.number, each.source, each.matter, each.unit, each.partners, each.assigned_on, each.due_on,
         each.state, each.standing, each.level, each.progress, each.missed, each.closed_on)
        for number, each in enumerate(matters, 1)
    ]  # fmt: skip
    return Document(
        title=f"{area}{period}督办台账",
        blocks=(Table(columns, tuple(rows), note=_sums(matters) if matters else "", empty_text="本期没有督办事项"),),
        page=Page("A3", "landscape"),
        subtitle=f"填报单位：{area}　　统计截至：{long_date(as_of)}",
        foot_line=foot_line, created_at=created_at,
    )  # fmt: skip


def _sums(matters: Sequence[Supervised]) -> str:
    by_source: dict[str, int] = {}
    for each in matters:
        by_source[each.source] = by_source.get(each.source, 0) + 1
    # A source may be called 12345: without a mark its count would read as 123451.
    sources = "，".join(f"{name}：{count}件" for name, count in by_source.items())
    closed = sum(each.closed_on is not None for each in matters)
    late = sum(each.standing.startswith("逾期") for each in matters)
    supervised = sum(each.level != "未督办" for each in matters)
    missed = sum(bool(each.missed) for each in matters)
    return (
        f"共{len(matters)}件（{sources}）；已销号{closed}件，逾期未销号{late}件；"
        f"发过督办的{supervised}件；缺周进展的{missed}件。"
    )
