"""Filling an office's workbook: its placeholders found by cell, its marked row repeated, its own styles kept."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import openpyxl
from openpyxl.utils import get_column_letter

from app.office_templates.rules import (
    MOST_TOKENS,
    NUMBER,
    Contents,
    Row,
    TemplateRefused,
    Token,
    Value,
    blocks_of,
    filled,
    is_true,
    may_hold_tokens,
    tokens,
)
from app.workbooks.cell_values import MOST_LETTERS
from app.workbooks.package import CannotBePatched, Package
from app.workbooks.patching import Inserted, OpenBook, RowPlan, SheetEdits

EMPTY = "无"
"""Stands in a repeated row where there is no record."""
_HEADER = re.compile(rb"<oddHeader(?:\s[^>]*)?>.*?</oddHeader>|<oddHeader\s*/>", re.DOTALL)
_FOOTER_FOLLOWERS = rb"<(?:rowBreaks|colBreaks|customProperties|cellWatches|ignoredErrors|smartTags|drawing|"
_FOOTER_FOLLOWERS += rb"legacyDrawing|legacyDrawingHF|picture|oleObjects|controls|webPublishItems|tableParts|extLst)\b"
DRAFT = "草稿"


@dataclass
class Sheet:
    """One sheet's cells that hold placeholders: row → column → text; and the words of structure by row."""

    name: str
    texts: dict[int, dict[int, str]] = field(default_factory=dict)
    columns: dict[int, dict[int, str]] = field(default_factory=dict)
    """All texts of a row that is repeated, so that its constant words are repeated too."""
    each: dict[int, str] = field(default_factory=dict)
    """Repeated row → register."""
    blocks: list[tuple[int, int, Token]] = field(default_factory=list)


def read(data: bytes) -> list[Sheet]:
    """The sheets with placeholders. Raises TemplateRefused where words of structure do not fit together."""
    try:
        book = openpyxl.load_workbook(io.BytesIO(data))
    except Exception as fault:  # openpyxl raises whatever its parser meets
        raise TemplateRefused("这个 Excel 文件打不开。请用 Excel 或 WPS 重新另存为 .xlsx 再上传。") from fault
    found = []
    count = 0
    for page in book.worksheets:
        sheet = Sheet(page.title)
        marks: list[tuple[int, Token]] = []
        for cells in page.iter_rows():
            for cell in cells:
                if isinstance(cell.value, str) and may_hold_tokens(cell.value) and not cell.value.startswith("="):
                    said = list(tokens(cell.value))
                    count += len(said)
                    if said:
                        sheet.texts.setdefault(cell.row, {})[cell.column] = cell.value
                    marks += [(cell.row, token) for token in said if token.kind in ("when", "unless", "end")]
                    _note_each(sheet, cell.row, said)
        for row in sheet.each:
            sheet.columns[row] = {
                cell.column: cell.value for cell in page[row]
                if isinstance(cell.value, str) and not cell.value.startswith("=")
            }  # fmt: skip
        sheet.blocks = blocks_of(marks)
        if sheet.texts:
            found.append(sheet)
    if count > MOST_TOKENS:
        raise TemplateRefused(f"模板里有 {count} 处占位，超过 {MOST_TOKENS} 处。逐条列出的内容请用【每行：名册】。")
    return found


def _note_each(sheet: Sheet, row: int, said: Sequence[Token]) -> None:
    for token in said:
        if token.kind == "each":
            if sheet.each.get(row, token.name) != token.name:
                raise TemplateRefused(f"“{sheet.name}”第 {row} 行写了两个【每行：…】，一行只能逐行列一个名册。")
            sheet.each[row] = token.name


def placed_tokens(sheets: Sequence[Sheet]) -> Iterator[tuple[str, Token, str]]:
    """(where, token, register of its repeated row or '') of every placeholder."""
    for sheet in sheets:
        for row, cells in sheet.texts.items():
            for column, text in cells.items():
                for token in tokens(text):
                    yield f"{sheet.name} {get_column_letter(column)}{row}", token, sheet.each.get(row, "")


def fill(data: bytes, contents: Contents, *, is_draft: bool) -> bytes:
    """The workbook with everything in place; untouched rows and parts stay byte for byte. Raises TemplateRefused."""
    edits: dict[str, SheetEdits] = {}
    for sheet in read(data):
        edits[sheet.name] = _edits(sheet, contents)
        _refuse_long(sheet, edits[sheet.name])
    try:
        book = OpenBook(data)
        if is_draft:
            for part in book.sheets.values():
                _mark_draft(book.package, part)
        book.edit(edits, author="")
        return book.package.save()
    except CannotBePatched as fault:
        raise TemplateRefused("这个 Excel 文件的结构不规范，改不动。请用 Excel 或 WPS 重新另存后再上传。") from fault


def _edits(sheet: Sheet, contents: Contents) -> SheetEdits:
    edits = SheetEdits()
    gone = _gone_rows(sheet, contents.values)
    inserted = [
        Inserted(after=row, count=len(contents.rows.get(name, ())) - 1, like=row)
        for row, name in sheet.each.items()
        if row not in gone
    ]
    edits.rows = RowPlan(tuple(inserted), tuple((row, row) for row in sorted(gone)))
    for row, cells in sheet.texts.items():
        if row in gone:
            continue
        at = edits.rows.moved(row) or row
        if row in sheet.each:
            _repeat(edits, at, sheet.columns[row], contents, sheet.each[row])
        else:
            for column, text in cells.items():
                edits.values[at, column] = filled(text, lambda name: contents.values[name])
    return edits


def _refuse_long(sheet: Sheet, edits: SheetEdits) -> None:
    """A cell of Excel ends after so many letters; what would be cut off in silence is refused instead."""
    for (row, column), value in edits.values.items():
        if isinstance(value, str) and len(value) > MOST_LETTERS:
            where = f"{sheet.name} {get_column_letter(column)}{row}"
            raise TemplateRefused(
                f"“{where}”要填 {len(value):,} 个字，Excel 一格最多 {MOST_LETTERS:,} 个字，放不下。请把这段话缩短，或改用 Word 模板。"
            )


def _gone_rows(sheet: Sheet, values: Mapping[str, Value]) -> set[int]:
    """Rows of blocks whose condition is not met, and rows that hold nothing but words of structure."""
    gone: set[int] = set()
    for first, last, token in sheet.blocks:
        if is_true(values[token.name]) is (token.kind == "unless"):
            gone.update(range(first, last + 1))
    for row, cells in sheet.texts.items():
        rest = "".join(cells.values())
        for token in tokens(rest):
            if token.kind in ("when", "unless", "end"):
                rest = rest.replace(token.text, "", 1)
        if not rest.strip() and row not in sheet.each:
            gone.add(row)
    return gone


def _repeat(edits: SheetEdits, at: int, cells: Mapping[int, str], contents: Contents, name: str) -> None:
    rows: Sequence[Row] = contents.rows.get(name, ())
    for number, row in enumerate(rows):

        def value_of(word: str, row: Row = row, number: int = number) -> Value:
            if word == NUMBER:
                return number + 1
            if word in row:
                return "" if row[word] is None else row[word]
            return contents.values[word]

        for column, text in cells.items():
            edits.values[at + number, column] = filled(text, value_of)
    if not rows:
        first = True
        for column, text in cells.items():
            if may_hold_tokens(text):
                edits.values[at, column] = EMPTY if first else None
                first = False


def _mark_draft(package: Package, part: str) -> None:
    """草稿 in the page's head, in red; a head of the office is kept behind it."""
    xml = package.xml(part)
    mark = f"&amp;C&amp;KC8102E{DRAFT}".encode()
    known = _HEADER.search(xml)
    if known:
        old = known[0].partition(b">")[2].rpartition(b"</")[0]
        xml = (
            xml[: known.start()]
            + b"<oddHeader>"
            + mark
            + b"  "
            + old.replace(b"&amp;C", b"", 1)
            + b"</oddHeader>"
            + (xml[known.end() :])
        )
    elif b"<headerFooter" in xml:
        xml = re.sub(rb"<headerFooter([^>/]*)/?>", lambda m: b"<headerFooter" + m[1] + b"><oddHeader>" + mark + (
            b"</oddHeader>" + (b"</headerFooter>" if m[0].endswith(b"/>") else b"")), xml, count=1)  # fmt: skip
    else:
        follower = re.search(_FOOTER_FOLLOWERS + rb"|</worksheet>", xml)
        at = follower.start() if follower else len(xml)
        xml = xml[:at] + b"<headerFooter><oddHeader>" + mark + b"</oddHeader></headerFooter>" + xml[at:]
    package.put(part, xml)
