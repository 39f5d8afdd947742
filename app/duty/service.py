"""Planning a month, reporting nothing, deciding exchanges: each one transaction, in the caller's name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from app.database.transactions import writing
from app.duty import queries, rules
from app.duty.models import SHIFTS, SWAPS, DutyShift, DutySwap
from app.duty.steps import fault_of
from app.extensions import db
from app.lowcode.register import register
from app.lowcode.service import SaveRefused, delete, save
from app.periods.rules import Period
from app.security.actor import Actor, NotPermitted, acting_as
from app.settings.working_calendar import working_calendar


@dataclass(frozen=True, slots=True)
class Planned:
    """What planning did: shifts written, taken back, left as they were, and days on which somebody is missing."""

    written: int
    removed: int
    kept: int
    gaps: tuple[str, ...]


def plan_month(area_code: str, month: Period, *, days: str, by: Actor, today: date) -> Planned:
    """Plan the days of a month from `today` on; past, recorded and fixed shifts stay.

    `days` is a key of `rules.WHICH_DAYS`; shifts of other days that were planned before are taken back. Raises
    SaveRefused, NotPermitted.
    """
    if not by.covers(SHIFTS, "write", area_code):
        raise NotPermitted("这个单位的值班表不归您排。")
    if days not in rules.WHICH_DAYS:
        raise SaveRefused({"days": "请选排哪些天。"})
    begin = max(month.first, today)
    if begin > month.last:
        raise SaveRefused({"": f"{month.title}已经过去，不能再排；要改请改那一天的班次。"})
    with acting_as(by), writing():
        rows = queries.members_of(area_code)
        if not rows:
            raise SaveRefused({"": "还没有值班人员，请先在“值班人员”里选人。"})
        there = queries.shifts_between(area_code, queries.counted_since(begin), month.last + timedelta(days=1))
        planned = {row.duty_on: row for row in there if begin <= row.duty_on <= month.last}
        open_rows = {day: row for day, row in planned.items() if not _is_settled(row)}
        kept = [row for row in there if row.duty_on not in open_rows]
        calendar = working_calendar()
        wanted = [
            (day, kind)
            for day in _days(begin, month.last)
            if (kind := rules.day_kind(day, calendar)) in rules.WHICH_DAYS[days]
            and (day in open_rows or day not in planned)
        ]
        turns = rules.plan(wanted, queries.as_members(rows), queries.served(kept))
        by_day: dict[date, list[rules.Turn]] = {day: [] for day, _kind in wanted}
        for turn in turns:
            by_day[turn.on].append(turn)
        for day, of_day in by_day.items():
            save(register(SHIFTS), open_rows.get(day), _raw(area_code, day, of_day), by=by, today=today)
        stale = [row for day, row in open_rows.items() if day not in by_day]
        for row in stale:
            delete(register(SHIFTS), row, by=by)
    gaps = tuple(f"{turn.on.isoformat()} {rules.ROLE_WORDS[turn.role]}" for turn in turns if turn.member is None)
    return Planned(len(by_day), len(stale), len(planned) - len(open_rows), gaps)


def _is_settled(row: DutyShift) -> bool:
    return bool(row.is_fixed or row.is_zero or row.entry_rows)


def _days(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=offset) for offset in range((last - first).days + 1))


def _raw(area_code: str, day: date, turns: Iterable[rules.Turn]) -> dict[str, Any]:
    found: dict[str, Any] = {"area": area_code, "duty_on": day.isoformat(), **dict.fromkeys(rules.ROLES, "")}
    why = []
    for turn in turns:
        if turn.member is not None:
            found[turn.role] = str(turn.member.id)
        why.append(f"{rules.ROLE_WORDS[turn.role]} {turn.member.name if turn.member else '缺人'}：{turn.why}")
    return found | {"why": "\n".join(why)}


def report_zero(shift: DutyShift, *, by: Actor, today: date) -> DutyShift:
    """Nothing happened in this shift. Raises SaveRefused where something was written down or the day has not come."""
    saved: DutyShift = save(register(SHIFTS), shift, {"is_zero": "1"}, by=by, today=today)
    return saved


def decide_swap(swap_id: int, *, is_agreed: bool, by: Actor, today: date) -> DutySwap:
    """Agree to an exchange, which changes the plan, or refuse it.

    Raises SaveRefused where it is decided already or cannot be any more, NotPermitted.
    """
    with acting_as(by), writing() as session:
        swap = session.get(DutySwap, swap_id, populate_existing=True)
        if swap is None or swap.deleted_at is not None:
            raise SaveRefused({"": "这条调班登记已不在。"})
        if not by.covers(SWAPS, "review", swap.area_code):
            raise NotPermitted("调班要由本单位负责人批准。")
        if swap.state != "待批准":
            raise SaveRefused({"": f"这条调班{swap.state}，不用再处理。"})
        if is_agreed:
            if fault := fault_of(swap):
                raise SaveRefused({"": fault})
            _exchange(swap, by=by, today=today)
        swap.state = "已批准" if is_agreed else "未批准"
        swap.decided_by, swap.decided_on = by.name, today
        session.flush()
    return swap


def _exchange(swap: DutySwap, *, by: Actor, today: date) -> None:
    shift = db.session.get(DutyShift, swap.shift_id)
    _put(shift, swap.role, swap.taker_id, f"调班：{swap.name}，{by.name}批准", by=by, today=today)
    if swap.other_shift_id:
        other = db.session.get(DutyShift, swap.other_shift_id)
        _put(other, swap.role, swap.giver_id, f"换回：{swap.name}，{by.name}批准", by=by, today=today)


def _put(shift: Any, role: str, member_id: int, words: str, *, by: Actor, today: date) -> None:
    why = "\n".join((*(shift.why or "").splitlines(), words))
    save(register(SHIFTS), shift, {role: str(member_id), "is_fixed": "1", "why": why}, by=by, today=today)
