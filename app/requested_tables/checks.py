"""What is wrong with cells somebody filled in: the same checks as for cells that are imported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.fields.refusal import Refused
from app.lowcode.column import Column
from app.lowcode.importing.matching import SURE
from app.lowcode.register import register, registers
from app.requested_tables.blanks import BlankTable
from app.requested_tables.choices import TableChoice
from app.requested_tables.contents import Content, is_blank
from app.requested_tables.figures import figure_positions
from app.requested_tables.proposing import fillable_columns, offer_of

_STRICT = frozenset({"id_number", "phone", "date", "month", "integer", "number", "credit_code"})
"""Kinds whose refusal is a mistake in any table. Words of a list are the superior's own affair."""
MASKED = "这个号码还打着星号，不能上报。请填完整号码，或选好查看原因后重新取数。"


@dataclass(frozen=True, slots=True)
class CellFault:
    """What is wrong with one cell, by table, row and position, from 0."""

    table: int
    row: int
    position: int
    text: str


def column_kinds(table: BlankTable, choice: TableChoice) -> Mapping[int, Column]:
    """Position → the register's column that says how such a cell is read."""
    if table.is_statistics:
        return {}
    names = {reg.name for reg in registers()}
    if choice.register in names:
        candidates = [register(choice.register)]
    else:
        candidates = [reg for reg in registers() if not reg.is_sensitive]
    offers = [(reg, offer_of(reg, table, choice.columns)) for reg in candidates]
    if not offers:
        return {}
    reg, best = max(offers, key=lambda pair: pair[1].score)
    columns = {column.name: column for column in fillable_columns(reg)}
    return {
        position: columns[each.column]
        for position, each in best.matches.items()
        if each.column and each.certainty >= SURE and columns[each.column].type.key in _STRICT
        and columns[each.column].kind in ("stored", "sealed", "extra")
    }  # fmt: skip


def faults(
    tables: Sequence[BlankTable], choices: Sequence[TableChoice], content: Content, *, today: date
) -> list[CellFault]:
    """Every cell that cannot be handed in, with the reason."""
    found: list[CellFault] = []
    for number, (table, choice, rows) in enumerate(zip(tables, choices, content, strict=False)):
        kinds = column_kinds(table, choice)
        for line, cells in enumerate(rows.cells):
            if table.is_statistics:
                found += _figure_faults(number, table, line, cells)
                continue
            for position, column in kinds.items():
                cell = cells[position] if position < len(cells) else None
                if is_blank(cell):
                    continue
                if isinstance(cell, str) and "*" in cell:
                    found.append(CellFault(number, line, position, MASKED))
                    continue
                try:
                    column.type.parse(cell, today=today)
                except Refused as refusal:
                    found.append(CellFault(number, line, position, refusal.message))
    return found


def _figure_faults(number: int, table: BlankTable, line: int, cells: Sequence[object]) -> list[CellFault]:
    found = []
    for position in figure_positions(table):
        cell = cells[position] if position < len(cells) else None
        if isinstance(cell, str) and cell.strip():
            try:
                float(cell.replace(",", "").replace("，", ""))
            except ValueError:
                found.append(CellFault(number, line, position, f"“{cell}”不是数字，请只填数字。"))
    return found
