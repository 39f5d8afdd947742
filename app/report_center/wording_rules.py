"""How a paper says what it counted: the span of its period, and what stands for an area that was reorganised; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from app.periods.rules import Period

Basis = Literal["now", "then"]
"""What a figure of a time before a reorganisation is compared as."""
BASIS_NAMES: dict[Basis, str] = {"now": "现行区划口径", "then": "当时口径"}
MOST_NAMED = 5


@dataclass(frozen=True, slots=True, order=True)
class Move:
    """One area that became another: 合并, 拆分 or 划转 of a day."""

    on: date
    old: str
    new: str
    kind: str


def span(period: Period) -> str:
    """2026年9月26日至10月25日; the year is said again only where it is another."""
    first, last = period.first, period.last
    year = f"{last.year}年" if last.year != first.year else ""
    return f"{first.year}年{first.month}月{first.day}日至{year}{last.month}月{last.day}日"


def period_note(period: Period) -> str:
    """What is printed under the rules where a period is no calendar month; '' where it is."""
    return f"统计期为{span(period)}。" if period.start_day != 1 else ""


def basis_note(word: str, basis: Basis, moves: Sequence[Move]) -> str:
    """环比按现行区划口径：… ; '' where nothing was reorganised between the two periods."""
    if not moves:
        return ""
    named = "、".join(f"{move.old}{move.kind}为{move.new}" for move in moves[:MOST_NAMED])
    more = f"等{len(moves)}处" if len(moves) > MOST_NAMED else ""
    how = (
        "以前各期的记录按调整后的区划重新统计"
        if basis == "now"
        else "以前各期按当时的区划、用当时定稿的数字，没有定稿的无可比数据"
    )
    return f"其间区划有调整（{named}{more}），{word}按{BASIS_NAMES[basis]}：{how}。"
