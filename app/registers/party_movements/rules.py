"""Checks of one movement by itself; what its member's other movements say stands in party_members.rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from app.registers.party_members.rules import NEEDS_RECEIPT
from app.registers.rules import Finding, in_order


def check(values: Mapping[str, Any], today: date) -> Iterator[Finding]:  # noqa: ARG001 (every check gets the day)
    """The days of letter and receipt; receipts only where there is a letter."""
    yield from in_order(values, "sent_on", "received_on", labels=("介绍信开出日期", "回执收到日期"))
    yield from in_order(values, "sent_on", "receipt_due_on", labels=("介绍信开出日期", "回执期限"))
    kind = values.get("kind")
    if kind and kind not in NEEDS_RECEIPT:
        for column, label in (("received_on", "回执收到日期"), ("receipt_due_on", "回执期限")):
            if values.get(column):
                yield column, f"只有转入、转出才有回执，请清空“{label}”。"
