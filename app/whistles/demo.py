"""The demonstration's whistles: one answered and scored, one in which a department is under way, one drafted."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select

from app.clock import SHANGHAI
from app.extensions import db
from app.letters.documents import sender_of
from app.lowcode.register import register
from app.lowcode.service import save
from app.profiles.demo import DemoContext, Step, register_demo
from app.profiles.demo_cases import take
from app.profiles.people import MARK
from app.registers.units import Unit
from app.security.actor import SYSTEM, Actor
from app.security.models import Post
from app.security.queries import actor_named, forget_access
from app.whistles import queries
from app.whistles.models import CALLS, WHISTLES, Whistle, WhistleCall

HEAD, OFFICE, DEPARTMENT = "street_head", "street_office", "department"
UNIT = "综合行政执法队"


def install() -> None:
    """Make the step known."""
    register_demo(Step("whistles", 265, run))


def run(context: DemoContext) -> None:
    """For the street of the demonstration's accounts."""
    head, office = (actor_named(name, today=context.today) for name in (HEAD, OFFICE))
    if head is None or office is None or head.access is None:
        return
    street = head.access.area_codes[0]
    if sender_of(street) is None:
        return
    unit = give_unit(street, context)
    officer = actor_named(DEPARTMENT, today=context.today)
    assert officer is not None
    ended = _draft(context, unit, street, "沿河步道违建棚屋", "集结哨", "patrol", "清溪路东侧河堤")
    under_way = _draft(context, unit, street, "夜市油烟和噪声扰民", "民生哨", "public", "富康新村北门")
    _draft(context, unit, street, "占用消防通道多次劝导无效", "紧急哨", "hotline", "春晖苑2幢南侧")
    if not context.has_known_days:
        return
    _answered(context, ended, head, officer, office)
    moment = _moment(context, 1)
    take(WHISTLES, under_way, "blow", head, moment)
    call = queries.calls_with_states(under_way.id)[0][0]
    take(
        CALLS, call, "sign", officer, moment + timedelta(minutes=20), person=context.people.name("1"), phone="5551-0202"
    )


def give_unit(street: str, context: DemoContext) -> Unit:
    """A department of the street, held by the demonstration's account of that role."""
    known = select(Unit).where(Unit.name == UNIT, Unit.area_code == street, Unit.deleted_at.is_(None))
    unit = db.session.execute(known).scalar()
    if unit is None:
        raw = {"name": UNIT, "kind": "department", "area": street, "note": MARK}
        unit = save(register("units"), None, raw, by=SYSTEM, today=context.today)
    holder = select(User.id).where(User.username == DEPARTMENT)
    for post in (
        db.session.execute(select(Post).where(Post.user_id.in_(holder), Post.unit_id.is_(None))).scalars().all()
    ):
        post.unit_id = unit.id
    db.session.flush()
    forget_access()
    return unit  # type: ignore[no-any-return]


def _draft(
    context: DemoContext, unit: Unit, street: str, name: str, kind: str, source: str, location: str
) -> Whistle:  # fmt: skip
    raw = {
        "name": name, "kind": kind, "area": street, "source": source, "location": location, "unit": str(unit.id), "note": MARK,
        "problem": f"{name}，居民多次反映，社区和街道劝导无效，需要部门到场执法。", "report_at": f"当天15:00，{location}",
        "done_so_far": "社区上门3次，街道约谈1次。",
    }  # fmt: skip
    return save(register(WHISTLES), None, raw, by=SYSTEM, today=context.today)  # type: ignore[no-any-return]


def _moment(context: DemoContext, days: int) -> datetime:
    return datetime.combine(context.today - timedelta(days=days), time(9), SHANGHAI)


def _answered(context: DemoContext, row: Whistle, head: Actor, officer: Actor, office: Actor) -> None:
    begun = _moment(context, 9)
    take(WHISTLES, row, "blow", head, begun)
    call: WhistleCall = queries.calls_with_states(row.id)[0][0]
    person = context.people.name("1")
    take(CALLS, call, "sign", officer, begun + timedelta(minutes=12), person=person, phone="5551-0202")
    arrived = begun + timedelta(hours=6)
    take(CALLS, call, "arrive", officer, arrived, shows=("到场",), arrived_by=person,
          arrived_place=row.location, arrived_at=f"{arrived:%Y-%m-%d %H:%M}")  # fmt: skip
    take(CALLS, call, "finish", officer, begun + timedelta(days=3), "现场会商后当场拆除棚屋4处，清运垃圾2车。")
    take(CALLS, call, "score", office, begun + timedelta(days=4), response="95", arrival="90", effect="96")
    take(WHISTLES, row, "answer", office, begun + timedelta(days=5), "已在小区公告栏公示，并电话告知反映人。")
