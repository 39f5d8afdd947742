"""Which months of which area are being checked or final."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from flask_appbuilder import Model
from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.database.scope import ScopeRule, below_and_above
from app.database.types import UtcMoment, area_code_type
from app.security.roles import Resource, declare_resource

declare_resource(Resource("periods", "月度定稿", "periods", permissions=("read", "finalise")))


class ClosedPeriod(Model):
    """The state of one month in an area and all below it; no row means 填报中."""

    __tablename__ = "closed_periods"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (below_and_above("periods", writers="services"),)
    __history__: ClassVar[bool] = True
    __table_args__ = (UniqueConstraint("area_code", "month"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True)
    area_code: Mapped[str] = mapped_column(area_code_type(), index=True)
    month: Mapped[str] = mapped_column(String(7), index=True)
    """2026-10."""
    state: Mapped[str] = mapped_column(String(10))
    """filling 填报中, held 核对中, final 已定稿."""
    changed_at: Mapped[datetime] = mapped_column(UtcMoment())
    by_id: Mapped[int | None]
    by_name: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(200), default="")
    """Why a final month was opened again."""
