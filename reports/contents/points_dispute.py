"""积分异议处理单: what was disputed and why, what was found, and what followed in the ledger, with lines to sign."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from reports.contents.tables import totals
from reports.document import (
    Block,
    Document,
    Facts,
    Heading,
    Paragraph,
    SignatureLines,
    Table,
    TableColumn,
    Value,
    long_date,
)

COLUMNS = (
    TableColumn("记录", 1.3, align="center"),
    TableColumn("流水号", 0.8, "integer", "center"),
    TableColumn("日期", 1.2, "date"),
    TableColumn("规则", 0.9, "id"),
    TableColumn("事项", 4),
    TableColumn("分值", 0.9, "decimal", is_summed=True, places=1),
    TableColumn("记录人", 1, align="center"),
)


@dataclass(frozen=True, slots=True)
class Record:
    """One entry that plays a part: `role` is 有异议的记录, 冲正 or 补记."""

    role: str
    number: int
    on: date
    rule: str
    matter: str
    points: Decimal
    recorded_by: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What was found: `is_upheld` that the worker was right."""

    is_upheld: bool
    on: date
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Dispute:
    """One dispute. `matter` is what a missing entry should have been for; '' where an entry is disputed."""

    worker: str
    grid: str
    month: str
    reason: str
    filed_on: date
    due_on: date
    matter: str = ""
    file_count: int = 0
    records: tuple[Record, ...] = ()
    decision: Decision | None = None


def build(
    dispute: Dispute, *, as_of: date, short_code: str = "", is_draft: bool = False, created_at: datetime | None = None
) -> Document:
    """The sheet on one A4 page; a dispute that nobody has decided says until when it is to be decided."""
    decision = dispute.decision
    facts: tuple[tuple[str, Value], ...] = (
        ("网格员", dispute.worker),
        ("所属网格", dispute.grid),
        ("积分月份", dispute.month),
        ("提出日期", dispute.filed_on),
        ("处理时限", dispute.due_on),
        ("处理日期", decision.on if decision else "尚未处理"),
        ("处理结果", _outcome(decision)),
        ("处理人", decision.by if decision else ""),
        ("所附材料", f"{dispute.file_count}份" if dispute.file_count else "无"),
        ("是否按时", _punctual(dispute, as_of)),
    )
    blocks: list[Block] = [Facts(facts), Heading("提出的异议")]
    if dispute.matter:
        blocks.append(Paragraph(f"认为没有记分的事项：{dispute.matter}"))
    blocks.append(Paragraph(dispute.reason))
    if dispute.records:
        rows = tuple(
            (each.role, each.number, each.on, each.rule, each.matter, each.points, each.recorded_by)
            for each in dispute.records
        )
        blocks += [Heading("台账记录"), Table(COLUMNS, rows, totals=totals(COLUMNS, rows))]
    blocks += [Heading("处理意见"), Paragraph(_opinion(dispute))]
    blocks.append(SignatureLines(("提出人（签字）", "处理人（签字）", "社区（盖章）", "日期"), 2))
    return Document(
        title="网格员积分异议处理单",
        blocks=tuple(blocks),
        subtitle=f"{dispute.grid}　{dispute.month}",
        short_code=short_code,
        is_draft=is_draft,
        created_at=created_at,
    )


def build_none(*, area: str, period: str) -> Document:
    """The paper of a period in which nobody disputed anything."""
    return Document(
        title="网格员积分异议处理单",
        blocks=(Paragraph(f"{area}{period}的积分没有异议。"),),
        subtitle=f"填报单位：{area}　统计期：{period}",
    )


def _outcome(decision: Decision | None) -> str:
    if decision is None:
        return "尚未处理"
    return "异议成立，已更正" if decision.is_upheld else "异议不成立，维持原记录"


def _punctual(dispute: Dispute, as_of: date) -> str:
    done_on = dispute.decision.on if dispute.decision else as_of
    late = (done_on - dispute.due_on).days
    if late > 0:
        return f"超期{late}天"
    return "按时" if dispute.decision else "在时限内"


def _opinion(dispute: Dispute) -> str:
    if dispute.decision is not None:
        return dispute.decision.reason
    return f"请在{long_date(dispute.due_on)}下班前，由记录人和核对人之外的人核实并写明处理意见。"
