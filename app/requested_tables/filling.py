"""Rows of a register as a superior's table asks for them: their columns, their spelling, rights and masks obeyed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from app.areas.queries import names_of
from app.areas.rules import COMMUNITY_DIGITS, path_of
from app.fields.refusal import Refused
from app.lowcode import queries
from app.lowcode.column import Column
from app.lowcode.importing.headings import plain_heading
from app.lowcode.importing.matching import Match
from app.lowcode.parts import finer, root_of
from app.lowcode.register import Register, register, registers
from app.lowcode.viewing import Viewer, viewer_of
from app.requested_tables.blanks import BlankTable
from app.requested_tables.choices import AREA, NAME, TableChoice
from app.requested_tables.contents import Cell, Rows
from app.requested_tables.proposing import AGE, BORN, GENDER, fillable_columns, from_id, id_column, offer_of
from app.security.actor import Actor
from app.settings.queries import profile

CHUNK = 500
MOST_ROWS = 20_000
_FROM_ID = {"性别": GENDER, "出生日期": BORN, "出生年月": BORN, "年龄": AGE}
"""What an ID number answers where the register's own column was left empty."""


@dataclass
class Filled:
    """A table filled from a register: its rows, what could not be filled, and whether numbers are hidden."""

    rows: Rows = field(default_factory=Rows)
    missing: tuple[int, ...] = ()
    """Positions of columns no register has."""
    masked_count: int = 0
    """Cells that show stars, since nobody asked to see them."""
    opened_count: int = 0
    """Numbers of persons that stand in clear."""


class RowSource:
    """The rows of one register for one table, seen by one person on one day."""

    def __init__(
        self, table: BlankTable, choice: TableChoice, actor: Actor, *, today: date, permission: str = "export"
    ) -> None:
        self.permission = permission
        self.reg: Register = register(choice.register)
        self.table, self.choice, self.actor, self.today = table, choice, actor, today
        self.matches: Mapping[int, Match] = offer_of(self.reg, table, choice.columns).matches
        self.columns = {column.name: column for column in fillable_columns(self.reg)}
        self.finer = finer(self.columns.values(), (each.column for each in self.matches.values()))
        self.viewer: Viewer = viewer_of(self.reg, actor, today=today)
        self.id_column = id_column(self.reg)
        self.computed = {column.name for column in self.reg.columns if column.kind == "computed"}

    def fill(self, drop_downs: Mapping[int, Sequence[str]] | None = None) -> Filled:
        """All rows that fit the choice. `drop_downs` are the spellings their table allows, by position."""
        found = Filled(missing=tuple(number for number in self.table.asked if not self.matches[number].column))
        spellings = self._spellings(drop_downs or {})
        for start in range(0, len(rows := self._rows()), CHUNK):
            chunk = rows[start : start + CHUNK]
            labels = queries.labels_of(self.columns.values(), chunk)
            places = self._places(chunk)
            for row in chunk:
                cells = [
                    self._cell(number, row, labels, places, spellings, found)
                    for number in range(len(self.table.columns))
                ]
                found.rows.add(cells, row.uid)
        number_rows(self.table, found.rows)
        return found

    def _rows(self) -> list[Any]:
        filters = tuple((name, value) for name, value in self.choice.filters if name in self.columns and value)
        wish = queries.Wish(filters=filters, area=self.choice.area)
        ids = queries.every_id(self.reg, wish, self.actor, self.permission)[::-1][:MOST_ROWS]
        rows = [
            row for start in range(0, len(ids), CHUNK) for row in queries.rows_by_id(self.reg, ids[start : start + CHUNK])
        ]  # fmt: skip
        if self.reg.left_column:
            # Who has left is in the register for the history, not for the office that asks.
            rows = [row for row in rows if getattr(row, self.reg.left_column) is None]
        return sorted(rows, key=self._order())

    def _order(self) -> Any:
        name = self.choice.order
        if name == AREA:
            return lambda row: (row.area_code, row.pinyin or "", row.id)
        if name == NAME:
            return lambda row: (row.pinyin or "", row.id)
        column = next((each for each in self.reg.columns if each.name == name and each.is_sortable), None)
        if column is None:
            return lambda row: row.id
        return lambda row: ((value := column.get(row, today=self.today)) is None, str(value), row.id)

    def _cell(
        self, number: int, row: Any, labels: Mapping[str, Mapping[Any, str]], places: Mapping[str, str],
        spellings: Mapping[int, Mapping[str, str]], found: Filled,
    ) -> Cell:  # fmt: skip
        name = self.matches[number].column
        if not name:
            return None
        column = self.columns[name]
        heading = self.table.columns[number].last
        if column.kind == "place":
            return place_name(heading, row.area_code, places)
        if column.kind == "link":
            return labels[name].get(getattr(row, name + "_id")) or None
        if column.kind == "part":
            return labels[self.finer.get(name, name)].get(getattr(row, root_of(name) + "_id")) or None
        if name in (BORN, GENDER, AGE):
            return _plain(self._from_id(name, row), heading)
        if column.mask and column.mask != "name" and not self.viewer.sees_clear(column, row):
            text = self.viewer.show(column, row)
            found.masked_count += bool(text)
            return text or None
        value = self._value(column, row)
        if value is None:
            derived = self._from_id(_FROM_ID.get(plain_heading(column.label), ""), row)
            if derived is None or column.type.key != "code":
                return _plain(derived, heading)
            value = column.type.parse(derived)  # written as in the rows that have it
        found.opened_count += column.kind == "sealed"
        if column.type.key == "code":
            label = column.type.show(value)
            return spellings.get(number, {}).get(str(value), label)
        return _plain(column.type.cell(value), heading)

    def _value(self, column: Column, row: Any) -> Any:
        if column.name in self.computed:
            return self.reg.column(column.name).get(row, today=self.today)
        return column.plain(row, today=self.today)

    def _from_id(self, name: str, row: Any) -> Any:
        if not name or self.id_column is None:
            return None
        number = self.id_column.plain(row, today=self.today)
        return from_id(name, number, self.today) if number else None

    def _spellings(self, drop_downs: Mapping[int, Sequence[str]]) -> dict[int, dict[str, str]]:
        """Position → code → how their drop-down writes it."""
        found: dict[int, dict[str, str]] = {}
        for number, words in drop_downs.items():
            column = self.columns.get(self.matches[number].column)
            if column is None or column.type.key != "code":
                continue
            for word in words:
                try:
                    code = column.type.parse(word)
                except Refused:
                    continue
                if code is not None:
                    found.setdefault(number, {}).setdefault(str(code), word)
        return found

    def _places(self, rows: Iterable[Any]) -> dict[str, str]:
        levels = profile().levels
        return names_of({step for row in rows for step in path_of(row.area_code, levels)})


def place_name(heading: str, code: str, names: Mapping[str, str]) -> str | None:
    """The area as a heading asks for it: 街道, 社区 or 网格; without such a word the community and what lies below."""
    levels = profile().levels
    steps = path_of(code, levels)
    word = plain_heading(heading)
    for level in sorted(levels, key=lambda each: -len(each.name)):  # 社区 before 区, which it contains
        if level.name in word or (level.key == "street" and ("镇" in word or "乡" in word)):
            step = next((step for step in steps if len(step) == level.digits), "")
            return names.get(step) or None
    if "社区" in word or "村" in word:
        return names.get(code[:COMMUNITY_DIGITS]) or None
    return "".join(names.get(step, "") for step in steps[-2:] if len(step) >= COMMUNITY_DIGITS) or names.get(code)


def number_rows(table: BlankTable, rows: Rows) -> None:
    """序号 from 1 on, where the table has it."""
    if table.serial is None:
        return
    for number, cells in enumerate(rows.cells, 1):
        cells[table.serial] = number


def _plain(value: Any, heading: str) -> Cell:
    """A value as their cell takes it: 出生年月 asks for 1984.03, other days stay days."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date):
        return f"{value.year}.{value.month:02d}" if _asks_for_month(heading) else value
    return value if isinstance(value, (int, float)) else str(value)


def _asks_for_month(heading: str) -> bool:
    return "年月" in heading and "年月日" not in heading


def filled_tables(
    tables: Sequence[BlankTable], choices: Sequence[TableChoice], actor: Actor, *, today: date,
    drop_downs: Sequence[Mapping[int, Sequence[str]]] = (), permission: str = "export",
) -> list[Filled]:  # fmt: skip
    """Every table of a workbook; those without a register, and tables of figures, stay empty. `permission` is what
    counts: "read" for a page, "export" for a file."""
    found: list[Filled] = []
    known = {reg.name for reg in registers()}
    for number, (table, choice) in enumerate(zip(tables, choices, strict=True)):
        is_known = choice.register in known and not table.is_statistics
        if is_known and actor.allows(choice.register, permission):
            words = drop_downs[number] if number < len(drop_downs) else {}
            found.append(RowSource(table, choice, actor, today=today, permission=permission).fill(words))
        else:
            found.append(Filled(_empty(table), missing=table.asked))
    return found


def _empty(table: BlankTable) -> Rows:
    rows = Rows()
    for label in table.labels:
        cells: list[Cell] = [None] * len(table.columns)
        for position, word in zip(table.label_columns, label.split("/"), strict=False):
            cells[position] = word
        rows.add(cells)
    number_rows(table, rows)
    return rows
