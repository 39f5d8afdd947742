"""What an action makes of a case: the next state, clocks that begin, go on, stop or grow, and what is counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from app.fields.limits import Limit, Pause, WorkingTime, limit_until, read_limit, span_until
from app.lowcode.flow.rules import Action, Case, Clock, Flow, Person


def begin(
    flow: Flow, *, area_code: str, reporter_id: int | None, now: datetime, unit_ids: tuple[int, ...] = (),
    limit: Limit | None = None,
) -> Case:  # fmt: skip
    """A case in the first state of a flow; `limit` is what the matter itself says of it (时限 per 小类)."""
    case = Case(flow.start.key, area_code, now, reporter_id, unit_ids=unit_ids)
    return replace(case, clocks=_entered(flow, case, flow.start.key, now, limit=limit, keeps=False))


def after(
    flow: Flow, case: Case, action: Action, person: Person, now: datetime, values: Mapping[str, str], on: WorkingTime,
    limit: Limit | None = None,
) -> Case:  # fmt: skip
    """The case after an action that `asking.why_not` has let through. `values` are those of the action's fields,
    `limit` is what the matter itself gives the state that the action gives a limit to.

    Raises LimitRefused where a limit that was typed cannot be read.
    """
    done = {**case.done, action.key: case.count(action.key) + 1}
    moved = replace(case, done=done, return_count=case.return_count + action.is_return)
    if action.handles and person.user_id is not None:
        moved = replace(moved, handler_ids=moved.handler_ids | {person.user_id})
    units = _units(action, values)
    if units:
        moved = replace(moved, unit_ids=units, signed=frozenset())
    if action.joint and not _is_last(moved, person):
        return replace(moved, signed=moved.signed | _own_units(moved, person))
    if action.extends is not None:
        moved = _extended(moved, action.extends)
    if action.to == case.state:
        return moved
    limit = typed_limit(action, values, now, on) or limit
    clocks = _entered(flow, moved, action.to, now, limit=None if action.starts else limit, keeps=action.keeps_clock)
    given = limit or (flow.state(action.starts).limit if action.starts else None)
    if action.starts and given is not None:
        clocks[action.starts] = Clock(now, given)
    return replace(moved, state=action.to, entered_at=now, clocks=clocks, signed=frozenset())


def typed_limit(action: Action, values: Mapping[str, str], now: datetime, on: WorkingTime) -> Limit | None:
    """The limit that was filled in with an action; None where none was. Raises LimitRefused."""
    text = values.get(action.limit_field, "").strip() if action.limit_field else ""
    if not text:
        return None
    field = next(each for each in action.fields if each.name == action.limit_field)
    return limit_until(date.fromisoformat(text), now, on) if field.kind == "date" else read_limit(text)


def entered(flow: Flow, case: Case, to: str, now: datetime) -> Case:
    """The case in a state it came to without an action: the register was corrected or imported."""
    clocks = _entered(flow, case, to, now, limit=None, keeps=False)
    return replace(case, state=to, entered_at=now, clocks=clocks, signed=frozenset())


def until(case: Case, day: date | None, on: WorkingTime) -> Case:
    """The case with a clock of its state that ends on a day, whatever it was before; none where there is no day."""
    known = case.clock()
    clocks = {state: clock for state, clock in case.clocks.items() if state != case.state}
    if day is not None:
        begun = known.start if known is not None else case.entered_at
        clocks[case.state] = Clock(*span_until(day, begun, on))
    return replace(case, clocks=clocks)


def _units(action: Action, values: Mapping[str, str]) -> tuple[int, ...]:
    names = [each.name for each in action.fields if each.kind == "units"]
    return tuple(dict.fromkeys(id_ for name in names for id_ in unit_ids(values.get(name, ""))))


def unit_ids(text: str) -> tuple[int, ...]:
    """Units as a step carries them: "7,8"."""
    return tuple(int(part) for part in text.replace("，", ",").split(",") if part.strip().isdecimal())


def _own_units(case: Case, person: Person) -> frozenset[int]:
    return frozenset(
        post.unit_id for post in person.posts if post.unit_id in case.unit_ids and post.unit_id is not None
    )


def _is_last(case: Case, person: Person) -> bool:
    return set(case.unit_ids) <= case.signed | _own_units(case, person)


def _extended(case: Case, by: Limit) -> Case:
    clock = case.clock()
    if clock is None:
        return case
    return replace(case, clocks={**case.clocks, case.state: replace(clock, extension=by)})


def _entered(
    flow: Flow, case: Case, to: str, now: datetime, *, limit: Limit | None, keeps: bool
) -> dict[str, Clock]:  # fmt: skip
    """The clocks once a state is entered."""
    clocks = dict(case.clocks)
    left, entered = flow.state(case.state), flow.state(to)
    if entered.stands and not left.stands and case.state in clocks:
        clock = clocks[case.state]
        clocks[case.state] = replace(clock, pauses=(*clock.pauses, Pause(now)))
    known = clocks.get(to)
    if keeps and known is not None:
        clocks[to] = _running_again(known, now)
        return clocks
    given = limit or entered.limit
    if given is not None:
        clocks[to] = Clock(now, given)
    else:
        clocks.pop(to, None)
    return clocks


def _running_again(clock: Clock, now: datetime) -> Clock:
    pauses = tuple(Pause(pause.begin, now) if pause.end is None else pause for pause in clock.pauses)
    return replace(clock, pauses=pauses)
