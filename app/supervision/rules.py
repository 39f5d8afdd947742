"""Rules of supervision: levels that only rise, who may order whom, weeks without progress, and what a batch needs."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, Literal

from app.fields.sentence import Sentence
from app.letters.rules import directs

USUAL_DAYS = 15
"""Working days of a matter for which nobody said how long it may take."""
HIGHEST, LONGEST = 3, 365
"""The last supervision; days a matter may be given at once."""
WAITING: Final[Mapping[str, int]] = {"proposed": 1, "first_late": 2, "second_late": 3}
"""State in which the program proposes a supervision → which one it is."""
STEPS: Final[Mapping[int, str]] = {1: "first", 2: "second", 3: "third"}
ISSUES: Final[Mapping[str, int]] = {f"issue_{name}": level for level, name in STEPS.items()}
RECORDS: Final[Mapping[str, int]] = {f"record_{name}": level for level, name in STEPS.items()}
"""Actions by which a supervision is signed by the leader himself, or recorded from the sheet he signed."""
SOON: Final = 3
"""Days before its limit a matter is 快到期."""
LEVEL_NAMES: Final[Mapping[int, str]] = {0: "未督办", 1: "一次督办", 2: "二次督办", 3: "三次督办"}
DIRECTING: Final = "supervision"
ASKING: Final = "liaison"
LetterKind = Literal["supervision", "liaison"]
COPIED_AT_LAST = "区委督查室"
"""Who gets a copy of a third supervision (西峰)."""
_WEEK = timedelta(days=7)


def letter_kind(issuer_code: str, unit_code: str) -> LetterKind:
    """督办函 only to whom the issuing body is set over: units and communities in its own area; 工作联系函 to all others
    (a bureau of the district is not ordered about by a street)."""
    return DIRECTING if directs(issuer_code, unit_code) else ASKING


def signed_level(action: str) -> int:
    """Which supervision an action signs; 0 for others."""
    return ISSUES.get(action) or RECORDS.get(action) or 0


def monday(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def due_weeks(assigned_on: date, until: date) -> list[date]:
    """Mondays of the whole weeks, after the one it was given out in, that were over by the morning of `until`."""
    first, found = monday(assigned_on) + _WEEK, []
    while first + _WEEK <= until:
        found.append(first)
        first += _WEEK
    return found


def weeks_over(first: date, last: date) -> list[date]:
    """Mondays of the weeks whose Sunday lies within days."""
    week, found = monday(first), []
    while week + timedelta(days=6) <= last:
        found.append(week)
        week += _WEEK
    return found


def missed_weeks(assigned_on: date | None, closed_on: date | None, told: Collection[str], today: date) -> list[date]:
    """Mondays of weeks that passed without a line of progress; those after it was closed do not count."""
    if assigned_on is None:
        return []
    until = min(today, closed_on) if closed_on is not None else today
    return [week for week in due_weeks(assigned_on, until) if week.isoformat() not in told]


def missed_words(weeks: Sequence[date]) -> str:
    """缺2周（11-09、11-16）; '' where none is missing."""
    if not weeks:
        return ""
    shown = "、".join(f"{week:%m-%d}" for week in weeks[-3:])
    return f"缺{len(weeks)}周（{shown}）"


def check_item(values: Mapping[str, Any], today: date) -> Iterator[tuple[str, str]]:
    """A matter is not given out in the future, nor due before it was given out."""
    assigned, due = values.get("assigned_on"), values.get("due_on")
    if assigned and assigned > today:
        yield "assigned_on", "交办日期还没到，请核对。"
    if assigned and due and due < assigned:
        yield "due_on", "办结期限早于交办日期，请核对。"
    if assigned and due and (due - assigned).days > LONGEST:
        yield "due_on", "办结期限离交办日期超过一年，请分段交办。"
    if values.get("source") == "leader" and not values.get("leader"):
        yield "leader", "领导批示要写明是哪位领导批的。"


def check_progress(values: Mapping[str, Any], today: date) -> Iterator[tuple[str, str]]:
    """Progress is told of this week or one that is over."""
    week = values.get("week_on")
    if week and week > today:
        yield "week_on", "还没到这一周，请核对。"


def kept_reason(level: int) -> str:
    """Why a matter is not deleted; '' of one that was never supervised."""
    return Sentence("发过督办的事项要留在台账里，不能删除。办好了的请报回执、由别人审结销号。") if level else ""


def standing(due_on: date | None, closed_on: date | None, today: date) -> str:
    """How a matter stands to its own limit, whatever supervision has given it since: 已销号, 已逾期, 快到期 or 正常."""
    if closed_on is not None:
        return "已销号"
    if due_on is None:
        return ""
    days = (due_on - today).days
    return "已逾期" if days < 0 else "快到期" if days <= SOON else "正常"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A matter that waits for a supervision: whom it goes to (a unit, or the area itself) and which one is next."""

    item_id: int
    level: int
    unit_id: int | None
    area_code: str

    @property
    def to_whom(self) -> tuple[int | None, str]:
        """What matters of one letter must have in common."""
        return self.unit_id, "" if self.unit_id is not None else self.area_code


def batch_fault(chosen: Sequence[Candidate]) -> Sentence:
    """Why these matters cannot go into one letter; the empty sentence where they can."""
    if not chosen:
        return Sentence("请先勾选要督办的事项。")
    if any(each.level == 0 for each in chosen):
        return Sentence("有的事项现在不等督办，可能刚有人办过。请刷新后重选。")
    if len({each.level for each in chosen}) > 1:
        return Sentence("一份函只能是同一次督办，请把一次、二次、三次分开起草。")
    if len({each.to_whom for each in chosen}) > 1:
        return Sentence("一份函只发给一个单位，请把不同单位的事项分开起草。")
    return Sentence()
