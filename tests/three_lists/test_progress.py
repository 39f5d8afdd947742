"""Monthly progress of projects: due months, telling, what is missed and asked for, standing still, page and paper."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.clock import today as office_today
from app.database.transactions import writing
from app.extensions import db
from app.lowcode import service as rosters
from app.lowcode.papers import PaperRequest, paper
from app.lowcode.register import register
from app.lowcode.service import SaveRefused
from app.periods.rules import Period, parse
from app.security.actor import SYSTEM, Actor, NotPermitted, acting_as
from app.security.models import Change, Post
from app.security.queries import actor_named, forget_access
from app.three_lists import dates, progress, rules, service, todos
from app.three_lists.models import Project, ProjectProgress
from reports.document import Table
from tests.three_lists.world import attach_flow, take
from tests.world import GRID, HOME, NEXT_DOOR, STREET, TODAY, add_user, as_user, build_areas, signed_in_client

OPENED = date(2026, 8, 20)
SEPTEMBER, OCTOBER = date(2026, 9, 1), date(2026, 10, 1)


def running(opened_on: date = OPENED, **more: str) -> tuple[Actor, Project]:
    """A secretary and his project, opened in August and running."""
    build_areas()
    attach_flow()
    secretary = add_user("shuji", "community_secretary", HOME)
    with acting_as(SYSTEM):
        unit = rosters.save(register("units"), None, {"name": "清溪卫生院", "area": STREET}, by=SYSTEM, today=TODAY)
        need = rosters.save(register("needs"), None, {"name": "停车难", "area": GRID}, by=SYSTEM, today=TODAY)
    raw = {"name": "错时停车", "area": HOME, "person": "王小禾", "lead_unit": str(unit.id), **more}
    raw["opened_on"] = opened_on.isoformat()
    with acting_as(secretary):
        project = service.make_project([need], [], raw, by=secretary, today=opened_on)
    return secretary, take(project, "start", secretary, opened_on)


def fresh(project: Project) -> Project:
    with acting_as(SYSTEM):
        row = db.session.get(Project, project.id, populate_existing=True)
    assert row is not None
    return row


def test_months_are_due_once_they_are_over() -> None:
    assert rules.months_due(OPENED, date(2026, 9, 30)) == [], "September is not over on its last day"
    assert rules.months_due(OPENED, date(2026, 10, 1)) == [SEPTEMBER]
    assert rules.months_due(date(2026, 12, 31), date(2027, 3, 1)) == [date(2027, 1, 1), date(2027, 2, 1)]
    assert rules.missed_months(OPENED, None, {SEPTEMBER}, TODAY) == [OCTOBER]
    assert rules.missed_months(OPENED, date(2026, 10, 15), (), TODAY) == [SEPTEMBER], "it was finished in October"
    assert rules.missed_months(None, None, (), TODAY) == []
    assert rules.may_tell_of(OPENED, "running", TODAY) == [date(2026, 11, 1), OCTOBER, SEPTEMBER, date(2026, 8, 1)]
    assert rules.may_tell_of(OPENED, "closed", TODAY) == []
    assert rules.may_tell_of(None, "planned", TODAY) == []


@pytest.mark.parametrize(
    ("percent", "words", "wrong"), [(None, "", "words"), (101, "", "percent"), (0, "", ""), (None, "划线", "")]
)
def test_words_or_a_percentage_of_a_month_of_the_project(percent: int | None, words: str, wrong: str) -> None:
    assert set(rules.progress_errors(OCTOBER, percent, words, [OCTOBER])) == ({wrong} if wrong else set())
    assert set(rules.progress_errors(None, percent, words or "划线", [OCTOBER])) >= {"month"}


def test_a_month_is_told_once_and_again_with_who_and_when(context: Any) -> None:
    secretary, project = running()
    with as_user("shuji") as actor:
        assert progress.missed_of(project, progress.lines_of(project.id), TODAY) == [SEPTEMBER, OCTOBER]
        line = progress.tell(project, {"month": "2026-10", "percent": "40%", "words": "划线"}, by=actor, today=TODAY)
        assert (line.month_on, line.percent, line.words, line.told_by, line.told_on) == (
            OCTOBER, 40, "划线", secretary.name, TODAY
        )  # fmt: skip
        progress.tell(project, {"month": "2026-10", "words": "划线、装牌"}, by=actor, today=TODAY)
        (only,) = progress.lines_of(project.id)
        assert (only.words, only.percent, only.area_code) == ("划线、装牌", None, HOME)
        for month in ("2026-07", "2026-12", "十月"):
            with pytest.raises(SaveRefused, match="只能报立项当月到本月"):
                progress.tell(project, {"month": month, "words": "划线"}, by=actor, today=TODAY)
        with pytest.raises(SaveRefused, match="0 到 100"):
            progress.tell(project, {"month": "2026-10", "percent": "一半"}, by=actor, today=TODAY)
    with acting_as(SYSTEM):
        said = db.session.execute(
            select(Change.after).where(Change.register == ProjectProgress.__tablename__)
        ).scalars()
        assert [each["words"] for each in said] == ["划线", "划线、装牌"]
    add_user("linju", "community_secretary", NEXT_DOOR)
    with as_user("linju") as neighbour:
        assert progress.lines_of(project.id) == []
        with pytest.raises(NotPermitted):
            progress.tell(project, {"month": "2026-10", "words": "划线"}, by=neighbour, today=TODAY)


def test_the_lead_unit_tells_of_its_project_and_nobody_else_of_another(context: Any) -> None:
    _secretary, project = running()
    for name, is_lead in (("weisheng", True), ("chengguan", False)):
        add_user(name, "department", STREET)
        with acting_as(SYSTEM), writing():
            unit_id = project.lead_unit_id
            if not is_lead:
                unit = {"name": "城管中队", "area": STREET}
                unit_id = rosters.save(register("units"), None, unit, by=SYSTEM, today=TODAY).id
            user_id = actor_named(name, today=TODAY).user_id  # type: ignore[union-attr]
            db.session.execute(update(Post).where(Post.user_id == user_id).values(unit_id=unit_id))
    forget_access()
    with as_user("chengguan") as other:
        assert todos.monthly_progress(other, TODAY) == []
        with pytest.raises(NotPermitted, match="不能报它的进展"):
            progress.tell(project, {"month": "2026-10", "words": "划线"}, by=other, today=TODAY)
    with as_user("weisheng") as lead:
        assert [each.title for each in todos.monthly_progress(lead, TODAY)] == ["“错时停车”10月的进展还没有报"]
        progress.tell(project, {"month": "2026-10", "words": "划线"}, by=lead, today=TODAY)
        assert todos.monthly_progress(lead, TODAY) == []
        assert [each.told_by for each in progress.lines_of(project.id)] == ["weisheng同志"]
        assert not lead.covers("projects", "write", project.area_code)


def test_a_missed_month_asks_for_itself_and_stands_in_papers(context: Any) -> None:
    _secretary, project = running()
    add_user("jiedao", "street_office", STREET)
    with as_user("shuji") as actor:
        (todo,) = todos.monthly_progress(actor, TODAY)
        assert (todo.title, todo.due_on, todo.tone) == (
            "“错时停车”10月的进展还没有报", date(2026, 10, 31), "red"
        )  # fmt: skip
        assert [each.title for each in todos.monthly_progress(actor, date(2026, 11, 25))] == [
            "“错时停车”10月的进展还没有报", "“错时停车”11月的进展还没有报",
        ]  # fmt: skip
    with as_user("jiedao") as street:
        assert [each.title for each in todos.monthly_progress(street, TODAY)] == ["有 1 个项目没有报10月的进展"]
    with acting_as(SYSTEM):
        late = dates.silent_projects(STREET, parse("2026-10"), date(2026, 10, 31), 10)
        assert [(each.what, each.unit, each.on, each.is_missing) for each in late.rows] == [
            ("错时停车", "清溪卫生院", date(2026, 10, 31), True)
        ]
        assert late.count == 1
    with as_user("shuji") as actor:
        progress.tell(project, {"month": "2026-10", "words": "划线"}, by=actor, today=date(2026, 11, 5))
        assert todos.monthly_progress(actor, TODAY) == []
        assert dates.silent_projects(STREET, parse("2026-10"), TODAY, 10).count == 0
        assert dates.silent_projects(STREET, parse("2026-10"), date(2026, 10, 31), 10).count == 1, "told later"


def test_a_project_that_stands_still_owes_nothing(context: Any) -> None:
    begun = office_today()
    secretary, project = running(begun)
    following = Period.of("month", begun).following()
    later = following.last + timedelta(days=10)
    with acting_as(secretary):
        take(project, "pause", secretary, begun, look_again=later.isoformat())
        assert todos.monthly_progress(secretary, later) == []
        assert progress.missed_of(fresh(project), (), later) == []
        take(project, "resume", secretary, later)
        lines = progress.lines_of(project.id)
        assert [(each.month_on, each.words) for each in lines] == [
            (following.first, "项目暂缓，这个月没有实施。"), (begun.replace(day=1), "项目暂缓，这个月没有实施。"),
        ]  # fmt: skip
        assert progress.missed_of(fresh(project), lines, later) == []


def test_the_desk_takes_the_line_and_the_sheet_prints_every_month(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        begun = office_today() - timedelta(days=100)
        _secretary, project = running(begun)
        key, uid = project.id, project.uid
        db.session.remove()
    client, desk = signed_in_client(sqlite_app, "shuji"), f"/three_lists/projects/{key}"
    shown = client.get(desk).get_data(as_text=True)
    assert "每月进展" in shown
    assert "缺 " in shown
    month = f"{Period.of('month', begun).following().first:%Y-%m}"
    wrong = client.post(f"{desk}/progress", data={"month": month, "percent": "", "words": ""})
    assert wrong.status_code == 422
    assert "请写明这个月做了什么" in wrong.get_data(as_text=True)
    assert client.post(f"{desk}/progress", data={"month": month, "percent": "30", "words": "划了线"}).status_code == 302
    shown = client.get(desk).get_data(as_text=True)
    for words in (month, "划了线", "30%"):
        assert words in shown
    with sqlite_app.app_context(), acting_as(SYSTEM):
        request = PaperRequest(HOME, Period.of("month", office_today()), office_today(), SYSTEM, subject=uid)
        tables = [block for block in paper("project_sheet").build(request).blocks if isinstance(block, Table)]
        rows = next(table.rows for table in tables if table.columns[0].label == "月份")
        taken = next(table.rows for table in tables if table.columns[-1].label == "时限到")
    assert [row[1:4] for row in taken] == [(f"{begun:%Y-%m-%d} 10:00", "shuji同志", "开始实施")]
    assert rows[0][:3] == (month, "30%", "划了线")
    assert [row[2] for row in rows[1:]] == ["没有报进展"] * (len(rows) - 1)
    assert len(rows) >= 2
