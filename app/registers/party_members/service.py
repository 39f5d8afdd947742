"""How a member's row is tidied before it is written, and how a member leaves his roster."""

from __future__ import annotations

from datetime import date
from typing import Any

from app.extensions import db
from app.fields.addresses import NOTHING, unit_name
from app.lowcode.register import register
from app.registers.party_members.rules import LEAVING
from app.registers.party_movements.service import apply_to_member, name_it


def write_by_norm(row: Any) -> None:
    """单元 as the address norm has it, so that stairwells can be counted: 3, 三单元, 3号门 → 3单元."""
    if row.unit_number:
        number = unit_name(row.unit_number)
        row.unit_number = None if number == NOTHING else number


def move_out(row: Any, on: date) -> None:
    """转出, 报到结束 or 返回 as the movement that it is; the member's columns follow from it. Raises SaveRefused."""
    model = register("party_movements").model
    movement = model(member_id=row.id, kind=LEAVING[row.roster], moved_on=on, area_code=row.area_code, extra={})
    name_it(movement)
    db.session.add(movement)
    db.session.flush()
    apply_to_member(movement, on)
