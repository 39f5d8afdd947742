"""A street with events: who reports, handles, checks and dispatches them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import update

from app.database.transactions import writing
from app.events import shipped
from app.events.models import Event
from app.extensions import db
from app.lowcode.flow import service as flow_service
from app.lowcode.flow.evidence import with_evidence
from app.lowcode.flow.models import FlowStep
from app.lowcode.flow.queries import running
from app.lowcode.flow.service import Photo, Sent
from app.lowcode.flow.shipped import read_shipped
from app.lowcode.flow.versions import add_version
from app.lowcode.register import register
from app.lowcode.service import save
from app.profiles.files import read_file
from app.security.actor import SYSTEM, Actor, acting_as
from app.security.models import Post
from app.security.queries import actor_named, forget_access
from app.settings.queries import profile
from tests.lowcode.flow.cases import at
from tests.lowcode.flow.test_acting import JPEG
from tests.world import DISTRICT, GRID, HOME, NEXT_DOOR, STREET, TODAY, add_user, build_areas

NOW = at("2026-11-23 10:00")
"""The Monday after the Sunday on which everything is reported."""
EIGHT_STEPS = "closed_loop_eight_steps"


def build() -> None:
    """Areas, people, flows, categories and one unit."""
    build_areas()
    for name, role, area in (
        ("clerk", "community_clerk", HOME), ("boss", "community_secretary", HOME), ("worker", "grid_worker", GRID),
        ("next", "community_clerk", NEXT_DOOR), ("office", "street_office", STREET), ("centre", "grid_center", STREET),
        ("officer", "department", DISTRICT), ("stranger", "department", DISTRICT),
    ):  # fmt: skip
        add_user(name, role, area)
    with acting_as(SYSTEM), writing():
        shipped.load(profile())
        # As 枫桥 has it: photos before and after.
        add_version(with_evidence(read_shipped(EIGHT_STEPS), read_file("fengqiao").profile.needed_evidence))
        for name in ("officer", "stranger"):
            unit = save(register("units"), None, {"name": f"{name}的单位", "area": DISTRICT}, by=SYSTEM, today=TODAY)
            user_id = actor_named(name, today=TODAY).user_id
            db.session.execute(update(Post).where(Post.user_id == user_id).values(unit_id=unit.id))
    forget_access()


def person(name: str) -> Actor:
    return actor_named(name, today=TODAY)


def unit_id(name: str) -> int:
    access = person(name).access
    assert access is not None
    return next(post.unit_id for post in access.posts if post.unit_id)


def report(by: str = "clerk", **values: Any) -> Event:
    """A saved event of the first grid."""
    raw = {
        "name": "楼道堆物",
        "source": "patrol",
        "area": GRID,
        "location": "3幢1单元",
        "category": "暴露垃圾",
    } | values
    with acting_as(person(by)):
        return save(register("events"), None, raw, by=person(by), today=TODAY)  # type: ignore[no-any-return]


def take(
    row: Event,
    key: str,
    by: str,
    when: datetime = NOW,
    *,
    note: str = "好",
    photos: tuple[str, ...] = (),
    **values: str,
) -> FlowStep:
    """One step."""
    reg = register("events")
    with acting_as(person(by)):
        at_ = running(reg, row, when)
        assert at_ is not None
        files = tuple(Photo(name, f"{name}.jpg", JPEG) for name in photos)
        return flow_service.act(reg, row, key, Sent(at_.version, values, note, files), by=person(by), now=when)


def fresh(row: Event) -> Event:
    with acting_as(SYSTEM):
        found = db.session.get(Event, row.id, populate_existing=True)
    assert found is not None
    return found


def counted(row: Event) -> Mapping[str, Any]:
    """What figures go by."""
    now = fresh(row)
    names = ("state", "dispatch_count", "refused_count", "rework_count", "reopen_count", "is_on_time")
    return {name: getattr(now, name) for name in names}
