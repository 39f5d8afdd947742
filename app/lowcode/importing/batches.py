"""Batches of imports: a workbook kept, found again by whoever may see it, forgotten when nothing came of it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import delete, select

from app.clock import utc_now
from app.database.transactions import writing
from app.extensions import db
from app.lowcode.importing import continuing, originals, sheets
from app.lowcode.importing.models import CHECKED, PUBLISHED, UPLOADED, ImportBatch, ImportRow
from app.lowcode.register import Register
from app.security.actor import Actor, NotPermitted, acting_as
from app.settings.queries import has_profile, profile

UNWRITTEN_DAYS = 7
"""Uploads that nobody wrote are forgotten after so many days, original and all."""


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
    mapping: Mapping[str, str] | None = None, clears_blanks: bool = False, given: Mapping[str, str] | None = None,
) -> tuple[ImportBatch, sheets.Workbook]:  # fmt: skip
    """Keep a workbook as a new batch, nothing of it read into the register. Raises FileIsRefused, NotPermitted.

    `given` are codes said for the whole file; those that are none are left out. A marked workbook of a batch of this person goes on with that batch, with the answers given then.
    """
    with acting_as(by):
        home = home_area(reg, by, area)
        book = sheets.read(data)
        digest = originals.keep(data)
        before = continuing.continued(data, reg, by)
        with writing() as session:
            batch = ImportBatch(
                uid=secrets.token_hex(16), register=reg.name, area_code=home, user_id=by.user_id, user_name=by.name,
                created_at=utc_now(), state=UPLOADED, file_name=file_name.strip()[-120:] or "表格", digest=digest,
                size=len(data), is_whole=is_whole, clears_blanks=clears_blanks, mapping=dict(mapping or {}), given=_asked(reg, given or {}), corrections={}, summary={}, written={}, undone={},
            )  # fmt: skip
            session.add(batch)
            if before is not None:
                for name, value in continuing.taken_over(before, data).items():
                    setattr(batch, name, value)
                batch.mapping |= dict(mapping or {})
                batch.given = {**(before.given or {}), **(batch.given or {})}
                if before.state in (UPLOADED, CHECKED):
                    _forget(before)
            session.flush()
        forget_unwritten(by)
    return batch, book


def _asked(reg: Register, given: Mapping[str, str]) -> dict[str, str]:
    asked = {name for name, _proposed in reg.asked_on_import}
    known = {name: {code for code, _label in reg.column(name).type.choices()} for name in asked}
    return {name: code for name, code in given.items() if name in asked and code in known[name]}


def batch_of(batch_id: int, by: Actor) -> ImportBatch:
    """A batch within scope whose register the person may import into. Raises NotPermitted."""
    with acting_as(by):
        batch = db.session.get(ImportBatch, batch_id, populate_existing=True)
        found = batch is not None and by.covers(batch.register, "import", batch.area_code)
    if batch is None or not found:
        raise NotPermitted(f"没有第 {batch_id} 批导入，或它不在您负责的范围内。")
    return batch


def last_tables(reg: Register, by: Actor, *, most: int = 20) -> list[ImportBatch]:
    """The workbooks that somebody brought to a register and that stand in it, the latest first; they may be had back
    with what the register says today, if he may import and export there."""
    if by.user_id is None or not by.allows(reg.name, "import") or not by.allows(reg.name, "export"):
        return []
    wanted = select(ImportBatch).where(
        ImportBatch.register == reg.name, ImportBatch.user_id == by.user_id, ImportBatch.state == PUBLISHED,
        ImportBatch.continues.is_(None),
    )  # fmt: skip
    with acting_as(by):
        found = db.session.execute(wanted.order_by(ImportBatch.published_at.desc()).limit(most)).scalars()
        return [batch for batch in found if by.covers(reg.name, "import", batch.area_code)]


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
