"""Kinds of value that identify or reach somebody: telephone, ID card, credit code, mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.types import TypeEngine

from app.fields import credit, identity, phones, texts
from app.fields.types.field_type import CHARACTER, PADDING, Align, FieldType
from reports import document


@dataclass(frozen=True)
class Phone(FieldType[str]):
    """One or several telephone numbers, joined by 、."""

    key: ClassVar[str] = "phone"
    align: ClassVar[Align] = "center"
    report_kind: ClassVar[document.Kind] = "id"
    length: ClassVar[int] = 100

    def read(self, raw: object) -> str:
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

    def read(self, raw: object) -> str:
        """18 characters in capitals; 15 digits become 18."""
        return identity.read_id_number(raw)

    def check(self, value: str, today: date) -> None:
        """A birthday that lies ahead, or more than 130 years back."""
        identity.check_birth(value, today)

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

    def read(self, raw: object) -> str:
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

    def read(self, raw: object) -> str:
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
