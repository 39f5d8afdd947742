"""The picture of a sheet: which rows are drawn, what each was taken for, and the rows that hold no record, listed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from app.language import gettext as _
from app.lowcode.importing.corrections import AS_RECOGNISED, SheetCorrection
from app.lowcode.importing.headings import text_of
from app.lowcode.importing.posted import LEFT_OUT, kinds_of, row_field
from app.lowcode.importing.recognition import ReadSheet
from app.lowcode.page_models.importing import RowKind, SheetRow, SkippedRows
from app.lowcode.page_models.parts import Option
from app.workbooks.references import column_letters

TOP, FOOT, RUN_EDGE, MOST_DRAWN = 12, 6, 2, 56
"""Rows drawn: from the top, from the foot, at each edge of a run of rows of one kind, and altogether."""
COLUMNS, LETTERS = 14, 18
SAMPLES, PLACES = 3, 12
"""Of skipped rows: texts shown, and stretches of row numbers named."""

WHY: dict[str, tuple[RowKind, str, str]] = {
    "title": ("title", "标题", "标题或说明行"),
    "note": ("note", "说明", "填表说明或备注"),
    "blank": ("blank", "空行", "空行"),
    "numbered_blank": ("numbered", "空号", "只有序号、没有内容的行"),
    "total": ("total", "合计", "合计、小计行"),
    "repeated_header": ("repeated", "重复表头", "重复的表头"),
    "signature": ("signature", "签字", "签字、日期行"),
}
"""Why a row holds no record → its tint, the word beside it, and its heading in the list."""
_ID_NUMBER = re.compile(r"(?<!\d)(\d{6})\d{8,11}([\dXx])(?!\d)")
_PHONE = re.compile(r"(?<!\d)(1\d{2})\d{4}(\d{4})(?!\d)")


def masked_text(cell: Any, letters: int = LETTERS) -> str:
    """A cell on the page: numbers of persons are never shown whole."""
    text = _PHONE.sub(r"\1****\2", _ID_NUMBER.sub(r"\1…\2", text_of(cell).replace("\n", " ")))
    return text if len(text) <= letters else text[: letters - 1] + "…"


def shown_columns(sheet: ReadSheet) -> range:
    """The columns drawn: from the first one that a table has, or that has content."""
    lefts = [table.left for table in sheet.layout.tables]
    first = min(lefts, default=0)
    return range(first, min(sheet.sheet.width, first + COLUMNS))


DATA_WORDS = ("数据", "这是数据")
"""Of a row that holds a record: the word beside it, and the choice that makes it one."""


def draw(
    sheet: ReadSheet, correction: SheetCorrection = AS_RECOGNISED, words: tuple[str, str] = DATA_WORDS
) -> tuple[SheetRow, ...]:  # fmt: skip
    """The rows of the picture, with a gap for each stretch that is not drawn."""
    kinds = kinds_of(sheet)
    columns = shown_columns(sheet)
    rows, before = [], -1
    for number in drawn_rows(kinds):
        if number > before + 1:
            rows.append(_gap(kinds, before + 1, number, words))
        rows.append(_row(sheet, number, kinds[number], columns, correction, words))
        before = number
    if before + 1 < len(kinds):
        rows.append(_gap(kinds, before + 1, len(kinds), words))
    return tuple(rows)


def drawn_rows(kinds: Sequence[str]) -> list[int]:
    """Numbers of the rows to draw: the top, the foot, headers, and where one kind of rows gives way to another."""
    count = len(kinds)
    wanted = set(range(min(TOP, count))) | set(range(max(0, count - FOOT), count))
    for start, end in _runs(kinds):
        if len(wanted) >= MOST_DRAWN:
            break
        edge = end - start if kinds[start] == "header" else RUN_EDGE
        wanted.update(range(start, min(end, start + edge)))
        wanted.update(range(max(start, end - edge), end))
    # A gap of one row would take as much room as the row itself.
    wanted.update(number for number in range(1, count - 1) if {number - 1, number + 1} <= wanted)
    return sorted(wanted)


def _runs(kinds: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Stretches of rows of one kind: first row, and the one behind the last."""
    start = 0
    for number in range(1, len(kinds) + 1):
        if number == len(kinds) or kinds[number] != kinds[start]:
            yield start, number
            start = number


def _gap(kinds: Sequence[str], start: int, end: int, words: tuple[str, str]) -> SheetRow:
    is_data = words == DATA_WORDS and all(kind == "data" for kind in kinds[start:end])
    counts = {"first": start + 1, "last": end, "n": f"{end - start:,}"}
    text = (
        _("第 %(first)s–%(last)s 行，共 %(n)s 行都是数据，没有画出来", **counts)
        if is_data
        else _("第 %(first)s–%(last)s 行，共 %(n)s 行，没有画出来", **counts)
    )
    return SheetRow(start + 1, "gap", text)


def _row(
    sheet: ReadSheet, number: int, kind: str, columns: range, correction: SheetCorrection, words: tuple[str, str]
) -> SheetRow:  # fmt: skip
    cells = sheet.sheet.rows[number]
    texts = tuple(masked_text(cells[column]) if column < len(cells) else "" for column in columns)
    tint, word = _tint(kind, words[0])
    said = number in correction.data_rows or number in correction.other_rows or number in (correction.header_rows or ())
    can_choose = kind not in ("blank", LEFT_OUT)
    return SheetRow(
        number + 1, tint, _(word), texts, row_field(number) if can_choose else "",
        _choices(kind, word, words[1]) if can_choose else (), is_corrected=said,
        is_hidden=number in (sheet.sheet.hidden or ()), is_struck=number in sheet.sheet.struck,
    )  # fmt: skip


def _tint(kind: str, data: str) -> tuple[RowKind, str]:
    if kind in WHY:
        return WHY[kind][0], WHY[kind][1]
    if kind == "data":
        return "data", data
    return ("header", "表头") if kind == "header" else ("skipped", "不读")


def _choices(kind: str, word: str, data: str) -> tuple[Option, ...]:
    """The three things a row can be; the first is what it was taken for."""
    is_other = kind in WHY
    words = {"header": _("这是表头"), "data": _(data), "other": _("不读这一行")}
    now = "other" if is_other else kind
    return (Option(now, _(word), True), *(Option(key, text) for key, text in words.items() if key != now))


def skipped_rows(sheet: ReadSheet) -> tuple[SkippedRows, ...]:
    """Every row that is not read, by kind, blank ones last."""
    by_kind: dict[str, list[int]] = {}
    for row, why in sheet.layout.skipped:
        by_kind.setdefault(why, []).append(row)
    return tuple(
        SkippedRows(
            _(WHY[why][2]), _("%(n)s 行", n=f"{len(rows):,}"), _places(rows),
            tuple(text for row in rows[:SAMPLES] if (text := _first_text(sheet, row))),
        )
        for why, rows in sorted(by_kind.items(), key=lambda item: (item[0] == "blank", item[1][0]))
    )  # fmt: skip


def _places(rows: Sequence[int]) -> str:
    """第 1、3–5、9 行."""
    stretches: list[list[int]] = []
    for row in rows:
        if stretches and row == stretches[-1][1] + 1:
            stretches[-1][1] = row
        else:
            stretches.append([row, row])
    said = "、".join(
        str(first + 1) if first == last else f"{first + 1}–{last + 1}" for first, last in stretches[:PLACES]
    )
    if len(stretches) > PLACES:
        return _("第 %(rows)s 等行", rows=said)
    return _("第 %(rows)s 行", rows=said)


def _first_text(sheet: ReadSheet, row: int) -> str:
    return next((masked_text(cell, 30) for cell in sheet.sheet.rows[row] if cell != "" and text_of(cell)), "")


def letters_of(sheet: ReadSheet) -> tuple[str, ...]:
    """Excel's letters of the columns drawn."""
    return tuple(column_letters(column + 1) for column in shown_columns(sheet))
