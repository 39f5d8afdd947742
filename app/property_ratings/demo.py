"""The demonstration's ratings: each compound's company at the end of the last months, most green, a few not."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.lowcode.register import register
from app.lowcode.service import save
from app.profiles.demo import DemoContext, Step, register_demo
from app.profiles.people import MARK
from app.security.actor import SYSTEM

MONTHS = 3
MOST_COMPOUNDS = 12
VETOED, VETO = 1, "拒不整改"
"""The compound whose company is red last month, so that a rectification is open."""
FAULTS = (
    ("楼道堆物清理不及时", "3", "照片2张"), ("电梯困人救援超时", "8", "维修记录"), ("绿化枯死未补种", "4", "照片1张"),
    ("垃圾投放点清运不及时", "5", "巡查记录"), ("消防通道被占未劝离", "10", "照片3张"), ("报修三天未答复", "6", "工单"),
    ("公共收益未公示", "12", "居民反映"),
)  # fmt: skip


def install() -> None:
    """Make the step known."""
    register_demo(Step("property_ratings", 240, run))


def run(context: DemoContext) -> None:
    """Ratings of the first compounds that have a company."""
    compound = register("residential_compounds").model
    statement = select(compound).where(compound.deleted_at.is_(None), compound.company_id.is_not(None))
    rows = db.session.execute(statement.order_by(compound.id).limit(MOST_COMPOUNDS)).scalars().all()
    for place, row in enumerate(rows):
        days = _month_ends(context.today)
        for day in days:
            _rate(context, row, day, harshness=place % 4, veto=VETO if place == VETOED and day == days[-1] else "")


def _month_ends(today: date) -> list[date]:
    """The last days of the months before this one, the oldest first."""
    found, day = [], today.replace(day=1) - timedelta(days=1)
    for _number in range(MONTHS):
        found.append(day.replace(day=monthrange(day.year, day.month)[1]))
        day = day.replace(day=1) - timedelta(days=1)
    return found[::-1]


def _rate(context: DemoContext, compound: Any, day: date, *, harshness: int, veto: str) -> None:
    faults = context.rng.sample(FAULTS, harshness)
    raw: dict[str, Any] = {
        "company": str(compound.company_id), "compound": str(compound.id), "area": compound.area_code,
        "rated_on": day.isoformat(), "bonus": context.rng.choice(("", "", "2")), "note": MARK, "vetoes": veto,
        "deductions": [
            {"item": item, "points": points, "evidence": evidence, "mend_by": (day + timedelta(days=10)).isoformat(),
             "is_mended": context.rng.choice(("是", "否", ""))}
            for item, points, evidence in faults
        ],
    }  # fmt: skip
    save(register("property_ratings"), None, raw, by=SYSTEM, today=context.today)
