"""The kinds of value a column may hold: how each is read, shown, stored, printed and put into Excel.

A register's form, import, API, export and papers all go through these classes, so they cannot disagree.
This is the only module of the room that knows SQLAlchemy.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Generic, Literal, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from app.fields import codes, credit, dates, identity, numbers, phones, texts
from app.fields.cells import is_missing, written
from reports import document

V = TypeVar("V")
Widget = Literal["text", "textarea", "date", "number", "select", "checkbox", "link"]
Align = Literal["left", "right", "center"]

CHARACTER = 3.2
"""Millimetres of one Chinese character at 9 pt; a digit is half as wide."""

PADDING = 2.0


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

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """A plain float column type on SQLite, so that SQLAlchemy does not warn about lost decimals."""
        exact = dialect.name != "sqlite"
        return dialect.type_descriptor(sa.Numeric(self.digits, self.places, asdecimal=exact))

    def process_bind_param(self, value: Decimal | float | None, dialect: Dialect) -> Any:
        """What the database is given."""
        if value is None or dialect.name != "sqlite":
            return value
        return float(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """A Decimal with exactly `places` places."""
        return None if value is None else document.round_half_up(Decimal(str(value)), self.places)


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
        if isinstance(raw, str | float) and self._says_nothing(written(raw)):
            return None
        return self.read(raw, today)

    def _says_nothing(self, text: str) -> bool:
        return is_missing(text)

    @abstractmethod
    def read(self, raw: object, today: date | None) -> V:
        """The value of something that is not missing. Raises Refused."""

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


@dataclass(frozen=True)
class Text(FieldType[str]):
    """One line of text, at most `length` characters."""

    length: int = 100
    key: ClassVar[str] = "text"

    def read(self, raw: object, today: date | None) -> str:
        """Trimmed, line breaks as spaces, full-width letters and digits made half-width."""
        return texts.read_line(raw, length=self.length)

    def sql_type(self) -> TypeEngine[Any]:
        """VARCHAR(length)."""
        return sa.String(self.length)

    def json_schema(self) -> dict[str, Any]:
        """A string of limited length."""
        return {"type": "string", "maxLength": self.length}

    @property
    def print_width(self) -> float:
        """About as wide as it may be, up to ten characters; longer text wraps."""
        return min(self.length, 10) * CHARACTER + PADDING


@dataclass(frozen=True)
class PersonName(Text):
    """A person's name: spaces that only pad it (张　三) are taken out, 阿依古丽·买买提 keeps its middle dot."""

    length: int = 40
    key: ClassVar[str] = "person_name"

    def read(self, raw: object, today: date | None) -> str:
        """The name. Raises Refused where there are digits in it."""
        return texts.read_name(raw, length=self.length)

    @property
    def print_width(self) -> float:
        """Four characters."""
        return 4 * CHARACTER + PADDING


@dataclass(frozen=True)
class LongText(FieldType[str]):
    """Text of several lines."""

    key: ClassVar[str] = "long_text"
    widget: ClassVar[Widget] = "textarea"
    length: ClassVar[int] = 20_000

    def read(self, raw: object, today: date | None) -> str:
        """Trimmed, line breaks kept."""
        return texts.read_lines(raw, length=self.length)

    def sql_type(self) -> TypeEngine[Any]:
        """TEXT."""
        return sa.Text()

    def json_schema(self) -> dict[str, Any]:
        """A string of limited length."""
        return {"type": "string", "maxLength": self.length}

    @property
    def print_width(self) -> float:
        """Fourteen characters a line."""
        return 14 * CHARACTER + PADDING


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

    def read(self, raw: object, today: date | None) -> int:
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

    def read(self, raw: object, today: date | None) -> int:
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

    A percentage is kept as its figure (77.8 with unit "%"). Typed figures with too many places are refused; Excel cells,
    which often hold calculated values, are rounded half-up.
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

    def read(self, raw: object, today: date | None) -> Decimal:
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


@dataclass(frozen=True)
class Date(FieldType[date]):
    """A day."""

    key: ClassVar[str] = "date"
    widget: ClassVar[Widget] = "date"
    align: ClassVar[Align] = "center"
    report_kind: ClassVar[document.Kind] = "date"

    def read(self, raw: object, today: date | None) -> date:
        """The day; see dates.read_date for the ways of writing."""
        return dates.read_date(raw)

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

    def read(self, raw: object, today: date | None) -> date:
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
class Flag(FieldType[bool]):
    """Yes or no; blank is neither."""

    key: ClassVar[str] = "flag"
    widget: ClassVar[Widget] = "checkbox"
    align: ClassVar[Align] = "center"

    def _says_nothing(self, text: str) -> bool:
        # 无 is an answer here (党组织有无), a dash is none.
        return is_missing(text) and text not in texts.NO

    def read(self, raw: object, today: date | None) -> bool:
        """是 有 ✓ √ 1 y true on, or 否 无 没有 × 0 n false off."""
        return texts.read_flag(raw)

    def sql_type(self) -> TypeEngine[Any]:
        """BOOLEAN."""
        return sa.Boolean()

    def json_schema(self) -> dict[str, Any]:
        """true or false."""
        return {"type": "boolean"}

    def show(self, value: bool | None) -> str:
        """是 or 否."""
        return "" if value is None else "是" if value else "否"

    def json(self, value: bool | None) -> Any:
        """true or false."""
        return value

    @property
    def print_width(self) -> float:
        """One character under a short head."""
        return 2 * CHARACTER + PADDING

    @property
    def hint(self) -> str:
        """The two answers."""
        return "填“是”或“否”"


@dataclass(frozen=True)
class Code(FieldType[str]):
    """One entry of the code list named `list_name`; stored as its code, shown as its label."""

    list_name: str = ""
    key: ClassVar[str] = "code"
    widget: ClassVar[Widget] = "select"

    def parse(self, raw: object, *, today: date | None = None) -> str | None:
        """As in every kind, save that a list may have an entry called 无."""
        text = written(raw)
        if is_missing(text) and not codes.has_entry(codes.code_list(self.list_name), text):
            return None
        return self.read(text, today)

    def read(self, raw: object, today: date | None) -> str:
        """The code of a code, label or synonym. Raises Refused naming the nearest labels."""
        return codes.read_code(codes.code_list(self.list_name), written(raw))

    def sql_type(self) -> TypeEngine[Any]:
        """VARCHAR(40)."""
        return sa.String(codes.CODE_LENGTH)

    def json_schema(self) -> dict[str, Any]:
        """One of the codes offered today."""
        return {"type": "string", "enum": [code for code, _ in self.choices()]}

    def show(self, value: str | None) -> str:
        """The label; a code that is no longer in the list shows itself."""
        return "" if value is None else codes.code_list(self.list_name).label_of(value)

    def json(self, value: str | None) -> Any:
        """The code."""
        return value

    def choices(self) -> tuple[tuple[str, str], ...]:
        """(code, label) of all entries that are not retired, in their order."""
        return codes.code_list(self.list_name).choices()

    @property
    def print_width(self) -> float:
        """The longest label, up to eight characters."""
        longest = max((len(label) for _, label in self.choices()), default=4)
        return min(max(longest, 2), 8) * CHARACTER + PADDING

    @property
    def hint(self) -> str:
        """The labels, as far as they fit into a line."""
        labels = [label for _, label in self.choices()]
        return "可填：" + "、".join(labels[:12]) + (" 等" if len(labels) > 12 else "")


@dataclass(frozen=True)
class Phone(FieldType[str]):
    """One or several telephone numbers, joined by 、."""

    key: ClassVar[str] = "phone"
    align: ClassVar[Align] = "center"
    report_kind: ClassVar[document.Kind] = "id"
    length: ClassVar[int] = 100

    def read(self, raw: object, today: date | None) -> str:
        """Normalised numbers; see phones.read_phones."""
        return texts.refuse_length(phones.read_phones(raw), self.length)

    def sql_type(self) -> TypeEngine[Any]:
        """VARCHAR(100)."""
        return sa.String(self.length)

    def json_schema(self) -> dict[str, Any]:
        """A string of limited length."""
        return {"type": "string", "maxLength": self.length}

    def doubts(self, value: str | None) -> list[str]:
        """A landline without area code."""
        return [] if value is None else phones.doubts_about(value)

    @property
    def print_width(self) -> float:
        """Thirteen digits and a hyphen."""
        return 6.5 * CHARACTER + PADDING

    @property
    def hint(self) -> str:
        """Two examples."""
        return "例：13800001234 或 0512-66660000，多个号码用顿号隔开"


@dataclass(frozen=True)
class IdNumber(FieldType[str]):
    """A citizen's ID number, 18 characters."""

    key: ClassVar[str] = "id_number"
    align: ClassVar[Align] = "center"
    report_kind: ClassVar[document.Kind] = "id"

    def read(self, raw: object, today: date | None) -> str:
        """18 characters in capitals; 15 digits become 18."""
        return identity.read_id_number(raw, today=today)

    def sql_type(self) -> TypeEngine[Any]:
        """VARCHAR(18); where the column is sealed the engine uses its own box."""
        return sa.String(18)

    def json_schema(self) -> dict[str, Any]:
        """18 characters."""
        return {"type": "string", "pattern": r"^\d{17}[\dX]$"}

    def doubts(self, value: str | None) -> list[str]:
        """An area that is not in today's list, or three zeros at the end."""
        return [] if value is None else identity.doubts_about(value)

    @property
    def print_width(self) -> float:
        """18 digits."""
        return 9 * CHARACTER + PADDING

    @property
    def hint(self) -> str:
        """How to keep Excel from spoiling it."""
        return "18 位，整列先设为文本格式"


@dataclass(frozen=True)
class CreditCode(FieldType[str]):
    """A unified social credit code, 18 characters."""

    key: ClassVar[str] = "credit_code"
    align: ClassVar[Align] = "center"
    report_kind: ClassVar[document.Kind] = "id"

    def read(self, raw: object, today: date | None) -> str:
        """18 characters in capitals."""
        return credit.read_credit_code(raw)

    def sql_type(self) -> TypeEngine[Any]:
        """VARCHAR(18)."""
        return sa.String(18)

    def json_schema(self) -> dict[str, Any]:
        """18 characters of the alphabet."""
        return {"type": "string", "pattern": rf"^[{credit.ALPHABET}]{{18}}$"}

    def doubts(self, value: str | None) -> list[str]:
        """A check character that does not fit, an uncommon prefix."""
        return [] if value is None else credit.doubts_about(value)

    @property
    def print_width(self) -> float:
        """18 characters."""
        return 10 * CHARACTER + PADDING

    @property
    def hint(self) -> str:
        """How long it is."""
        return "营业执照或登记证书上的 18 位代码"


@dataclass(frozen=True)
class Email(FieldType[str]):
    """A mail address."""

    key: ClassVar[str] = "email"
    length: ClassVar[int] = 254

    def read(self, raw: object, today: date | None) -> str:
        """The address, its domain in small letters."""
        return texts.read_email(raw)

    def sql_type(self) -> TypeEngine[Any]:
        """VARCHAR(254)."""
        return sa.String(self.length)

    def json_schema(self) -> dict[str, Any]:
        """A mail address."""
        return {"type": "string", "format": "email", "maxLength": self.length}

    @property
    def print_width(self) -> float:
        """Twenty letters."""
        return 10 * CHARACTER + PADDING


FIELD_TYPES: dict[str, type[FieldType[Any]]] = {
    kind.key: kind
    for kind in (
        Text,
        PersonName,
        LongText,
        Integer,
        Year,
        Number,
        Date,
        Month,
        Flag,
        Code,
        Phone,
        IdNumber,
        CreditCode,
        Email,
    )
}
"""Every kind by its key: what a column made in the browser may choose from."""


def as_field_type(kind: FieldType[Any] | type[FieldType[Any]]) -> FieldType[Any]:
    """`Phone` and `Phone()` mean the same in a declaration."""
    return kind() if isinstance(kind, type) else kind


def _bounds(minimum: int | None, maximum: int | None) -> dict[str, int]:
    bounds = {"minimum": minimum, "maximum": maximum}
    return {name: bound for name, bound in bounds.items() if bound is not None}
