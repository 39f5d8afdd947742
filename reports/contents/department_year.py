"""部门吹哨报到年度考核表: how often each department was called, in time or not, and what streets and district gave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from reports.document import Document, FootLine, Page, Table, TableColumn, Value, long_date


@dataclass(frozen=True, slots=True)
class Line:
    """One department; scores are None where nobody gave one.

    `streets` is the mean of the streets' scores, `weighed` what it counts, `other` what the district gave, `total` their
    weighted sum once both are there.
    """

    unit: str
    calls: int
    over: int
    signed_in_time: int
    arrived_in_time: int
    done_in_time: int
    streets: Decimal | None
    weighed: Decimal | None
    other: Decimal | None
    total: Decimal | None


def build(
    lines: Sequence[Line], *, area: str, period: str, as_of: date, share: Decimal, foot_line: FootLine | None = None,
    created_at: datetime | None = None,
) -> Document:  # fmt: skip
    """A line for each department. `share` is what the streets' scores weigh."""
    streets, other = f"{share:.0%}", f"{1 - share:.0%}"
    columns = (
        TableColumn("序号", 0.6, "integer", "center"),
        TableColumn("部门", 2.4),
        TableColumn("被吹次数", 0.9, "integer"),
        TableColumn("已评次数", 0.9, "integer"),
        TableColumn("按时签收", 0.9, "integer"),
        TableColumn("按时报到", 0.9, "integer"),
        TableColumn("按时办结", 0.9, "integer"),
        TableColumn("街道评分（平均）", 1.2, "decimal"),
        TableColumn(f"折算{streets}", 1.0, "decimal"),
        TableColumn("区级考评", 1.0, "decimal"),
        TableColumn(f"折算{other}", 1.0, "decimal"),
        TableColumn("年度得分", 1.0, "decimal"),
    )
    rows: list[tuple[Value, ...]] = [
        (number, each.unit, each.calls, each.over, each.signed_in_time, each.arrived_in_time, each.done_in_time,
         each.streets, each.weighed, each.other,
         each.total - each.weighed if each.total is not None and each.weighed is not None else None, each.total)
        for number, each in enumerate(lines, 1)
    ]  # fmt: skip
    note = (
        f"街道每哨给每个部门评一次分（响应30%、到场30%、效果40%），全年平均后占{streets}；区级考评占{other}。"
        "缺一项的不算年度得分。"
    )
    return Document(
        title=f"{area}{period}部门吹哨报到考核表",
        blocks=(Table(columns, tuple(rows), note=note if lines else "", empty_text="本年没有吹哨"),),
        page=Page("A4", "landscape"),
        subtitle=f"统计截至：{long_date(as_of)}",
        foot_line=foot_line, created_at=created_at,
    )  # fmt: skip
