"""The job table: what is to be done, by whom it is held, how far it got."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from flask_appbuilder import Model
from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.database.scope import ScopeRule, below, own
from app.database.types import UtcMoment, area_code_type, json_type

WAITING, RUNNING, DONE, FAILED, CANCELLED = "waiting", "running", "done", "failed", "cancelled"


class Job(Model):
    """One piece of long work. Its key is unique for ever: the same digest of the same month is made once."""

    __tablename__ = "jobs"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (own("user_id"), below("jobs", writers="services"))
    __table_args__ = (Index("ix_jobs_due", "state", "run_at", "id"), Index("ix_jobs_user", "user_id", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))
    key: Mapped[str] = mapped_column(String(160), unique=True)
    title: Mapped[str] = mapped_column(String(160), default="")
    """What the page calls it: 导入网格员名册."""
    payload: Mapped[dict[str, Any]] = mapped_column(json_type(), default=dict)
    state: Mapped[str] = mapped_column(String(10), default=WAITING)
    run_at: Mapped[datetime] = mapped_column(UtcMoment())
    """Not before this moment; pushed on after a failure."""
    attempt: Mapped[int] = mapped_column(default=0)
    """Raised at each claim, never lowered: a worker that lost its lease writes under an old number and is refused."""
    tries: Mapped[int] = mapped_column(default=0)
    """Claims since the job last got further; too many of them end it."""
    lease_until: Mapped[datetime | None] = mapped_column(UtcMoment())
    checkpoint: Mapped[dict[str, Any]] = mapped_column(json_type(), default=dict)
    done_count: Mapped[int] = mapped_column(default=0)
    total_count: Mapped[int] = mapped_column(default=0)
    message: Mapped[str] = mapped_column(String(200), default="")
    result: Mapped[dict[str, Any]] = mapped_column(json_type(), default=dict)
    error: Mapped[str] = mapped_column(Text, default="")
    """In words for the person who asked for it; the traceback goes to the log only."""
    is_cancel_asked: Mapped[bool] = mapped_column(default=False)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="SET NULL"))
    """On whose behalf it runs, with the rights of the day it runs."""
    is_system: Mapped[bool] = mapped_column(default=False)
    """Asked for by the system itself. Kept apart from `user_id`, so that a deleted account never becomes the system."""
    area_code: Mapped[str] = mapped_column(area_code_type(), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcMoment())
    started_at: Mapped[datetime | None] = mapped_column(UtcMoment())
    finished_at: Mapped[datetime | None] = mapped_column(UtcMoment())
