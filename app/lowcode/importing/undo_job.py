"""Taking back a large batch as a job: the page need not wait, and a worker killed at any moment has done all or nothing."""

from __future__ import annotations

from typing import Any

from app.database.transactions import writing
from app.jobs.handlers import JobRefused, handler
from app.jobs.models import RUNNING, WAITING, Job
from app.jobs.running import JobContext
from app.jobs.service import enqueue
from app.lowcode.importing import service
from app.lowcode.importing.batches import batch_of
from app.lowcode.importing.models import ImportBatch
from app.lowcode.importing.undoing import UndoOutcome, UndoRefused
from app.security.actor import Actor, NotPermitted, acting_as

KIND = "import_undo"
PASSES = 2
"""Each row is looked at whether it may be taken back, and then taken back."""
JOB_FROM_ROWS = 1_000
"""So many rows are taken back in about a second; more are left to the worker."""


def needs_job(batch: ImportBatch) -> bool:
    """Whether taking a batch back takes so long that a page should not wait for it."""
    return _written_count(batch) >= JOB_FROM_ROWS


def _written_count(batch: ImportBatch) -> int:
    written = batch.written or {}
    return sum(int(written.get(name, 0)) for name in ("new", "changed", "gone"))


def start_undo(batch: ImportBatch, *, by: Actor, next_url: str = "") -> Job:
    """Let the worker take a batch back; its page goes on to `next_url` when done.

    A job of the batch that is still at work is answered instead of a second one.
    """
    with acting_as(by), writing() as session:
        kept = session.get_one(ImportBatch, batch.id, populate_existing=True, with_for_update=True)
        known = service.current_job(kept)
        if known is not None and known.state in (WAITING, RUNNING):
            return known
        payload = {"batch": kept.id, "next_url": next_url}
        title = f"撤销《{kept.file_name}》"[:160]
        job = enqueue(KIND, payload, title=title, by=by, area_code=kept.area_code)
        kept.job_id = job.id
    return job


@handler(KIND, title="撤销导入的批次")
def undo_as_job(job: JobContext) -> dict[str, Any]:
    """Rows, the batch and the checkpoint are one transaction."""
    by = job.actor()
    if "undone" not in job.checkpoint:
        job.stop_here()

        def keep(outcome: UndoOutcome) -> None:
            job.save_checkpoint({"undone": outcome.reversed})

        try:
            batch = batch_of(job.payload["batch"], by)
            count = _written_count(batch)
            job.progress(0, count, f"正在撤销第 {batch.id} 批，做完之前名册不变")
            with job.telling(count, passes=PASSES):
                service.undo(batch.id, by=by, today=job.today, then=keep)
        except (UndoRefused, NotPermitted) as refusal:
            raise JobRefused(str(refusal)) from refusal
    return {"url": job.payload["next_url"], "batch": job.payload["batch"], "undone": job.checkpoint["undone"]}
