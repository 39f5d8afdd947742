"""联合巡查情况表: each patrol with who walked and what was found; how many were missed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from reports.document import Document, FootLine, Page, Table, TableColumn, Value, long_date


@dataclass(frozen=True, slots=True)
class Found:
    """One fault; `mended` is 已整改 or 未整改."""

    location: str
    problem: str
    mender: str
    mend_by: date | None
    mended: str


@dataclass(frozen=True, slots=True)
class Patrolled:
    """One patrol."""

    compound: str
    area: str
    planned_on: date
    held_on: date | None
    people: str
    state: str
    found: tuple[Found, ...] = ()


def build(
    patrols: Sequence[Patrolled], *, area: str, period: str, as_of: date, foot_line: FootLine | None = None,
    created_at: datetime | None = None,
) -> Document:  # fmt: skip
    """Patrol by patrol, its faults below each other."""
    columns = (
        TableColumn("小区", 1.5),
        TableColumn("社区", 1.1),
        TableColumn("应巡日期", 1.1, "date"),
        TableColumn("巡查日期", 1.1, "date"),
        TableColumn("状态", 0.7, align="center"),
        TableColumn("参加的人", 2.0),
        TableColumn("在哪里", 1.3),
        TableColumn("什么问题", 2.4),
        TableColumn("谁来改", 1.2),
        TableColumn("整改期限", 1.1, "date"),
        TableColumn("整改", 0.8, align="center"),
    )
    rows: list[tuple[Value, ...]] = []
    for each in patrols:
        head: tuple[Value, ...] = (each.compound, each.area, each.planned_on, each.held_on, each.state, each.people)
        if not each.found:
            rows.append((*head, "", "", "", None, ""))
        for number, one in enumerate(each.found):
            first = head if number == 0 else ("", "", None, None, "", "")
            rows.append((*first, one.location, one.problem, one.mender, one.mend_by, one.mended))
    faults = [one for each in patrols for one in each.found]
    note = (
        f"应巡{len(patrols)}次，已巡{sum(each.held_on is not None for each in patrols)}次，"
        f"漏巡{sum(each.state == '漏巡' for each in patrols)}次；发现问题{len(faults)}个，"
        f"已整改{sum(one.mended == '已整改' for one in faults)}个。"
    )
    return Document(
        title=f"{area}{period}联合巡查情况表",
        blocks=(Table(columns, tuple(rows), note=note if patrols else "", empty_text="本期没有安排联合巡查"),),
        page=Page("A4", "landscape"),
        subtitle=f"填报单位：{area}　　统计截至：{long_date(as_of)}",
        foot_line=foot_line, created_at=created_at,
    )  # fmt: skip
