"""Days and hours of meetings and resolutions: what is wrong with them, how often a kind is due, how a limit stands."""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping
from datetime import date, time
from typing import Any

from app.fields.sentence import Sentence
from app.meetings.rules import Frequency, Per

_MONTHS: dict[Per, int] = {"month": 1, "quarter": 3, "half": 6, "year": 12}


def head_errors(values: Mapping[str, Any], today: date) -> Iterator[tuple[str, str]]:
    """Day and hours of a meeting: (column, sentence)."""
    held_on, begins, ends = values.get("held_on"), values.get("begins_at"), values.get("ends_at")
    if held_on and (held_on - today).days > 366:
        yield "held_on", Sentence("会议日期（%(day)s）在一年以后，请核对年份。", day=held_on)
    start, end = read_time(begins), read_time(ends)
    if begins and start is None:
        yield "begins_at", Sentence("开始时间看不懂，请写成 14:30 这样。")
    if ends and end is None:
        yield "ends_at", Sentence("结束时间看不懂，请写成 16:00 这样。")
    if start and end and end <= start:
        late = "结束时间（%(ends)s）不晚于开始时间（%(begins)s），请核对。"
        yield "ends_at", Sentence(late, ends=ends, begins=begins)


def read_time(text: str | None) -> time | None:
    """The time in 14:30, 14：30, 14.30, 14点30分, 9点, 下午2:30; None where it is none."""
    if not text:
        return None
    plain = (
        text.strip().replace("：", ":").replace(".", ":").replace("点半", ":30").replace("点", ":").replace("时", ":")
    )
    plain = plain.replace("分", "").replace(" ", "")
    is_late = plain.startswith(("下午", "晚上"))
    for word in ("上午", "下午", "晚上", "早上"):
        plain = plain.removeprefix(word)
    hour, _, minute = plain.rstrip(":").partition(":")
    if not hour.isdecimal() or (minute and not minute.isdecimal()):
        return None
    number = int(hour) + (12 if is_late and int(hour) < 12 else 0)
    return time(number, int(minute or 0)) if number < 24 and int(minute or 0) < 60 else None


def resolution_errors(
    text: str | None, due_on: date | None, *, held_on: date, done_on: date | None = None, today: date | None = None
) -> list[tuple[str, str]]:
    """What is wrong with one 议定事项: (column, sentence)."""
    found = []
    if not (text or "").strip():
        found.append(("text", "请写明议定了什么事。"))
    if due_on and due_on < held_on:
        found.append(("due_on", f"完成时限（{due_on}）早于开会那天（{held_on}），请核对。"))
    if done_on and done_on < held_on:
        found.append(("done_on", f"办结日期（{done_on}）早于开会那天（{held_on}），请核对。"))
    if done_on and today and done_on > today:
        found.append(("done_on", f"办结日期（{done_on}）还没有到，请核对。"))
    return found


def due_times(frequency: Frequency | None, *, year: int, as_of: date) -> tuple[int, int]:
    """(due by the end of `as_of`, due in the whole year). A month counts once its last day has come."""
    if frequency is None:
        return 0, 0
    months = _MONTHS[frequency.per]
    ends = [date(year, month, calendar.monthrange(year, month)[1]) for month in range(months, 13, months)]
    return frequency.times * sum(end <= as_of for end in ends), frequency.times * len(ends)


def standing_of(due_on: date | None, done_on: date | None, today: date) -> Sentence:
    """How a resolution stands in words: 已办结, 逾期办结, 已过 3 天, 今天到期, 还有 3 天, 未定时限."""
    if done_on is not None:
        return Sentence("逾期办结") if due_on is not None and done_on > due_on else Sentence("已办结")
    if due_on is None:
        return Sentence("未定时限")
    days = (due_on - today).days
    if days < 0:
        return Sentence("已过 %(n)s 天", n=-days)
    return Sentence("今天到期") if days == 0 else Sentence("还有 %(n)s 天", n=days)
