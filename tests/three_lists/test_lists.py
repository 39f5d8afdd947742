"""Needs become projects with resources, on both databases: states, claims, numbers, scope, to-dos, figures, papers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from app.clock import local
from app.database.transactions import writing
from app.extensions import db
from app.files.service import attach
from app.lowcode import service as rosters
from app.lowcode.flow import service as flow_service
from app.lowcode.flow import sweeping, versions
from app.lowcode.flow import todos as flow_todos
from app.lowcode.flow.queries import steps
from app.lowcode.flow.rules import Action
from app.lowcode.flow.service import CaseMoved, Photo, Sent, StepRefused
from app.lowcode.flow.shipped import read_shipped
from app.lowcode.indicators import indicator
from app.lowcode.papers import PaperRequest, paper
from app.lowcode.register import register
from app.lowcode.service import SaveRefused
from app.periods.rules import Period, parse
from app.security import service as accounts
from app.security.actor import SYSTEM, Actor, NotPermitted, acting_as
from app.security.queries import actor_named
from app.security.roles import ROLES
from app.settings.service import save_profile
from app.settings.working_calendar import working_time
from app.three_lists import moving, names, queries, service, todos
from app.three_lists.models import Need, Project, SharedResource
from reports.document import Table
from reports.rendering import render
from tests.files.contents import picture
from tests.three_lists.project_steps import attach_flow, fresh, standing, take, ten_o_clock
from tests.world import GRID, HOME, NEXT_DOOR, STREET, TODAY, add_user, as_user, build_areas

OCTOBER = date(2026, 10, 5)


@dataclass
class Lists:
    """A community's secretary, two units, two needs, and a resource of its own and one of the street."""

    secretary: Actor
    clinic: Any
    law: Any
    parking: Need
    lights: Need
    garage: SharedResource
    fund: SharedResource
    street: Actor


def saved(name: str, values: dict[str, Any], row: Any = None, by: Actor = SYSTEM) -> Any:
    with acting_as(by):
        return rosters.save(register(name), row, values, by=by, today=TODAY)


@pytest.fixture
def lists(context: Any) -> Lists:
    build_areas()
    attach_flow()
    secretary = add_user("shuji", "community_secretary", HOME)
    add_user("linju", "community_secretary", NEXT_DOOR)
    begun = {"registered_on": OCTOBER.isoformat()}
    return Lists(
        secretary,
        saved("units", {"name": "清溪卫生院", "area": STREET}),
        saved("units", {"name": "春晖律师事务所", "area": STREET}),
        saved("needs", begun | {"name": "夜间停车难", "kind": "parking", "area": GRID, "state": "listed"}),
        saved("needs", begun | {"name": "楼道灯坏", "kind": "facility", "area": GRID, "state": "listed"}),
        saved("resources", begun | {"name": "夜间车位", "kind": "place", "area": HOME, "phone": "15400000001"}),
        saved("resources", begun | {"name": "惠民资金", "kind": "money", "area": STREET}),
        add_user("jiedao", "street_office", STREET),
    )


def make(lists: Lists, *needs: Need, unit: Any = None, resources: tuple[SharedResource, ...] = ()) -> Project:
    raw = {
        "name": f"项目{len(needs)}", "area": HOME, "person": "王小禾", "lead_unit": str(unit.id) if unit else "",
        "ends_on": "2026-11-20",
    }  # fmt: skip
    with acting_as(lists.secretary):
        return service.make_project(needs, resources, raw, by=lists.secretary, today=TODAY)


def go(lists: Lists, project: Project, *steps: str, by: Actor | None = None, **values: str) -> Project:
    """The secretary takes it on; acceptance is the street's, with somebody of the residents."""
    for key in steps:
        usual = {"evaluator": "周大妈"} if key == "accept" and by is None else {}
        actor = by or (lists.street if key == "accept" else lists.secretary)
        project = take(project, key, actor, **(usual | values))
    return project


def offered(need: Need, words: str, actor: Actor) -> list[str]:
    return [row.name for row, _match in queries.fitting_resources(need, words, actor, today=TODAY)]


def test_a_need_becomes_a_project_in_one_step(lists: Lists) -> None:
    project = make(lists, lists.parking, unit=lists.clinic, resources=(lists.garage, lists.fund))
    assert (project.state, project.opened_on) == ("open", TODAY)
    assert fresh(lists.parking).state == "in_project"
    assert (fresh(lists.garage).claims, fresh(lists.fund).claims) == (1, 1)
    assert fresh(lists.garage).version == lists.garage.version, "a claim must not make an open form stale"
    with as_user("shuji"):
        parts = queries.joined([project.id])
        assert [row.name for row in parts.resources[project.id]] == ["夜间车位", "惠民资金"]
        assert [row.name for row in parts.needs[project.id]] == ["夜间停车难"]


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


def test_a_shared_need_waits_for_its_last_project(lists: Lists) -> None:
    first = make(lists, lists.parking, lists.lights, unit=lists.clinic)
    second = make(lists, lists.parking, unit=lists.law)
    go(lists, first, "start", "finish", "accept")
    assert fresh(lists.lights).state == "done"
    assert fresh(lists.lights).solved_on == TODAY
    assert fresh(lists.parking).state == "in_project"
    go(lists, second, "start", "finish", "accept")
    assert fresh(lists.parking).state == "done"


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
    early = date(2026, 11, 10)
    days = {"published_from": "2026-11-16", "published_until": "2026-11-15"}
    with pytest.raises(StepRefused, match="早于开始日期"):
        take(project, "publish", lists.secretary, early, **days)
    with pytest.raises(StepRefused, match="已经过了"):
        take(project, "publish", lists.secretary, TODAY, **(days | {"published_from": "2026-11-09"}))
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
        publish = moving.known_values(reg, row, flow.action("publish"))
        assert publish == {"published_from": TODAY.isoformat(), "published_until": "2026-11-27"}
        assert moving.known_values(reg, row, flow.action("close")) == {
            "closed_on": TODAY.isoformat(), "progress": "办好了",
        }  # fmt: skip
        assert moving.known_values(reg, row, flow.action("open"))["unit"] == str(lists.clinic.id)
    saved("projects", {"published_from": "2026-10-01", "published_until": "2026-10-09"}, fresh(project))
    with as_user("shuji"):
        again = moving.known_values(reg, fresh(project), flow.action("publish"))
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


def test_milestones_ask_for_themselves_until_they_are_reached(lists: Lists) -> None:
    project = make(lists, lists.parking, unit=lists.clinic)
    steps = [{"what": "划线", "due_on": "2026-11-24"}, {"what": "开放", "due_on": "2026-12-20"}]
    saved("projects", {"milestone_lines": steps}, fresh(project), by=lists.secretary)
    with as_user("shuji") as actor:
        (todo,) = todos.late_milestones(actor, TODAY)
        assert (todo.title, todo.due_on) == ("“项目1”的节点“划线”要完成", date(2026, 11, 24))
        first, second = queries.milestones_of(project.id)
        service.reach(fresh(project), first.id, by=actor, today=TODAY)
        service.reach(fresh(project), first.id, by=actor, today=date(2026, 11, 30))
        assert [each.done_on for each in queries.milestones_of(project.id)] == [TODAY, None]
        assert todos.late_milestones(actor, TODAY) == []
        with pytest.raises(SaveRefused, match="节点已不在"):
            service.reach(fresh(project), 999, by=actor, today=TODAY)
    with as_user("linju") as neighbour:
        assert todos.late_milestones(neighbour, date(2026, 12, 31)) == []
        with pytest.raises(NotPermitted):
            service.reach(project, second.id, by=neighbour, today=TODAY)


def test_giving_up_deleting_and_restoring_free_needs_and_resources(lists: Lists) -> None:
    project = make(lists, lists.parking, unit=lists.clinic, resources=(lists.garage,))
    with acting_as(lists.secretary):
        rosters.delete(register("projects"), project, by=lists.secretary)
    assert (fresh(lists.parking).state, fresh(lists.garage).claims) == ("listed", 0)
    with acting_as(lists.secretary):
        rosters.restore(register("projects"), fresh(project), by=lists.secretary, today=TODAY)
    assert (fresh(lists.parking).state, fresh(lists.garage).claims) == ("in_project", 1)
    go(lists, project, "cancel")
    assert (fresh(lists.parking).state, fresh(lists.garage).claims) == ("listed", 0)


def test_parts_come_and_go(lists: Lists) -> None:
    project = make(lists, lists.parking, unit=lists.clinic)
    me = lists.secretary
    with pytest.raises(SaveRefused, match="已经是牵头单位"):
        service.join(project, "units", lists.clinic.id, by=me, today=TODAY)
    for _twice in range(2):
        service.join(project, "units", lists.law.id, by=me, today=TODAY)
        service.join(project, "resources", lists.garage.id, by=me, today=TODAY)
    assert fresh(lists.garage).claims == 1
    with pytest.raises(SaveRefused, match="至少要对应一项需求"):
        service.part(fresh(project), "needs", lists.parking.id, by=me, today=TODAY)
    service.join(project, "needs", lists.lights.id, by=me, today=TODAY)
    service.part(fresh(project), "needs", lists.parking.id, by=me, today=TODAY)
    service.part(fresh(project), "resources", lists.garage.id, by=me, today=TODAY)
    assert (fresh(lists.parking).state, fresh(lists.lights).state) == ("listed", "in_project")
    assert fresh(lists.garage).claims == 0
    saved("projects", {"area": GRID}, fresh(project))
    with as_user("shuji"):
        assert [unit.name for unit in queries.joined([project.id]).units[project.id]] == ["春晖律师事务所"]


def test_a_neighbour_sees_the_streets_resources_only(lists: Lists) -> None:
    project = make(lists, lists.parking, unit=lists.clinic, resources=(lists.fund,))
    with as_user("linju") as actor:
        assert offered(lists.parking, "", actor) == ["惠民资金"]
        assert db.session.get(Project, project.id, populate_existing=True) is None
        assert queries.projects_of_resource(lists.fund.id) == []
        with pytest.raises(NotPermitted):
            service.join(project, "resources", lists.fund.id, by=actor, today=TODAY)
        with pytest.raises((NotPermitted, StepRefused)):
            take(project, "start", actor)
    assert fresh(lists.fund).claims == 1


def test_what_fits_is_offered_first_and_what_ran_out_is_not(lists: Lists) -> None:
    saved("resources", {"name": "过期车位", "kind": "place", "area": HOME, "valid_until": "2026-11-21"})
    saved("resources", {"name": "撤回车位", "kind": "place", "area": HOME, "state": "withdrawn"})
    with as_user("shuji") as actor:
        assert offered(lists.parking, "", actor) == ["夜间车位", "惠民资金"]
        assert offered(lists.parking, "惠民", actor) == ["惠民资金"]


def test_numbers_run_within_a_community(lists: Lists) -> None:
    assert (lists.parking.number, lists.lights.number) == ("需2026-001", "需2026-002")
    imported = saved("needs", {"name": "老表格里的", "area": HOME, "number": "需2026-003"})
    after = saved("needs", {"name": "再来一项", "area": GRID})
    elsewhere = saved("needs", {"name": "隔壁的", "area": NEXT_DOOR})
    assert (imported.number, after.number, elsewhere.number) == ("需2026-003", "需2026-004", "需2026-001")
    assert after.registered_on == TODAY


def asked_of(who: str, day: date) -> list[tuple[str, date | None]]:
    with as_user(who) as actor:
        return [
            (str(todo.title), todo.due_on)
            for reg in (register("projects"),)
            for todo in flow_todos.of_register(reg, actor, day, ten_o_clock(day))
        ]


def test_a_running_project_lasts_until_its_last_day_and_then_is_asked_for(lists: Lists) -> None:
    begun, last = date(2026, 11, 2), date(2026, 11, 20)
    project = take(make(lists, lists.parking, unit=lists.clinic), "start", lists.secretary, begun)
    due = standing(project).case.due(working_time())
    assert due is not None
    assert local(due.at).date() == last
    assert asked_of("shuji", date(2026, 11, 10)) == [], "work under way is not asked for before its lamp warns"
    asked = [("“项目1”等您提交验收", last)]
    assert asked_of("shuji", date(2026, 11, 19)) == asked
    assert (asked_of("shuji", TODAY), asked_of("jiedao", TODAY), asked_of("linju", TODAY)) == (asked, asked, [])
    saved("projects", {"ends_on": "2026-12-25"}, fresh(project), by=lists.secretary)
    with acting_as(SYSTEM):
        at = standing(project)
        assert at.row is not None
        assert local(at.row.due_at).date() == date(2026, 12, 25), "lists and lamps know it too"
        (told, *_older) = steps(at.row)
    assert (told.action_name, told.by_name) == ("期限随名册改", lists.secretary.name)
    assert "2026-11-20 17:30 改为 2026-12-25 17:30" in told.note
    assert asked_of("shuji", TODAY) == []
    saved("projects", {"ends_on": ""}, fresh(project), by=lists.secretary)
    assert standing(project).case.due(working_time()) is None
    saved("projects", {"note": "别的事"}, fresh(project), by=lists.secretary)
    with acting_as(SYSTEM):
        assert len(steps(standing(project).row)) == 3, "what does not move the day takes no step"


def test_a_day_an_import_changed_moves_the_clock_at_once(lists: Lists) -> None:
    project = take(make(lists, lists.parking, unit=lists.clinic), "start", lists.secretary)
    with writing(), acting_as(SYSTEM):
        db.session.execute(update(Project).where(Project.id == project.id).values(ends_on=date(2029, 3, 1)))
    with acting_as(SYSTEM):
        assert sweeping.keep_days(register("projects"), ten_o_clock(TODAY)) == 1
        assert sweeping.keep_days(register("projects"), ten_o_clock(TODAY)) == 0
        kept = standing(project).row
        assert kept is not None
        assert local(kept.due_at).date() == date(2029, 3, 1), "years ahead, too"


def test_figures(lists: Lists) -> None:
    october, november = Period.of("month", OCTOBER), Period.of("month", TODAY)
    project = make(lists, lists.parking, unit=lists.clinic)

    def values(name: str) -> list[Any]:
        with as_user("shuji"):
            return [indicator(name).value((HOME,), period) for period in (october, november)]

    assert values("needs_gathered") == [2, 0]
    assert values("needs_open") == [2, 2]
    assert values("projects_under_way") == [0, 1]
    go(lists, project, "start", "finish", "accept")
    assert values("needs_open") == [2, 1]
    assert values("needs_solved") == [0, 1]
    assert values("projects_under_way") == [0, 0]
    assert values("projects_done") == [0, 1]


def table_of(name: str, username: str, period: str) -> Table:
    actor = actor_named(username, today=TODAY)
    assert actor is not None
    document = paper(name).build(PaperRequest(HOME, parse(period), TODAY, actor))
    for format_ in ("pdf", "xlsx", "docx", "html"):
        assert render(document, format_)
    (table,) = (block for block in document.blocks if isinstance(block, Table))
    return table


def test_papers_show_the_lists_of_the_day(lists: Lists) -> None:
    make(lists, lists.parking, unit=lists.clinic, resources=(lists.garage,))
    needs = table_of("need_list", "shuji", "2026-11")
    assert [(row[0], row[4], row[-1]) for row in needs.rows] == [
        ("需2026-001", "夜间停车难", "已立项"),
        ("需2026-002", "楼道灯坏", "已入清单"),
    ]
    assert table_of("need_list", "shuji", "2026-09").rows == ()
    (project,) = table_of("project_list", "shuji", "2026-11").rows
    assert project[2:6] == ("需2026-001", "资2026-001", "清溪卫生院", "")
    (resource,) = table_of("resource_list", "shuji", "2026-11").rows
    assert resource[-1] == 1
    (before,) = table_of("resource_list", "shuji", "2026-10").rows
    assert before[-1] == 0, "it was claimed in November only"
    assert table_of("need_list", "linju", "2026-11").rows == ()


def test_the_state_of_a_past_day_is_read_from_history(lists: Lists) -> None:
    make(lists, lists.parking, unit=lists.clinic)
    with acting_as(SYSTEM):
        rows = queries.rows_as_of(Need, HOME, TODAY)
        assert queries.states_as_of(rows, date(2020, 1, 1))[lists.parking.id] == "listed"
        assert queries.states_as_of(rows, date(2999, 1, 1))[lists.parking.id] == "in_project"


PROFILE = {
    "key": "other", "name": "乾安", "top_code": "320505", "grid_level": "grid",
    "levels": [{"key": "district", "name": "县", "digits": 6}, {"key": "grid", "name": "网格", "digits": 15}],
    "lists": [
        {"key": "projects", "name": "项目"}, {"key": "resources", "name": "服务"}, {"key": "needs", "name": "需求"},
    ],
}  # fmt: skip


def test_a_district_names_its_lists_itself(lists: Lists) -> None:
    reg = register("resources")
    assert (reg.title, reg.noun_text) == ("资源清单", "资源")
    with acting_as(SYSTEM):
        save_profile(PROFILE)
    assert (reg.title, reg.noun_text, reg.declared_title) == ("服务清单", "服务", "资源清单")
    assert register("服务清单") is reg
    assert names.list_names().resources == "服务清单"
    made = saved("resources", {"name": "上门理发", "area": HOME})
    assert made.number == "服2026-001"


def test_titles_need_no_database() -> None:
    assert register("resources").title == "资源清单"
    assert names.list_name("needs") == "需求"


def test_a_project_may_be_planned_long_ago(lists: Lists) -> None:
    """Days given by an imported list stay; those left out are filled."""
    raw = {
        "name": "老项目",
        "area": HOME,
        "lead_unit": str(lists.clinic.id),
        "state": "done",
        "opened_on": "2026-03-01",
    }
    project = saved("projects", raw)
    assert (project.opened_on, project.finished_on) == (date(2026, 3, 1), TODAY)
    assert project.registered_on == TODAY
    assert TODAY - project.opened_on > timedelta(days=200)
