"""事件交办（处置）单: one event on one sheet, from who told it to how he liked it, every step and lines to sign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.contents import steps_taken
from reports.contents.steps_taken import Step
from reports.document import Document, Facts, Heading, Paragraph, SignatureLines

SIGNERS = ("交办人（签字）", "承办单位负责人（签字、盖章）", "核查人（签字）")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """The event as the sheet shows it, reporter and phone as the reader may see them."""

    number: str
    name: str
    area: str
    state: str
    source: str
    category: str = ""
    level: str = ""
    location: str = ""
    content: str = ""
    reporter: str = ""
    phone: str = ""
    reported: str = ""
    unit: str = ""
    due: str = ""
    handled: str = ""
    closed: str = ""
    in_time: str = ""
    result: str = ""
    satisfaction: str = ""
    returns: str = ""
    merged: str = ""


def build(order: Order, steps: Sequence[Step]) -> Document:
    """The sheet."""
    facts = (
        ("工单号", order.number), ("来源", order.source), ("何事", order.name), ("小类", order.category), ("何地", order.location),
        ("办理区域", order.area), ("上报人", order.reporter), ("联系电话", order.phone), ("上报时间", order.reported),
        ("办理层级", order.level), ("责任单位", order.unit), ("办结时限", order.due), ("处置时间", order.handled),
        ("办结时间", order.closed), ("是否按期", order.in_time), ("状态", order.state), ("返工和重开", order.returns),
        ("满意度", order.satisfaction),
    )  # fmt: skip
    merged = (Paragraph(f"并入本件的反映：{order.merged}"),) if order.merged else ()
    return Document(
        "事件交办（处置）单",
        (
            Facts(facts), Heading("详细情况"), Paragraph(order.content or order.name), *merged, Heading("办理经过"), steps_taken.table(steps),
            Heading("办理结果"), Paragraph(order.result or "还没有写结果。"), SignatureLines(SIGNERS, per_line=1),
        ),
    )  # fmt: skip
