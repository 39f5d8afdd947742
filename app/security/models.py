"""Accounts, posts, grants, change history, the audit chain and reveals."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from flask_appbuilder import Model
from sqlalchemy import BigInteger, ForeignKey, Index, Integer, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.database.scope import ScopeRule, below, open_to_all, own
from app.database.types import UtcMoment, area_code_type, json_type

BIG_ID = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts only INTEGER PRIMARY KEY up by itself


class Account(Model):
    """What FAB's user does not keep: lock after failures, forced change of password, the key of valid sessions."""

    __tablename__ = "accounts"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (own("user_id"), below("accounts", writers="services"))

    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"), primary_key=True)
    area_code: Mapped[str] = mapped_column(area_code_type(), index=True)
    must_change_password: Mapped[bool] = mapped_column(default=False)
    password_changed_at: Mapped[datetime | None] = mapped_column(UtcMoment())
    session_key: Mapped[str] = mapped_column(String(32))
    """Part of the signed cookie; a new one ends all sessions of this account."""
    failed_count: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(UtcMoment())
    person_uid: Mapped[str | None] = mapped_column(String(32), index=True)
    """uid of the grid worker's roster row this account belongs to, where it is one."""
    past_passwords: Mapped[list[str]] = mapped_column(json_type(), default=list)
    language: Mapped[str | None] = mapped_column(String(5))
    is_large_type: Mapped[bool] = mapped_column(default=False)


class Post(Model):
    """The only source of rights: this user has this role in this area, in this line of work, from one day to another."""

    __tablename__ = "posts"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (own("user_id"), below("accounts"))
    __history__: ClassVar[bool] = True

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(String(40))
    area_code: Mapped[str] = mapped_column(area_code_type(), index=True)
    unit_id: Mapped[int | None]
    line: Mapped[str | None] = mapped_column(String(20))
    """条线; None covers all ordinary lines, never the sensitive ones."""
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    acts_for_id: Mapped[int | None] = mapped_column(index=True)
    """Whose place the holder takes for these days (AB岗); None for a post of one's own."""


class Grant(Model):
    """A row a unit was let into for a time, such as a case for the department that was called."""

    __tablename__ = "grants"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (below("accounts", writers="services"),)
    __table_args__ = (Index("ix_grants_unit", "unit_id", "resource"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int]
    """Whoever holds a post of the unit that sees by unit (部门)."""
    area_code: Mapped[str] = mapped_column(area_code_type())
    resource: Mapped[str] = mapped_column(String(60))
    row_uid: Mapped[str] = mapped_column(String(32), index=True)
    valid_from: Mapped[datetime] = mapped_column(UtcMoment())
    valid_to: Mapped[datetime] = mapped_column(UtcMoment())


class AccessVersion(Model):
    """One number, raised whenever a post, role or permission changes, so that a revocation counts at the next request."""

    __tablename__ = "access_version"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (open_to_all("只是一个计数"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(default=1)


class Change(Model):
    """One change of one row, field by field; sealed fields as their boxes. History, undo and revert read it."""

    __tablename__ = "changes"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (
        below("history", writers="services"),
        below("audit", writers="services"),
        own("by_id"),
    )
    __table_args__ = (Index("ix_changes_row", "register", "row_id"), Index("ix_changes_batch", "batch_id"))

    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcMoment())
    by_id: Mapped[int | None]
    by_name: Mapped[str] = mapped_column(String(64))
    register: Mapped[str] = mapped_column(String(60))
    row_id: Mapped[int]
    row_uid: Mapped[str] = mapped_column(String(32))
    area_code: Mapped[str | None] = mapped_column(area_code_type(), index=True)
    action: Mapped[str] = mapped_column(String(20))
    """created changed deleted restored erased."""
    before: Mapped[dict[str, Any]] = mapped_column(json_type(), default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(json_type(), default=dict)
    batch_id: Mapped[int | None]
    row_version: Mapped[int | None]


class BulkChange(Model):
    """Many rows of one register made at once: one line of JSON each (app.security.bulk_changes)."""

    __tablename__ = "bulk_changes"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (
        below("history", writers="services"),
        below("audit", writers="services"),
        own("by_id"),
    )
    __table_args__ = (
        Index("ix_bulk_changes_rows", "register", "last_row_id", "first_row_id"),
        Index("ix_bulk_changes_batch", "batch_id"),
    )

    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcMoment())
    by_id: Mapped[int | None]
    by_name: Mapped[str] = mapped_column(String(64))
    register: Mapped[str] = mapped_column(String(60))
    area_code: Mapped[str] = mapped_column(area_code_type(), index=True)
    """The smallest area that holds all its rows."""
    batch_id: Mapped[int | None]
    first_row_id: Mapped[int]
    last_row_id: Mapped[int]
    row_count: Mapped[int]
    columns: Mapped[list[str]] = mapped_column(json_type())
    """Names of the values of a line, in order."""
    lines: Mapped[str] = mapped_column(Text)
    """[row id, uid, area, [values]] a line; a line erased by law is empty."""
    digests: Mapped[bytes] = mapped_column(LargeBinary)
    """SHA-256 of each line, 32 bytes each, so that one line may be erased and the others still be proved."""


class AuditEntry(Model):
    """One link of the audit chain. It signs the id and digest of a payload, so that the payload may be erased by law."""

    __tablename__ = "audit_entries"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (below("audit", writers="services"),)
    __table_args__ = (UniqueConstraint("chain", "seq"),)

    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    chain: Mapped[str] = mapped_column(String(40))
    """Code of the street (or the node above it) whose chain this is."""
    seq: Mapped[int]
    area_code: Mapped[str] = mapped_column(area_code_type(), index=True)
    at: Mapped[datetime] = mapped_column(UtcMoment())
    user_id: Mapped[int | None]
    user_name: Mapped[str] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(30))
    """sign_in sign_in_failed sign_out created changed deleted restored revealed exported printed imported …"""
    resource: Mapped[str] = mapped_column(String(60))
    row_uid: Mapped[str | None] = mapped_column(String(32), index=True)
    change_id: Mapped[int | None] = mapped_column(BIG_ID)
    bulk_change_id: Mapped[int | None] = mapped_column(BIG_ID)
    """Where many rows were made at once: one link for all of them."""
    note: Mapped[str] = mapped_column(Text, default="")
    digest: Mapped[str] = mapped_column(String(64))
    mac: Mapped[bytes] = mapped_column(LargeBinary)


class AuditHead(Model):
    """The last link of each chain; locked last before commit."""

    __tablename__ = "audit_heads"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (open_to_all("只有序号和签名"),)

    chain: Mapped[str] = mapped_column(String(40), primary_key=True)
    seq: Mapped[int] = mapped_column(default=0)
    mac: Mapped[bytes] = mapped_column(LargeBinary)


class Reveal(Model):
    """Somebody asked to see masked values in clear: one reason for one task, thirty minutes."""

    __tablename__ = "reveals"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (own("user_id"), below("audit", writers="services"))

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(index=True)
    area_code: Mapped[str] = mapped_column(area_code_type())
    resource: Mapped[str] = mapped_column(String(60))
    reason: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(UtcMoment())
    until: Mapped[datetime] = mapped_column(UtcMoment())
