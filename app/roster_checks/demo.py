"""The demonstration's checks of rosters: last month's households of a few grids, one of them with a mistake found."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.lowcode.register import register
from app.lowcode.service import save
from app.profiles.demo import DemoContext, Step, register_demo
from app.roster_checks import queries, rules
from app.roster_checks.models import RESOURCE
from app.security.actor import SYSTEM

COMMUNITIES, GRIDS, ROSTER = 2, 3, "households"


def install() -> None:
    """Make the step known; after the rule books, so that accurate rosters bring their points."""
    register_demo(Step("roster_checks", 215, run))


def run(context: DemoContext) -> None:
    """The first grids of the first communities: accurate, faulty, and one that still waits."""
    worker = register("grid_workers").model
    grids = [area for area in context.areas_of("grid") if area.kind in (None, "basic")]
    for community in context.areas_of("community")[:COMMUNITIES]:
        for number, grid in enumerate([area for area in grids if area.code.startswith(community.code)][:GRIDS]):
            there = select(worker.id).where(worker.area_code == grid.code, worker.left_on.is_(None))
            who = db.session.execute(there.order_by(worker.id).limit(1)).scalar()
            if who is not None and queries.count_rows(ROSTER, grid.code) >= rules.FEWEST:
                _check(context, grid.code, who, wrong=(0, 1, None)[number])


def _check(context: DemoContext, code: str, worker: int, *, wrong: int | None) -> None:
    month = (context.today.replace(day=1) - timedelta(days=1)).replace(day=1)
    done = month + timedelta(days=24)
    raw: dict[str, Any] = {
        "area": code, "roster": ROSTER, "month": f"{month:%Y-%m}", "worker": str(worker), "checked_on": done.isoformat(),
        "changes_made": "逐户核对，更新联系电话 2 户（演示）",
    }  # fmt: skip
    if wrong is not None:
        raw |= {"sampled": str(rules.FEWEST), "wrong": str(wrong), "sampled_on": (done + timedelta(days=2)).isoformat()}
        raw |= {"sample_note": "一户已搬走，名册没有改"} if wrong else {}
    save(register(RESOURCE), None, raw, by=SYSTEM, today=context.today)
