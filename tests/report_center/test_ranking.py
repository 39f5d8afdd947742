"""工作排名通报: areas by the rates the office chose, with the places of the period before."""

from __future__ import annotations

from datetime import date

from flask import Flask

from app.database.transactions import writing
from app.lowcode.indicators import indicator
from app.lowcode.papers import PaperRequest, paper
from app.periods.rules import parse
from app.report_center.counting import count
from app.report_center.ranking import RANKED_SETTING, rankable, ranked
from app.security.actor import SYSTEM, acting_as
from app.settings.queries import setting
from app.settings.service import save_setting
from reports.document import Document, Heading, Signature, Table
from tests.report_center.conftest import OCTOBER
from tests.world import DISTRICT, HOME, NEXT_DOOR, STREET, add_user, signed_in_client

TODAY = date(2026, 11, 22)


def _made(app: Flask, area: str, period: str = "2026-10") -> Document:
    with app.app_context(), acting_as(SYSTEM):
        return paper("area_ranking").build(PaperRequest(area, parse(period), TODAY, SYSTEM))


def test_communities_stand_in_the_order_of_each_rate(small_street: Flask) -> None:
    document = _made(small_street, STREET)
    headings = [block.text for block in document.blocks if isinstance(block, Heading)]
    tables = [block for block in document.blocks if isinstance(block, Table)]
    with small_street.app_context():
        by_title = {each.title: each for each in rankable()}
        assert headings
        assert len(headings) == len(tables)
        for heading, table in zip(headings, tables, strict=True):
            counted = count([by_title[heading]], STREET, OCTOBER, digits=len(HOME))[by_title[heading].name]
            expected = {"桂花社区": counted.of(HOME), "银杏社区": counted.of(NEXT_DOOR)}
            assert {row[1]: row[2] for row in table.rows} == expected
            values = [row[2] for row in table.rows if row[2] is not None]
            assert values == sorted(values, reverse=True)
    assert "第10期" in document.subtitle
    assert isinstance(document.blocks[-1], Signature)


def test_a_community_has_nothing_to_rank(small_street: Flask) -> None:
    (only,) = _made(small_street, HOME).blocks
    assert "不用排名" in only.text  # type: ignore[union-attr]


def test_the_office_chooses_what_is_ranked(small_street: Flask) -> None:
    with small_street.app_context():
        add_user("chief", "street_office", DISTRICT)
    chief = signed_in_client(small_street, "chief")
    assert "工作排名通报比哪些" in chief.get("/indicators/").get_data(as_text=True)
    form = {"start_day": "1", "basis": "now", "ranked": ["grids_answered", "no_such_rate"]}
    chief.post("/indicators/counting", data=form)
    with small_street.app_context():
        assert setting(RANKED_SETTING, None) == ["grids_answered"]
        assert ranked() == [indicator("grids_answered")]
    tables = [block for block in _made(small_street, STREET).blocks if isinstance(block, Table)]
    assert len(tables) <= 1


def test_nothing_chosen_prints_that_there_is_nothing(small_street: Flask) -> None:
    with small_street.app_context(), acting_as(SYSTEM), writing():
        save_setting(RANKED_SETTING, [], area_code=DISTRICT)
    assert any("没有可以排名的数据" in getattr(block, "text", "") for block in _made(small_street, STREET).blocks)
