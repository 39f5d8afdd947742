"""A random walk over events on real databases: every action as everybody, in time or late, with what it needs or less.

Whatever is tried, the invariants of DOMAIN 3.1 hold: a step taken is one row more that says who, when, from and to; a
step refused says why and changes nothing; nobody checks his own work from the street up; figures count what was done.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from sqlalchemy import select

from app.events import rules
from app.events.models import Event
from app.events.steps import deadline_of
from app.extensions import db
from app.lowcode.flow import service as flow_service
from app.lowcode.flow.models import FlowCase, FlowStep
from app.lowcode.flow.queries import Running, running
from app.lowcode.flow.rules import Action, FormField
from app.lowcode.flow.service import CaseMoved, Photo, Sent, StepRefused
from app.lowcode.flow.versions import choose_flow
from app.lowcode.register import register
from app.lowcode.service import SaveRefused, save
from app.security import audit
from app.security.actor import SYSTEM, NotPermitted, acting_as
from app.security.roles import ROLES
from tests.events.world import EIGHT_STEPS, NOW, build, fresh, person, report, unit_id
from tests.lowcode.flow.test_acting import JPEG
from tests.world import GRID, HOME, STREET, add_user

HELD = {
    "clerk": "community_clerk", "boss": "community_secretary", "worker": "grid_worker", "next": "community_clerk",
    "office": "street_office", "centre": "grid_center", "officer": "department", "stranger": "department",
}  # fmt: skip
OTHERS = {f"other{place}": role for place, role in enumerate(ROLES) if role not in HELD.values()}
"""One of each role that no step of an event names."""
PEOPLE = (*HELD, *OTHERS)
EDITS = (("state", "closed"), ("satisfaction", "满意"), ("due_at", "2027-03-01 09:00"), ("closed_at", "2026-11-30 09:00"),
         ("result", "写了结果"), ("note", "写了备注"))  # fmt: skip
TYPED = ("result", "note")
COUNTED = ("state", "satisfaction", "due_at", "closed_at", "handled_at", "is_on_time", "visited_on")
MOVES, EDITED = 140, 0.3
DONE_ACTIONS = ("pass", "confirm", "close")
"""Checking somebody's work."""


@dataclass
class Seen:
    """What of an event must not change by itself."""

    state: str
    case_version: int
    step_count: int
    row_version: int


@dataclass
class Walk:
    """One walk over a handful of events."""

    rng: Random
    events: list[Event]
    now: datetime = NOW
    taken: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)

    def running(self, row: Event) -> Running:
        with acting_as(SYSTEM):
            at = running(register("events"), fresh(row), self.now)
        assert at is not None
        return at

    def seen(self, row: Event) -> Seen:
        at, now = self.running(row), fresh(row)
        return Seen(at.case.state, at.version, at.row.step_count if at.row else 0, now.version)

    def values(self, action: Action, row: Event) -> dict[str, str]:
        return {each.name: self._value(each, row) for each in action.fields if self.rng.random() > 0.1}

    def _value(self, each: FormField, row: Event) -> str:
        if each.column == "merged_into":
            return str(self.rng.choice(self.events).number)
        if each.column == "area":
            return GRID
        if each.kind == "units":
            return str(unit_id(self.rng.choice(("officer", "officer", "stranger"))))
        if each.kind == "choice":
            return self.rng.choice((*each.choices, "随便写的"))
        return {"limit": self.rng.choice(("2工作时", "3工作日", "哪天")), "date": "2026-12-20", "number": "3"}.get(
            each.kind, "写了几句"
        )

    def edit(self) -> None:
        """One attempt to type over a row what its flow counts, or what anybody who may write it writes."""
        row, who = self.rng.choice(self.events), self.rng.choice(PEOPLE)
        name, value = self.rng.choice(EDITS)
        kept, at, reg = fresh(row), self.running(row), register("events")
        before = {each: getattr(kept, each) for each in (*COUNTED, *TYPED)}
        try:
            with acting_as(person(who)):
                save(reg, kept, {name: value}, by=person(who), today=self.now.date())
        except (SaveRefused, NotPermitted) as refusal:
            words = list(refusal.errors.values()) if isinstance(refusal, SaveRefused) else [str(refusal)]
            assert words
            assert all(text.endswith("。") for text in words), words
            self.refused[f"edit {name}"] += 1
            assert {each: getattr(fresh(row), each) for each in before} == before
            return
        self.taken[f"edit {name}"] += 1
        now = fresh(row)
        if name in TYPED:
            assert getattr(now, name) == value
        if now.handling == rules.OWN and at.row is not None and at.row.step_count:
            assert {each: getattr(now, each) for each in COUNTED} == {each: before[each] for each in COUNTED}

    def step(self) -> None:
        """One attempt, likely or not."""
        row, who = self.rng.choice(self.events), self.rng.choice(PEOPLE)
        self.now += timedelta(minutes=self.rng.choice((1, 5, 40, 300, 3000)))
        before, at, kept = self.seen(row), self.running(row), fresh(row)
        due_at, satisfaction = kept.due_at, kept.satisfaction
        near = at.flow.actions_from(at.case.state)
        action = self.rng.choice(near if near and self.rng.random() < 0.8 else at.flow.actions)
        photos = tuple(Photo(each.name, f"{each.name}.jpg", JPEG) for each in action.photos if self.rng.random() > 0.2)
        is_stale = self.rng.random() < 0.05
        version = at.version - 1 if is_stale else at.version
        sent = Sent(version, self.values(action, row), self.rng.choice(("说明", "说明", "")), photos)
        try:
            with acting_as(person(who)):
                step = flow_service.act(register("events"), row, action.key, sent, by=person(who), now=self.now)
        except (StepRefused, NotPermitted, CaseMoved) as refusal:
            self._nothing_happened(row, before, refusal, is_stale=is_stale)
            assert (fresh(row).due_at, fresh(row).satisfaction) == (due_at, satisfaction)
            self.refused[action.key] += 1
            return
        assert not is_stale
        self.taken[action.key] += 1
        self._one_step_more(row, before, at, action, step, who)
        if action.key == "apply_extension":
            assert fresh(row).due_at == due_at, "only an approved 延期 moves a deadline"

    def _nothing_happened(self, row: Event, before: Seen, refusal: Exception, *, is_stale: bool) -> None:
        words = list(refusal.errors.values()) if isinstance(refusal, StepRefused) else [str(refusal)]
        assert words
        assert all(len(text) > 4 for text in words), words
        assert self.seen(row) == before
        if is_stale:
            assert not isinstance(refusal, StepRefused), "a page that is behind is told so, whatever it asks"

    def _one_step_more(
        self, row: Event, before: Seen, at: Running, action: Action, step: FlowStep, who: str
    ) -> None:  # fmt: skip
        after, actor = self.seen(row), person(who)
        assert actor.access is not None
        # What the register said otherwise may have become a step of its own first.
        assert after.step_count == before.step_count + 1 + bool(at.is_corrected and at.row is not None)
        assert (step.from_state, step.to_state, step.by_id, step.at) == (
            before.state,
            after.state,
            actor.user_id,
            self.now,
        )
        assert before.state in action.froms, "no step is skipped"
        assert {post.role for post in actor.access.posts} & set(action.roles)
        if "not_reporter" in action.relations:
            assert row.created_by != actor.user_id
        if action.key in DONE_ACTIONS and actor.user_id in at.case.handler_ids:
            assert step.is_same_person
            assert all(len(post.area_code) >= len(HOME) for post in actor.access.posts), (
                "from the street up nobody checks his own"
            )
        state, now = at.flow.state(after.state), fresh(row)
        if at.flow.mirrors and state.value:
            assert now.state == state.value
        if now.handling == rules.OWN and any(at.case.clocks.get(state) for state in at.flow.handled_in):
            assert now.due_at == deadline_of(self.running(row)), "the event and its case have one deadline"


def steps_of(row: Event) -> list[FlowStep]:
    with acting_as(SYSTEM):
        case = db.session.execute(
            select(FlowCase).where(FlowCase.register == "events", FlowCase.row_id == row.id)
        ).scalar_one()
        found = select(FlowStep).where(FlowStep.case_id == case.id).order_by(FlowStep.seq)
        return list(db.session.execute(found).scalars())


def moved(row: Event, at: Running) -> Iterator[rules.Moved]:
    """Every step as figures count it."""
    for step in steps_of(row):
        if step.action:
            before, after = (at.flow.state(key) for key in (step.from_state, step.to_state))
            yield rules.Moved(
                before.value or before.key, after.value or after.key, at.flow.action(step.action).is_return
            )


def holds(walk: Walk, row: Event) -> None:
    """What must be true of an event after any walk."""
    now, at, taken = fresh(row), walk.running(row), steps_of(row)
    assert [step.seq for step in taken] == list(range(1, len(taken) + 1))
    assert all(later.from_state == earlier.to_state for earlier, later in pairwise(taken))
    assert all(step.by_name and step.at is not None for step in taken)
    counted = list(moved(row, at))
    assert now.dispatch_count >= sum(map(rules.is_dispatch, counted))
    assert now.refused_count == sum(map(rules.is_refused, counted))
    assert now.rework_count == sum(map(rules.is_rework, counted))
    if now.handling == rules.OWN:
        if any(at.case.clocks.get(state) for state in at.flow.handled_in):
            assert now.due_at == deadline_of(at), "the event and its case have one deadline"
        assert now.dispatch_count == sum(map(rules.is_dispatch, counted))
        assert (now.closed_on is not None) == (now.state == "closed"), "办结 is being closed, and nothing else"
        handled = [step for step in taken if step.action and at.flow.action(step.action).handles]
        assert handled or now.state not in rules.DONE, "nothing is done that nobody handled"
    if now.state == "merged":
        main = db.session.get(Event, now.merged_into_id)
        assert main is not None
        assert main.id != now.id
        assert now.satisfaction is None or main.closed_at is not None or main.reopen_count


def begin(rng: Random) -> Walk:
    """Events of a community without a centre, of one with eight steps, and of a platform."""
    events = [report(rng.choice(("clerk", "worker")), location=f"{number}幢", source="patrol") for number in range(3)]
    with acting_as(SYSTEM):
        choose_flow("events", EIGHT_STEPS, area=HOME)
    events += [
        report(rng.choice(("worker", "clerk", "office")), location=f"{number}号楼", source="snapshot")
        for number in range(4)
    ]
    ticket: dict[str, Any] = {"source": "hotline", "handling": "upstream", "location": "北门"}
    events += [report("office", number=f"T{number}", due_at="2026-11-27 18:00", **ticket) for number in range(2)]
    return Walk(rng, events)


@pytest.mark.parametrize("seed", [1, 2, 5])
def test_no_walk_breaks_an_invariant(context: Any, seed: int) -> None:
    build()
    walk = begin(Random(seed))
    with acting_as(SYSTEM):
        for name, role in OTHERS.items():
            add_user(name, role, STREET)
    for _move in range(MOVES):
        walk.step()
        if walk.rng.random() < EDITED:
            walk.edit()
    for row in walk.events:
        if walk.running(row).row is not None:
            holds(walk, row)
    assert sum(walk.taken.values()) > 10, walk.taken
    assert sum(walk.refused.values()) > 10
    with acting_as(SYSTEM):
        assert audit.verify() == []
