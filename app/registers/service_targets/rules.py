"""Checks that all three kinds of service targets share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from app.fields.identity import birth_of
from app.registers.rules import Finding, agrees_with_id, in_order, not_ahead

FULL_AGE = 18


def check(values: Mapping[str, Any], today: date) -> Iterator[Finding]:
    """A person is named; days in order; a child has a guardian (个人信息保护法第三十一条 and plain sense)."""
    if not values.get("name") and not values.get("resident"):
        yield "resident", "请选居民；居民名册里没有的，填姓名。"
    yield from agrees_with_id(values)
    yield from not_ahead(values, today, since_on="列入日期")
    yield from in_order(values, "since_on", "left_on", labels=("列入日期", "解除日期"))
    born = birth_of(values.get("id_number"))
    if born and today.year - born.year < FULL_AGE and not values.get("guardian"):
        yield "guardian", "未成年人要填监护人。"
