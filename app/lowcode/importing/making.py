"""Rows of other registers that a file names and that are not there: made, done without, or the records given back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.lowcode import bulk
from app.lowcode import service as rows_service
from app.lowcode.importing.judging import Judge
from app.lowcode.importing.linking import Linker
from app.lowcode.importing.models import ImportBatch, ImportRow
from app.lowcode.importing.outcome import MissingLinks
from app.lowcode.importing.resolving import Missing
from app.lowcode.importing.staging import Stager, record_of, staged
from app.lowcode.parts import naming_of
from app.lowcode.register import Register, register
from app.security.actor import SYSTEM, Actor, acting_as

CHUNK = 500
GOOD = ("new", "changed", "same")


def settle_waiting(
    session: Session, reg: Register, batch: ImportBatch, missing: MissingLinks, judge: Callable[[], Judge], *,
    noted_under: int, by: Actor, today: date,
) -> dict[str, int]:  # fmt: skip
    """Do with the records that wait for rows of other registers what the person decided; register → rows made.

    Rows are made in the transaction and under the batch of the records that need them, and taken back with those.
    Raises SaveRefused, NotPermitted, IntegrityError, as writing rows does.
    """
    waiting = exists().where(
        ImportRow.batch_id == batch.id, ImportRow.is_waiting.is_(True), ImportRow.verdict.in_(GOOD)
    )
    if not session.execute(select(waiting)).scalar():
        return {}
    linker = Linker(reg, by)
    if missing != "make":
        _give_back(session, reg, batch, linker, is_all=missing == "back")
        return {}
    for rows in _waiting(session, batch):
        linker.link([record_of(reg, row) for row in rows])
    made = make(session, linker, by=by, today=today, batch_id=noted_under)
    stager, judging = Stager(session, reg, batch), judge()
    for rows in _waiting(session, batch):
        records = [record_of(reg, row) for row in rows]
        linker.link(records)
        stager.replace([(row.id, each) for row, each in zip(rows, judging.judge(records), strict=True)])
        session.expire_all()
    return made


def _waiting(session: Session, batch: ImportBatch) -> Iterator[Sequence[Any]]:
    for rows in staged(session, batch.id, GOOD):
        if chosen := [row for row in rows if row.is_waiting]:
            yield chosen


def make(session: Session, linker: Linker, *, by: Actor, today: date, batch_id: int) -> dict[str, int]:
    """Insert what the records need, rows before those that hang on them; register → how many."""
    ids: dict[int, int] = {}
    counts: dict[str, int] = {}
    rest = linker.missing
    while rest:
        ready = [each for each in rest if all(value in ids for value in _awaited(each))]
        for name in dict.fromkeys(each.register for each in ready):
            some = [each for each in ready if each.register == name]
            ids |= _insert(session, register(name), some, ids, by=by, today=today, batch_id=batch_id)
            counts[name] = counts.get(name, 0) + len(some)
        rest = [each for each in rest if each.id not in ids]
    linker.made(ids)
    return counts


def _awaited(each: Missing) -> list[int]:
    return [value for value in each.values.values() if isinstance(value, int) and value < 0]


def _insert(
    session: Session, reg: Register, some: Sequence[Missing], ids: dict[int, int], *, by: Actor, today: date,
    batch_id: int,
) -> dict[int, int]:  # fmt: skip
    """Insert rows of one register; negative number → id."""
    places = [column.name for column in reg.columns if column.kind == "place"]
    found: dict[int, int] = {}
    for start in range(0, len(some), CHUNK):
        part = some[start : start + CHUNK]
        values = [
            {name: ids.get(value, value) if isinstance(value, int) else value for name, value in each.values.items()}
            | dict.fromkeys(places, each.area)
            for each in part
        ]
        for each, row in zip(part, values, strict=True):
            if errors := rows_service.row_errors(reg, row, today=today):
                raise rows_service.SaveRefused(errors, row=(reg.name, 0, each.title))
        held = _held(session, reg, values)  # the register's own steps then find them without a statement for each row
        new = bulk.insert_rows(session, reg, values, by=by, today=today, batch_id=batch_id)
        held.clear()
        found.update(zip((each.id for each in part), new, strict=True))
    return found


def _held(session: Session, reg: Register, values: Sequence[dict[str, Any]]) -> list[Any]:
    """The rows that new ones link to, kept in the session."""
    held: list[Any] = []
    with acting_as(SYSTEM):
        for column in reg.columns:
            if column.kind == "link" and (wanted := {row[column.name] for row in values if row.get(column.name)}):
                model = register(column.target).model
                held += session.execute(select(model).where(model.id.in_(wanted))).scalars().all()
    return held


def _give_back(session: Session, reg: Register, batch: ImportBatch, linker: Linker, *, is_all: bool) -> None:
    """Turn waiting records into faults with the reason: all of them, or those that cannot do without their link."""
    required = {column.name for column in reg.columns if column.is_required and naming_of(column) is not None}
    if not is_all and not required:
        return
    for rows in _waiting(session, batch):
        records = [record_of(reg, row) for row in rows]
        linker.link(records)
        for row, (read, _area) in zip(rows, records, strict=True):
            if is_all or required & read.awaited.keys():
                kept = session.get_one(ImportRow, row.id)
                said = [[name, "", sentence, None] for name, sentence in linker.sentences(read)]
                kept.verdict, kept.faults = "error", [*kept.faults, *said]
        session.flush()
