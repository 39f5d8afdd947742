"""What a sheet is found to hold: tables with their header cells and rows, and why every other row holds no record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

Why = Literal["title", "note", "blank", "numbered_blank", "total", "repeated_header", "signature"]
Role = Literal["", "name", "key", "place", "other"]
"""What a header word is to some register: what names a record, what else tells it apart, where it lies, anything else
it knows, or ("") nothing."""

Known = Callable[[str], Role]


def known_by(is_known: Callable[[str], bool]) -> Known:
    """The roles of words that are known or not, for tables that no register stands behind."""
    return lambda title: "other" if is_known(title) else ""


@dataclass(frozen=True)
class HeaderCell:
    """A column of a table: 0-based position, its words from top to bottom, and the last of them."""

    index: int
    parts: tuple[str, ...]
    role: Role = ""

    @property
    def title(self) -> str:
        """党员信息/姓名."""
        return "/".join(self.parts)

    @property
    def last(self) -> str:
        """姓名."""
        return self.parts[-1] if self.parts else ""


@dataclass
class Table:
    """One table. Rows count from 0; `rows` are those that hold records."""

    header_rows: tuple[int, ...]
    columns: tuple[HeaderCell, ...]
    left: int
    right: int
    """First column, and the one behind the last."""
    rows: list[int] = field(default_factory=list)
    serial: int | None = None
    """Column of 序号, where there is one."""
    titles: tuple[int, ...] = ()
    """Rows of the title block above."""
    sections: list[int] = field(default_factory=list)
    """Rows between the records that name what follows (一、第一网格)."""

    @property
    def group(self) -> str:
        """The word over all columns: 第一网格 over 姓名 and 电话 of one of several tables side by side; "" for none."""
        tops = {cell.parts[0] if len(cell.parts) > 1 else "" for cell in self.columns}
        return next(iter(tops)) if len(tops) == 1 else ""

    def column_of(self, *roles: Role) -> int | None:
        """Position of the first column with one of the roles, the first role first."""
        for role in roles:
            for cell in self.columns:
                if cell.role == role:
                    return cell.index
        return None


@dataclass(frozen=True)
class Layout:
    """Tables of one sheet, and every other row with the reason why it holds no record (row from 0)."""

    tables: tuple[Table, ...]
    skipped: tuple[tuple[int, Why], ...]
    is_form: bool = False
    """One person's form (姓名 | 张三 | 性别 | 男), no table."""
