"""The batch an address names: whether the person may open it, and at which step it stands by now."""

from __future__ import annotations

from flask import abort

from app.fields.sealing import BoxIsDamaged
from app.jobs.models import RUNNING, WAITING
from app.lowcode.importing import originals, service, sheets
from app.lowcode.importing.models import ImportBatch
from app.lowcode.importing.pages import addresses, upload
from app.lowcode.register import Register
from app.security.actor import Actor, NotPermitted


def own_batch(reg: Register, batch_id: int, actor: Actor) -> ImportBatch:
    """The batch, if the person may open it; else 404.

    Until it is written, a batch belongs to the person who brought it: its rows hold what others may not see.
    """
    try:
        batch = service.batch_of(batch_id, actor)
    except NotPermitted:
        abort(404)
    if batch.register != reg.name or not upload.may_see(batch, actor):
        abort(404)
    return batch


def elsewhere(batch: ImportBatch, states: tuple[str, ...]) -> str:
    """Where the batch is by now, if this step is not its own (the back button, a second window, a second click)."""
    job = service.current_job(batch)
    if job is not None and job.state in (WAITING, RUNNING):
        return addresses.step_url("work", batch)
    return "" if batch.state in states else addresses.current_url(batch)


def open_book(batch: ImportBatch) -> sheets.Workbook:
    """The original of a batch; 404 where it is gone or damaged."""
    try:
        return sheets.read(originals.read(batch.digest))
    except (OSError, BoxIsDamaged, service.FileIsRefused):
        abort(404)
