"""代办单 of one order with its three gates, and 代办台账 of a period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from reports.document import (
    Document,
    Facts,
    FootLine,
    Heading,
    Page,
    Paragraph,
    SignatureLines,
    Table,
    TableColumn,
    long_date,
)

LEDGER = (
    TableColumn("序号", 0.5, "integer", "center"), TableColumn("编号", 1.2, align="center"), TableColumn("申请日期", 1.1, "date"),
    TableColumn("姓名", 0.9, align="center"), TableColumn("所在网格", 1.6), TableColumn("事项", 2), TableColumn("承办人", 1),
    TableColumn("封口日期", 1.1, "date"), TableColumn("送回期限", 1.1, "date"), TableColumn("送回日期", 1.1, "date"),
    TableColumn("时限", 0.8, align="center"), TableColumn("状态", 1, align="center"),
)  # fmt: skip
GATES = (
    TableColumn("关口", 1.4), TableColumn("拍照时间", 1.8, align="center"), TableColumn("经手人", 1.2, align="center"),
    TableColumn("照片", 3),
)  # fmt: skip
BAG = (TableColumn("序号", 0.5, "integer", "center"), TableColumn("收到的材料", 3), TableColumn("交回的材料", 3))
FREE = "代办不收取任何费用。材料当面封口，拆封和重新封口都有照片，收到的材料全部交回。"


@dataclass(frozen=True, slots=True)
class Gate:
    """One of the three photos; no moment where it was not taken."""

    name: str
    at: datetime | None = None
    by: str = ""
    photos: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One order as papers show it, masked by whoever fills it."""

    number: str
    person: str
    item: str
    area: str
    state: str
    phone: str = ""
    address: str = ""
    worker: str = ""
    first_by: str = ""
    letter: str = ""
    asked_on: date | None = None
    sealed_on: date | None = None
    due_on: date | None = None
    delivered_on: date | None = None
    timing: str = ""
    items_in: tuple[str, ...] = ()
    items_out: tuple[str, ...] = ()


def sheet(order: Order, gates: Sequence[Gate]) -> Document:
    """受理、委托、三道关口、签收 on one sheet, three lines to sign."""
    facts = Facts(
        (("编号", order.number), ("代办事项", order.item), ("姓名", order.person), ("联系电话", order.phone),
         ("上门地址", order.address), ("所在网格", order.area), ("首问责任人", order.first_by), ("承办人", order.worker),
         ("委托书编号", order.letter), ("申请日期", order.asked_on), ("封口日期", order.sealed_on),
         ("送回期限", order.due_on), ("送回日期", order.delivered_on), ("状态", order.state))
    )  # fmt: skip
    passed = tuple(
        (each.name, f"{each.at:%Y-%m-%d %H:%M}" if each.at else "", each.by, "、".join(each.photos)) for each in gates
    )
    longest = max(len(order.items_in), len(order.items_out))
    bag = tuple(
        (
            n + 1,
            order.items_in[n] if n < len(order.items_in) else "",
            order.items_out[n] if n < len(order.items_out) else "",
        )
        for n in range(longest)
    )
    return Document(
        "上门代办单",
        (
            facts, Heading("三道关口"), Table(GATES, passed), Heading("袋内材料"), Table(BAG, bag, empty_text="还没有收材料"),
            Paragraph(f"本人委托上述承办人代为办理“{order.item}”。{FREE}"),
            SignatureLines(("委托人（签字）", "承办人（签字）", "签收人（签字）"), per_line=3),
        ),
    )  # fmt: skip


def ledger(
    orders: Sequence[Order], *, area: str, period: str, as_of: date, foot_line: FootLine | None = None
) -> Document:
    """Every order of a period, and how many came back in time."""
    rows = tuple(
        (n, each.number, each.asked_on, each.person, each.area, each.item, each.worker, each.sealed_on, each.due_on,
         each.delivered_on, each.timing, each.state)
        for n, each in enumerate(orders, 1)
    )  # fmt: skip
    done = [each for each in orders if each.timing in ("按时", "超时")]
    on_time = sum(each.timing == "按时" for each in done)
    rate = f"{on_time * 100 / len(done):.2f}%" if done else "—"
    note = f"共受理{len(orders)}件，送回{len(done)}件，按时{on_time}件，按时办结率{rate}（按时送回数÷送回数）。"
    return Document(
        f"{area}{period}代办台账", (Table(LEDGER, rows, note=note if orders else "", empty_text="本期没有代办"),),
        page=Page("A4", "landscape"), subtitle=f"填报单位：{area}　　统计截至：{long_date(as_of)}", foot_line=foot_line,
    )  # fmt: skip
