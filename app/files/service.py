"""Attaching files to records, removing them, and sweeping contents nobody names."""

from __future__ import annotations

import secrets

from flask import current_app
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.clock import utc_now
from app.database.transactions import writing
from app.extensions import db
from app.files import store
from app.files.kinds import FileRefused, kind_of
from app.files.models import Attachment, StoredFile
from app.files.queries import OpenedFile, may_read_record
from app.files.records import record_kind
from app.files.rules import safe_name, size_text, suffix_of
from app.security import audit
from app.security.actor import NotPermitted, current_actor
from app.security.beyond import beyond_scope

MOST_BYTES = 50 * 1024 * 1024
MOST_A_RECORD = 100
SWEEP_AFTER_SECONDS = 24 * 3600.0


def attach(record_kind_name: str, record_uid: str, area_code: str, name: str, data: bytes) -> Attachment:
    """Attach a file to a record, in the caller's transaction when there is one; the same content is kept once.

    `area_code` is the record's. The name is cleaned and given the suffix of the real kind. The record must be flushed
    already. Raises FileRefused in words for the user, NotPermitted.
    """
    limit = min(MOST_BYTES, current_app.config.get("MAX_CONTENT_LENGTH") or MOST_BYTES)
    if len(data) > limit:
        raise FileRefused(
            f"文件有 {size_text(len(data))}，超过了 {size_text(limit)} 的上限。请压缩图片或拆成几份再上传。"
        )
    kind = kind_of(data, suffix=suffix_of(name))
    with writing() as session:
        session.flush()
        _require_change(record_kind_name, record_uid)
        digest = store.keep(data)
        actor = current_actor()
        attachment = Attachment(
            uid=secrets.token_hex(16), record_kind=record_kind_name, record_uid=record_uid, area_code=area_code,
            title=safe_name(name, suffix=kind.suffix, also=kind.also), digest=digest, uploaded_by_id=actor.user_id,
            uploaded_by_name=actor.name, uploaded_at=utc_now(), is_deleted=False,
        )  # fmt: skip
        with beyond_scope():
            _refuse_too_many(session, record_kind_name, record_uid)
            ensure_stored(session, digest, len(data), kind.media_type)
            session.add(attachment)
    return attachment


def _require_change(kind_name: str, uid: str) -> None:
    actor, kind = current_actor(), record_kind(kind_name)
    if kind is None:
        raise KeyError(f"Register the kind of record {kind_name!r} (app.files.records) before attaching to it.")
    if not actor.is_system and not kind.may_change(actor, uid):
        raise NotPermitted("这条记录不在您负责的范围内，或您的岗位不能修改它，附件没有保存。")


def _refuse_too_many(session: Session, kind_name: str, uid: str) -> None:
    living = select(Attachment.id).where(
        Attachment.record_kind == kind_name, Attachment.record_uid == uid, Attachment.is_deleted.is_(False)
    )
    if len(session.execute(living.limit(MOST_A_RECORD)).all()) >= MOST_A_RECORD:
        raise FileRefused(f"一条记录最多放 {MOST_A_RECORD} 个附件。请先删掉不用的。")


def ensure_stored(session: Session, digest: str, size: int, media_type: str) -> None:
    """Name a kept content, so that it is not swept; in the caller's transaction, beyond scope."""
    if session.get(StoredFile, digest) is not None:
        return
    try:
        with session.begin_nested():
            session.add(StoredFile(digest=digest, size=size, media_type=media_type, created_at=utc_now()))
    except IntegrityError:
        return  # the same content came by another transaction after we looked (PostgreSQL): it is there


def remove(attachment_id: int) -> None:
    """Take an attachment from its record; content and history stay. Raises NotPermitted."""
    with writing() as session:
        with beyond_scope():
            attachment = session.execute(
                select(Attachment).where(Attachment.id == attachment_id, Attachment.is_deleted.is_(False))
            ).scalar()
        if attachment is None or not may_read_record(attachment.record_kind, attachment.record_uid):
            raise NotPermitted("没有这个附件，或它不在您负责的范围内。")
        _require_change(attachment.record_kind, attachment.record_uid)
        with beyond_scope():
            attachment.is_deleted = True


def note_download(opened: OpenedFile) -> None:
    """Write a download into the audit chain, where the kind of record asks for it."""
    kind = record_kind(opened.record_kind)
    if kind is None or not kind.is_logged:
        return
    with writing():
        audit.record(
            "downloaded", opened.record_kind, area_code=opened.area_code, row_uid=opened.record_uid,
            note=opened.item.title,
        )  # fmt: skip


def sweep(*, seconds: float = SWEEP_AFTER_SECONDS) -> int:
    """Delete contents no row names that lay untouched for so long (a transaction rolled back); how many."""
    count = 0
    for digest, path in store.stale(seconds=seconds):
        with beyond_scope():
            is_named = digest is not None and db.session.get(StoredFile, digest) is not None
        if not is_named:
            path.unlink(missing_ok=True)
            count += 1
    return count
