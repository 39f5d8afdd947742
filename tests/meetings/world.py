"""Branches, members and councils for tests of meetings; all invented."""

from __future__ import annotations

from datetime import date
from typing import Any

from app.database.transactions import writing
from app.extensions import db
from app.fields.identity import check_digit
from app.lowcode import service
from app.lowcode.register import register
from app.meetings import attendance, inputs, topics
from app.meetings.models import Meeting
from app.security.actor import SYSTEM, acting_as
from app.settings.service import save_profile
from tests.world import DISTRICT, GRID, HOME, TODAY, add_user, build_areas

HELD = date(2026, 11, 10)


def build() -> None:
    """The areas, a secretary and a clerk at home, a secretary next door, the street's party office."""
    build_areas()
    for username, role, area in (
        ("secretary", "community_secretary", HOME), ("clerk", "community_clerk", HOME),
        ("neighbour", "community_secretary", HOME[:-1] + "2"), ("office", "street_office", HOME[:9]),
        ("leader", "street_leader", HOME[:9]), ("worker", "grid_worker", GRID),
    ):  # fmt: skip
        add_user(username, role, area)


def id_number(number: int) -> str:
    first = f"{DISTRICT}{1960 + number % 40:04d}0{number % 9 + 1}1{number % 10}{number:03d}"
    return first + check_digit(first)


def row(register_name: str, /, **values: Any) -> Any:
    """A row of a register, saved as the system."""
    with acting_as(SYSTEM):
        return service.save(register(register_name), None, values, by=SYSTEM, today=TODAY)


def branch(name: str = "第一网格党支部", *, area: str = GRID, **values: Any) -> Any:
    return row("party_organizations", name=name, kind=values.pop("kind", "branch"), area=area, **values)


def member(organization: Any, name: str, **values: Any) -> Any:
    """A full member on the book, unless told otherwise."""
    full = {"kind": "full", "born_on": "1970-01-01", "joined_on": "2001-07-01", "confirmed_on": "2002-07-01"}
    given = {"name": name, "roster": "registered", "organization": organization.id, "area": organization.area_code}
    return row("party_members", **(full | given | values))


NAMES = ["赵安", "钱成", "孙国", "李芳", "周恩", "吴嘉", "郑海", "王达", "冯邦", "陈康", "褚宁", "卫平"]


def members(organization: Any, count: int) -> list[Any]:
    return [member(organization, name) for name in NAMES[:count]]


def council(count: int, *, area: str = HOME, start: int = 0) -> list[Any]:
    """Members of the residents' council, numbered from `start`."""
    return [
        row("council_members", name=f"议员{chr(0x4E00 + number * 7)}", kind="council", area=area,
            phone=f"138000{number:05d}", elected_on="2024-01-01")
        for number in range(start, start + count)
    ]  # fmt: skip


def meeting(kind: str = "branch_assembly", **values: Any) -> Meeting:
    """A meeting held on HELD, with its list of those expected."""
    given = {"kind": kind, "area": HOME, "held_on": HELD.isoformat(), "begins_at": "14:30", "venue": "活动室",
             "host": "赵安", "recorder": "钱成"}  # fmt: skip
    return row("meetings", **(given | values))


def came(row_: Meeting, *absent: str, reason: str = "因公出差") -> None:
    """Everybody is there but those named, who are on leave."""
    marks = {
        person.id: ("leave", reason) if person.name in absent else ("present", "")
        for person in attendance.attendees_of(row_.id)
    }
    attendance.save_marks(row_.id, marks)


def topic(row_: Meeting, title: str = "讨论工作安排", **given: Any) -> Any:
    return topics.save_topic(row_.id, None, inputs.TopicInput(title, **given))


def fresh(row_: Any) -> Any:
    """The row as it stands in the database now."""
    with acting_as(SYSTEM):
        return db.session.get(type(row_), row_.id, populate_existing=True)


def profile_with(section: dict[str, Any]) -> None:
    """A profile whose section `meetings` is this one."""
    value = {
        "key": "test", "name": "试验区", "top_code": DISTRICT, "grid_level": "grid", "meetings": section,
        "levels": [{"key": "district", "name": "区", "digits": 6}, {"key": "street", "name": "街道", "digits": 9},
                   {"key": "community", "name": "社区", "digits": 12}, {"key": "grid", "name": "网格", "digits": 15}],
        "lists": [{"key": key, "name": key} for key in ("resources", "needs", "projects")],
        "issuers": [{"level": "community", "office": "{name}居民委员会", "mark": "{short}居"}],
    }  # fmt: skip
    with acting_as(SYSTEM), writing():
        save_profile(value)
