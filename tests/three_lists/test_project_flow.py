"""The flow of projects on both databases: its steps, and what must hold whatever steps an office gives them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import update

from app.clock import local
from app.database.transactions import writing
from app.extensions import db
from app.files.service import attach
from app.lowcode import service as rosters
from app.lowcode.flow import service as flow_service
from app.lowcode.flow import sweeping, versions
from app.lowcode.flow.rules import Action, FormField
from app.lowcode.flow.service import CaseMoved, Photo, Sent, StepRefused
from app.lowcode.flow.shipped import read_shipped
from app.lowcode.register import register
from app.lowcode.service import SaveRefused
from app.security import service as accounts
from app.security.actor import SYSTEM, acting_as
from app.security.roles import ROLES
from app.settings.working_calendar import working_time
from app.three_lists import project_flow
from app.three_lists.models import Project
from tests.files.contents import picture
from tests.three_lists.world import Lists, asked_of, fresh, go, make, saved, standing, take, ten_o_clock
from tests.world import HOME, STREET, TODAY, as_user


def test_acceptance_is_by_somebody_else_with_a_photo_of_this_time(lists: Lists) -> None:
    project = go(lists, make(lists, lists.parking, unit=lists.clinic), "start")
    with acting_as(lists.secretary):
        attach("projects", project.uid, project.area_code, "很久以前.png", picture("PNG"))
    with pytest.raises(StepRefused, match="完工"):
        take(project, "finish", lists.secretary, photos=(Photo("别的", "a.png", picture("PNG")),))
    project = go(lists, project, "finish")
    with pytest.raises(StepRefused) as refused:
        go(lists, project, "accept", by=lists.street, evaluator="")
    assert set(refused.value.errors) == {"evaluator"}
    with pytest.raises(StepRefused, match="不能就是责任人"):
        go(lists, project, "accept", by=lists.street, evaluator="王小禾")
    with pytest.raises(StepRefused, match="办理的人"):
        go(lists, project, "accept", by=lists.secretary, evaluator="周大妈")
    with pytest.raises(SaveRefused, match="不能直接改"):
        saved("projects", {"state": "done"}, fresh(project), by=lists.street)
    passed = go(lists, project, "accept", by=lists.street, evaluator="周大妈", satisfaction="96")
    assert (passed.state, passed.satisfaction, passed.finished_on) == ("done", 96, TODAY)


def test_what_must_hold_holds_on_an_offices_own_flow(lists: Lists) -> None:
    """Two steps by anybody: the register still asks for a need, somebody else, a photo, and a notice that was shown."""
    own = read_shipped("project_to_closing")
    anybody = tuple(ROLES)
    short = replace(
        own, key="short_way", name="两步",
        states=tuple(each for each in own.states if each.key in ("planned", "accepting", "done", "closed")),
        actions=(
            Action(key="hand_in", name="交", froms=("planned",), to="accepting", roles=anybody),
            Action(key="pass", name="过", froms=("accepting",), to="done", roles=anybody),
            Action(key="end", name="完", froms=("done",), to="closed", roles=anybody),
        ),
    )  # fmt: skip
    with acting_as(SYSTEM):
        versions.add_version(short)
        versions.attach_flow(short)
    bare = saved("projects", {"name": "空项目", "area": HOME, "lead_unit": str(lists.clinic.id)})
    with pytest.raises(StepRefused, match="还没有对应的"):
        go(lists, bare, "hand_in")
    project = make(lists, lists.parking)
    saved("projects", {"lead_unit": str(lists.clinic.id)}, fresh(project), by=lists.secretary)
    go(lists, project, "hand_in")
    with pytest.raises(StepRefused, match="请填姓名"):
        go(lists, project, "pass", by=lists.street)
    saved("projects", {"evaluator": "周大妈"}, fresh(project), by=lists.secretary)
    with pytest.raises(StepRefused, match="验收要有现场照片"):
        go(lists, project, "pass", by=lists.street)
    with acting_as(lists.secretary):
        attach("projects", project.uid, project.area_code, "完工.png", picture("PNG"))
    with pytest.raises(StepRefused, match="提交验收的人不能自己验收"):
        go(lists, project, "pass", by=lists.secretary)
    go(lists, project, "pass", by=lists.street)
    saved("projects", {"progress": "装好了"}, fresh(project), by=lists.secretary)
    with pytest.raises(StepRefused, match="销号要填销号日期"):
        go(lists, project, "end")


def test_closing_takes_a_notice_that_was_shown(lists: Lists) -> None:
    project = make(lists, lists.parking, unit=lists.clinic)
    with pytest.raises(StepRefused, match="待实施"):
        go(lists, project, "publish")
    project = go(lists, project, "start", "finish", "accept")
    with pytest.raises(StepRefused, match="待公示"):
        go(lists, project, "close")
    days = {"published_from": "2026-11-26", "published_until": "2026-11-25"}
    with pytest.raises(StepRefused, match="早于开始日期"):
        take(project, "publish", lists.secretary, **days)
    with pytest.raises(StepRefused, match="已经过了"):
        take(project, "publish", lists.secretary, published_from="2026-11-09", published_until="2026-11-15")
    take(project, "publish", lists.secretary, TODAY, published_from="2026-11-16", published_until="2026-11-23")
    at = standing(project)
    assert at.case.state == "shown"
    due = at.case.due(working_time())
    assert due is not None
    assert local(due.at).date() == date(2026, 11, 23)
    with acting_as(SYSTEM):
        assert sweeping.move_overdue(ten_o_clock(date(2026, 11, 23))) == 0
        assert sweeping.move_overdue(ten_o_clock(date(2026, 11, 24))) == 1
    after = date(2026, 11, 24)
    closed = take(project, "close", lists.secretary, after, closed_on=after.isoformat(), progress="装好了")
    assert (closed.closed_on, fresh(lists.parking).state) == (after, "closed")
    with pytest.raises(StepRefused, match="已销号"):
        go(lists, project, "start")


def test_a_step_knows_what_the_project_says_and_the_usual_days(lists: Lists) -> None:
    project = go(lists, make(lists, lists.parking, unit=lists.clinic), "start", "finish", "accept")
    flow, reg = standing(project).flow, register("projects")
    with as_user("shuji"):
        row = fresh(project)
        publish = project_flow.known_values(reg, row, flow.action("publish"))
        assert publish == {"published_from": TODAY.isoformat(), "published_until": "2026-11-27"}
        assert project_flow.known_values(reg, row, flow.action("close")) == {
            "closed_on": TODAY.isoformat(), "progress": "办好了",
        }  # fmt: skip
        assert project_flow.known_values(reg, row, flow.action("open"))["unit"] == str(lists.clinic.id)
    saved("projects", {"published_from": "2026-10-01", "published_until": "2026-10-09"}, fresh(project))
    with as_user("shuji"):
        again = project_flow.known_values(reg, fresh(project), flow.action("publish"))
        assert again == publish, "an old notice proposes nothing"


def test_the_lead_unit_hands_in_what_it_did(lists: Lists) -> None:
    with acting_as(SYSTEM):
        for name, unit in (("weisheng", lists.clinic), ("lvshi", lists.law)):
            user = accounts.open_account(name, name=name, area_code=STREET, password="Grid-2026-ok")
            accounts.add_post(user, role="department", area_code=STREET, unit_id=unit.id)
    project = go(lists, make(lists, lists.parking, unit=lists.clinic), "start")
    with as_user("lvshi") as stranger, pytest.raises(StepRefused, match="承办的单位"):
        take(project, "finish_lead", stranger)
    assert asked_of("lvshi", TODAY) == []
    assert asked_of("weisheng", TODAY) == [("“项目1”等您报完工", date(2026, 11, 20))]
    with as_user("weisheng") as own:
        handed_in = take(project, "finish_lead", own)
    assert (handed_in.state, handed_in.progress, handed_in.handed_in_by) == ("accepting", "办好了", own.user_id)
    assert go(lists, project, "accept").state == "done"


def test_a_project_sent_back_comes_again_with_new_photos(lists: Lists) -> None:
    project = go(lists, make(lists, lists.parking, unit=lists.clinic), "start", "finish")
    project = go(lists, project, "send_back", by=lists.street)
    assert (project.state, standing(project).case.return_count) == ("returned", 1)
    project = go(lists, project, "mend")
    with pytest.raises(StepRefused, match="完工"):
        take(project, "finish", lists.secretary, photos=(Photo("别的", "a.png", picture("PNG")),))
    project = go(lists, project, "finish", "accept", "reopen")
    assert (project.state, project.finished_on, fresh(lists.parking).state) == ("returned", None, "in_project")


def test_of_two_people_at_one_project_one_is_told(lists: Lists) -> None:
    project = make(lists, lists.parking, unit=lists.clinic)
    seen = standing(project).version
    go(lists, project, "start")
    with acting_as(lists.street), pytest.raises(CaseMoved):
        flow_service.act(
            register("projects"), project, "cancel", Sent(seen, {}, "不办了"), by=lists.street, now=ten_o_clock(TODAY)
        )
    assert fresh(project).state == "running"


def test_no_project_is_opened_without_a_lead_unit(lists: Lists) -> None:
    project = make(lists, lists.parking)
    assert project.state == "planned"
    assert fresh(lists.parking).state == "claimed"
    with pytest.raises(StepRefused) as refused:
        go(lists, project, "open")
    assert refused.value.errors == {"unit": "“牵头单位”必须填写。"}
    with pytest.raises(SaveRefused, match="没有牵头单位不能立项"):
        saved("projects", {"name": "另一个", "area": HOME, "state": "running"}, by=lists.secretary)
    with pytest.raises(SaveRefused, match="跟着流程走，不能直接改"):
        saved("projects", {"state": "running"}, fresh(project), by=lists.secretary)
    opened = go(lists, project, "open", unit=str(lists.clinic.id))
    assert (opened.state, opened.opened_on, opened.lead_unit_id) == ("open", TODAY, lists.clinic.id)


def test_a_project_without_a_need_is_not_opened(lists: Lists) -> None:
    project = saved("projects", {"name": "空项目", "area": HOME, "lead_unit": str(lists.clinic.id)})
    with pytest.raises(StepRefused, match="还没有对应的"):
        go(lists, project, "open", ends_on="2026-12-20")
    assert fresh(project).state == "planned"
    with pytest.raises(SaveRefused, match="至少一项"):
        make(lists)


def own_flow(*actions: Action) -> None:
    """A flow of the office's own, with these steps, for whom they like."""
    shipped = read_shipped("project_to_closing")
    keys = {key for each in actions for key in (*each.froms, each.to)}
    states = tuple(replace(each, until="") for each in shipped.states if each.key in keys)
    own = replace(shipped, key="own_way", name="自己的", states=states, actions=actions)
    with acting_as(SYSTEM):
        versions.add_version(own)
        versions.attach_flow(own)


def step_of(key: str, start: str, to: str, *columns: str) -> Action:
    fields = tuple(FormField(name, name, "text" if name == "evaluator" else "date", column=name) for name in columns)
    return Action(key=key, name=key, froms=(start,), to=to, roles=tuple(ROLES), fields=fields)


def test_no_short_cut_of_an_own_flow_leaves_a_law_out(lists: Lists) -> None:
    own_flow(
        step_of("in", "planned", "accepting"), step_of("pass", "accepting", "done", "evaluator"),
        step_of("at_once", "accepting", "closed", "evaluator", "closed_on"),
        step_of("end", "done", "closed", "published_from", "published_until", "closed_on"),
    )  # fmt: skip
    project = make(lists, lists.parking)
    more = {"lead_unit": str(lists.clinic.id), "progress": "好了"}
    saved("projects", more, fresh(project), by=lists.secretary)
    with acting_as(lists.secretary):
        attach("projects", project.uid, project.area_code, "a.png", picture("PNG"))
    go(lists, project, "in")
    with pytest.raises(StepRefused, match="销号前要先公示"):
        go(lists, project, "at_once", by=lists.street, evaluator="周大妈", closed_on="2026-11-22")
    go(lists, project, "pass", by=lists.street, evaluator="周大妈")
    shown = {"published_from": "2026-11-22", "published_until": "2026-12-31"}
    with pytest.raises(StepRefused, match="公示期过了再销号"):
        go(lists, project, "end", closed_on="2026-11-22", **shown)


def test_whoever_handled_it_does_not_pass_it_where_nobody_hands_in(lists: Lists) -> None:
    own_flow(
        step_of("begin", "planned", "running"),
        replace(step_of("work", "running", "returned"), handles=True), step_of("pass", "returned", "done", "evaluator"),
        step_of("end", "done", "closed"),
    )  # fmt: skip
    project = make(lists, lists.parking)
    saved("projects", {"lead_unit": str(lists.clinic.id)}, fresh(project), by=lists.secretary)
    with acting_as(lists.secretary):
        attach("projects", project.uid, project.area_code, "a.png", picture("PNG"))
    go(lists, project, "begin", "work")
    with pytest.raises(StepRefused, match="提交验收的人不能自己验收"):
        go(lists, project, "pass", by=lists.secretary, evaluator="周大妈")
    assert go(lists, project, "pass", by=lists.street, evaluator="周大妈").state == "done"


def test_the_one_in_charge_does_not_pass_his_own(lists: Lists) -> None:
    project = go(lists, make(lists, lists.parking, unit=lists.clinic), "start", "finish")
    saved("projects", {"person": lists.street.name}, fresh(project), by=lists.secretary)
    with pytest.raises(StepRefused, match="责任人不能验收自己负责的项目"):
        go(lists, project, "accept")


@pytest.mark.parametrize("state", ["accepting", "done", "closed"])
def test_nobody_types_a_project_that_is_over_already(lists: Lists, state: str) -> None:
    raw = {"name": "空降", "area": HOME, "lead_unit": str(lists.clinic.id), "state": state, "evaluator": "周大妈",
           "progress": "好了", "closed_on": TODAY.isoformat()}  # fmt: skip
    with pytest.raises(SaveRefused, match="以前办完的请用导入"):
        saved("projects", raw, by=lists.secretary)


def test_what_a_list_brought_to_acceptance_is_passed_by_somebody_else(lists: Lists) -> None:
    project = make(lists, lists.parking, unit=lists.clinic)
    with acting_as(lists.secretary), writing() as session:
        rosters.apply(register("projects"), session.get(Project, project.id), {"state": "accepting"})
    with acting_as(lists.secretary):
        attach("projects", project.uid, project.area_code, "a.png", picture("PNG"))
    assert standing(project).case.state == "accepting"
    with pytest.raises(StepRefused, match="提交验收的人不能自己验收"):
        go(lists, project, "accept", by=lists.secretary, evaluator="周大妈")
    assert go(lists, project, "accept").state == "done"


@pytest.mark.parametrize(("day", "said"), [("2036-01-01", "还没到"), ("1999-01-01", "早于立项日期")])
def test_the_day_of_acceptance_is_one_that_can_be(lists: Lists, day: str, said: str) -> None:
    project = go(lists, make(lists, lists.parking, unit=lists.clinic), "start", "finish")
    with pytest.raises(StepRefused, match=said):
        go(lists, project, "accept", finished_on=day)


def test_a_photo_is_a_picture(lists: Lists) -> None:
    project = go(lists, make(lists, lists.parking, unit=lists.clinic), "start")
    with pytest.raises(StepRefused, match="完工"):
        take(project, "finish", lists.secretary, photos=(Photo("完工", "完工.txt", "完工".encode()),))


def test_what_is_long_is_kept_whole_or_refused(lists: Lists) -> None:
    words = "已按计划完成，居民代表现场查看。" * 100
    project = go(lists, make(lists, lists.parking, unit=lists.clinic), "start")
    with pytest.raises(StepRefused, match="最多 1000 个字"):
        take(project, "finish", lists.secretary, note=words)
    assert take(project, "finish", lists.secretary, progress=words).progress == words


def test_what_is_left_blank_is_blank(lists: Lists) -> None:
    project = go(lists, make(lists, lists.parking, unit=lists.clinic), "start", "finish")
    project = go(lists, project, "accept", satisfaction="96")
    project = go(lists, project, "reopen")
    assert (project.evaluator, project.satisfaction) == (None, None), "somebody looks at the next result too"
    project = go(lists, project, "mend", "finish")
    with pytest.raises(StepRefused, match="验收评价人"):
        go(lists, project, "accept", by=lists.street, evaluator="", satisfaction="")
    assert go(lists, project, "accept", satisfaction="").satisfaction is None, "not that of the first time"


def test_a_notice_is_shown_as_long_as_it_was_said(lists: Lists) -> None:
    project = go(lists, make(lists, lists.parking, unit=lists.clinic), "start", "finish", "accept")
    go(lists, project, "publish", published_from="2026-11-22", published_until="2026-12-20")
    with pytest.raises(SaveRefused, match="撤下重新公示"):
        saved("projects", {"published_until": "2026-11-21"}, fresh(project), by=lists.secretary)
    with pytest.raises(SaveRefused, match="撤下重新公示"):
        saved("projects", {"published_until": ""}, fresh(project), by=lists.secretary)
    saved("projects", {"note": "别的", "published_until": "2026-12-20"}, fresh(project), by=lists.secretary)
    over = date(2026, 12, 21)
    with writing(), acting_as(SYSTEM):
        # Whatever an old list holds that no form would take does not keep the notice from being over.
        db.session.execute(update(Project).where(Project.id == project.id).values(starts_on=date(2027, 1, 1)))
    with acting_as(SYSTEM):
        assert sweeping.move_overdue(ten_o_clock(over)) == 1
        db.session.execute(update(Project).where(Project.id == project.id).values(starts_on=None))
        db.session.commit()
    with pytest.raises(StepRefused, match="要在公示结束以后"):
        take(project, "close", lists.secretary, over, closed_on="2026-12-20", progress="好了")
    project = take(project, "take_down", lists.secretary, over)
    project = take(project, "publish", lists.secretary, over, published_from="2026-12-21", published_until="2026-12-28")
    project = take(project, "reopen", lists.street, over)
    assert (project.published_from, project.published_until) == (None, None), "its result will be another"
