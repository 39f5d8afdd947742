"""Counters of numbers, and every number that was ever given."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from flask_appbuilder import Model
from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.database.scope import ScopeRule, below, open_to_all
from app.database.types import UtcMoment, area_code_type
from app.security.roles import Resource, declare_resource

declare_resource(Resource("numbering", "文号登记", "numbering", permissions=("read",)))


class NumberCounter(Model):
    """How far one office has counted in one series and year; locked until the taker's transaction ends."""

    __tablename__ = "number_counters"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (open_to_all("只有计数"),)
    __table_args__ = (UniqueConstraint("area_code", "series", "word", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    area_code: Mapped[str] = mapped_column(area_code_type())
    series: Mapped[str] = mapped_column(String(40))
    word: Mapped[str] = mapped_column(String(30), default="")
    """机关代字 such as 枫街办; '' where the series has none."""
    year: Mapped[int]
    """0 for a series that never starts again."""
    first: Mapped[int] = mapped_column(default=1)
    """Where the program began to count; numbers before it were given by hand."""
    last: Mapped[int] = mapped_column(default=0)


class IssuedNumber(Model):
    """One number that was given; a void one keeps its row, so that it is never given again."""

    __tablename__ = "issued_numbers"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (below("numbering", writers="services"),)
    __table_args__ = (
        UniqueConstraint("area_code", "series", "word", "year", "number"),
        Index("ix_issued_numbers_text", "area_code", "text"),
        Index("ix_issued_numbers_record", "record_kind", "record_uid"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    area_code: Mapped[str] = mapped_column(area_code_type(), index=True)
    series: Mapped[str] = mapped_column(String(40))
    word: Mapped[str] = mapped_column(String(30), default="")
    year: Mapped[int]
    number: Mapped[int]
    text: Mapped[str] = mapped_column(String(80))
    record_kind: Mapped[str] = mapped_column(String(60))
    record_uid: Mapped[str] = mapped_column(String(32))
    by_id: Mapped[int | None]
    by_name: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcMoment())
    void_reason: Mapped[str] = mapped_column(String(200), default="")
    """Why it counts no longer (作废); '' while it counts."""
