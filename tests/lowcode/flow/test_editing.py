"""What an office types of a flow, and the drawing of it."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from app.lowcode.flow.checking import findings
from app.lowcode.flow.drawing import BOX_HEIGHT, BOX_WIDTH, draw
from app.lowcode.flow.editing import changed, typed_of
from app.lowcode.flow.reading import read_flow
from app.lowcode.flow.shipped import known_flows, read_shipped
from app.lowcode.flow.writing import flow_data
from app.security.roles import ROLES
from tests.lowcode.flow.cases import SMALL_FLOW

NAMES = {role.key: role.name for role in ROLES.values()} | {"community_clerk": "社区干事"}


@pytest.mark.parametrize("key", known_flows())
def test_a_form_sent_back_as_it_was_changes_nothing(key: str) -> None:
    flow = read_shipped(key)
    assert changed(flow, typed_of(flow, NAMES), NAMES) == (flow, {})
    assert changed(flow, {}, NAMES) == (flow, {})


def test_names_limits_and_roles_are_changed() -> None:
    typed = {
        "name": "小流程（新）", "state-asked-name": "待处理", "state-asked-limit": "3工作日", "state-waiting-limit": "",
        "action-handle-roles": "网格员、社区干事，system", "action-more-extends": "2工作日",
    }  # fmt: skip
    flow, errors = changed(SMALL_FLOW, typed, NAMES)
    assert errors == {}
    assert (flow.name, flow.state("asked").name, str(flow.state("asked").limit)) == (
        "小流程（新）", "待处理", "WorkingDays(days=3)",
    )  # fmt: skip
    assert flow.state("waiting").limit is None
    assert flow.action("handle").roles == ("grid_worker", "community_clerk", "system")
    assert flow.action("handle").relations == SMALL_FLOW.action("handle").relations


@pytest.mark.parametrize("limit", ["7分钟", "30分钟", "100分钟"])
def test_a_limit_in_minutes_is_typed_kept_drawn_and_shown_again(limit: str) -> None:
    flow, errors = changed(SMALL_FLOW, {"state-asked-limit": limit, "action-more-extends": limit}, NAMES)
    assert errors == {}
    assert findings(flow, roles=ROLES) == findings(SMALL_FLOW, roles=ROLES)
    kept = read_flow(flow_data(flow), source="small")
    assert kept == flow
    shown = typed_of(kept, NAMES)
    assert (shown["state-asked-limit"], shown["action-more-extends"]) == (limit, limit)
    assert draw(kept).boxes[0].limit.startswith(limit)


def test_how_long_an_action_is_offered_is_a_limit_like_others() -> None:
    flow, errors = changed(SMALL_FLOW, {"action-reopen-within": "30天"}, NAMES)
    assert errors == {}
    assert str(flow.action("reopen").within) == "NaturalHours(hours=Decimal('720'))"
    assert read_flow(flow_data(flow), source="small") == flow
    assert {"action-reopen-within", "action-more-extends"} <= set(typed_of(SMALL_FLOW, NAMES))
    assert "action-handle-within" not in typed_of(SMALL_FLOW, NAMES)
    _flow, errors = changed(SMALL_FLOW, {"action-reopen-within": "15", "action-more-extends": ""}, NAMES)
    assert set(errors) == {"action-reopen-within", "action-more-extends"}
    assert "不能空着" in errors["action-more-extends"]


def test_how_often_an_action_may_be_done_is_a_number() -> None:
    flow = read_shipped("mediation_five_steps")
    more, errors = changed(flow, {"action-extend-most": "2"}, NAMES)
    assert (more.action("extend").most, errors) == (2, {})
    assert "action-start-most" not in typed_of(flow, NAMES)
    for wrong in ("", "0", "21", "两次"):
        _flow, errors = changed(flow, {"action-extend-most": wrong}, NAMES)
        assert set(errors) == {"action-extend-most"}


def test_what_cannot_be_read_is_named_at_its_field() -> None:
    typed = {"name": "", "state-asked-limit": "3", "action-handle-roles": "村长", "action-pass-name": "一" * 21}
    _flow, errors = changed(SMALL_FLOW, typed, NAMES)
    assert set(errors) == set(typed)
    assert "没有“村长”这个岗位" in errors["action-handle-roles"]


def test_a_state_that_lasts_until_a_day_says_which() -> None:
    boxes = draw(read_shipped("project_to_closing"), {"ends_on": "到截止日期"}).boxes
    assert [box.limit for box in boxes if box.name in ("实施中", "公示中")] == ["到截止日期", "published_until"]


@pytest.mark.parametrize("key", known_flows())
def test_the_drawing_shows_every_state_and_action_within_its_frame(key: str) -> None:
    flow = read_shipped(key)
    drawing = draw(flow)
    assert [box.name for box in drawing.boxes] == [state.name for state in flow.states]
    shown = {int(n) for arrow in drawing.arrows for n in arrow.numbers.split("·")}
    shown |= {int(n) for box in drawing.boxes if "↻" in box.limit for n in box.limit.split("↻")[1].split("·")}
    assert shown == set(range(1, len(flow.actions) + 1))
    for arrow in drawing.arrows:
        for x in [int(number) for number in re.findall(r"[HM](-?\d+)", arrow.path)]:
            assert 0 < x < drawing.width
    last = drawing.boxes[-1]
    assert last.x + BOX_WIDTH < drawing.width
    assert last.y + BOX_HEIGHT < drawing.height


@pytest.mark.parametrize("key", known_flows())
def test_ways_drawn_in_one_lane_never_lie_over_each_other(key: str) -> None:
    spans: dict[int, list[tuple[int, int]]] = {}
    for arrow in draw(read_shipped(key)).arrows:
        found = re.fullmatch(r"M\d+ (\d+)H(\d+)V(\d+)H\d+", arrow.path)
        if found:
            low, high = sorted((int(found[1]), int(found[3])))
            spans.setdefault(int(found[2]), []).append((low, high))
    for lane in spans.values():
        lane.sort()
        assert all(first[1] <= second[0] + BOX_HEIGHT for first, second in pairwise(lane))
