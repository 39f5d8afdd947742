"""Importing as pages and the command line call it: check, publish, undo; every step in the person's name and scope."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import delete, select

from app.clock import utc_now
from app.database.transactions import writing
from app.extensions import db
from app.lowcode.importing import checking, marking, originals, sheets, templating
from app.lowcode.importing.containers import FileIsRefused
from app.lowcode.importing.corrections import SheetCorrection, to_json
from app.lowcode.importing.models import CHECKED, UNDONE, UPLOADED, ImportBatch, ImportRow
from app.lowcode.importing.outcome import Mode, Outcome, Remark, refused
from app.lowcode.importing.publishing import PublishRefused, publish_batch
from app.lowcode.importing.remembering import noted
from app.lowcode.importing.undoing import UndoOutcome, UndoRefused, undo_batch
from app.lowcode.register import Register, register
from app.security.actor import Actor, NotPermitted, acting_as
from app.settings.queries import has_profile, profile

UNWRITTEN_DAYS = 7
"""Uploads that nobody wrote are forgotten after so many days, original and all."""

__all__ = ["FileIsRefused", "UndoOutcome", "UndoRefused", "check", "check_batch", "publish", "undo", "upload"]


def home_area(reg: Register, by: Actor, area: str = "") -> str:
    """Where rows go that name no area: the given one, else the profile's top or the widest area of the person.

    Raises NotPermitted where the person may not import there.
    """
    prefixes = by.prefixes(reg.name, "import")
    if not prefixes:
        raise NotPermitted(f"您的岗位不能导入“{reg.title}”，请联系管理员。")
    if area:
        if not by.covers(reg.name, "import", area):
            raise NotPermitted("这个区域不在您负责的范围内，不能往那里导入。")
        return area
    top = profile().top_code if has_profile() else ""
    return top if by.covers(reg.name, "import", top) else prefixes[0]


def upload(
    reg: Register, data: bytes, *, file_name: str, area: str, is_whole: bool, by: Actor,
    mapping: Mapping[str, str] | None = None,
) -> tuple[ImportBatch, sheets.Workbook]:  # fmt: skip
    """Keep a workbook as a new batch, nothing of it read into the register. Raises FileIsRefused, NotPermitted."""
    with acting_as(by):
        home = home_area(reg, by, area)
        book = sheets.read(data)
        digest = originals.keep(data)
        with writing() as session:
            batch = ImportBatch(
                uid=secrets.token_hex(16), register=reg.name, area_code=home, user_id=by.user_id, user_name=by.name,
                created_at=utc_now(), state=UPLOADED, file_name=file_name.strip()[-120:] or "表格", digest=digest,
                size=len(data), is_whole=is_whole, mapping=dict(mapping or {}), corrections={}, summary={}, written={}, undone={},
            )  # fmt: skip
            session.add(batch)
            session.flush()
        forget_unwritten(by)
    return batch, book


def check_batch(
    batch: ImportBatch, book: sheets.Workbook, *, mapping: Mapping[str, str], by: Actor, today: date,
    corrections: Mapping[str, SheetCorrection] | None = None,
) -> Outcome:  # fmt: skip
    """Read and judge every record of a batch and stage it; may be repeated with another mapping or corrections."""
    reg = register(batch.register)
    with acting_as(by):
        examined = checking.examine(
            reg, book, area=batch.area_code, mapping=mapping, is_whole=bool(batch.is_whole), by=by, today=today,
            corrections=corrections,
        )  # fmt: skip
        outcome = checking.outcome_of(examined, reg, batch.id)
        with writing() as session:
            kept = session.get_one(ImportBatch, batch.id)
            kept.mapping, kept.corrections = dict(mapping), to_json(corrections or {})
            kept.summary = {
                "counts": outcome.counts, "error_rows": outcome.error_rows, "warnings": _sentences(outcome),
                "sheet_count": len(book.sheets), "layouts": noted(examined.sheets),
            }  # fmt: skip
            if not examined.refusal:
                checking.stage(reg, kept, examined)
    return outcome


def _sentences(outcome: Outcome) -> list[str]:
    """Warnings that concern a column or sheet, for the page; those of single cells stand with their rows."""
    return list(dict.fromkeys(remark.message for remark in outcome.warnings if remark.row is None))[:20]


def check(
    register_name: str, data: bytes, *, file_name: str, area: str = "", mapping: Mapping[str, str] | None = None,
    mode: Mode = "all", whole: bool | None = None, by: Actor, today: date,
) -> Outcome:  # fmt: skip
    """Check a file against a register and stage it; writes nothing into the register.

    `mapping` goes from header to column name (or label), "" for a column that is not taken. A file that cannot be read
    gives an outcome with `refusal`. `mode` is what `publish` will be asked for; whether it would succeed says
    `outcome.is_good(mode)`. Raises KeyError for an unknown register, NotPermitted.
    """
    reg = register(register_name)
    chosen = _by_name(reg, mapping or {})
    try:
        batch, book = upload(reg, data, file_name=file_name, area=area, is_whole=bool(whole), by=by, mapping=chosen)
    except FileIsRefused as refusal:
        return refused(str(refusal))
    outcome = check_batch(batch, book, mapping=chosen, by=by, today=today)
    return replace(outcome, more={"mode": mode})


def _by_name(reg: Register, mapping: Mapping[str, str]) -> dict[str, str]:
    labels = {column.label: column.name for column in reg.columns}
    return {header: labels.get(name, name) for header, name in mapping.items()}


def publish(outcome: Outcome, *, mode: Mode = "all", by: Actor, today: date) -> Outcome:
    """Write a checked file into its register, in one transaction; the outcome with the number of its batch.

    Where something is not good, mode "all" writes nothing. `written` is 0 then and `refusal` says why.
    """
    if outcome.batch_id is None or not outcome.is_good(mode):
        return outcome
    with acting_as(by):
        batch = batch_of(outcome.batch_id, by)
        reg = register(batch.register)
        try:
            counts = publish_batch(reg, batch.id, mode=mode, by=by, today=today)
        except PublishRefused as refusal:
            remark = Remark(None, None, "", "", str(refusal))
            return replace(outcome, refusal=str(refusal), errors=(*outcome.errors, remark))
    written = counts["new"] + counts["changed"]
    return replace(
        outcome, batch=outcome.batch_id, written=written, left=counts["left"],
        counts=outcome.counts | {name: counts[name] for name in ("new", "changed", "same")},
    )  # fmt: skip


def undo(batch_id: int, *, by: Actor, today: date) -> UndoOutcome:
    """Take a published batch back. Raises UndoRefused, NotPermitted (also where there is no such batch)."""
    with acting_as(by):
        batch = batch_of(batch_id, by)
        return undo_batch(register(batch.register), batch.id, by=by, today=today)


def batch_of(batch_id: int, by: Actor) -> ImportBatch:
    """A batch within scope whose register the person may import into. Raises NotPermitted."""
    with acting_as(by):
        batch = db.session.get(ImportBatch, batch_id)
        found = batch is not None and by.covers(batch.register, "import", batch.area_code)
    if batch is None or not found:
        raise NotPermitted(f"没有第 {batch_id} 批导入，或它不在您负责的范围内。")
    return batch


def discard(batch_id: int, *, by: Actor) -> None:
    """Forget a batch that wrote nothing, with its staged rows and its original."""
    with acting_as(by), writing():
        batch = batch_of(batch_id, by)
        if batch.state in (UPLOADED, CHECKED):
            _forget(batch)


def forget_unwritten(by: Actor) -> None:
    """Forget the person's uploads that were never written and are older than a week."""
    with acting_as(by), writing():
        before = utc_now() - timedelta(days=UNWRITTEN_DAYS)
        old = db.session.execute(
            select(ImportBatch).where(
                ImportBatch.user_id.is_not_distinct_from(by.user_id), ImportBatch.created_at < before,
                ImportBatch.state.in_((UPLOADED, CHECKED)),
            )
        ).scalars().all()  # fmt: skip
        for batch in old:
            _forget(batch)


def _forget(batch: ImportBatch) -> None:
    db.session.execute(delete(ImportRow).where(ImportRow.batch_id == batch.id))
    shared = select(ImportBatch.id).where(ImportBatch.digest == batch.digest, ImportBatch.id != batch.id).limit(1)
    is_shared = db.session.execute(shared).scalar() is not None
    db.session.delete(batch)
    if not is_shared:
        originals.forget(batch.digest)


def is_undoable(batch: ImportBatch) -> bool:
    """Whether there is something to take back."""
    return batch.state not in (UPLOADED, CHECKED, UNDONE)


def errors_workbook(batch: ImportBatch) -> bytes:
    """Their workbook with red cells and comments, as .xlsx."""
    return marking.errors_workbook(batch)


def template(register_name: str) -> bytes:
    """The template workbook of a register. Raises KeyError."""
    return templating.template(register_name)
