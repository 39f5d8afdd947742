"""The deadline of an event: it runs from 分拨, nobody types it over, the calendar moves it; what waits stands in inboxes."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from app.clock import local
from app.database.transactions import writing
from app.events import steps as event_steps
from app.events.models import Event
from app.events.rules import OWN
from app.extensions import db
from app.lowcode.flow import queries, sweeping, todos
from app.lowcode.flow.models import FlowCase
from app.lowcode.flow.queries import running, steps
from app.lowcode.flow.service import StepRefused
from app.lowcode.flow.versions import choose_flow
from app.lowcode.register import register
from app.lowcode.service import SaveRefused, save
from app.security.actor import SYSTEM, acting_as
from app.settings.working_calendar import save_year
from app.supervision.sweeping import take_late
from tests.events.world import EIGHT_STEPS, NOW, build, fresh, person, report, take, unit_id
from tests.lowcode.flow.cases import at
from tests.world import HOME, TODAY


@pytest.fixture(autouse=True)
def _world(context: Any) -> None:
    build()
    with acting_as(SYSTEM):
        choose_flow("events", EIGHT_STEPS, area=HOME)


def dispatched(when: datetime = NOW, limit: str = "3工作日", **values: str) -> Event:
    """An event that was sent to the officer's unit and that nobody has signed for."""
    row = report(**({"category": ""} | values))
    take(row, "verify", "worker", when)
    take(row, "file", "centre", when)
    assert fresh(row).due_at is None
    take(row, "dispatch", "centre", when, units=str(unit_id("officer")), limit=limit)
    return row


def asked(name: str, day: date = TODAY) -> list[str]:
    actor = person(name)
    with acting_as(actor):
        return [str(todo.title) for todo in todos.waiting(actor, day)]


def test_the_limit_runs_from_dispatch_whether_the_unit_signs_or_not(monkeypatch: pytest.MonkeyPatch) -> None:
    row = dispatched()
    due = at("2026-11-26 17:30")
    assert (fresh(row).due_at, fresh(row).due_on) == (due, due.date())
    take(row, "accept", "officer", NOW + timedelta(hours=3))
    assert fresh(row).due_at == due
    never = dispatched(location="北门")
    monkeypatch.setattr("app.supervision.sweeping.setting", lambda _name, _default: ["events"])
    assert take_late(due.date()) == 0
    assert take_late(due.date() + timedelta(days=1)) == 2, "what nobody signed for is late as well"
    assert fresh(never).state == "assigned"


def test_the_unit_gives_itself_no_limit_and_another_dispatch_gives_a_new_one() -> None:
    row = dispatched(limit="1工作日")
    take(row, "accept", "officer", limit="300工作日")
    assert fresh(row).due_at == at("2026-11-24 17:30")
    again = dispatched(limit="1工作日", location="西门")
    take(again, "refuse", "officer", NOW + timedelta(hours=1), note="不归我们管")
    assert fresh(again).due_at == at("2026-11-24 17:30"), "sending it back does not stop the clock"
    take(again, "dispatch", "centre", at("2026-11-25 09:00"), units=str(unit_id("stranger")), limit="1工作日")
    assert fresh(again).due_at == at("2026-11-26 17:30")


def test_what_the_flow_counts_is_not_typed_over() -> None:
    row, reg = dispatched(), register("events")
    now = fresh(row)
    shown = f"{local(now.due_at):%Y-%m-%d %H:%M}" if now.due_at else ""
    with acting_as(person("office")):
        save(reg, now, {"due_at": shown, "note": "改备注"}, by=person("office"), today=TODAY)
        for name in ("due_at", "closed_at"):
            with pytest.raises(SaveRefused, match="不能直接改"):
                save(reg, fresh(row), {name: "2027-03-01 09:00"}, by=person("office"), today=TODAY)
    assert (fresh(row).due_at, fresh(row).note) == (now.due_at, "改备注")


def test_an_old_matter_that_was_recorded_as_closed_can_be_corrected() -> None:
    raw = {"reported_at": "2026-11-02 09:00", "closed_at": "2026-11-03 09:00", "state": "closed"}
    row = report(category="", **raw)
    with acting_as(person("clerk")):
        later = save(register("events"), row, {"closed_at": "2026-11-04 09:00"}, by=person("clerk"), today=TODAY)
    assert later.closed_at == at("2026-11-04 09:00")


def test_a_calendar_moves_the_deadline_of_the_event_with_that_of_its_case() -> None:
    row = dispatched(at("2026-12-30 09:00"), limit="3工作日")
    assert fresh(row).due_at == at("2027-01-05 17:30")
    with acting_as(SYSTEM):
        kept = running(register("events"), fresh(row), NOW)
        assert kept is not None
        assert kept.row is not None
        assert kept.row.is_provisional, "its state runs out this year, the matter itself in a year not announced"
        typed = report(category="", location="别处")
        with writing():
            db.session.get_one(Event, typed.id).due_at = at("2026-12-31 12:00")
        save_year(2027, "2027-01-01至2027-01-04 休 元旦")
        assert sweeping.recount(at("2026-12-30 10:00"), why="2027年工作日历已更新") == 1
    assert (fresh(row).due_at, fresh(row).due_on) == (at("2027-01-06 17:30"), date(2027, 1, 6))
    assert fresh(typed).due_at == at("2026-12-31 12:00")
    with acting_as(SYSTEM):
        kept = running(register("events"), fresh(row), NOW)
        assert kept is not None
        note = steps(kept.row)[0].note
    assert note == "2027年工作日历已更新，办结时限由 2027-01-05 17:30 改为 2027-01-06 17:30。"


def test_a_case_from_before_deadlines_were_kept_is_not_told_of_one_by_a_calendar() -> None:
    row = dispatched()
    with acting_as(SYSTEM):
        with writing():
            db.session.query(FlowCase).filter_by(register="events", row_id=row.id).update({"deadline_at": None})
        db.session.expire_all()
        assert sweeping.recount(NOW, why="上下班时间已更改") == 0
        kept = db.session.query(FlowCase).filter_by(register="events", row_id=row.id).one()
        assert (kept.deadline_at, kept.step_count) == (fresh(row).due_at, 3)


def test_a_shelved_event_comes_back_on_the_day_it_is_to_be_looked_at() -> None:
    row = dispatched(category="路灯损坏")
    take(row, "accept", "officer")
    due = fresh(row).due_at
    assert due is not None
    for text, words in (("下个月", "请填日期"), ("2026-11-22", "要在今天下班以后"), ("2029-01-01", "一年以内")):
        with pytest.raises(StepRefused, match=words):
            take(row, "shelve", "centre", review_on=text)
    take(row, "shelve", "centre", NOW + timedelta(seconds=27), review_on="2026-12-20")
    assert fresh(row).due_at is None
    with acting_as(SYSTEM):
        kept = running(register("events"), fresh(row), NOW)
    assert kept is not None
    assert kept.row is not None
    assert kept.row.due_at is not None
    assert timedelta() <= kept.row.due_at - at("2026-12-20 17:30") < timedelta(minutes=1)
    assert asked("centre") == []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(todos, "utc_now", lambda: at("2026-12-20 08:30"))
        assert asked("centre", date(2026, 12, 20)) == ["“楼道堆物”等您恢复处置"]
    take(row, "resume", "centre", NOW + timedelta(days=1))
    assert fresh(row).due_at == due + timedelta(days=1)


def test_an_application_waits_for_whoever_approves_it_and_side_ways_for_nobody() -> None:
    row = dispatched(limit="5工作日")
    take(row, "accept", "officer")
    assert asked("centre") == []
    assert asked("officer") == ["“楼道堆物”等您处置完成"]
    take(row, "apply_extension", "officer", note="要等吊车")
    assert asked("centre") == ["“楼道堆物”等您批准延期"]
    assert asked("officer") == ["“楼道堆物”等您处置完成"]
    take(row, "approve_extension", "centre")
    assert asked("centre") == []
    assert fresh(row).due_at == at("2026-12-03 17:30")


def test_an_inbox_sees_its_own_behind_any_number_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(todos, "LOOKED_AT", 3)
    for number in range(5):
        report(location=f"{number}号楼", category="")
    mine = report("worker", location="东门", category="")
    take(mine, "verify", "worker")
    assert asked("centre") == ["“楼道堆物”等您立案"]
    for number in range(3):
        each = report("worker", location=f"{number}号桥", category="")
        take(each, "verify", "worker")
    monkeypatch.setattr(todos, "MOST_EACH", 2)
    assert asked("centre")[-1] == "事件台账还有 1 件以上等您办"


def test_the_case_of_every_own_event_keeps_the_deadline_of_its_event() -> None:
    rows = [dispatched(), report(category="路灯损坏", area=HOME, location="南门")]
    take(rows[0], "accept", "officer")
    with acting_as(SYSTEM):
        for row in map(fresh, rows):
            assert row.handling == OWN
            kept = db.session.query(FlowCase).filter_by(register="events", row_id=row.id).one()
            at_ = running(register("events"), row, NOW)
            assert at_ is not None
            assert kept.deadline_at == row.due_at == event_steps.deadline_of(at_)


def test_states_that_wait_for_a_role_are_those_of_every_version() -> None:
    with acting_as(SYSTEM):
        reg = register("events")
        assert queries.states_waiting_for(reg, {"department"}) == {"dispatched", "handling", "assigned"}
        assert queries.states_waiting_for(reg, {"party_office"}) == frozenset()
