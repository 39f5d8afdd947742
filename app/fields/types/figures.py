"""Kinds of value that are figures: whole numbers, years, exact decimals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from app.fields import dates, numbers
from app.fields.types.field_type import CHARACTER, PADDING, Align, FieldType, Widget
from reports import document


class ExactNumber(TypeDecorator[Decimal]):
    """Decimal columns: NUMERIC on PostgreSQL; on SQLite, which has no decimals, a float rounded back to `places`.

    Exact as long as a number has no more than 15 digits, which the constructor holds.
    """

    impl = sa.Numeric
    cache_ok = True

    def __init__(self, digits: int, places: int) -> None:
        if not 0 <= places <= digits <= 15:
            raise ValueError("At most 15 digits, of which `places` behind the point")
        super().__init__(digits, places)
        self.digits = digits
        self.places = places

    def __repr__(self) -> str:
        # SQLAlchemy 2.1 would print the arguments of Numeric, and Alembic writes that into migrations.
        return f"ExactNumber(digits={self.digits}, places={self.places})"

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """A plain float column type on SQLite, so that SQLAlchemy does not warn about lost decimals."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(sa.Numeric(self.digits, self.places, asdecimal=False))
        return dialect.type_descriptor(sa.Numeric(self.digits, self.places))

    def process_bind_param(self, value: Decimal | float | None, dialect: Dialect) -> Any:
        """What the database is given."""
        if value is None or dialect.name != "sqlite":
            return value
        return float(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:  # noqa: ARG002 - SQLAlchemy's signature
        """A Decimal with exactly `places` places."""
        return _exact(self.places)(value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Decimal | None]:  # noqa: ARG002
        """The same for each value of a column, without two calls in between."""
        return _exact(self.places)


@lru_cache(maxsize=16)
def _exact(places: int) -> Callable[[Any], Decimal | None]:
    """Makes numbers with so many places; points and dues come again and again, and to round one takes longer than to
    find it.
    """

    @lru_cache(maxsize=20_000)
    def exact(value: Any) -> Decimal | None:
        return None if value is None else document.round_half_up(Decimal(str(value)), places)

    return exact


@dataclass(frozen=True)
class Integer(FieldType[int]):
    """A whole number between `minimum` and `maximum`; `unit` is what may stand behind it."""

    minimum: int | None = None
    maximum: int | None = None
    unit: str = ""
    key: ClassVar[str] = "integer"
    widget: ClassVar[Widget] = "number"
    align: ClassVar[Align] = "right"
    report_kind: ClassVar[document.Kind] = "integer"

    def read(self, raw: object) -> int:
        """The number. Raises Refused for a fraction or a number out of bounds."""
        return numbers.read_whole(raw, unit=self.unit, minimum=self.minimum, maximum=self.maximum)

    def sql_type(self) -> TypeEngine[Any]:
        """INTEGER."""
        return sa.Integer()

    def json_schema(self) -> dict[str, Any]:
        """An integer with its bounds."""
        return {"type": "integer", **_bounds(self.minimum, self.maximum)}

    def cell(self, value: int | None) -> document.Value:
        """The number itself."""
        return value

    def json(self, value: int | None) -> Any:
        """The number itself."""
        return value

    @property
    def excel_format(self) -> str:
        """Thousands separated."""
        return "#,##0"

    @property
    def print_width(self) -> float:
        """Seven digits and a separator."""
        return 4 * CHARACTER + PADDING


@dataclass(frozen=True)
class Year(FieldType[int]):
    """A year of the calendar, four digits."""

    key: ClassVar[str] = "year"
    widget: ClassVar[Widget] = "number"
    align: ClassVar[Align] = "center"

    def read(self, raw: object) -> int:
        """1998, 1998年 or the year of a date cell."""
        return dates.read_year(raw)

    def sql_type(self) -> TypeEngine[Any]:
        """INTEGER."""
        return sa.Integer()

    def json_schema(self) -> dict[str, Any]:
        """An integer between the years that make sense."""
        return {"type": "integer", **_bounds(dates.FIRST_YEAR, dates.LAST_YEAR)}

    def json(self, value: int | None) -> Any:
        """The number itself."""
        return value

    @property
    def excel_format(self) -> str:
        """Without separator."""
        return "0"

    def cell(self, value: int | None) -> document.Value:
        """The number itself; its report kind prints it without separator."""
        return value

    @property
    def print_width(self) -> float:
        """Four digits."""
        return 2 * CHARACTER + PADDING + 2


@dataclass(frozen=True)
class Number(FieldType[Decimal]):
    """A decimal number of at most `digits` digits, `places` of them behind the point, in `unit`.

    A percentage is kept as its figure (77.8 with unit "%"). Typed figures with too many places are refused; Excel
    cells, which often hold calculated values, are rounded half-up.
    """

    digits: int = 12
    places: int = 2
    unit: str = ""
    minimum: Decimal | int | None = None
    maximum: Decimal | int | None = None
    key: ClassVar[str] = "number"
    widget: ClassVar[Widget] = "number"
    align: ClassVar[Align] = "right"
    report_kind: ClassVar[document.Kind] = "decimal"

    def read(self, raw: object) -> Decimal:
        """The number with exactly `places` places."""
        return numbers.read_decimal(
            raw, digits=self.digits, places=self.places, unit=self.unit, minimum=self.minimum, maximum=self.maximum
        )

    def sql_type(self) -> TypeEngine[Any]:
        """NUMERIC(digits, places)."""
        return ExactNumber(self.digits, self.places)

    def json_schema(self) -> dict[str, Any]:
        """A decimal as text, so that no client rounds it."""
        return {"type": "string", "format": "decimal"}

    def show(self, value: Decimal | None) -> str:
        """All places, no separators, no unit: 89.50."""
        return "" if value is None else f"{document.round_half_up(value, self.places):f}"

    def cell(self, value: Decimal | None) -> document.Value:
        """The number itself."""
        return value

    @property
    def excel_format(self) -> str:
        """Thousands separated, all places; a percentage shows its sign."""
        pattern = "#,##0" + ("." + "0" * self.places if self.places else "")
        return pattern + '"%"' if self.unit == "%" else pattern

    @property
    def print_width(self) -> float:
        """As many digits as the number may have, up to ten."""
        return min(self.digits + 2, 10) * CHARACTER / 2 + PADDING


def _bounds(minimum: int | None, maximum: int | None) -> dict[str, int]:
    bounds = {"minimum": minimum, "maximum": maximum}
    return {name: bound for name, bound in bounds.items() if bound is not None}
