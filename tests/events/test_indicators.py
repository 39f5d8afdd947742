"""The figures of events: published ones come out to the last digit, by area, unit, person and channel, in few statements."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from app.events import indicators, splitting
from app.extensions import db
from app.lowcode.register import register
from app.lowcode.service import save
from app.periods.rules import Period, parse
from app.report_center.counting import count
from app.security.actor import SYSTEM, acting_as
from tests.events.planting import MOMENT, plant
from tests.events.world import person
from tests.world import GRID, HOME, NEXT_DOOR, NEXT_GRID, STREET, TODAY, add_user, build_areas, signed_in_client

MONTH = parse("2026-10")


@pytest.fixture
def street(context: Any) -> None:
    build_areas()
    add_user("clerk", "community_clerk", HOME)
    add_user("centre", "grid_center", STREET)


def share(top: int, bottom: int, good: dict[str, Any], bad: dict[str, Any]) -> list[dict[str, Any]]:
    return [good] * top + [bad] * (bottom - top)


PUBLISHED: tuple[tuple[Any, int, int, dict[str, Any], dict[str, Any], str], ...] = (
    (indicators.ON_TIME_RATE, 9201, 9213, {}, {"is_on_time": False}, "99.87"),
    (indicators.HANDLING_RATE, 1871, 1883, {}, {"handled_on": None, "closed_on": None, "state": "handling"}, "99.36"),
    (indicators.FILING_RATE, 1883, 9213, {}, {"filed_on": None, "state": "reported"}, "20.44"),
    (indicators.DISPATCH_RATE, 113, 9213, {}, {"refused_count": 1}, "1.23"),
    (indicators.SATISFACTION_RATE, 1708, 9213, {"satisfaction": "satisfied"}, {"satisfaction": "fair"}, "18.54"),
    (indicators.REPEAT_RATE, 406, 9213, {"is_repeat": True}, {}, "4.41"),
    (indicators.REWORK_RATE, 21, 406, {"rework_count": 1}, {}, "5.17"),
    (indicators.SATISFACTION_RATE, 7, 9, {"satisfaction": "satisfied"}, {"satisfaction": "dissatisfied"}, "77.78"),
)


def test_published_figures_come_out(sqlite_context: Any) -> None:
    """liyang.gov.cn 2019-12 and 枫桥's 7 of 9, each in a month of its own."""
    build_areas()
    for number, (of, top, bottom, good, bad, said) in enumerate(PUBLISHED, 1):
        day = date(2025, number, 15)
        seen = {"visited_on": day} if "satisfaction" in good else {}
        plant(share(top, bottom, good | seen, bad | seen), GRID, day=day)
        month = Period.of("month", day)
        with acting_as(SYSTEM):
            assert of.value((STREET,), month) == Decimal(said)
            assert of.value((NEXT_DOOR,), month) is None  # nothing is due there: neither 0 nor 100 %
            if of not in (indicators.DISPATCH_RATE, indicators.REWORK_RATE):
                assert (of.count((STREET,), month), len(of.rest((STREET,), month))) == (top, bottom - top)


def test_rework_above_a_hundred_percent_is_told_as_it_is(street: None) -> None:
    plant([{"rework_count": 2}] * 3, GRID)
    with acting_as(SYSTEM):
        assert indicators.REWORK_RATE.value((STREET,), MONTH) == Decimal("200.00")


def test_what_is_void_merged_or_deleted_is_reported_but_no_case(street: None) -> None:
    plant([{}, {"state": "void"}, {"state": "merged"}, {"deleted_at": MOMENT}], GRID)
    with acting_as(SYSTEM):
        assert indicators.REPORTED.value((STREET,), MONTH) == 3
        assert indicators.FILING_RATE.value((STREET,), MONTH) == Decimal("33.33")
        assert indicators.ON_TIME_RATE.figure((STREET,), MONTH).denominator == 1


def test_all_figures_of_all_communities_take_one_statement(street: None) -> None:
    plant([{}, {"is_on_time": False}], GRID)
    plant([{}] * 3, NEXT_GRID)
    statements: list[str] = []
    listener = lambda *arguments: statements.append(arguments[2])  # noqa: E731
    event.listen(db.engine, "before_cursor_execute", listener)
    try:
        with acting_as(SYSTEM):
            found = count(indicators.ALL, STREET, MONTH, digits=12)
    finally:
        event.remove(db.engine, "before_cursor_execute", listener)
    assert len([text for text in statements if text.startswith("SELECT")]) == 1
    on_time = found["events_on_time_rate"]
    assert (on_time.of(HOME), on_time.of(NEXT_DOOR), on_time.whole()) == (
        Decimal("50.00"), Decimal("100.00"), Decimal("80.00"),
    )  # fmt: skip


@pytest.mark.parametrize("by", splitting.COLUMNS)
def test_figures_are_split_by_anything_and_each_opens_its_rows(street: None, by: str) -> None:
    with acting_as(SYSTEM):
        unit = save(register("units"), None, {"name": "城管中队", "area": STREET}, by=SYSTEM, today=TODAY)
    known = {"area": HOME, "unit": str(unit.id), "person": "王敏", "source": "snapshot", "level": "street"}
    mine = {"unit_id": unit.id, "handled_by": "王敏", "source": "snapshot", "level": "street"}
    plant([mine, mine | {"is_on_time": False}, {"handled_by": "李强", "source": "video"}], GRID)
    plant([{"handled_by": "别人"}], NEXT_GRID)
    clerk, part = person("clerk"), known[by]
    found = splitting.split(by, ("",), MONTH, clerk)
    assert NEXT_DOOR not in found
    assert "别人" not in found
    whole = 3 if by == "area" else 2
    one = found[part]
    assert (one["events_reported"].value, one["events_on_time_rate"].bottom) == (whole, whole)
    assert one["events_on_time_rate"].top == whole - 1
    of = indicators.ON_TIME_RATE
    sizes = {
        side: len(splitting.rows_of(of, by, part, ("",), MONTH, clerk, side=side, limit=9)) for side in splitting.SIDES
    }
    assert sizes == {"all": whole, "top": whole - 1, "rest": 1}


@pytest.mark.parametrize("by", splitting.COLUMNS)
def test_each_event_is_read_once_for_each_kind_of_day(street: None, by: str) -> None:
    plant([{"handled_by": f"网格员{number}", "source": "video"} for number in range(5)], GRID)
    clerk, statements = person("clerk"), []
    listener = lambda *arguments: statements.append(arguments[2])  # noqa: E731
    event.listen(db.engine, "before_cursor_execute", listener)
    try:
        splitting.split(by, ("",), MONTH, clerk)
    finally:
        event.remove(db.engine, "before_cursor_execute", listener)
    days = {each.numerator.day.key for each in indicators.ALL}  # type: ignore[attr-defined]
    assert len([text for text in statements if text.startswith("SELECT") and "events" in text]) == len(days) == 5


@pytest.mark.parametrize("by", splitting.COLUMNS)
def test_split_figures_are_those_of_the_selections(street: None, by: str) -> None:
    plant(
        [
            {"handled_by": "王敏", "source": "video", "dispatch_count": 3, "refused_count": 1, "rework_count": 2},
            {"handled_by": "王敏", "source": "video", "state": "void", "satisfaction": "dissatisfied"},
            {"handled_by": "李强", "source": "snapshot", "is_on_time": False, "is_repeat": True},
        ],
        GRID,
    )
    clerk = person("clerk")
    found = splitting.split(by, (STREET,), MONTH, clerk)
    with acting_as(SYSTEM):
        for each in indicators.ALL:
            whole = each.figure((STREET,), MONTH)
            shares = [parts[each.name] for parts in found.values()]
            if by == "unit":  # nobody's unit is no part
                assert shares == []
                continue
            assert sum(share.top for share in shares) == whole.numerator, each.name
            if each.denominator is not None:
                assert sum(share.bottom or 0 for share in shares) == whole.denominator, each.name


def test_the_pages_of_figures_open(app: Flask) -> None:
    with app.app_context():
        build_areas()
        add_user("clerk", "community_clerk", HOME)
        plant([{"handled_by": "王敏", "unit_id": None}, {"is_on_time": False, "handled_by": "王敏"}], GRID)
    client = signed_in_client(app, "clerk")
    for by in splitting.COLUMNS:
        page = client.get(f"/event_desk/figures?by={by}&period=2026-10")
        assert page.status_code == 200
        assert ("50.00%" in page.get_data(as_text=True)) == (by != "unit")
    rows = client.get(f"/event_desk/figures/events_on_time_rate?by=area&part={HOME}&period=2026-10&side=rest")
    assert rows.get_data(as_text=True).count("/events/show/") >= 1
    for address in ("figures?by=nothing", "figures?period=x", "figures/nothing?by=area"):
        assert client.get(f"/event_desk/{address}").status_code == 404
    assert "银杏社区" not in client.get(f"/event_desk/figures?area={NEXT_DOOR}&period=2026-10").get_data(as_text=True)
