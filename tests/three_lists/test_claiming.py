"""From told to claimed on both databases: merging, review, publishing, claiming by units, assignment, wishes, agenda."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select

from app.extensions import db
from app.lowcode import service as rosters
from app.lowcode.flow import service as flow_service
from app.lowcode.flow import sweeping
from app.lowcode.flow.queries import person_of, running, steps
from app.lowcode.flow.todos import waiting
from app.lowcode.flow.versions import load_flows
from app.lowcode.register import register
from app.lowcode.service import SaveRefused
from app.meetings import agenda
from app.meetings.models import Topic
from app.security import service as accounts
from app.security.actor import SYSTEM, Actor, NotPermitted, acting_as
from app.settings.profile import read_profile
from app.three_lists import claiming, merging, shipped
from app.three_lists.models import Need
from tests.world import GRID, HOME, NEXT_DOOR, PROFILE, STREET, TODAY, add_user, as_user, build_areas

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
LATER = datetime(2026, 12, 15, 4, tzinfo=UTC)


@dataclass
class World:
    """A community whose needs run on the shipped flows, and a clinic with an account and a resource."""

    clinic: Any
    doctors: Any
    need: Need


def saved(name: str, /, row: Any = None, **values: Any) -> Any:
    with acting_as(SYSTEM):
        return rosters.save(register(name), row, values, by=SYSTEM, today=TODAY)


def fresh(row: Any) -> Any:
    with acting_as(SYSTEM):
        return db.session.get(type(row), row.id, populate_existing=True)


@pytest.fixture
def world(context: Any) -> World:
    build_areas()
    with acting_as(SYSTEM):
        of = read_profile(PROFILE | {"flows": ["visit_need_transfer"]}, source="试验")
        load_flows(of)
        shipped.load(of)
    for name, role, area in (
        ("shuji", "community_secretary", HOME), ("neiqin", "community_clerk", HOME), ("jiedao", "street_office", STREET),
        ("linju", "community_secretary", NEXT_DOOR), ("gezi", "grid_worker", GRID),
    ):  # fmt: skip
        add_user(name, role, area)
    clinic = saved("units", name="清溪卫生院", area=STREET)
    with acting_as(SYSTEM):
        user = accounts.open_account("weisheng", name="卫生院老周", area_code=STREET, password="Grid-2026-ok")
        accounts.add_post(user, role="department", area_code=STREET, unit_id=clinic.id)
        add_user("wudanwei", "department", STREET)
    doctors = saved("resources", name="义诊医生", kind="people", area=STREET, unit=str(clinic.id))
    need = saved("needs", name="独居老人看病没人陪", kind="elderly", area=GRID, content="想请医生上门义诊")
    return World(clinic, doctors, need)


def act(row: Any, key: str, who: str, now: datetime = NOON, note: str = "", **values: str) -> None:
    reg = register("needs")
    with as_user(who) as actor:
        at = running(reg, fresh(row), now)
        assert at is not None
        flow_service.act(reg, row, key, flow_service.Sent(at.version, values, note), by=actor, now=now)


def state(row: Any, now: datetime = NOON) -> str:
    with acting_as(SYSTEM):
        at = running(register("needs"), fresh(row), now)
    assert at is not None
    return at.case.state


def test_a_unit_claims_for_itself_first_come(world: World) -> None:
    act(world.need, "list", "shuji")
    with as_user("weisheng") as actor:
        assert [todo.title for todo in waiting(actor, TODAY)] == ["“独居老人看病没人陪”等您本单位认领"]
    with pytest.raises(flow_service.StepRefused, match="没有写明单位"):
        act(world.need, "claim_self", "wudanwei")
    assert state(world.need) == "listed"
    act(world.need, "claim_self", "weisheng")
    row = fresh(world.need)
    assert (row.state, row.claimed_by_id) == ("claimed", world.clinic.id)
    with pytest.raises(flow_service.StepRefused, match="要到“待认领、待指派”才能"):
        act(world.need, "claim_self", "weisheng")
    act(world.need, "give_up", "neiqin", note="医生调走了")
    assert (fresh(world.need).claimed_by_id, state(world.need)) == (None, "listed")


def test_a_clerk_writes_down_who_claims_with_what(world: World) -> None:
    act(world.need, "list", "shuji")
    act(world.need, "claim", "neiqin", unit=str(world.clinic.id), resource=str(world.doctors.id))
    row = fresh(world.need)
    assert (row.claimed_by_id, row.offered_id) == (world.clinic.id, world.doctors.id)
    with acting_as(SYSTEM):
        at = running(register("needs"), row, NOON)
        assert at is not None
        assert steps(at.row)[0].filled == [["认领单位", "清溪卫生院"], ["拿来办的资源", "义诊医生"]]


def test_nobody_claims_in_seven_working_days_then_somebody_assigns(world: World) -> None:
    act(world.need, "list", "shuji")
    with acting_as(SYSTEM):
        sweeping.bring_up_to_date(register("needs"), NOON)
        assert sweeping.move_overdue(datetime(2026, 12, 2, 9, tzinfo=UTC)) == 0, "the seventh working day is not over"
        assert sweeping.move_overdue(LATER) == 1
        assert sweeping.move_overdue(LATER) == 0
    assert state(world.need, LATER) == "unclaimed"
    with as_user("jiedao") as actor:
        action = next(
            each for each in running(register("needs"), fresh(world.need), LATER).flow.actions if each.key == "assign"
        )  # type: ignore[union-attr]
        proposed = claiming.known_values(register("needs"), fresh(world.need), action)
        assert proposed == {"unit": str(world.clinic.id), "resource": str(world.doctors.id)}
        assert claiming.proposed(fresh(world.need), actor) is not None
    with pytest.raises(flow_service.StepRefused, match="没有这个岗位"):
        act(world.need, "assign", "neiqin", LATER, "联席会定的")
    with pytest.raises(flow_service.StepRefused, match="请写明情况或原因"):
        act(world.need, "assign", "jiedao", LATER)
    act(world.need, "assign", "jiedao", LATER, "联席会定的")
    assert (fresh(world.need).claimed_by_id, state(world.need, LATER)) == (world.clinic.id, "claimed")


def test_what_was_told_twice_is_found_and_put_together(world: World) -> None:
    twice = saved(
        "needs", name="老人看病没人陪", kind="elderly", area=GRID, content="独居，想请医生", proposer="张阿婆"
    )
    other = saved("needs", name="路面坑洼", kind="facility", area=GRID)
    elsewhere = saved("needs", name="独居老人看病没人陪", kind="elderly", area=NEXT_DOOR)
    with as_user("neiqin") as clerk:
        ((found, fit),) = merging.alike_needs(fresh(twice), today=TODAY)
        assert found.id == world.need.id
        assert "类别相同" in fit.reasons
        merging.merge(fresh(twice), fresh(world.need), by=clerk, today=TODAY, now=NOON)
        assert merging.alike_needs(fresh(world.need), today=TODAY) == []
        assert [row.id for row in merging.merged_into(world.need.id)] == [twice.id]
        with pytest.raises(SaveRefused, match="还没办完"):
            merging.merge(fresh(other), fresh(twice), by=clerk, today=TODAY, now=NOON)
        with pytest.raises(SaveRefused, match="不能是它自己"):
            merging.merge(fresh(other), fresh(other), by=clerk, today=TODAY, now=NOON)
        with pytest.raises(NotPermitted):
            merging.merge(fresh(other), elsewhere, by=clerk, today=TODAY, now=NOON)
    with as_user("jiedao") as office, pytest.raises(SaveRefused, match="只能并入本社区"):
        merging.merge(fresh(other), fresh(elsewhere), by=office, today=TODAY, now=NOON)
    row = fresh(twice)
    assert (row.state, row.merged_into_id, row.proposer) == ("merged", world.need.id, "张阿婆")
    assert state(twice) == "merged"


def test_what_was_put_into_one_goes_along_with_it(world: World) -> None:
    first = saved("needs", name="看病没人陪", area=GRID)
    second = saved("needs", name="陪诊", area=GRID)
    with as_user("shuji") as actor:
        merging.merge(fresh(second), fresh(first), by=actor, today=TODAY, now=NOON)
        merging.merge(fresh(first), fresh(world.need), by=actor, today=TODAY, now=NOON)
    assert fresh(second).merged_into_id == world.need.id


def test_a_wish_is_granted_without_a_project(world: World) -> None:
    wish = saved("needs", name="给孙子买一套书", kind="wish", area=GRID, beneficiaries="1")
    with pytest.raises(SaveRefused, match="一个人的小事"):
        saved("needs", name="全楼想要一套书", kind="wish", area=GRID, beneficiaries="40")
    with acting_as(SYSTEM):
        at = running(register("needs"), wish, NOON)
        assert at is not None
        assert at.flow.key == "wish_four_steps"
    act(wish, "list", "shuji")
    act(wish, "claim", "gezi", unit=str(world.clinic.id))
    act(wish, "fulfil", "gezi", note="书送到了")
    with pytest.raises(flow_service.StepRefused, match="办理的人不能自己"):
        act(wish, "solve", "gezi", solved_on="2026-11-23", result="孩子很高兴")
    act(wish, "solve", "neiqin", solved_on="2026-11-23", result="孩子很高兴")
    row = fresh(wish)
    assert (row.state, row.solved_on, row.result) == ("done", date(2026, 11, 23), "孩子很高兴")


def meeting(kind: str, who: Actor) -> Any:
    raw = {"kind": kind, "area": HOME, "held_on": TODAY.isoformat(), "name": "四季度联席会"}
    return rosters.save(register("meetings"), None, raw, by=who, today=TODAY)


def test_the_joint_meeting_takes_its_agenda_from_the_lists(world: World) -> None:
    act(world.need, "list", "shuji")
    saved("needs", name="隔壁的事", area=NEXT_DOOR)
    project = saved("projects", name="还没人牵头", area=HOME)
    with as_user("shuji") as secretary:
        held = meeting("joint_meeting", secretary)
        found = agenda.candidates(held, today=date(2026, 11, 25))
        assert [(each.register, each.proposer, each.note) for each in found] == [
            ("needs", "第一网格", "已入清单，已等 3 天"), ("projects", "桂花社区", "待立项，已等 3 天")
        ]  # fmt: skip
        with pytest.raises(SaveRefused, match="请先勾选"):
            agenda.put_on(held.id, ["needs:nonsense"], today=TODAY)
        assert agenda.put_on(held.id, [found[0].key], today=TODAY) == 1
        (topic,) = db.session.execute(select(Topic).where(Topic.parent_id == held.id)).scalars()
        assert topic.title.startswith("需求：独居老人看病没人陪（需2026-001")
        assert [each.uid for each in agenda.candidates(held, today=TODAY)] == [project.uid]
    with as_user("linju"), pytest.raises((NotPermitted, SaveRefused)):
        agenda.put_on(held.id, [found[1].key], today=TODAY)


def test_a_person_of_a_department_sees_needs_of_its_area_only(world: World) -> None:
    assert db.session.execute(select(User).where(User.username == "weisheng")).scalar_one()
    with as_user("weisheng") as actor:
        assert person_of(actor).posts[0].unit_id == world.clinic.id
        assert claiming.unit_of(person_of(actor), GRID) == world.clinic.id
        assert claiming.unit_of(person_of(actor), "999") is None


def test_what_a_visit_lists_as_a_need_stands_on_the_list_once(world: World) -> None:
    home = saved("households", name="3幢1单元501室", head="孟大海", area=GRID)
    raw = {"household": str(home.id), "area": GRID, "visited_on": "2026-11-20", "found": "楼道灯坏了，老人摔过一次"}
    visit = saved("visits", **raw, follow="none")
    needs = select(Need).where(Need.source == "visit")
    with acting_as(SYSTEM):
        assert db.session.execute(needs).all() == []
    for result in ("", "已转办"):
        saved("visits", visit, follow="need", follow_what="修楼道灯", follow_by="2026-12-01", result=result)
    with as_user("shuji"):
        (need,) = db.session.execute(needs).scalars()
        assert (need.name, need.proposer, need.state, need.wanted_by) == (
            "修楼道灯", "孟大海", "collected", date(2026, 12, 1)
        )  # fmt: skip
        assert need.area_code == GRID
