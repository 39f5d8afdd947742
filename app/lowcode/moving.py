"""Rows of registers move along when areas are merged, split or handed over."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

from sqlalchemy import func, select

from app.areas.movers import Item, Mover, register_mover
from app.areas.reorganising import Moves
from app.extensions import db
from app.lowcode.register import Register, registers

BUILDINGS = "buildings"
UNITS = {"residents": "人", "party_members": "人", "grid_workers": "人"}
CHUNK = 500


def install() -> None:
    """One mover for each register. Buildings come first, since rows that stand in a building follow it."""
    ordered = sorted(registers(), key=lambda reg: reg.name != BUILDINGS)
    for reg in ordered:
        items = partial(_items, reg) if reg.name == BUILDINGS else None
        unit = UNITS.get(reg.name, "条")
        register_mover(
            Mover(
                f"register:{reg.name}", partial(_title, reg), unit, partial(_count, reg), partial(_move, reg), items,
                is_unsaid=reg.is_sensitive,
            )
        )  # fmt: skip


def _title(reg: Register) -> str:
    return reg.noun_text


def _count(reg: Register, codes: Collection[str]) -> Mapping[str, int]:
    model = reg.model
    return dict(
        db.session.execute(
            select(model.area_code, func.count())
            .where(model.area_code.in_(list(codes)), model.deleted_at.is_(None))
            .group_by(model.area_code)
        ).all()
    )


def _items(reg: Register, codes: Collection[str]) -> list[Item]:
    model = reg.model
    rows = db.session.execute(
        select(model).where(model.area_code.in_(list(codes)), model.deleted_at.is_(None)).order_by(model.id)
    ).scalars()
    return [Item(row.uid, getattr(row, reg.row_title), row.area_code) for row in rows]


def _move(reg: Register, moves: Moves) -> int:
    """Rows in the recycle bin move too, so that restoring one later does not bring back a closed code."""
    model = reg.model
    building = _building_column(reg)
    by_building = _codes_by_building(moves) if building or reg.name == BUILDINGS else {}
    moved, last = 0, 0
    while True:
        rows = (
            db.session.execute(
                select(model)
                .where(model.area_code.in_(list(moves.by_area)), model.id > last)
                .order_by(model.id)
                .limit(CHUNK)
            )
            .scalars()
            .all()
        )
        if not rows:
            return moved
        for row in rows:
            own = row.id if reg.name == BUILDINGS else getattr(row, building) if building else None
            row.area_code = by_building.get(own) or moves.by_area[row.area_code]
            moved += row.deleted_at is None
        last = rows[-1].id
        db.session.flush()


def _building_column(reg: Register) -> str | None:
    for column in reg.declared_columns:
        if column.kind == "link" and column.target == BUILDINGS:
            return column.name + "_id"
    return None


def _codes_by_building(moves: Moves) -> dict[Any, str]:
    """Id of each building that is dealt out by itself → its new code."""
    if not moves.by_item:
        return {}
    model = next(reg.model for reg in registers() if reg.name == BUILDINGS)
    rows = db.session.execute(select(model.id, model.uid).where(model.uid.in_(list(moves.by_item)))).all()
    return {id_: moves.by_item[uid] for id_, uid in rows}
