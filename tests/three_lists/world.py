"""A community with needs, resources and units, and its projects taken through their flow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from app.clock import SHANGHAI
from app.extensions import db
from app.lowcode import service as rosters
from app.lowcode.flow import service as flow_service
from app.lowcode.flow import todos
from app.lowcode.flow.queries import Running, running
from app.lowcode.flow.service import Photo, Sent
from app.lowcode.register import register
from app.security.actor import SYSTEM, Actor, acting_as
from app.settings.profile import read_profile
from app.three_lists import service, shipped
from app.three_lists.models import Need, Project, SharedResource
from tests.files.contents import picture
from tests.world import GRID, HOME, NEXT_DOOR, PROFILE, STREET, TODAY, add_user, as_user, build_areas

DONE = Photo("完工", "完工.png", picture("PNG"))


def attach_flow() -> None:
    """Projects run on the shipped flow, as after `init`."""
    with acting_as(SYSTEM):
        shipped.load(read_profile(PROFILE, source="试验"))


def fresh(row: Any) -> Any:
    """As others committed it."""
    with acting_as(SYSTEM):
        return db.session.get(type(row), row.id, populate_existing=True)


def ten_o_clock(day: date) -> datetime:
    """In the morning of a day."""
    return datetime.combine(day, time(10), SHANGHAI)


def standing(project: Project, day: date = TODAY) -> Running:
    """Where it stands."""
    with acting_as(SYSTEM):
        at = running(register("projects"), fresh(project), ten_o_clock(day))
    assert at is not None
    return at


def take(
    project: Project, key: str, by: Actor, day: date = TODAY, *, note: str = "说明", photos: tuple[Photo, ...] = (),
    **values: str,
) -> Project:  # fmt: skip
    """One step, with what it usually needs; the project after it. Raises as `flow_service.act`."""
    hands_in = key in ("finish", "finish_lead")
    usual = {"progress": "办好了"} if hands_in else {"look_again": "2026-12-31"} if key == "pause" else {}
    shown = photos or ((DONE,) if hands_in else ())
    sent = Sent(standing(project, day).version, {**usual, **values}, note, shown)
    with acting_as(by):
        flow_service.act(register("projects"), project, key, sent, by=by, now=ten_o_clock(day))
    return fresh(project)  # type: ignore[no-any-return]


OCTOBER = date(2026, 10, 5)


@dataclass
class Lists:
    """A community's secretary, two units, two needs, and a resource of its own and one of the street."""

    secretary: Actor
    clinic: Any
    law: Any
    parking: Need
    lights: Need
    garage: SharedResource
    fund: SharedResource
    street: Actor


def saved(name: str, values: dict[str, Any], row: Any = None, by: Actor = SYSTEM) -> Any:
    """A row saved from typed values."""
    with acting_as(by):
        return rosters.save(register(name), row, values, by=by, today=TODAY)


def build() -> Lists:
    """All of it, with projects on the shipped flow."""
    build_areas()
    attach_flow()
    secretary = add_user("shuji", "community_secretary", HOME)
    add_user("linju", "community_secretary", NEXT_DOOR)
    begun = {"registered_on": OCTOBER.isoformat()}
    return Lists(
        secretary,
        saved("units", {"name": "清溪卫生院", "area": STREET}),
        saved("units", {"name": "春晖律师事务所", "area": STREET}),
        saved("needs", begun | {"name": "夜间停车难", "kind": "parking", "area": GRID, "state": "listed"}),
        saved("needs", begun | {"name": "楼道灯坏", "kind": "facility", "area": GRID, "state": "listed"}),
        saved("resources", begun | {"name": "夜间车位", "kind": "place", "area": HOME, "phone": "15400000001"}),
        saved("resources", begun | {"name": "惠民资金", "kind": "money", "area": STREET}),
        add_user("jiedao", "street_office", STREET),
    )


def make(lists: Lists, *needs: Need, unit: Any = None, resources: tuple[SharedResource, ...] = ()) -> Project:
    """A project of the secretary."""
    raw = {
        "name": f"项目{len(needs)}", "area": HOME, "person": "王小禾", "lead_unit": str(unit.id) if unit else "",
        "ends_on": "2026-11-20",
    }  # fmt: skip
    with acting_as(lists.secretary):
        return service.make_project(needs, resources, raw, by=lists.secretary, today=TODAY)


def go(lists: Lists, project: Project, *steps: str, by: Actor | None = None, **values: str) -> Project:
    """The secretary takes it on; acceptance is the street's, with somebody of the residents."""
    for key in steps:
        usual = {"evaluator": "周大妈"} if key == "accept" and by is None else {}
        actor = by or (lists.street if key == "accept" else lists.secretary)
        project = take(project, key, actor, **(usual | values))
    return project


def asked_of(who: str, day: date) -> list[tuple[str, date | None]]:
    """What projects ask of somebody in the morning of a day."""
    with as_user(who) as actor:
        found = todos.of_register(register("projects"), actor, day, ten_o_clock(day))
    return [(str(todo.title), todo.due_on) for todo in found]
