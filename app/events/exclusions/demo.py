"""The demonstration's applications to leave events out of the rates: agreed, refused, waiting and still in draft."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sqlalchemy import select

from app.clock import SHANGHAI
from app.events.exclusions.models import EXCLUSIONS
from app.events.models import Event
from app.extensions import db
from app.files.service import attach
from app.lowcode.register import register
from app.lowcode.service import save
from app.profiles.demo import DemoContext, Step, register_demo
from app.profiles.demo_cases import picture, take
from app.security.actor import acting_as
from app.security.queries import actor_named
from app.security.wall import within

CLERK, CENTER = "community_clerk", "grid_center"
ASKED = (
    ("反映广场舞音量大", "unreasonable", "approve", "现场三次测过音量，没有超过标准，已经两次书面答复。", "测量记录和答复都在，同意剔除。"),
    ("楼上装修太早影响休息", "malicious", "refuse", "住户说反映人和他有过节，时间对不上。", "监控里确有早于八点的施工，反映属实，不予剔除。"),
    ("咨询老旧小区加装电梯", "elsewhere", "submit", "反映的楼栋在相邻街道，已经告诉反映人找哪里办。", ""),
    ("共享单车堵住人行道", "untrue", "", "当天到现场看过，人行道没有被堵，照片为证。", ""),
)  # fmt: skip
"""Event, reason, how far it went ('' is a draft), what is said for it, and what was decided."""


def install() -> None:
    """Make the step known."""
    register_demo(Step("event_exclusions", 267, run))


def run(context: DemoContext) -> None:
    """By the community's clerk, decided by the street's centre, with evidence each."""
    clerk, center = actor_named(CLERK, today=context.today), actor_named(CENTER, today=context.today)
    if clerk is None or clerk.access is None or center is None:
        return
    area = clerk.access.area_codes[0]
    when = datetime.combine(context.today - timedelta(days=2), time(10), SHANGHAI)
    for name, reason, until, claim, decision in ASKED:
        wanted = select(Event.id).where(
            Event.name == name, within(Event.area_code, (area,)), Event.deleted_at.is_(None)
        )
        event_id = db.session.execute(wanted.order_by(Event.id).limit(1)).scalar()
        if event_id is None:
            continue
        raw = {"event": str(event_id), "area": area, "reason": reason, "claim": f"{claim}（演示）"}
        with acting_as(clerk):
            row = save(register(EXCLUSIONS), None, raw, by=clerk, today=when.date())
            attach(EXCLUSIONS, row.uid, row.area_code, "佐证.jpg", picture("佐证", name))
        if until:
            take(EXCLUSIONS, row, "submit", clerk, when)
        if decision:
            take(EXCLUSIONS, row, until, center, when + timedelta(days=1), decision)
