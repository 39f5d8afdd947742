"""Rules of dues: what is in arrears, up to which month all is paid, and when it becomes serious."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.fields.age import months_after
from app.registers.rules import Finding

SERIOUS_MONTHS = 6
"""党章第九条: six months without paying, in a row and without good reason, count as leaving the party."""


@dataclass(frozen=True, slots=True)
class DuesMonth:
    """One line of the ledger."""

    month: date
    is_due: bool
    is_paid: bool


def check(values: Mapping[str, Any], today: date) -> Iterator[Finding]:
    """What is paid was paid on a day that has come; what is not due cannot be paid."""
    paid_on = values.get("paid_on")
    if paid_on and paid_on > today:
        yield "paid_on", "交纳日期还没有到，请核对。"
    if paid_on and values.get("is_paid") is False:
        yield "is_paid", "填了交纳日期，“已交”请选“是”。"
    if values.get("is_paid") and values.get("is_due") is False:
        yield "is_paid", "这个月不用交，“已交”请不要填“是”。"


def arrears(months: Iterable[DuesMonth], today: date) -> list[date]:
    """Months that are due, over and not paid, oldest first. The running month is not in arrears yet."""
    this_month = today.replace(day=1)
    return sorted(line.month for line in months if line.is_due and not line.is_paid and line.month < this_month)


def longest_row(unpaid: Iterable[date]) -> int:
    """How many months in a row are unpaid at most."""
    longest = running = 0
    last: date | None = None
    for month in sorted(unpaid):
        running = running + 1 if last is not None and months_after(last, 1) == month else 1
        longest, last = max(longest, running), month
    return longest


def paid_to(months: Iterable[DuesMonth]) -> date | None:
    """The last month before which nothing is owed; None where nothing is paid."""
    lines = sorted((line for line in months if line.is_due), key=lambda line: line.month)
    reached: date | None = None
    for line in lines:
        if not line.is_paid:
            return reached
        reached = line.month
    return reached
