"""Figures that follow from others on the sheet as formulas, each only where it gives the value that stands there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from reports.document import Cell, Kind, Table, TableColumn, Value
from reports.renderers.xlsx_cells import Span, as_number, column_name
from reports.sums import ColumnSum, FactSum, RowSum, Running

CRITERIA = {"above_zero": '">0"', "below_zero": '"<0"'}


@dataclass(frozen=True, slots=True)
class PlacedColumn:
    """Where the cells under one label stand, and what they hold; text counts nothing, as in Excel."""

    cells: str
    """F7:F30."""
    numbers: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class PlacedFact:
    """Where one fact stands and what it says; `comes_from` waits until the whole sheet is placed."""

    row: int
    column: int
    number: Decimal
    look: dict[str, Any]
    shape: str
    comes_from: ColumnSum | FactSum | None

    @property
    def address(self) -> str:
        """B4."""
        return f"{column_name(self.column)}{self.row + 1}"


@dataclass(slots=True)
class Placed:
    """What stands where on one sheet; of two columns or facts with one label the first counts."""

    columns: dict[str, PlacedColumn] = field(default_factory=dict)
    facts: dict[str, PlacedFact] = field(default_factory=dict)

    def add_table(self, table: Table, places: Sequence[Span], first: int) -> None:
        """Remember the table whose first row of figures is the sheet's row `first`, counted from 0."""
        for index, (column, place) in enumerate(zip(table.columns, places, strict=True)):
            letter = column_name(place[0])
            numbers = tuple(number_in(row[index], column.kind) or Decimal(0) for row in table.rows)
            cells = f"{letter}{first + 1}:{letter}{first + len(table.rows)}"
            self.columns.setdefault(column.label, PlacedColumn(cells, numbers))

    def fact_formulas(self) -> Iterator[tuple[PlacedFact, str]]:
        """Facts that are sums, each with its formula."""
        for fact in self.facts.values():
            found = self._sum_of(fact.comes_from) if fact.comes_from is not None else None
            if found is not None and found[1] == fact.number:
                yield fact, found[0]

    def _sum_of(self, comes_from: ColumnSum | FactSum) -> tuple[str, Decimal] | None:
        if isinstance(comes_from, FactSum):
            facts = [self.facts.get(label) for label in comes_from.labels]
            known = [fact for fact in facts if fact is not None]
            if len(known) < len(facts):
                return None
            return f"=SUM({','.join(fact.address for fact in known)})", sum((fact.number for fact in known), Decimal(0))
        column = self.columns.get(comes_from.label)
        if column is None or not column.numbers:
            return None
        if comes_from.part == "all":
            return f"=SUM({column.cells})", sum(column.numbers, Decimal(0))
        numbers = (number for number in column.numbers if (number > 0) == (comes_from.part == "above_zero"))
        return f"=SUMIF({column.cells},{CRITERIA[comes_from.part]})", sum(numbers, Decimal(0))


def number_in(value: Value, kind: Kind) -> Decimal | None:
    """The number that Excel will hold for a value; None where it is text, empty, a date or a share of a hundred."""
    plain = value.value if isinstance(value, Cell) else value
    kind = value.kind if isinstance(value, Cell) else kind
    if kind == "percent" or not isinstance(plain, int | Decimal) or as_number(plain, kind, 2) is None:
        return None
    return Decimal(plain)


def row_formulas(table: Table, places: Sequence[Span], first: int, placed: Placed) -> dict[tuple[int, int], str]:
    """Formulas of the table's cells by (row, column) of the table, `first` being the sheet's row of row 0."""
    found: dict[tuple[int, int], str] = {}
    for at, column in enumerate(table.columns):
        if isinstance(column.comes_from, RowSum):
            found.update(_row_sums(table, places, first, at, column.comes_from))
        elif isinstance(column.comes_from, Running):
            found.update(_running(table, places, first, at, column.comes_from, placed))
    return found


def total_formula(table: Table, places: Sequence[Span], first: int, at: int) -> str | None:
    """Of a running column the cell of the last row, where the total says the same."""
    column, total = table.columns[at], (table.totals or ())[at]
    if not isinstance(column.comes_from, Running) or not table.rows:
        return None
    last = number_in(table.rows[-1][at], column.kind)
    if last is None or last != number_in(total, column.kind):
        return None
    return f"={column_name(places[at][0])}{first + len(table.rows)}"


def _row_sums(
    table: Table, places: Sequence[Span], first: int, at: int, comes_from: RowSum
) -> Iterator[tuple[tuple[int, int], str]]:
    parts = [_index(table.columns, label) for label in comes_from.labels]
    kind = table.columns[at].kind
    for number, row in enumerate(table.rows):
        summands = (number_in(row[part], table.columns[part].kind) or Decimal(0) for part in parts)
        if number_in(row[at], kind) == sum(summands, Decimal(0)):
            cells = ",".join(f"{column_name(places[part][0])}{first + number + 1}" for part in parts)
            yield (number, at), f"=SUM({cells})"


def _running(
    table: Table, places: Sequence[Span], first: int, at: int, comes_from: Running, placed: Placed
) -> Iterator[tuple[tuple[int, int], str]]:
    step_at, kind = _index(table.columns, comes_from.label), table.columns[at].kind
    own, step = column_name(places[at][0]), column_name(places[step_at][0])
    before: Decimal | None = None
    for number, row in enumerate(table.rows):
        value = number_in(row[at], kind)
        by = number_in(row[step_at], table.columns[step_at].kind) or Decimal(0)
        if value is not None and number == 0:
            yield (number, at), f"=SUM({_start(placed, comes_from.opening, value - by)},{step}{first + 1})"
        elif value is not None and before is not None and before + by == value:
            yield (number, at), f"=SUM({own}{first + number},{step}{first + number + 1})"
        before = value


def _start(placed: Placed, opening: str, number: Decimal) -> str:
    fact = placed.facts.get(opening)
    return fact.address if fact is not None and fact.number == number else f"{number:f}"


def _index(columns: Sequence[TableColumn], label: str) -> int:
    return next(index for index, column in enumerate(columns) if column.label == label)
