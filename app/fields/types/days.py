"""Kinds of value that are days, months and moments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.types import TypeEngine

from app.database.types import UtcMoment
from app.fields import dates
from app.fields.refusal import Refused
from app.fields.types.field_type import CHARACTER, PADDING, Align, FieldType, Widget
from reports import document


@dataclass(frozen=True)
class Date(FieldType[date]):
    """A day. With `is_past` it may not lie after today (出生日期, 入党日期)."""

    is_past: bool = False
    key: ClassVar[str] = "date"
    widget: ClassVar[Widget] = "date"
    align: ClassVar[Align] = "center"
    report_kind: ClassVar[document.Kind] = "date"

    def read(self, raw: object) -> date:
        """The day; see dates.read_date for the ways of writing."""
        return dates.read_date(raw)

    def check(self, value: date, today: date) -> None:
        """Refuse a day that lies ahead where it cannot."""
        if self.is_past and value > today:
            raise Refused("这个日期还没有到，不能晚于今天。请核对年份。", code="date_ahead")

    def sql_type(self) -> TypeEngine[Any]:
        """DATE."""
        return sa.Date()

    def json_schema(self) -> dict[str, Any]:
        """2021-03-05."""
        return {"type": "string", "format": "date"}

    def show(self, value: date | None) -> str:
        """2021-03-05."""
        return "" if value is None else value.isoformat()

    def cell(self, value: date | None) -> document.Value:
        """The day itself."""
        return value

    @property
    def excel_format(self) -> str:
        """yyyy-mm-dd."""
        return "yyyy-mm-dd"

    @property
    def print_width(self) -> float:
        """Ten digits and hyphens."""
        return 5 * CHARACTER + PADDING

    @property
    def hint(self) -> str:
        """How to write it."""
        return "例：2021-03-05"


@dataclass(frozen=True)
class Month(Date):
    """A month, kept as its first day (出生年月, 交纳至)."""

    key: ClassVar[str] = "month"
    widget: ClassVar[Widget] = "text"
    report_kind: ClassVar[document.Kind] = "month"

    def read(self, raw: object) -> date:
        """The first of the month; 2021年3月, 2021.03 or any date in it."""
        return dates.read_month(raw)

    def json_schema(self) -> dict[str, Any]:
        """2021-03."""
        return {"type": "string", "pattern": r"^\d{4}-\d{2}$"}

    def show(self, value: date | None) -> str:
        """2021-03."""
        return "" if value is None else f"{value.year:04}-{value.month:02}"

    @property
    def excel_format(self) -> str:
        """yyyy-mm."""
        return "yyyy-mm"

    @property
    def print_width(self) -> float:
        """Seven digits and a hyphen."""
        return 4 * CHARACTER + PADDING

    @property
    def hint(self) -> str:
        """How to write it."""
        return "例：2021-03"


@dataclass(frozen=True)
class Moment(FieldType[datetime]):
    """A day and a time of the office's clock, to the minute (上报时间, 办结时限); kept in UTC.

    A day without a time is its beginning, or, with `is_end`, the last minute of it: who writes that something is due on
    the 5th means all of the 5th.
    """

    is_end: bool = False
    key: ClassVar[str] = "moment"

    def read(self, raw: object) -> datetime:
        """2026-11-03 14:20, 2026/11/3 14:20:05, 2026年11月3日14时20分, an Excel date with time, a datetime, or a day."""
        return dates.read_moment(raw, is_end=self.is_end).astimezone(UTC)

    def sql_type(self) -> TypeEngine[Any]:
        """An aware moment."""
        return UtcMoment()

    def json_schema(self) -> dict[str, Any]:
        """2026-11-03 14:20."""
        return {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2} \d{2}:\d{2}$"}

    def show(self, value: datetime | None) -> str:
        """2026-11-03 14:20."""
        return "" if value is None else f"{value.astimezone(dates.OFFICE_ZONE):%Y-%m-%d %H:%M}"

    @property
    def print_width(self) -> float:
        """Sixteen digits and signs."""
        return 8 * CHARACTER + PADDING

    @property
    def hint(self) -> str:
        """How to write it."""
        return "例：2026-11-03 14:20"
