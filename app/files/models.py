"""Stored contents, and the attachments that give them a name and a record."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from flask_appbuilder import Model
from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.database.scope import ScopeRule, open_to_all, own
from app.database.types import UtcMoment, area_code_type


class StoredFile(Model):
    """One content, kept once under its SHA-256 however often it is attached."""

    __tablename__ = "stored_files"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (open_to_all("只有内容摘要、大小和种类，没有名称，也不知道属于谁"),)

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    """In bytes."""
    media_type: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[datetime] = mapped_column(UtcMoment())


class Attachment(Model):
    """A stored content under a name at a record. Others reach it through that record only (app.files.queries)."""

    __tablename__ = "attachments"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (own("uploaded_by_id"),)
    __history__: ClassVar[bool] = True
    __table_args__ = (Index("ix_attachments_record", "record_kind", "record_uid"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True)
    record_kind: Mapped[str] = mapped_column(String(60))
    record_uid: Mapped[str] = mapped_column(String(32))
    area_code: Mapped[str] = mapped_column(area_code_type(), index=True)
    title: Mapped[str] = mapped_column(String(120))
    """File name as shown and downloaded, with the suffix of its real kind."""
    digest: Mapped[str] = mapped_column(ForeignKey("stored_files.digest"), index=True)
    uploaded_by_id: Mapped[int | None]
    uploaded_by_name: Mapped[str] = mapped_column(String(64))
    uploaded_at: Mapped[datetime] = mapped_column(UtcMoment())
    is_deleted: Mapped[bool] = mapped_column(default=False)
