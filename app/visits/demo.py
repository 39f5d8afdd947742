"""The demonstration's visits: households of a grid seen in the last months, some of them never."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.lowcode.register import register
from app.lowcode.service import save
from app.profiles.demo import DemoContext, Step, register_demo
from app.security.actor import SYSTEM
from app.visits.models import RESOURCE

COMMUNITIES, GRIDS, HOMES = 2, 2, 9
FOUND = (
    ("家中一切都好，讲了冬季用气安全", "none", ""),
    ("老人独居，子女在外地，想有人定期来看", "again", "每月上门一次"),
    ("反映楼道灯不亮", "event", "报物业更换楼道灯"),
    ("想申请安装楼道扶手", "need", "列入需求清单"),
    ("行动不便，要办老年证", "service", "上门代办老年证"),
    ("租客新搬来，登记了居住信息", "none", ""),
)
LONGEST_AGO = 200


def install() -> None:
    """Make the step known."""
    register_demo(Step("visits", 264, run))


def run(context: DemoContext) -> None:
    """Two grids in each of the first communities."""
    household, worker = register("households").model, register("grid_workers").model
    grids = [area for area in context.areas_of("grid") if area.kind in (None, "basic")]
    for community in context.areas_of("community")[:COMMUNITIES]:
        for grid in [area for area in grids if area.code.startswith(community.code)][:GRIDS]:
            homes = select(household.id).where(household.area_code == grid.code, household.left_on.is_(None))
            workers = select(worker.id).where(worker.area_code == grid.code, worker.left_on.is_(None))
            ids = list(db.session.execute(workers.order_by(worker.id)).scalars())
            for id_ in db.session.execute(homes.order_by(household.id).limit(HOMES)).scalars().all():
                if ids:
                    _visit(context, id_, context.rng.choice(ids), grid.code)


def _visit(context: DemoContext, household: int, worker: int, code: str) -> None:
    found, follow, what = context.rng.choice(FOUND)
    day = context.today - timedelta(days=context.rng.randrange(1, LONGEST_AGO))
    raw: dict[str, Any] = {
        "household": str(household), "worker": str(worker), "area": code, "visited_on": day.isoformat(), "way": "door",
        "found": f"{found}（演示）", "follow": follow, "follow_what": what,
    }  # fmt: skip
    if what:
        raw["follow_by"] = (day + timedelta(days=20)).isoformat()
        if context.rng.random() < 0.7:
            raw |= {"followed_on": min(day + timedelta(days=9), context.today).isoformat(), "result": "已办好"}
    save(register(RESOURCE), None, raw, by=SYSTEM, today=context.today)
