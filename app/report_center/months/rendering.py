"""The job after 定稿: every frozen paper in every format, made and kept; it goes on where a crash stopped it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from app.extensions import db
from app.jobs.handlers import handler
from app.jobs.running import JobContext
from app.report_center.months.files import keep_file
from app.report_center.months.models import FrozenPaper
from app.report_center.months.queries import document_of
from app.security.beyond import beyond_scope
from reports.rendering import FORMATS, render

KIND = "report_center.keep_final_month"
PAPERS_A_CHUNK = 20


@handler(KIND, title="生成定稿文件")
def keep_final_month(job: JobContext) -> dict[str, Any]:
    """Render and keep, a chunk of papers at a time; the checkpoint is the last paper done."""
    month_id, last = int(job.payload["final_month"]), int(job.checkpoint.get("last", 0))
    done, total = int(job.checkpoint.get("done", 0)), _count(month_id)
    while chunk := _after(month_id, last):
        made = [(row, _files(row)) for row in chunk]
        last, done = chunk[-1].id, done + len(chunk)
        with job.chunk({"last": last, "done": done}, done=done, total=total) as session:
            for row, files in made:
                for format_, data in files.items():
                    keep_file(session, row.id, row.area_code, format_, data)
        db.session.expunge_all()
    return {"count": done, "url": f"/months/{job.area_code}/"}


def _files(row: FrozenPaper) -> dict[Any, bytes]:
    document = document_of(row)
    return {format_: render(document, format_) for format_ in FORMATS if format_ in row.formats.split(",")}


def _count(month_id: int) -> int:
    with beyond_scope():
        counted = select(func.count()).where(FrozenPaper.final_month_id == month_id)
        return db.session.execute(counted).scalar_one()


def _after(month_id: int, last: int) -> list[FrozenPaper]:
    statement = (
        select(FrozenPaper)
        .where(FrozenPaper.final_month_id == month_id, FrozenPaper.id > last)
        .order_by(FrozenPaper.id)
        .limit(PAPERS_A_CHUNK)
    )
    with beyond_scope():
        return list(db.session.execute(statement).scalars())
