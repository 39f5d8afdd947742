"""Templates of an office with their versions, and what was printed from them: draft, approved, sealed."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from flask_appbuilder import Model
from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, mapped_column

from app.database.after_migration import after_migration, trigger
from app.database.scope import ScopeRule, below, below_and_above
from app.database.types import UtcMoment, area_code_type, json_type
from app.report_center.models import RESOURCE

DRAFT, APPROVED, SEALED = "draft", "approved", "sealed"
STATE_NAMES = {DRAFT: "草稿", APPROVED: "已批准", SEALED: "已盖章报送"}


class OfficeTemplate(Model):
    """One template by name; an area's own, used in it and in all areas below."""

    __tablename__ = "office_templates"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (below_and_above(RESOURCE, writers="services"),)
    __table_args__ = (UniqueConstraint("area_code", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True)
    area_code: Mapped[str] = mapped_column(area_code_type())
    name: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(4))
    """xlsx or docx."""
    number: Mapped[int] = mapped_column(default=0)
    """Number of the last version."""
    is_retired: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}


class TemplateVersion(Model):
    """The file as it was uploaded. Never changed, never deleted."""

    __tablename__ = "office_template_versions"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (below_and_above(RESOURCE, writers="services"),)
    __table_args__ = (UniqueConstraint("template_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    template_id: Mapped[int] = mapped_column(ForeignKey("office_templates.id"))
    area_code: Mapped[str] = mapped_column(area_code_type(), index=True)
    number: Mapped[int]
    data: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[str] = mapped_column(String(64))
    note: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime] = mapped_column(UtcMoment())
    by_id: Mapped[int | None]
    by_name: Mapped[str] = mapped_column(String(64))


class FilledPaper(Model):
    """One print from a template: the very bytes, what values they hold, and the scan of the sealed sheet."""

    __tablename__ = "filled_papers"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (below(RESOURCE, writers="services"),)
    __table_args__ = (Index("ix_filled_papers_area", "area_code", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True)
    short_code: Mapped[str] = mapped_column(String(12), unique=True)
    template_id: Mapped[int] = mapped_column(ForeignKey("office_templates.id"), index=True)
    number: Mapped[int]
    """Version of the template."""
    area_code: Mapped[str] = mapped_column(area_code_type())
    period: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10), default=DRAFT)
    file: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the file as it stands: with 草稿 until it is approved."""
    approved_file: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the same without 草稿, made at the same moment from the same values."""
    values: Mapped[dict[str, Any]] = mapped_column("printed_values", json_type(), default=dict)
    rows_digest: Mapped[str] = mapped_column(String(64), default="")
    scan: Mapped[str] = mapped_column(String(64), default="")
    """SHA-256 of the scan of the sealed sheet."""
    scan_name: Mapped[str] = mapped_column(String(160), default="")
    at: Mapped[datetime] = mapped_column(UtcMoment())
    by_id: Mapped[int | None]
    by_name: Mapped[str] = mapped_column(String(64))
    approved_at: Mapped[datetime | None] = mapped_column(UtcMoment())
    approved_by: Mapped[str] = mapped_column(String(64), default="")
    sealed_at: Mapped[datetime | None] = mapped_column(UtcMoment())
    sealed_by: Mapped[str] = mapped_column(String(64), default="")
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}


@after_migration
def lock_template_versions(connection: Connection) -> None:
    """What was uploaded stays as it was: a print names the version it came from."""
    sentence = "office_template_versions is locked"
    for word in ("UPDATE", "DELETE"):
        trigger(
            connection, name=f"office_template_versions_{word.lower()}", table="office_template_versions",
            event=f"BEFORE {word}", action=f"SELECT RAISE(ABORT, '{sentence}');",
            function=f"RAISE EXCEPTION '{sentence}';",
        )  # fmt: skip
