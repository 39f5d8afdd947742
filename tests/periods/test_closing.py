"""Months that are held, final and opened again, in an area and all below it."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from app.database.transactions import writing
from app.extensions import db
from app.periods import service
from app.periods.models import ClosedPeriod
from app.periods.queries import MonthIsClosed, refuse_if_final, refuse_if_held, state_of, states_of
from app.periods.rules import Period, parse
from app.periods.service import CannotClose, finalise, hold, register_closing_check, reopen
from app.security.actor import SYSTEM, NotPermitted, acting_as
from app.security.models import Change
from tests.world import GRID, HOME, NEXT_DOOR, NEXT_GRID, OTHER_STREET, STREET, TODAY, add_user, as_user, build_areas

pytestmark = pytest.mark.usefixtures("context")
OCTOBER = parse("2026-10")
DAY = date(2026, 10, 31)


@pytest.fixture(autouse=True)
def _no_checks(context: None, monkeypatch: pytest.MonkeyPatch) -> None:
    # After the application was made: its rooms register checks of their own.
    monkeypatch.setattr(service, "_CHECKS", {})


def test_a_final_month_of_a_street_is_final_in_its_communities_only() -> None:
    refuse_if_final(GRID, DAY)
    with acting_as(SYSTEM):
        finalise(STREET, OCTOBER, today=TODAY)
    for area in (STREET, HOME, NEXT_GRID):
        with pytest.raises(MonthIsClosed, match="2026年10月已经定稿"):
            refuse_if_final(area, DAY)
    refuse_if_final(OTHER_STREET, DAY)
    refuse_if_final(GRID, date(2026, 11, 1))
    refuse_if_final(GRID, date(2026, 9, 30))
    assert state_of(GRID, OCTOBER).said_in == STREET


def test_a_held_month_stops_workers_and_lets_corrections_in() -> None:
    with acting_as(SYSTEM):
        hold(HOME, OCTOBER, today=TODAY)
    refuse_if_final(GRID, DAY)
    with pytest.raises(MonthIsClosed, match="正在核对"):
        refuse_if_held(GRID, DAY)
    refuse_if_held(NEXT_GRID, DAY)
    assert [state.title for state in states_of(GRID, (OCTOBER, parse("2026-11")))] == ["核对中", "填报中"]


def test_checks_name_everything_that_stands_in_the_way() -> None:
    register_closing_check("disputes", lambda area, month: [f"{month.title}还有 2 件申诉没有裁定"])
    register_closing_check("entries", lambda area, month: ["3 条积分没有审核"])
    with acting_as(SYSTEM):
        with pytest.raises(CannotClose) as refusal:
            finalise(HOME, OCTOBER, today=TODAY)
        assert refusal.value.reasons == ("2026年10月还有 2 件申诉没有裁定", "3 条积分没有审核")
        assert db.session.execute(select(ClosedPeriod)).all() == []
    refuse_if_final(HOME, DAY)


def test_a_month_is_opened_again_with_a_reason_that_stays() -> None:
    with acting_as(SYSTEM):
        hold(HOME, OCTOBER, today=TODAY)
        finalise(STREET, OCTOBER, today=TODAY)
        with pytest.raises(CannotClose, match="原因"):
            reopen(STREET, OCTOBER, reason=" ")
        with pytest.raises(CannotClose, match="由上级定稿"):
            reopen(HOME, OCTOBER, reason="补录")
        # The refusal undid what it had begun: the community is still held.
        assert db.session.execute(select(ClosedPeriod.state).where(ClosedPeriod.area_code == HOME)).scalar() == "held"
        reopen(STREET, OCTOBER, reason="漏报两件")
        assert state_of(GRID, OCTOBER).title == "填报中"
        with pytest.raises(CannotClose, match="不用重新打开"):
            reopen(STREET, OCTOBER, reason="再来")
        last = (
            db.session.execute(
                select(Change)
                .where(Change.register == "closed_periods", Change.area_code == STREET)
                .order_by(Change.id.desc())
            )
            .scalars()
            .first()
        )
        assert last is not None
        assert (last.before["state"], last.after["state"], last.after["reason"]) == ("final", "filling", "漏报两件")


def test_what_cannot_be_closed_is_refused_in_words() -> None:
    with acting_as(SYSTEM):
        with pytest.raises(CannotClose, match="还没有开始"):
            finalise(HOME, parse("2026-12"), today=TODAY)
        with pytest.raises(CannotClose, match="不是一个月"):
            hold(HOME, parse("2026-Q3"), today=TODAY)
        finalise(HOME, OCTOBER, today=TODAY)
        for act in (hold, finalise):
            with pytest.raises(CannotClose, match="已经定稿"):
                act(HOME, OCTOBER, today=TODAY)


def test_only_those_who_may_close_months_do() -> None:
    build_areas()
    add_user("clerk", "community_clerk", HOME)
    add_user("secretary", "community_secretary", HOME)
    for name in ("clerk", "secretary"):
        with as_user(name):
            with pytest.raises(NotPermitted):
                finalise(HOME, OCTOBER, today=TODAY)
            with pytest.raises(NotPermitted):
                reopen(HOME, OCTOBER, reason="补录")
    with acting_as(SYSTEM):
        finalise(STREET, OCTOBER, today=TODAY)
        finalise(NEXT_DOOR, parse("2026-09"), today=TODAY)
    with as_user("clerk"):
        # One sees the state of one's own areas and those above, and is bound by it.
        assert set(db.session.execute(select(ClosedPeriod.area_code)).scalars()) == {STREET}
        with pytest.raises(MonthIsClosed):
            refuse_if_final(GRID, DAY)


def test_nothing_slips_in_behind_a_final_month(app: Flask) -> None:
    """A writer that has checked the month finishes before it becomes final; one that comes later is refused."""
    checked, closed = threading.Event(), threading.Event()
    order: list[str] = []

    def close() -> None:
        with app.app_context(), acting_as(SYSTEM):
            checked.wait(10)
            finalise(HOME, OCTOBER, today=TODAY)
            order.append("final")
            closed.set()

    thread = threading.Thread(target=close)
    thread.start()
    with acting_as(SYSTEM), writing():
        refuse_if_final(GRID, DAY)
        checked.set()
        assert not closed.wait(0.5)
        order.append("written")
    thread.join()
    assert order == ["written", "final"]
    with acting_as(SYSTEM), pytest.raises(MonthIsClosed):
        refuse_if_final(GRID, DAY)


def test_a_check_has_one_name() -> None:
    def find(_area: str, _month: Period) -> list[str]:
        return []

    register_closing_check("a", find)
    register_closing_check("a", find)
    with pytest.raises(ValueError, match="'a'"):
        register_closing_check("a", lambda area, month: [])
    assert [check.name for check in service.closing_checks()] == ["a"]
