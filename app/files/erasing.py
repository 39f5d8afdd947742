"""Taking attachments away for good, where the law asks for it: the row, its history, and contents nobody else names."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from flask_appbuilder import Model
from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.database.transactions import after_commit
from app.extensions import db
from app.files import store
from app.files.models import Attachment, StoredFile
from app.security.beyond import beyond_scope
from app.security.erasing import forget_changes

Uids = Collection[str] | Select[str]
_HOLDERS: list[InstrumentedAttribute[str]] = []


def register_holder(*columns: InstrumentedAttribute[str]) -> None:
    """Columns that name a stored content without a foreign key: what they hold is never taken away."""
    _HOLDERS.extend(column for column in columns if column not in _HOLDERS)


def count_of(record_kind: str, record_uids: Uids) -> int:
    """How many attachments these records have, removed ones too. Beyond scope."""
    statement = select(func.count()).select_from(Attachment).where(*_at(record_kind, record_uids))
    return db.session.execute(statement).scalar_one()


def erase_attachments(session: Session, record_kind: str, record_uids: Uids) -> int:
    """Take the attachments of these records away with their history; how many. Inside `writing()`, beyond scope.

    Contents no other row names go too, their bytes once the transaction has committed.
    """
    rows = session.execute(select(Attachment.id, Attachment.digest).where(*_at(record_kind, record_uids))).all()
    if not rows:
        return 0
    at = _at(record_kind, record_uids)
    forget_changes(session, "attachments", select(Attachment.uid).where(*at))
    # Core: the ORM would write what is deleted into the history.
    session.execute(delete(Attachment.__table__).where(*at))
    gone = {row.digest for row in rows if not _is_held(session, row.digest)}
    for digest in gone:
        session.execute(delete(StoredFile.__table__).where(StoredFile.__table__.c.digest == digest))
    session.info.setdefault("forgotten_contents", set()).update(gone)
    return len(rows)


def _at(record_kind: str, record_uids: Uids) -> tuple[Any, ...]:
    return Attachment.record_kind == record_kind, Attachment.record_uid.in_(record_uids)


def _is_held(session: Session, digest: str) -> bool:
    columns = (*_foreign_keys(), *_HOLDERS)
    return any(session.execute(select(column).where(column == digest).limit(1)).first() for column in columns)


def _foreign_keys() -> Iterator[Any]:
    target = StoredFile.__table__.c.digest
    for table in Model.metadata.tables.values():
        yield from (key.parent for key in table.foreign_keys if key.column is target)


@after_commit
def _delete_bytes(session: Session) -> None:
    for digest in session.info.pop("forgotten_contents", ()):
        with beyond_scope():
            is_back = session.get(StoredFile, digest) is not None
        if not is_back:
            store.path_of(digest).unlink(missing_ok=True)
