"""Reading rosters of a grid: how many rows there are, which are drawn, which changed; and checks that wait."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from app.extensions import db
from app.lowcode.register import Register, register
from app.roster_checks import rules
from app.roster_checks.models import RosterCheck
from app.security.beyond import beyond_scope
from app.security.wall import within


def _live(reg: Register, area_code: str) -> list[Any]:
    conditions = [within(reg.model.area_code, (area_code,)), reg.model.deleted_at.is_(None)]
    if reg.left_column:
        conditions.append(getattr(reg.model, reg.left_column).is_(None))
    return conditions


def count_rows(roster: str, area_code: str) -> int:
    """Live rows of a roster in a grid, whoever asks."""
    reg = register(roster)
    with beyond_scope():
        return int(db.session.execute(select(func.count()).where(*_live(reg, area_code))).scalar_one())


def drawn_rows(row: RosterCheck) -> list[Any]:
    """The rows to look at again, as far as the actor sees them: drawn among those that stood there at the check."""
    reg = register(row.roster)
    model: Any = reg.model
    there = select(model.id).where(*_live(reg, row.area_code), model.created_at <= row.created_at).order_by(model.id)
    ids = rules.draw(db.session.execute(there).scalars().all(), row.uid)
    return list(db.session.execute(select(model).where(model.id.in_(ids)).order_by(model.id)).scalars())


def waiting_count(prefixes: tuple[str, ...]) -> int:
    """Checks that nobody has looked at again."""
    statement = select(func.count()).where(
        within(RosterCheck.area_code, prefixes), RosterCheck.deleted_at.is_(None), RosterCheck.sampled.is_(None)
    )
    return int(db.session.execute(statement).scalar_one())
