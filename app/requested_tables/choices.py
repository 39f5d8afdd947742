"""What somebody chose for one table: register, filters, area, order, and which column is which; asked once, kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

AREA, NAME = "@area", "@name"
"""Orders every register has: by area and name, or by name alone; "" is the order of entry."""


@dataclass(frozen=True)
class TableChoice:
    """For one table. `register` "" fills nothing from a register. `columns` goes from heading to column or ""."""

    register: str = ""
    filters: tuple[tuple[str, str], ...] = ()
    area: str = ""
    order: str = AREA
    columns: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """As it is kept."""
        return {
            "register": self.register, "filters": [list(pair) for pair in self.filters], "area": self.area,
            "order": self.order, "columns": dict(self.columns),
        }  # fmt: skip


def choice_from(data: Any) -> TableChoice:
    """A kept choice; whatever does not look like one says nothing."""
    if not isinstance(data, dict):
        return TableChoice()
    columns = data.get("columns")
    pairs = data.get("filters")
    return TableChoice(
        str(data.get("register", "")),
        tuple((str(pair[0]), str(pair[1])) for pair in pairs if len(pair) == 2) if isinstance(pairs, list) else (),
        str(data.get("area", "")),
        str(data.get("order", AREA)),
        {str(key): str(value) for key, value in columns.items()} if isinstance(columns, dict) else {},
    )


def choices_from(data: Any, count: int) -> list[TableChoice]:
    """Kept choices for `count` tables; tables without one get an empty one."""
    kept = [choice_from(each) for each in data] if isinstance(data, list) else []
    return (kept + [TableChoice()] * count)[:count]
