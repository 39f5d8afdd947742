"""Settings of this installation: one row for each key, its value as JSON."""

from __future__ import annotations

from typing import Any, ClassVar

from flask_appbuilder import Model
from sqlalchemy import String
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, mapped_column

from app.database.after_migration import after_migration, trigger
from app.database.scope import ScopeRule, open_to_all
from app.database.types import area_code_type, json_type


class Setting(Model):
    """One setting. The key `profile` holds the district's whole profile: the database needs no file beside it."""

    __tablename__ = "settings"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (
        open_to_all("级别、清单名称等，每个页面都要用，不含个人信息", resource="settings", writers="permission"),
    )
    __history__: ClassVar[bool] = True

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True)
    key: Mapped[str] = mapped_column(String(60), unique=True)
    area_code: Mapped[str] = mapped_column(area_code_type(), default="")
    """Top area of the installation: changes of settings stand in its audit chain."""
    value: Mapped[Any] = mapped_column(json_type())
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}


@after_migration
def raise_version_with_settings(connection: Connection) -> None:
    """Every process sees a changed setting at its next request: the number it reads there anyway goes up."""
    for word in ("INSERT", "UPDATE", "DELETE"):
        bump = "UPDATE access_version SET number = number + 1;"
        trigger(
            connection,
            name=f"version_settings_{word.lower()}",
            table="settings",
            event=f"AFTER {word}",
            action=bump,
            function=bump + " RETURN NULL;",
        )
