"""What left the program: a record of each print, the paper itself where it may be kept, and printing it again exactly."""

from __future__ import annotations

import secrets
import zlib
from dataclasses import replace

from sqlalchemy import select

from app.clock import utc_now
from app.database.transactions import writing
from app.extensions import db
from app.lowcode.papers import Paper, PaperRequest
from app.report_center.documents import Printable
from app.report_center.models import PrintedPaper, PrintRecord
from app.report_center.short_codes import in_fours, new_code, plain
from app.security import audit
from app.security.actor import current_actor
from reports import canonical
from reports.document import Document

LEVEL = 6


def coded(paper: Paper, made: Printable) -> tuple[Printable, str | None]:
    """The paper with a short code in its footer, and the code; official papers, 公示 and frozen ones carry none."""
    document = made.document
    if document.style != "table" or made.frozen is not None or "公示" in f"{document.title}{paper.title}":
        return made, None
    code = new_code()
    return replace(made, document=replace(document, short_code=in_fours(code))), code


def record_print(
    paper: Paper, request: PaperRequest, made: Printable, *, formats: tuple[str, ...], short_code: str | None = None,
    job_id: int | None = None, is_scheduled: bool = False,
) -> PrintRecord:  # fmt: skip
    """Note that a paper left the program, in the caller's transaction when there is one."""
    actor, document = request.actor, made.document
    with writing() as session:
        row = PrintRecord(
            uid=secrets.token_hex(16), area_code=request.area_code, paper=paper.name, title=document.title[:160],
            period=request.period.key, subject=request.subject[:60], formats=",".join(formats),
            digest=canonical.sha256(replace(document, short_code="")), number=made.number,
            is_draft=document.is_draft, job_id=job_id, at=utc_now(), user_id=actor.user_id, user_name=actor.name,
            short_code=short_code, data_on=min(request.today, request.period.last), is_scheduled=is_scheduled,
        )  # fmt: skip
        session.add(row)
        if paper.is_frozen:
            session.flush()
            data = zlib.compress(canonical.to_bytes(document), LEVEL)
            session.add(PrintedPaper(print_id=row.id, area_code=request.area_code, document=data))
        audit.record(
            "printed", paper.resource, area_code=request.area_code, row_uid=row.uid,
            note=f"{document.title[:80]} {row.formats}",
        )  # fmt: skip
    return row


def print_record(uid: str) -> PrintRecord | None:
    """One record, within scope."""
    return db.session.execute(select(PrintRecord).where(PrintRecord.uid == uid)).scalar()


def record_by_code(code: str) -> PrintRecord | None:
    """The print whose footer carries that code, within scope."""
    return db.session.execute(select(PrintRecord).where(PrintRecord.short_code == plain(code))).scalar()


def kept_document(row: PrintRecord) -> Document | None:
    """The paper as it was printed; None where it is not kept (rosters, and prints of before this was kept)."""
    data = db.session.execute(select(PrintedPaper.document).where(PrintedPaper.print_id == row.id)).scalar()
    return canonical.from_bytes(zlib.decompress(data)) if data is not None else None


def note_reprint(row: PrintRecord, format_: str) -> None:
    """A reprint leaves its mark in the audit chain, not a new record: it is the same paper."""
    with writing():
        audit.record(
            "printed", "report_center", area_code=row.area_code, row_uid=row.uid,
            note=f"{row.title[:80]} 重印 {format_} {current_actor().name}"[:200],
        )  # fmt: skip
