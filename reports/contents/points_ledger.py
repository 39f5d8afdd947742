"""网格员积分台账: every entry of one worker with the balance behind it, and the month's summary of many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from reports.contents.tables import totals
from reports.document import Block, Cell, Document, Facts, FootLine, Page, Table, TableColumn, Value, show
from reports.sums import ColumnSum, FactSum, RowSum, Running

ZERO = Decimal(0)
PLACES = 1
"""Points have one place behind the point, on screen and on paper."""
CLOSING = RowSum(("期初积分", "加分", "扣分"))


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger (一事一记). A mistake is a second entry that takes it back, never a change."""

    number: int
    on: date
    matter_number: str
    matter: str
    rule_code: str
    points: Decimal
    evidence: str = ""
    recorded_by: str = ""
    checked_by: str = ""
    state: str = "已核"
    rule_version: str = ""
    counts: bool = True
    """Whether the entry is in the balance; one that waits for its check is printed but not counted."""


@dataclass(frozen=True, slots=True)
class Worker:
    """Whose ledger it is."""

    name: str
    grid: str
    community: str = ""
    work_number: str = ""


@dataclass(frozen=True, slots=True)
class WorkerLine:
    """One worker in the summary. Order is the caller's (by grid); the paper gives nobody a place."""

    name: str
    grid: str
    opening: Decimal
    gained: Decimal
    deducted: Decimal
    """Zero or below."""
    entry_count: int
    disputed_count: int = 0

    @property
    def closing(self) -> Decimal:
        """Balance at the end of the period."""
        return self.opening + self.gained + self.deducted


def build(
    worker: Worker,
    entries: Sequence[Entry],
    *,
    period: str,
    opening: Decimal = ZERO,
    foot_line: FootLine | None = None,
    is_draft: bool = False,
    short_code: str = "",
    created_at: datetime | None = None,
) -> Document:
    """One worker's ledger on A4 across; balances are computed here from `opening`, entry by entry."""
    columns = (
        TableColumn("序号", 0.6, "integer", "center"),
        TableColumn("日期", 1.2, "date"),
        TableColumn("事项编号", 1.6, "id"),
        TableColumn("事项内容", 4.2),
        TableColumn("规则", 1.0, "id"),
        TableColumn("分值", 0.8, "decimal", is_summed=True, places=PLACES),
        TableColumn("佐证", 1.6),
        TableColumn("记录人", 0.9, align="center"),
        TableColumn("审核人", 0.9, align="center"),
        TableColumn("状态", 0.8, align="center"),
        TableColumn("余额", 0.9, "decimal", places=PLACES, comes_from=Running("分值", opening="期初积分")),
    )
    rows, balance = _rows(entries, opening)
    counted = [entry.points for entry in entries if entry.counts]
    facts: list[tuple[str, Value]] = [
        ("姓名", worker.name),
        ("所属网格", worker.grid),
        ("所属社区", worker.community),
        ("工号", worker.work_number),
        ("期初积分", _figure(opening)),
        ("本期加分", _figure(sum((each for each in counted if each > 0), ZERO), ColumnSum("分值", "above_zero"))),
        ("本期扣分", _figure(sum((each for each in counted if each < 0), ZERO), ColumnSum("分值", "below_zero"))),
        ("期末积分", _figure(balance, FactSum(("期初积分", "本期加分", "本期扣分")))),
    ]
    facts = [(label, value) for label, value in facts if value != ""]
    last = ("", "", "", "合计", "", sum(counted, ZERO), "", "", "", "", balance)
    is_waiting = any(not entry.counts for entry in entries)
    blocks: tuple[Block, ...] = (
        Facts(tuple(facts), columns=4),
        Table(
            columns,
            rows,
            totals=last if entries else None,
            note="带括号的分值还没有核定，不计入合计和余额。" if is_waiting else "",
            empty_text="本期没有积分记录",
        ),
    )
    return Document(
        title="网格员积分台账",
        blocks=blocks,
        subtitle=f"统计期：{period}",
        page=Page("A4", "landscape"),
        foot_line=foot_line,
        is_draft=is_draft,
        short_code=short_code,
        created_at=created_at,
    )


def _rows(entries: Sequence[Entry], opening: Decimal) -> tuple[tuple[tuple[Value, ...], ...], Decimal]:
    balance = opening
    rows: list[tuple[Value, ...]] = []
    for entry in entries:
        balance += entry.points if entry.counts else ZERO
        rule = f"{entry.rule_code} {entry.rule_version}".strip()
        rows.append(
            (
                entry.number,
                entry.on,
                entry.matter_number,
                entry.matter,
                rule,
                entry.points if entry.counts else f"（{show(entry.points, 'decimal', PLACES)}）",
                entry.evidence,
                entry.recorded_by,
                entry.checked_by,
                entry.state,
                balance,
            )
        )
    return tuple(rows), balance


def build_summary(
    lines: Sequence[WorkerLine],
    *,
    area: str,
    period: str,
    foot_line: FootLine | None = None,
    is_draft: bool = False,
    short_code: str = "",
    created_at: datetime | None = None,
) -> Document:
    """All workers of `area` for `period`, in the order given, with sums; nobody is ranked (国办函〔2026〕12号)."""
    columns = (
        TableColumn("序号", 0.6, "integer", "center"),
        TableColumn("姓名", 1.2, align="center"),
        TableColumn("所属网格", 2.4),
        TableColumn("期初积分", 1.1, "decimal", is_summed=True, places=PLACES),
        TableColumn("加分", 1, "decimal", is_summed=True, places=PLACES),
        TableColumn("扣分", 1, "decimal", is_summed=True, places=PLACES),
        TableColumn("期末积分", 1.1, "decimal", is_summed=True, places=PLACES, comes_from=CLOSING),
        TableColumn("记录数", 0.9, "integer", is_summed=True),
        TableColumn("异议数", 0.9, "integer", is_summed=True),
    )
    rows: tuple[tuple[Value, ...], ...] = tuple(
        (
            number,
            line.name,
            line.grid,
            line.opening,
            line.gained,
            line.deducted,
            line.closing,
            line.entry_count,
            line.disputed_count,
        )
        for number, line in enumerate(lines, 1)
    )
    table = Table(columns, rows, totals=totals(columns, rows) if rows else None, empty_text="本期没有积分记录")
    return Document(
        title="网格员积分汇总表",
        blocks=(table,),
        subtitle=f"填报单位：{area}　统计期：{period}",
        foot_line=foot_line,
        is_draft=is_draft,
        short_code=short_code,
        created_at=created_at,
    )


def _figure(number: Decimal, comes_from: ColumnSum | FactSum | None = None) -> Value:
    return Cell(number, "decimal", PLACES, comes_from)
