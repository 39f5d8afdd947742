"""网格员积分公示表: a month's points of one community by grid, under masked names; nobody is ranked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from reports.contents.public_notice import refuse_private
from reports.contents.tables import totals
from reports.document import Block, Document, FootLine, Paragraph, Table, TableColumn, Value, long_date
from reports.sums import RowSum

COLUMNS = (
    TableColumn("序号", 0.6, "integer", "center"),
    TableColumn("姓名", 1.2, align="center"),
    TableColumn("所属网格", 2.6),
    TableColumn("加分", 1, "decimal", is_summed=True, places=1),
    TableColumn("扣分", 1, "decimal", is_summed=True, places=1),
    TableColumn("合计", 1, "decimal", is_summed=True, places=1, comes_from=RowSum(("加分", "扣分"))),
    TableColumn("记录数", 0.9, "integer", is_summed=True),
)


@dataclass(frozen=True, slots=True)
class ShownWorker:
    """One worker on show. `name` is masked already (张*丰); points as they went on show."""

    name: str
    grid: str
    gained: Decimal
    deducted: Decimal
    """Zero or below."""
    entry_count: int


@dataclass(frozen=True, slots=True)
class Show:
    """A community's month on show, both days counted in. `is_provisional`: the year's holidays are not published yet."""

    community: str
    shown_from: date
    shown_until: date
    workers: tuple[ShownWorker, ...]
    is_provisional: bool = False


def build(
    shows: Sequence[Show],
    *,
    area: str,
    period: str,
    phone: str = "",
    foot_line: FootLine | None = None,
    is_draft: bool = False,
    created_at: datetime | None = None,
) -> Document:
    """The list to hang out, one table for each community, in the order given.

    Raises PrivateDataInNotice for a whole ID or mobile number in it (the office's own `phone` may stand), ValueError
    for a 公示 that ends before it begins.
    """
    blocks: list[Block] = []
    for show in shows:
        blocks += _one(show, period, phone)
    if not shows:
        blocks.append(Paragraph(f"{area}{period}的网格员积分还没有公示。"))
    return Document(
        title="网格员积分公示表",
        blocks=tuple(blocks),
        subtitle=f"公示单位：{area}　统计期：{period}",
        foot_line=foot_line,
        is_draft=is_draft,
        created_at=created_at,
    )


def _one(show: Show, period: str, phone: str) -> list[Block]:
    if show.shown_until < show.shown_from:
        raise ValueError("公示结束日期早于开始日期，请核对")
    rows: tuple[tuple[Value, ...], ...] = tuple(
        (
            number, each.name, each.grid, each.gained, each.deducted, each.gained + each.deducted, each.entry_count,
        )
        for number, each in enumerate(show.workers, 1)
    )  # fmt: skip
    text = (
        f"{show.community}{period}网格员积分从{long_date(show.shown_from)}起公示，到{long_date(show.shown_until)}为止"
        f"{'（暂定，放假安排公布后重算）' if show.is_provisional else ''}。按网格排列，不排名次。"
        "本人对积分有异议的，请在公示期内登录系统从“我的积分”提出，或者当面、"
        f"{f'打电话（{phone}）' if phone else '书面'}反映。"
    )
    table = Table(
        COLUMNS,
        rows,
        caption=f"{show.community}网格员积分",
        totals=totals(COLUMNS, rows) if rows else None,
        empty_text="本期没有积分记录",
    )
    refuse_private(() if phone else (text,), table)
    return [Paragraph(text), table]
