"""Proposed deductions: who, by which rule, for which record, and what a person made of it. No entry of the ledger."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from flask_appbuilder import Model
from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.database.scope import ScopeRule, below
from app.database.types import UtcMoment, area_code_type
from app.points.columns import BIG_ID

STANDING = "state <> 'withdrawn'"


class PointsProposal(Model):
    """One proposal. The matter's words stand at its record, so that nothing here must be erased with a person."""

    __tablename__ = "points_proposals"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (below("points_entries", writers="nobody"),)
    __table_args__ = (
        # One matter × one rule × one worker once; what was declined is not proposed again.
        Index(
            "uq_points_proposals_once", "worker_uid", "rule_code", "matter_kind", "matter_uid", unique=True,
            sqlite_where=text(STANDING), postgresql_where=text(STANDING),
        ),
        Index("ix_points_proposals_open", "state", "area_code", "month"),
        Index("ix_points_proposals_matter", "matter_kind", "matter_uid"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    fact_kind: Mapped[str] = mapped_column(String(60))
    worker_uid: Mapped[str] = mapped_column(String(32))
    worker_id: Mapped[int]
    area_code: Mapped[str] = mapped_column(area_code_type())
    on: Mapped[date] = mapped_column("happened_on")
    month: Mapped[int]
    rule_id: Mapped[int]
    rule_code: Mapped[str] = mapped_column(String(20))
    matter_kind: Mapped[str] = mapped_column(String(60))
    matter_uid: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(10), default="open")
    """open, confirmed, declined, withdrawn."""
    entry_id: Mapped[int | None] = mapped_column(BIG_ID)
    """The entry a confirmation made."""
    created_at: Mapped[datetime] = mapped_column(UtcMoment())
    decided_at: Mapped[datetime | None] = mapped_column(UtcMoment())
    decided_by: Mapped[int | None]
    decided_by_name: Mapped[str | None] = mapped_column(String(64))
    reason: Mapped[str | None] = mapped_column(String(500))
    """Why it is not recorded, or why it was withdrawn."""
