"""From the portable values of drafts and histories to what the database driver takes, and to what a row holds."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, inspect
from sqlalchemy.engine import Dialect

from app.database.types import UtcMoment

_encode = json.JSONEncoder(ensure_ascii=False).encode


def native(type_: Any, value: Any) -> Any:
    """A portable value (app.security.changes) as the mapped attribute of that type holds it."""
    if isinstance(value, dict) and set(value) == {"box"}:
        return base64.b64decode(value["box"])
    if value is None or not isinstance(value, str):
        return value
    python_type = python_type_of(type_)
    if python_type is datetime:
        return datetime.fromisoformat(value)
    if python_type is date:
        return date.fromisoformat(value)
    return Decimal(value) if python_type is Decimal else value


def python_type_of(type_: Any) -> type | None:
    """The Python type of a column type; None where it names none."""
    try:
        return type_.python_type  # type: ignore[no-any-return]
    except NotImplementedError:
        return None


class Binder:
    """Turns the values of drafts of one model into rows for `rows_below.write_many`."""

    def __init__(self, model: Any, attributes: Sequence[str], dialect: Dialect) -> None:
        mapper: Any = inspect(model)
        columns = [mapper.column_attrs[name].columns[0] for name in attributes]
        self.columns = [column.name for column in columns]
        self._dialect = dialect
        bind = [(at, _binding(column.type, dialect)) for at, column in enumerate(columns)]
        self._bind = [(at, step) for at, step in bind if step is not None]
        self._steps = dict(self._bind)
        self._at = {name: at for at, name in enumerate(attributes)}

    def bound(self, values: str) -> list[Any]:
        """One row out of a draft's JSON array."""
        row: list[Any] = json.loads(values)
        for at, step in self._bind:
            if row[at] is not None:
                row[at] = step(row[at])
        return row

    def column_of(self, attribute: str) -> str:
        """The column behind an attribute."""
        return self.columns[self._at[attribute]]

    def one(self, attribute: str, value: Any) -> Any:
        """One portable value of a change."""
        step = self._steps.get(self._at[attribute])
        return value if value is None or step is None else step(value)

    def moment(self, value: datetime) -> Any:
        """A moment for the columns that every row of a register has."""
        return bound_moment(value, self._dialect)


def bound_moment(value: datetime, dialect: Dialect) -> Any:
    """A moment as the driver takes it."""
    step = UtcMoment().dialect_impl(dialect).bind_processor(dialect)
    return step(value) if step is not None else value


def _binding(type_: Any, dialect: Dialect) -> Callable[[Any], Any] | None:
    """What a portable value that is not null goes through; None where the driver takes it as it is."""
    if isinstance(type_.dialect_impl(dialect), JSON) or isinstance(type_, JSON):
        return _encode
    python_type = python_type_of(type_)
    if python_type is bytes:
        return lambda value: base64.b64decode(value["box"])
    if python_type not in (Decimal, datetime):
        return None  # text, whole numbers, flags, and dates as both databases read them
    process = type_.dialect_impl(dialect).bind_processor(dialect)
    return lambda value: process(native(type_, value)) if process is not None else native(type_, value)
