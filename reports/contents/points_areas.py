"""网格（社区、街道）积分汇总表: what the workers of each area made in a period; areas stand by code, unranked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from reports.contents.tables import totals
from reports.document import Document, FootLine, Table, TableColumn, Value, round_half_up
from reports.sums import RowSum


@dataclass(frozen=True, slots=True)
class AreaLine:
    """One area: workers in post in the period, and all that was recorded there."""

    name: str
    worker_count: int
    entry_count: int
    gained: Decimal
    deducted: Decimal
    """Zero or below."""
    waiting_count: int = 0
    disputed_count: int = 0

    @property
    def total(self) -> Decimal:
        """What was gained, less what was taken off."""
        return self.gained + self.deducted


def build(
    lines: Sequence[AreaLine],
    *,
    area: str,
    period: str,
    area_word: str = "网格",
    foot_line: FootLine | None = None,
    is_draft: bool = False,
    created_at: datetime | None = None,
) -> Document:
    """Areas in the order given, with sums. 人均 is of workers in post; — where there are none."""
    columns = (
        TableColumn("序号", 0.6, "integer", "center"),
        TableColumn(area_word, 2.4),
        TableColumn("网格员数", 1, "integer", is_summed=True),
        TableColumn("记录数", 1, "integer", is_summed=True),
        TableColumn("加分", 1.1, "decimal", is_summed=True, places=1),
        TableColumn("扣分", 1.1, "decimal", is_summed=True, places=1),
        TableColumn("合计", 1.1, "decimal", is_summed=True, places=1, comes_from=RowSum(("加分", "扣分"))),
        TableColumn("人均", 0.9, "decimal", places=1),
        TableColumn("待核", 0.8, "integer", is_summed=True),
        TableColumn("异议", 0.8, "integer", is_summed=True),
    )
    rows: tuple[tuple[Value, ...], ...] = tuple(
        (
            number, each.name, each.worker_count, each.entry_count, each.gained, each.deducted, each.total,
            _mean(each.total, each.worker_count), each.waiting_count, each.disputed_count,
        )
        for number, each in enumerate(lines, 1)
    )  # fmt: skip
    last = list(totals(columns, rows))
    last[7] = _mean(sum((each.total for each in lines), Decimal(0)), sum(each.worker_count for each in lines))
    table = Table(
        columns,
        rows,
        totals=tuple(last) if rows else None,
        note="人均按本期在岗的网格员算；各单位按编码排列，不排名次。",
        empty_text="本期没有积分记录",
    )
    return Document(
        title=f"{area_word}积分汇总表",
        blocks=(table,),
        subtitle=f"填报单位：{area}　统计期：{period}",
        foot_line=foot_line,
        is_draft=is_draft,
        created_at=created_at,
    )


def _mean(total: Decimal, count: int) -> Decimal | None:
    return round_half_up(total / count, 1) if count else None
