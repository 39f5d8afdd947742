"""What every kind of value can do."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Generic, Literal, TypeVar

from sqlalchemy.types import TypeEngine

from app.fields.cells import is_missing, written
from reports import document

V = TypeVar("V")
Widget = Literal["text", "textarea", "date", "number", "select", "checkbox", "link"]
Align = Literal["left", "right", "center"]

CHARACTER = 3.2
"""Millimetres of one Chinese character at 9 pt; a digit is half as wide."""

PADDING = 2.0
"""Millimetres left and right of the text in a table cell, together."""


@dataclass(frozen=True)
class FieldType(ABC, Generic[V]):
    """One kind of value. Subclasses are frozen and hold no state, so one object may serve any number of columns."""

    key: ClassVar[str] = ""
    """Stable English name, written into settings and JSON."""
    widget: ClassVar[Widget] = "text"
    align: ClassVar[Align] = "left"
    report_kind: ClassVar[document.Kind] = "text"

    def parse(self, raw: object, *, today: date | None = None) -> V | None:
        """The value of a form string, an Excel cell (int, float, date, datetime, bool, str) or a value already read.

        None for blank and for 无 — - ／. Raises Refused in words for the clerk. `today` bounds what may lie ahead.
        """
        if raw is None:
            return None
        if isinstance(raw, str):
            raw = written(raw)
            if self._says_nothing(raw):
                return None
        elif isinstance(raw, float) and self._says_nothing(written(raw)):
            return None
        return self._checked(self.read(raw), today)

    def _says_nothing(self, text: str) -> bool:
        return is_missing(text)

    def _checked(self, value: V, today: date | None) -> V:
        if today is not None:
            self.check(value, today)
        return value

    @abstractmethod
    def read(self, raw: object) -> V:
        """The value of something that is not missing. Raises Refused."""

    def check(self, value: V, today: date) -> None:
        """Raise Refused where `value` cannot stand on `today` (a birthday that lies ahead)."""

    @abstractmethod
    def sql_type(self) -> TypeEngine[Any]:
        """A fresh SQLAlchemy type for a column of this kind."""

    @abstractmethod
    def json_schema(self) -> dict[str, Any]:
        """The JSON Schema of one value that is not null."""

    def show(self, value: V | None) -> str:
        """`value` as text for lists and forms; `parse(show(value))` gives `value` back. Empty for None."""
        return "" if value is None else str(value)

    def cell(self, value: V | None) -> document.Value:
        """`value` as a report or an Excel cell takes it: numbers and dates stay typed, codes become labels."""
        return self.show(value) or None

    def json(self, value: V | None) -> Any:
        """`value` as the API gives it; `parse` takes it back."""
        return None if value is None else self.show(value)

    def doubts(self, value: V | None) -> list[str]:  # noqa: ARG002 - most kinds have none
        """Sentences about a value that is allowed, but should be looked at again."""
        return []

    def choices(self) -> tuple[tuple[str, str], ...]:
        """(stored value, label) for a select; empty where anything may be typed."""
        return ()

    @property
    def excel_format(self) -> str:
        """Excel number format; "@" keeps digits as text."""
        return "@"

    @property
    def print_width(self) -> float:
        """Millimetres that a typical value needs in a table of 9 pt."""
        return 6 * CHARACTER + PADDING

    @property
    def hint(self) -> str:
        """One example or rule for the template workbook and the form."""
        return ""
