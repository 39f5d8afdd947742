"""党支部情况表 and 一户一档 from the rosters' own rows."""

from __future__ import annotations

from typing import Any

import pytest

from app.lowcode.papers import PaperRequest, paper
from app.lowcode.register import register
from app.lowcode.service import save
from app.periods.rules import parse
from app.security.actor import SYSTEM, acting_as
from app.security.queries import actor_named
from reports.document import Document, Facts, Paragraph, Table
from tests.world import GRID, HOME, NEXT_DOOR, TODAY, add_user, build_areas


@pytest.fixture
def rosters(sqlite_context: Any) -> dict[str, Any]:
    build_areas()
    add_user("secretary", "community_secretary", HOME)
    add_user("neighbour", "community_secretary", NEXT_DOOR)
    with acting_as(SYSTEM):
        branch = made(
            "party_organizations", name="桂花第一党支部", kind="branch", secretary="郑卫国", founded_on="2020-07-01",
            term_ends_on="2027-02-01", phone="13800000001",
        )  # fmt: skip
        made("party_organizations", name="第一党小组", kind="group", parent=str(branch.id))
        for name, kind, situation in (
            ("林一", "full", "retired"),
            ("周二", "full", "floating"),
            ("王四", "probationary", ""),
        ):
            made(
                "party_members",
                roster="registered",
                name=name,
                kind=kind,
                situation=situation,
                organization=str(branch.id),
            )
        building = made("buildings", number="3", name="富康新村3幢")
        home = made("dwellings", building=str(building.id), unit_number="1", room_number="501", floor_area="88.5")
        household = made("households", dwelling=str(home.id), head="张国安", living_kind="together", labels="独居老人")
        made("residents", name="张国安", household=str(household.id), relation="02", phone="13900000002")
        gone = made("residents", name="张小兰", household=str(household.id), relation="31")
        made("residents", name="李秀英", household=str(household.id), relation="12", id_number="11010519491231002X")
        save(register("residents"), gone, {"left_on": "2026-10-01"}, by=SYSTEM, today=TODAY)
        made("grid_workers", name="陈六", post="head")
    return {"household": household}


def made(name: str, /, **raw: Any) -> Any:
    return save(register(name), None, {"area": GRID} | raw, by=SYSTEM, today=TODAY)


def built(
    name: str, *, by: str = "secretary", area: str = HOME, subject: str = "", period: str = "2026-11"
) -> Document:
    return paper(name).build(PaperRequest(area, parse(period), TODAY, actor_named(by, today=TODAY), subject))


def test_the_table_of_branches_counts_members_once_where_they_belong(rosters: dict[str, Any]) -> None:
    document = built("party_branches")
    (table,) = (block for block in document.blocks if isinstance(block, Table))
    labels = [column.label for column in table.columns]
    (row,) = table.rows
    said = dict(zip(labels, row, strict=True))
    assert said["党组织名称"] == "桂花第一党支部"
    assert [said[label] for label in ("正式", "预备", "流动", "离退休", "党小组")] == [2, 1, 1, 1, 1]
    assert "半年内届满" in str(said["备注"])
    assert "正式党员不足3人" in str(said["备注"])
    assert document.title == "桂花社区党支部基本情况表"


def test_a_branch_founded_later_and_one_next_door_are_not_there(rosters: dict[str, Any]) -> None:
    assert next(b for b in built("party_branches", period="2020-06").blocks if isinstance(b, Table)).rows == ()
    assert next(b for b in built("party_branches", by="neighbour").blocks if isinstance(b, Table)).rows == ()


def test_the_card_shows_the_home_and_who_lives_there_now(rosters: dict[str, Any]) -> None:
    document = built("household_card", subject=rosters["household"].uid)
    facts = {label: value for block in document.blocks if isinstance(block, Facts) for label, value in block.pairs}
    assert (facts["所属社区"], facts["所属网格"], facts["网格员"]) == ("桂花社区", "第一网格", "陈六")
    assert facts["标签"] == "独居老人"
    people, _contacts = (block for block in document.blocks if isinstance(block, Table))
    assert [row[1] for row in people.rows] == ["张国安", "李秀英"]
    masked = people.rows[1][5]
    assert isinstance(masked, str)
    assert "*" in masked
    assert "19491231" not in masked


def test_nobody_prints_the_card_of_a_household_next_door(rosters: dict[str, Any]) -> None:
    document = built("household_card", by="neighbour", subject=rosters["household"].uid)
    assert [type(block) for block in document.blocks] == [Paragraph]
