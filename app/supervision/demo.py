"""The demonstration's ledger: matters of every source, one batch of each level signed, one closed, some waiting."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from app.clock import SHANGHAI
from app.extensions import db
from app.letters.documents import sender_of
from app.lowcode.flow import service as flow_service
from app.lowcode.flow.queries import running
from app.lowcode.flow.service import Sent
from app.lowcode.register import register
from app.lowcode.service import save
from app.meetings.models import Resolution
from app.profiles.demo import DemoContext, Step, register_demo
from app.profiles.people import MARK
from app.registers.units import Unit
from app.security.actor import SYSTEM, Actor, acting_as
from app.security.queries import actor_named
from app.settings.working_calendar import working_calendar
from app.supervision import service, signing, sources
from app.supervision.models import ITEMS, SupervisionItem
from app.supervision.signing import Signed
from app.whistles.demo import give_unit

LEADER, OFFICE = "street_leader", "street_office"
LINES = ("已到现场查看，列出要改的点位", "与物业商定做法，材料已到", "完成一半，剩下的下周收尾")


def install() -> None:
    """Make the step known."""
    register_demo(Step("supervision", 270, run))


def run(context: DemoContext) -> None:
    """For the street of the demonstration's accounts."""
    people = {name: actor_named(name, today=context.today) for name in (LEADER, OFFICE)}
    leader, office = people[LEADER], people[OFFICE]
    if leader is None or office is None or leader.access is None:
        return
    street = leader.access.area_codes[0]
    if sender_of(street) is None:
        return
    unit = give_unit(street, context)
    community = next((area.code for area in context.areas_of("community") if area.code.startswith(street)), street)
    _open_ones(context, unit, community)
    if context.has_known_days:
        with acting_as(leader):
            _supervised(context, unit, community, leader)
    _closed(context, community, office)
    _from_meeting(context, street)


def _item(context: DemoContext, area: str, **raw: Any) -> SupervisionItem:
    found = save(register(ITEMS), None, {"area": area, "note": MARK} | raw, by=SYSTEM, today=context.today)
    assert isinstance(found, SupervisionItem)
    return found


def _ago(context: DemoContext, days: int) -> str:
    return (context.today - timedelta(days=days)).isoformat()


def _open_ones(context: DemoContext, unit: Unit, area: str) -> None:
    ordered = _item(
        context, area, name="老旧小区消防通道集中清理", source="leader", source_number="批示第12号",
        leader=context.people.name("1"), unit=str(unit.id), partners="物业服务中心、辖区派出所", assigned_on=_ago(context, 24),
        due_on=_ago(context, -20), demand="逐个小区清点堆放和私锁，列出清单，月底前清完。",
    )  # fmt: skip
    for weeks, text in zip((3, 1), LINES, strict=False):
        day = context.today - timedelta(weeks=weeks)
        service.tell(ordered.id, text, "下周接着办", week_of=day, by=SYSTEM, today=context.today)
    _item(
        context, area, name="信访反映楼下餐饮油烟", source="petition", source_number="信访2026-118", assigned_on=_ago(context, 12),
        due_on=_ago(context, -6), unit=str(unit.id),
    )  # fmt: skip
    waiting = _item(
        context, area, name="12345转办：路灯连片不亮", source="hotline", source_number="2026110312345", unit=str(unit.id),
        assigned_on=_ago(context, 19), due_on=_before(context.today, 2).isoformat(),
    )  # fmt: skip
    _take(waiting, "propose", SYSTEM, _moment(context.today, 1))


def _before(today: date, working_days: int) -> date:
    """So many working days before a day."""
    day = today
    while working_days:
        day -= timedelta(days=1)
        working_days -= working_calendar().is_working_day(day)
    return day


def _moment(today: date, working_days_ago: int) -> datetime:
    return datetime.combine(_before(today, working_days_ago), time(9), SHANGHAI)


def _take(row: SupervisionItem, key: str, by: Actor, when: datetime, note: str = "") -> None:
    reg = register(ITEMS)
    with acting_as(by):
        at = running(reg, row, when)
        assert at is not None
        flow_service.act(reg, row, key, Sent(at.version, {}, note), by=by, now=when)
    db.session.refresh(row)


def _supervised(context: DemoContext, unit: Unit, area: str, leader: Actor) -> None:
    """Two that got a first supervision in one batch, one that got a second after it."""
    due = _before(context.today, 9)
    rows = [
        _item(context, area, name=name, source="superior", source_number=number, unit=str(unit.id),
              assigned_on=(due - timedelta(days=14)).isoformat(), due_on=due.isoformat())
        for name, number in (("北门早市占道经营", "区城管〔2026〕31号"), ("春晖苑违建围挡拆除", "区城管〔2026〕33号"))
    ]  # fmt: skip
    for row in rows:
        _take(row, "propose", SYSTEM, _moment(context.today, 8))
    when = _moment(context.today, 8)
    batch = signing.draft([row.id for row in rows], by=leader, now=when)
    signing.sign(batch.id, Signed(when.date()), by=leader, now=when)
    again = rows[0]
    db.session.refresh(again)
    _take(again, "late_first", SYSTEM, _moment(context.today, 4))
    _take(again, "issue_second", leader, _moment(context.today, 3))


def _closed(context: DemoContext, area: str, office: Actor) -> None:
    row = _item(
        context, area, name="上级督办：井盖排查", source="superior", source_number="区安委〔2026〕9号",
        assigned_on=_ago(context, 20), due_on=_ago(context, 3),
    )  # fmt: skip
    clerk = actor_named("community_clerk", today=context.today)
    if clerk is None or clerk.access is None or not clerk.access.covers(ITEMS, "write", area):
        return
    _take(row, "reply_open", clerk, _moment(context.today, 6), "排查46处，更换3处，照片已附")
    _take(row, "accept", office, _moment(context.today, 5))


def _from_meeting(context: DemoContext, street: str) -> None:
    wanted = select(Resolution).where(
        Resolution.done_on.is_(None), Resolution.deleted_at.is_(None), Resolution.area_code.startswith(street),
        Resolution.due_on.is_not(None),
    )  # fmt: skip
    row = db.session.execute(wanted.order_by(Resolution.due_on, Resolution.id).limit(1)).scalar()
    if row is not None:
        raw: Mapping[str, Any] = sources.proposed("resolutions", row, context.today)
        sources.take_over("resolutions", row, raw, by=SYSTEM, today=context.today)
