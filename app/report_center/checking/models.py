"""Remarks on cells, and dated adjustments that stand beside a figure and never in its place."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from flask_appbuilder import Model
from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, mapped_column

from app.database.after_migration import after_migration, trigger
from app.database.scope import ScopeRule, below
from app.database.types import UtcMoment, area_code_type
from app.report_center.comparing import Place
from app.report_center.models import RESOURCE


class _OfCell:
    """Which cell of which handed-in version is meant."""

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"))
    area_code: Mapped[str] = mapped_column(area_code_type(), index=True)
    number: Mapped[int]
    """Number of the version."""
    table_title: Mapped[str] = mapped_column(String(200))
    row_title: Mapped[str] = mapped_column(String(200))
    column_title: Mapped[str] = mapped_column(String(200))
    reported: Mapped[str] = mapped_column(String(200))
    """What the version prints there."""
    at: Mapped[datetime] = mapped_column(UtcMoment())
    by_id: Mapped[int | None]
    by_name: Mapped[str] = mapped_column(String(64))

    @property
    def place(self) -> Place:
        """The cell as a value."""
        return Place(self.table_title, self.row_title, self.column_title)


class CellRemark(_OfCell, Model):
    """What the street asks about one cell; it goes to the community when the paper is given back."""

    __tablename__ = "submission_remarks"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (below(RESOURCE, writers="services"),)
    __table_args__ = (Index("ix_submission_remarks_version", "submission_id", "number"),)

    remark: Mapped[str] = mapped_column(String(300))
    sent_at: Mapped[datetime | None] = mapped_column(UtcMoment())
    """When the paper went back with it; None while the street is still looking."""


class Adjustment(_OfCell, Model):
    """调整说明: the figure the street holds to be right, from a day, for a reason. Printed beside the reported one.

    Never changed, never deleted; a later one for the same cell counts instead, and both stay in the history.
    """

    __tablename__ = "submission_adjustments"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (below(RESOURCE, writers="services"),)
    __table_args__ = (Index("ix_submission_adjustments_version", "submission_id", "number"),)

    adjusted: Mapped[str] = mapped_column(String(60))
    reason: Mapped[str] = mapped_column(String(300))
    adjusted_on: Mapped[date]


@after_migration
def lock_adjustments(connection: Connection) -> None:
    """An adjustment stays as it was entered."""
    sentence = "submission_adjustments is locked"
    for word in ("UPDATE", "DELETE"):
        trigger(
            connection, name=f"submission_adjustments_{word.lower()}", table="submission_adjustments",
            event=f"BEFORE {word}", action=f"SELECT RAISE(ABORT, '{sentence}');",
            function=f"RAISE EXCEPTION '{sentence}';",
        )  # fmt: skip
