"""From a workbook to a staged batch: recognise, read, judge, and keep the result for preview and publishing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import islice
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.fields.refusal import Refused
from app.lowcode.importing import continuing
from app.lowcode.importing.cells import CellReader, ReadRow
from app.lowcode.importing.corrections import AS_RECOGNISED, SheetCorrection, to_json
from app.lowcode.importing.headings import section_name
from app.lowcode.importing.judging import Judge
from app.lowcode.importing.linking import Linker
from app.lowcode.importing.lookup import defaults_of, missing_ids
from app.lowcode.importing.models import CHECKED, UPLOADED, ImportBatch, ImportRow
from app.lowcode.importing.outcome import Outcome
from app.lowcode.importing.recognition import ReadSheet, recognise
from app.lowcode.importing.remembering import noted, recall
from app.lowcode.importing.repeated_sheets import without_repeating
from app.lowcode.importing.reporting import Report
from app.lowcode.importing.sheets import Workbook
from app.lowcode.importing.staging import AT_ONCE, Stager, mark_repeated
from app.lowcode.importing.staleness import basis_of
from app.lowcode.links import LinkFinder
from app.lowcode.parts import file_columns
from app.lowcode.places import AreaFinder
from app.lowcode.register import Register
from app.security.actor import Actor


def recognise_for(
    reg: Register, book: Workbook, chosen: Mapping[str, str], *,
    corrections: Mapping[str, SheetCorrection] | None = None, area: str = "",
) -> tuple[ReadSheet, ...]:  # fmt: skip
    """The sheets of a workbook against a register, with a person's answers and the layouts used before in `area`."""
    places = {column.name for column in reg.columns if column.kind == "place"}
    is_area = AreaFinder(area).knows
    assumed = frozenset(defaults_of(reg)) | places | {name for name, _proposed in reg.asked_on_import}
    telling = (*reg.keys, reg.naming.made_from) if reg.naming is not None and reg.naming.made_from else reg.keys
    found = recognise(
        book, file_columns(reg), telling, reg.row_title, chosen=chosen, assumed=assumed, corrections=corrections,
        recalled=recall(reg.name, area), is_area=is_area,
    )  # fmt: skip
    if corrections:  # whoever looked at the sheets has said which are to be left out
        return found
    naming = {reg.row_title} | {key[0] for key in reg.keys if len(key) == 1}
    return without_repeating(found, naming, places, is_area)


Step = Callable[[int, int], AbstractContextManager[Session]]
"""(records done, records in all) → a transaction for one piece of the work, such as a chunk of a job."""


@dataclass(frozen=True)
class Wanted:
    """What is to be checked, for whom, with whose answers."""

    reg: Register
    book: Workbook
    mapping: Mapping[str, str]
    corrections: Mapping[str, SheetCorrection]
    by: Actor
    today: date


def check_into(batch: ImportBatch, wanted: Wanted, step: Step) -> Outcome:
    """Read and judge every record of a workbook and stage it, replacing what was staged of the batch.

    Records are read, judged and staged a thousand at a time, so that memory does not grow with them and a job may stop
    between. What is half staged belongs to a batch that is not checked, and is replaced when it is checked again.
    """
    reg, batch_id, area = wanted.reg, batch.id, batch.area_code
    sheets = recognise_for(reg, wanted.book, wanted.mapping, corrections=wanted.corrections, area=area)
    report = Report(reg, sheets, left_out=wanted.book.left_out)
    if not report.total:
        return report.refused(batch_id, why_nothing_is_taken(reg, sheets))
    basis = basis_of(reg, wanted.today)
    with step(0, report.total) as session:
        kept = session.get_one(ImportBatch, batch_id)
        kept.state = UPLOADED
        session.execute(delete(ImportRow).where(ImportRow.batch_id == batch_id))
    judge = Judge(
        reg, by=wanted.by, today=wanted.today, expected=report.total, clears_blanks=bool(batch.clears_blanks),
        said_before=continuing.said_before(reg, batch),
    )  # fmt: skip
    linker = Linker(reg, wanted.by)
    for some in _chunks(records(wanted, sheets, area, batch.given or {})):
        linker.link(some)
        judged = judge.judge(some)
        report.take(judged)
        with step(report.done, report.total) as session:
            Stager(session, reg, session.get_one(ImportBatch, batch_id)).add(judged)
    with step(report.done, report.total) as session:
        kept = session.get_one(ImportBatch, batch_id)
        repeated = judge.repeated()
        report.turn_to_conflicts(repeated, mark_repeated(session, batch_id, repeated))
        if kept.is_whole:
            missing = missing_ids(reg, report.communities, report.targets, wanted.by)
            report.counts["missing"] = len(missing)
            Stager(session, reg, kept).add_missing(missing)
        outcome = report.outcome(batch_id, linker)
        _close(kept, wanted, sheets, outcome, basis)
    return outcome


def _close(
    batch: ImportBatch, wanted: Wanted, sheets: Sequence[ReadSheet], outcome: Outcome, basis: dict[str, Any]
) -> None:
    batch.mapping, batch.corrections = dict(wanted.mapping), to_json(wanted.corrections)
    batch.checked_on, batch.basis, batch.state = wanted.today, basis, CHECKED
    batch.summary = {
        "unlinked": outcome.unlinked.as_json(),
        "counts": outcome.counts, "error_rows": outcome.error_rows, "warnings": _sentences(outcome),
        "sheet_count": len(wanted.book.sheets), "layouts": noted(sheets),
    }  # fmt: skip


def _sentences(outcome: Outcome) -> list[str]:
    """Warnings that concern a column or sheet, for the page; those of single cells stand with their rows."""
    return list(dict.fromkeys(remark.message for remark in outcome.warnings if remark.row is None))[:20]


def _chunks(records: Iterable[tuple[ReadRow, str]]) -> Iterator[list[tuple[ReadRow, str]]]:
    rest = iter(records)
    while chunk := list(islice(rest, AT_ONCE)):
        yield chunk


def records(
    wanted: Wanted, sheets: Sequence[ReadSheet], area: str, given: Mapping[str, str]
) -> Iterator[tuple[ReadRow, str]]:  # fmt: skip
    """Every record of the tables that are taken, with the area where it lies if it names none.

    `given` stands in where a record's own cell says nothing.
    """
    places, links = AreaFinder(area), LinkFinder()
    columns, follow = file_columns(wanted.reg), wanted.reg.follow
    for sheet in sheets:
        said = wanted.corrections.get(sheet.sheet.name, AS_RECOGNISED)
        home = said.area or area_of_sheet(sheet.sheet.name, area, places)
        for table in sheet.tables:
            if table.is_taken:
                reader = CellReader(
                    sheet.sheet, table.table, table.matches, columns, today=wanted.today,
                    places=partial(_read_place, places, home), links=links.read,
                    headings=partial(_named_place, places, home, is_told=bool(said.area)),
                )  # fmt: skip
                rows = reader.rows() if follow is None else follow(reader.rows())
                yield from ((_with_given(read, given), home) for read in rows)


def _with_given(read: ReadRow, given: Mapping[str, str]) -> ReadRow:
    wrong = {fault.column for fault in read.faults}
    for name, code in given.items():
        if read.values.get(name) is None and name not in wrong:
            read.values[name] = code
    return read


def _read_place(places: AreaFinder, home: str, text: str, within: str | None) -> str | None:
    """The area of a cell, looked for first in the one that a heading names."""
    places.within = within or home
    if text and not places.sees(places.within):
        # Another community's sheet: 第一网格 in it is that community's, never ours of the same name.
        return places.elsewhere(text, places.within) or places.within
    return places.read(text) if text else within


def _named_place(places: AreaFinder, home: str, text: str, within: str | None, *, is_told: bool) -> str | None:
    """The area that a title or section of a sheet names: in the sheet's own, else elsewhere.

    What a person said about the sheet (`is_told`) counts for more than a title that names another community.
    """
    name, inside = section_name(text), within or home
    found = places.named_in(name, inside)
    return found if found or is_told else places.elsewhere(name, inside)


def area_of_sheet(name: str, otherwise: str, places: AreaFinder) -> str:
    """The area a sheet is named after (桂花社区), be it another's; else `otherwise`."""
    text = name.strip()
    if not text or text.isdigit():
        return otherwise
    before, places.within = places.within, otherwise
    try:
        return places.read(text) or otherwise
    except Refused:
        return places.elsewhere(text, otherwise) or otherwise
    finally:
        places.within = before


def why_nothing_is_taken(reg: Register, sheets: Sequence[ReadSheet]) -> str:
    """What is lacking where no table can be read."""
    labels = {column.name: column.label for column in reg.columns}
    keys = "，或".join("和".join(f"“{labels[name]}”" for name in key) for key in (*reg.keys, (reg.row_title,)))
    if any(table.is_asked for sheet in sheets for table in sheet.tables):
        return (
            "表里没有列名，只能从内容猜每一列是什么。请看一眼“列怎么对应”，逐列确认后再核对；或在表的最上面补上列名。"
        )
    if any(sheet.layout.is_form for sheet in sheets) and not any(sheet.tables for sheet in sheets):
        return "这像是一人一张的登记表，不是一行一人的名册。请改用模板，每人填一行，再上传。"
    if not any(sheet.tables for sheet in sheets):
        return f"没有认出表头。请确认这是“{reg.title}”要的表，第一列到最后一列上面有列名；没有现成的表请下载模板。"
    return f"表里没有能认出是谁的列。至少要有：{keys}。请在“列怎么对应”里指明，或补上这一列。"
