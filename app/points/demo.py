"""The demonstration's points: the profile's rule books, and some months of entries for a share of the workers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from sqlalchemy import select

from app.areas.rules import COMMUNITY_DIGITS
from app.extensions import db
from app.lowcode.register import register
from app.points import rule_queries, service
from app.points.books import shipped
from app.points.models import PointsRule
from app.points.rules import Matter, PointsRefused
from app.profiles.demo import DemoContext, Step, register_demo
from app.security.actor import Actor
from app.security.models import Account

MOST_WORKERS = 60
"""Entries are signed one after the other; more workers would make the demonstration slow to load."""
HISTORY_DAYS = 120
DAYS_BETWEEN = 12

MATTERS: dict[str, tuple[str, ...]] = {
    "A01": ("本月核对本网格名册，抽查无误",),
    "A02": ("两户租客搬走后超过期限没有更新",),
    "B01": (
        "帮独居老人修好漏水的水管",
        "协调清走楼道堆放的旧家具",
        "帮腿脚不便的居民办好医保年审",
        "劝停飞线充电，移到充电棚",
    ),
    "B02": ("代办老年证并送到家", "代交有线电视费用手续", "代办残疾人补贴续期材料"),
    "C01": ("路灯不亮，当天报修当天恢复", "下水道堵塞，联系疏通并回访", "占道堆物，商户已清理"),
    "C03": ("积水事件没有按时签收",),
    "D02": ("参与调解楼上噪音，双方约定再谈",),
    "E01": ("组织停车位分配议事会", "组织加装扶手意见征询会"),
    "F02": ("消防知识培训没有参加，也没有请假",),
    "H01": ("网格运作成效评分",),
    "H02": ("履职绩效评分",),
    "H03": ("网格员绩效评分",),
    "L01": ("考核评分",),
}
"""Code of a rule of a shipped book → what it may have been given for."""
MEASURED = {"H01": (36, 50), "H02": (20, 30), "H03": (12, 20), "L01": (62, 98)}
"""Between which points a score lies that is given by the point."""


def install() -> None:
    """Make the step known."""
    register_demo(Step("points", 220, run))


def run(context: DemoContext) -> None:
    """Books, then entries in the order of their days; now and then one is taken back."""
    shipped.load_books_of(context.profile)
    rules = {rule.code: rule for rule in rule_queries.rules_in_force(context.profile.top_code, context.today)}
    codes = [code for code in MATTERS if code in rules]
    workers = _workers()
    if not codes or not workers:
        return
    recorders: dict[str, Actor] = {}
    for day in range(HISTORY_DAYS, -1, -1):
        on = context.today - timedelta(days=day)
        for place, worker in enumerate(workers):
            if (day + place * 5) % DAYS_BETWEEN == 0:
                by = recorders.setdefault(worker.area_code[:COMMUNITY_DIGITS], _recorder(context))
                _one(context.rng, worker, rules, codes, on=on, today=context.today, by=by)


def _workers() -> Sequence[Any]:
    model = register("grid_workers").model
    statement = select(model).where(model.deleted_at.is_(None), model.left_on.is_(None)).order_by(model.area_code)
    rows = db.session.execute(statement).scalars().all()
    step = max(1, len(rows) // MOST_WORKERS)
    with_account = set(db.session.execute(select(Account.person_uid).where(Account.person_uid.is_not(None))).scalars())
    chosen = rows[::step][:MOST_WORKERS]
    return [*chosen, *(row for row in rows if row.uid in with_account and row not in chosen)]


def _recorder(context: DemoContext) -> Actor:
    """An invented clerk of the community, with the rights of the step itself."""
    return Actor(None, context.people.name("2"), None, is_system=True)


def _one(
    rng: Random, worker: Any, rules: dict[str, PointsRule], codes: Sequence[str], *, on: date, today: date, by: Actor
) -> None:
    # Good deeds are the rule, deductions the exception.
    likely = [code for code in codes if rules[code].sign == "plus"] * 6 + [c for c in codes if rules[c].sign == "minus"]
    code = rng.choice(likely)
    matter = Matter.in_words(rng.choice(MATTERS[code]), on=on)
    measured = Decimal(rng.randint(*MEASURED[code])) if code in MEASURED else None
    try:
        made = service.award(rules[code], worker, matter=matter, on=on, by=by, today=today, measured=measured)
        if rng.random() < 0.03:
            service.reverse(made.entry, reason="核对时发现记在了别人名下", by=by, today=today)
    except PointsRefused:
        return  # the month's cap is reached, or he was hired later: such a day has no entry
