"""The tree of areas as people see it: counts, gaps, choices, names, each within one's own scope."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from app.areas import movers, service
from app.areas.models import Area
from app.areas.movers import Gap, register_gap
from app.areas.queries import (
    area_choices,
    full_name,
    name_of,
    names_of,
    outside_bounds,
    path,
    tree,
    without_responsible,
)
from app.database.transactions import writing
from app.extensions import db
from app.fields.sentence import Sentence
from app.profiles.service import init
from app.security.actor import SYSTEM, acting_as
from tests.areas.test_reorganising import GUI_HUA, STREET, YIN_XING
from tests.world import TODAY, add_user, as_user

pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture(autouse=True)
def street(context: object) -> None:
    init("demo", today=TODAY)


def test_counts_stand_on_every_line_down_to_the_chosen_node() -> None:
    with acting_as(SYSTEM):
        rows = tree(GUI_HUA, today=TODAY)
    shown = {row.area.code: row for row in rows}
    assert [row.area.code for row in rows] == sorted(shown)
    assert len(rows) == 1 + 6 + 6
    assert shown[STREET].counts.by_level == {"community": 6, "grid": 27}
    assert shown[GUI_HUA].counts.by_level == {"grid": 6}
    assert shown[YIN_XING].counts.by_level == {"grid": 5}
    assert shown[STREET].counts.unanswered == 34
    assert (shown[GUI_HUA].is_open, shown[YIN_XING].is_open) == (True, False)
    assert shown[YIN_XING].has_children
    assert not shown[GUI_HUA + "001"].has_children
    assert [shown[code].depth for code in (STREET, GUI_HUA, GUI_HUA + "001")] == [0, 1, 2]


def test_counts_fall_as_people_are_named() -> None:
    with acting_as(SYSTEM):
        service.set_responsible(GUI_HUA, "李明")
        rows = {row.area.code: row for row in tree(STREET, today=TODAY)}
        assert (rows[STREET].counts.unanswered, rows[GUI_HUA].counts.unanswered) == (33, 6)
        missing = [row.code for row in without_responsible(STREET, today=TODAY)]
    assert GUI_HUA not in missing
    assert missing[:2] == [STREET, YIN_XING]
    assert len(missing) == 33


def test_the_tree_takes_few_statements() -> None:
    with acting_as(SYSTEM):
        tree(GUI_HUA, today=TODAY)
        seen: list[str] = []
        event.listen(db.engine, "before_cursor_execute", lambda _c, _k, statement, *_rest: seen.append(statement))
        tree(GUI_HUA, today=TODAY)
    assert len(seen) == 4


def test_one_sees_ones_own_and_what_stands_above() -> None:
    add_user("wang", "community_clerk", GUI_HUA)
    with as_user("wang"):
        codes = {row.area.code for row in tree(GUI_HUA, today=TODAY)}
        assert codes == {STREET, GUI_HUA, *(GUI_HUA + number for number in ("001", "002", "003", "004", "501", "502"))}
        assert {row.code for row in without_responsible(STREET, today=TODAY)} == codes
        assert min(choice.code for choice in area_choices(today=TODAY)) == GUI_HUA
        assert area_choices("银杏", today=TODAY) == []


def test_choices_are_found_by_name_and_code_and_end_at_the_limit() -> None:
    with acting_as(SYSTEM):
        assert [choice.name for choice in area_choices("杏", today=TODAY)] == ["银杏社区"]
        assert [choice.code for choice in area_choices(GUI_HUA + "0", today=TODAY)] == [
            GUI_HUA + f"{number:03d}" for number in range(1, 5)
        ]
        assert len(area_choices(today=TODAY, limit=10)) == 10
        first = area_choices("第一网格", today=TODAY)
        assert {choice.path for choice in first} >= {"桂花社区第一网格", "银杏社区第一网格"}
        assert area_choices("%", today=TODAY) == []


def test_names_are_known_to_whoever_holds_a_code_and_fresh_after_a_change() -> None:
    assert names_of([GUI_HUA, "nowhere", None]) == {GUI_HUA: "桂花社区"}
    assert name_of("nowhere") == "nowhere"
    assert name_of(None) == ""
    with acting_as(SYSTEM):
        service.rename_area(GUI_HUA, "金桂社区", on=TODAY)
    assert name_of(GUI_HUA) == "金桂社区"
    assert full_name(GUI_HUA + "001") == "金桂社区第一网格"
    assert full_name(STREET) == "清溪街道"
    assert path(GUI_HUA) == ((STREET, "清溪街道"), (GUI_HUA, "金桂社区"))


def test_grids_outside_the_bounds_are_listed_with_the_reason() -> None:
    with acting_as(SYSTEM):
        with writing() as session:
            for number, count in ((1, 199), (2, 200), (3, 500), (4, 501)):
                grid = session.query(Area).filter(Area.code == GUI_HUA + f"{number:03d}").one()
                grid.household_count = count
        found = [(row.name, why) for row, why in outside_bounds(STREET, today=TODAY)]
    assert found == [("第一网格", "199 户，少于 200 户"), ("第四网格", "501 户，多于 500 户")]


def test_a_room_above_adds_a_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(movers, "_GAPS", {})
    title, empty = Sentence("没有专职网格员的网格"), Sentence("都有。")
    gap = register_gap(Gap("x", title, empty, lambda _code, limit: [(GUI_HUA, "桂花社区", "")][:limit]))
    assert movers.gaps() == (gap,)
