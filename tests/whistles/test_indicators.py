"""Figures of whistles: exact numbers of three whistles, by area and month, and the rows behind each."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from flask import Flask

from app.lowcode.flow import sweeping
from app.periods.rules import parse
from app.report_center.counting import count, nature_of
from app.security.actor import SYSTEM, acting_as
from app.whistles import indicators
from tests.lowcode.flow.cases import at
from tests.whistles.world import NOW, blown, draft, fresh, in_street, take
from tests.world import HOME, STREET, signed_in_client

NOVEMBER = parse("2026-11")


def hours(number: float) -> datetime:
    return NOW + timedelta(hours=number)


def figures(month: str, area: str = STREET) -> dict[str, object]:
    with acting_as(SYSTEM):
        return {each.name.removeprefix("whistles_"): each.value((area,), parse(month)) for each in indicators.ALL}


@in_street
def test_whistles_are_counted_from_blowing_to_the_last_score() -> None:
    assert figures("2026-11") == {"blown": 0, "blown_again": 0, "arrival_rate": None, "settled_rate": None}
    draft(name="没有吹的哨")
    done, first, second = blown()
    for call, who in ((first, "police"), (second, "mender")):
        take(call, "arrive", who, hours(0.5))
        take(call, "finish", who, hours(1))
        take(call, "score", "office", hours(2))
    failed, came, _absent = blown(hours(3), name="占道")
    take(came, "arrive", "police", hours(3.5))
    sweeping.move_overdue(hours(4.5))
    take(failed, "blow_again", "head", hours(5), note="没有人签收")
    waiting, _third, _fourth = blown(hours(6), name="噪声")
    # Two came, one came, one did not sign; the two that were called an hour ago are not counted yet.
    assert figures("2026-11") == {
        "blown": 3, "blown_again": 1, "arrival_rate": Decimal("75.00"), "settled_rate": Decimal("33.33"),
    }  # fmt: skip
    assert fresh(done).settled_on == hours(2).date()
    with acting_as(SYSTEM):
        assert indicators.SETTLED_RATE.rest((STREET,), NOVEMBER) == [failed.id, waiting.id]
        assert indicators.AGAIN.rows((STREET,), NOVEMBER) == [failed.id]
    assert figures("2026-11", HOME)["blown"] == 0


@in_street
def test_a_whistle_stays_in_the_month_it_was_first_blown() -> None:
    row, _first, _second = blown(at("2026-11-30 23:30"))
    sweeping.move_overdue(at("2026-12-01 09:00"))
    take(row, "blow_again", "head", at("2026-12-01 10:00"), note="没有人签收")
    assert figures("2026-11") == {
        "blown": 1, "blown_again": 0, "arrival_rate": Decimal("0.00"), "settled_rate": Decimal("0.00"),
    }  # fmt: skip
    assert figures("2026-12") == {"blown": 0, "blown_again": 1, "arrival_rate": None, "settled_rate": None}


@in_street
def test_all_areas_are_counted_at_once_and_the_month_before_can_be_compared() -> None:
    blown()
    counted = count(indicators.ALL, STREET, NOVEMBER, digits=len(HOME))
    assert counted["whistles_blown"].top == {STREET: 1}
    assert {nature_of(each) for each in indicators.ALL} == {"flow"}


def test_each_figure_opens_its_rows(street: Flask) -> None:
    with street.app_context():
        blown(at("2026-11-20 10:00"), name="违建棚屋")
        draft(name="没有吹的哨")
    client = signed_in_client(street, "office")
    page = client.get(f"/indicators/?area={STREET}&period=2026-11").get_data(as_text=True)
    for each in indicators.ALL:
        assert each.title in page
        assert each.rule in page
    rows = client.get(f"/figures/whistles_blown?period=2026-11&area={STREET}").get_data(as_text=True)
    assert "违建棚屋" in rows
    assert "没有吹的哨" not in rows
