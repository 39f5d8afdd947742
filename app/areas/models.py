"""Areas: one tree whose codes carry their parent's code as prefix, and what became of closed ones."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from flask_appbuilder import Model
from sqlalchemy import Index, Integer, String
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, mapped_column

from app.database.after_migration import after_migration, trigger
from app.database.scope import ScopeRule, below_and_above, open_to_all
from app.database.types import UtcMoment, area_code_type, json_type


class Area(Model):
    """One node: 区, 街道, 社区, 网格 … A code never changes and is never used again."""

    __tablename__ = "areas"
    __table_args__ = (Index("ix_areas_level", "level"),)
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (below_and_above("areas"),)
    __history__: ClassVar[bool] = True

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True)
    code: Mapped[str] = mapped_column(area_code_type(), unique=True)
    area_code: Mapped[str] = mapped_column(area_code_type(), index=True)
    """Equal to `code`: an area lies in itself, which lets the wall treat it like any other row."""
    parent_code: Mapped[str | None] = mapped_column(area_code_type(), index=True)
    name: Mapped[str] = mapped_column(String(80))
    level: Mapped[str] = mapped_column(String(30))
    """Key of the level as the profile names it: district, street, community, grid …"""
    kind: Mapped[str | None] = mapped_column(String(20))
    """Kind of grid: 基础 商贸 企业 其他专属 (code list grid_kind)."""
    size: Mapped[str | None] = mapped_column(String(20))
    """大 中 小 微, where the district sizes its grids (乾安)."""
    household_count: Mapped[int | None] = mapped_column(Integer)
    population: Mapped[int | None] = mapped_column(Integer)
    responsible_name: Mapped[str | None] = mapped_column(String(40))
    responsible_uid: Mapped[str | None] = mapped_column(String(32), index=True)
    """uid of the roster row of the responsible person, where there is one."""
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    """Last day of its life; None while it lives."""
    document: Mapped[str | None] = mapped_column(String(200))
    """The paper that made or closed it."""
    extra: Mapped[dict[str, Any]] = mapped_column(json_type(), default=dict)
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}


class AreaSuccessor(Model):
    """What a closed area became: one row for each successor of a merger, split or transfer."""

    __tablename__ = "area_successors"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (open_to_all("只有编码和日期，用来读懂旧数据", resource="areas"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    old_code: Mapped[str] = mapped_column(area_code_type(), index=True)
    new_code: Mapped[str] = mapped_column(area_code_type(), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    """合并 拆分 划转."""
    on: Mapped[date] = mapped_column("effective_on")
    document: Mapped[str | None] = mapped_column(String(200))


class Reorganisation(Model):
    """One 合并, 拆分 or 划转: what was closed, what was made, what moved. Its changes carry the batch number `-id`."""

    __tablename__ = "reorganisations"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (below_and_above("areas"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True)
    area_code: Mapped[str] = mapped_column(area_code_type(), index=True)
    """The lowest area that holds everything it touched."""
    kind: Mapped[str] = mapped_column(String(20))
    on: Mapped[date] = mapped_column("effective_on")
    document: Mapped[str] = mapped_column(String(200))
    by_id: Mapped[int | None]
    by_name: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcMoment())
    details: Mapped[dict[str, Any]] = mapped_column(json_type(), default=dict)
    """closed, made: codes; became: old code → new code; moved: name of the mover → number of rows."""


@after_migration
def raise_version_with_areas(connection: Connection) -> None:
    """Cached names and trees are read anew once a node is made, renamed, moved or closed; head counts do not matter."""
    bump = "UPDATE access_version SET number = number + 1;"
    for name, event in (
        ("insert", "AFTER INSERT"),
        ("update", "AFTER UPDATE OF name, level, parent_code, valid_from, valid_to, size, kind"),
        ("delete", "AFTER DELETE"),
    ):
        trigger(
            connection,
            name=f"version_areas_{name}",
            table="areas",
            event=event,
            action=bump,
            function=bump + " RETURN NULL;",
        )
