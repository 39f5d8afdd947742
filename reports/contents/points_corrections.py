"""积分更正清单: every entry that was taken back or made up for in a period, with its reason; 次月更正 named as such."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from reports.contents.tables import totals
from reports.document import Document, FootLine, Page, Table, TableColumn, Value

COLUMNS = (
    TableColumn("序号", 0.5, "integer", "center"),
    TableColumn("网格员", 1, align="center"),
    TableColumn("所属网格", 1.9),
    TableColumn("更正方式", 1.1, align="center"),
    TableColumn("原流水号", 0.8, "integer", "center"),
    TableColumn("原日期", 1.1, "date"),
    TableColumn("原分值", 0.8, "decimal", places=1),
    TableColumn("事项", 3),
    TableColumn("更正流水号", 0.8, "integer", "center"),
    TableColumn("记入日期", 1.1, "date"),
    TableColumn("更正分值", 0.9, "decimal", is_summed=True, places=1),
    TableColumn("更正原因", 3),
    TableColumn("经办人", 0.9, align="center"),
)


@dataclass(frozen=True, slots=True)
class Correction:
    """One correction. `kind` is 冲正, 退回, 异议冲正 or 异议补记; what an entry made up for lacks is None."""

    worker: str
    grid: str
    kind: str
    matter: str
    number: int
    on: date
    points: Decimal
    reason: str
    by: str
    old_number: int | None = None
    old_on: date | None = None
    old_points: Decimal | None = None

    @property
    def is_late(self) -> bool:
        """次月更正: what it corrects stands in an earlier month, which was final by then."""
        return self.old_on is not None and (self.old_on.year, self.old_on.month) < (self.on.year, self.on.month)

    @property
    def kind_text(self) -> str:
        """冲正, or 冲正（次月更正）."""
        return f"{self.kind}（次月更正）" if self.is_late else self.kind


def build(
    corrections: Sequence[Correction],
    *,
    area: str,
    period: str,
    foot_line: FootLine | None = None,
    is_draft: bool = False,
    created_at: datetime | None = None,
) -> Document:
    """The list on A4 across, in the order given."""
    rows: tuple[tuple[Value, ...], ...] = tuple(
        (
            number, each.worker, each.grid, each.kind_text, each.old_number or "", each.old_on or "",
            "" if each.old_points is None else each.old_points, each.matter, each.number, each.on, each.points,
            each.reason, each.by,
        )
        for number, each in enumerate(corrections, 1)
    )  # fmt: skip
    late = sum(each.is_late for each in corrections)
    table = Table(
        COLUMNS,
        rows,
        totals=totals(COLUMNS, rows) if rows else None,
        note=f"其中次月更正{late}条：原记录所在月份已经定稿，更正记入以后的月份。" if late else "",
        empty_text="本期没有更正",
    )
    return Document(
        title="网格员积分更正清单",
        blocks=(table,),
        subtitle=f"填报单位：{area}　统计期：{period}",
        page=Page("A4", "landscape"),
        foot_line=foot_line,
        is_draft=is_draft,
        created_at=created_at,
    )
