"""From a workbook to a staged batch: recognise, read, judge, and keep the result for preview and publishing."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, insert

from app.database.transactions import writing
from app.fields.refusal import Refused
from app.lowcode.column import Column
from app.lowcode.importing import packing
from app.lowcode.importing.cells import CellReader, Fault, ReadRow
from app.lowcode.importing.corrections import AS_RECOGNISED, SheetCorrection
from app.lowcode.importing.judging import Judged, judge, masked, shown_values
from app.lowcode.importing.lookup import defaults_of, missing_ids
from app.lowcode.importing.models import CHECKED, ImportBatch, ImportRow
from app.lowcode.importing.outcome import COUNTED, Outcome, Remark
from app.lowcode.importing.recognition import ReadSheet, recognise
from app.lowcode.importing.remembering import recall
from app.lowcode.importing.sheets import Workbook
from app.lowcode.links import LinkFinder
from app.lowcode.places import AreaFinder
from app.lowcode.register import Register
from app.security.actor import Actor

COMMUNITY_DIGITS = 12
STAGED_AT_ONCE = 1_000
MOST_REMARKS = 10_000


@dataclass(frozen=True)
class Examined:
    """A workbook read and judged, nothing of it written."""

    sheets: tuple[ReadSheet, ...]
    rows: list[Judged]
    missing: list[tuple[int, str]]
    warnings: tuple[Remark, ...]
    refusal: str = ""


def recognise_for(
    reg: Register, book: Workbook, chosen: Mapping[str, str], *,
    corrections: Mapping[str, SheetCorrection] | None = None, area: str = "",
) -> tuple[ReadSheet, ...]:  # fmt: skip
    """The sheets of a workbook against a register, with a person's answers and the layouts used before in `area`."""
    places = {column.name for column in reg.columns if column.kind == "place"}
    assumed = frozenset(defaults_of(reg)) | places
    return recognise(
        book, reg.columns, reg.keys, reg.row_title, chosen=chosen, assumed=assumed, corrections=corrections,
        recalled=recall(reg.name, area),
    )  # fmt: skip


def examine(
    reg: Register, book: Workbook, *, area: str, mapping: Mapping[str, str], is_whole: bool, by: Actor, today: date,
    corrections: Mapping[str, SheetCorrection] | None = None,
    clears_blanks: bool = False,
) -> Examined:  # fmt: skip
    """Everything a file says, with a verdict for each record."""
    sheets = recognise_for(reg, book, mapping, corrections=corrections, area=area)
    if not any(table.is_taken for sheet in sheets for table in sheet.tables):
        return Examined(sheets, [], [], (), refusal=why_nothing_is_taken(reg, sheets))
    places, links = AreaFinder(area), LinkFinder()
    records: list[tuple[ReadRow, str]] = []
    for sheet in sheets:
        said = (corrections or {}).get(sheet.sheet.name, AS_RECOGNISED)
        home = said.area or area_of_sheet(sheet.sheet.name, area, places)
        places.within = home
        for table in sheet.tables:
            if table.is_taken:
                reader = CellReader(
                    sheet.sheet, table.table, table.matches, reg.columns, today=today,
                    places=lambda text: places.read(text) if text else None, links=links.read,
                )  # fmt: skip
                records += [(read, home) for read in reader.rows()]
    judged, _ = judge(reg, records, by=by, today=today, clears_blanks=clears_blanks)
    missing = []
    if is_whole:
        named = {each.area[:COMMUNITY_DIGITS] for each in judged if each.area}
        missing = missing_ids(reg, named, {each.target for each in judged if each.target is not None}, by)
    return Examined(sheets, judged, missing, layout_warnings(reg, sheets))


def area_of_sheet(name: str, otherwise: str, places: AreaFinder) -> str:
    """The area a sheet is named after (桂花社区), else `otherwise`."""
    text = name.strip()
    if not text or text.isdigit():
        return otherwise
    before, places.within = places.within, otherwise
    try:
        return places.read(text) or otherwise
    except Refused:
        return otherwise
    finally:
        places.within = before


def why_nothing_is_taken(reg: Register, sheets: Sequence[ReadSheet]) -> str:
    """What is lacking where no table can be read."""
    labels = {column.name: column.label for column in reg.columns}
    keys = "，或".join("和".join(f"“{labels[name]}”" for name in key) for key in (*reg.keys, (reg.row_title,)))
    if not any(sheet.tables for sheet in sheets):
        return f"没有认出表头。请确认这是“{reg.title}”要的表，第一列到最后一列上面有列名；没有现成的表请下载模板。"
    return f"表里没有能认出是谁的列。至少要有：{keys}。请在“列怎么对应”里指明，或补上这一列。"


def layout_warnings(reg: Register, sheets: Sequence[ReadSheet]) -> tuple[Remark, ...]:
    """Sheets that are not taken, and columns that the register asks for and the file does not have."""
    found = []
    assumed = frozenset(defaults_of(reg)) | {column.name for column in reg.columns if column.kind == "place"}
    for sheet in sheets:
        taken = [table for table in sheet.tables if table.is_taken]
        if sheet.tables and not taken:
            text = f"工作表“{sheet.sheet.name.strip()}”里没有能认出是谁的列，这一张没有读。"
            found.append(Remark(sheet.sheet.name, None, "", "", text))
        if not taken:
            continue
        mapped = frozenset().union(*(table.columns for table in taken))
        found += [
            Remark(sheet.sheet.name, None, column.name, "", f"表里没有“{column.label}”这一列。")
            for column in reg.columns
            if column.is_required and column.is_editable and column.name not in mapped | assumed
        ]
    return tuple(found)


def outcome_of(examined: Examined, reg: Register, batch_id: int | None) -> Outcome:
    """The examination as the command prints it."""
    counts = dict.fromkeys(COUNTED, 0)
    columns = {column.name: column for column in reg.columns}
    errors: list[Remark] = []
    warnings = list(examined.warnings)
    error_rows = 0
    for each in examined.rows:
        if each.verdict == "error":
            error_rows += 1
        else:
            counts[each.verdict] += 1
        if len(errors) < MOST_REMARKS:
            errors += _remarks(each.read, each.read.faults, columns)
        if len(warnings) < MOST_REMARKS:
            warnings += _remarks(each.read, each.read.doubts, columns)
    counts["missing"] = len(examined.missing)
    sheets = tuple(sheet.as_json() for sheet in examined.sheets)
    if examined.refusal:
        errors.append(Remark(None, None, "", "", examined.refusal))
    return Outcome(
        batch_id, counts, sheets, tuple(errors), tuple(warnings), error_rows=error_rows, refusal=examined.refusal
    )


def _remarks(read: ReadRow, faults: Iterable[Fault], columns: Mapping[str, Column]) -> list[Remark]:
    return [
        Remark(read.sheet, read.row, fault.column, _masked_value(fault, columns), fault.message) for fault in faults
    ]


def _masked_value(fault: Fault, columns: Mapping[str, Column]) -> str:
    column = columns.get(fault.column)
    return masked(column, fault.value) if column else fault.value


def stage(reg: Register, batch: ImportBatch, examined: Examined) -> None:
    """Put the judged records where the preview and publishing read them, replacing what was there."""
    columns = {column.name: column for column in reg.columns}
    places = AreaFinder()
    with writing() as session:
        session.execute(delete(ImportRow).where(ImportRow.batch_id == batch.id))
        ready = [_staged(reg, batch, each, columns, places) for each in examined.rows]
        ready += [_missing(batch, id_, title) for id_, title in examined.missing]
        for start in range(0, len(ready), STAGED_AT_ONCE):
            session.connection().execute(insert(ImportRow.__table__), ready[start : start + STAGED_AT_ONCE])  # type: ignore[arg-type]
        batch.state = CHECKED


def _staged(
    reg: Register, batch: ImportBatch, each: Judged, columns: Mapping[str, Column], places: AreaFinder
) -> dict[str, Any]:
    uid = secrets.token_hex(16)
    read = each.read
    title = read.values.get(reg.row_title)
    return {
        "batch_id": batch.id,
        "uid": uid,
        "user_id": batch.user_id,
        "sheet": read.sheet[:120],
        "row": read.row,
        "verdict": each.verdict,
        "title": str(title or "")[:80],
        "target_id": each.target,
        "parsed": packing.pack(read.values, columns, uid) | {packing.AREA: each.area},
        "shown": shown_values(reg, each, places) if each.verdict in ("new", "changed") else [],
        "faults": [[fault.column, _masked_value(fault, columns), fault.message, fault.index] for fault in read.faults],
        "doubts": [[fault.column, _masked_value(fault, columns), fault.message, fault.index] for fault in read.doubts],
        "is_doubtful": bool(read.doubts),
    }


def _missing(batch: ImportBatch, id_: int, title: str) -> dict[str, Any]:
    return {
        "batch_id": batch.id, "uid": secrets.token_hex(16), "user_id": batch.user_id, "sheet": "", "row": 0,
        "verdict": "missing", "title": title[:80], "target_id": id_, "parsed": {}, "shown": [], "faults": [],
        "doubts": [], "is_doubtful": False,
    }  # fmt: skip
