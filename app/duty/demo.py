"""The demonstration's duty: people of two communities from their rosters, two months planned, records and an exchange."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from app.duty import queries, rules, service
from app.duty.models import MEMBERS, SHIFTS, SWAPS
from app.extensions import db
from app.lowcode.register import register
from app.lowcode.service import save
from app.periods.rules import Period
from app.profiles.demo import DemoContext, Step, register_demo
from app.profiles.people import MARK
from app.security.actor import SYSTEM

OFFICES = 2
PLACES = {"leader": 2, "main": 3, "deputy": 3}
HAPPENED = (
    ("21:40", "3幢居民反映楼道照明不亮", "联系物业当晚更换灯管", ""),
    ("02:15", "大风预警，排查临街广告牌", "巡查两遍，一处松动已加固", "街道值班室"),
    ("19:20", "两户因晾晒发生口角", "上门劝解，双方同意错开时间", ""),
    ("16:05", "北门积水", "通知市政疏通，一小时后退水", "街道值班室"),
)


def install() -> None:
    """Make the step known."""
    register_demo(Step("duty", 260, run))


def run(context: DemoContext) -> None:
    """Last month with its records, this one up to today, an exchange that waits."""
    worker = register("community_workers").model
    for area in context.areas_of("community")[:OFFICES]:
        statement = select(worker).where(worker.area_code == area.code, worker.left_on.is_(None)).order_by(worker.id)
        staff = db.session.execute(statement.limit(sum(PLACES.values()))).scalars().all()
        if len(staff) < sum(PLACES.values()):
            continue
        _members(context, area.code, staff)
        month = Period.of("month", context.today)
        for each in (month.previous(), month):
            service.plan_month(area.code, each, days="all", by=SYSTEM, today=each.first)
            _records(context, area.code, each)
        _swap(context, area.code, month)


def _members(context: DemoContext, code: str, staff: Any) -> None:
    roles = [role for role, count in PLACES.items() for _number in range(count)]
    for role, row in zip(roles, staff, strict=True):
        raw = {"area": code, "role": role, "worker": str(row.id), "note": MARK}
        save(register(MEMBERS), None, raw, by=SYSTEM, today=context.today)


def _records(context: DemoContext, code: str, month: Period) -> None:
    last = min(month.last, context.today - timedelta(days=1))
    for row in queries.shifts_between(code, month.first, last):
        if row.duty_on == last and month.last > context.today:
            continue  # one record is missing, so that the to-do is seen
        raw: dict[str, Any] = {"is_zero": "1"}
        if context.rng.random() < 0.2:
            at, matter, handled, told = context.rng.choice(HAPPENED)
            raw = {"entries": [{"at": at, "matter": matter, "handled": handled, "told": told}]}
        save(register(SHIFTS), row, raw, by=SYSTEM, today=context.today)


def _swap(context: DemoContext, code: str, month: Period) -> None:
    ahead = [row for row in queries.shifts_between(code, _next(context.today), month.last) if row.main_id]
    for row in ahead:
        other = next((each for each in ahead if each.main_id != row.main_id and _fits(row, each)), None)
        if other is not None:
            raw = {
                "shift": str(row.id), "role": "main", "giver": str(row.main_id), "taker": str(other.main_id),
                "other_shift": str(other.id), "reason": "参加街道培训", "area": code,
            }  # fmt: skip
            save(register(SWAPS), None, raw, by=SYSTEM, today=context.today)
            return


def _fits(row: Any, other: Any) -> bool:
    return all(other.main_id != getattr(row, f"{role}_id") for role in rules.ROLES)


def _next(day: date) -> date:
    return day + timedelta(days=1)
