"""Needs become projects with resources, on both databases: states, claims, numbers, scope, to-dos, figures, papers."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from app.extensions import db
from app.lowcode import service as rosters
from app.lowcode.flow.service import StepRefused
from app.lowcode.indicators import indicator
from app.lowcode.papers import PaperRequest, paper
from app.lowcode.register import register
from app.lowcode.service import SaveRefused
from app.periods.rules import Period, parse
from app.security.actor import SYSTEM, Actor, NotPermitted, acting_as
from app.security.queries import actor_named
from app.settings.service import save_profile
from app.three_lists import names, queries, service, todos
from app.three_lists.models import Need, Project
from reports.document import Table
from reports.rendering import render
from tests.three_lists.world import OCTOBER, Lists, fresh, go, make, saved, take
from tests.world import GRID, HOME, NEXT_DOOR, TODAY, as_user


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


def test_a_shared_need_waits_for_its_last_project(lists: Lists) -> None:
    first = make(lists, lists.parking, lists.lights, unit=lists.clinic)
    second = make(lists, lists.parking, unit=lists.law)
    go(lists, first, "start", "finish", "accept")
    assert fresh(lists.lights).state == "done"
    assert fresh(lists.lights).solved_on == TODAY
    assert fresh(lists.parking).state == "in_project"
    go(lists, second, "start", "finish", "accept")
    assert fresh(lists.parking).state == "done"


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
