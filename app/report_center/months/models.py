"""A month as it was finalised: its papers, its figures with their rows, the files kept of them; and its reopenings."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from flask_appbuilder import Model
from sqlalchemy import BigInteger, ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, mapped_column

from app.database.after_migration import after_migration, trigger
from app.database.scope import ScopeRule, below, below_and_above
from app.database.types import UtcMoment, area_code_type, json_type
from app.report_center.models import RESOURCE

BIG_ID = BigInteger().with_variant(Integer, "sqlite")
ASKED, OPENED = "asked", "opened"


class FinalMonth(Model):
    """One 定稿 of one month in an area and all below it. Opened and finalised again it has a further edition."""

    __tablename__ = "final_months"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (below_and_above("periods", writers="services"),)
    __table_args__ = (UniqueConstraint("area_code", "month", "edition"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True)
    area_code: Mapped[str] = mapped_column(area_code_type(), index=True)
    month: Mapped[str] = mapped_column(String(7), index=True)
    """2026-10."""
    edition: Mapped[int]
    """1, 2 …: how often this month was finalised here."""
    at: Mapped[datetime] = mapped_column(UtcMoment())
    by_id: Mapped[int | None]
    by_name: Mapped[str] = mapped_column(String(64))
    rules: Mapped[list[Any]] = mapped_column(json_type(), default=list)
    """The rules in force that month, as their rooms told them."""
    mark: Mapped[str] = mapped_column(String(1000), default="")
    """What every paper of this edition says about earlier openings."""
    paper_count: Mapped[int]
    figure_count: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the manifest."""
    mac: Mapped[bytes] = mapped_column(LargeBinary)
    """The manifest signed after the edition before it."""


class FrozenPaper(Model):
    """One paper of a final month as canonical JSON, deflated. What is printed from now on is this."""

    __tablename__ = "frozen_papers"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (below(RESOURCE, writers="services"),)
    __table_args__ = (
        UniqueConstraint("final_month_id", "paper", "period", "area_code", "subject"),
        Index("ix_frozen_papers_what", "paper", "period", "area_code", "subject"),
    )

    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    final_month_id: Mapped[int] = mapped_column(ForeignKey("final_months.id"))
    area_code: Mapped[str] = mapped_column(area_code_type())
    paper: Mapped[str] = mapped_column(String(60))
    period: Mapped[str] = mapped_column(String(10))
    subject: Mapped[str] = mapped_column(String(60), default="")
    title: Mapped[str] = mapped_column(String(160))
    formats: Mapped[str] = mapped_column(String(40))
    number: Mapped[int] = mapped_column(default=0)
    """The version handed in that it is; 0 where the paper does not go up."""
    document: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the canonical JSON."""


class FrozenFigure(Model):
    """One indicator of one area in a final month, with the ids of the rows it was counted from; and without ids, the
    same of each week, quarter, half-year and year that ends in the month.
    """

    __tablename__ = "frozen_figures"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (below(RESOURCE, writers="services"),)
    __table_args__ = (UniqueConstraint("final_month_id", "indicator", "area_code", "start_day", "period"),)

    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    final_month_id: Mapped[int] = mapped_column(ForeignKey("final_months.id"))
    area_code: Mapped[str] = mapped_column(area_code_type())
    indicator: Mapped[str] = mapped_column(String(60))
    start_day: Mapped[int] = mapped_column(default=1, server_default="1")
    """The day its month was counted from: 26 where a paper of the office counts 上月26日—本月25日."""
    period: Mapped[str] = mapped_column(String(10), default="", server_default="")
    """2026-Q3 or 2026-W43 where it is the figure of another period that ends in the month; '' for the month's own."""
    numerator: Mapped[str] = mapped_column(String(40))
    denominator: Mapped[str] = mapped_column(String(40), default="")
    """'' where the figure is no share."""
    rows: Mapped[bytes] = mapped_column(LargeBinary)
    base: Mapped[bytes] = mapped_column(LargeBinary)


class FrozenFile(Model):
    """One format of a frozen paper as it was first made; the bytes lie in DATA_DIR/files under their digest."""

    __tablename__ = "frozen_files"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (below(RESOURCE, writers="services"),)
    __table_args__ = (UniqueConstraint("frozen_paper_id", "format"),)

    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    frozen_paper_id: Mapped[int] = mapped_column(ForeignKey("frozen_papers.id"))
    area_code: Mapped[str] = mapped_column(area_code_type())
    format: Mapped[str] = mapped_column(String(10))
    digest: Mapped[str] = mapped_column(ForeignKey("stored_files.digest"))


class MonthReopening(Model):
    """Why and by whom a final month was opened again; the signed sheet is attached to it."""

    __tablename__ = "month_reopenings"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (below_and_above("periods", writers="services"),)
    __history__: ClassVar[bool] = True
    __table_args__ = (Index("ix_month_reopenings_month", "month", "area_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True)
    area_code: Mapped[str] = mapped_column(area_code_type())
    month: Mapped[str] = mapped_column(String(7))
    edition: Mapped[int]
    """The edition that was final until then."""
    state: Mapped[str] = mapped_column(String(10), default=ASKED)
    """asked: waits for a second person; opened."""
    reason: Mapped[str] = mapped_column(String(200))
    asked_at: Mapped[datetime] = mapped_column(UtcMoment())
    asked_by_id: Mapped[int | None]
    asked_by: Mapped[str] = mapped_column(String(64))
    opened_at: Mapped[datetime | None] = mapped_column(UtcMoment())
    opened_by_id: Mapped[int | None]
    opened_by: Mapped[str] = mapped_column(String(64), default="")


LOCKED_TABLES = ("final_months", "frozen_papers", "frozen_figures", "frozen_files")


@after_migration
def lock_final_months(connection: Connection) -> None:
    """What was finalised stays as it was, whoever asks."""
    for table in LOCKED_TABLES:
        sentence = f"{table} is final"
        for word in ("UPDATE", "DELETE"):
            trigger(
                connection, name=f"{table}_{word.lower()}", table=table, event=f"BEFORE {word}",
                action=f"SELECT RAISE(ABORT, '{sentence}');", function=f"RAISE EXCEPTION '{sentence}';",
            )  # fmt: skip
