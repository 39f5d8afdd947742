"""A person's word about a sheet goes before what its rows look like, and survives JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.lowcode.importing.corrections import SheetCorrection, from_json, to_json
from app.lowcode.importing.layout import lay_out
from app.lowcode.importing.recognition import recognise
from app.lowcode.importing.sheets import Sheet, Workbook
from app.registers.grid_workers import REGISTER
from tests.lowcode.importing.workbooks import make

ROWS: list[list[Any]] = [
    ["网格员名册", "", ""],
    ["姓名", "联系电话", "备注"],
    ["张清和", "13800000001", ""],
    ["合计", "1", ""],
    ["李望舒", "13800000002", ""],
]


def laid(correction: SheetCorrection, rows: list[list[Any]] = ROWS) -> Any:
    return lay_out(
        Sheet("名册", rows), lambda title: "other" if title in {"姓名", "联系电话", "备注"} else "", correction
    )


def test_rows_are_data_or_not_as_told() -> None:
    layout = laid(SheetCorrection(data_rows=frozenset({3}), other_rows=frozenset({4})))
    assert [table.rows for table in layout.tables] == [[2, 3]]
    assert dict(layout.skipped) == {0: "title", 4: "note"}


def test_the_header_is_where_it_is_said_to_be() -> None:
    layout = laid(SheetCorrection(header_rows=(2,)))
    assert [(table.header_rows, table.rows) for table in layout.tables] == [((2,), [4])]
    assert [cell.title for cell in layout.tables[0].columns] == ["张清和", "13800000001"]


def test_a_sheet_without_header_has_columns_called_by_letters() -> None:
    layout = laid(SheetCorrection(header_rows=()), ROWS[2:])
    (table,) = layout.tables
    assert (table.header_rows, table.rows) == ((), [0, 2])
    assert [cell.title for cell in table.columns] == ["A列", "B列"]


def recognised(rows: list[list[Any]], **more: Any) -> Any:
    book = Workbook("xlsx", (Sheet("名册", rows),))
    (sheet,) = recognise(book, REGISTER.declared_columns, REGISTER.keys, REGISTER.row_title, **more)
    return sheet


def test_letters_are_matched_by_what_the_cells_hold_and_by_what_a_person_chooses() -> None:
    rows = [[make.NAMES[n], make.id_number(n)] for n in range(4)]
    corrections = {"名册": SheetCorrection(header_rows=())}
    sheet = recognised(rows, corrections=corrections, chosen={"A列": "name"})
    assert {each.column for each in sheet.tables[0].matches.values()} == {"name", "id_number"}
    assert sheet.as_json()["rows"] == 4


def test_a_sheet_that_is_left_out_has_no_rows() -> None:
    sheet = recognised(ROWS, corrections={"名册": SheetCorrection(is_left_out=True)})
    assert (sheet.is_left_out, sheet.tables, sheet.as_json()["rows"]) == (True, (), 0)


def test_corrections_survive_json() -> None:
    said = {
        "名册 ": SheetCorrection((1, 2), frozenset({5, 3}), frozenset({9}), area="320505001001"),
        "说明": SheetCorrection(is_left_out=True),
        "无头": SheetCorrection(header_rows=()),
        "不用改": SheetCorrection(),
    }
    kept = json.loads(json.dumps(to_json(said)))
    assert from_json(kept) == {name: each for name, each in said.items() if name != "不用改"}
    assert from_json(None) == {}


@pytest.mark.parametrize("rows", [(1, 3), (1, 2, 3, 4), (2, 1)])
def test_header_rows_follow_one_another(rows: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="一至三行"):
        SheetCorrection(header_rows=rows)
