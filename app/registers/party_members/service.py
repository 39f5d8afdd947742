"""How a member's row is tidied before it is written."""

from __future__ import annotations

from typing import Any

from app.fields.addresses import NOTHING, unit_name


def write_by_norm(row: Any) -> None:
    """单元 as the address norm has it, so that stairwells can be counted: 3, 三单元, 3号门 → 3单元."""
    if row.unit_number:
        number = unit_name(row.unit_number)
        row.unit_number = None if number == NOTHING else number
