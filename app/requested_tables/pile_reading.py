"""Reading the files of a pile: what each holds and whose it is; many of them as a job that shows how far it is."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.areas.queries import names_of
from app.clock import utc_now
from app.database.transactions import writing
from app.fields.sealing import BoxIsDamaged
from app.jobs.handlers import JobRefused, handler
from app.jobs.models import Job
from app.jobs.running import JobContext
from app.jobs.service import enqueue
from app.lowcode.importing import sheets
from app.lowcode.importing.containers import FileIsRefused
from app.requested_tables import blank_files, contents, owners, queries
from app.requested_tables.contents import shown
from app.requested_tables.models import Collection, PileFile
from app.requested_tables.queries import Asked
from app.requested_tables.returned_files import ReturnedTable, read_returns
from app.security.actor import Actor, acting_as

KIND = "table_pile"
JOB_FROM_BYTES = 200_000
"""Files of this size together take some seconds to read; more are left to the worker."""


@dataclass(frozen=True)
class Upload:
    """A file as it was dropped."""

    name: str
    data: bytes


def leave_to_worker(of: Collection, files: Sequence[Upload], *, by: Actor, next_url: str) -> Job:
    """Keep the files sealed on the pile, and the job that reads them; both in one transaction."""
    with writing() as session:
        payload = {"collection": of.id, "next_url": next_url}
        title = f"认《{of.title}》收到的 {len(files)} 个文件"
        job = enqueue(KIND, payload, title=title[:160], by=by, area_code=of.area_code)
        session.flush()
        session.add_all(_unread(of, file, job.id, by) for file in files)
    return job


def _unread(of: Collection, file: Upload, job_id: int, by: Actor) -> PileFile:
    row = _row(of, file, None, owners.Recognised(""), by, [])
    row.file_box = blank_files.seal(file.data, table=PileFile.__tablename__, uid=row.uid)
    row.job_id = job_id
    return row


@handler(KIND, title="认收到的表")
def read_as_job(job: JobContext) -> dict[str, Any]:
    """Each file is one chunk: what was read stands on the pile in place of the file, and a crash reads no file twice."""
    by = job.actor()
    with acting_as(by):
        of = queries.collection(job.payload["collection"])
        if of is None or not queries.may_gather(by, of):
            raise JobRefused("这次收表已经不在您负责的范围内，没有认的文件不再认。")
        try:
            wish = queries.asked(of)
        except (BoxIsDamaged, FileIsRefused, ValueError) as fault:
            raise JobRefused("下发的空表已经打不开，请重新下发。") from fault
        names = owners.Names(names_of(each.area_code for each in queries.returns_of(of)))
        waiting = [row.id for row in queries.unread_of(of) if row.job_id == job.id]
    read = int(job.checkpoint.get("read", 0))
    total = read + len(waiting)
    for number, id_ in enumerate(waiting, read + 1):
        job.progress(number - 1, total, f"正在认第 {number} 个文件，共 {total} 个")
        with job.chunk({"read": number}, done=number, total=total) as session:
            row = session.get(PileFile, id_)
            if row is None or row.file_box is None:
                continue  # thrown away meanwhile
            data = blank_files.unseal(row.file_box, table=PileFile.__tablename__, uid=row.uid)
            session.add_all(read_file(of, wish, Upload(row.file_name, data), names, by))
            session.delete(row)
    return {"url": job.payload["next_url"], "files": total}


def read_file(of: Collection, wish: Asked, file: Upload, names: owners.Names, by: Actor) -> list[PileFile]:
    """The rows of the pile that one file makes: one, or one for each community whose table is in it."""
    try:
        blank_files.refuse_large(file.data)
        read = read_returns(sheets.read(file.data), wish.tables)
    except FileIsRefused as refusal:
        return [_row(of, file, None, owners.Recognised(""), by, [[str(refusal), "red", None]])]
    if not read:
        why = "列名对不上，不是这次要收的表。"
        return [_row(of, file, None, owners.Recognised(""), by, [[why, "red", None]])]
    filled = [each for each in read if each.row_count] or read[:1]
    found = []
    for part in filled:
        who = _owner(wish, part, names, file.name if len(filled) == 1 else "")
        notes = [[each.text, each.tone, each.row] for each in part.findings]
        if who.doubt:
            notes.append([who.doubt, "amber", None])
        if not part.row_count:
            notes.append(["表里没有填内容，按零报告收。", "amber", None])
        found.append(_row(of, file, part, who, by, notes, sheet=part.sheet if len(filled) > 1 else ""))
    return found


def _owner(wish: Asked, part: ReturnedTable, names: owners.Names, file_name: str) -> owners.Recognised:
    column: list[str] = []
    for table, rows in zip(wish.tables, part.content, strict=True):
        if table.owner is not None and not table.is_statistics:
            column += [shown(cells[table.owner]) for cells in rows.cells]
    return owners.recognise(names, titles=part.titles, column=column, sheet=part.sheet, file_name=file_name)


def _row(
    of: Collection, file: Upload, part: ReturnedTable | None, who: owners.Recognised, by: Actor,
    notes: Sequence[Sequence[object]], *, sheet: str = "",
) -> PileFile:  # fmt: skip
    uid = secrets.token_hex(16)
    box = contents.seal(part.content, table=PileFile.__tablename__, uid=uid) if part is not None else None
    return PileFile(
        uid=uid, collection_id=of.id, area_code=of.area_code, user_id=by.user_id, file_name=file.name.strip()[-120:],
        sheet=sheet.strip()[:80], owner_code=who.code, by=who.by, findings=[list(note) for note in notes],
        content_box=box, totals=_totals_as_text(part), row_count=part.row_count if part else 0,
        saved_at=blank_files.saved_at(file.data), added_at=utc_now(),
    )  # fmt: skip


def _totals_as_text(part: ReturnedTable | None) -> list[dict[str, float]]:
    if part is None:
        return []
    return [{str(position): value for position, value in each.items()} for each in part.totals]
