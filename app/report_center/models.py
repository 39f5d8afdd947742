"""报送 of one paper by one area for one period: its state, the locked versions, every step; and what was printed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from flask_appbuilder import Model
from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, false
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, mapped_column

from app.database.after_migration import after_migration, trigger
from app.database.scope import ScopeRule, below, own
from app.database.types import UtcMoment, area_code_type, json_type
from app.report_center.rules import MISSING
from app.security.roles import Resource, declare_resource

RESOURCE = "report_center"

declare_resource(
    Resource(
        RESOURCE,
        "报表中心",
        "reports",
        permissions=("read", "write", "export", "fill", "submit", "review"),
    )
)


class Submission(Model):
    """One paper of one area and period. Without a row nothing was written or handed in yet."""

    __tablename__ = "submissions"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (below(RESOURCE, writers="services"),)
    __table_args__ = (
        UniqueConstraint("area_code", "paper", "period"),
        Index("ix_submissions_period", "period", "area_code"),
        Index("ix_submissions_state", "state", "area_code"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True)
    area_code: Mapped[str] = mapped_column(area_code_type())
    paper: Mapped[str] = mapped_column(String(60))
    period: Mapped[str] = mapped_column(String(10))
    """Key of the period: 2026-10."""
    state: Mapped[str] = mapped_column(String(10), default=MISSING)
    words: Mapped[dict[str, Any]] = mapped_column(json_type(), default=dict)
    """What the office writes itself: problems, next_steps, note; each a text, one paragraph a line."""
    number: Mapped[int] = mapped_column(default=0)
    """Number of the last version handed in; 0 is none."""
    is_nil: Mapped[bool] = mapped_column(default=False, server_default=false())
    """零报告: the version handed in says that nothing happened in the period."""
    reason: Mapped[str] = mapped_column(String(300), default="")
    """Why it was given back last."""
    submitted_at: Mapped[datetime | None] = mapped_column(UtcMoment())
    submitted_by_id: Mapped[int | None]
    submitted_by: Mapped[str] = mapped_column(String(64), default="")
    reviewed_at: Mapped[datetime | None] = mapped_column(UtcMoment())
    reviewed_by: Mapped[str] = mapped_column(String(64), default="")
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}


class SubmissionVersion(Model):
    """What was handed in: the paper itself as canonical JSON and its SHA-256. Never changed, never deleted."""

    __tablename__ = "submission_versions"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (below(RESOURCE, writers="services"),)
    __table_args__ = (UniqueConstraint("submission_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"))
    area_code: Mapped[str] = mapped_column(area_code_type(), index=True)
    number: Mapped[int]
    document: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcMoment())
    by_id: Mapped[int | None]
    by_name: Mapped[str] = mapped_column(String(64))


class SubmissionStep(Model):
    """One step of a submission: who did what when, and why."""

    __tablename__ = "submission_steps"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (below(RESOURCE, writers="services"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), index=True)
    area_code: Mapped[str] = mapped_column(area_code_type(), index=True)
    action: Mapped[str] = mapped_column(String(10))
    number: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UtcMoment())
    by_id: Mapped[int | None]
    by_name: Mapped[str] = mapped_column(String(64))


class PrintRecord(Model):
    """One paper that left the program: who, when, what, and the digest of what it said."""

    __tablename__ = "print_records"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (own("user_id"), below(RESOURCE, writers="services"))
    __table_args__ = (
        Index("ix_print_records_area", "area_code", "id"),
        Index("ix_print_records_user", "user_id", "id"),
        Index("ix_print_records_code", "short_code", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True)
    area_code: Mapped[str] = mapped_column(area_code_type())
    paper: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(160))
    period: Mapped[str] = mapped_column(String(10))
    subject: Mapped[str] = mapped_column(String(60), default="")
    formats: Mapped[str] = mapped_column(String(40))
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the paper's canonical JSON as it was printed."""
    number: Mapped[int] = mapped_column(default=0)
    """Number of the submitted version that was printed; 0 is the figures of that moment."""
    is_draft: Mapped[bool] = mapped_column(default=False)
    job_id: Mapped[int | None]
    """The 全部打印 it was part of."""
    short_code: Mapped[str | None] = mapped_column(String(12))
    """Printed in the footer of ledgers, so that the sheet leads back here; None on official papers."""
    data_on: Mapped[date | None]
    """The day the figures were counted to."""
    is_scheduled: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Made by itself on the first of the month."""
    at: Mapped[datetime] = mapped_column(UtcMoment())
    user_id: Mapped[int | None]
    user_name: Mapped[str] = mapped_column(String(64))


class PrintedPaper(Model):
    """What a print said, so that it can be printed again exactly. Rosters are not kept: they hold people's data."""

    __tablename__ = "printed_papers"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (below(RESOURCE, writers="services"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    print_id: Mapped[int] = mapped_column(ForeignKey("print_records.id"), unique=True)
    area_code: Mapped[str] = mapped_column(area_code_type(), index=True)
    document: Mapped[bytes] = mapped_column(LargeBinary)
    """The paper's canonical JSON, deflated."""


@after_migration
def lock_versions(connection: Connection) -> None:
    """What was handed in stays as it was, whoever asks."""
    sentence = "submission_versions is locked"
    for word in ("UPDATE", "DELETE"):
        trigger(
            connection, name=f"submission_versions_{word.lower()}", table="submission_versions",
            event=f"BEFORE {word}", action=f"SELECT RAISE(ABORT, '{sentence}');",
            function=f"RAISE EXCEPTION '{sentence}';",
        )  # fmt: skip
