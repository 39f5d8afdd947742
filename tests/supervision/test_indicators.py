"""Figures of supervision: exact numbers of a small ledger, by area and month, and the rows behind each."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from flask import Flask

from app.lowcode.indicators import indicator
from app.periods.rules import parse
from app.report_center.counting import count, nature_of
from app.security.actor import SYSTEM, acting_as
from app.supervision import indicators, rules, service
from app.supervision.models import SupervisionItem
from tests.supervision.world import NOW, fresh, in_street, matter, person, take
from tests.world import HOME, NEXT_DOOR, STREET, TODAY, as_user, signed_in_client

NOVEMBER = parse("2026-11")


def figures(month: str, area: str = STREET) -> dict[str, object]:
    with acting_as(SYSTEM):
        return {each.name.removeprefix("supervision_"): each.value((area,), parse(month)) for each in indicators.ALL}


def closed(row: SupervisionItem, on: date) -> SupervisionItem:
    """Replied and accepted on a day."""
    when = NOW.replace(month=on.month, day=on.day)
    take(row, "reply_open", "mender", when, note="已修好")
    take(row, "accept", "office", when)
    return fresh(row)


@in_street
def test_a_ledger_is_counted_in_each_month_it_touches() -> None:
    quick = closed(matter(name="按期的", assigned_on="2026-11-02", due_on="2026-11-12"), date(2026, 11, 12))
    slow = closed(matter(name="晚了的", assigned_on="2026-10-26", due_on="2026-11-12"), date(2026, 11, 13))
    late = matter(name="没办的", assigned_on="2026-11-02", due_on="2026-11-20", area=NEXT_DOOR)
    coming = matter(name="没到期的", assigned_on="2026-11-16", due_on="2026-11-27")
    gone = matter(name="撤销的", assigned_on="2026-11-02", due_on="2026-11-06")
    take(gone, "drop", "leader", NOW, note="重复")
    assert (quick.closed_on, slow.closed_on, fresh(gone).is_dropped) == (date(2026, 11, 12), date(2026, 11, 13), True)
    assert figures("2026-10") == {"given": 1, "on_time_rate": None, "overdue": 0, "missed_weeks": 0}
    # Missed: 11-02 by the slow one, 11-09 by the one in the next community; of the quick one 11-09 was not over.
    assert figures("2026-11") == {"given": 3, "on_time_rate": Decimal("25.00"), "overdue": 1, "missed_weeks": 2}
    assert figures("2026-11", NEXT_DOOR) == {
        "given": 1,
        "on_time_rate": Decimal("0.00"),
        "overdue": 1,
        "missed_weeks": 1,
    }
    with acting_as(SYSTEM):
        assert indicators.OVERDUE.rows((STREET,), NOVEMBER) == [late.id]
        assert indicators.ON_TIME_RATE.rest((STREET,), NOVEMBER) == [slow.id, late.id, coming.id]
        assert indicators.MISSED.rows((STREET,), NOVEMBER) == [slow.id, late.id]


@in_street
def test_missed_weeks_are_those_of_the_column() -> None:
    row = matter(assigned_on="2026-10-05", due_on="2026-12-20")
    service.tell(row.id, "已进场", "", week_of=date(2026, 10, 22), by=person("mender"), today=TODAY)
    told = fresh(row)
    assert [f"{week:%m-%d}" for week in rules.missed_weeks(told.assigned_on, None, told.told_weeks, TODAY)] == [
        "10-12", "10-26", "11-02", "11-09",
    ]  # fmt: skip
    assert (figures("2026-10")["missed_weeks"], figures("2026-11")["missed_weeks"]) == (1, 3)
    assert figures("2026-Q4")["missed_weeks"] == 4
    assert figures("2026-09")["missed_weeks"] == 0


@in_street
def test_all_areas_are_counted_at_once_and_the_month_before_can_be_compared() -> None:
    matter(name="甲")
    matter(name="乙", area=NEXT_DOOR)
    counted = count(indicators.ALL, STREET, NOVEMBER, digits=len(HOME))
    assert counted["supervision_overdue"].top == {HOME: 1, NEXT_DOOR: 1}
    assert counted["supervision_missed_weeks"].top == {HOME: 1, NEXT_DOOR: 1}
    assert [nature_of(each) for each in indicators.ALL] == ["flow", "flow", "stock", "flow"]


@in_street
def test_who_sees_one_community_counts_one() -> None:
    matter(name="甲")
    matter(name="乙", area=NEXT_DOOR)
    with as_user("clerk") as clerk:
        of = indicator("supervision_given")
        assert of.value(of.prefixes_of(clerk, STREET), NOVEMBER) == 1


def test_each_figure_opens_its_rows(street: Flask) -> None:
    with street.app_context():
        matter(name="北门路面坑洼")
        matter(name="没到期的", due_on="2026-12-25")
    client = signed_in_client(street, "office")
    page = client.get(f"/indicators/?area={STREET}&period=2026-11").get_data(as_text=True)
    for each in indicators.ALL:
        assert each.title in page
        assert each.rule in page
    rows = client.get(f"/figures/supervision_overdue?period=2026-11&area={STREET}").get_data(as_text=True)
    assert "北门路面坑洼" in rows
    assert "没到期的" not in rows
