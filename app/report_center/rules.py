"""Rules of 报送: states and steps, the last day, words to chase with."""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, timedelta
from typing import Any, Literal

from app.fields.calendar import Deadline, WorkingCalendar

MISSING, SUBMITTED, RETURNED, PASSED = "missing", "submitted", "returned", "passed"
STATE_NAMES = {MISSING: "未报", SUBMITTED: "已提交", RETURNED: "已退回", PASSED: "已审核"}
SHORT_NAMES = {MISSING: "未报", SUBMITTED: "已报", RETURNED: "退回", PASSED: "已审"}
"""As the grid of communities × papers says it."""

ActionName = Literal["fill", "submit", "return", "pass"]
ACTION_NAMES: dict[str, str] = {"fill": "填写", "submit": "提交", "return": "退回", "pass": "审核通过"}
_STEPS: dict[tuple[str, ActionName], str] = {
    (MISSING, "fill"): MISSING,
    (RETURNED, "fill"): RETURNED,
    (MISSING, "submit"): SUBMITTED,
    (RETURNED, "submit"): SUBMITTED,
    (SUBMITTED, "pass"): PASSED,
    (SUBMITTED, "return"): RETURNED,
    # A street that passed the wrong one must be able to give it back, as long as the month is not final.
    (PASSED, "return"): RETURNED,
}
LOCKED = (SUBMITTED, PASSED)
"""States in which words and figures stand as they were handed in."""

DEADLINE_DAY = 5
"""报送 by the fifth of the following month, where the office set no other day."""
LONGEST_REASON = 300


class SubmissionRefused(ValueError):
    """A step that cannot be taken now; the message says why and what to do."""


def next_state(state: str, action: ActionName) -> str:
    """The state after a step. Raises SubmissionRefused in words."""
    if (state, action) in _STEPS:
        return _STEPS[state, action]
    if action in ("fill", "submit") and state in LOCKED:
        raise SubmissionRefused(f"这份报表{STATE_NAMES[state]}，内容已锁定。要修改请先请街道退回。")
    raise SubmissionRefused(f"这份报表现在是“{STATE_NAMES[state]}”，不能{ACTION_NAMES[action]}。请刷新页面再看。")


def may(state: str, action: ActionName) -> bool:
    """Whether the step can be taken from that state."""
    return (state, action) in _STEPS


def check_reason(reason: str, *, remarks: int = 0) -> str:
    """The reason for giving a paper back, trimmed; with remarks on cells it may be left out.

    Raises SubmissionRefused when there is neither.
    """
    text = " ".join(reason.split())
    if not text and remarks:
        return f"有 {remarks} 个数字请核对，逐格意见见报送页。"
    if not text:
        raise SubmissionRefused("请写明退回原因，社区才知道要改什么。")
    return text[:LONGEST_REASON]


def check_period(last: date, title: str, *, today: date) -> None:
    """A paper goes up when its period is over: on its last day or later. Raises SubmissionRefused."""
    if today < last:
        raise SubmissionRefused(f"{title}还没有过完，{last.month}月{last.day}日起才能提交。")


def deadline_of(last: date, day: int = DEADLINE_DAY) -> date:
    """The day of the month after the period's last day by which it is to be handed in; 31 means the month's end."""
    after = last + timedelta(days=1)
    longest = calendar.monthrange(after.year, after.month)[1]
    return after.replace(day=max(1, min(day, longest)))


def working_deadline(day: date, days: WorkingCalendar) -> Deadline:
    """The day itself, or the next working day where it is none; 暂定 while that year's holidays are not announced."""
    if days.is_working_day(day):
        return Deadline(day, days.is_provisional(day))
    return days.deadline(day, 1)


def paragraphs(text: str) -> tuple[str, ...]:
    """What somebody wrote into a box, line by line, blank lines left out."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A community and the papers it has not handed in, or got back."""

    area: str
    missing: tuple[str, ...] = ()
    returned: tuple[str, ...] = ()


def reminder(unfinished: Sequence[Unfinished], *, period: str, deadline: date, today: date, office: str) -> str:
    """催报: text to paste into a group; '' where nothing is to be chased."""
    late = "；".join(f"{item.area}（{'、'.join(item.missing)}）" for item in unfinished if item.missing)
    back = "；".join(f"{item.area}（{'、'.join(item.returned)}）" for item in unfinished if item.returned)
    if not late and not back:
        return ""
    until = f"{deadline.month}月{deadline.day}日"
    lines = [f"【报表催报】{period}报表应于{until}前报送，统计到{today.month}月{today.day}日："]
    if late:
        lines.append(f"尚未报送：{late}。")
    if back:
        lines.append(f"退回待重报：{back}。")
    when = "请抓紧报送" if today > deadline else f"请在{until}前报送"
    lines.append(f"{when}，在“报表中心”里核对后提交。" + (f"　{office}" if office else ""))
    return "\n".join(lines)


def words_of(value: Any) -> Iterator[str]:
    """Every piece of text of a paper, wherever it stands."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple | list):
        for item in value:
            yield from words_of(item)
    elif is_dataclass(value):
        for item in fields(value):
            yield from words_of(getattr(value, item.name))
