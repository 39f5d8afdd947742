"""Versions of flows, cases (one for each row on its way), and their steps as append-only rows."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from flask_appbuilder import Model
from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from app.database.after_migration import after_migration, append_only
from app.database.scope import ScopeRule, open_to_all, own
from app.database.types import UtcMoment, area_code_type, json_type


class FlowVersion(Model):
    """One version of a flow: never changed, since running cases keep theirs; a change is the next version."""

    __tablename__ = "flow_versions"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (
        open_to_all("谁在哪一步能做什么，人人都要看，不含个人信息", resource="settings", writers="permission"),
    )
    __table_args__ = (UniqueConstraint("key", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40))
    number: Mapped[int]
    """第几版, from 1."""
    area_code: Mapped[str] = mapped_column(area_code_type())
    """Top area of the installation: its office makes versions."""
    name: Mapped[str] = mapped_column(String(40))
    content: Mapped[dict[str, Any]] = mapped_column(json_type())
    """What `writing.flow_data` makes of a Flow."""
    made_at: Mapped[datetime] = mapped_column(UtcMoment())
    made_by_name: Mapped[str] = mapped_column(String(64))


class FlowCase(Model):
    """Where a row of a register stands in its flow. Others reach it through that row only (queries)."""

    __tablename__ = "flow_cases"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (own("reporter_id"),)

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:  # noqa: N805
        table: Any = cls
        is_open = table.is_ended.is_(False)
        return (
            UniqueConstraint("register", "row_id"),
            # Few of all cases are on their way: an inbox and the sweep read these alone.
            Index("ix_flow_cases_open", "register", "due_at", "row_id", sqlite_where=is_open, postgresql_where=is_open),
            Index("ix_flow_cases_state", "register", "state", "row_id"),
        )

    id: Mapped[int] = mapped_column(primary_key=True)
    register: Mapped[str] = mapped_column(String(60))
    row_id: Mapped[int]
    flow_key: Mapped[str] = mapped_column(String(40))
    flow_number: Mapped[int]
    """The version the case began with, and keeps."""
    state: Mapped[str] = mapped_column(String(40))
    entered_at: Mapped[datetime] = mapped_column(UtcMoment())
    due_at: Mapped[datetime | None] = mapped_column(UtcMoment())
    warns_at: Mapped[datetime | None] = mapped_column(UtcMoment())
    deadline_at: Mapped[datetime | None] = mapped_column(UtcMoment())
    """When the whole matter is to be dealt with (`Case.deadline`); `due_at` is that of its state."""
    is_provisional: Mapped[bool] = mapped_column(default=False)
    """Either rests on a year whose holidays are not announced yet."""
    is_ended: Mapped[bool] = mapped_column(default=False)
    reporter_id: Mapped[int | None]
    return_count: Mapped[int] = mapped_column(default=0)
    step_count: Mapped[int] = mapped_column(default=0)
    memory: Mapped[dict[str, Any]] = mapped_column(json_type())
    """Handlers, units, clocks and counts, as `keeping.memory_of` writes them."""
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: ClassVar[dict[str, Any]] = {"version_id_col": version}


class FlowStep(Model):
    """One step of a case: who, when, from, to, note, files. Never changed, never deleted, by triggers too."""

    __tablename__ = "flow_steps"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (own("by_id", writers="nobody"),)
    __table_args__ = (UniqueConstraint("case_id", "seq"), Index("ix_flow_steps_by", "by_id", "case_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int]
    seq: Mapped[int]
    action: Mapped[str] = mapped_column(String(40))
    """Key of the action; '' where the calendar or the register moved the case."""
    action_name: Mapped[str] = mapped_column(String(20))
    from_state: Mapped[str] = mapped_column(String(40))
    from_name: Mapped[str] = mapped_column(String(20))
    to_state: Mapped[str] = mapped_column(String(40))
    to_name: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column("taken_at", UtcMoment())
    by_id: Mapped[int | None]
    by_name: Mapped[str] = mapped_column(String(64))
    area_code: Mapped[str] = mapped_column(area_code_type())
    """Where the matter lay on that day."""
    note: Mapped[str] = mapped_column(Text, default="")
    filled: Mapped[list[list[str]]] = mapped_column(json_type())
    """Pairs of label and value."""
    files: Mapped[list[list[str]]] = mapped_column(json_type())
    """Triples of what the photo shows, file name, and SHA-256 of its content."""
    is_same_person: Mapped[bool] = mapped_column(default=False)
    for_name: Mapped[str] = mapped_column(String(64), default="", server_default="")
    """Whose place the person took (代)."""
    due_at: Mapped[datetime | None] = mapped_column(UtcMoment())
    """The deadline after the step."""


@after_migration
def forbid_changing_steps(connection: Connection) -> None:
    """Steps and versions take new rows only."""
    append_only(connection, "flow_steps")
    append_only(connection, "flow_versions")
