"""Every ugly workbook gives its records and no other row, without anybody's help."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.lowcode.importing import sheets
from app.lowcode.importing.cells import CellReader, ReadRow
from app.lowcode.importing.recognition import ReadSheet, recognise
from app.registers.grid_workers import REGISTER
from tests.lowcode.importing.workbooks import BOOKS

TODAY = date(2026, 11, 22)


def read(data: bytes) -> tuple[tuple[ReadSheet, ...], list[ReadRow]]:
    """A workbook against the roster of grid workers, places left as they are written."""
    columns = REGISTER.declared_columns
    found = recognise(sheets.read(data), columns, REGISTER.keys, REGISTER.row_title)
    rows: list[ReadRow] = []
    for sheet in found:
        for table in sheet.tables:
            if table.is_taken:
                reader = CellReader(
                    sheet.sheet, table.table, table.matches, columns, today=TODAY,
                    places=lambda text: text or None, links=lambda _target, text: text,
                )  # fmt: skip
                rows += list(reader.rows())
    return found, rows


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.name)
def test_records_come_out_and_nothing_else(book: Any) -> None:
    found, rows = read(book.build())
    names = [(row.sheet, row.row, str(row.values.get("name", "")).replace("　", "")) for row in rows]
    assert sorted(names) == sorted(book.records)
    assert [fault for row in rows for fault in row.faults] == []
    skipped = {(sheet.sheet.name, row + 1): why for sheet in found for row, why in sheet.layout.skipped}
    for place, why in book.skipped.items():
        assert skipped.get(place) == why, place
    everything = {(sheet.sheet.name, number + 1) for sheet in found for number in range(len(sheet.sheet.rows))}
    headers = {
        (sheet.sheet.name, row + 1) for sheet in found for table in sheet.tables for row in table.table.header_rows
    }
    assert everything == {(sheet, row) for sheet, row, _ in names} | set(skipped) | headers


def test_values_are_read_alike_however_they_are_written() -> None:
    book = next(book for book in BOOKS if book.name == "numbers")
    _, rows = read(book.build())
    assert {row.values["hired_on"] for row in rows} == {date(2021, 3, 5)}
    assert all(len(row.values["id_number"]) == 18 for row in rows)
    assert all(row.values["phone"].isdigit() for row in rows)


def test_a_merged_cell_and_ditto_fill_down() -> None:
    book = next(book for book in BOOKS if book.name == "fill_down")
    _, rows = read(book.build())
    assert [row.values["area"] for row in rows] == ["第一网格"] * 3 + ["第二网格"] * 2


def test_headers_of_two_rows_keep_both_words() -> None:
    book = next(book for book in BOOKS if book.name == "two_rows")
    found, _ = read(book.build())
    table = found[0].as_json()["tables"][0]
    assert table["header_rows"] == [2, 3]
    assert {"header": "网格员信息/姓名", "column": "name", "sure": True} in table["columns"]
