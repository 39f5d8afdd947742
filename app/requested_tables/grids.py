"""A table's content as the page shows it: a screen of rows, numbers hidden from those who gave no reason, faults beside."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from app.language import gettext as _
from app.lowcode.page_models.lists import Pager
from app.lowcode.page_models.parts import Link
from app.requested_tables.blanks import BlankTable
from app.requested_tables.contents import Rows, is_blank
from app.requested_tables.editing import hidden
from app.requested_tables.page_models import GridCell, GridHead, GridLine, GridView

LINES_A_PAGE = 25

Address = Callable[..., str]
"""`address(t=1, page=2)` → where that table's page is."""


def page_of(wanted: int, count: int) -> int:
    """The page asked for, within those there are; from 1."""
    return max(1, min(wanted, (count + LINES_A_PAGE - 1) // LINES_A_PAGE or 1))


def grid(
    tables: Sequence[BlankTable], number: int, rows: Rows, address: Address, *, page: int,
    sees_numbers: bool = False, sees_phones: bool = False, missing: Collection[int] = (),
    names: Callable[[int, int], str] = lambda _line, _position: "",
    faults: Mapping[tuple[int, int], str] | None = None, may_remove: bool = False,
) -> GridView:  # fmt: skip
    """One table of a workbook. `names(line, position)` is the input's name, "" for cells that are only read."""
    table = tables[number]
    page = page_of(page, len(rows.cells))
    start = (page - 1) * LINES_A_PAGE
    wrong = faults or {}

    def cell(line: int, position: int) -> GridCell:
        value = rows.cells[line][position] if position < len(rows.cells[line]) else None
        text = hidden(value, sees_numbers=sees_numbers, sees_phones=sees_phones)
        is_lacking = position in table.asked and (is_blank(value) or ("*" in text and text == str(value)))
        return GridCell(text, names(line, position), wrong.get((line, position), ""), is_lacking)

    lines = tuple(
        GridLine(
            line + 1,
            tuple(cell(line, position) for position in range(len(table.columns))),
            str(line) if may_remove and not table.is_statistics else "",
        )
        for line in range(start, min(start + LINES_A_PAGE, len(rows.cells)))
    )
    return GridView(
        title=table.title,
        heads=tuple(
            GridHead(head.last, place in missing, _size(head.last, [line.cells[place].text for line in lines]))
            for place, head in enumerate(table.columns)
        ),
        lines=lines,
        tabs=_tabs(tables, number, address),
        pager=_pager(number, page, len(rows.cells), address),
        empty_text=_("这张表里还没有行。"),
    )


def _size(heading: str, texts: Sequence[str]) -> int:
    """Characters that the longest text of a column needs, a Chinese one counting two."""
    longest = max((sum(2 if char > "\u2e7f" else 1 for char in text) for text in texts), default=0)
    return max(4, 2 * min(len(heading), 6), min(longest, 22))


def _tabs(tables: Sequence[BlankTable], number: int, address: Address) -> tuple[Link, ...]:
    if len(tables) < 2:
        return ()
    return tuple(
        Link(table.title or table.sheet, address(t=place), place == number) for place, table in enumerate(tables)
    )


def _pager(number: int, page: int, count: int, address: Address) -> Pager | None:
    if count <= LINES_A_PAGE:
        return None
    last = (count + LINES_A_PAGE - 1) // LINES_A_PAGE
    more: dict[str, Any] = {"t": number}
    return Pager(
        _("第 %(page)s 页，共 %(last)s 页，%(count)s 行", page=page, last=last, count=count),
        address(page=page - 1, **more) if page > 1 else "",
        address(page=page + 1, **more) if page < last else "",
    )
