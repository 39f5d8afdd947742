"""Importing as pages and the command line call it: check, publish, undo; every step in the person's name and scope."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.database.transactions import writing
from app.fields.sealing import BoxIsDamaged
from app.jobs.handlers import JobRefused, handler
from app.jobs.models import RUNNING, WAITING, Job
from app.jobs.queries import job_of
from app.jobs.running import JobContext
from app.jobs.service import enqueue
from app.lowcode.importing import checking, continuing, marking, originals, refilling, sheets, templating
from app.lowcode.importing.batches import batch_of, discard, forget_unwritten, home_area, upload
from app.lowcode.importing.containers import FileIsRefused
from app.lowcode.importing.corrections import SheetCorrection, from_json, to_json
from app.lowcode.importing.models import CHECKED, PUBLISHED, UNDONE, UPLOADED, ImportBatch
from app.lowcode.importing.outcome import MissingLinks, Mode, Outcome, PublishWish, Remark, refused
from app.lowcode.importing.publishing import PublishRefused, publish_batch
from app.lowcode.importing.refilling import CannotBeRefilled
from app.lowcode.importing.undoing import AfterUndo, UndoOutcome, UndoRefused, undo_batch
from app.lowcode.parts import file_columns
from app.lowcode.register import Register, register
from app.security.actor import Actor, NotPermitted, acting_as

__all__ = [
    "CannotBeRefilled", "FileIsRefused", "PublishRefused", "PublishWish", "UndoOutcome", "UndoRefused", "batch_of", "check", "check_batch",
    "current_job", "discard", "forget_unwritten", "home_area", "needs_job", "publish", "publish_checked", "refilled",
    "start_check", "start_publish", "undo", "upload",
]  # fmt: skip


def check_batch(
    batch: ImportBatch, book: sheets.Workbook, *, mapping: Mapping[str, str], by: Actor, today: date,
    corrections: Mapping[str, SheetCorrection] | None = None, step: checking.Step | None = None,
) -> Outcome:  # fmt: skip
    """Read and judge every record of a batch and stage it; may be repeated with another mapping or corrections.

    `step` opens the transaction of each piece of the work; a job gives its own.
    """
    wanted = checking.Wanted(register(batch.register), book, mapping, corrections or {}, by, today)
    with acting_as(by):
        return checking.check_into(batch, wanted, step or _at_once)


def _at_once(_done: int, _total: int) -> AbstractContextManager[Session]:
    return writing()


def check(
    register_name: str, data: bytes, *, file_name: str, area: str = "", mapping: Mapping[str, str] | None = None,
    mode: Mode = "all", whole: bool | None = None, clears_blanks: bool = False,
    missing_links: MissingLinks = "without", given: Mapping[str, str] | None = None, by: Actor, today: date,
) -> Outcome:  # fmt: skip
    """Check a file against a register and stage it; writes nothing into the register.

    `mapping` goes from header to column name (or label), "" for a column that is not taken. A file that cannot be read
    gives an outcome with `refusal`. `mode` and `missing_links` are what `publish` will be asked for; whether it would succeed says
    `outcome.is_good(mode)`. Raises KeyError for an unknown register, NotPermitted.
    """
    reg = register(register_name)
    chosen = _by_name(reg, mapping or {})
    try:
        batch, book = upload(
            reg, data, file_name=file_name, area=area, is_whole=bool(whole), by=by, mapping=chosen,
            clears_blanks=clears_blanks, given=given,
        )  # fmt: skip
    except FileIsRefused as refusal:
        return refused(str(refusal))
    # A file that goes on with an earlier batch has its answers already.
    said = from_json(batch.corrections)
    outcome = check_batch(batch, book, mapping=batch.mapping, corrections=said, by=by, today=today)
    return replace(outcome, more={"mode": mode, "missing_links": missing_links})


def _by_name(reg: Register, mapping: Mapping[str, str]) -> dict[str, str]:
    labels = {column.label: column.name for column in reversed(file_columns(reg))}
    return {header: labels.get(name, name) for header, name in mapping.items()}


def publish(
    outcome: Outcome, *, mode: Mode = "all", missing_links: MissingLinks = "without", by: Actor, today: date
) -> Outcome:
    """Write a checked file into its register, in one transaction; the outcome with the number of its batch.

    Where something is not good, mode "all" writes nothing. `written` is 0 then and `refusal` says why.
    """
    if outcome.batch_id is None or not outcome.is_good(mode):
        return outcome
    try:
        counts = publish_checked(
            outcome.batch_id, PublishWish(mode=mode, missing_links=missing_links), by=by, today=today
        )
        number = continuing.root_id(batch_of(outcome.batch_id, by))
    except PublishRefused as refusal:
        remark = Remark(None, None, "", "", str(refusal))
        return replace(outcome, refusal=str(refusal), errors=(*outcome.errors, remark))
    return replace(
        outcome, batch=number, written=counts["new"] + counts["changed"], left=counts["left"],
        counts=outcome.counts | {name: counts[name] for name in ("new", "changed", "same")},
    )  # fmt: skip


def publish_checked(batch_id: int, wish: PublishWish, *, by: Actor, today: date) -> dict[str, Any]:
    """Write a checked batch as its person decided; counts as `ImportBatch.written` keeps them.

    Raises PublishRefused (nothing was written) and NotPermitted.
    """
    with acting_as(by):
        batch = batch_of(batch_id, by)
        return publish_batch(register(batch.register), batch.id, wish, by=by, today=today)


JOB_FROM_BYTES = 300_000
"""Larger files are checked and written by the worker: an .xlsx of this size has about 4,000 rows, some seconds."""


def needs_job(batch: ImportBatch) -> bool:
    """Whether checking and writing take so long that a page should not wait for them."""
    return batch.size >= JOB_FROM_BYTES


def start_check(
    batch: ImportBatch, *, mapping: Mapping[str, str], by: Actor, next_url: str = "",
    corrections: Mapping[str, SheetCorrection] | None = None,
) -> Job:  # fmt: skip
    """Let the worker check a batch; its progress is read from the job, whose page goes on to `next_url` when done.

    A job of the batch that is still at work is answered instead of a second one.
    """
    chosen = {"mapping": dict(mapping), "corrections": to_json(corrections or {})}
    return _start("import_check", f"核对《{batch.file_name}》", batch, chosen, by, next_url)


def start_publish(batch: ImportBatch, wish: PublishWish, *, by: Actor, next_url: str = "") -> Job:
    """Let the worker write a checked batch: all of it in one transaction, or nothing."""
    return _start("import_publish", f"写入《{batch.file_name}》", batch, {"wish": wish.as_json()}, by, next_url)


def _start(kind: str, title: str, batch: ImportBatch, more: dict[str, Any], by: Actor, next_url: str) -> Job:
    with acting_as(by), writing() as session:
        kept = session.get_one(ImportBatch, batch.id, populate_existing=True, with_for_update=True)
        known = current_job(kept)
        if known is not None and known.state in (WAITING, RUNNING):
            return known
        payload = {"batch": kept.id, "next_url": next_url, **more}
        job = enqueue(kind, payload, title=title[:160], by=by, area_code=kept.area_code)
        kept.job_id = job.id
    return job


def current_job(batch: ImportBatch) -> Job | None:
    """The last job that worked on the batch, freshly read; None where it was never given to the worker."""
    return job_of(batch.job_id) if batch.job_id is not None else None


@handler("import_check", title="核对导入的表格")
def _check_as_job(job: JobContext) -> dict[str, Any]:
    by = job.actor()
    batch = _batch_of_job(job, by)
    job.progress(0, 0, "正在读表")
    try:
        book = sheets.read(originals.read(batch.digest))
    except (OSError, BoxIsDamaged, FileIsRefused) as fault:
        raise JobRefused("上传的原表已经不在或打不开，请重新上传。") from fault
    said = from_json(job.payload["corrections"])

    job.progress(0, 0, "正在核对每一行")

    def step(done: int, total: int) -> AbstractContextManager[Session]:
        return job.chunk(job.checkpoint, done=done, total=total)

    outcome = check_batch(
        batch, book, mapping=job.payload["mapping"], corrections=said, by=by, today=job.today, step=step
    )
    if outcome.refusal:
        raise JobRefused(outcome.refusal)
    return {"url": job.payload["next_url"], "batch": batch.id}


@handler("import_publish", title="写入导入的表格")
def _publish_as_job(job: JobContext) -> dict[str, Any]:
    """Rows and checkpoint are one transaction, so that a worker killed at any moment has written all or nothing."""
    by = job.actor()
    batch = _batch_of_job(job, by)
    if "written" not in job.checkpoint:
        wish = PublishWish.from_json(job.payload["wish"])
        job.stop_here()
        counts = batch.summary.get("counts", {})
        count = counts.get("new", 0) + counts.get("changed", 0)
        job.progress(0, count, "正在写入名册，写完之前名册不变")
        try:
            with job.telling(count), writing():
                written = publish_checked(batch.id, wish, by=by, today=job.today)
                job.save_checkpoint({"written": written})
        except PublishRefused as refusal:
            raise JobRefused(str(refusal)) from refusal
    return {"url": job.payload["next_url"], "batch": batch.id, "written": job.checkpoint["written"]}


def _batch_of_job(job: JobContext, by: Actor) -> ImportBatch:
    try:
        return batch_of(job.payload["batch"], by)
    except NotPermitted as refusal:
        raise JobRefused(str(refusal)) from refusal


def undo(batch_id: int, *, by: Actor, today: date, then: AfterUndo | None = None) -> UndoOutcome:
    """Take a published batch back; `then` is called with the outcome in the same transaction.

    Raises UndoRefused, NotPermitted (also where there is no such batch).
    """
    with acting_as(by):
        batch = batch_of(batch_id, by)
        return undo_batch(register(batch.register), batch.id, by=by, today=today, then=then)


def is_undoable(batch: ImportBatch) -> bool:
    """Whether there is something to take back."""
    return batch.state not in (UPLOADED, CHECKED, UNDONE)


def errors_workbook(batch: ImportBatch, *, only_bad: bool = False) -> bytes:
    """Their workbook with red cells and comments, as .xlsx; with `only_bad` without the rows that are good."""
    return marking.errors_workbook(batch, only_bad=only_bad)


def refilled(batch: ImportBatch, *, with_new: bool, by: Actor, today: date) -> bytes:
    """Their workbook with what the register says today, as .xlsx.

    Raises CannotBeRefilled, NotPermitted; OSError or BoxIsDamaged where the original is gone.
    """
    is_own = batch.user_id == by.user_id and by.allows(batch.register, "export")
    if not by.is_system and not is_own:
        # Columns that are not ours come back as they were brought; nobody else may have them.
        raise NotPermitted("原表只能由当时导入的人按原表导出，并且要有导出权限。")
    if batch.state != PUBLISHED:
        raise CannotBeRefilled("这一批没有写入名册，或已经撤销，不能按原表导出。")
    return refilling.refilled_workbook(batch, with_new=with_new, by=by, today=today)


def template(register_name: str) -> bytes:
    """The template workbook of a register. Raises KeyError."""
    return templating.template(register_name)
