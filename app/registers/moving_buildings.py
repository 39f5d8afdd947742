"""Buildings that go to another grid by themselves: which there are, what hangs on them, and how all of it moves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import func, select

from app.areas.movers import Coming, Item, ItemMover, register_item_mover
from app.extensions import db
from app.lowcode.moving import UNITS
from app.lowcode.register import register
from app.registers.buildings import Building
from app.registers.following import FOLLOWERS, pull_followers

AT_ONCE = 500


def items(codes: Collection[str]) -> list[Item]:
    """Live buildings that lie in exactly these areas, in the order of their names."""
    live = select(Building).where(Building.area_code.in_(list(codes)), Building.deleted_at.is_(None))
    rows = db.session.execute(live.order_by(Building.name, Building.id)).scalars()
    return [Item(row.uid, row.name or row.number, row.area_code) for row in rows]


def coming(uids: Collection[str]) -> list[Coming]:
    """Live rows by register that hang on the buildings, the buildings themselves first.

    Rosters under their own 条线 permission move unsaid: a building is small, and a count would name people.
    """
    found: Counter[str] = Counter()
    _count("buildings", _ids(uids), found)
    found["party_members"] = sum(len(_members(*building)) for building in _lying(uids))
    told = [(register(name), count) for name, count in found.items() if count]
    return [Coming(reg.noun_text, UNITS.get(reg.name, "条"), count) for reg, count in told if not reg.is_sensitive]


def _ids(uids: Collection[str]) -> list[int]:
    return list(db.session.execute(select(Building.id).where(Building.uid.in_(list(uids)))).scalars())


def _lying(uids: Collection[str]) -> list[tuple[int, str]]:
    """(id, area code) of the buildings."""
    found = db.session.execute(select(Building.id, Building.area_code).where(Building.uid.in_(list(uids))))
    return [(id_, code) for id_, code in found]


def _members(building_id: int, code: str) -> list[Any]:
    """Party members who live there and lie in its grid: those of a branch elsewhere stay with their branch."""
    model: Any = register("party_members").model
    living = select(model).where(model.building_id == building_id, model.area_code == code, model.deleted_at.is_(None))
    return list(db.session.execute(living).scalars())


def _count(name: str, ids: list[int], found: Counter[str]) -> None:
    """Add rows and followers of rows; ids of one register are asked in parts."""
    model = register(name).model
    for start in range(0, len(ids), AT_ONCE):
        live = select(func.count(model.id)).where(
            model.id.in_(ids[start : start + AT_ONCE]), model.deleted_at.is_(None)
        )
        found[name] += db.session.execute(live).scalar_one()
    for follower, column in FOLLOWERS.get(name, ()):
        _count(follower, _following(follower, column, ids), found)


def _following(follower: str, column: str, ids: list[int]) -> list[int]:
    model = register(follower).model
    link = getattr(model, column + "_id")
    return [
        id_
        for start in range(0, len(ids), AT_ONCE)
        for id_ in db.session.execute(select(model.id).where(link.in_(ids[start : start + AT_ONCE]))).scalars()
    ]


def households(uids: Collection[str]) -> int:
    """Households of the buildings, as their roster counts them."""
    total = select(func.coalesce(func.sum(Building.household_count), 0)).where(Building.uid.in_(list(uids)))
    return int(db.session.execute(total).scalar_one())


def move(uids: Collection[str], code: str, today: date) -> dict[str, int]:  # noqa: ARG001 (every mover gets the day)
    """Move the buildings and all that hangs on them; rows in the recycle bin come along."""
    members = [member for building in _lying(uids) for member in _members(*building)]
    rows = db.session.execute(select(Building).where(Building.uid.in_(list(uids)))).scalars().all()
    for row in (*rows, *members):
        row.area_code = code
    db.session.flush()
    followed = pull_followers("buildings", [(row.id, code) for row in rows])
    followed += pull_followers("party_members", [(row.id, code) for row in members])
    return {"register:buildings": len(rows), "register:party_members": len(members), "followers": followed}


def install() -> None:
    """Make it known; again changes nothing."""
    register_item_mover(ItemMover(items, coming, households, move))
