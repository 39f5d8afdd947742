"""The files of frozen papers: made once, kept by content, given back byte for byte."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.database.transactions import writing
from app.extensions import db
from app.files import store
from app.files.service import ensure_stored
from app.lowcode.papers import Format
from app.report_center.months.models import FrozenFile
from app.report_center.months.queries import FrozenPrint
from app.security.beyond import beyond_scope
from reports.rendering import MEDIA_TYPES, render


def frozen_file(of: FrozenPrint, format_: Format) -> bytes:
    """The kept bytes. Where a file is not made yet, or its content was lost, it is made from the frozen paper."""
    with beyond_scope():
        digest = _digest_of(of.id, format_)
    if digest is not None:
        try:
            return store.read(digest)
        except OSError:
            pass  # DATA_DIR was restored without it; the frozen paper gives the same bytes again
        # A damaged file raises ValueError: it must be seen, not printed over.
    data = render(of.document, format_)
    if digest is None:
        with writing() as session:
            keep_file(session, of.id, of.area_code, format_, data)
    elif store.digest_of(data) == digest:
        store.keep(data)
    return data


def _digest_of(paper_id: int, format_: Format) -> str | None:
    return db.session.execute(
        select(FrozenFile.digest).where(FrozenFile.frozen_paper_id == paper_id, FrozenFile.format == format_)
    ).scalar()


def keep_file(session: Session, paper_id: int, area_code: str, format_: Format, data: bytes) -> None:
    """Keep one format of a frozen paper, in the caller's transaction; one that is there already stays."""
    digest = store.keep(data)
    with beyond_scope():
        ensure_stored(session, digest, len(data), MEDIA_TYPES[format_])
        if _digest_of(paper_id, format_) is not None:
            return
        try:
            with session.begin_nested():
                session.add(FrozenFile(frozen_paper_id=paper_id, area_code=area_code, format=format_, digest=digest))
        except IntegrityError:
            pass  # made by another process at the same moment, with the same bytes
