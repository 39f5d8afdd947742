"""Who was erased when, by whom and on what grounds; nothing in it tells who it was."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from flask_appbuilder import Model
from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.database.scope import ScopeRule, below
from app.database.types import UtcMoment, area_code_type, json_type
from app.security.roles import Resource, declare_resource

RESOURCE = "erasures"

declare_resource(Resource(RESOURCE, "清除个人信息", "system", permissions=("read", "write")))


class Erasure(Model):
    """One worker erased; the signed sheet is attached to it."""

    __tablename__ = "erasures"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (below(RESOURCE, writers="services"),)
    __history__: ClassVar[bool] = True

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True)
    area_code: Mapped[str] = mapped_column(area_code_type(), index=True)
    worker_uid: Mapped[str] = mapped_column(String(32), unique=True)
    worker_id: Mapped[int]
    reason: Mapped[str] = mapped_column(String(200))
    document: Mapped[str] = mapped_column(String(120))
    gone: Mapped[dict[str, int]] = mapped_column(json_type(), default=dict)
    """How many rows of what were emptied, in the words of the preview."""
    at: Mapped[datetime] = mapped_column(UtcMoment())
    by_id: Mapped[int | None]
    by_name: Mapped[str] = mapped_column(String(64))
