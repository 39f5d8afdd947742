"""Tables of a blank workbook as plain values that can be kept: what was recognised once holds, whatever is learnt later.

Returns are kept by the position of their columns. Were a blank table recognised anew each time, a register's new
synonym could move those positions under rows that came in last week.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.lowcode.importing.tables import HeaderCell
from app.requested_tables.blanks import BlankTable, owner_among

_ROWS = ("header_rows", "rows", "labels", "label_columns", "total_rows")


def to_json(tables: Sequence[BlankTable]) -> list[dict[str, Any]]:
    """One object for each table, its fields by name."""
    return [
        {
            "sheet": table.sheet, "title": table.title, "serial": table.serial, "is_last": table.is_last,
            "owner": table.owner,
            "columns": [[cell.index, list(cell.parts), cell.role] for cell in table.columns],
            **{name: list(getattr(table, name)) for name in _ROWS},
        }
        for table in tables
    ]  # fmt: skip


def from_json(kept: Sequence[Mapping[str, Any]]) -> tuple[BlankTable, ...]:
    """The tables again."""
    return tuple(_table(each) for each in kept)


def _table(each: Mapping[str, Any]) -> BlankTable:
    columns = tuple(HeaderCell(index, tuple(parts), role) for index, parts, role in each["columns"])
    # Layouts kept before the column of the community was part of them say nothing about it.
    owner = each["owner"] if "owner" in each else owner_among(columns)
    return BlankTable(
        sheet=each["sheet"], title=each["title"], serial=each["serial"], is_last=each["is_last"], columns=columns,
        owner=owner, **{name: tuple(each[name]) for name in _ROWS},
    )  # fmt: skip
