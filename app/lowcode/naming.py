"""How files name a row of a register by several columns together: 小区, 楼栋, 单元 and 房号 name a home."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

Split = Callable[[str], Mapping[str, str]]
"""One cell that names a row (富康新村3幢2单元501室) → the text of each part. Raises Refused where it cannot be told."""


@dataclass(frozen=True)
class Naming:
    """The columns of a register that name a row between them, in the order in which they are looked up.

    `parts` is one of the register's keys; a part that is a link to a register with a naming of its own is named by the
    parts of that one. `made_from` are the parts that must be known for a row to be made by an import; () makes none.
    `gap` stands between the parts where a row that is not there is named in a sentence.
    """

    parts: tuple[str, ...]
    made_from: tuple[str, ...] = ()
    split: Split | None = None
    gap: str = ""


class FileRow(Protocol):
    """A record of a file: parsed values of its columns, and the texts of its cells that name linked rows."""

    values: dict[str, Any]
    named: dict[str, str]
    """Part (household.dwelling.room_number) → text."""


R = TypeVar("R", bound=FileRow)
Follow = Callable[[Iterable[R]], Iterator[R]]
"""Fills in what rows of a file leave unsaid because the rows around them say it; pure, keeps their order."""
