"""Units by the names somebody typed, parted by 顿号: those of the roster that could answer for a place."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from app.extensions import db
from app.registers.units import Unit
from app.security.beyond import beyond_scope


@dataclass(frozen=True, slots=True)
class Named:
    """Units in the order they were named (id → name), and the names nobody bears."""

    units: dict[int, str]
    unknown: tuple[str, ...]


def units_named(names: tuple[str, ...], area_code: str) -> Named:
    """Look units up, at or above or below an area; of several with one name the nearest above counts."""
    if not names:
        return Named({}, ())
    with beyond_scope():
        wanted = select(Unit.id, Unit.name, Unit.area_code).where(Unit.name.in_(names), Unit.deleted_at.is_(None))
        found = db.session.execute(wanted.order_by(Unit.id)).all()
    near = [row for row in found if area_code.startswith(row.area_code) or row.area_code.startswith(area_code)]
    best = {row.name: row for row in sorted(near, key=lambda row: len(row.area_code))}
    units = {best[name].id: name for name in dict.fromkeys(names) if name in best}
    return Named(units, tuple(name for name in dict.fromkeys(names) if name not in best))
