"""What the pages of an import send back, as values; and the names of the fields in which they do."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.lowcode.importing.corrections import SheetCorrection
from app.lowcode.importing.headings import plain_heading
from app.lowcode.importing.recognition import ReadSheet

_ROW = re.compile(r"row-(\d{1,7})")
_SAID = frozenset({"header", "data", "other"})
_LONG_WORD = 40
LEFT_OUT = "left_out"


def row_field(row: int) -> str:
    """The name under which the page posts what a row is said to be; rows from 0."""
    return f"row-{row + 1}"


def header_field(header: str) -> str:
    """The name under which the page posts the choice for a header; very long headers go by a print of them."""
    word = plain_heading(header)
    if len(word) > _LONG_WORD:
        word = word[:16] + "~" + hashlib.sha256(word.encode()).hexdigest()[:12]
    return "map:" + word


def kinds_of(sheet: ReadSheet) -> list[str]:
    """What each row was taken for: header, data, LEFT_OUT on a sheet that is not read, else why it holds no record."""
    if sheet.is_left_out:
        return [LEFT_OUT] * len(sheet.sheet.rows)
    kinds = ["data"] * len(sheet.sheet.rows)
    for row, why in sheet.layout.skipped:
        kinds[row] = why
    for table in sheet.layout.tables:
        for row in table.header_rows:
            kinds[row] = "header"
    return kinds


def rows_said(form: Mapping[str, str]) -> dict[int, str]:
    """Row from 0 → header, data or other, as it stood in the selects of the picture."""
    return {
        int(found[1]) - 1: value for name, value in form.items() if value in _SAID and (found := _ROW.fullmatch(name))
    }


def corrected(
    sheet: ReadSheet, before: SheetCorrection, said: Mapping[int, str], *, way: str | None = None,
    area: str | None = None,
) -> SheetCorrection:  # fmt: skip
    """What a person says about a sheet by now, from what stands in the picture and what was said before.

    A select that still shows what the row was taken for says nothing. A row called header joins header rows that it
    touches; anywhere else it takes their place. `way` is "bare" (no header), "out" (not read) or "". None leaves it.
    Raises ValueError in words where the header rows do not follow one another.
    """
    kinds = kinds_of(sheet)
    now = {row: kind if kind in ("header", "data") else "other" for row, kind in enumerate(kinds)}
    changed = {row: kind for row, kind in said.items() if row in now and kind != now[row]}
    found = SheetCorrection(
        header_rows=_header_rows(before, now, said, changed),
        data_rows=_with(before.data_rows, changed, "data"),
        other_rows=_with(before.other_rows, changed, "other"),
        is_left_out=before.is_left_out,
        area=before.area if area is None else area,
    )
    return _in_way(found, before, way)


def _with(rows: frozenset[int], changed: Mapping[int, str], kind: str) -> frozenset[int]:
    return (rows - changed.keys()) | {row for row, said in changed.items() if said == kind}


def _header_rows(
    before: SheetCorrection, now: Mapping[int, str], said: Mapping[int, str], changed: Mapping[int, str]
) -> tuple[int, ...] | None:
    if not any(kind == "header" or now[row] == "header" for row, kind in changed.items()):
        return before.header_rows
    wanted = {row for row, kind in said.items() if kind == "header" and row in now}
    fresh = {row for row, kind in changed.items() if kind == "header"}
    if not wanted:
        return ()
    first = last = min(fresh or wanted)
    while first - 1 in wanted:
        first -= 1
    while last + 1 in wanted:
        last += 1
    if not fresh <= set(range(first, last + 1)):
        raise ValueError("表头要选相连的一至三行。请重新选。")
    return tuple(range(first, last + 1))


def _in_way(found: SheetCorrection, before: SheetCorrection, way: str | None) -> SheetCorrection:
    was = "out" if before.is_left_out else "bare" if before.header_rows == () else ""
    if way is None or way == was:
        return found
    if way == "out":
        return replace(found, is_left_out=True)
    rows = () if way == "bare" else None if found.header_rows == () else found.header_rows
    return replace(found, is_left_out=False, header_rows=rows)


def mapping_said(
    form: Mapping[str, str], recognised: Sequence[ReadSheet], names: frozenset[str], before: Mapping[str, str]
) -> dict[str, str]:
    """Header → column where a person said something else than `recognised` (without answers) found.

    What was said before and is not on the page stays; "" is a column that is not taken.
    """
    chosen = dict(before)
    for sheet in recognised:
        for table in sheet.tables:
            for cell in table.table.columns:
                wanted = form.get(header_field(cell.title))
                if wanted is None or (wanted and wanted not in names):
                    continue
                if wanted == table.matches[cell.index].column:
                    chosen.pop(cell.title, None)
                else:
                    chosen[cell.title] = wanted
    return chosen
