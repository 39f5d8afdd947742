"""Reading attachments: always through the record they belong to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from app.clock import local
from app.extensions import db
from app.files import store
from app.files.models import Attachment, StoredFile
from app.files.records import record_kind
from app.files.rules import size_text
from app.security.actor import current_actor
from app.security.beyond import beyond_scope


@dataclass(frozen=True, slots=True)
class AttachmentItem:
    """An attachment as shown beside its record."""

    id: int
    title: str
    media_type: str
    size: int
    uploaded_by: str
    uploaded_at: datetime
    digest: str

    @property
    def note(self) -> str:
        """`2.3 MB · 王芳 · 2026-11-22 09:30`."""
        return f"{size_text(self.size)} · {self.uploaded_by} · {local(self.uploaded_at):%Y-%m-%d %H:%M}"

    @property
    def is_image(self) -> bool:
        return self.media_type.startswith("image/")


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A file the actor may have: its name, and where its bytes lie."""

    item: AttachmentItem
    path: Path
    digest: str
    record_kind: str
    record_uid: str
    area_code: str


def may_read_record(kind: str, uid: str) -> bool:
    """Whether the actor may read that record; a kind nobody registered is closed."""
    actor, known = current_actor(), record_kind(kind)
    return known is not None and (actor.is_system or known.may_read(actor, uid))


def attachments_of(kind: str, uid: str) -> list[AttachmentItem]:
    """Attachments of a record in the order they came; [] where the actor may not read the record."""
    if not may_read_record(kind, uid):
        return []
    statement = (
        select(Attachment, StoredFile)
        .join(StoredFile, StoredFile.digest == Attachment.digest)
        .where(Attachment.record_kind == kind, Attachment.record_uid == uid, Attachment.is_deleted.is_(False))
        .order_by(Attachment.id)
    )
    with beyond_scope():
        return [_item(attachment, stored) for attachment, stored in db.session.execute(statement).all()]


def open_attachment(attachment_id: int) -> OpenedFile | None:
    """The file, if the actor may read its record; None otherwise, without telling which."""
    statement = (
        select(Attachment, StoredFile)
        .join(StoredFile, StoredFile.digest == Attachment.digest)
        .where(Attachment.id == attachment_id, Attachment.is_deleted.is_(False))
    )
    with beyond_scope():
        found = db.session.execute(statement).first()
    if found is None or not may_read_record(found[0].record_kind, found[0].record_uid):
        return None
    attachment, stored = found
    return OpenedFile(
        _item(attachment, stored), store.path_of(stored.digest), stored.digest, attachment.record_kind,
        attachment.record_uid, attachment.area_code,
    )  # fmt: skip


def _item(attachment: Attachment, stored: StoredFile) -> AttachmentItem:
    return AttachmentItem(
        id=attachment.id, title=attachment.title, media_type=stored.media_type, size=stored.size,
        uploaded_by=attachment.uploaded_by_name, uploaded_at=attachment.uploaded_at, digest=stored.digest,
    )  # fmt: skip


def faults() -> list[str]:
    """Every stored file read and proved against its digest; what is missing or damaged, in words (for `verify`)."""
    found = []
    with beyond_scope():
        digests = db.session.execute(select(StoredFile.digest).order_by(StoredFile.digest)).scalars().all()
    for digest in digests:
        try:
            store.read(digest)
        except OSError:
            found.append(f"附件 {digest[:12]}：文件不见了，请从备份恢复")
        except ValueError:
            found.append(f"附件 {digest[:12]}：内容被改动或损坏，请从备份恢复")
    return found
