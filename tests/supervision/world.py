"""A street with a ledger: who keeps it, who signs, units of the street and of the district that answer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import update

from app.database.transactions import writing
from app.extensions import db
from app.lowcode.flow import service as flow_service
from app.lowcode.flow import sweeping
from app.lowcode.flow.models import FlowStep
from app.lowcode.flow.queries import running
from app.lowcode.flow.service import Photo, Sent
from app.lowcode.register import register
from app.lowcode.service import save
from app.security.actor import SYSTEM, Actor, acting_as
from app.security.models import Post
from app.security.queries import actor_named, forget_access
from app.settings.queries import profile
from app.supervision import shipped
from app.supervision.models import ITEMS, SupervisionItem
from tests.lowcode.flow.cases import at
from tests.lowcode.flow.test_acting import JPEG
from tests.world import DISTRICT, HOME, NEXT_DOOR, STREET, TODAY, add_user, build_areas

NOW = at("2026-11-23 10:00")
LATER = {1: at("2026-11-27 09:00"), 2: at("2026-12-03 09:00"), 3: at("2026-12-09 09:00")}
"""After the limits of three working days of a first, second and third supervision signed in turn, from NOW on."""
SHEET = Photo("签发单", "签发单.jpg", JPEG)
PEOPLE = (
    ("head", "street_head", STREET), ("leader", "street_leader", STREET), ("office", "street_office", STREET),
    ("centre", "grid_center", STREET), ("watch", "inspector", STREET), ("section", "street_section", STREET),
    ("boss", "community_secretary", HOME), ("clerk", "community_clerk", HOME), ("next", "community_clerk", NEXT_DOOR),
    ("worker", "grid_worker", HOME + "001"),
)  # fmt: skip
UNITS = (("mender", STREET), ("helper", STREET), ("bureau", DISTRICT))
"""Accounts of departments, each with a unit of its own in that area."""
in_street = pytest.mark.usefixtures("inside")


def build() -> None:
    """Areas, people, units and the flow."""
    build_areas()
    for name, role, area in PEOPLE:
        add_user(name, role, area)
    with acting_as(SYSTEM), writing():
        shipped.load(profile())
        for name, area in UNITS:
            add_user(name, "department", area)
            unit = save(register("units"), None, {"name": f"{name}单位", "area": area}, by=SYSTEM, today=TODAY)
            db.session.execute(update(Post).where(Post.user_id == person(name).user_id).values(unit_id=unit.id))
    forget_access()


def person(name: str) -> Actor:
    actor = actor_named(name, today=TODAY)
    assert actor is not None
    return actor


def matter(by: str = "office", **values: Any) -> SupervisionItem:
    """A saved matter of the street's own unit, late since Friday."""
    raw = {
        "name": "北门路面坑洼", "source": "superior", "area": HOME, "unit": "mender单位", "assigned_on": "2026-11-02",
        "due_on": "2026-11-20",
    } | values  # fmt: skip
    with acting_as(person(by)):
        return save(register(ITEMS), None, raw, by=person(by), today=TODAY)  # type: ignore[no-any-return]


def take(
    row: SupervisionItem, key: str, by: str, when: datetime = NOW, *, note: str = "已核对", photos: tuple[Photo, ...] = (),
    **values: str,
) -> FlowStep:  # fmt: skip
    """One step."""
    reg = register(ITEMS)
    with acting_as(person(by)):
        standing = running(reg, row, when)
        assert standing is not None
        return flow_service.act(reg, row, key, Sent(standing.version, values, note, photos), by=person(by), now=when)


def sweep(when: datetime) -> int:
    """What the program does by itself."""
    return sweeping.move_overdue(when)


def state(row: SupervisionItem) -> str:
    with acting_as(SYSTEM):
        standing = running(register(ITEMS), fresh(row), NOW)
    assert standing is not None
    return standing.case.state


def fresh(row: SupervisionItem) -> SupervisionItem:
    with acting_as(SYSTEM):
        found = db.session.get(SupervisionItem, row.id, populate_existing=True)
    assert found is not None
    return found


def day(text: str) -> date:
    return date.fromisoformat(text)
