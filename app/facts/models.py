"""Facts that happened, and which subscriber has dealt with which."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from flask_appbuilder import Model
from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.database.scope import ScopeRule, below, open_to_all
from app.database.types import UtcMoment, area_code_type, json_type

BIG_ID = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts only INTEGER PRIMARY KEY up by itself


class Fact(Model):
    """One plain fact about one record: `meeting_held`, `worker_left` … Never changed once written."""

    __tablename__ = "facts"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (below("audit", writers="services"),)
    __table_args__ = (Index("ix_facts_record", "record_kind", "record_uid"), Index("ix_facts_kind", "kind", "id"))

    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))
    record_kind: Mapped[str] = mapped_column(String(60))
    """Name of the record's table, which is the register's name."""
    record_uid: Mapped[str] = mapped_column(String(32))
    area_code: Mapped[str] = mapped_column(area_code_type(), index=True)
    on: Mapped[date] = mapped_column("happened_on")
    by_id: Mapped[int | None]
    by_name: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcMoment())
    details: Mapped[dict[str, Any]] = mapped_column(json_type(), default=dict)


class FactReceipt(Model):
    """A subscriber has dealt with a fact; the key makes a second time impossible."""

    __tablename__ = "fact_receipts"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (open_to_all("只有编号和处理程序的名字"),)

    fact_id: Mapped[int] = mapped_column(BIG_ID, ForeignKey("facts.id", ondelete="CASCADE"), primary_key=True)
    subscriber: Mapped[str] = mapped_column(String(80), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcMoment())
