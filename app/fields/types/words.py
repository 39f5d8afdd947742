"""Kinds of value that are words: lines, names, long text, yes or no, entries of a code list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.types import TypeEngine

from app.fields import codes, texts
from app.fields.cells import is_missing, written
from app.fields.types.field_type import CHARACTER, PADDING, Align, FieldType, Widget


@dataclass(frozen=True)
class Text(FieldType[str]):
    """One line of text, at most `length` characters."""

    length: int = 100
    key: ClassVar[str] = "text"

    def read(self, raw: object) -> str:
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

    def read(self, raw: object) -> str:
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

    def read(self, raw: object) -> str:
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
class Flag(FieldType[bool]):
    """Yes or no; blank is neither."""

    key: ClassVar[str] = "flag"
    widget: ClassVar[Widget] = "checkbox"
    align: ClassVar[Align] = "center"

    def _says_nothing(self, text: str) -> bool:
        # 无 is an answer here (党组织有无), a dash is none.
        return is_missing(text) and text not in texts.NO

    def read(self, raw: object) -> bool:
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
        return self._checked(self.read(text), today)

    def read(self, raw: object) -> str:
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
