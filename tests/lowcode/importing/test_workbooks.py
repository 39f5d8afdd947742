"""Every ugly workbook gives its records and no other row; nearly all of them without anybody's help."""

from __future__ import annotations

import importlib
from collections import Counter
from datetime import date
from functools import cache
from typing import Any

import pytest

from app.fields.refusal import Refused
from app.lowcode.importing import sheets
from app.lowcode.importing.cells import CellReader, ReadRow
from app.lowcode.importing.corrections import SheetCorrection
from app.lowcode.importing.headings import section_name
from app.lowcode.importing.recognition import ReadSheet, recognise
from app.lowcode.register import Register
from app.rooms import REGISTERS
from tests.lowcode.importing.workbooks import BOOKS

TODAY = date(2026, 11, 22)
AREAS = ("桂花社区", "银杏社区", "第一网格", "第二网格", "第三网格")


@cache
def register_of(name: str) -> Register:
    modules = [importlib.import_module(module) for module in REGISTERS]  # all: registers know one another
    for module in modules:
        found = getattr(module, "REGISTER", None)
        if found is not None and found.name == name:
            return found  # type: ignore[no-any-return]
    raise KeyError(name)


def place(text: str, within: str | None) -> str | None:
    """Places left as they are written."""
    last = text.rpartition("/")[2] or within
    if last and last not in AREAS:
        raise Refused(f"没有{last}", code="area_unknown")
    return last


def named(text: str, within: str | None) -> str | None:
    return next((area for area in AREAS if area in section_name(text)), within)


def link(target: str, text: str) -> str:
    if target == "party_organizations" and not text.endswith("支部"):
        raise Refused("没有", code="link_unknown")
    return text


def recognised(book: Any) -> tuple[ReadSheet, ...]:
    reg = register_of(book.register)
    corrections = {} if book.without_header is None else {book.without_header: SheetCorrection(header_rows=())}
    assumed = frozenset(column.name for column in reg.declared_columns if column.kind == "place")
    return recognise(
        sheets.read(book.build()), reg.declared_columns, reg.keys, reg.row_title, chosen=book.chosen,
        corrections=corrections, assumed=assumed, is_area=AREAS.__contains__,
    )  # fmt: skip


def read(book: Any) -> tuple[tuple[ReadSheet, ...], list[ReadRow]]:
    """A workbook against its register."""
    found, rows = recognised(book), []
    for sheet in found:
        for table in sheet.tables:
            if table.is_taken:
                reader = CellReader(
                    sheet.sheet, table.table, table.matches, register_of(book.register).declared_columns, today=TODAY,
                    places=place, links=link, headings=named,
                )  # fmt: skip
                rows += list(reader.rows())
    return found, rows


def title_of(book: Any, row: ReadRow) -> str:
    return str(row.values.get(register_of(book.register).row_title) or "")


@pytest.mark.parametrize("book", [book for book in BOOKS if not book.refusal], ids=lambda book: book.name)
def test_records_come_out_and_nothing_else(book: Any) -> None:
    found, rows = read(book)
    assert Counter((row.sheet, row.row) for row in rows) == Counter(place[:2] for place in book.records)
    skipped = {(sheet.sheet.name, row + 1): why for sheet in found for row, why in sheet.layout.skipped}
    headers = {(each.sheet.name, at + 1) for each in found for table in each.tables for at in table.table.header_rows}
    assert {place: why for place, why in skipped.items() if place not in book.not_looked_at} == book.skipped
    assert headers - book.not_looked_at == book.headers
    names = Counter((row.sheet, row.row, title_of(book, row)) for row in rows)
    wanted = Counter(place for place in book.records if place[2])
    assert wanted <= names
    assert not any("name" in columns for place, columns in book.faults.items() if names[(*place, "")] == 0)


@pytest.mark.parametrize("book", [book for book in BOOKS if not book.refusal], ids=lambda book: book.name)
def test_cells_are_read_or_refused(book: Any) -> None:
    _, rows = read(book)
    faults = {(row.sheet, row.row): tuple(sorted(fault.column for fault in row.faults)) for row in rows if row.faults}
    # Whether a name is missing is for the register's rules to say, not for reading.
    wanted = {place: tuple(name for name in columns if name != "name") for place, columns in book.faults.items()}
    assert faults == {place: columns for place, columns in wanted.items() if columns}
    by_row = {row.row: row.values for row in rows}
    for number, column, value in book.values:
        assert str(by_row[number].get(column)) == value, (number, column)


@pytest.mark.parametrize("book", [book for book in BOOKS if book.columns], ids=lambda book: book.name)
def test_headers_mean_what_they_say(book: Any) -> None:
    matches = {
        cell.title: table.matches[cell.index]
        for sheet in recognised(book)
        for table in sheet.tables
        for cell in table.table.columns
    }
    for header, wanted in book.columns.items():
        column, is_sure = wanted.rstrip("?").strip("-"), not wanted.endswith("?")
        assert (matches[header].column, matches[header].is_sure) == (column, is_sure), header


@pytest.mark.parametrize("book", [book for book in BOOKS if book.refusal], ids=lambda book: book.name)
def test_what_is_no_roster_is_left_alone(book: Any) -> None:
    assert not any(table.is_taken or table.is_asked for sheet in recognised(book) for table in sheet.tables)


def test_there_are_enough_of_them_and_hardly_one_needs_help() -> None:
    assert len(BOOKS) >= 40
    assert sum(1 for book in BOOKS if not book.needs_help) >= 0.9 * len(BOOKS)


def test_a_table_without_header_is_read_only_when_somebody_says_so() -> None:
    book = next(book for book in BOOKS if book.name == "grid_no_header")
    reg = register_of(book.register)
    (sheet,) = recognise(sheets.read(book.build()), reg.declared_columns, reg.keys, reg.row_title)
    (table,) = sheet.tables
    assert (table.is_taken, table.is_asked, sheet.as_json()["rows"]) == (False, True, 3)
    assert {"id_number", "phone", "name"} <= table.columns
    assert not any(each.is_sure for each in table.matches.values() if each.column)


def test_values_are_read_alike_however_they_are_written() -> None:
    _, rows = read(next(book for book in BOOKS if book.name == "grid_numbers"))
    assert {row.values["hired_on"] for row in rows} == {date(2021, 3, 5)}
    assert all(len(row.values["id_number"]) == 18 for row in rows)
