"""Batches of imports, their staged rows (checked, before anything of them is visible), and layouts used before."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from flask_appbuilder import Model
from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database.scope import ScopeRule, below, open_to_all, own
from app.database.types import UtcMoment, area_code_type, json_type
from app.lowcode.importing import packing
from app.lowcode.register import register
from app.security.models import BIG_ID

UPLOADED, CHECKED, PUBLISHED, UNDONE = "uploaded", "checked", "published", "undone"
"""States of a batch. An uploaded or checked one has written nothing yet."""


class ImportBatch(Model):
    """One workbook poured into one register. The original lies sealed in DATA_DIR/imports under its digest."""

    __tablename__ = "import_batches"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (own("user_id"), below("history", writers="services"))
    __table_args__ = (Index("ix_import_batches_register", "register", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True)
    register: Mapped[str] = mapped_column(String(60))
    area_code: Mapped[str] = mapped_column(area_code_type(), index=True)
    """Where rows go that name no area."""
    user_id: Mapped[int | None] = mapped_column(index=True)
    user_name: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcMoment())
    state: Mapped[str] = mapped_column(String(10), default=UPLOADED)
    file_name: Mapped[str] = mapped_column(String(120))
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the original, in hex."""
    size: Mapped[int]
    is_whole: Mapped[bool | None]
    """全量名单: rows of the register that the file does not name are reported as missing."""
    clears_blanks: Mapped[bool] = mapped_column(default=False, server_default=false())
    """A blank cell of a column the file has empties the field; otherwise it keeps what is there."""
    mapping: Mapped[dict[str, Any]] = mapped_column(json_type(), default=dict)
    """Header → column, as a person chose; "" for a column that is not taken."""
    given: Mapped[dict[str, Any] | None] = mapped_column(json_type(), default=dict)
    """Column → code that a person said for the whole file (`Register.asked_on_import`)."""
    corrections: Mapped[dict[str, Any] | None] = mapped_column(json_type(), default=dict)
    """Sheet name → what a person said about its layout (`corrections.to_json`)."""
    summary: Mapped[dict[str, Any]] = mapped_column(json_type(), default=dict)
    """Counts, layout and warnings as the command prints them."""
    checked_on: Mapped[date | None]
    """"Today" of the check; published on a later day, every rule is asked again."""
    basis: Mapped[dict[str, Any] | None] = mapped_column(json_type())
    """What the check rests on (`staleness.basis_of`): written without judging again only while it is still so."""
    continues: Mapped[int | None] = mapped_column(index=True)
    """The batch whose marked workbook, corrected, this is; its changes are noted, counted and taken back there."""
    job_id: Mapped[int | None]
    """The last job that worked on it; None where it was done at once."""
    published_at: Mapped[datetime | None] = mapped_column(UtcMoment())
    written: Mapped[dict[str, Any]] = mapped_column(json_type(), default=dict)
    """new, changed: rows written; left: rows given back; gone: rows that left the register; stayed: [title, why] of
    those that were to leave and could not."""
    undone_at: Mapped[datetime | None] = mapped_column(UtcMoment())
    undone: Mapped[dict[str, Any]] = mapped_column(json_type(), default=dict)
    """reversed, kept, refused: counts, and names with reasons of those not reversed."""


class ImportRow(Model):
    """One record of a workbook, read and checked. Sealed columns are sealed here too, bound to this row's uid; a new row
    has the uid already that it will have in its register."""

    __tablename__ = "import_rows"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (own("user_id"),)
    __table_args__ = (Index("ix_import_rows_batch", "batch_id", "verdict", "id"),)

    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batches.id", ondelete="CASCADE"))
    uid: Mapped[str] = mapped_column(String(32))
    user_id: Mapped[int | None]
    sheet: Mapped[str] = mapped_column(String(120))
    row: Mapped[int]
    """As Excel counts it, from 1."""
    verdict: Mapped[str] = mapped_column(String(10))
    """new changed same conflict error missing."""
    title: Mapped[str] = mapped_column(String(80))
    target_id: Mapped[int | None]
    """Row of the register it changes, equals or misses."""
    target_version: Mapped[int | None]
    values: Mapped[Any] = mapped_column("parsed", json_type(), default=dict)
    """As read and sealed (`packing`); of a new row only the names of its columns, for `draft` holds the values."""
    compared: Mapped[list[Any]] = mapped_column("shown", json_type(), default=list)
    """Of a changed row, for the preview: [label, old, new], masked."""
    area_code: Mapped[str | None] = mapped_column(area_code_type())
    """Where the record lies."""
    draft: Mapped[str | None] = mapped_column(Text)
    """JSON: of a new row the values as they will stand (`Draft.values`), of a changed one before and after."""
    pinyin: Mapped[str | None] = mapped_column(String(80))
    tokens: Mapped[str | None] = mapped_column(Text)
    faults: Mapped[list[Any]] = mapped_column(json_type(), default=list)
    """[column, masked value, sentence, 0-based position of the cell or null]."""
    doubts: Mapped[list[Any]] = mapped_column(json_type(), default=list)
    """As faults: sentences about values that may stand, but should be looked at (确认保留)."""
    is_doubtful: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether there are doubts; to find such rows without reading them."""
    is_waiting: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Its cells name rows of other registers that are not there (房屋, 户); judged as if they named none."""
    is_picked: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Ticked at the preview: a missing row that is to leave, a doubtful one that may stand."""
    batch: Mapped[ImportBatch] = relationship(viewonly=True)

    @property
    def shown(self) -> list[list[str | None]]:
        """For the preview: [label, old or None, new], masked."""
        if self.verdict == "new" and self.draft:
            return packing.shown_of_new(register(self.batch.register), self.values, self.draft, self.uid)
        return list(self.compared or ())


class ImportLayout(Model):
    """A header that was imported before, and which of its columns was which of ours, for one register and office."""

    __tablename__ = "import_layouts"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (open_to_all("只有表头的字和对应的列，不含任何人的资料"),)
    __table_args__ = (UniqueConstraint("register", "area_code", "header_print"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    register: Mapped[str] = mapped_column(String(60))
    area_code: Mapped[str] = mapped_column(area_code_type())
    """The office: where rows went that named no area."""
    header_print: Mapped[str] = mapped_column(String(64))
    mapping: Mapped[dict[str, Any]] = mapped_column(json_type(), default=dict)
    """Header → column, "" for one that was not taken."""
    used_at: Mapped[datetime] = mapped_column(UtcMoment())
    used_by: Mapped[str] = mapped_column(String(64))
