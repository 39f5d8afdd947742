"""What saving residents and their movements brings about."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.fields import identity
from app.fields.codes import code_list
from app.lowcode.register import register
from app.registers.residents import rules
from app.security.beyond import beyond_scope


def fill_from_id(row: Any) -> None:
    """出生日期 and 性别 out of the ID number, where they were left empty."""
    if row.id_number is None or (row.born_on is not None and row.sex is not None):
        return
    number = row.id_number.open()
    row.born_on = row.born_on or identity.birth_on(number)
    row.sex = row.sex or identity.sex(number)


def name_movement(row: Any) -> None:
    """张国安 迁入, where nobody typed a summary."""
    with db.session.no_autoflush:
        resident = db.session.get(register("residents").model, row.resident_id) if row.resident_id else None
    if not row.name and resident is not None and row.kind:
        row.name = f"{resident.name} {code_list('resident_movement').label_of(row.kind)}"


def apply_to_resident(row: Any, _today: date) -> None:
    """Work the resident's state and days out anew from all live movements."""
    model = register("resident_movements").model
    with beyond_scope():
        resident = db.session.get(register("residents").model, row.resident_id)
        if resident is None:
            return
        moves = db.session.execute(
            select(model.kind, model.moved_on)
            .where(model.resident_id == resident.id, model.deleted_at.is_(None))
            .order_by(model.moved_on, model.id)
        ).all()
        state = rules.state_after((kind for kind, _on in moves), "present")
        left = moves[-1][1] if moves and state in rules.ABSENT_STATES else None
        if resident.state != state:
            resident.state = state
        if resident.left_on != left:
            resident.left_on = left
        db.session.flush()


def move_out(row: Any, on: date) -> None:
    """迁出 as the movement that it is; the resident's state and day follow from it."""
    model = register("resident_movements").model
    movement = model(resident_id=row.id, kind="move_out", moved_on=on, area_code=row.area_code, extra={})
    name_movement(movement)
    db.session.add(movement)
    db.session.flush()
    apply_to_resident(movement, on)
