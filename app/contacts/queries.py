"""Contacts out of the registers, within scope and masked for their reader: three statements a register."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from app.contacts.rules import Contact
from app.contacts.sources import SOURCES, Source
from app.extensions import db
from app.lowcode.queries import Wish, area_names, every_id
from app.lowcode.register import Register, register
from app.lowcode.viewing import viewer_of
from app.security.actor import Actor
from app.security.wall import within

MOST_FOUND = 2000
"""Hits of words in one register; more are no help to somebody who looks for a telephone."""


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a register's contacts and how many there are in all."""

    contacts: tuple[Contact, ...]
    count: int


def sources_of(actor: Actor, permission: str = "read") -> list[Source]:
    """Registers the actor may look into."""
    return [each for each in SOURCES if actor.allows(each.register, permission)]


def find(
    of: Source, *, area: str, words: str, actor: Actor, today: date, permission: str = "read", first: int = 0,
    most: int | None = None,
) -> Found:  # fmt: skip
    """Contacts of one register in an area, those of an area together; `words` as in the register's own search."""
    reg = register(of.register)
    conditions = _conditions(of, reg, area=area, words=words, actor=actor, permission=permission)
    count = db.session.execute(select(func.count()).select_from(reg.model).where(*conditions)).scalar_one()
    statement = select(reg.model).where(*conditions).order_by(reg.model.area_code, reg.model.id).offset(first)
    rows = db.session.execute(statement.limit(most) if most is not None else statement).scalars().all() if count else []
    return Found(tuple(_contacts(of, reg, list(rows), actor, today)), count)


def _conditions(
    of: Source, reg: Register, *, area: str, words: str, actor: Actor, permission: str
) -> list[ColumnElement[bool]]:
    model: Any = reg.model
    found: list[ColumnElement[bool]] = [
        model.deleted_at.is_(None), within(model.area_code, (area,)),
        within(model.area_code, actor.prefixes(of.register, permission)),
    ]  # fmt: skip
    if reg.left_column:
        found.append(getattr(model, reg.left_column).is_(None))
    if of.needs != ("name",):
        found.append(or_(*(getattr(model, name).is_not(None) for name in of.needs)))
    if words:
        hits = every_id(reg, Wish(words=words, area=area), actor, permission)[:MOST_FOUND]
        found.append(model.id.in_(hits))
    return found


def _contacts(of: Source, reg: Register, rows: list[Any], actor: Actor, today: date) -> list[Contact]:
    if not rows:
        return []
    viewer, column = viewer_of(reg, actor, today=today), reg.column(of.phone)
    areas = area_names({row.area_code for row in rows})
    return [
        Contact(
            of.register, row.id, of.person(row), of.post(row), of.unit(row) or areas.get(row.area_code, ""),
            areas.get(row.area_code, ""), viewer.show(column, row),
            viewer.is_masked(column, row) and bool(getattr(row, of.phone)),
        )
        for row in rows
    ]  # fmt: skip
