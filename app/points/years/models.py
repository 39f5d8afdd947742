"""What is noted about a worker's year: marks, honours, warnings, decisions; append-only, each signed by its step."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from flask_appbuilder import Model
from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, mapped_column

from app.database.after_migration import after_migration, append_only
from app.database.scope import ScopeRule, below
from app.database.types import area_code_type
from app.points.columns import POINTS
from app.points.rules import text_digest

ASSESSED = "assessed"
"""Kind of the step (points_steps) that signs a note; its words are the reason, its `by_id` who answers for it."""


class PointsYearNote(Model):
    """One note. A mark or decision is corrected by the next `attempt`, the one before stays to be read."""

    __tablename__ = "points_year_notes"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (below("points_entries", writers="nobody"),)
    __table_args__ = (
        # Whoever else is at it this moment: one part is marked once, a year is decided once.
        UniqueConstraint("worker_uid", "year", "kind", "stage", "part", "attempt", name="uq_points_year_notes_once"),
        Index("ix_points_year_notes_area", "year", "area_code"),
    )

    step_uid: Mapped[str] = mapped_column(String(32), primary_key=True)
    worker_uid: Mapped[str] = mapped_column(String(32))
    worker_id: Mapped[int]
    area_code: Mapped[str] = mapped_column(area_code_type())
    year: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12))
    """mark 评分, honour 表彰, warning 警示, decision 处理决定."""
    stage: Mapped[int] = mapped_column(default=0)
    """1 and 2 the halves of the year, 0 all of it."""
    part: Mapped[str] = mapped_column(String(100))
    """Who marked (部门), what the honour or warning is, or the key of what was decided."""
    value: Mapped[Decimal | None] = mapped_column(POINTS)
    attempt: Mapped[int] = mapped_column(default=0)


def note_digest(note: PointsYearNote) -> str:
    """SHA-256 (hex) over a note's own columns, as its step signs it."""
    value = "" if note.value is None else f"{note.value:.1f}"
    plain = (note.worker_uid, note.worker_id, note.area_code, note.year, note.kind, note.stage, note.part, value)
    return text_digest([str(each) for each in (*plain, note.attempt)])


@after_migration
def forbid_changing_notes(connection: Connection) -> None:
    """Notes take new rows only."""
    append_only(connection, "points_year_notes")
