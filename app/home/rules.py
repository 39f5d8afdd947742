"""How the first page says the day, a deadline, a change, and how high a chart's scale is; pure."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

MONTHS = ("一月", "二月", "三月", "四月", "五月", "六月", "七月", "八月", "九月", "十月", "十一月", "十二月")
WEEKDAYS = "一二三四五六日"
STEPS = (4, 8, 12, 20, 40, 60, 80)
"""Upper ends of scales with four even steps; beyond them the same times ten."""

Number = int | Decimal


def today_text(today: date) -> str:
    """今天 11月22日 星期日."""
    return f"今天 {today.month}月{today.day}日 星期{WEEKDAYS[today.weekday()]}"


def deadline_text(month_first: date, due: date, today: date) -> str:
    """十月月报还有 3 天; on the last day 今天截止, after it 已过 2 天."""
    paper = f"{MONTHS[month_first.month - 1]}月报"
    days = (due - today).days
    if days < 0:
        return f"{paper}已过 {-days} 天"
    return f"{paper}今天截止" if days == 0 else f"{paper}还有 {days} 天"


def number_text(value: Number | None) -> str:
    """1,234 or 77.8; — for a figure that does not exist."""
    return "—" if value is None else f"{value:,}"


def change_text(now: Number | None, before: Number | None, unit: str) -> str:
    """比上月多 3 人, 比上月少 2 人, 与上月一样; percentages in 个百分点; "" where one of the two does not exist."""
    if now is None or before is None:
        return ""
    if now == before:
        return "与上月一样"
    words = ("高", "低") if unit == "%" else ("多", "少")
    step = "个百分点" if unit == "%" else unit
    return f"比上月{words[0] if now > before else words[1]} {abs(now - before):,} {step}"


def scale_top(values: list[Number]) -> int:
    """A round number at or above every value that four equal steps divide into whole numbers."""
    highest, factor = max([*values, 1]), 1
    while True:
        for step in STEPS:
            if highest <= step * factor:
                return step * factor
        factor *= 10
