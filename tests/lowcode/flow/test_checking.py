"""Flows are read strictly, and the checker names what cannot work."""

from __future__ import annotations

import pytest

from app.lowcode.flow.checking import faults, findings
from app.lowcode.flow.reading import FlowRefused, read_flow, read_text
from app.lowcode.flow.shipped import known_flows, read_shipped
from app.lowcode.flow.writing import flow_data
from app.security.roles import ROLES
from tests.lowcode.flow.cases import SMALL_FLOW, small_text


def words(old: str = "", new: str = "") -> str:
    flow = read_text(small_text(old, new), source="小流程")
    return " ".join(
        str(finding.text)
        for finding in faults(flow, roles=ROLES, columns={"state": "code", "name": "text", "day": "date"})
    )


def test_a_sound_flow_has_no_fault() -> None:
    assert words() == ""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("to: waiting, roles: [grid_worker]", "to: asked, roles: [grid_worker]", "状态“待核”从开头走不到"),
        ("{key: go_on, name: 恢复, from: standing", "{key: go_on, name: 恢复, from: asked", "状态“挂账”进去就出不来"),
        ("name: 办结, end: true", "name: 办结", "没有一个状态标为结束"),
        ("roles: [grid_worker], relations: [grid]", "roles: [], relations: [grid]", "“办理”没有写谁能做"),
        ("roles: [grid_center], follows", "roles: [village_head], follows", "没有的岗位“village_head”"),
        ("relations: [not_handler], return", "relations: [handler, not_handler], return", "没有人做得了"),
        ("handles: true, ", "", "没有一个动作标为“办理”"),
        ("from: asked, to: standing", "from: asked, to: nowhere", "没有的状态“nowhere”"),
        ("follows: ask_more", "follows: nothing", "没有这个动作"),
        (", before_due: true, most: 1", ", on_due: true", "到期自动做"),
        ("name: 待办, limit: 2工作日", "name: 待办", "看期限，但所在状态没有期限"),
        ("name: 小流程\n", "name: 小流程\nmirrors: colour\n", "跟随状态的列“colour”"),
        ("note: required}\n  - {key: stop", "photos: [{name: 现场}]}\n  - {key: stop", "没有写明为什么必须拍"),
        ("name: 待核, limit: 4工作时", "name: 待核, until: nothing", "要是名册里的日期"),
        ("name: 待核, limit: 4工作时", "name: 待核, until: name", "要是名册里的日期"),
        ("name: 待核, limit: 4工作时", "name: 待核, limit: 4工作时, until: day", "不能另外有期限"),
        ("name: 待办, limit: 2工作日", "name: 待办, until: day", "也不能延长"),
        ("note: required}\n  - {key: stop", "joint: true}\n  - {key: stop", "没有一步指定单位"),
        ("note: required}\n  - {key: stop", "fields: [{name: a, label: 甲, kind: choice}]}\n  - {key: stop", "没有写选项"),
        ("note: required}\n  - {key: stop", "limit_field: b}\n  - {key: stop", "没有这个填写项"),
        ("note: required}\n  - {key: stop", "fields: [{name: a, label: 甲, column: c}]}\n  - {key: stop", "列“c”在名册里没有"),
    ],
)  # fmt: skip
def test_what_cannot_work_is_named(old: str, new: str, said: str) -> None:
    assert said in words(old, new)


def test_states_from_which_no_end_is_reached_are_named() -> None:
    text = small_text("relations: [not_handler]}\n  - {key: reopen", "relations: [not_handler]}\n  - {key: reopen")
    flow = read_text(text.replace("to: done, roles", "to: asked, roles"), source="x")
    said = " ".join(str(finding.text) for finding in faults(flow, roles=ROLES))
    assert "状态“办结”从开头走不到" in said
    assert "从状态“待办”走不到任何结束" in said


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("limit: 2工作日", "limit: 2", "状态“待办”：期限“2”要写数字和单位"),
        ("limit: 4工作时", "limit: 4个钟头", "状态“待核”"),
        ("relations: [grid]", "relations: [friend]", "关系“friend”不认识"),
        ("most: 1", "most: 0", "1 到 20 的整数"),
        ("stands: true", "stands: maybe", "只能写 true 或 false"),
        ("key: small", "key: 小", "只能用英文字母"),
        ("name: 小流程", "name: 小流程\ncolour: red", "不认识“colour”"),
        ("name: 小流程", "name: ", "缺少“name”"),
        ("states:", "states: 3\nactions_: ", "不认识"),
    ],
)
def test_what_is_not_understood_is_refused_with_its_place(old: str, new: str, said: str) -> None:
    with pytest.raises(FlowRefused) as refused:
        read_text(small_text(old, new), source="小流程")
    assert said in str(refused.value)
    assert str(refused.value).startswith("小流程")


@pytest.mark.parametrize(
    "text", ["", "[]", "key: [", "states: []", "{key: a, name: b, states: 5}", "&a [*a]", "key: a\nname: b"]
)
def test_broken_files_are_refused_in_words(text: str) -> None:
    with pytest.raises(FlowRefused, match="坏的"):
        read_text(text, source="坏的")


@pytest.mark.parametrize("key", known_flows())
def test_every_shipped_flow_is_sound_and_comes_back_as_it_was(key: str) -> None:
    flow = read_shipped(key)
    assert [str(each.text) for each in findings(flow, roles=ROLES)] == []
    assert read_flow(flow_data(flow), source="x") == flow


def test_the_five_districts_have_their_flows() -> None:
    assert {
        "closed_loop_eight_steps", "event_three_steps", "whistle_five_steps", "whistle_call", "three_supervisions", "mediation_five_steps",
        "visit_need_transfer", "proxy_service_gates",
    } <= set(known_flows())  # fmt: skip


def test_an_unknown_flow_is_refused_naming_those_there_are() -> None:
    with pytest.raises(FlowRefused, match="event_three_steps"):
        read_shipped("nothing")


def test_advice_does_not_keep_a_flow_from_being_used() -> None:
    flow = read_text(small_text("name: 待核, limit: 4工作时", "name: 待核"), source="x")
    assert faults(flow, roles=ROLES) == ()
    assert [str(each.text) for each in findings(flow, roles=ROLES)] == ["状态“待核”没有期限，灯不会亮。"]
    assert SMALL_FLOW.start.name == "待办"
