"""Versions of rule books: each a document by itself, with the days on which it is in force."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from flask_appbuilder import Model
from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.database.scope import below_and_above
from app.database.types import UtcMoment, json_type
from app.lowcode.roster import Identified

DRAFT, PUBLISHED = "draft", "published"


class PointsBook(Identified, Model):
    """One version (第 n 版) of a rule book of one area. `content` is what `writing.book_data` makes of a `Book`.

    A draft may be changed at will and scores nothing. Publishing writes its rules into `points_rules` and closes the
    version before it on the day before `valid_from`; after that only a rule nothing was recorded under may change.
    """

    __tablename__ = "points_books"
    __history__: ClassVar[bool] = True
    __scope__ = (below_and_above("points_rules"),)
    __table_args__ = (
        UniqueConstraint("area_code", "key", "number"),
        Index("ix_points_books_area", "area_code", "valid_from"),
    )

    version: Mapped[int] = mapped_column(default=1)
    """Counted up at every save: a stale page is refused (not 第几版, which is `number`)."""
    key: Mapped[str] = mapped_column(String(40))
    number: Mapped[int]
    """第几版, from 1 for each key and area."""
    name: Mapped[str] = mapped_column(String(80))
    basis: Mapped[str] = mapped_column(String(100), default="")
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(12), default=DRAFT)
    content: Mapped[dict[str, Any]] = mapped_column(json_type())
    digest: Mapped[str] = mapped_column(String(64))
    """`writing.content_digest` of the content: two versions with the same one say the same."""
    published_at: Mapped[datetime | None] = mapped_column(UtcMoment())
    published_by_name: Mapped[str | None] = mapped_column(String(64))
    deleted_at: Mapped[datetime | None] = mapped_column(UtcMoment())
    """Only a draft is ever deleted."""

    __mapper_args__: ClassVar[dict[str, Any]] = {"version_id_col": version}
