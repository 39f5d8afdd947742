"""Hand-overs as they were: who gave what to whom on which day. Never changed, never deleted, by triggers too."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from flask_appbuilder import Model
from sqlalchemy import String, Text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, mapped_column

from app.database.after_migration import after_migration, append_only
from app.database.scope import ScopeRule, below
from app.database.types import UtcMoment, area_code_type, json_type
from app.security.roles import Resource, declare_resource

RESOURCE = "handovers"
declare_resource(Resource(RESOURCE, "工作交接", "grid", permissions=("read", "write", "export")))


class Handover(Model):
    """One hand-over with its matters in words of that day."""

    __tablename__ = "handovers"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (below(RESOURCE, writers="services"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True)
    area_code: Mapped[str] = mapped_column(area_code_type(), index=True)
    """Where the one who hands over worked."""
    from_user_id: Mapped[int]
    from_name: Mapped[str] = mapped_column(String(64))
    to_user_id: Mapped[int]
    to_name: Mapped[str] = mapped_column(String(64))
    handed_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(40))
    lines: Mapped[list[list[str]]] = mapped_column(json_type())
    """Triples of kind, title and how it stands."""
    things: Mapped[str] = mapped_column(Text, default="")
    """What no register knows, one a line, of hand-overs made before `thing_lines`."""
    thing_lines: Mapped[list[list[str]]] = mapped_column(json_type(), default=list, server_default="[]")
    """What no register knows: name, number, unit, state, note."""
    at: Mapped[datetime] = mapped_column("made_at", UtcMoment())
    by_id: Mapped[int | None]
    by_name: Mapped[str] = mapped_column(String(64))


@after_migration
def forbid_changing_handovers(connection: Connection) -> None:
    """Hand-overs take new rows only."""
    append_only(connection, "handovers")
