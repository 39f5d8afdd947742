"""Cases in the database: steps, refusals, two people at once, time that is up, a calendar that changes; a flow by YAML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from app.database.transactions import writing
from app.extensions import db
from app.lowcode.flow import service, sweeping
from app.lowcode.flow.asking import why_not
from app.lowcode.flow.models import FlowCase, FlowStep
from app.lowcode.flow.queries import Asked, Running, listed, person_of, role_names, running, steps
from app.lowcode.flow.reading import FlowRefused, read_text
from app.lowcode.flow.service import CaseMoved, Sent, StepRefused
from app.lowcode.flow.shipped import read_shipped
from app.lowcode.flow.todos import waiting
from app.lowcode.flow.versions import add_version, attach_flow, attach_shipped, flow_of, load_flows, newest
from app.lowcode.register import register
from app.lowcode.service import SaveRefused, save
from app.security.actor import SYSTEM, acting_as
from app.security.beyond import beyond_scope
from app.security.queries import actor_named
from app.settings.queries import profile
from app.settings.working_calendar import save_year, working_time
from tests.lowcode.flow.cases import at
from tests.lowcode.test_list_cost import counted_statements
from tests.world import DISTRICT, GRID, HOME, NEXT_DOOR, STREET, TODAY, add_user, as_user, build_areas, signed_in_client

NOW = at("2026-11-23 10:00")
SIXTH = """
key: lamp_repair
name: 修路灯
register: needs
mirrors: state
states:
  - {key: told, name: 待派工, limit: 1工作日, value: collected}
  - {key: sent, name: 维修中, limit: 2工作日, value: claimed}
  - {key: late, name: 超期, limit: 1工作日, value: claimed}
  - {key: fixed, name: 待验收, limit: 4工作时, value: in_project}
  - {key: done, name: 已修好, end: true, done: true, value: done}
actions:
  - {key: send, name: 派工, from: told, to: sent, roles: [community_clerk], fields: [{name: who, label: 维修队, kind: choice, choices: [一队, 二队], required: true}]}
  - {key: expire, name: 超期未修, from: sent, to: late, roles: [system], on_due: true}
  - {key: fix, name: 修好, from: [sent, late], to: fixed, roles: [grid_worker, community_clerk], handles: true, note: required}
  - key: accept
    name: 验收
    from: fixed
    to: done
    roles: [community_clerk, community_secretary]
    relations: [not_handler]
    photos: [{name: 亮灯, least: 1, reason: 夜里是否亮了只能看照片}]
    fields:
      - {name: day, label: 修好日期, kind: date, required: true, column: solved_on}
"""
JPEG = bytes.fromhex(
    "ffd8ffe000104a46494600010100000100010000ffdb004300080606070605080707070909080a0c140d0c0b0b0c1912130f141d1a1f1e1d1a1c1c20"
    "242e2720222c231c1c2837292c30313434341f27393d38323c2e333432ffc0000b080001000101011100ffc4001400010000000000000000000000"
    "0000000009ffc40014100100000000000000000000000000000000ffda0008010100003f0054dfffd9"
)


def _fill() -> None:
    build_areas()
    for name, role, area in (
        ("clerk", "community_clerk", HOME), ("boss", "community_secretary", HOME), ("worker", "grid_worker", GRID),
        ("next", "community_clerk", NEXT_DOOR), ("office", "street_office", STREET),
    ):  # fmt: skip
        add_user(name, role, area)
    with acting_as(SYSTEM):
        flow = read_text(SIXTH, source="第六个")
        assert add_version(flow) == 1
        attach_flow(flow)


@pytest.fixture
def street(app: Flask) -> Flask:
    with app.app_context():
        _fill()
    return app


@pytest.fixture
def inside(street: Flask) -> Iterator[None]:
    with street.app_context():
        yield


in_street = pytest.mark.usefixtures("inside")


def need(name: str = "三号路灯不亮") -> Any:
    with as_user("clerk") as clerk:
        return save(register("needs"), None, {"name": name, "area": GRID}, by=clerk, today=TODAY)


def standing(row: Any, now: datetime = NOW) -> Running:
    with acting_as(SYSTEM):
        found = running(register("needs"), db.session.get(register("needs").model, row.id), now)
    assert found is not None
    return found


def act(row: Any, key: str, user: str, *, now: datetime = NOW, note: str = "好", **values: str) -> FlowStep:
    photos = (service.Photo("亮灯", "灯.jpg", JPEG),) if key == "accept" else ()
    with as_user(user) as actor:
        sent = Sent(standing(row, now).version, values, note, photos)
        return service.act(register("needs"), row, key, sent, by=actor, now=now)


@in_street
def test_a_sixth_flow_runs_from_first_to_last_by_its_yaml_alone() -> None:
    row = need()
    act(row, "send", "clerk", who="一队")
    act(row, "fix", "worker", note="换了灯泡", now=NOW + timedelta(hours=1))
    step = act(row, "accept", "boss", now=NOW + timedelta(hours=2), day="2026-11-23")
    at_end = standing(row)
    assert (at_end.case.state, at_end.row.is_ended if at_end.row else None) == ("done", True)
    assert step.files[0][:2] == ["亮灯", "灯.jpg"]
    with as_user("boss"):
        fresh = db.session.get(register("needs").model, row.id)
        assert (fresh.state, str(fresh.solved_on)) == ("done", "2026-11-23")
        told = [(each.by_name, each.action_name, each.to_name, each.filled) for each in reversed(steps(at_end.row))]
    assert told == [
        ("clerk同志", "派工", "维修中", [["维修队", "一队"]]), ("worker同志", "修好", "待验收", []),
        ("boss同志", "验收", "已修好", [["修好日期", "2026-11-23"]]),
    ]  # fmt: skip


@in_street
def test_every_refusal_gives_its_reason_and_writes_nothing() -> None:
    row = need()
    for key, user, values, said in (
        ("send", "worker", {}, "您没有这个岗位"), ("fix", "worker", {}, "现在是“待派工”"), ("send", "clerk", {}, "“维修队”必须填写"),
        ("send", "clerk", {"who": "三队"}, "请从选项里选"), ("nothing", "clerk", {}, "流程里没有这个动作"),
    ):  # fmt: skip
        with pytest.raises(StepRefused, match=said):
            act(row, key, user, **values)
    with pytest.raises(PermissionError, match="已不在"):
        act(row, "send", "next", who="一队")
    assert standing(row).case.state == "told"
    with acting_as(SYSTEM):
        assert db.session.execute(select(FlowStep.id)).first() is None


@in_street
def test_of_two_people_at_once_one_wins_and_the_other_is_told() -> None:
    row = need()
    seen = standing(row).version
    act(row, "send", "clerk", who="一队")
    with as_user("clerk") as clerk, pytest.raises(CaseMoved, match="刚有人办过"):
        service.act(register("needs"), row, "send", Sent(seen, {"who": "二队"}), by=clerk, now=NOW)
    with acting_as(SYSTEM):
        assert len(db.session.execute(select(FlowStep.id)).all()) == 1


@in_street
def test_steps_and_versions_cannot_be_changed_or_deleted() -> None:
    act(need(), "send", "clerk", who="一队")
    for sentence in ("UPDATE flow_steps SET note = 'x'", "DELETE FROM flow_steps", "DELETE FROM flow_versions"):
        with acting_as(SYSTEM), pytest.raises(DatabaseError, match="append-only"), writing() as session:
            session.execute(text(sentence))


@in_street
def test_a_state_that_follows_a_flow_is_not_changed_by_hand() -> None:
    row = need()
    with as_user("clerk") as clerk:
        with pytest.raises(SaveRefused, match="跟着流程走"):
            save(register("needs"), row, {"state": "done", "solved_on": "2026-11-23"}, by=clerk, today=TODAY)
        assert save(register("needs"), row, {"note": "在路口"}, by=clerk, today=TODAY).note == "在路口"


@in_street
def test_what_an_import_says_of_the_state_becomes_a_step() -> None:
    row = need()
    with acting_as(SYSTEM), writing() as session:
        session.get(register("needs").model, row.id).state = "in_project"
    assert standing(row).case.state == "fixed"
    assert sweeping.correct(register("needs"), NOW) == 1
    assert sweeping.correct(register("needs"), NOW) == 0
    act(row, "accept", "clerk", day="2026-11-23")
    with acting_as(SYSTEM):
        told = [(each.action_name, each.from_state, each.to_state) for each in reversed(steps(standing(row).row))]
    assert told == [("随名册更正", "told", "fixed"), ("验收", "fixed", "done")]


@in_street
def test_time_that_is_up_moves_a_case_once() -> None:
    row = need()
    act(row, "send", "clerk", who="一队")
    assert sweeping.move_overdue(at("2026-11-25 17:30")) == 0
    late = at("2026-11-25 17:31")
    assert sweeping.move_overdue(late) == 1
    assert sweeping.move_overdue(late) == 0
    with acting_as(SYSTEM):
        step = steps(standing(row, late).row)[0]
    assert (step.by_name, step.action_name, step.to_name) == ("系统", "超期未修", "超期")


@in_street
def test_a_running_case_keeps_the_version_it_began_with() -> None:
    row = need()
    act(row, "send", "clerk", who="一队")
    with acting_as(SYSTEM):
        assert add_version(read_text(SIXTH.replace("name: 维修中", "name: 抢修中"), source="x")) == 2
        assert add_version(read_text(SIXTH.replace("name: 维修中", "name: 抢修中"), source="x")) == 2
    again = need("四号路灯不亮")
    found = flow_of(register("needs"))
    assert found is not None
    assert found[1] == 2
    assert standing(row).flow.state("sent").name == "维修中"
    assert standing(again).flow.state("sent").name == "抢修中"


@in_street
def test_deadlines_are_counted_again_when_a_year_is_loaded_and_it_is_written_down() -> None:
    row = need()
    now = at("2026-12-31 16:00")
    act(row, "send", "clerk", who="一队", now=now)
    before = standing(row, now)
    assert before.row is not None
    assert before.row.is_provisional
    with acting_as(SYSTEM):
        save_year(2027, "2027-01-01至2027-01-04 休 元旦")
    assert sweeping.recount(now, why="2027年工作日历已更新") == 1
    assert sweeping.recount(now, why="2027年工作日历已更新") == 0
    after = standing(row, now)
    assert after.row is not None
    assert not after.row.is_provisional
    with acting_as(SYSTEM):
        step = steps(after.row)[0]
    assert step.note == "2027年工作日历已更新，期限由 2027-01-05 17:30 改为 2027-01-06 17:30。"


def test_two_machines_sweeping_at_once_do_everything_once(street: Flask) -> None:
    with street.app_context():
        late = [need(f"{number}号灯不亮").id for number in range(6)]
        for row_id in late:
            with acting_as(SYSTEM):
                row = db.session.get(register("needs").model, row_id)
            act(row, "send", "clerk", who="一队")
        for number in range(30):
            need(f"第{number}盏灯")
        with acting_as(SYSTEM), writing() as session:
            session.execute(text("DELETE FROM flow_cases WHERE state = 'told'"))
    both = Barrier(2)

    def machine() -> tuple[int, int]:
        with street.app_context():
            both.wait()
            begun = sweeping.bring_up_to_date(register("needs"), NOW)
            both.wait()
            return begun, sweeping.move_overdue(at("2026-12-01 10:00"))

    with ThreadPoolExecutor(2) as machines:
        done = [each.result(60) for each in [machines.submit(machine) for _number in range(2)]]
    assert [sum(counts) for counts in zip(*done, strict=True)] == [30, 6]
    with street.app_context(), acting_as(SYSTEM):
        assert len(db.session.execute(select(FlowCase.id)).all()) == 36
        assert len(db.session.execute(select(FlowStep.id).where(FlowStep.action == "expire")).all()) == 6


def test_a_sweep_takes_as_many_statements_for_many_open_cases_as_for_few(street: Flask) -> None:
    counts = []
    with street.app_context():
        for name in ("一", "二"):
            for number in range(1 if name == "一" else 20):
                need(f"{name}{number}")
            sweeping.begin_missing(register("needs"), NOW)
            with counted_statements(street) as seen:
                sweeping.bring_up_to_date(register("needs"), NOW)
                sweeping.move_overdue(NOW + timedelta(days=30))
            counts.append(len(seen))
    assert counts[0] == counts[1] <= 8, counts


@in_street
def test_cases_are_listed_by_state_and_lamp_within_ones_own_range() -> None:
    first = need()
    need("五号路灯不亮")
    act(first, "send", "clerk", who="一队")
    reg, late = register("needs"), at("2026-12-01 10:00")
    with as_user("clerk") as clerk:
        assert len(listed(reg, clerk, NOW, Asked())) == 2
        assert [row.name for row, _at in listed(reg, clerk, NOW, Asked(state="sent"))] == ["三号路灯不亮"]
        assert "三号路灯不亮" in [row.name for row, _at in listed(reg, clerk, late, Asked(lamp="red"))]
        assert [todo.url for todo in waiting(clerk, TODAY)]
    with as_user("next") as stranger:
        assert listed(reg, stranger, NOW, Asked()) == []
        assert waiting(stranger, TODAY) == []


@in_street
def test_rows_from_before_the_flow_get_their_case_once() -> None:
    row = need()
    with acting_as(SYSTEM), writing() as session:
        session.execute(text("DELETE FROM flow_cases"))
    assert sweeping.begin_missing(register("needs"), NOW) == 1
    assert sweeping.begin_missing(register("needs"), NOW) == 0
    assert standing(row).row is not None


def test_a_profile_brings_its_flow_and_attaches_it_once(sqlite_context: None) -> None:
    build_areas()
    add_user("office", "street_office", STREET)
    of = profile()
    with acting_as(SYSTEM):
        named = type(of)(
            **{**{name: getattr(of, name) for name in of.__dataclass_fields__}, "flows": ("visit_need_transfer",)}
        )
        load_flows(named)
        load_flows(named)
    found = flow_of(register("needs"))
    assert found is not None
    assert (found[0].name, found[1]) == ("需求转项目", 1)
    with acting_as(SYSTEM), pytest.raises(FlowRefused, match="这里没有这本名册"):
        attach_flow(read_text(SIXTH.replace("register: needs\nmirrors: state", "register: lamps"), source="x"))
    with acting_as(SYSTEM), pytest.raises(FlowRefused, match="走不到"):
        add_version(read_text(SIXTH.replace("to: sent, roles", "to: told, roles"), source="x"))


def test_init_renews_what_is_shipped_but_not_what_the_office_made(sqlite_context: None) -> None:
    build_areas()
    add_user("whole", "street_office", DISTRICT)
    key = "visit_need_transfer"
    old = replace(read_shipped(key), name="旧名")
    with acting_as(SYSTEM):
        add_version(old)
        attach_flow(old)
        first = save(
            register("needs"), None, {"name": "修路灯", "content": "不亮", "area": HOME}, by=SYSTEM, today=TODAY
        )
        attach_shipped("needs", key)
        attach_shipped("needs", key)
        assert newest(key) == (read_shipped(key), 2)
        kept = running(register("needs"), first, NOW)
        assert kept is not None
        assert (kept.flow.name, kept.number) == ("旧名", 1)
    with acting_as(actor_named("whole", today=TODAY)):
        add_version(replace(read_shipped(key), name="街道改的"))
    with acting_as(SYSTEM):
        attach_shipped("needs", key)
        found = newest(key)
    assert found is not None
    assert (found[0].name, found[1]) == ("街道改的", 3)


def test_the_record_page_leads_through_the_step_and_tells_who_came_first(street: Flask) -> None:
    with street.app_context():
        row_id = need().id
    client = signed_in_client(street, "clerk")
    page = client.get(f"/needs/show/{row_id}").get_data(as_text=True)
    assert "办理（修路灯）" in page
    assert "办：派工" in page
    form = client.get(f"/flow/of/needs/{row_id}/send").get_data(as_text=True)
    assert "下一步期限 2工作日" in form
    version = form.split('name="version" value="')[1].split('"')[0]
    assert client.post(f"/flow/of/needs/{row_id}/send", data={"version": version}).status_code == 422
    sent = {"version": version, "who": "一队"}
    done = client.post(f"/flow/of/needs/{row_id}/send", data=sent, follow_redirects=True).get_data(as_text=True)
    assert "已派工，现在是“维修中”" in done
    late = client.post(f"/flow/of/needs/{row_id}/send", data=sent, follow_redirects=True).get_data(as_text=True)
    assert "刚有人办过这一步" in late
    listing = client.get("/flow/of/needs/?state=sent").get_data(as_text=True)
    assert "三号路灯不亮" in listing
    assert "办理情况" in client.get("/needs/list/").get_data(as_text=True)
    refused = client.get(f"/flow/of/needs/{row_id}/accept", follow_redirects=True).get_data(as_text=True)
    assert "现在是“维修中”" in refused
    assert client.get(f"/flow/of/needs/{row_id}/nothing").status_code == 404
    assert client.get("/flow/of/units/").status_code in (403, 404)


def test_channels_act_by_rest(street: Flask) -> None:
    with street.app_context():
        row_id = need().id
    client = street.test_client()
    token = client.post("/api/v1/security/login", json={"username": "clerk", "password": "Grid-2026-ok"}).get_json()
    head = {"Authorization": f"Bearer {token['access_token']}"}
    case = client.get(f"/api/v1/needs/{row_id}/case", headers=head).get_json()
    assert (case["state"], case["flow_version"]) == ("told", 1)
    reasons = {each["key"]: each["why_not"] for each in case["actions"]}
    assert reasons["send"] == ""
    assert reasons["fix"].startswith("现在是“待派工”")
    url = f"/api/v1/needs/{row_id}/case/send"
    refused = client.post(url, headers=head, json={"version": case["version"]})
    assert (refused.status_code, list(refused.get_json()["message"])) == (422, ["who"])
    body = {"version": case["version"], "values": {"who": "二队"}}
    assert client.post(url, headers=head, json=body).get_json()["state"] == "sent"
    assert client.post(url, headers=head, json=body).status_code == 409
    assert client.post(url, headers=head, json=[]).status_code == 400
    assert client.post(url, json=body).status_code == 401


def _walk(seed: int) -> None:
    """Everybody tries everything; what the rules refuse the service refuses with the same words, and nothing else."""
    row, now, on = need(f"第 {seed} 件"), NOW, working_time()
    people = ("clerk", "boss", "worker", "office")
    for number in range(14):
        now += timedelta(minutes=(seed * 37 + number * 211) % 900)
        at_ = standing(row, now)
        action = at_.flow.actions[(seed + number * 3) % len(at_.flow.actions)]
        user = people[(seed * 5 + number) % len(people)]
        with as_user(user) as actor:
            reason = why_not(at_.flow, at_.case, action, person_of(actor), now, on, role_names())
        if reason:
            with pytest.raises(StepRefused, match=re.escape(str(reason))):
                act(row, action.key, user, now=now, who="一队", day="2026-11-23")
            assert standing(row, now).version == at_.version
            continue
        step = act(row, action.key, user, now=now, who="一队", day="2026-11-23")
        assert (step.from_state, step.to_state) == (at_.case.state, action.to)
        assert "not_handler" not in action.relations or actor.user_id not in at_.case.handler_ids
    with beyond_scope(), acting_as(SYSTEM):
        kept = db.session.execute(select(FlowCase).where(FlowCase.row_id == row.id)).scalar_one()
        told = list(reversed(steps(kept)))
    assert [each.seq for each in told] == list(range(1, len(told) + 1))
    assert all(earlier.to_state == later.from_state for earlier, later in pairwise(told))


@in_street
@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_a_random_walker_breaks_nothing(seed: int) -> None:
    _walk(seed)
