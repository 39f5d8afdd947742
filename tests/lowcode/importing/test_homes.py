"""Residents' workbooks with 小区, 楼栋, 单元, 房号, 户主: linked to homes and households, made where wanted, undone."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

import openpyxl
import pytest
from sqlalchemy import event, select

from app.extensions import db
from app.lowcode import exporting, queries
from app.lowcode import service as rows_service
from app.lowcode.importing import service
from app.lowcode.importing.outcome import Outcome, PublishWish
from app.lowcode.register import register
from app.security.actor import SYSTEM, acting_as
from tests.lowcode.importing.workbooks import make
from tests.world import GRID, HOME, NEXT_DOOR, NEXT_GRID, add_user, as_user, build_areas

TODAY = date(2026, 11, 22)
HEAD = ["小区", "楼栋", "单元", "房号", "姓名", "身份证号", "与户主关系"]


@pytest.fixture
def home(sqlite_context: Any) -> None:
    build_street()


def build_street() -> None:
    build_areas()
    add_user("sec", "community_secretary", HOME)
    add_user("next", "community_secretary", NEXT_DOOR)
    save("residential_compounds", area=HOME, name="富康新村")
    save("buildings", area=GRID, compound="富康新村", number="3栋")


def save(register_name: str, row: Any | None = None, **values: Any) -> Any:
    with acting_as(SYSTEM):
        return rows_service.save(register(register_name), row, values, by=SYSTEM, today=TODAY)


def rows(name: str) -> list[Any]:
    with acting_as(SYSTEM):
        model = register(name).model
        return list(db.session.execute(select(model).where(model.deleted_at.is_(None)).order_by(model.id)).scalars())


def person(serial: int, *where: str, relation: str = "") -> list[Any]:
    return [*where, make.NAMES[serial], make.id_number(serial), relation]


def check(name: str, head: Sequence[str], *lines: Sequence[Any], who: str = "sec", **more: Any) -> Outcome:
    merges = more.pop("merges", ())
    data = make.xlsx(make.Page("表", [list(head), *lines], merges))
    with as_user(who) as actor:
        return service.check(
            name, data, file_name="名册.xlsx", area=more.pop("area", GRID), by=actor, today=TODAY, **more
        )


def publish(outcome: Outcome, who: str = "sec", **wish: Any) -> dict[str, Any]:
    assert outcome.batch_id is not None, outcome.refusal
    with as_user(who) as actor:
        return service.publish_checked(outcome.batch_id, PublishWish(**wish), by=actor, today=TODAY)


def homes_of_people() -> dict[str, str]:
    """Resident → household as it is called."""
    names = {row.id: row.name for row in rows("households")}
    return {row.name: names.get(row.household_id, "") for row in rows("residents")}


FAMILY = (
    person(0, "富康新村", "3栋", "2", "501", relation="户主"),
    person(1, "富康新村", "3幢", "二单元", "501室", relation="妻"),
    person(2, "富康新村", "3号楼", "2单元", "501", relation="子"),
    person(3, "富康新村", "3", "2", "502", relation="户主"),
)


def test_homes_that_are_not_there_are_named_and_made_with_the_batch_when_wanted(context: Any) -> None:
    build_street()
    outcome = check("residents", HEAD, *FAMILY)
    assert (outcome.counts["new"], outcome.errors, outcome.unlinked.rows) == (4, (), 4)
    to_make = {name: (count, names) for name, count, names in outcome.unlinked.to_make}
    assert to_make["dwellings"] == (2, ("富康新村3幢2单元501（3 行）", "富康新村3幢2单元502（1 行）"))
    assert to_make["households"][0] == 2
    assert rows("dwellings") == []
    counts = publish(outcome, missing_links="make")
    assert (counts["new"], counts["made"]) == (4, {"dwellings": 2, "households": 2})
    assert [row.name for row in rows("dwellings")] == ["富康新村3幢2单元501室", "富康新村3幢2单元502室"]
    head, other = make.NAMES[0], make.NAMES[3]
    family = f"富康新村3幢2单元501室 {head}"
    assert homes_of_people() == dict.fromkeys(make.NAMES[:3], family) | {other: f"富康新村3幢2单元502室 {other}"}
    assert {row.area_code for row in (*rows("dwellings"), *rows("households"), *rows("residents"))} == {GRID}
    again = check("residents", HEAD, *FAMILY)
    assert (again.counts["same"], again.unlinked.rows) == (4, 0)


@pytest.mark.usefixtures("home")
def test_without_and_back_make_nothing() -> None:
    outcome = check("residents", HEAD, *FAMILY)
    assert publish(outcome)["new"] == 4
    assert set(homes_of_people().values()) == {""}
    given_back = publish(check("residents", HEAD, person(5, "富康新村", "3栋", "2", "501", relation="户主")),
                         missing_links="back")  # fmt: skip
    assert (given_back["new"], given_back["left"]) == (0, 1)
    assert rows("dwellings") == []


@pytest.mark.usefixtures("home")
def test_what_was_made_goes_with_the_batch_unless_somebody_uses_it() -> None:
    outcome = check("residents", HEAD, *FAMILY)
    publish(outcome, missing_links="make")
    with as_user("sec") as actor:
        undone = service.undo(outcome.batch_id or 0, by=actor, today=TODAY)
    assert (undone.reversed, undone.others) == (4, {"dwellings": 2, "households": 2})
    assert [len(rows(name)) for name in ("dwellings", "households", "residents")] == [0, 0, 0]
    outcome = check("residents", HEAD, *FAMILY)
    publish(outcome, missing_links="make")
    used = rows("households")[0]
    save("residents", area=GRID, name="朱阿宝", household=str(used.id))
    with as_user("sec") as actor:
        undone = service.undo(outcome.batch_id or 0, by=actor, today=TODAY)
    assert [row.id for row in rows("households")] == [used.id]
    assert [row.id for row in rows("dwellings")] == [used.dwelling_id]
    assert {each.register for each in undone.refused} == {"households", "dwellings"}


@pytest.mark.usefixtures("home")
def test_one_cell_with_the_whole_address_will_do() -> None:
    lines = [
        ["富康新村3幢2单元501室", make.NAMES[0], make.id_number(0), "户主"],
        ["", make.NAMES[1], make.id_number(1), "配偶"],
        ["富康新村3-2-502", make.NAMES[2], make.id_number(2), "本人"],
    ]
    outcome = check("residents", ["家庭住址", "姓名", "身份证号", "与户主关系"], *lines)
    publish(outcome, missing_links="make")
    assert [row.room_number for row in rows("dwellings")] == ["501", "502"]
    first = f"富康新村3幢2单元501室 {make.NAMES[0]}"
    assert [homes_of_people()[name] for name in make.NAMES[:2]] == [first, first]


@pytest.mark.usefixtures("home")
def test_an_address_that_is_only_words_is_left_alone() -> None:
    lines = [["学府路北边平房", make.NAMES[0], make.id_number(0)], ["老街", make.NAMES[1], make.id_number(1)]]
    outcome = check("residents", ["家庭住址", "姓名", "身份证号"], *lines)
    assert (outcome.counts["new"], outcome.errors, outcome.unlinked.rows) == (2, (), 0)


@pytest.mark.usefixtures("home")
def test_merged_rooms_and_heads_reach_down() -> None:
    head = ["小区", "楼栋", "单元", "房号", "户主", "姓名", "身份证号"]
    lines = [
        ["富康新村", "3栋", "1", "101", make.NAMES[0], make.NAMES[0], make.id_number(0)],
        ["", "", "", "", "", make.NAMES[1], make.id_number(1)],
        ["", "", "", "102", make.NAMES[2], make.NAMES[2], make.id_number(2)],
        ["", "", "", "", "", make.NAMES[3], make.id_number(3)],
    ]
    merges = tuple((1, column, 4, column) for column in range(3)) + tuple(
        (top, column, top + 1, column) for top in (1, 3) for column in (3, 4)
    )
    publish(check("residents", head, *lines, merges=merges), missing_links="make")
    assert [row.head for row in rows("households")] == [make.NAMES[0], make.NAMES[2]]
    named = homes_of_people()
    assert named[make.NAMES[1]].endswith(make.NAMES[0])
    assert named[make.NAMES[3]].endswith(make.NAMES[2])


@pytest.mark.usefixtures("home")
def test_a_compound_that_nobody_registered_is_named_and_people_still_come_in() -> None:
    outcome = check("residents", HEAD, person(0, "无名新村", "3栋", "2", "501", relation="户主"))
    assert outcome.counts["new"] == 1
    assert any("无名新村" in remark.message and "请先登记" in remark.message for remark in outcome.warnings)
    assert publish(outcome, missing_links="make")["new"] == 1
    assert homes_of_people() == {make.NAMES[0]: ""}


@pytest.mark.usefixtures("home")
def test_homes_of_the_neighbours_are_out_of_reach() -> None:
    save("residential_compounds", area=NEXT_DOOR, name="银杏苑")
    building = save("buildings", area=NEXT_GRID, compound="银杏苑", number="8幢")
    dwelling = save("dwellings", area=NEXT_GRID, building=str(building.id), room_number="101")
    save("households", area=NEXT_GRID, dwelling=str(dwelling.id), head="朱阿宝")
    there = check("residents", HEAD, person(0, "银杏苑", "8幢", "", "101"))
    assert there.counts["new"] == 0
    assert "不在您负责的范围内" in there.errors[0].message
    nowhere = check("residents", HEAD, person(0, "银杏苑", "8幢", "", "102", relation="户主"))
    assert publish(nowhere, missing_links="make").get("made") is None
    assert len(rows("dwellings")) == 1


@pytest.mark.usefixtures("home")
def test_files_of_homes_households_and_heads_of_buildings_work_alike() -> None:
    homes = check("dwellings", ["小区", "幢号", "单元", "室号", "业主"], ["富康新村", "3栋", "1", "101", "朱阿宝"],
                  ["富康新村", "9栋", "1", "101", "朱二宝"])  # fmt: skip
    assert (homes.counts["new"], homes.errors) == (2, ())
    assert [name for name, _count, _names in homes.unlinked.to_make] == ["buildings"]
    assert publish(homes, missing_links="make")["made"] == {"buildings": 1}
    assert [row.name for row in rows("dwellings")] == ["富康新村3幢1单元101室", "富康新村9幢1单元101室"]
    families = check("households", ["小区", "楼栋", "单元", "房号", "户主"], ["富康新村", "3", "1", "101", "朱阿宝"])
    assert (families.counts["new"], families.unlinked.rows) == (1, 0)
    publish(families)
    assert rows("households")[0].dwelling_id == rows("dwellings")[0].id
    heads = check("building_heads", ["小区", "负责楼栋", "姓名", "职务"], ["富康新村", "3栋", "朱阿宝", "楼栋长"])
    publish(heads)
    assert [row.building_id for row in rows("building_heads")] == [rows("buildings")[0].id]


@pytest.mark.usefixtures("home")
def test_a_building_that_must_be_known_and_is_not_made_gives_the_row_back() -> None:
    homes = check("dwellings", ["小区", "楼栋", "房号"], ["富康新村", "9栋", "101"])
    assert publish(homes) | {"same": 0} == {"new": 0, "changed": 0, "same": 0, "left": 1, "gone": 0, "stayed": []}


@pytest.mark.usefixtures("home")
def test_the_export_of_a_community_goes_in_again_and_all_is_the_same() -> None:
    publish(check("residents", HEAD, *FAMILY), missing_links="make")
    save("residents", area=HOME, name="朱阿宝")
    for name in ("residents", "households", "dwellings", "buildings"):
        for format_ in ("xlsx", "csv"):
            with acting_as(SYSTEM) as actor:  # others see stars in place of numbers
                taken = exporting.extract(register(name), queries.Wish(), actor, has_parts=True)
                data = exporting.data(taken, format_)
                again = service.check(name, data, file_name=f"a.{format_}", area=HOME, by=actor, today=TODAY)
            assert again.counts == dict.fromkeys(again.counts, 0) | {"same": len(rows(name))}, (name, again.errors)
            assert (again.unlinked.rows, [each.message for each in again.errors]) == (0, [])


@pytest.mark.usefixtures("home")
def test_an_export_prints_the_columns_that_name_the_home() -> None:
    publish(check("residents", HEAD, *FAMILY), missing_links="make")
    with as_user("sec") as actor:
        data = exporting.data(exporting.extract(register("residents"), queries.Wish(), actor, has_parts=True), "xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert sheet is not None
    table = list(sheet.iter_rows(values_only=True))
    at = {title: position for position, title in enumerate(table[0])}
    row = next(row for row in table if row[at["姓名"]] == make.NAMES[1])
    assert [row[at[title]] for title in ("所属小区", "楼栋号", "单元", "房号", "户主")] == [
        "富康新村", "3幢", "2单元", "501", make.NAMES[0],
    ]  # fmt: skip


@contextmanager
def selects() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("SELECT"):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


@pytest.mark.usefixtures("home")
def test_a_file_is_looked_up_by_the_chunk_and_not_by_the_row() -> None:
    def people(count: int) -> list[list[Any]]:
        return [
            ["富康新村", "3栋", "1", str(100 + serial), make.NAMES[serial % 9], make.id_number(serial), "户主"]
            for serial in range(count)
        ]

    publish(check("residents", HEAD, *people(300)), missing_links="make")
    counts = []
    for size in (100, 300):
        with selects() as seen:
            again = check("residents", HEAD, *people(size))
        assert again.counts["same"] == size
        counts.append(len(seen))
    assert counts[1] - counts[0] <= 4, counts


@pytest.mark.usefixtures("home")
def test_an_edited_room_beside_the_old_name_of_the_household_is_a_contradiction() -> None:
    publish(check("residents", HEAD, *FAMILY), missing_links="make")
    name = f"富康新村3幢2单元501室 {make.NAMES[0]}"
    head = ["姓名", "身份证号", "所在户", "楼栋", "小区", "单元", "房号", "户主"]
    line = [make.NAMES[1], make.id_number(1), name, "3幢", "富康新村", "2单元", "502", make.NAMES[3]]
    outcome = check("residents", head, line)
    assert "改成一致" in outcome.errors[0].message


@pytest.mark.usefixtures("home")
def test_their_own_workbook_shows_where_people_live_by_now() -> None:
    outcome = check("residents", HEAD, *FAMILY)
    publish(outcome, missing_links="make")
    moved = next(row for row in rows("residents") if row.name == make.NAMES[2])
    save("residents", moved, household=str(rows("households")[1].id))
    with acting_as(SYSTEM) as actor:
        batch = service.batch_of(outcome.batch_id or 0, actor)
        sheet = openpyxl.load_workbook(
            io.BytesIO(service.refilled(batch, with_new=False, by=actor, today=TODAY))
        ).active
    assert sheet is not None
    table = list(sheet.iter_rows(values_only=True))
    assert table[1][:4] == ("富康新村", "3栋", "2", "501")
    assert table[3][:4] == ("富康新村", "3幢", "2单元", "502")


@pytest.mark.usefixtures("home")
def test_the_template_offers_the_columns_and_is_understood() -> None:
    with as_user("sec"):
        book = openpyxl.load_workbook(io.BytesIO(service.template("residents")))
    heads = [str(cell.value).removesuffix(" *") for cell in book.worksheets[0][1]]
    home = heads.index("所在户")
    assert heads[home : home + 6] == ["所在户", "所属小区", "楼栋号", "单元", "房号", "户主"]
    line = dict.fromkeys(heads, "") | {
        "姓名": make.NAMES[0], "身份证号": make.id_number(0), "所属小区": "富康新村", "楼栋号": "3栋", "房号": "101",
        "户主": make.NAMES[0],
    }  # fmt: skip
    outcome = check("residents", heads, [line[head] for head in heads])
    assert (outcome.counts["new"], outcome.errors) == (1, ())
    assert [name for name, _count, _names in outcome.unlinked.to_make] == ["dwellings", "households"]
