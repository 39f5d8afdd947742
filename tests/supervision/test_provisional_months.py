"""定稿 waits until the holidays of a year are entered, wherever limits of the month were counted without them."""

from __future__ import annotations

from datetime import date

import pytest

from app.extensions import db
from app.lowcode.flow.sweeping import recount
from app.lowcode.register import register
from app.lowcode.service import save
from app.periods.rules import Period, parse
from app.periods.service import CannotClose, closing_checks, finalise
from app.property_ratings.rectifications import Rectification
from app.property_ratings.rectifying import follow_calendar
from app.security.actor import SYSTEM, acting_as
from app.settings.working_calendar import save_year
from app.supervision.models import SupervisionItem
from tests.supervision.test_late_projects import rectification
from tests.supervision.world import NOW, fresh, in_street, matter, take
from tests.world import HOME, NEXT_DOOR, OTHER_STREET, STREET, TODAY

JANUARY, DECEMBER = parse("2027-01"), parse("2026-12")
NEW_YEAR = "2027-01-01至2027-01-04 休 元旦"
OURS = ("flow_limits", "rectification_limits", "report_deadlines")


def obstacles(name: str, area: str = STREET, month: Period = JANUARY) -> list[str]:
    """What one check finds."""
    check = next(each for each in closing_checks() if each.name == name)
    with acting_as(SYSTEM):
        return check.find(area, month)


def provisional_matter() -> SupervisionItem:
    """One whose limit of forty working days ends in January."""
    row = matter(assigned_on="2026-11-20", due_on="", days="40")
    assert row.due_on is not None
    assert JANUARY.contains(row.due_on)
    return row


def words(what: str) -> list[str]:
    said = f"2027年的放假安排还没有录入，2027年1月到期的期限只是暂定：{what}。"
    return [said + "请系统管理员先在“工作日历”录入2027年，期限重算后再定稿"]


@in_street
def test_a_month_with_provisional_limits_is_not_made_final_until_the_year_is_entered() -> None:
    assert obstacles("flow_limits") == []
    provisional_matter()
    assert obstacles("flow_limits") == obstacles("flow_limits", HOME) == words("督办台账 1 件")
    for area, month in ((NEXT_DOOR, JANUARY), (OTHER_STREET, JANUARY), (STREET, DECEMBER), (STREET, parse("2027-02"))):
        assert obstacles("flow_limits", area, month) == [], (area, month)
    with acting_as(SYSTEM), pytest.raises(CannotClose) as refused:
        finalise(STREET, JANUARY, today=date(2027, 2, 6))
    assert words("督办台账 1 件")[0] in refused.value.reasons
    with acting_as(SYSTEM):
        save_year(2027, NEW_YEAR)
        recount(NOW, why="2027年工作日历已更新")
    for name in OURS:
        assert obstacles(name) == [], name


@in_street
def test_a_closed_matter_counts_by_the_limit_it_had() -> None:
    row = provisional_matter()
    take(row, "reply_open", "mender", note="已修好")
    take(row, "accept", "office")
    assert fresh(row).closed_on is not None
    assert obstacles("flow_limits") == words("督办台账 1 件")
    with acting_as(SYSTEM):
        save_year(2027, NEW_YEAR)
    assert obstacles("flow_limits") == [], "its limit is what it was, and nothing moves it any more"


@in_street
def test_rectifications_and_days_of_handing_in_are_asked_too() -> None:
    with acting_as(SYSTEM):
        row = rectification()
        save(
            register("rectifications"), row, {"due_on": "2027-01-12", "is_provisional": "true"}, by=SYSTEM, today=TODAY
        )
    assert obstacles("rectification_limits") == words("物业整改 1 件")
    assert obstacles("rectification_limits", NEXT_DOOR) == obstacles("rectification_limits", STREET, DECEMBER) == []
    assert obstacles("report_deadlines") == words("2026年12月报表的报送截止日")
    assert obstacles("report_deadlines", STREET, DECEMBER) == []
    with acting_as(SYSTEM):
        save_year(2027, NEW_YEAR)
    assert [obstacles(name) for name in OURS] == [[]] * 3


@in_street
def test_rectifications_follow_the_year_once_it_is_entered() -> None:
    with acting_as(SYSTEM):
        row, model = rectification(), Rectification
        ours = {"opened_on": "2026-12-23", "due_on": "2027-01-07", "is_provisional": "true"}  # 1 January alone is known
        save(register("rectifications"), row, ours, by=SYSTEM, today=date(2026, 12, 24))
        assert follow_calendar(TODAY) == 0
        save_year(2027, NEW_YEAR)
        assert [follow_calendar(TODAY) for _time in range(2)] == [1, 0]
        moved = db.session.get_one(model, row.id, populate_existing=True)
        assert (moved.due_on, moved.is_provisional) == (date(2027, 1, 8), False)
        by_hand = {"due_on": "2027-01-05", "is_provisional": "true"}
        save(register("rectifications"), moved, by_hand, by=SYSTEM, today=date(2026, 12, 24))
        assert follow_calendar(TODAY) == 1
        kept = db.session.get_one(model, row.id, populate_existing=True)
        assert (kept.due_on, kept.is_provisional) == (date(2027, 1, 5), False)
