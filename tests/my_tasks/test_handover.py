"""Handing over: what goes along, what stays, who may, why not, and the sheet with three signatures."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import make_transient

from app.database.transactions import writing
from app.extensions import db
from app.lowcode.flow.models import FlowCase, FlowStep
from app.lowcode.flow.service import StepRefused
from app.lowcode.papers import PaperRequest, paper
from app.lowcode.register import register
from app.lowcode.service import save
from app.my_tasks.handover import Handover, HandoverRefused, Wanted, hand_over, look, people
from app.my_tasks.things import read_things
from app.notices.models import Notice
from app.notices.service import notify
from app.periods.rules import Period
from app.security.actor import SYSTEM, Actor, acting_as
from app.security.models import Account
from app.security.queries import actor_named
from app.three_lists import service as lists_service
from app.three_lists.rules import UNDER_WAY
from reports.contents.handover_sheet import Thing
from reports.document import SignatureLines, Table
from tests.my_tasks.test_substitutes import act, fill, id_of, in_street, need
from tests.my_tasks.test_substitutes import inside as inside
from tests.three_lists.world import attach_flow, take
from tests.world import GRID, HOME, TODAY, as_user, signed_in_client


def worker_of(username: str, name: str) -> int:
    """A row of the roster that belongs to an account."""
    with acting_as(SYSTEM), writing() as session:
        row = save(
            register("grid_workers"), None, {"name": name, "area": GRID, "phone": "13800130000"}, by=SYSTEM, today=TODAY
        )
        session.get(Account, id_of(username)).person_uid = row.uid
        return row.id


def give(by: str = "boss", giver: str = "other", taker: str = "second", **more: Any) -> Handover:
    wanted = Wanted(id_of(giver), id_of(taker), TODAY, **({"reason": "离任"} | more))
    with as_user(by) as actor:
        return hand_over(wanted, by=actor, today=TODAY)


def actor_of(username: str) -> Actor:
    with acting_as(SYSTEM):
        found = actor_named(username, today=TODAY)
    assert found is not None
    return found


def project(person: str, state: str = "running") -> Any:
    unit = save(register("units"), None, {"name": f"市政{state}所", "area": HOME}, by=SYSTEM, today=TODAY)
    raw = {"name": f"{person}的{state}", "area": HOME, "person": person, "lead_unit": str(unit.id), "state": state}
    if state == "done":
        raw |= {"finished_on": "2026-11-20", "evaluator": "赵敏"}
    return save(register("projects"), None, raw, by=SYSTEM, today=TODAY)


@in_street
def test_everything_that_hangs_on_a_person_goes_and_what_is_done_stays() -> None:
    old, new = worker_of("other", "张丽"), worker_of("second", "王敏")
    mine, done = need("一号灯"), need("二号灯")
    for row in (mine, done):
        act(row, "send", "clerk", who="一队")
        act(row, "fix", "other")
    with acting_as(SYSTEM):
        notify(key="a", kind="note", title="交走访表", area_code=HOME, to_user=id_of("other"))
        notify(key="b", kind="note", title="给别人的", area_code=HOME, to_user=id_of("clerk"))
        visited = save(register("care_targets"), None, care(old), by=SYSTEM, today=TODAY)
    made = give()
    assert sorted({line[0] for line in made.lines}) == ["待办", "未办结事项", "走访对象"]
    with acting_as(SYSTEM):
        owners = dict(db.session.execute(select(Notice.title, Notice.user_id)).all())
        assert (owners["交走访表"], owners["给别人的"]) == (id_of("second"), id_of("clerk"))
        reg = register("care_targets")
        assert db.session.get(reg.model, visited.id, populate_existing=True).worker_id == new
        told = db.session.execute(
            select(FlowStep.action_name, FlowStep.by_name, FlowStep.note)
            .join(FlowCase, FlowCase.id == FlowStep.case_id)
            .where(FlowCase.row_id == mine.id)
            .order_by(FlowStep.seq)
        ).all()
    assert [tuple(each) for each in told] == [
        ("派工", "clerk同志", "好"), ("修好", "other同志", "好"), ("工作移交", "boss同志", "other同志 → second同志"),
    ]  # fmt: skip


def care(worker_id: int) -> dict[str, str]:
    return {"name": "李大爷", "area": GRID, "kind": first_code("care_targets", "kind"), "worker": str(worker_id)}


def first_code(register_name: str, column: str) -> str:
    return register(register_name).column(column).type.choices()[0][0]


@in_street
def test_the_successor_may_go_on_but_not_check_what_he_took_over() -> None:
    row = need()
    act(row, "send", "clerk", who="一队")
    act(row, "fix", "other")
    give(taker="clerk", by="office")
    with pytest.raises(StepRefused, match="办理的人不能自己"):
        act(row, "accept", "clerk", day="2026-11-23")


@in_street
def test_projects_that_are_not_over_get_another_person_and_ended_ones_keep_theirs() -> None:
    with acting_as(SYSTEM):
        going = [project("other同志", state) for state in ("planned", *UNDER_WAY)]
        ended = [project("other同志", state) for state in ("done", "cancelled")]
    assert [tuple(line) for line in give().lines] == [
        ("项目", "other同志的planned", "待立项"), ("项目", "other同志的open", "已立项"),
        ("项目", "other同志的running", "实施中"), ("项目", "other同志的paused", "暂缓"),
        ("项目", "other同志的accepting", "待验收"), ("项目", "other同志的returned", "验收退回"),
    ]  # fmt: skip
    with acting_as(SYSTEM):
        reg = register("projects").model
        assert {db.session.get(reg, row.id, populate_existing=True).person for row in going} == {"second同志"}
        assert {db.session.get(reg, row.id, populate_existing=True).person for row in ended} == {"other同志"}


@in_street
def test_the_successor_does_not_pass_the_project_he_took_over() -> None:
    attach_flow()
    with acting_as(SYSTEM):
        row, wanted = (
            project("周同志"),
            save(register("needs"), None, {"name": "停车难", "area": HOME}, by=SYSTEM, today=TODAY),
        )
        lists_service.join(row, "needs", wanted.id, by=SYSTEM, today=TODAY)
    take(row, "finish", actor_of("clerk"))
    assert [tuple(line) for line in give(giver="clerk", taker="boss", by="office").lines] == [
        ("项目", "周同志的running", "待验收")
    ]  # fmt: skip
    with pytest.raises(StepRefused, match="不能自己"):
        take(row, "accept", actor_of("boss"), evaluator="赵敏")


@in_street
@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"reason": "不知道"}, "请选交接原因"), ({"taker": "other"}, "两个人"), ({"by": "next"}, "不在您负责的范围内"),
        ({"by": "other"}, "不在您负责的范围内"),
    ],
)  # fmt: skip
def test_every_refusal_says_why(more: dict[str, Any], said: str) -> None:
    with pytest.raises(HandoverRefused, match=said):
        give(**more)


@in_street
def test_people_to_visit_go_to_a_worker_of_the_roster_only_and_nothing_else_moves() -> None:
    old = worker_of("other", "张丽")
    with acting_as(SYSTEM):
        notify(key="a", kind="note", title="交走访表", area_code=HOME, to_user=id_of("other"))
        save(register("care_targets"), None, care(old), by=SYSTEM, today=TODAY)
    with pytest.raises(HandoverRefused, match="没有关联网格员名册"):
        give()
    with acting_as(SYSTEM):
        assert db.session.execute(select(Notice.user_id)).scalar_one() == id_of("other")
        assert db.session.execute(select(Handover.id)).first() is None


@in_street
def test_a_hand_over_cannot_be_changed_and_is_seen_in_its_area_only() -> None:
    made = give()
    for sentence in ("UPDATE handovers SET reason = 'x'", "DELETE FROM handovers"):
        with acting_as(SYSTEM), pytest.raises(DatabaseError, match="append-only"), writing() as session:
            session.execute(text(sentence))
    for name, count in (("boss", 1), ("office", 1), ("next", 0)):
        with as_user(name):
            assert len(db.session.execute(select(Handover.id).where(Handover.id == made.id)).all()) == count
    with as_user("next") as actor:
        assert {name for _id, name in people(actor)} == {"next同志"}
        with pytest.raises(HandoverRefused, match="不在您负责"):
            look(id_of("clerk"), by=actor, today=TODAY)


@in_street
def test_the_sheet_has_its_lines_things_and_three_signatures() -> None:
    made = give(things=(Thing("执法记录仪", "1", "台", "完好", "编号1"), Thing("钥匙", "2", "把", "完好")))
    with as_user("boss") as actor:
        request = PaperRequest(HOME, Period.of("month", date(2026, 11, 1)), TODAY, actor)
        sheet = paper("handover_sheet")
        assert sheet.subjects is not None
        subject = sheet.subjects(request)[0]
        assert subject.title == "2026-11-22 other同志 → second同志"
        document = sheet.build(PaperRequest(HOME, request.period, TODAY, actor, made.uid))
    tables = [block for block in document.blocks if isinstance(block, Table)]
    assert [row[1:6] for row in tables[1].rows] == [
        ("执法记录仪", "1", "台", "完好", "编号1"), ("钥匙", "2", "把", "完好", ""),
    ]  # fmt: skip
    assert [block.labels for block in document.blocks if isinstance(block, SignatureLines)] == [
        ("移交人（签字）", "接收人（签字）", "监交人（签字）")
    ]


@in_street
def test_things_go_from_hand_to_hand_and_are_typed_once() -> None:
    with acting_as(SYSTEM), writing() as session:
        first = give(things=(Thing("旧钥匙", "1", "把", "完好"),))
        session.expunge(first)
        make_transient(first)
        first.id, first.uid, first.things, first.thing_lines = None, "a" * 32, "钥匙 2 把\n\n印章 1 枚", []
        session.add(first)  # a sheet from before things had lines
    with as_user("boss") as actor:
        kept = look(id_of("second"), by=actor, today=TODAY)[2]
        assert [each.name for each in kept] == ["旧钥匙", "钥匙 2 把", "印章 1 枚"]
        assert look(id_of("other"), by=actor, today=TODAY)[2] == ()
    give(giver="second", taker="other", things=kept[:1])
    with as_user("boss") as actor:
        assert look(id_of("second"), by=actor, today=TODAY)[2] == (), "he handed all of it on"
        assert look(id_of("other"), by=actor, today=TODAY)[2] == (Thing("旧钥匙", "1", "把", "完好"),)


def test_lines_of_things_are_checked() -> None:
    good = {"name": " 执法记录仪 ", "number": "２", "unit": "台", "state": "good", "note": ""}
    things, errors = read_things([good, dict.fromkeys(good, " ")], today=TODAY)
    assert (things, errors) == ((Thing("执法记录仪", "2", "台", "完好"),), {})
    for wrong, field in (
        ({"name": ""}, "name"), ({"number": "²"}, "number"), ({"number": "0"}, "number"), ({"number": ""}, "number"),
        ({"unit": ""}, "unit"), ({"unit": "台" * 11}, "unit"), ({"state": ""}, "state"), ({"state": "碎了"}, "state"),
    ):  # fmt: skip
        errors = read_things([{}, good | wrong], today=TODAY)[1]
        assert list(errors) == [f"things-1-{field}"]
        assert errors[f"things-1-{field}"].endswith("。")
    assert list(read_things([good] * 101, today=TODAY)[1]) == ["things"]


def test_the_pages_lead_from_choosing_to_the_sheet(app: Flask) -> None:
    with app.app_context():
        fill()
        ids = {name: str(id_of(name)) for name in ("other", "second")}
        with acting_as(SYSTEM):
            notify(key="a", kind="note", title="交走访表", area_code=HOME, to_user=id_of("other"))
    boss = signed_in_client(app, "boss")
    assert "other同志" in boss.get("/handovers/add").get_data(as_text=True)
    same = boss.post("/handovers/add", data={"step": "look", "from": ids["other"], "to": ids["other"]})
    assert (same.status_code, "要是两个人" in same.get_data(as_text=True)) == (422, True)
    chosen = {"from": ids["other"], "to": ids["second"]}
    assert "交走访表" in boss.post("/handovers/add", data=chosen | {"step": "look"}).get_data(as_text=True)
    refused = boss.post("/handovers/add", data=chosen | {"step": "hand", "on": "2026-11-22", "reason": ""})
    assert "请选交接原因" in refused.get_data(as_text=True)
    sent = chosen | {
        "step": "hand",
        "on": "2026-11-22",
        "reason": "离任",
        "things-3-name": "钥匙",
        "things-3-number": "2",
    }
    refused = boss.post("/handovers/add", data=sent)
    said = refused.get_data(as_text=True)
    assert (refused.status_code, "选一个现状" in said, 'value="钥匙"' in said) == (422, True, True)
    more = boss.post("/handovers/add", data=sent | {"add-line": "things"}).get_data(as_text=True)
    assert 'name="things-1-name"' in more
    sent |= {"things-3-unit": "把", "things-3-state": "good"}
    done = boss.post("/handovers/add", data=sent, follow_redirects=True).get_data(as_text=True)
    assert "已交接 1 项" in done
    assert "paper=handover_sheet" in done
    assert "交走访表" in signed_in_client(app, "second").get("/my_tasks/").get_data(as_text=True)
    again = boss.post("/handovers/add", data={"step": "look", "from": ids["second"], "to": ids["other"]})
    assert 'value="钥匙"' in again.get_data(as_text=True), "what came to him is not typed again"
