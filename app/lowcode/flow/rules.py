"""A flow and a case in it as plain values: states, actions with who and what they need, clocks, and what was done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Literal

from app.fields.limits import Due, Limit, Pause, WorkingTime, due

FieldKind = Literal["text", "long", "choice", "date", "number", "limit", "units"]
Relation = Literal["reporter", "not_reporter", "handler", "not_handler", "grid", "street", "unit", "lead", "own_post"]
NoteNeed = Literal["none", "optional", "required"]

FIELD_KINDS: Mapping[FieldKind, str] = {
    "text": "一行文字", "long": "多行文字", "choice": "从选项里选", "date": "日期", "number": "数字", "limit": "期限",
    "units": "单位",
}  # fmt: skip
RELATIONS: Mapping[Relation, str] = {
    "reporter": "上报的人本人", "not_reporter": "上报的人以外的人", "handler": "办理的人本人", "not_handler": "办理的人以外的人",
    "grid": "所在网格的人", "street": "街道及以上的人", "unit": "承办单位的人", "lead": "承办单位的人（没有单位的，由所在区域的人办）",
    "own_post": "本岗位的人，不能由别人代",
}  # fmt: skip
SYSTEM_ROLE = "system"
"""Stands among the roles of an action that the program does by itself."""


@dataclass(frozen=True, slots=True)
class FormField:
    """Something to fill in with an action. `column` names the register's column that takes the value, '' none."""

    name: str
    label: str
    kind: FieldKind = "text"
    is_required: bool = False
    choices: tuple[str, ...] = ()
    column: str = ""


@dataclass(frozen=True, slots=True)
class PhotoNeed:
    """Photos an action needs, and why: without a reason nobody may be asked for one (国办函〔2026〕12号)."""

    name: str
    least: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """What leads from states to a state. Roles are alternatives; relations must all hold, for one and the same post."""

    key: str
    name: str
    froms: tuple[str, ...]
    to: str
    roles: tuple[str, ...]
    relations: tuple[Relation, ...] = ()
    fields: tuple[FormField, ...] = ()
    sets: Mapping[str, str] = field(default_factory=dict)
    """What the action itself writes, as one would type it: column → value (不满意重办 says 不满意)."""
    note: NoteNeed = "optional"
    photos: tuple[PhotoNeed, ...] = ()
    most: int | None = None
    """How many times in one case; None as often as it comes."""
    before_due: bool = False
    after_due: bool = False
    within: Limit | None = None
    """Only so long after the state was reached (重开 within 15 days)."""
    follows: str = ""
    """Only after this action was done, once for each time it was (批准延期 answers 申请延期)."""
    follows_times: int | None = None
    """Only after `follows` was done so often (三次未联系上); None once is enough."""
    handles: bool = False
    """Who does it is the handler from now on, whom `not_handler` keeps from checking his own work."""
    marks_same: bool = False
    """A handler doing it is let through and the step marked 同人办理 (one-person shifts)."""
    keeps_clock: bool = False
    """The clock of the state entered goes on instead of beginning anew (返工, and going on after a stop)."""
    extends: Limit | None = None
    limit_field: str = ""
    """The field whose value is the limit of the state entered (时限 per 小类), or of the one it `starts`: a limit, or the
    day until whose close of office it lasts (复查日期)."""
    starts: str = ""
    """The state whose clock begins with this action, before it is entered: 处置 runs from 分拨, not from 签收."""
    joint: bool = False
    """Each unit asked does it once; the case moves on with the last of them (会签)."""
    on_due: bool = False
    """Done by the program as soon as the limit is over."""
    is_return: bool = False
    """A way back (退回, 返工); counted."""
    aside: bool = False
    """May be done, but is not what its state waits for (挂账, 并案, 撤回): offered on the page, asked of nobody."""
    is_firm: bool = False
    """Refused where the limit it sets would be provisional (letters and final decisions)."""

    @property
    def writes(self) -> frozenset[str]:
        """Columns of the register that it fills, by what is typed or by itself."""
        return frozenset(self.sets) | {each.column for each in self.fields if each.column}

    @property
    def limits(self) -> str:
        """The state that the action gives a limit to: the one it starts, else the one it leads to."""
        return self.starts or self.to


@dataclass(frozen=True, slots=True)
class State:
    """A state. `stands`: the clock stands still in it (挂账, 中止). `value`: what the mirrored column says meanwhile.

    `until`: column of the register with the day on which it is over (截止日期), instead of a limit; it moves with the row,
    and what the state waits for is asked for once the lamp warns.
    """

    key: str
    name: str
    limit: Limit | None = None
    is_end: bool = False
    is_done: bool = False
    """Counts as 办结."""
    stands: bool = False
    until: str = ""
    value: str = ""


@dataclass(frozen=True)
class Flow:
    """One version of a flow. The first state is where a case begins; `register` is the one it is attached to."""

    key: str
    name: str
    states: tuple[State, ...]
    actions: tuple[Action, ...]
    register: str = ""
    mirrors: str = ""
    """Column of the register that follows the state."""
    basis: str = ""

    @cached_property
    def _states(self) -> Mapping[str, State]:
        return {state.key: state for state in self.states}

    @cached_property
    def _actions(self) -> Mapping[str, Action]:
        return {action.key: action for action in self.actions}

    @cached_property
    def handled_in(self) -> frozenset[str]:
        """States in which the matter is in the hands of whoever is to deal with it; 自办 by the reporter does not count."""
        return frozenset(
            state for each in self.actions if each.handles and "reporter" not in each.relations for state in each.froms
        )

    @property
    def start(self) -> State:
        """Where a case begins."""
        return self.states[0]

    def state(self, key: str) -> State:
        """The state of that key. Raises KeyError."""
        return self._states[key]

    def action(self, key: str) -> Action:
        """The action of that key. Raises KeyError."""
        return self._actions[key]

    def actions_from(self, state: str) -> tuple[Action, ...]:
        """Actions that lead out of a state (or round it), in the order of the flow."""
        return tuple(action for action in self.actions if state in action.froms)

    def awaited_in(self, state: str) -> tuple[Action, ...]:
        """What a case in that state waits for: first what answers an application (批准延期), then what leads on, and ways
        back only where there is no way on."""
        ways = [each for each in self.actions_from(state) if not each.aside and (each.to != state or each.follows)]
        onward = [each for each in ways if not each.is_return] or ways
        return tuple(sorted(onward, key=lambda each: each.to != state))


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock of one state: when it began, its limit, what was added to it, and when it stood."""

    start: datetime
    limit: Limit
    extension: Limit | None = None
    pauses: tuple[Pause, ...] = ()

    def due(self, on: WorkingTime) -> Due | None:
        """When it is over, an extension counted from the end of the first limit; None while it stands."""
        first = due(self.limit, self.start, on, self.pauses)
        if first is None or self.extension is None:
            return first
        return due(self.extension, first.at, on, self.pauses)


@dataclass(frozen=True, slots=True)
class LivePost:
    """One post of a person on the day: role, area and unit."""

    role: str
    area_code: str
    unit_id: int | None = None
    acts_for: int | None = None
    """User id of the one whose place is taken (代)."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who wants to act. The program itself has the role `system` everywhere."""

    user_id: int | None
    posts: tuple[LivePost, ...]


PROGRAM = Person(None, (LivePost(SYSTEM_ROLE, ""),))


@dataclass(frozen=True)
class Case:
    """Where one matter stands. `done` counts actions, `signed` are units that signed the joint action under way."""

    state: str
    area_code: str
    entered_at: datetime
    reporter_id: int | None = None
    handler_ids: frozenset[int] = frozenset()
    unit_ids: tuple[int, ...] = ()
    signed: frozenset[int] = frozenset()
    clocks: Mapping[str, Clock] = field(default_factory=dict)
    done: Mapping[str, int] = field(default_factory=dict)
    return_count: int = 0

    def clock(self) -> Clock | None:
        """The clock of the present state."""
        return self.clocks.get(self.state)

    def due(self, on: WorkingTime) -> Due | None:
        """When the present state is over; None where no limit runs."""
        clock = self.clock()
        return clock.due(on) if clock is not None else None

    def deadline(self, flow: Flow, on: WorkingTime) -> Due | None:
        """When the whole matter is to be dealt with, whatever state it is in: the end of the clock of handling that began
        last. None where none began yet, and while it stands."""
        clocks = [clock for state, clock in self.clocks.items() if state in flow.handled_in]
        return max(clocks, key=lambda clock: clock.start).due(on) if clocks else None

    def count(self, action: str) -> int:
        """How often an action was done."""
        return self.done.get(action, 0)
