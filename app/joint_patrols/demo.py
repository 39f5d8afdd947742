"""The demonstration's patrols: compounds with a fixed day, three months walked, one of them missed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.joint_patrols.models import PATROLS, PLANS
from app.lowcode.register import register
from app.lowcode.service import save
from app.profiles.demo import DemoContext, Step, register_demo
from app.security.actor import SYSTEM

MOST_COMPOUNDS, MONTHS = 4, 3
FAULTS = (
    ("1幢楼道", "堆放纸箱、旧家具", "物业"), ("北门", "门禁失灵", "物业"), ("中心花坛", "绿化带被踩踏", "物业"),
    ("地下车库", "两盏应急灯不亮", "物业"), ("东侧围墙", "晾晒绳私拉", "业委会劝导"),
)  # fmt: skip


def install() -> None:
    """Make the step known."""
    register_demo(Step("joint_patrols", 245, run))


def run(context: DemoContext) -> None:
    """The first compounds."""
    compound = register("residential_compounds").model
    statement = select(compound).where(compound.deleted_at.is_(None)).order_by(compound.id).limit(MOST_COMPOUNDS)
    for number, row in enumerate(db.session.execute(statement).scalars().all()):
        day = 8 + 4 * number
        raw = {"compound": str(row.id), "area": row.area_code, "day": str(day), "who": "小区党支部、业委会、物业"}
        save(register(PLANS), None, raw, by=SYSTEM, today=context.today)
        for months in range(MONTHS - 1, -1, -1):
            _patrol(
                context, row, _months_before(context.today, months).replace(day=day), is_missed=number + months == 1
            )


def _months_before(day: date, months: int) -> date:
    first = day.replace(day=1)
    for _number in range(months):
        first = (first - timedelta(days=1)).replace(day=1)
    return first


def _patrol(context: DemoContext, compound: Any, planned: date, *, is_missed: bool) -> None:
    raw: dict[str, Any] = {"compound": str(compound.id), "area": compound.area_code, "planned_on": planned.isoformat()}
    if planned < context.today and not is_missed:
        faults = context.rng.sample(FAULTS, context.rng.randrange(3))
        raw |= {
            "held_on": planned.isoformat(), "party_side": f"支部 {context.people.name('2')}",
            "owners_side": f"业委会 {context.people.name('1')}", "property_side": f"物业 {context.people.name('1')}",
            "findings": [
                {"location": place, "problem": problem, "mender": mender,
                 "mend_by": (planned + timedelta(days=7)).isoformat(), "is_mended": context.rng.choice(("是", "否"))}
                for place, problem, mender in faults
            ],
        }  # fmt: skip
    save(register(PATROLS), None, raw, by=SYSTEM, today=context.today)
