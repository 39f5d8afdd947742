"""What stands in the way of 定稿 here: limits of the month that rest on holidays nobody has entered yet."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sqlalchemy import func, or_, select

from app.clock import SHANGHAI
from app.extensions import db
from app.lowcode.flow.models import FlowCase
from app.lowcode.register import register
from app.periods.provisional import is_provisional, resting_on
from app.periods.rules import Period
from app.security.beyond import beyond_scope
from app.security.wall import within


def provisional_limits(area_code: str, month: Period) -> list[str]:
    """Matters of an area, open or ended, whose limit ends in the month and may still move, by register, in words."""
    if not is_provisional(month):
        return []
    begins, ends = (datetime.combine(day, time(), SHANGHAI) for day in (month.first, month.last + timedelta(days=1)))
    in_month = FlowCase.is_provisional & or_(
        *((moment >= begins) & (moment < ends) for moment in (FlowCase.due_at, FlowCase.deadline_at))
    )
    found = []
    with beyond_scope():
        names = db.session.execute(select(FlowCase.register).where(in_month).distinct().order_by(FlowCase.register))
        for name in names.scalars():
            reg = register(name)
            counted = (
                select(func.count())
                .join(reg.model, reg.model.id == FlowCase.row_id)
                .where(FlowCase.register == name, in_month)
                .where(within(reg.model.area_code, (area_code,)), reg.model.deleted_at.is_(None))
            )
            if count := db.session.execute(counted.select_from(FlowCase)).scalar_one():
                found.append(f"{reg.title} {count} 件")
    return resting_on(month, found)
