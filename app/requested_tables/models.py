"""Tables that others ask for: fillings of one's own (一表通), remembered answers, collections and what came back."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from flask_appbuilder import Model
from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, inspect
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, mapped_column

from app.database.after_migration import after_migration, trigger
from app.database.scope import ScopeRule, below, below_and_above, own
from app.database.types import UtcMoment, area_code_type, json_type
from app.requested_tables.rules import OPEN
from app.security.roles import Resource, declare_resource

RESOURCE = "requested_tables"

declare_resource(
    Resource(
        RESOURCE,
        "一表通和收表",
        "reports",
        permissions=("read", "write", "export", "fill", "submit", "review"),
    )
)


class TableFilling(Model):
    """一表通: one blank table somebody fills. The rows come from the registers each time it is opened."""

    __tablename__ = "table_fillings"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (own("user_id"),)
    __table_args__ = (Index("ix_table_fillings_user", "user_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True)
    area_code: Mapped[str] = mapped_column(area_code_type(), index=True)
    user_id: Mapped[int | None]
    user_name: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcMoment())
    file_name: Mapped[str] = mapped_column(String(120))
    title: Mapped[str] = mapped_column(String(120))
    blank_box: Mapped[bytes] = mapped_column(LargeBinary)
    """The workbook as it came, sealed."""
    heading_print: Mapped[str] = mapped_column(String(64))
    """Its headings, hashed: the same table next month has the same print."""
    choices: Mapped[list[Any]] = mapped_column(json_type(), default=list)
    """One TableChoice for each table; empty until somebody answered."""
    corrections: Mapped[dict[str, Any]] = mapped_column(json_type(), default=dict, server_default="{}")
    """What a person said about its layout (`corrections.BlankCorrection`)."""
    typed_box: Mapped[bytes | None] = mapped_column(LargeBinary)
    """What was typed into columns no register has, sealed: [{row uid: {heading: text}}, …]."""
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}


class TableAnswer(Model):
    """What an office answered for a table, so that next month nothing is asked."""

    __tablename__ = "table_answers"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (below(RESOURCE, writers="services"),)
    __table_args__ = (UniqueConstraint("area_code", "heading_print"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True)
    area_code: Mapped[str] = mapped_column(area_code_type())
    heading_print: Mapped[str] = mapped_column(String(64))
    choices: Mapped[list[Any]] = mapped_column(json_type(), default=list)
    corrections: Mapped[dict[str, Any]] = mapped_column(json_type(), default=dict, server_default="{}")
    typed_box: Mapped[bytes | None] = mapped_column(LargeBinary)
    used_at: Mapped[datetime] = mapped_column(UtcMoment())
    by_name: Mapped[str] = mapped_column(String(64))


class Collection(Model):
    """下发: a blank table sent to communities, to come back by a day. The communities below may read it."""

    __tablename__ = "table_collections"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (below_and_above(RESOURCE, writers="services"),)
    __table_args__ = (Index("ix_table_collections_area", "area_code", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True)
    area_code: Mapped[str] = mapped_column(area_code_type())
    title: Mapped[str] = mapped_column(String(120))
    note: Mapped[str] = mapped_column(Text, default="")
    due_on: Mapped[date]
    created_at: Mapped[datetime] = mapped_column(UtcMoment())
    created_by_id: Mapped[int | None]
    created_by: Mapped[str] = mapped_column(String(64))
    file_name: Mapped[str] = mapped_column(String(120))
    blank_box: Mapped[bytes] = mapped_column(LargeBinary)
    choices: Mapped[list[Any]] = mapped_column(json_type(), default=list)
    """One TableChoice for each table: from which register a community's table is filled beforehand."""
    layout: Mapped[list[Any]] = mapped_column(json_type(), default=list, server_default="[]")
    """Its tables as they were recognised when it was sent down (`kept_layouts`); empty for those sent down before."""
    corrections: Mapped[dict[str, Any]] = mapped_column(json_type(), default=dict, server_default="{}")
    """What a person said about its layout (`corrections.BlankCorrection`)."""
    is_closed: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}


class TableReturn(Model):
    """One community's part of a collection."""

    __tablename__ = "table_returns"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (below(RESOURCE, writers="services"),)
    __table_args__ = (
        UniqueConstraint("collection_id", "area_code"),
        Index("ix_table_returns_area", "area_code", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True)
    collection_id: Mapped[int] = mapped_column(ForeignKey("table_collections.id"))
    area_code: Mapped[str] = mapped_column(area_code_type())
    state: Mapped[str] = mapped_column(String(12), default=OPEN)
    content_box: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The draft, sealed; None until somebody began."""
    totals: Mapped[list[Any]] = mapped_column(json_type(), default=list)
    """Figures of the file's own 合计 rows: for each table {position: figure}."""
    source: Mapped[str] = mapped_column(String(120), default="")
    """The file it came in; "" for the screen."""
    reason: Mapped[str] = mapped_column(String(300), default="")
    """Why it was given back last."""
    number: Mapped[int] = mapped_column(default=0)
    """Number of the version that counts; 0 is none."""
    changed_at: Mapped[datetime | None] = mapped_column(UtcMoment())
    changed_by: Mapped[str] = mapped_column(String(64), default="")
    handed_in_at: Mapped[datetime | None] = mapped_column(UtcMoment())
    handed_in_by: Mapped[str] = mapped_column(String(64), default="")
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}


class ReturnVersion(Model):
    """What was handed in. Never changed, never deleted, so that a wrong file can be taken back."""

    __tablename__ = "table_return_versions"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (below(RESOURCE, writers="services"),)
    __table_args__ = (UniqueConstraint("return_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True)
    return_id: Mapped[int] = mapped_column(ForeignKey("table_returns.id"))
    area_code: Mapped[str] = mapped_column(area_code_type(), index=True)
    number: Mapped[int]
    content_box: Mapped[bytes] = mapped_column(LargeBinary)
    totals: Mapped[list[Any]] = mapped_column(json_type(), default=list)
    source: Mapped[str] = mapped_column(String(120), default="")
    row_count: Mapped[int] = mapped_column(default=0)
    at: Mapped[datetime] = mapped_column(UtcMoment())
    by_id: Mapped[int | None]
    by_name: Mapped[str] = mapped_column(String(64))


class ReturnStep(Model):
    """One step of a return: who did what when, and why."""

    __tablename__ = "table_return_steps"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (below(RESOURCE, writers="services"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    return_id: Mapped[int] = mapped_column(ForeignKey("table_returns.id"), index=True)
    area_code: Mapped[str] = mapped_column(area_code_type(), index=True)
    action: Mapped[str] = mapped_column(String(12))
    number: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UtcMoment())
    by_id: Mapped[int | None]
    by_name: Mapped[str] = mapped_column(String(64))


class PileFile(Model):
    """A file that came by chat, to be read and recognised, before anybody took it in. Belongs to the office that gathers."""

    __tablename__ = "table_pile_files"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (own("user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True)
    collection_id: Mapped[int] = mapped_column(ForeignKey("table_collections.id"), index=True)
    area_code: Mapped[str] = mapped_column(area_code_type(), index=True)
    """The gathering office's."""
    user_id: Mapped[int | None]
    file_name: Mapped[str] = mapped_column(String(120))
    sheet: Mapped[str] = mapped_column(String(80), default="")
    owner_code: Mapped[str] = mapped_column(String(40), default="")
    """The community it was recognised as; "" for none."""
    by: Mapped[str] = mapped_column(String(20), default="")
    findings: Mapped[list[Any]] = mapped_column(json_type(), default=list)
    """[sentence, tone, row or null] of what is not as it should be; names no person."""
    content_box: Mapped[bytes | None] = mapped_column(LargeBinary)
    """None where it could not be read, or has not been read yet."""
    file_box: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The file as it came, sealed, as long as the worker has not read it; None once it was read."""
    job_id: Mapped[int | None]
    """The job that reads it, or read it; None where it was read at once."""
    totals: Mapped[list[Any]] = mapped_column(json_type(), default=list)
    row_count: Mapped[int] = mapped_column(default=0)
    saved_at: Mapped[datetime | None] = mapped_column(UtcMoment())
    """When the workbook says it was saved last."""
    added_at: Mapped[datetime] = mapped_column(UtcMoment())


@after_migration
def lock_versions(connection: Connection) -> None:
    """What was handed in stays as it was, whoever asks."""
    if not inspect(connection).has_table(ReturnVersion.__tablename__):
        return  # migrating to a revision before this room
    sentence = "table_return_versions is locked"
    for word in ("UPDATE", "DELETE"):
        trigger(
            connection, name=f"table_return_versions_{word.lower()}", table="table_return_versions",
            event=f"BEFORE {word}", action=f"SELECT RAISE(ABORT, '{sentence}');",
            function=f"RAISE EXCEPTION '{sentence}';",
        )  # fmt: skip
