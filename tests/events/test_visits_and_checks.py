"""What is recorded where: doubts, conditions and answers beside a step, what a reporter says, points for tickets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.events import indicators, rules
from app.events.models import Event
from app.extensions import db
from app.facts.models import Fact
from app.lowcode.flow import todos
from app.lowcode.flow.service import StepRefused
from app.lowcode.flow.versions import choose_flow
from app.lowcode.register import register
from app.lowcode.service import SaveRefused, save
from app.periods.rules import parse
from app.security.actor import SYSTEM, acting_as
from app.security.service import change_account
from tests.events.test_importing import hotline, take_in, tickets
from tests.events.world import EIGHT_STEPS, NOW, build, counted, fresh, person, report, take, unit_id
from tests.lowcode.flow.cases import at
from tests.registers.values import ValueMaker
from tests.world import GRID, HOME, STREET, TODAY, signed_in_client


@pytest.fixture
def street(context: Any) -> None:
    build()
    with acting_as(SYSTEM):
        choose_flow("events", EIGHT_STEPS, area=HOME)


def closed(**values: str) -> Event:
    row = report(category="", **values)
    take(row, "verify", "worker")
    take(row, "file", "centre")
    take(row, "dispatch", "centre", units=str(unit_id("officer")), limit="3工作日")
    handled(row)
    return row


def handled(row: Event) -> None:
    if fresh(row).state == "assigned":
        take(row, "accept", "officer")
    take(row, "handle", "officer", photos=("处置前", "处置后"))
    take(row, "pass", "worker")
    take(row, "close", "centre")


def asked(name: str) -> list[str]:
    actor = person(name)
    with acting_as(actor):
        return [str(todo.title) for todo in todos.waiting(actor, TODAY)]


@pytest.mark.parametrize(
    ("before", "after", "which"),
    [
        ("reported", "void", "filing_rule"), ("reported", "accepted", "filing_rule"), ("accepted", "assigned", ""),
        ("handling", "handled", "closing_rule"), ("handled", "closed", "closing_rule"), ("reported", "handled", "closing_rule"),
    ],
)  # fmt: skip
def test_a_step_goes_by_the_condition_of_what_it_decides(before: str, after: str, which: str) -> None:
    assert rules.condition_for(before, after) == which


def test_what_cannot_be_verified_goes_to_the_centre_and_is_not_taken_on_yet(street: None) -> None:
    row = report("worker")
    with pytest.raises(StepRefused, match="请写明情况或原因"):
        take(row, "doubt", "worker", note="")
    take(row, "doubt", "worker", note="去了两次，没有人开门")
    assert (fresh(row).state, fresh(row).filed_on) == ("reported", None)
    assert asked("centre") == ["“楼道堆物”等您立案"]
    take(row, "verify_again", "centre", note="请晚上再去一次")
    take(row, "verify", "worker")
    assert fresh(row).filed_on is None, "verified is not yet 立案"
    take(row, "file", "centre")
    assert fresh(row).filed_on == NOW.date()


def test_whoever_was_dissatisfied_is_counted_as_such_and_what_he_says_later_is_the_last_word(street: None) -> None:
    row, month = closed(), parse("2026-11")
    take(row, "redo", "centre", note="没清干净", limit="1工作日")
    assert (fresh(row).satisfaction, fresh(row).visited_on) == ("dissatisfied", NOW.date())
    with acting_as(SYSTEM):
        assert indicators.SATISFACTION_RATE.figure((STREET,), month).denominator == 1
        assert indicators.SATISFACTION_RATE.value((STREET,), month) == 0
    handled(row)
    with pytest.raises(StepRefused, match="最多 1 次"):
        take(row, "redo", "centre", note="还不满意", limit="1工作日")
    take(row, "answer", "clerk", at("2026-12-02 09:00"), satisfaction="满意")
    assert (fresh(row).satisfaction, fresh(row).visited_on) == ("satisfied", at("2026-12-02 09:00").date())
    with acting_as(person("office")), pytest.raises(SaveRefused, match="满意度在回访时记"):
        save(register("events"), fresh(row), {"satisfaction": "不满意"}, by=person("office"), today=TODAY)
    with pytest.raises(StepRefused, match="请写明情况或原因"):
        take(row, "correct_answer", "centre", at("2026-12-03 09:00"), satisfaction="基本满意", note="")
    take(row, "correct_answer", "centre", at("2026-12-03 09:00"), satisfaction="基本满意", note="点错了")
    assert (fresh(row).satisfaction, counted(row)["state"]) == ("fair", "closed")
    take(row, "reopen", "centre", at("2026-12-04 09:00"), note="又堆上了", limit="1工作日")
    handled(row)
    take(row, "answer", "clerk", at("2026-12-05 09:00"), satisfaction="满意")
    with pytest.raises(StepRefused, match="最多 1 次"):
        take(row, "reopen", "centre", at("2026-12-06 09:00"), note="又堆上了", limit="1工作日")


def facts_of(row: Event) -> Sequence[tuple[str, str]]:
    """Each kind of fact once, as points count it."""
    with acting_as(SYSTEM):
        found = db.session.execute(select(Fact).where(Fact.record_uid == row.uid).order_by(Fact.id)).scalars()
        return list(dict.fromkeys((fact.kind, fact.details.get("person_uid", "")) for fact in found))


def test_tickets_of_platforms_give_points_to_whoever_wrote_the_reply_once(street: None) -> None:
    maker = ValueMaker(SYSTEM, area=GRID, today=TODAY)
    with acting_as(SYSTEM):
        worker = maker.row(register("grid_workers"))
        change_account("worker", name="worker", person_uid=worker.uid)
    take_in(hotline(), "hotline")
    row = tickets()["RX20261101002"]
    take(row, "assign", "centre", area=GRID, limit="1工作日")
    assert facts_of(row) == []
    take(row, "reply", "worker", NOW + timedelta(hours=1), reply="已联系路灯所")
    take(row, "redo", "centre", NOW + timedelta(hours=2), note="写明哪天修")
    take(row, "reply", "worker", NOW + timedelta(hours=3), reply="明天修")
    assert facts_of(row) == [("event_handled", worker.uid)]
    take(row, "send", "centre", NOW + timedelta(days=9))
    due = fresh(row).internal_due_at
    assert due is not None
    kind = "event_on_time" if NOW + timedelta(hours=3) <= due else "event_overdue"
    assert facts_of(row) == [("event_handled", worker.uid), (kind, worker.uid)]
    take_in(hotline(second_state="已办结", closed="2026-11-10 09:00"), "hotline")
    assert len(facts_of(row)) == 2, "the next import tells nothing anew"


def test_conditions_and_answers_of_the_category_stand_above_the_step(app: Flask) -> None:
    with app.app_context():
        build()
        row = report(category="路灯损坏", name="晚上看不见路", location="北门")
        id_ = row.id
        with acting_as(SYSTEM):
            save(
                register("approved_answers"), None,
                {"area": STREET, "name": "路灯多久修好", "category": "roads", "answer": "三个工作日内修好。", "basis": "条例",
                 "office": "城管办", "approved_by": "张三", "approved_on": "2026-10-01"}, by=SYSTEM, today=TODAY,
            )  # fmt: skip
        db.session.remove()
    client = signed_in_client(app, "clerk")
    handle = client.get(f"/flow/of/events/{id_}/handle").get_data(as_text=True)
    assert "结案条件（路灯损坏）：恢复照明" in handle
    assert "参考口径“路灯多久修好”" in handle, "by category: it shares no word with what was asked"
    raised = client.get(f"/flow/of/events/{id_}/raise").get_data(as_text=True)
    assert "立案条件（路灯损坏）：路灯、楼道灯不亮" in raised
    assert "参考口径" not in raised
