"""Every action of every shipped flow, in every state, as every role with every relation: it may be done, or it is said why
not; and whoever may, holds the role and all relations by one and the same post."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from app.areas.rules import COMMUNITY_DIGITS
from app.fields.limits import WorkingDays
from app.lowcode.flow.asking import is_same_person, may, why_not
from app.lowcode.flow.moving import begin
from app.lowcode.flow.rules import PROGRAM, SYSTEM_ROLE, Action, Case, Clock, Flow, LivePost, Person
from app.lowcode.flow.shipped import known_flows, read_shipped
from app.security.roles import ROLES
from tests.lowcode.flow.cases import COMMUNITY, GRID, NEXT_GRID, OTHER_UNIT, STREET, TIME, UNIT, at

NAMES = {role.key: role.name for role in ROLES.values()}
NOW = at("2026-11-20 10:00")
ME, ABSENT, OTHER = 1, 2, 3
AREAS = (GRID, COMMUNITY, STREET, STREET[:6], NEXT_GRID)


@dataclass(frozen=True)
class Stand:
    """How somebody stands to a case: by which post, and what of it he or the one he stands for did."""

    post: LivePost
    has_reported: bool
    has_handled: bool


def stands(role: str) -> Iterator[Stand]:
    for area in AREAS:
        for unit in (None, UNIT, OTHER_UNIT):
            for acts_for, did in ((None, 0), (None, 1), (None, 2), (ABSENT, 0), (ABSENT, 3)):
                yield Stand(LivePost(role, area, unit, acts_for), has_reported=bool(did & 1), has_handled=bool(did & 2))


def cases(flow: Flow, state: str, stand: Stand) -> Iterator[Case]:
    """The case in a state with a clock that runs, and the same with everything done that an action wants to follow."""
    who = stand.post.acts_for or ME
    case = replace(
        begin(flow, area_code=GRID, reporter_id=who if stand.has_reported else OTHER, now=NOW, unit_ids=(UNIT,)),
        state=state, handler_ids=frozenset({who if stand.has_handled else OTHER}),
        clocks={state: Clock(NOW, WorkingDays(3))},
    )  # fmt: skip
    yield case
    yield replace(case, done={each.follows: each.follows_times or 1 for each in flow.actions if each.follows})


def holds(action: Action, case: Case, stand: Stand, person: Person) -> dict[str, bool]:
    """Each relation, as the text of the issue has it: said once more, apart from the rules that are tried."""
    post = stand.post
    in_unit, in_community = post.unit_id == UNIT, len(post.area_code) >= COMMUNITY_DIGITS
    return {
        "reporter": stand.has_reported, "not_reporter": not stand.has_reported, "handler": stand.has_handled,
        "not_handler": not stand.has_handled or (action.marks_same and in_community),
        "grid": post.area_code == GRID, "street": not in_community, "unit": in_unit, "lead": in_unit,
        "own_post": post.acts_for is None,
    }  # fmt: skip


@pytest.mark.parametrize("key", known_flows())
def test_whoever_may_holds_role_and_relations_and_everybody_else_is_told_why_not(key: str) -> None:
    flow, tried, let_through = read_shipped(key), 0, set[str]()
    for role in ROLES:
        for stand in stands(role):
            person = Person(ME, (stand.post,))
            for state in flow.states:
                for case in cases(flow, state.key, stand):
                    before = replace(case, clocks=dict(case.clocks), done=dict(case.done))
                    offered = may(flow, case, person, NOW, TIME)
                    for action in flow.actions:
                        refusal = why_not(flow, case, action, person, NOW, TIME, NAMES)
                        assert (action in offered) == (not refusal)
                        tried += 1
                        if refusal:
                            assert str(refusal).endswith("。")
                            assert action.name in refusal
                            continue
                        let_through.add(action.key)
                        assert state.key in action.froms
                        assert role in action.roles
                        known = holds(action, case, stand, person)
                        assert all(known[relation] for relation in action.relations), (action.key, stand)
                        reaches = GRID.startswith(stand.post.area_code)
                        assert reaches or ({"unit", "lead"} & set(action.relations) and stand.post.unit_id == UNIT)
                        marked = action.marks_same and stand.has_handled
                        assert is_same_person(case, action, person) == marked, "one's own work, or that of the absent"
                    assert case == before, "asking changes nothing"
    assert tried >= len(ROLES) * len(flow.states) * len(flow.actions) * len(AREAS)
    by_hand = {each.key for each in flow.actions if each.roles != (SYSTEM_ROLE,) and not each.after_due}
    assert by_hand <= let_through, "every action is somebody's"


@pytest.mark.parametrize("key", known_flows())
def test_the_program_does_its_own_and_nothing_of_anybodys(key: str) -> None:
    flow = read_shipped(key)
    late = NOW + timedelta(days=400)
    for state in flow.states:
        case = replace(begin(flow, area_code=GRID, reporter_id=OTHER, now=NOW, unit_ids=(UNIT,)), state=state.key)
        for action in flow.actions:
            refusal = why_not(flow, case, action, PROGRAM, late, TIME, NAMES)
            assert refusal or action.roles == (SYSTEM_ROLE,)


def test_role_and_relations_are_held_by_one_post() -> None:
    flow = read_shipped("closed_loop_eight_steps")
    case = replace(
        begin(flow, area_code=GRID, reporter_id=OTHER, now=NOW, unit_ids=(UNIT,)), state="handling",
        clocks={"handling": Clock(NOW, WorkingDays(3))},
    )  # fmt: skip
    of_unit, of_role = LivePost("grid_worker", GRID, UNIT), LivePost("department", STREET[:6], OTHER_UNIT)
    for posts in ((of_unit,), (of_role,), (of_unit, of_role)):
        assert why_not(flow, case, flow.action("handle"), Person(ME, posts), NOW, TIME, NAMES)
    both = LivePost("department", STREET[:6], UNIT)
    assert not why_not(flow, case, flow.action("handle"), Person(ME, (of_unit, both)), NOW, TIME, NAMES)
