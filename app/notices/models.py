"""Notices to one person or to whoever holds a role in an area, and who has read them."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from flask_appbuilder import Model
from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.database.scope import ScopeRule, own
from app.database.types import UtcMoment, area_code_type


class Notice(Model):
    """One thing to know or to do. Readers of a role reach it through app.notices.queries, which knows their posts."""

    __tablename__ = "notices"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (own("user_id"),)
    __table_args__ = (
        Index("ix_notices_user", "user_id", "done_at"),
        Index("ix_notices_role", "role", "area_code", "done_at"),
        Index("ix_notices_record", "record_kind", "record_uid"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(160), unique=True)
    """The same key is the same notice: sent twice, it stands once."""
    user_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"))
    role: Mapped[str | None] = mapped_column(String(40))
    line: Mapped[str | None] = mapped_column(String(20))
    area_code: Mapped[str] = mapped_column(area_code_type(), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(160))
    why: Mapped[str] = mapped_column(String(300), default="")
    url: Mapped[str] = mapped_column(String(300), default="")
    """Path inside the program; never another host."""
    record_kind: Mapped[str] = mapped_column(String(60), default="")
    record_uid: Mapped[str] = mapped_column(String(32), default="")
    is_todo: Mapped[bool] = mapped_column(default=True)
    """False for what is only to be read."""
    due_on: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(UtcMoment())
    done_at: Mapped[datetime | None] = mapped_column(UtcMoment())
    done_by_id: Mapped[int | None]


class NoticeRead(Model):
    """Who has read a notice when; a notice to a role has many readers."""

    __tablename__ = "notice_reads"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (own("user_id"),)

    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"), primary_key=True)
    read_at: Mapped[datetime] = mapped_column(UtcMoment())
