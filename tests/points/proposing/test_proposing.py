"""扣分建议 on both databases: a fact proposes and never scores; a person records it once or says why not; its cause takes
it back; 公示 and 定稿 wait for it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.database.transactions import writing
from app.extensions import db
from app.lowcode.register import register
from app.periods.rules import parse
from app.points import proof, queries
from app.points.automatic.facts import subscribe_to_facts
from app.points.books.checking import findings
from app.points.disputes import service as disputes
from app.points.models import PointsEntry
from app.points.proposing import queries as waiting
from app.points.proposing import rules, service, standing
from app.points.proposing.models import PointsProposal
from app.points.rules import PointsRefused
from app.security.actor import SYSTEM, NotPermitted, acting_as
from app.security.models import Account
from tests.points.books.test_checking import GOOD, book
from tests.points.test_automatic import ON, record, tell
from tests.points.world import Points, build, close_month, rule
from tests.world import HOME, TODAY, add_user, as_user, signed_in_client

OCTOBER = parse("2026-10")
CAUSES = (
    ("event_overdue", {}, "event_reopened", rules.EVENT_OVERDUE),
    ("resolution_done", {"is_late": True}, "resolution_reopened", rules.RESOLUTION_OVERDUE),
)


@pytest.fixture
def world(context: Any) -> Points:
    subscribe_to_facts()
    found = build()
    for number, (*_rest, kind) in enumerate(CAUSES):
        rule(f"C0{number}", "-2", auto_on=kind)
    return found


def states() -> list[str]:
    with acting_as(SYSTEM):
        rows = db.session.execute(select(PointsProposal).order_by(PointsProposal.id)).scalars()
        return [f"{row.rule_code} {row.state}" for row in rows]


def only() -> PointsProposal:
    with acting_as(SYSTEM):
        return db.session.execute(select(PointsProposal).where(PointsProposal.state == "open")).scalars().one()


def points(world: Points) -> list[Decimal]:
    with acting_as(SYSTEM):
        return [line.points for line in queries.lines_of(world.worker.uid, date(2026, 1, 1), TODAY)]


@pytest.mark.parametrize(
    ("auto_on", "is_deduction", "recorder", "words"),
    [
        (None, True, "any", ""), ("visit_done", False, "any", ""), ("visit_done", True, "any", "只用于加分"),
        ("event_overdue", True, "street", ""), ("event_overdue", False, "any", "只用于扣分"),
        ("event_overdue", True, "system", "由人确认"),
    ],
)  # fmt: skip
def test_what_a_book_may_switch_on(auto_on: str | None, is_deduction: bool, recorder: str, words: str) -> None:
    found = rules.unfit(auto_on, is_deduction=is_deduction, recorder=recorder)
    assert (words in found) if words else found == ""


@pytest.mark.parametrize("value", [-2, 2])
def test_the_checker_of_books_says_the_same(value: int) -> None:
    said = [each.text for each in findings(book(GOOD | {"value": value, "auto_on": "event_overdue"})) if each.is_fault]
    assert any("只用于扣分" in sentence for sentence in said) == (value > 0)


@pytest.mark.parametrize(("kind", "more", "undone", "of"), CAUSES)
def test_a_fact_proposes_and_a_person_records(
    world: Points, kind: str, more: dict[str, Any], undone: str, of: str
) -> None:
    matter = record("路灯不亮")
    for _again in range(2):
        tell(kind, matter, world.worker, **more)
    assert (len(states()), points(world)) == (1, [])
    assert only().fact_kind == of
    made = service.confirm(only(), by=world.secretary, today=TODAY, note="核实无误")
    assert (points(world), made.entry.recorded_by) == ([Decimal("-2.0")], world.secretary.user_id)
    tell(kind, matter, world.worker, **more)
    assert [state.split()[1] for state in states()] == ["confirmed"]
    tell(undone, matter)
    assert (points(world), states()[0].split()[1]) == ([Decimal("-2.0"), Decimal("2.0")], "withdrawn")
    tell(kind, matter, world.worker, **more)
    assert [state.split()[1] for state in states()] == ["withdrawn", "open"]
    assert proof.faults() == []


def test_what_is_declined_keeps_its_reason_and_is_not_proposed_again(world: Points) -> None:
    matter = record()
    tell("event_overdue", matter, world.worker)
    proposal = only()
    with pytest.raises(PointsRefused, match="请写明为什么不记"):
        service.decline(proposal, reason=" 没 ", by=world.secretary)
    service.decline(proposal, reason="配件缺货，已报街道延期", by=world.secretary)
    tell("event_overdue", matter, world.worker)
    assert (states(), points(world)) == (["C00 declined"], [])
    with pytest.raises(PointsRefused, match="shuji同志 已经处理过了"):
        service.confirm(proposal, by=world.street, today=TODAY)


def test_who_may_not_decide(world: Points) -> None:
    tell("event_overdue", record(), world.worker)
    proposal, own = only(), add_user("ziji", "community_secretary", HOME)
    with acting_as(SYSTEM), writing() as session:
        account = session.get(Account, own.user_id)
        assert account is not None
        account.person_uid = world.worker.uid
    with pytest.raises(NotPermitted):
        service.confirm(proposal, by=world.neighbour, today=TODAY)
    with pytest.raises(NotPermitted):
        service.decline(proposal, reason="不关他的事情", by=world.neighbour)
    with pytest.raises(PointsRefused, match="不能给自己记分"):
        service.confirm(proposal, by=own, today=TODAY)
    with pytest.raises(PointsRefused, match="对自己的扣分建议"):
        service.decline(proposal, reason="不是我的责任", by=own)
    with acting_as(world.neighbour):
        assert waiting.open_lines(world.neighbour, HOME) == []
    assert states() == ["C00 open"]


def test_a_book_without_the_switch_and_a_stranger_propose_nothing(world: Points) -> None:
    tell("event_overdue", record())
    tell("event_overdue", record("上岗前的事"), world.other, person_uid="没有这个人")
    tell("event_on_time", record("按期的事"), world.worker)
    assert states() == []


def test_the_month_waits_for_proposals_and_a_final_one_is_corrected_later(world: Points) -> None:
    tell("event_overdue", record(), world.worker)
    with acting_as(SYSTEM):
        assert standing.unconfirmed(HOME, OCTOBER) == ["桂花社区还有 1 条超期扣分建议没有处理"]
        assert standing.unconfirmed(HOME, parse("2026-11")) == []
    with pytest.raises(PointsRefused, match="1 条超期扣分建议没有确认"):
        disputes.show(HOME, OCTOBER, by=world.secretary, today=TODAY)
    with acting_as(SYSTEM):
        close_month(HOME, ON)
    made = service.confirm(only(), by=world.secretary, today=TODAY)
    assert made.entry.on == TODAY
    with acting_as(SYSTEM):
        assert standing.unconfirmed(HOME, OCTOBER) == []


def test_two_who_confirm_at_once_make_one_entry(app: Flask) -> None:
    subscribe_to_facts()
    with app.app_context():
        found = build()
        rule("C00", "-2", auto_on=rules.EVENT_OVERDUE)
        tell("event_overdue", record(), found.worker)
        proposal_id = only().id
        db.session.remove()
    barrier = Barrier(4)

    def attempt(number: int) -> str:
        with app.app_context(), as_user(("shuji", "jiedao")[number % 2]) as actor:
            (proposal,) = waiting.proposals([proposal_id])
            barrier.wait()
            try:
                service.confirm(proposal, by=actor, today=TODAY)
            except PointsRefused as refused:
                return str(refused)
            finally:
                db.session.remove()
        return "done"

    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(attempt, range(4)))
    assert sorted(text == "done" for text in said) == [False, False, False, True]
    assert all("已经处理过了" in text for text in said if text != "done")
    with app.app_context(), acting_as(SYSTEM):
        assert len(db.session.execute(select(PointsEntry.id)).all()) == 1
        assert proof.faults() == []


def test_the_pages(sqlite_app: Flask) -> None:
    subscribe_to_facts()
    with sqlite_app.app_context():
        found = build()
        rule("C00", "-2", auto_on=rules.EVENT_OVERDUE)
        for name in ("路灯不亮", "井盖缺失", "水管漏水"):
            tell("event_overdue", record(name), found.worker)
        with as_user("shuji") as actor:
            assert [str(todo.title) for todo in standing.to_confirm(actor, TODAY)] == ["处理 3 条超期扣分建议"]
            first, second, third = [line.id for line in waiting.open_lines(actor, HOME)]
            asked: list[str] = []
            db.event.listen(db.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
            waiting.open_lines(actor, HOME)
            assert len(asked) == 2
    client = signed_in_client(sqlite_app, "shuji")
    page = client.get("/points/proposals/").get_data(as_text=True)
    assert "路灯不亮" in page
    assert "−2.0" in page
    for typed, words in (({}, "请选确认记分还是不记分"), ({"verdict": "leave"}, "请写明为什么不记")):
        answer = client.post(f"/points/proposals/{first}", data=typed)
        assert (answer.status_code, words in answer.get_data(as_text=True)) == (422, True)
    client.post(f"/points/proposals/{first}", data={"verdict": "leave", "reason": "配件缺货，已报街道延期"})
    client.post(f"/points/proposals/{second}", data={"verdict": "record", "reason": "核实无误"})
    client.post("/points/proposals/confirm", data={"id": [str(third)]})
    again = client.post("/points/proposals/confirm", data={"id": [str(third)]}, follow_redirects=True)
    assert "已经处理过了" in again.get_data(as_text=True)
    assert "没有等您处理的建议" in client.get("/points/proposals/").get_data(as_text=True)
    assert signed_in_client(sqlite_app, "linju").get(f"/points/proposals/{first}").status_code == 404
    with sqlite_app.app_context():
        assert states() == ["C00 declined", "C00 confirmed", "C00 confirmed"]
        assert proof.faults() == []
        assert register("grid_workers")
