"""Writing the week's progress of a matter: by whoever leads it, though he may not write its row."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from app.database.transactions import writing
from app.extensions import db
from app.lowcode.register import register
from app.lowcode.service import save
from app.security.actor import Actor, NotPermitted, acting_as, current_actor
from app.security.beyond import beyond_scope
from app.supervision import rules
from app.supervision.models import ITEMS, PROGRESS, SupervisionItem, SupervisionProgress


def may_tell(item: SupervisionItem, by: Actor) -> bool:
    """The lead unit's people, and those who keep the ledger there."""
    if item.closed_on is not None or item.deleted_at is not None:
        return False
    units = by.access.units(ITEMS, "read") if by.access is not None else ()
    return item.unit_id in units or by.covers(PROGRESS, "write", item.area_code)


def tell(item_id: int, text: str, next_step: str, *, week_of: date, by: Actor, today: date) -> SupervisionProgress:
    """The line of one week; told again in that week it replaces what was said, and the history keeps both.

    Raises SaveRefused, NotPermitted.
    """
    with acting_as(by), writing():
        item = db.session.get(SupervisionItem, item_id)
        if item is None or not may_tell(item, by):
            raise NotPermitted("进展由牵头单位和管台账的人报；已销号的事项不用再报。")
        week = rules.monday(week_of)
        known = select(SupervisionProgress).where(
            SupervisionProgress.item_id == item.id, SupervisionProgress.week_on == week,
            SupervisionProgress.deleted_at.is_(None),
        )  # fmt: skip
        with beyond_scope():
            row = db.session.execute(known).scalar()
            raw = {
                "item": str(item.id), "area": item.area_code, "week_on": week.isoformat(), "text": text.strip(),
                "next_step": next_step.strip(), "told_by": by.name,
            }  # fmt: skip
            return save(register(PROGRESS), row, raw, by=current_actor(), today=today)  # type: ignore[no-any-return]
