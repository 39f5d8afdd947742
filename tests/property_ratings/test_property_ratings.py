"""Ratings: the colour follows from the score, three yellows make red, and the paper takes the last rating of a period."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from app.extensions import db
from app.fields.calendar import announced_calendar
from app.lowcode.papers import PaperRequest, paper
from app.lowcode.register import register
from app.lowcode.service import SaveRefused, delete, save
from app.periods.rules import parse
from app.property_ratings import rectifying, rules
from app.property_ratings.models import PropertyRating
from app.property_ratings.rectifications import Rectification
from app.property_ratings.rules import vetoes_of
from app.security.actor import SYSTEM, acting_as
from reports.document import Table
from tests.world import HOME, TODAY, add_user, as_user, build_areas


def made(name: str, /, **raw: Any) -> Any:
    return save(register(name), None, {"area": HOME} | raw, by=SYSTEM, today=TODAY)


@pytest.fixture
def place(sqlite_context: Any) -> dict[str, str]:
    build_areas()
    with acting_as(SYSTEM):
        company = made("property_companies", name="安居物业")
        compound = made("residential_compounds", name="富康新村", company=str(company.id))
    return {"company": str(company.id), "compound": str(compound.id)}


def rate(place: dict[str, str], day: str, taken: int, **more: Any) -> PropertyRating:
    lines = [{"item": "楼道堆物", "points": str(taken), "is_mended": "是"}] if taken else []
    row: PropertyRating = made("property_ratings", rated_on=day, deductions=lines, **place, **more)
    return row


def test_vetoes_are_read_apart() -> None:
    assert vetoes_of("安全事故、拒不整改，虚报") == ("安全事故", "拒不整改", "虚报")
    assert vetoes_of(None) == ()


def test_three_yellows_in_a_row_are_red_and_mending_one_changes_those_after_it(place: dict[str, str]) -> None:
    with acting_as(SYSTEM):
        rows = [rate(place, day, 20) for day in ("2026-08-31", "2026-09-30", "2026-10-31")]
        assert [row.colour for row in rows] == ["黄", "黄", "红"]
        delete(register("property_ratings"), rows[1], by=SYSTEM)
        assert rows[2].colour == "黄"
        assert rate(place, "2026-11-20", 0, vetoes="安全事故").colour == "红"


def test_the_table_takes_the_last_rating_of_each_company_and_counts_colours(place: dict[str, str]) -> None:
    with acting_as(SYSTEM):
        rate(place, "2026-09-30", 20)
        rate(place, "2026-10-10", 30)
        rate(place, "2026-10-31", 5)
        document = paper("property_rating_table").build(PaperRequest(HOME, parse("2026-10"), TODAY, SYSTEM))
    scores = next(block for block in document.blocks if isinstance(block, Table))
    (row,) = scores.rows
    assert row[1:4] == ("安居物业", "富康新村", "桂花社区")
    assert (*row[4:7], row[7]) == (5, 0, 95, "绿")
    assert row[8] == "黄"


def test_a_period_without_ratings_says_so(place: dict[str, str]) -> None:
    document = paper("property_rating_table").build(PaperRequest(HOME, parse("2026-10"), TODAY, SYSTEM))
    assert next(block.empty_text for block in document.blocks if isinstance(block, Table)) == "本期没有评价记录"


def opened() -> list[Rectification]:
    return list(db.session.execute(select(Rectification).order_by(Rectification.id)).scalars())


def test_red_opens_one_rectification_due_in_ten_working_days(place: dict[str, str]) -> None:
    with acting_as(SYSTEM):
        for day in ("2026-07-31", "2026-08-31"):
            rate(place, day, 20)
        assert opened() == []
        red = rate(place, "2026-09-24", 20)
        (row,) = opened()
        assert (row.rating_id, row.opened_on, row.demands) == (red.id, date(2026, 9, 24), "楼道堆物")
        calendar = announced_calendar()
        assert row.due_on == calendar.add_working_days(date(2026, 9, 24), 10)
        assert row.due_on > date(2026, 10, 10), "the holidays of October do not count"
        assert rules.rectification_state(row, TODAY) == "已超期"
        save(register("property_ratings"), red, {"note": "再存一次"}, by=SYSTEM, today=TODAY)
        assert len(opened()) == 1


def test_red_that_is_no_more_withdraws_it_and_red_again_brings_it_back(place: dict[str, str]) -> None:
    with acting_as(SYSTEM):
        red = rate(place, "2026-11-20", 0, vetoes="安全事故")
        save(register("property_ratings"), red, {"vetoes": ""}, by=SYSTEM, today=TODAY)
        (row,) = opened()
        assert rules.rectification_state(row, TODAY) == "已撤销"
        save(register("property_ratings"), red, {"vetoes": "安全事故"}, by=SYSTEM, today=TODAY)
        assert rules.rectification_state(row, TODAY) == "整改中"
        delete(register("property_ratings"), red, by=SYSTEM)
        assert rules.rectification_state(row, TODAY) == "已撤销"


def test_it_is_closed_by_a_check_after_it_was_mended_and_asked_for_until_then(place: dict[str, str]) -> None:
    add_user("neiqin", "community_clerk", HOME)
    with acting_as(SYSTEM):
        rate(place, "2026-10-31", 0, vetoes="安全事故")
    reg = register("rectifications")
    with as_user("neiqin") as clerk:
        (row,) = opened()
        assert [todo.due_on for todo in rectifying.todos(clerk, TODAY)] == [row.due_on]
        with pytest.raises(SaveRefused, match="先填改好日期"):
            save(reg, row, {"checked_by": "李四", "checked_on": "2026-11-20"}, by=clerk, today=TODAY)
        save(reg, row, {"mended_on": "2026-11-18"}, by=clerk, today=TODAY)
        assert rules.rectification_state(row, TODAY) == "待复查"
        save(reg, row, {"checked_by": "李四", "checked_on": "2026-11-20"}, by=clerk, today=TODAY)
        assert rules.rectification_state(row, TODAY) == "已销号"
        assert rectifying.todos(clerk, TODAY) == []
