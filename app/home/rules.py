"""How the first page says the day, a deadline, a change, and how high a chart's scale is; pure."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from app.fields.calendar import WEEKDAYS
from app.fields.sentence import Sentence

MONTHS = ("一月", "二月", "三月", "四月", "五月", "六月", "七月", "八月", "九月", "十月", "十一月", "十二月")
STEPS = (4, 8, 12, 20, 40, 60, 80)
"""Upper ends of scales with four even steps; beyond them the same times ten."""

Number = int | Decimal


def today_text(today: date) -> Sentence:
    """今天 11月22日 星期日."""
    weekday = Sentence(WEEKDAYS[today.weekday()])
    return Sentence("今天 %(month)s月%(day)s日 %(weekday)s", month=today.month, day=today.day, weekday=weekday)


def deadline_text(month_first: date, due: date, today: date) -> Sentence:
    """十月月报还有 3 天; on the last day 今天截止, after it 已过 2 天."""
    month, days = Sentence(MONTHS[month_first.month - 1]), (due - today).days
    if days < 0:
        return Sentence("%(month)s月报已过 %(n)s 天", month=month, n=-days)
    if days == 0:
        return Sentence("%(month)s月报今天截止", month=month)
    return Sentence("%(month)s月报还有 %(n)s 天", month=month, n=days)


def number_text(value: Number | None) -> str:
    """1,234 or 77.8; — for a figure that does not exist."""
    return "—" if value is None else f"{value:,}"


def change_text(now: Number | None, before: Number | None, unit: str) -> Sentence:
    """比上月多 3 人, 比上月少 2 人, 与上月一样; percentages in 个百分点; "" where one of the two does not exist."""
    if now is None or before is None:
        return Sentence()
    if now == before:
        return Sentence("与上月一样")
    step = f"{abs(now - before):,}"
    if unit == "%":
        template = "比上月高 %(n)s 个百分点" if now > before else "比上月低 %(n)s 个百分点"
        return Sentence(template, n=step)
    return Sentence(
        "比上月多 %(n)s %(unit)s" if now > before else "比上月少 %(n)s %(unit)s", n=step, unit=Sentence(unit)
    )


def scale_top(values: list[Number]) -> int:
    """A round number at or above every value that four equal steps divide into whole numbers."""
    highest, factor = max([*values, 1]), 1
    while True:
        for step in STEPS:
            if highest <= step * factor:
                return step * factor
        factor *= 10
