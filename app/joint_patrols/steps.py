"""Names of plans and patrols, and the patrols of a month that make themselves."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Any

from sqlalchemy import exists, select

from app.clock import local
from app.extensions import db
from app.jobs.handlers import handler
from app.jobs.running import JobContext
from app.joint_patrols import rules
from app.joint_patrols.models import PATROLS, JointPatrol, PatrolPlan
from app.lowcode.register import register
from app.lowcode.service import SaveRefused, save
from app.security.actor import SYSTEM, acting_as


def name_plan(row: PatrolPlan) -> None:
    """富康新村每月10日."""
    if row.compound_id and row.day:
        row.name = f"{_compound(row)[:60]}每月{row.day}日"


def name_patrol(row: JointPatrol) -> None:
    """富康新村2026年11月联合巡查."""
    if row.compound_id and row.planned_on:
        row.name = f"{_compound(row)[:60]}{row.planned_on.year}年{row.planned_on.month}月联合巡查"


def _compound(row: Any) -> str:
    with db.session.no_autoflush:
        there = db.session.get(register("residential_compounds").model, row.compound_id)
    return there.name if there is not None else ""


def make_patrols(today: date) -> int:
    """The patrols of this month that are not there yet, one for each plan in use; how many. Safe to repeat and to run
    on two machines: a second one of a compound and day is refused by its key."""
    count = 0
    with acting_as(SYSTEM):
        for plan in _plans_without(today):
            due = rules.due_in(today, plan.day, since=local(plan.created_at).date())
            if due is None:
                continue
            raw = {"compound": str(plan.compound_id), "area": plan.area_code, "planned_on": due.isoformat()}
            with suppress(SaveRefused):
                save(register(PATROLS), None, raw, by=SYSTEM, today=today)
                count += 1
    return count


def _plans_without(today: date) -> list[PatrolPlan]:
    first = today.replace(day=1)
    following = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
    made = exists().where(
        JointPatrol.compound_id == PatrolPlan.compound_id, JointPatrol.planned_on >= first,
        JointPatrol.planned_on < following, JointPatrol.deleted_at.is_(None),
    )  # fmt: skip
    statement = select(PatrolPlan).where(
        PatrolPlan.deleted_at.is_(None), PatrolPlan.is_stopped.is_not(True), ~made
    )  # fmt: skip
    return list(db.session.execute(statement.order_by(PatrolPlan.id)).scalars())


@handler("joint_patrols", title="生成本月联合巡查", every="day")
def _work(job: JobContext) -> dict[str, Any]:
    return {"count": make_patrols(job.today)}
