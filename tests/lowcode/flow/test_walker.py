"""A random walker: everybody tries everything on cases of every shipped flow, and what must hold holds."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.lowcode.flow.asking import is_same_person, may, why_not
from app.lowcode.flow.moving import after, begin
from app.lowcode.flow.rules import PROGRAM, SYSTEM_ROLE, Action
from app.lowcode.flow.shipped import known_flows, read_shipped
from app.security.roles import ROLES
from tests.lowcode.flow.cases import EVERYBODY, GRID, OTHER_UNIT, TIME, UNIT, WORKER, at

NAMES = {role.key: role.name for role in ROLES.values()}
PEOPLE = (*EVERYBODY, PROGRAM)
steps = st.lists(st.tuples(st.integers(0, 99), st.integers(0, len(PEOPLE) - 1), st.integers(0, 3000)), max_size=40)


def filled(action: Action, now: datetime) -> dict[str, str]:
    later = f"{now + timedelta(days=9):%Y-%m-%d}"
    kinds = {"limit": "3工作日", "units": f"{UNIT},{OTHER_UNIT}", "date": later}
    return {field.name: kinds.get(field.kind, "好") for field in action.fields}


@pytest.mark.parametrize("key", known_flows())
@settings(max_examples=40)
@given(walk=steps)
def test_no_walk_breaks_what_must_hold(key: str, walk: list[tuple[int, int, int]]) -> None:
    flow = read_shipped(key)
    now = at("2026-11-20 10:00")
    case = begin(flow, area_code=GRID, reporter_id=WORKER.user_id, now=now)
    done: Counter[str] = Counter()
    for choice, who, minutes in walk:
        now += timedelta(minutes=minutes)
        person = PEOPLE[who]
        action = flow.actions[choice % len(flow.actions)]
        allowed = action in may(flow, case, person, now, TIME)
        refusal = why_not(flow, case, action, person, now, TIME, NAMES)
        assert allowed == (not refusal)
        if refusal:
            assert str(refusal).endswith("。")
            assert action.name in refusal
            continue
        # Nothing is skipped, and nobody checks his own work unless it is marked.
        assert case.state in action.froms
        if "not_handler" in action.relations:
            assert person.user_id not in case.handler_ids or is_same_person(case, action, person)
        assert person is not PROGRAM or action.roles == (SYSTEM_ROLE,)
        before, moved = case, after(flow, case, action, person, now, filled(action, now), TIME)
        done[action.key] += 1
        assert moved.state == action.to or (action.joint and moved.state == before.state)
        assert moved.count(action.key) == done[action.key]
        assert action.most is None or done[action.key] <= action.most
        # A deadline moves only by an approved extension, or where a new state or a stop gives another.
        if moved.state == before.state and action.extends is None:
            assert moved.due(TIME) == before.due(TIME)
        if action.extends is not None:
            later, sooner = moved.due(TIME), before.due(TIME)
            assert later is not None
            assert sooner is not None
            assert later.at > sooner.at
        assert (moved.due(TIME) is None) == (moved.clock() is None)
        # What the whole matter has to be done by moves with an extension, a limit given anew, or while it stands.
        gives = action.limit_field or action.extends or (action.to in flow.handled_in and not action.keeps_clock)
        stands = flow.state(moved.state).stands or flow.state(before.state).stands
        assert gives or stands or moved.deadline(flow, TIME) == before.deadline(flow, TIME)
        case = moved
    assert case.return_count == sum(done[action.key] for action in flow.actions if action.is_return)
