"""What a month may not be made final on: days counted in a year whose holidays nobody has entered yet (暂定)."""

from __future__ import annotations

from collections.abc import Sequence

from app.periods.rules import Period
from app.settings.working_calendar import working_calendar


def is_provisional(month: Period) -> bool:
    """Whether working days of the month may still move."""
    return working_calendar().is_provisional(month.first)


def resting_on(month: Period, what: Sequence[str]) -> list[str]:
    """The obstacle to 定稿, in words: what ends in a provisional month (事件台账 3 件); [] where nothing does."""
    if not what or not is_provisional(month):
        return []
    year = month.first.year
    return [
        f"{year}年的放假安排还没有录入，{month.title}到期的期限只是暂定：{'、'.join(what)}。请系统管理员先在“工作日历”录入{year}年，期限重算后再定稿"
    ]
