"""A street that whistles: who may blow, who answers, who scores, and the event it is about."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from app.database.transactions import writing
from app.events import shipped as event_shipped
from app.events.models import Event
from app.extensions import db
from app.lowcode.flow import service as flow_service
from app.lowcode.flow.models import FlowStep
from app.lowcode.flow.queries import running
from app.lowcode.flow.service import Photo, Sent
from app.lowcode.register import register
from app.lowcode.service import save
from app.security.actor import SYSTEM, Actor, acting_as
from app.security.models import Post
from app.security.queries import actor_named, forget_access
from app.settings.queries import profile
from app.whistles import queries, shipped
from app.whistles.models import CALLS, WHISTLES, Whistle, WhistleCall
from tests.lowcode.flow.cases import at
from tests.lowcode.flow.test_acting import JPEG
from tests.world import DISTRICT, HOME, OTHER_STREET, STREET, TODAY, add_user, build_areas

NOW = at("2026-11-23 10:00")
PHOTO = Photo("到场", "到场.jpg", JPEG)
PEOPLE = (
    ("head", "street_head", STREET), ("leader", "street_leader", STREET), ("office", "street_office", STREET),
    ("top", "district_leader", DISTRICT), ("watch", "inspector", DISTRICT), ("clerk", "community_clerk", HOME),
    ("stranger", "street_head", OTHER_STREET), ("worker", "grid_worker", HOME + "001"),
)  # fmt: skip
UNITS = ("police", "mender", "other")
SCORES = {"response": "90", "arrival": "80", "effect": "95"}
in_street = pytest.mark.usefixtures("inside")


def build() -> None:
    """Areas, people, units, flows, kinds."""
    build_areas()
    for name, role, area in PEOPLE:
        add_user(name, role, area)
    with acting_as(SYSTEM), writing():
        event_shipped.load(profile())
        shipped.load(profile())
        for name in UNITS:
            add_user(name, "department", DISTRICT)
            unit = save(register("units"), None, {"name": f"{name}单位", "area": DISTRICT}, by=SYSTEM, today=TODAY)
            db.session.execute(update(Post).where(Post.user_id == person(name).user_id).values(unit_id=unit.id))
    forget_access()


def person(name: str) -> Actor:
    actor = actor_named(name, today=TODAY)
    assert actor is not None
    return actor


def event() -> Event:
    """What it is about."""
    raw = {
        "name": "违建棚屋",
        "source": "hotline",
        "area": HOME,
        "content": "河堤边有人搭棚。",
        "location": "清溪路东侧",
    }
    with acting_as(person("office")):
        return save(register("events"), None, raw, by=person("office"), today=TODAY)  # type: ignore[no-any-return]


def draft(by: str = "office", **values: Any) -> Whistle:
    """A drafted whistle for two departments."""
    raw = {
        "name": "违建棚屋", "kind": "集结哨", "area": STREET, "source": "hotline", "location": "清溪路东侧",
        "problem": "河堤边有人搭棚，劝导无效。", "unit": "police单位", "partners": "mender单位", "report_at": "今天15:00，清溪路东侧",
    } | values  # fmt: skip
    with acting_as(person(by)):
        return save(register(WHISTLES), None, raw, by=person(by), today=TODAY)  # type: ignore[no-any-return]


def take(
    row: Any, key: str, by: str, when: datetime = NOW, *, note: str = "好", photos: tuple[Photo, ...] | None = None, **values: str
) -> FlowStep:  # fmt: skip
    """One step of a whistle or a call, with what it usually needs."""
    name = row.__tablename__
    reg = register(name)
    usual = {
        "sign": {"person": "张三", "phone": "5551"},
        "arrive": {"arrived_by": "张三", "arrived_at": f"{when:%Y-%m-%d %H:%M}"},
        "score": SCORES, "score_failed": SCORES, "attend": {"place": "清溪路"},
    }.get(key, {})  # fmt: skip
    if photos is None:
        photos = (PHOTO,) if key == "arrive" else ()
    with acting_as(person(by)):
        standing = running(reg, row, when)
        assert standing is not None
        sent = Sent(standing.version, usual | values, note, photos)
        return flow_service.act(reg, row, key, sent, by=person(by), now=when)


def blown(when: datetime = NOW, **values: Any) -> tuple[Whistle, WhistleCall, WhistleCall]:
    """A whistle just blown with its two calls, the lead department's first."""
    row = draft(**values)
    take(row, "blow", "head", when)
    first, second = calls(row)
    return fresh(row), first, second


def calls(row: Whistle) -> list[WhistleCall]:
    with acting_as(SYSTEM):
        return list(queries.calls_of(row.id))


def units_called(*names: str) -> list[Any]:
    """Rows of the roster of units, in the order of the names."""
    model = register("units").model
    found = {row.name: row for row in db.session.execute(select(model).where(model.name.in_(names))).scalars()}
    return [found[name] for name in names]


def states(row: Whistle) -> tuple[str, list[str]]:
    """Where a whistle stands, and its calls."""
    with acting_as(SYSTEM):
        standing = running(register(WHISTLES), fresh(row), NOW)
        assert standing is not None
        return standing.case.state, [state for _call, state in queries.calls_with_states(row.id)]


def fresh(row: Any) -> Any:
    with acting_as(SYSTEM):
        found = db.session.get(type(row), row.id, populate_existing=True)
    assert found is not None
    return found


__all__ = ["CALLS", "WHISTLES"]
