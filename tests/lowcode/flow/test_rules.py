"""Who may act in a flow, why not, and what an action makes of a case."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.lowcode.flow.asking import is_same_person, may, missing, who_words, why_not
from app.lowcode.flow.evidence import with_evidence
from app.lowcode.flow.moving import after, begin
from app.lowcode.flow.reading import read_text
from app.lowcode.flow.rules import PROGRAM, Case, Flow, LivePost, Person
from app.lowcode.flow.shipped import read_shipped
from app.profiles.files import read_file
from app.security.roles import ROLES
from tests.lowcode.flow.cases import (
    CENTER,
    CLERK,
    COMMUNITY,
    GRID,
    HEAD,
    INSPECTOR,
    LEADER,
    NEXT_WORKER,
    OFFICE,
    OFFICER,
    OTHER_OFFICER,
    SMALL_FLOW,
    TIME,
    UNIT,
    WORKER,
    at,
    small_text,
)

NAMES = {role.key: role.name for role in ROLES.values()}
START = "2026-11-20 10:00"


def new(flow: Flow = SMALL_FLOW) -> Case:
    return begin(flow, area_code=GRID, reporter_id=WORKER.user_id, now=at(START))


def do(case: Case, key: str, person: Person, now: str = START, flow: Flow = SMALL_FLOW, **values: str) -> Case:
    action = flow.action(key)
    refusal = why_not(flow, case, action, person, at(now), TIME, NAMES)
    assert not refusal, refusal
    return after(flow, case, action, person, at(now), values, TIME)


def refusal(case: Case, key: str, person: Person, now: str = START, flow: Flow = SMALL_FLOW) -> str:
    return str(why_not(flow, case, flow.action(key), person, at(now), TIME, NAMES))


def due_text(case: Case) -> str:
    due = case.due(TIME)
    return f"{due.at.astimezone(at(START).tzinfo):%m-%d %H:%M}" if due is not None else ""


def test_each_refusal_says_its_own_reason() -> None:
    case = new()
    assert refusal(case, "pass", CLERK) == "现在是“待办”，要到“待核”才能“通过”。"
    assert refusal(case, "handle", CLERK) == "“办理”由网格员做，您没有这个岗位。"
    assert refusal(case, "handle", NEXT_WORKER) == "这件事不在您负责的范围内，不能“办理”。"
    wide = Person(1, (LivePost("grid_worker", GRID[:12]),))
    assert refusal(case, "handle", wide) == "“办理”由这个网格的人做，您的岗位不在这个网格。"
    assert refusal(case, "more", CENTER) == "还没有人“申请延期”，不能“批准延期”。"
    waiting = do(case, "handle", WORKER)
    assert refusal(waiting, "pass", WORKER) == "办理的人不能自己“通过”，请换一个人。"
    done = do(waiting, "pass", CLERK)
    assert refusal(done, "reopen", CLERK, "2026-12-05 10:01") == "“办结”超过15天就不能“重开”了。"
    assert not refusal(done, "reopen", CLERK, "2026-12-05 10:00")


def test_an_extension_is_asked_before_the_deadline_once_and_approved() -> None:
    case = new()
    assert due_text(case) == "11-24 17:30"
    assert refusal(case, "ask_more", WORKER, "2026-11-24 17:31") == "期限已过，不能再“申请延期”。"
    asked = do(case, "ask_more", WORKER, "2026-11-24 17:30")
    assert due_text(asked) == "11-24 17:30"
    assert refusal(asked, "ask_more", WORKER) == "“申请延期”最多 1 次，已经用完。"
    given = do(asked, "more", CENTER)
    assert due_text(given) == "11-25 17:30"
    assert refusal(given, "more", CENTER) == "还没有人“申请延期”，不能“批准延期”。"


def test_a_stopped_clock_goes_on_with_what_was_left() -> None:
    stopped = do(new(), "stop", CENTER, "2026-11-23 08:30")
    assert due_text(stopped) == ""
    assert due_text(do(stopped, "go_on", CENTER, "2026-11-30 08:30")) == "12-01 17:30"


def test_rework_goes_on_with_the_clock_and_is_counted() -> None:
    case = do(do(new(), "handle", WORKER), "back", CLERK, "2026-11-24 15:00")
    assert (case.state, case.return_count, due_text(case)) == ("asked", 1, "11-24 17:30")
    assert refusal(do(case, "handle", WORKER), "pass", WORKER).startswith("办理的人不能自己")
    again = do(do(do(new(), "handle", WORKER), "pass", CLERK), "reopen", CLERK, "2026-11-27 10:00")
    assert due_text(again) == "12-01 17:30"


def test_a_community_alone_checks_its_own_work_and_it_is_marked() -> None:
    flow = read_shipped("event_three_steps")
    handled = do(new(flow), "handle", CLERK, flow=flow)
    confirm = flow.action("confirm")
    assert not refusal(handled, "confirm", CLERK, flow=flow)
    assert is_same_person(handled, confirm, CLERK)
    assert not is_same_person(handled, confirm, WORKER)
    above = Person(CLERK.user_id, (LivePost("community_clerk", "320505001"),))
    assert refusal(handled, "confirm", above, flow=flow) == "办理的人不能自己“确认办结”，请换一个人。"


def test_only_the_streets_head_blows_and_again_only_after_the_first_has_failed() -> None:
    flow = read_shipped("whistle_five_steps")
    case = new(flow)
    for person in (CENTER, LEADER, OFFICE):
        assert refusal(case, "blow", person, flow=flow) == "“吹哨”由街道书记或主任做，您没有这个岗位。"
    blown = do(case, "blow", HEAD, flow=flow)
    assert "要到“有部门未响应或未解决”" in refusal(blown, "blow_again", HEAD, flow=flow)
    assert "不用人办" in refusal(blown, "fail", HEAD, flow=flow)
    again = do(do(blown, "fail", PROGRAM, flow=flow), "blow_again", HEAD, flow=flow)
    assert again.state == "second"
    failed = replace(again, state="failed")
    assert refusal(failed, "blow_again", HEAD, flow=flow) == "“二次吹哨”最多 1 次，已经用完。"


def test_a_call_runs_out_by_itself_and_can_still_be_answered() -> None:
    flow = read_shipped("whistle_call")
    case = replace(new(flow), unit_ids=(UNIT,))
    assert "不在那里" in refusal(case, "sign", OTHER_OFFICER, flow=flow)
    late = do(case, "expire_sign", PROGRAM, "2026-11-20 11:01", flow=flow)
    assert refusal(case, "expire_sign", LEADER, flow=flow) == "“到时未签收”到期由系统自动做，不用人办。"
    assert do(late, "arrive", OFFICER, "2026-11-20 13:00", flow=flow).state == "arrived"


def test_letters_are_refused_on_a_provisional_deadline() -> None:
    flow = read_shipped("three_supervisions")
    case = do(new(flow), "propose", PROGRAM, "2026-12-20 10:00", flow=flow)
    assert not refusal(case, "issue_first", INSPECTOR, flow=flow)
    assert refusal(case, "issue_first", INSPECTOR, "2026-12-31 10:00", flow=flow) == (
        "2027年的放假安排还没有录入，期限只是暂定，不能“签发一次督办”。请先在“工作日历”录入。"
    )


def test_supervision_never_goes_a_step_down() -> None:
    flow = read_shipped("three_supervisions")
    rank = {
        state.key: {"first": 1, "second": 2, "third": 3}.get(state.key.partition("_")[0], 0) for state in flow.states
    }
    for action in flow.actions:
        for start in action.froms:
            assert rank[action.to] >= rank[start] or flow.state(action.to).is_end or action.to == "referred", (
                action.name
            )


def test_who_leads_answers_a_unit_or_without_one_the_area() -> None:
    flow = read_shipped("three_supervisions")
    case = replace(new(flow), area_code=COMMUNITY)
    assert not refusal(case, "reply_open", CLERK, flow=flow)
    assert "不在那里" in refusal(replace(case, area_code=GRID), "reply_open", CLERK, flow=flow)
    led = replace(case, unit_ids=(UNIT,))
    assert not refusal(led, "reply_open", OFFICER, flow=flow)
    assert "不在那里" in refusal(led, "reply_open", CLERK, flow=flow)
    assert "不在那里" in refusal(led, "reply_open", OTHER_OFFICER, flow=flow)


def test_what_is_missing_is_named_by_field() -> None:
    flow = with_evidence(read_shipped("closed_loop_eight_steps"), read_file("fengqiao").profile.needed_evidence)
    handle = flow.action("handle")
    found = missing(handle, {}, {"处置前": 1}, " ")
    assert {name: str(text) for name, text in found.items()} == {
        "note": "请写明情况或原因。",
        "photo:处置后": "请上传“处置后”照片至少 1 张（枫桥街道规定处置前后从同一位置拍照，核查时比对）。",
    }
    units = {"units": str(UNIT)}
    assert missing(flow.action("dispatch"), units | {"limit": "3工作日"}, {}, "") == {}
    assert str(missing(flow.action("dispatch"), units | {"limit": " "}, {}, "")["limit"]) == "“处置时限”必须填写。"


def test_the_eight_steps_run_from_first_to_last() -> None:
    flow = read_shipped("closed_loop_eight_steps")
    case = new(flow)
    for key, person, values in (
        ("verify", WORKER, {}), ("file", CENTER, {}), ("dispatch", CENTER, {"units": str(UNIT), "limit": "3工作日"}),
        ("accept", OFFICER, {}), ("handle", OFFICER, {}), ("rework", WORKER, {}),
        ("handle", OFFICER, {}), ("pass", WORKER, {}), ("close", CENTER, {}), ("answer", CLERK, {}),
    ):  # fmt: skip
        case = do(case, key, person, flow=flow, **values)
    assert (case.state, case.return_count) == ("answered", 1)
    assert flow.state(case.state).name == "已反馈"


def test_what_one_may_do_is_listed_in_the_order_of_the_flow() -> None:
    assert [action.key for action in may(SMALL_FLOW, new(), WORKER, at(START), TIME)] == ["handle", "ask_more"]
    assert [action.key for action in may(SMALL_FLOW, new(), CENTER, at(START), TIME)] == ["stop"]


def test_who_may_act_is_said_in_words() -> None:
    assert who_words(SMALL_FLOW.action("pass"), NAMES) == "社区内勤、网格员（办理的人以外的人）"


def test_a_limit_typed_with_an_action_is_the_clock_of_the_next_state() -> None:
    flow = read_text(
        small_text("handles: true, note: required", "handles: true, limit_field: by, fields: [{name: by, label: 时限, kind: limit}]"),
        source="x",
    )  # fmt: skip
    assert due_text(do(new(flow), "handle", WORKER, flow=flow, by="2小时")) == "11-20 12:00"
    assert due_text(do(new(flow), "handle", WORKER, flow=flow)) == "11-20 16:00"


@pytest.mark.parametrize("key", ["grid_worker", "community_clerk"])
def test_a_person_needs_role_and_relation_in_one_and_the_same_post(key: str) -> None:
    """A clerk of the community who is grid worker next door does not handle this grid's matters."""
    both = Person(20, (LivePost("community_clerk", GRID[:12]), LivePost("grid_worker", GRID[:12] + "002")))
    assert refusal(new(), "handle", both) == "这件事不在您负责的范围内，不能“办理”。"
    assert key in {post.role for post in both.posts}
