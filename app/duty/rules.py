"""Rules of duty: whose turn it is on each day and why; workdays, weekends and holidays are counted apart.

One rule for all: among those who can, whoever stood least often on such a day; then whoever has waited longest for
one; then whoever stood least in all; then the order of the list. Nobody stands on two days in a row while there is
somebody else. Who joins later begins with the count of the one who stood least, so that he need not catch up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal

from app.fields.calendar import WorkingCalendar

DayKind = Literal["workday", "weekend", "holiday"]
KIND_WORDS: dict[str, str] = {"workday": "工作日", "weekend": "双休日", "holiday": "节假日"}
ROLES = ("leader", "main", "deputy")
ROLE_WORDS: dict[str, str] = {"leader": "带班", "main": "主班", "deputy": "副班"}
WHICH_DAYS: dict[str, frozenset[str]] = {
    "all": frozenset(KIND_WORDS), "rest": frozenset({"weekend", "holiday"}), "work": frozenset({"workday"}),
}  # fmt: skip
"""Every day, only days off, only working days."""
COUNTED_DAYS = 365
"""Turns of the last year count."""
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who takes turns in one role. `person` tells who it is across roles; `away` are spans without duty."""

    id: int
    person: str
    name: str
    role: str
    starts_on: date | None = None
    ends_on: date | None = None
    away: tuple[tuple[date, date], ...] = ()

    def can_on(self, day: date) -> bool:
        """Whether he takes part on a day."""
        if (self.starts_on and day < self.starts_on) or (self.ends_on and day > self.ends_on):
            return False
        return not any(begin <= day <= end for begin, end in self.away)


@dataclass(frozen=True, slots=True)
class Served:
    """One turn that is settled: stood already, or fixed for a day to come."""

    on: date
    kind: str
    role: str
    member_id: int


@dataclass(frozen=True, slots=True)
class Turn:
    """Who stands in one role on one day, and why; nobody (None) where nobody can."""

    on: date
    kind: str
    role: str
    member: Member | None
    why: str


def day_kind(day: date, calendar: WorkingCalendar) -> DayKind:
    """Holidays by their names, other days off as weekends; make-up days are workdays."""
    if calendar.is_working_day(day):
        return "workday"
    return "holiday" if calendar.holiday_name(day) else "weekend"


@dataclass
class _Tally:
    """Turns of one role counted so far."""

    members: Sequence[Member]
    counts: Counter[tuple[int, str]] = field(default_factory=Counter)
    last: dict[tuple[int, str], date] = field(default_factory=dict)
    joined: set[int] = field(default_factory=set)

    def admit(self, day: date) -> None:
        """Who begins by this day starts from the lowest count of those before him."""
        for member in self.members:
            if member.id in self.joined or (member.starts_on and member.starts_on > day):
                continue
            for kind in KIND_WORDS if self.joined and member.starts_on else ():
                self.counts[member.id, kind] = min(self.counts[other, kind] for other in self.joined)
            self.joined.add(member.id)

    def add(self, member_id: int, kind: str, day: date) -> None:
        self.counts[member_id, kind] += 1
        self.last[member_id, kind] = max(day, self.last.get((member_id, kind), date.min))

    def key(self, member: Member, kind: str) -> tuple[int, date, int]:
        """What is compared, the smallest first: turns of this kind, the last of them, turns in all."""
        total = sum(self.counts[member.id, each] for each in KIND_WORDS)
        return self.counts[member.id, kind], self.last.get((member.id, kind), date.min), total


def plan(
    days: Iterable[tuple[date, str]], members: Sequence[Member], served: Iterable[Served], fixed: Iterable[Served] = ()
) -> list[Turn]:
    """The turns of `days` (in order, with their kinds), role by role; the same for the same arguments, always.

    `served` are turns before these days, `fixed` those on or around them that nobody moves (an exchanged shift).
    """
    by_id = {member.id: member for member in members}
    stands: dict[date, set[str]] = {}
    tallies = {role: _Tally([each for each in members if each.role == role]) for role in ROLES}
    settled = sorted((*served, *fixed), key=lambda each: (each.on, ROLES.index(each.role)))
    for past in settled:
        tally = tallies[past.role]
        tally.admit(past.on)
        tally.add(past.member_id, past.kind, past.on)
        if past.member_id in by_id:
            stands.setdefault(past.on, set()).add(by_id[past.member_id].person)
    taken = {(each.on, each.role) for each in fixed}
    found: list[Turn] = []
    for day, kind in days:
        for role in ROLES:
            tally = tallies[role]
            tally.admit(day)
            if (day, role) in taken or not tally.members:
                continue
            turn = _turn(day, kind, role, tally, stands)
            found.append(turn)
            if turn.member is not None:
                tally.add(turn.member.id, kind, day)
                stands.setdefault(day, set()).add(turn.member.person)
    return found


def _turn(day: date, kind: str, role: str, tally: _Tally, stands: Mapping[date, set[str]]) -> Turn:
    here = stands.get(day, set())
    able = [member for member in tally.members if member.can_on(day) and member.person not in here]
    if not able:
        return Turn(day, kind, role, None, "没有人能排：都不在名单的日期里，或当天已值别的班")
    near = stands.get(day - _ONE_DAY, set()) | stands.get(day + _ONE_DAY, set())
    rested = [member for member in able if member.person not in near]
    pool = rested or able
    ordered = sorted(pool, key=lambda each: tally.key(each, kind))
    chosen = ordered[0]
    words = [f"{KIND_WORDS[kind]}记{tally.counts[chosen.id, kind]}次，{_reason(ordered, kind, tally)}"]
    best = min(able, key=lambda each: tally.key(each, kind))
    if rested and best.person in near:
        words.append(f"{best.name}前后一天值班，顺延")
    away = [member.name for member in tally.members if any(begin <= day <= end for begin, end in member.away)]
    if away:
        words.append(f"{'、'.join(away)}这天不排班")
    return Turn(day, kind, role, chosen, "；".join(words))


def _reason(ordered: Sequence[Member], kind: str, tally: _Tally) -> str:
    if len(ordered) == 1:
        return "只有一人能排"
    mine, next_ = tally.key(ordered[0], kind), tally.key(ordered[1], kind)
    if mine[0] != next_[0]:
        return "次数最少"
    if mine[1] != next_[1]:
        return "次数并列最少，隔得最久"
    return "次数、间隔并列，总次数最少" if mine[2] != next_[2] else "并列，按名单先后"


@dataclass(frozen=True, slots=True)
class Balance:
    """How often a member stood, by kind of day."""

    member: Member
    workday: int
    weekend: int
    holiday: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.workday + self.weekend + self.holiday


def balances(members: Sequence[Member], served: Iterable[Served]) -> list[Balance]:
    """Turns of every member, in the order of the list."""
    counts = Counter((turn.member_id, turn.kind) for turn in served)
    return [
        Balance(each, *(counts[each.id, kind] for kind in ("workday", "weekend", "holiday"))) for each in members
    ]  # fmt: skip


def record_state(*, duty_on: date, today: date, is_zero: bool, entry_count: int) -> str:
    """未到, 值班中, 有记录, 零报告 or 缺记录."""
    if entry_count:
        return "有记录"
    if is_zero:
        return "零报告"
    if duty_on > today:
        return "未到"
    return "值班中" if duty_on == today else "缺记录"


def swap_fault(shift: Any, other: Any | None, *, role: str, giver: Any, taker: Any) -> str:
    """Why two people cannot exchange; "" where they can. Shifts carry `<role>_id`, members `id`, `role`, `name`."""
    if taker.role != role or giver.role != role:
        return f"{ROLE_WORDS[role]}只能和{ROLE_WORDS[role]}的人调，请改选。"
    if giver.id == taker.id:
        return "调班的两个人不能是同一个人。"
    if getattr(shift, f"{role}_id") != giver.id:
        return f"{shift.duty_on.isoformat()} 的{ROLE_WORDS[role]}不是{giver.name}，值班表可能刚改过，请刷新后再看。"
    if other is not None and getattr(other, f"{role}_id") != taker.id:
        return f"{other.duty_on.isoformat()} 的{ROLE_WORDS[role]}不是{taker.name}，请改选换回的班。"
    return ""


def check_member(values: Mapping[str, Any], today: date) -> Iterator[tuple[str, str]]:  # noqa: ARG001
    """Somebody of a roster or an account, never a typed name; days in order."""
    ways = [name for name in ("worker", "grid_worker", "account") if values.get(name)]
    if len(ways) != 1:
        yield "worker", "请在社区工作者、网格员、登录账号里选填一个，姓名自动带出。"
    begin, end = values.get("starts_on"), values.get("ends_on")
    if begin and end and end < begin:
        yield "ends_on", "退出日期早于参加日期，请核对。"


def check_shift(values: Mapping[str, Any], today: date) -> Iterator[tuple[str, str]]:
    """Nothing is reported of a day that has not come; one person stands once a day."""
    if values.get("is_zero") and values.get("duty_on") and values["duty_on"] > today:
        yield "is_zero", "这一班还没到，不能先报零报告。"
    chosen = [values[role] for role in ROLES if values.get(role)]
    if len(set(chosen)) < len(chosen):
        yield "deputy", "同一个人一天只能值一个岗位，请改选。"
