"""Rules of checking rosters: how many rows must be looked at again, and what comes out.

Source: 乾安县 “名册核对准确” (points for a roster that proves right, not for touching it); 国办函〔2026〕12号.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from app.areas.rules import COMMUNITY_DIGITS

FEWEST = 5
"""Rows to look at again at least; all of them where the roster holds fewer."""
DRAWN = 10
"""Rows that are drawn, so that one household nobody is at home in does not end it."""

OPEN, ACCURATE, FAULTY = "待抽查", "准确", "有误"
TONES = {OPEN: "amber", ACCURATE: "green", FAULTY: "red"}


def verdict(sampled: int | None, wrong: int | None) -> str:
    """待抽查, 准确 or 有误."""
    if not sampled:
        return OPEN
    return FAULTY if wrong else ACCURATE


def check(values: dict[str, Any], today: date) -> Iterator[tuple[str, str]]:  # noqa: ARG001 - a register's check
    """A grid's roster, checked in its month or after; what was looked at again is said whole."""
    code, month, done = values.get("area"), values.get("month"), values.get("checked_on")
    if code and len(code) <= COMMUNITY_DIGITS:
        yield "area", "名册按网格核对，请选到网格。"
    if month and done and done < month:
        yield "checked_on", "核对日期早于核对的月份，请核对。"
    yield from _sampling(values)


def _sampling(values: dict[str, Any]) -> Iterator[tuple[str, str]]:
    sampled, wrong, on = values.get("sampled"), values.get("wrong"), values.get("sampled_on")
    done = values.get("checked_on")
    if sampled is None:
        for name, label in (("wrong", "有误条数"), ("sampled_on", "抽查日期")):
            if values.get(name) is not None:
                yield name, f"还没有填抽查了几条，先填抽查条数，再填{label}。"
        return
    if wrong is None:
        yield "wrong", "请填抽查的记录里有几条有误，没有就填 0。"
    elif wrong > sampled:
        yield "wrong", f"有误 {wrong} 条，比抽查的 {sampled} 条还多，请核对。"
    if on is None:
        yield "sampled_on", "请填哪天抽查的。"
    elif done and on < done:
        yield "sampled_on", "抽查日期早于核对日期，请核对。"


def too_few(sampled: int, row_count: int) -> str:
    """Why so few rows do not prove a roster right; '' where they do."""
    fewest = min(FEWEST, row_count)
    return f"至少要抽查 {fewest} 条，请按右边抽出的名单看完再填。" if sampled < fewest else ""


def draw(ids: Sequence[int], lot: str) -> list[int]:
    """The rows to look at, drawn by the lot of one check: whoever asks, and whenever, the same."""
    # No secret hangs on the lot; it must only be nobody's choice.
    return sorted(random.Random(lot).sample(list(ids), min(DRAWN, len(ids))))  # noqa: S311
