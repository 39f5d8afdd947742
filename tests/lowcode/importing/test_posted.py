"""What the picture of a sheet sends back becomes a correction; and what of a sheet is drawn."""

from __future__ import annotations

from typing import Any

import pytest

from app.lowcode.importing.corrections import AS_RECOGNISED, SheetCorrection
from app.lowcode.importing.layout import HeaderCell, Layout, Table
from app.lowcode.importing.matching import SURE, Match
from app.lowcode.importing.pages import picture
from app.lowcode.importing.posted import corrected, header_field, kinds_of, mapping_said, rows_said
from app.lowcode.importing.recognition import ReadSheet, ReadTable
from app.lowcode.importing.sheets import Sheet


def read_sheet(kinds: str, cells: list[Any] | None = None) -> ReadSheet:
    """t title, h header, d data, s total, b blank: one letter a row, one table."""
    names = {"t": "title", "s": "total", "b": "blank"}
    header = tuple(number for number, kind in enumerate(kinds) if kind == "h")
    table = Table(header, (HeaderCell(0, ("姓名",)), HeaderCell(1, ("电话",))), 0, 2)
    table.rows = [number for number, kind in enumerate(kinds) if kind == "d"]
    skipped = tuple((number, names[kind]) for number, kind in enumerate(kinds) if kind in names)
    rows = [cells or ["甲", "乙"] for _ in kinds]
    matches = {0: Match("name", SURE), 1: Match("", SURE)}
    return ReadSheet(Sheet("表", rows), Layout((table,), skipped), (ReadTable(table, matches, True),))  # type: ignore[arg-type]


def shown(sheet: ReadSheet, **changes: str) -> dict[int, str]:
    """The selects as they stand, with some changed: r2="header" is row 2 from 0."""
    said = {
        row: kind if kind in ("header", "data") else "other"
        for row, kind in enumerate(kinds_of(sheet))
        if kind != "blank"
    }
    return said | {int(name[1:]): value for name, value in changes.items()}


def test_what_was_not_changed_says_nothing() -> None:
    sheet = read_sheet("thddsb")
    assert corrected(sheet, AS_RECOGNISED, shown(sheet)) == AS_RECOGNISED


def test_rows_become_data_or_are_not_read() -> None:
    sheet = read_sheet("thdds")
    said = corrected(sheet, AS_RECOGNISED, shown(sheet, r4="data", r2="other"))
    assert said == SheetCorrection(data_rows=frozenset({4}), other_rows=frozenset({2}))
    again = read_sheet("thtdd")
    assert corrected(again, said, shown(again, r2="data")) == SheetCorrection(data_rows=frozenset({2, 4}))


@pytest.mark.parametrize(
    ("kinds", "changes", "header"),
    [
        ("thhd", {"r0": "header"}, (0, 1, 2)),
        ("thdddd", {"r3": "header"}, (3,)),
        ("thdddd", {"r2": "header"}, (1, 2)),
        ("thhd", {"r1": "other"}, (2,)),
        ("thd", {"r1": "data"}, ()),
        ("thd", {"r1": "other", "r0": "header"}, (0,)),
    ],
)
def test_the_header_goes_where_it_is_said_to_be(kinds: str, changes: dict[str, str], header: tuple[int, ...]) -> None:
    sheet = read_sheet(kinds)
    assert corrected(sheet, AS_RECOGNISED, shown(sheet, **changes)).header_rows == header


def test_header_rows_must_touch_and_be_three_at_most() -> None:
    sheet = read_sheet("tthddd")
    with pytest.raises(ValueError, match="相连"):
        corrected(sheet, AS_RECOGNISED, shown(sheet, r0="header", r5="header"))
    with pytest.raises(ValueError, match="相连"):
        corrected(sheet, AS_RECOGNISED, shown(sheet, r0="header", r1="header", r3="header"))


def test_a_whole_sheet_is_left_out_read_bare_and_taken_back() -> None:
    sheet = read_sheet("thd")
    out = corrected(sheet, AS_RECOGNISED, {}, way="out")
    assert out.is_left_out
    bare = corrected(sheet, out, {}, way="bare", area="990101001001")
    assert (bare.is_left_out, bare.header_rows, bare.area) == (False, (), "990101001001")
    assert corrected(sheet, bare, {}, way="", area="") == AS_RECOGNISED


def test_rows_outside_the_sheet_are_not_believed() -> None:
    sheet = read_sheet("thd")
    assert rows_said({"row-1": "data", "row-0": "data", "row-x": "data", "row-2": "nonsense"}) == {
        0: "data",
        -1: "data",
    }
    assert corrected(sheet, AS_RECOGNISED, {99: "data", -1: "header"}) == AS_RECOGNISED


def test_only_answers_that_differ_are_kept() -> None:
    sheets = (read_sheet("thd"),)
    names = frozenset({"name", "phone"})
    assert mapping_said({"map:姓名": "name", "map:电话": "phone"}, sheets, names, {}) == {"电话": "phone"}
    assert mapping_said({"map:电话": ""}, sheets, names, {"电话": "phone"}) == {}
    assert mapping_said({"map:电话": "password"}, sheets, names, {"别的": "name"}) == {"别的": "name"}


def test_very_long_headers_have_short_names_that_differ() -> None:
    names = {header_field("长" * 2_000 + end) for end in ("甲", "乙")}
    assert len(names) == 2
    assert max(len(name) for name in names) < 40


def test_of_a_long_sheet_only_top_foot_and_turns_are_drawn() -> None:
    sheet = read_sheet("th" + "d" * 400 + "s" + "d" * 400 + "st")
    rows = picture.draw(sheet)
    numbers = [row.number for row in rows if row.kind != "gap"]
    assert numbers[:12] == list(range(1, 13))
    assert {401, 402, 403, 404, 405} <= set(numbers)
    assert numbers[-2:] == [804, 805]
    assert len(rows) < 60
    gaps = [row.word for row in rows if row.kind == "gap"]
    assert gaps == ["第 13–400 行，共 388 行都是数据，没有画出来", "第 406–799 行，共 394 行都是数据，没有画出来"]


def test_many_turns_do_not_make_a_long_page() -> None:
    sheet = read_sheet("h" + "ds" * 5_000)
    rows = picture.draw(sheet)
    assert len(rows) < 90
    assert sum(1 for row in rows if row.kind != "gap") + sum(
        int(row.word.split("共 ")[1].split(" 行")[0].replace(",", "")) for row in rows if row.kind == "gap"
    ) == 10_001  # fmt: skip


def test_numbers_of_persons_are_masked_wherever_they_stand() -> None:
    assert picture.masked_text("320505199001011234") == "320505…4"
    assert picture.masked_text("电话13812345678。") == "电话138****5678。"
    assert picture.masked_text(13812345678.0) == "138****5678"
    assert picture.masked_text("1,234") == "1,234"


def test_skipped_rows_are_listed_by_kind_with_their_places() -> None:
    listed = picture.skipped_rows(read_sheet("tthddsdsb"))
    assert [(item.count_text, item.places) for item in listed] == [
        ("2 行", "第 1–2 行"), ("2 行", "第 6、8 行"), ("1 行", "第 9 行"),
    ]  # fmt: skip
