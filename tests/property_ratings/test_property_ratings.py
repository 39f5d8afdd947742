"""Ratings: the colour follows from the score, three yellows make red, and the paper takes the last rating of a period."""

from __future__ import annotations

from typing import Any

import pytest

from app.lowcode.papers import PaperRequest, paper
from app.lowcode.register import register
from app.lowcode.service import delete, save
from app.periods.rules import parse
from app.property_ratings.models import PropertyRating
from app.property_ratings.rules import vetoes_of
from app.security.actor import SYSTEM, acting_as
from reports.document import Table
from tests.world import HOME, TODAY, build_areas


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
