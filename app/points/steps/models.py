"""Steps after an entry (核, 退回, 公示, 异议, 裁定) as append-only rows in chains, their words, and what still waits."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar

from flask_appbuilder import Model
from sqlalchemy import Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, mapped_column

from app.database.after_migration import after_migration, append_only
from app.database.scope import ScopeRule, below
from app.database.types import UtcMoment, area_code_type
from app.points.columns import BIG_ID, POINTS

CHECKS = "kind IN ('verified', 'returned')"


class PointsStep(Model):
    """One step: never changed, never deleted, by triggers too.

    `chain` is the worker's uid, or the community's code for 公示. `seq` counts the chain's own steps from 1; `mac` signs
    the step after the one before it.
    """

    __tablename__ = "points_steps"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (below("points_entries", writers="nobody"),)
    __table_args__ = (
        UniqueConstraint("chain", "seq"),
        # An entry is checked once and disputed once, a dispute is decided once, whoever else is at it this moment.
        Index("uq_points_steps_check", "entry_id", unique=True, sqlite_where=text(CHECKS), postgresql_where=text(CHECKS)),
        Index(
            "uq_points_steps_dispute", "entry_id", unique=True, sqlite_where=text("kind = 'disputed'"),
            postgresql_where=text("kind = 'disputed'"),
        ),
        Index("uq_points_steps_decision", "dispute_id", unique=True),
        Index("ix_points_steps_kind", "kind", "area_code", "month"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True)
    chain: Mapped[str] = mapped_column(String(40))
    seq: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12))
    """verified 已核, returned 退回, shown 公示, disputed 异议, upheld 成立, rejected 维持, assessed 年度考核."""
    area_code: Mapped[str] = mapped_column(area_code_type())
    month: Mapped[int]
    """Which month's points it is about: year × 100 + month."""
    on: Mapped[date] = mapped_column("taken_on")
    worker_id: Mapped[int | None]
    entry_id: Mapped[int | None] = mapped_column(BIG_ID)
    """The entry it is about; None in a 公示, and where a worker misses an entry."""
    dispute_id: Mapped[int | None] = mapped_column(BIG_ID)
    """The dispute that is decided."""
    counter_id: Mapped[int | None] = mapped_column(BIG_ID)
    """The counter-entry that followed."""
    made_id: Mapped[int | None] = mapped_column(BIG_ID)
    """The new entry that followed."""
    due_on: Mapped[date | None]
    """Last day of the 公示, or by when a dispute is to be decided."""
    by_id: Mapped[int | None]
    text_digest: Mapped[str] = mapped_column(String(64))
    content_digest: Mapped[str] = mapped_column(String(64), default="")
    """Of the files that came with it, or of the lines on show."""
    created_at: Mapped[datetime] = mapped_column(UtcMoment())
    mac: Mapped[bytes] = mapped_column(LargeBinary)


SIGNED = (
    "uid", "chain", "seq", "kind", "area_code", "month", "on", "worker_id", "entry_id", "dispute_id", "counter_id",
    "made_id", "due_on", "by_id", "text_digest", "content_digest", "created_at",
)  # fmt: skip
"""Columns of a step that its link signs, in this order for ever."""


class PointsStepText(Model):
    """The words of a step, kept apart so that a person can be erased; the step holds a digest."""

    __tablename__ = "points_step_texts"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (below("points_entries", writers="nobody"),)

    step_uid: Mapped[str] = mapped_column(String(32), primary_key=True)
    area_code: Mapped[str] = mapped_column(area_code_type(), index=True)
    matter: Mapped[str | None] = mapped_column(String(200))
    """What a missing entry should have been for."""
    words: Mapped[str | None] = mapped_column(Text)
    by_name: Mapped[str | None] = mapped_column(String(64))


class PointsShowLine(Model):
    """One worker's figures as they went on show; the step of the 公示 signs them all."""

    __tablename__ = "points_show_lines"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (below("points_entries", writers="nobody"),)

    step_uid: Mapped[str] = mapped_column(String(32), primary_key=True)
    worker_uid: Mapped[str] = mapped_column(String(32), primary_key=True)
    worker_id: Mapped[int]
    area_code: Mapped[str] = mapped_column(area_code_type())
    gained: Mapped[Decimal] = mapped_column(POINTS)
    deducted: Mapped[Decimal] = mapped_column(POINTS)
    entry_count: Mapped[int]


class PointsStepHead(Model):
    """The last link of each chain of steps; locked while a step is added."""

    __tablename__ = "points_step_heads"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (below("points_entries", writers="nobody"),)

    chain: Mapped[str] = mapped_column(String(40), primary_key=True)
    area_code: Mapped[str] = mapped_column(area_code_type(), index=True)
    seq: Mapped[int] = mapped_column(default=0)
    mac: Mapped[bytes] = mapped_column(LargeBinary)


class PointsWaiting(Model):
    """Entries that wait to be checked: what can also be counted from the chains, kept to be found at once."""

    __tablename__ = "points_waiting"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (below("points_entries", writers="nobody"),)
    __table_args__ = (Index("ix_points_waiting_area", "area_code", "month"),)

    entry_id: Mapped[int] = mapped_column(BIG_ID, primary_key=True, autoincrement=False)
    area_code: Mapped[str] = mapped_column(area_code_type())
    month: Mapped[int]
    worker_uid: Mapped[str] = mapped_column(String(32), index=True)
    points: Mapped[Decimal] = mapped_column(POINTS)
    check_by: Mapped[str] = mapped_column(String(20))
    recorded_by: Mapped[int | None]


@after_migration
def forbid_changing_steps(connection: Connection) -> None:
    """Steps and the lines that were shown take new rows only."""
    append_only(connection, "points_steps")
    append_only(connection, "points_show_lines")
