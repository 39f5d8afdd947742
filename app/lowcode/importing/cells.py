"""Rows of a table → values of our columns, or every reason at once why a cell cannot be read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.fields import identity
from app.fields.cells import MISSING
from app.fields.dates import read_rough_date, read_span
from app.fields.refusal import Refused
from app.fields.types import FieldType
from app.lowcode.column import Column
from app.lowcode.importing.combined import name_of, phone_of
from app.lowcode.importing.headings import DITTO, is_sample_cell, section_name, text_of, without_count
from app.lowcode.importing.matching import Match
from app.lowcode.importing.sheets import Sheet
from app.lowcode.importing.tables import Table
from app.lowcode.importing.vocabulary import place_order
from app.lowcode.parts import naming_of

PlaceReader = Callable[[str, Any], Any]
"""Reads what stands in a place's cell ("" for nothing), within the place that a heading above it names (None: none
does); raises Refused."""
HeadingReader = Callable[[str, Any], Any]
"""The place that the text of a title or section names, within another or None; None where it names none."""

Take = Callable[[Any], str]
"""The part of a cell that belongs to a column, where two share it; raises Refused."""

_REMEMBERED = 5_000
_REMARK = re.compile(r"^([^()（）]{2,})([(（][^()（）]{1,10}[)）])$")


STRUCK = "这一行画了删除线，可能已经不在册。还在的请确认保留，不在的请从表里删掉。"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a cell, or with a whole row (column "")."""

    column: str
    value: str
    message: str
    index: int | None = None
    """0-based position of the cell in the sheet."""


@dataclass(slots=True)
class ReadRow:
    """One record as read: values by column name. A column with an unreadable cell is missing in `values`."""

    sheet: str
    row: int
    """As Excel counts it, from 1."""
    values: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    doubts: list[Fault] = field(default_factory=list)
    named: dict[str, str] = field(default_factory=dict)
    """Part (household.dwelling.room_number), or a link that has parts → what stands in its cell."""
    awaited: dict[str, int] = field(default_factory=dict)
    """Link → negative number of the row that is to be made for it (`linking`)."""
    is_lacking: bool = False
    """Its cells name a row that is not there and cannot be made."""

    @property
    def is_waiting(self) -> bool:
        """Whether something that its cells name is not there."""
        return bool(self.awaited) or self.is_lacking


class _ColumnReader:
    """Reads the cells of one column at `index` of the sheet; what comes again is read once, save what is sealed."""

    __slots__ = ("_has_doubts", "_is_kept", "_is_name", "_links", "_take", "_today", "column", "index", "known", "name")

    def __init__(
        self, index: int, column: Column, *, today: date, links: Callable[[str, Any], Any], take: Take | None = None
    ) -> None:
        self.index, self.column, self.name = index, column, column.name
        self._today, self._links, self._take = today, links, take
        self._has_doubts = column.kind != "link" and type(column.type).doubts is not FieldType.doubts
        self._is_name = column.kind == "stored" and column.type.key == "person_name"
        self._is_kept = column.kind != "sealed"
        self.known: dict[Any, tuple[Any, str]] = {}
        """What was read out of a text, or out of (class, value) of another cell; never a sign such as 同上."""

    def read(self, raw: Any) -> tuple[Any, str]:
        """The value of a cell that is not blank, and what is doubtful about it. Raises Refused."""
        key = raw if raw.__class__ is str else (raw.__class__, raw)
        found = self.known.get(key)
        if found is None:
            found = self._read(raw)
            if self._is_kept and len(self.known) < _REMEMBERED:
                self.known[key] = found
        return found

    def _read(self, raw: Any) -> tuple[Any, str]:
        column = self.column
        if raw.__class__ is str and is_sample_cell(raw):
            return None, ""
        if self._take is not None and (raw := self._take(raw)) == "":
            return None, ""
        if column.kind == "link":
            return self._links(column.target, text_of(raw)), ""
        if self._is_name and raw.__class__ is str and (found := _REMARK.match(raw.strip())):
            # 张三（组长）: the bracket is no part of the name.
            said = f"姓名后面的“{found[2]}”没有收进来，要留的请写进备注。"
            return column.type.parse(found[1], today=self._today), said
        value = column.type.parse(raw, today=self._today)
        if value is None or not self._has_doubts:
            return value, ""
        return value, "；".join(column.type.doubts(value))


class CellReader:
    """Reads the rows of one table. `places` and `links` read what lies in other tables."""

    def __init__(
        self, sheet: Sheet, table: Table, matches: Mapping[int, Match], columns: Sequence[Column], *, today: date,
        places: PlaceReader, links: Callable[[str, Any], Any],
        headings: HeadingReader = lambda _text, _within: None,
    ) -> None:  # fmt: skip
        by_name = {column.name: column for column in columns}
        mapped = [(index, by_name[each.column]) for index, each in matches.items() if each.column]
        self._naming = [(index, column) for index, column in mapped if _names_a_row(column)]
        # The ID number first: it knows the day of birth where the column beside it says only the month.
        self._single = sorted(
            (
                _ColumnReader(index, column, today=today, links=links, take=take)
                for index, column, take in (
                    *((index, column, name_of if matches[index].also else None) for index, column in mapped),
                    *((index, by_name[each.also], phone_of) for index, each in matches.items() if each.also),
                )
                if column.kind != "place" and not _names_a_row(column)
            ),
            key=lambda each: each.column.kind != "sealed",
        )
        titles = {cell.index: cell.last for cell in table.columns}
        self.place = next((column for column in columns if column.kind == "place"), None)
        self.place_indexes = sorted(
            (index for index, column in mapped if column.kind == "place"),
            key=lambda index: (place_order(titles[index]), index),
        )
        self.sheet, self.table = sheet, table
        self._places, self._links, self._headings = places, links, headings
        self._taken = {column.name for _, column in mapped} | {each.also for each in matches.values() if each.also}
        self._open_links = [column for column in columns if column.kind == "link" and column.name not in self._taken]
        self._last: dict[int, Any] = {}
        self._places_read: dict[tuple[Any, ...], Any] = {}
        self._struck = sheet.struck
        self._down = tall_merges(sheet, table)
        self._once = {index for index in self.place_indexes if _is_named_once(sheet, table, index)}

    def rows(self) -> Iterator[ReadRow]:
        """Every record of the table."""
        home = None
        for row in self.table.titles:
            home = self._headings(self._line(row), home) or home
        if self.table.group:
            home = self._headings(self.table.group, home) or home
        sections = iter([*self.table.sections, None])
        section, within, linked = next(sections), home, dict[str, Any]()
        for number in self.table.rows:
            while section is not None and section < number:
                within, linked = self._section(self._line(section), home)
                section = next(sections)
            yield self._row(number, within, linked)

    def _line(self, row: int) -> str:
        """The first words of a title or section."""
        return next((text for cell in self.sheet.rows[row] if (text := text_of(cell))), "")

    def _section(self, text: str, home: Any) -> tuple[Any, dict[str, Any]]:
        """The place that a section names, and rows of other registers (第一党支部), for the records below it."""
        linked = {}
        for column in self._open_links:
            try:
                linked[column.name] = self._links(column.target, section_name(text))
            except Refused:
                continue
        return self._headings(text, home) or home, linked

    def _row(self, number: int, within: Any, linked: dict[str, Any]) -> ReadRow:
        cells = self.sheet.rows[number]
        read = ReadRow(self.sheet.name, number + 1, dict(linked))
        values, width, last = read.values, len(cells), self._last
        if number in self._struck:
            read.doubts.append(Fault("", "", STRUCK))
        for each in self._single:
            index = each.index
            raw = cells[index] if index < width else ""
            found = each.known.get(raw) if raw.__class__ is str else None
            if found is not None:
                last[index] = raw
            else:
                raw = self._raw(cells, number, index)
                if raw == "":
                    values[each.name] = None
                    continue
                try:
                    found = each.read(raw)
                except Refused as refusal:
                    if why := self._read_otherwise(read, each.column, raw, refusal, index):
                        read.faults.append(Fault(each.name, text_of(raw)[:60], why, index))
                    continue
            values[each.name], doubt = found
            if doubt:
                read.doubts.append(Fault(each.name, text_of(raw)[:60], doubt, index))
        for index, column in self._naming:
            self._note_name(read, column, text_of(self._raw(cells, number, index)))
        self._read_place(cells, number, read, within)
        return read

    def _note_name(self, read: ReadRow, column: Column, text: str) -> None:
        """Keep a cell that names a row of another register; 无 says something only of a part that may not exist."""
        if text and not is_sample_cell(text) and (column.norm is not None or text not in MISSING):
            read.named[column.name] = text
        elif column.kind == "link":
            read.values[column.name] = None

    def _read_otherwise(self, read: ReadRow, column: Column, raw: Any, refusal: Refused, index: int) -> str:
        """Take a span apart, or a day of which only month or year is known; why not, where the cell is neither."""
        if column.span and isinstance(raw, str) and (ends := read_span(raw)):
            for name, day in zip(column.span, ends, strict=True):
                if name == column.name or name not in self._taken:
                    read.values[name] = day
            return ""
        if refusal.code not in ("only_month", "only_year") or column.type.key != "date":
            return refusal.message
        try:
            day, sentence = read_rough_date(raw)
        except Refused as still:
            return still.message
        born = self._born(read) if column.name == "born_on" else None
        if born is not None and born.year == day.year and (refusal.code == "only_year" or born.month == day.month):
            read.values[column.name] = born  # the ID number knows the day
            return ""
        read.values[column.name] = day
        read.doubts.append(Fault(column.name, text_of(raw)[:60], sentence, index))
        return ""

    def _born(self, read: ReadRow) -> date | None:
        """The birthday that the row's ID number holds, wherever its column stands."""
        number = read.values.get("id_number")
        return identity.birth_on(number) if isinstance(number, str) else None

    def _read_place(self, cells: list[Any], number: int, read: ReadRow, within: Any) -> None:
        if self.place is None or (not self.place_indexes and within is None):
            return
        raws = (within, *[self._raw(cells, number, index) for index in self.place_indexes])
        found = self._places_read.get(raws)
        if found is None:
            parts = [without_count(text_of(raw)) for raw in raws[1:]]
            parts = [part for part in parts if part and part not in ("无", "—", "-", "/") and not is_sample_cell(part)]
            text = "/".join(parts)
            try:
                found = self._places(text, within)
            except Refused as refusal:
                read.faults.append(Fault(self.place.name, text[:60], refusal.message, self.place_indexes[-1]))
                return
            # Of texts alone, for True and 1.0 are one key and two things.
            if len(self._places_read) < _REMEMBERED and all(raw.__class__ is str for raw in raws[1:]):
                self._places_read[raws] = found
        read.values[self.place.name] = found

    def _raw(self, cells: list[Any], number: int, index: int) -> Any:
        """The cell; the one above it where the cell says 同上, a merge reaches down, or places are named only once."""
        raw = cells[index] if index < len(cells) else ""
        if raw == "":
            if owner := self._down.get((number, index)):
                raw = self.sheet.rows[owner][index]
            elif index in self._once:
                return self._last.get(index, "")
        elif raw.__class__ is str and raw.strip() in DITTO:
            return self._last.get(index, "")
        self._last[index] = raw
        return raw


def _names_a_row(column: Column) -> bool:
    return column.kind == "part" or naming_of(column) is not None


def _is_named_once(sheet: Sheet, table: Table, index: int) -> bool:
    """Whether a place stands only in the first row of its group, the cells below left blank: no place comes twice,
    and at least as many rows name none."""
    found: set[str] = set()
    for row in table.rows:
        text = text_of(cells[index]) if index < len(cells := sheet.rows[row]) else ""
        if text in found or not (text or found):
            return False
        if text:
            found.add(text)
    return len(table.rows) > 2 and 2 * len(found) <= len(table.rows)


def tall_merges(sheet: Sheet, table: Table) -> dict[tuple[int, int], int]:
    """Cells of the data that a merge from above covers, each with the row that holds the value."""
    first = table.header_rows[-1] + 1 if table.header_rows else 0
    last = table.rows[-1] if table.rows else first
    covered: dict[tuple[int, int], int] = {}
    for top, left, bottom, right in sheet.merges:
        if bottom > top >= first and left >= table.left and right < table.right:
            covered |= {(row, left): top for row in range(top + 1, min(bottom, last) + 1)}
    return covered
