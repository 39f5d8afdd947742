"""上门代办单 and 代办台账 as papers of the report centre."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.areas.queries import full_name, name_of
from app.clock import local
from app.fields.masks import mask
from app.lowcode.list_page import shown_text
from app.lowcode.papers import Paper, PaperRequest, Subject, register_paper
from app.lowcode.queries import area_names, labels_of
from app.lowcode.register import register
from app.lowcode.viewing import viewer_of
from app.proxy_services import queries, rules
from app.proxy_services.models import ORDERS, ProxyOrder
from app.security.actor import acting_as
from reports.contents import proxy_service
from reports.contents.proxy_service import Gate, Order
from reports.document import Document, FootLine, Paragraph, long_date

SHEET = "proxy_sheet"


def build_sheet(request: PaperRequest) -> Document:
    """One order; without one, a paper that says so."""
    with acting_as(request.actor):
        row = queries.order_by_uid(request.subject)
        if row is None:
            return Document(
                f"{name_of(request.area_code)}上门代办单", (Paragraph(f"{request.period.title}没有代办。"),)
            )
        gates = [
            Gate(name, local(step.at), step.by_name, tuple(file for _shows, file, _digest in step.files))
            if step is not None
            else Gate(name)
            for name, step in zip(rules.GATES, queries.gates_of(row), strict=True)
        ]
        (order,) = _orders([row], request)
        return proxy_service.sheet(order, gates)


def _orders(rows: Sequence[ProxyOrder], request: PaperRequest, *, is_list: bool = False) -> list[Order]:
    reg = register(ORDERS)
    viewer = viewer_of(reg, request.actor, today=request.today)
    labels = labels_of([column for column in reg.columns if column.kind == "link"], rows)
    areas = area_names({row.area_code for row in rows}) if is_list else {}

    def text(row: Any, name: str) -> str:
        return shown_text(reg.column(name), row, viewer, labels)

    return [
        Order(
            number=row.number or "", person=mask("name", row.person, "working") if is_list else row.person or "",
            item=text(row, "item"), area=areas.get(row.area_code, "") if is_list else full_name(row.area_code),
            state=text(row, "state"), phone=text(row, "phone"), address=text(row, "address"), worker=text(row, "worker"),
            first_by=row.first_by, letter=row.letter or "", asked_on=row.asked_on, sealed_on=row.sealed_on,
            due_on=row.due_on, delivered_on=row.delivered_on,
            timing=rules.standing(row.state, row.due_on, row.delivered_on, request.today),
            items_in=rules.lines_of(row.items_in), items_out=rules.lines_of(row.items_out),
        )
        for row in rows
    ]  # fmt: skip


def build_ledger(request: PaperRequest) -> Document:
    """Every order of the period, names masked."""
    with acting_as(request.actor):
        rows = queries.between(request.area_code, request.period.first, request.period.last)
        return proxy_service.ledger(
            _orders(rows, request, is_list=True), area=name_of(request.area_code), period=request.period.title,
            as_of=min(request.period.last, request.today),
            foot_line=FootLine(
                (("填报单位（盖章）", ""), ("填表人", ""), ("负责人", ""), ("填报日期", long_date(request.today)))
            ),
        )  # fmt: skip


def subjects(request: PaperRequest) -> Sequence[Subject]:
    """Orders asked for in the period, by number: no names in a list to choose from."""
    with acting_as(request.actor):
        rows = queries.between(request.area_code, request.period.first, request.period.last)
        return [Subject(row.uid, f"{row.number} {row.asked_on}", row.area_code) for row in rows]


def install() -> None:
    """Make both known; again changes nothing."""
    register_paper(
        Paper(
            "proxy_ledger", "代办台账", "residents", ORDERS, build_ledger, periods=("month", "quarter", "half", "year"),
            is_frozen=False,
        )
    )  # fmt: skip
    register_paper(
        Paper(
            SHEET, "上门代办单", "residents", ORDERS, build_sheet, periods=("month", "quarter", "year"), subject="代办单",
            subjects=subjects, is_frozen=False, numbered_by="record", signed_by="signature_lines",
        )
    )  # fmt: skip
