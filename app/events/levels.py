"""How high an event has gone: 小事不出网格、大事不出社区、难事不出街道 (西峰)."""

from __future__ import annotations

from sqlalchemy import select

from app.areas.rules import COMMUNITY_DIGITS, STREET_DIGITS
from app.events import rules
from app.events.models import Event
from app.extensions import db
from app.lowcode.flow.service import Done
from app.lowcode.register import register
from app.security.beyond import beyond_scope


def level_at(area_code: str | None) -> str | None:
    """The level an area is on; None without one."""
    if not area_code:
        return None
    return rules.level_of(len(area_code), community=COMMUNITY_DIGITS, street=STREET_DIGITS)


def rise(row: Event, done: Done, step: rules.Moved) -> None:
    """Put an event up to the level of whoever took it on with a step."""
    if step.after == "accepted":
        row.level = rules.risen(row.level, "street")
    if done.action.handles or rules.is_dispatch(step):
        for code in _codes_of(done):
            row.level = rules.risen(row.level, level_at(code) or "grid")


def _codes_of(done: Done) -> list[str]:
    """Areas of the units that are to handle it, or of the posts by which somebody did."""
    if done.after.unit_ids:
        unit = register("units").model
        with beyond_scope():
            return list(db.session.execute(select(unit.area_code).where(unit.id.in_(done.after.unit_ids))).scalars())
    held = [post.area_code for post in done.person.posts if post.role in done.action.roles]
    return [code for code in held if done.after.area_code.startswith(code)]
