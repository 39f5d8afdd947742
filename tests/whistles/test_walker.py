"""A random walker in the database: everybody tries everything on whistles and their calls, and what must hold holds."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.extensions import db
from app.lowcode.flow import sweeping
from app.lowcode.flow.models import FlowStep
from app.lowcode.flow.service import CaseMoved, StepRefused
from app.lowcode.flow.shipped import read_shipped
from app.lowcode.queries import get
from app.lowcode.register import register
from app.security.actor import SYSTEM, NotPermitted, acting_as
from app.whistles import rules
from app.whistles.models import CALLS, WHISTLES
from tests.whistles import world
from tests.whistles.world import NOW, calls, draft, event, fresh, person, states, take
from tests.world import as_user

PEOPLE = ("head", "leader", "office", "top", "watch", "clerk", "stranger", "worker", "police", "mender", "other")
HEAD_ACTIONS = [(WHISTLES, action.key) for action in read_shipped("whistle_five_steps").actions]
CALL_ACTIONS = [(CALLS, action.key) for action in read_shipped("whistle_call").actions]
FITTING = {"blow_again": "head", "attend": "top", "refer": "watch", "answer": "office"}
"""Who does what at the whistle itself; a call is answered by its department and judged by the office."""
walks = st.lists(
    st.tuples(st.sampled_from(HEAD_ACTIONS + CALL_ACTIONS * 2), st.sampled_from(PEOPLE), st.integers(0, 1), st.integers(1, 900),
              st.booleans()),
    min_size=12, max_size=24,
)  # fmt: skip


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(walk=walks)
def walk_and_look(walk: list[tuple[tuple[str, str], str, int, int, bool]]) -> None:
    matter = event()
    row = draft(event=str(matter.id))
    take(row, "blow", "head")
    now, scored = NOW, dict[int, int]()
    for (name, drawn), anybody, which, minutes, is_fitting in walk:
        now += timedelta(minutes=minutes)
        sweeping.move_overdue(now)
        before = states(row)
        subject: Any = row if name == WHISTLES else calls(row)[which]
        standing = before[0] if name == WHISTLES else before[1][which]
        key, who = fitting(name, drawn, standing, which) if is_fitting else (drawn, anybody)
        if refusal := refused(subject, key, who, now):
            assert refusal.endswith("。"), refusal
            assert states(row) == before
            continue
        assert who == "head" or key not in ("blow", "blow_again")
        if key == "blow_again":
            assert before[0] == "failed"
            assert any(state in rules.FAILED for state in before[1])
        if key in ("score", "score_failed"):
            scored[subject.id] = scored.get(subject.id, 0) + 1
            assert who in ("head", "leader", "office")
        _must_hold(row, matter, scored)


def fitting(name: str, key: str, state: str, which: int) -> tuple[str, str]:
    """An action that leads out of the state with somebody who may take it, chosen by the one that was drawn."""
    flow = read_shipped("whistle_five_steps" if name == WHISTLES else "whistle_call")
    ways = [action.key for action in flow.actions_from(state) if action.roles != ("system",)]
    if not ways:
        return key, "head"
    chosen = ways[sum(map(ord, key)) % len(ways)]
    if name == WHISTLES:
        return chosen, FITTING.get(chosen, "head")
    return chosen, ("police", "mender")[which] if chosen in ("sign", "arrive", "finish") else "office"


def refused(subject: Any, key: str, who: str, now: datetime) -> str:
    """Why the step was not taken; '' where it was."""
    try:
        take(fresh(subject), key, who, now)
    except (StepRefused, NotPermitted, CaseMoved) as told:
        return str(told)
    return ""


def _must_hold(row: Any, matter: Any, scored: dict[int, int]) -> None:
    now, (state, standing) = fresh(row), states(row)
    assert now.round <= 2
    assert all(count == 1 for count in scored.values())
    if state in ("settled", "answered"):
        assert set(standing) == {"scored"}
    if now.round == 2:
        assert now.second_number
    for call, at in zip(calls(row), standing, strict=True):
        assert (call.score is not None) == (at == "scored")
        unit = next(name for name in ("police", "mender") if call.unit_id in _units(name))
        with as_user(unit):
            may_see = get(register("events"), matter.id) is not None
        assert may_see == (at != "scored")
    with as_user("other"):
        assert get(register("events"), matter.id) is None
        assert get(register(WHISTLES), row.id) is None


def _units(name: str) -> set[int | None]:
    access = person(name).access
    assert access is not None
    return {post.unit_id for post in access.posts}


def test_no_walk_breaks_what_must_hold(app: Flask) -> None:
    with app.app_context():
        world.build()
        walk_and_look()
        with acting_as(SYSTEM):
            steps = db.session.execute(select(FlowStep)).scalars().all()
    # The walks get somewhere: people's steps, not only the program's.
    assert len([step for step in steps if step.by_id is not None]) > 15
    assert all(step.by_name and step.at and step.from_state and step.to_state for step in steps)


@pytest.mark.parametrize("key", ["refer", "blow_again", "blow"])
def test_the_program_never_does_what_people_must(key: str) -> None:
    action = read_shipped("whistle_five_steps").action(key)
    assert "system" not in action.roles
    assert not action.on_due
