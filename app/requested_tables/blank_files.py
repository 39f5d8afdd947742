"""Blank workbooks kept sealed in their row, and what is asked of them: tables, drop-downs, when they were saved."""

from __future__ import annotations

import base64
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import openpyxl

from app.fields import sealing
from app.lowcode.importing import sheets
from app.lowcode.importing.containers import FileIsRefused, kind_of
from app.requested_tables.blanks import BlankTable, blank_tables
from app.requested_tables.corrections import NOTHING_SAID, BlankCorrection
from app.requested_tables.proposing import known_words
from app.security.actor import SYSTEM, Actor
from app.security.keys import keyring

MOST_BYTES = 10 * 1024 * 1024
"""A blank table, or one community's, is seldom above 1 MB."""
_SAVED = re.compile(rb"<dcterms:modified[^>]*>([^<]+)</dcterms:modified>")


def refuse_large(data: bytes) -> None:
    """Raise FileIsRefused for a file that no table to fill can be."""
    if len(data) > MOST_BYTES:
        raise FileIsRefused("这个文件超过了 10 MB。要填的表一般没有这么大，请删掉里面的图片，另存一份再上传。")


def seal(data: bytes, *, table: str, uid: str) -> bytes:
    """The workbook as one sealed box, bound to its row."""
    return keyring().seal(base64.b64encode(data).decode("ascii"), context=sealing.place(table, "blank", uid))


def unseal(box: bytes, *, table: str, uid: str) -> bytes:
    """The workbook again. Raises BoxIsDamaged."""
    return base64.b64decode(keyring().open_box(bytes(box), context=sealing.place(table, "blank", uid)))


def tables_of(data: bytes, actor: Actor = SYSTEM, said: BlankCorrection = NOTHING_SAID) -> tuple[BlankTable, ...]:
    """The tables of a blank workbook. Raises FileIsRefused, also where there is no table in it."""
    found = found_tables(data, actor, said)
    if not found:
        raise FileIsRefused("没有认出要填的表。请确认表里有一行列名（如 姓名、身份证号），下面留着要填的空行。")
    return found


def found_tables(data: bytes, actor: Actor = SYSTEM, said: BlankCorrection = NOTHING_SAID) -> tuple[BlankTable, ...]:
    """The same, but none where a person has to point out the header. Raises FileIsRefused where nobody could."""
    refuse_large(data)
    book = sheets.read(data)
    found = blank_tables(book, known_words(actor), said)
    if not found and not any(sum(cell != "" for cell in row) > 1 for sheet in book.sheets for row in sheet.rows):
        raise FileIsRefused("这个文件里没有表：没有一行写了两个以上的列名。请确认选对了文件。")
    return found


@lru_cache(maxsize=16)
def _validations(data: bytes) -> dict[str, list[tuple[str, tuple[str, ...]]]]:
    book = openpyxl.load_workbook(io.BytesIO(data))
    return {
        page.title: [
            (str(each.sqref), words)
            for each in page.data_validations.dataValidation
            if each.type == "list" and (words := _words(book, page, each.formula1 or ""))
        ]
        for page in book.worksheets
    }


def _words(book: Any, page: Any, formula: str) -> tuple[str, ...]:
    """The entries of a drop-down: written out, a range, or a name that means one."""
    text = formula.strip().lstrip("=")
    if text.startswith('"'):
        return tuple(word.strip() for word in text.strip('"').split(",") if word.strip())
    if text in book.defined_names:
        text = book.defined_names[text].attr_text or ""
    sheet, _, reference = text.rpartition("!")
    where = book[sheet.strip("'")] if sheet.strip("'") in book.sheetnames else page
    try:
        cells = where[reference.replace("$", "")]
    except (ValueError, KeyError, TypeError, AttributeError):
        return ()
    rows = cells if isinstance(cells, tuple) else ((cells,),)
    return tuple(str(cell.value).strip() for row in rows for cell in row if cell.value is not None)[:500]


def drop_downs(data: bytes, tables: Sequence[BlankTable]) -> list[Mapping[int, Sequence[str]]]:
    """For each table: position → the words its cells may hold. Empty for files that are no .xlsx."""
    if kind_of(data) != "xlsx":
        return [{} for _ in tables]
    try:
        found = _validations(data)
    except (ValueError, KeyError, TypeError, AttributeError, zipfile.BadZipFile):
        # openpyxl refuses some workbooks Excel opens; drop-downs are a nicety, the table goes on without.
        return [{} for _ in tables]
    return [_of_table(table, found.get(table.sheet, [])) for table in tables]


def _of_table(table: BlankTable, lists: Sequence[tuple[str, tuple[str, ...]]]) -> dict[int, tuple[str, ...]]:
    line = (table.rows[0] if table.rows else table.first_row) + 1
    words: dict[int, tuple[str, ...]] = {}
    for ranges, entries in lists:
        for part in ranges.split():
            left, top, right, bottom = openpyxl.utils.range_boundaries(part)
            if not (top or 1) <= line <= (bottom or 10**7):
                continue
            for number, cell in enumerate(table.columns):
                if (left or 1) <= cell.index + 1 <= (right or 10**5):
                    words[number] = entries
    return words


def saved_at(data: bytes) -> datetime | None:
    """When the workbook says it was saved last; None where it does not say."""
    if not data.startswith(b"PK"):
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            hit = _SAVED.search(package.read("docProps/core.xml"))
    except (KeyError, zipfile.BadZipFile, OSError):
        return None
    if hit is None:
        return None
    try:
        moment = datetime.fromisoformat(hit[1].decode("ascii").strip())
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
