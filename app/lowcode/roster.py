"""What every row of a register has besides its own columns."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Index, String, event, inspect
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from app.clock import utc_now
from app.database.scope import ScopeRule, below
from app.database.types import UtcMoment, area_code_type, json_type
from app.security.actor import current_actor

SORT_KEY_LENGTH = 80


class Identified:
    """uid and area of a row; child tables have these and no more."""

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True)
    area_code: Mapped[str] = mapped_column(area_code_type())

    def __init__(self, **values: Any) -> None:
        # The uid comes first: sealed values bind to it while they are set.
        self.uid = values.pop("uid", None) or secrets.token_hex(16)
        for name, value in values.items():
            if not hasattr(type(self), name):
                raise TypeError(f"{type(self).__name__} has no {name!r}")
            setattr(self, name, value)


class RosterRow(Identified):
    """A row of a register: `class GridWorker(RosterRow, Model)`."""

    __history__: ClassVar[bool] = True

    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcMoment(), default=utc_now)
    created_by: Mapped[int | None]
    changed_at: Mapped[datetime] = mapped_column(UtcMoment(), default=utc_now, onupdate=utc_now)
    changed_by: Mapped[int | None]
    deleted_at: Mapped[datetime | None] = mapped_column(UtcMoment(), index=True)
    pinyin: Mapped[str | None] = mapped_column(String(SORT_KEY_LENGTH))
    """Full pinyin of the row's name, to sort by."""
    extra: Mapped[dict[str, Any]] = mapped_column(json_type(), default=dict)

    @declared_attr.directive
    def __scope__(cls) -> tuple[ScopeRule, ...]:  # noqa: N805
        return (below(cls.__tablename__),)  # type: ignore[attr-defined]

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805
        return {"version_id_col": cls.version}

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:  # noqa: N805
        return (Index(f"ix_{cls.__tablename__}_area", "area_code", "id"),)  # type: ignore[attr-defined]


class ChildRow(Identified):
    """A row of a child table: lies in its parent's area and is written with its parent.

    The child declares `parent_id` as a foreign key, and `__scope__` with its parent's register.
    """

    __history__: ClassVar[bool] = True
    position: Mapped[int] = mapped_column(default=0)


@event.listens_for(RosterRow, "before_insert", propagate=True)
def _stamp_new(_mapper: Any, _connection: Any, row: RosterRow) -> None:
    row.created_by = row.changed_by = current_actor().user_id


@event.listens_for(RosterRow, "before_update", propagate=True)
def _stamp_changed(_mapper: Any, _connection: Any, row: RosterRow) -> None:
    if inspect(row).session is not None:
        row.changed_by = current_actor().user_id
