"""Columns made in the browser: kept as rows, used like any declared Column, their values in the row's `extra` JSON."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Any, ClassVar

from flask_appbuilder import Model
from sqlalchemy import String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from app.database.scope import ScopeRule, open_to_all
from app.database.transactions import writing
from app.database.types import json_type
from app.extensions import database_name, db
from app.fields.types import FIELD_TYPES, FieldType
from app.lowcode import search_index
from app.lowcode.column import Column, MaskKind
from app.lowcode.register import register, set_extra_columns
from app.security import audit
from app.security.actor import SYSTEM, acting_as, require
from app.settings.queries import data_version, has_profile, profile

_NAME = re.compile(r"[a-z][a-z0-9_]{1,38}")
OPTIONS = {"text": ("length",), "code": ("list_name",), "number": ("digits", "places", "unit"), "integer": ()}
"""Which settings of a field type may be chosen; all others keep their defaults."""

MASKS: dict[str, MaskKind] = {"phone": "phone", "email": "email"}
"""Kinds that are masked wherever they are shown."""


class ExtraColumn(Model):
    """One column somebody added to a register."""

    __tablename__ = "extra_columns"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (open_to_all("列的名称和类型，不含任何人的资料", resource="settings"),)
    __table_args__ = (UniqueConstraint("register", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    register: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(40))
    label: Mapped[str] = mapped_column(String(40))
    type: Mapped[str] = mapped_column(String(20))
    options: Mapped[dict[str, Any]] = mapped_column(json_type(), default=dict)
    is_listed: Mapped[bool] = mapped_column(default=False)
    is_searched: Mapped[bool] = mapped_column(default=False)
    is_filtered: Mapped[bool] = mapped_column(default=False)
    is_required: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)
    is_retired: Mapped[bool] = mapped_column(default=False)
    """Out of use: shown nowhere, its values stay in the rows, its name stays taken."""


class ColumnRefused(ValueError):
    """A column that cannot be added; the message says why."""


def add_column(
    register_name: str, *, name: str, label: str, type_key: str, options: dict[str, Any] | None = None,
    listed: bool = False, searched: bool = False, filtered: bool = False, required: bool = False,
) -> Column:  # fmt: skip
    """Add a column to a register. Raises ColumnRefused for a name or label that is taken, or an unknown type."""
    reg = register(register_name)
    require("settings", "write")
    if not _NAME.fullmatch(name):
        raise ColumnRefused("列的代号只能用小写字母、数字和下划线，以字母开头。")
    if name in {column.name for column in reg.columns} or hasattr(reg.model, name):
        raise ColumnRefused(f"“{reg.title}”里已有代号为 {name} 的列。")
    if label in {column.label for column in reg.columns}:
        raise ColumnRefused(f"“{reg.title}”里已有“{label}”这一列。")
    for known in described(reg.name):
        if name == known.name or label == known.label:
            raise ColumnRefused(f"“{reg.title}”里有一列停用了的“{known.label}”，请直接恢复它，或换个名称。")
    if type_key not in FIELD_TYPES or type_key == "id_number":
        raise ColumnRefused("没有这种类型；证件号不能放进自加的列，因为它们不加密。")
    kept = {key: value for key, value in (options or {}).items() if key in OPTIONS.get(type_key, ())}
    with writing() as session:
        row = ExtraColumn(
            register=reg.name, name=name, label=label, type=type_key, options=kept, is_listed=listed,
            is_searched=searched, is_filtered=filtered, is_required=required, position=len(reg.columns),
        )  # fmt: skip
        session.add(row)
        session.flush()
        _note("column_added", reg.name, label)
        _read.cache_clear()
    return as_column(row)


def described(register_name: str) -> list[ExtraColumn]:
    """The columns added to a register as they were described, retired ones too, in their order."""
    return list(
        db.session.execute(
            select(ExtraColumn)
            .where(ExtraColumn.register == register_name)
            .order_by(ExtraColumn.position, ExtraColumn.id)
        ).scalars()
    )


def retire_column(register_name: str, name: str) -> None:
    """Take a column out of use everywhere; its values stay. Raises ColumnRefused."""
    _set_retired(register_name, name, is_retired=True)


def reinstate_column(register_name: str, name: str, *, today: date) -> None:
    """Put a retired column into use again, with the values it had. Raises ColumnRefused."""
    row = _set_retired(register_name, name, is_retired=False)
    if row.is_searched or row.is_filtered:
        # Rows saved meanwhile have lost its tokens.
        with writing(), acting_as(SYSTEM):
            search_index.rebuild(register(register_name), today)


def _set_retired(register_name: str, name: str, *, is_retired: bool) -> ExtraColumn:
    reg = register(register_name)
    require("settings", "write")
    with writing() as session:
        row = session.execute(
            select(ExtraColumn).where(ExtraColumn.register == reg.name, ExtraColumn.name == name)
        ).scalar()
        if row is None:
            raise ColumnRefused(f"“{reg.title}”里没有这个自加的列。名册原有的列不能停用，可以在“列设置”里不显示。")
        if row.is_retired != is_retired:
            row.is_retired = is_retired
            session.flush()
            _note("column_retired" if is_retired else "column_reinstated", reg.name, row.label)
        _read.cache_clear()
    return row


def _note(action: str, register_name: str, label: str) -> None:
    audit.record(action, register_name, area_code=profile().top_code if has_profile() else "", note=label)


def as_column(row: ExtraColumn) -> Column:
    """The stored description as a Column."""
    kind: type[FieldType[Any]] = FIELD_TYPES[row.type]
    return Column(
        row.name, row.label, kind(**row.options), "extra", is_listed=row.is_listed, is_searched=row.is_searched,
        is_filtered=row.is_filtered, is_required=row.is_required, mask=MASKS.get(row.type, ""),
    )  # fmt: skip


def extra_columns(register_name: str) -> tuple[Column, ...]:
    """The columns added to a register, in their order; none before the database is there."""
    return _read(data_version(), database_name()).get(register_name, ())


@lru_cache(maxsize=16)
def _read(_version: int, _database: str) -> dict[str, tuple[Column, ...]]:
    with acting_as(SYSTEM):
        rows = db.session.execute(select(ExtraColumn).order_by(ExtraColumn.position, ExtraColumn.id)).scalars()
        found: dict[str, tuple[Column, ...]] = {}
        for row in rows:
            if row.is_retired:
                continue
            found[row.register] = (*found.get(row.register, ()), as_column(row))
    return found


set_extra_columns(extra_columns)
