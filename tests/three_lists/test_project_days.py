"""Clocks of projects on both databases: until which day they last, when they are asked for, and before what."""

from __future__ import annotations

from datetime import date

from flask import Flask
from sqlalchemy import update

from app.clock import local
from app.database.transactions import writing
from app.extensions import db
from app.lowcode.flow import sweeping
from app.lowcode.flow import todos as todos_of_flows
from app.lowcode.flow.queries import steps
from app.lowcode.register import register
from app.security.actor import SYSTEM, acting_as
from app.settings.working_calendar import working_time
from app.three_lists.models import Project
from tests.lowcode.test_list_cost import counted_statements
from tests.three_lists.world import Lists, asked_of, build, fresh, go, make, saved, standing, take, ten_o_clock
from tests.world import HOME, TODAY


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


def test_projects_from_before_the_flow_stand_where_their_days_say(lists: Lists) -> None:
    old = {"area": HOME, "lead_unit": str(lists.clinic.id), "evaluator": "周大妈", "finished_on": "2026-09-30"}
    shown = {"published_from": "2026-10-01", "published_until": "2026-10-09"}
    over = saved("projects", {"name": "早公示完的", "state": "done", **old, **shown})
    runs = saved("projects", {"name": "还在公示的", "state": "done", **old, **shown, "published_until": "2026-12-09"})
    bare = saved("projects", {"name": "没公示的", "state": "done", **old})
    late = saved("projects", {"name": "早该完的", "state": "running", "ends_on": "2026-09-01", "area": HOME,
                              "lead_unit": str(lists.clinic.id)})  # fmt: skip
    with acting_as(SYSTEM):
        sweeping.move_overdue(ten_o_clock(TODAY))
    assert [standing(each).case.state for each in (over, runs, bare)] == ["ending", "shown", "done"]
    assert fresh(over).published_until == date(2026, 10, 9)
    due = standing(late).case.due(working_time())
    assert due is not None
    assert local(due.at).date() == date(2026, 9, 1), "as late as it is"


def test_putting_off_takes_no_lateness_away(lists: Lists) -> None:
    project = take(make(lists, lists.parking, unit=lists.clinic), "start", lists.secretary, date(2026, 11, 2))
    project = go(lists, project, "pause", "resume")
    due = standing(project).case.due(working_time())
    assert due is not None
    assert local(due.at).date() == date(2026, 11, 20)


def test_what_waits_for_a_street_stands_before_work_that_is_late(lists: Lists) -> None:
    for _number in range(todos_of_flows.MOST_EACH + 1):
        go(lists, make(lists, lists.parking, unit=lists.clinic), "start")
    go(lists, make(lists, lists.lights, lists.parking, unit=lists.clinic), "start", "finish")
    asked = [title for title, _due in asked_of("jiedao", TODAY)]
    assert asked[0] == "“项目2”等您验收合格"
    assert asked[-1] == "项目清单还有 2 件等您办"


def test_looking_for_changed_days_takes_as_many_statements_for_many_as_for_few(app: Flask) -> None:
    counts = []
    with app.app_context():
        lists = build()
        for _turn in range(2):
            for _number in range(4):
                go(lists, make(lists, lists.parking, unit=lists.clinic), "start")
            with counted_statements(app) as seen:
                assert sweeping.keep_days(register("projects"), ten_o_clock(TODAY)) == 0
            counts.append(len(seen))
    assert counts[0] == counts[1] <= 4, counts
