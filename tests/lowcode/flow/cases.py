"""People, moments and a small flow for the tests of flows."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from app.fields.calendar import announced_calendar
from app.fields.limits import WorkingTime
from app.lowcode.flow.reading import read_text
from app.lowcode.flow.rules import LivePost, Person
from app.security.roles import ROLES

ZONE = ZoneInfo("Asia/Shanghai")
TIME = WorkingTime(announced_calendar())
STREET, COMMUNITY, GRID, NEXT_GRID = "320505001", "320505001001", "320505001001001", "320505001001002"
UNIT, OTHER_UNIT = 7, 8

WORKER = Person(1, (LivePost("grid_worker", GRID),))
NEXT_WORKER = Person(2, (LivePost("grid_worker", NEXT_GRID),))
CLERK = Person(3, (LivePost("community_clerk", COMMUNITY),))
SECRETARY = Person(4, (LivePost("community_secretary", COMMUNITY),))
CENTER = Person(5, (LivePost("grid_center", STREET),))
LEADER = Person(6, (LivePost("street_leader", STREET),))
OFFICE = Person(7, (LivePost("street_office", STREET),))
OFFICER = Person(8, (LivePost("department", "320505", UNIT),))
OTHER_OFFICER = Person(9, (LivePost("department", "320505", OTHER_UNIT),))
INSPECTOR = Person(10, (LivePost("inspector", "320505"),))
SECTION = Person(11, (LivePost("street_section", STREET),))
HEAD = Person(12, (LivePost("street_head", STREET),))
DISTRICT_LEADER = Person(13, (LivePost("district_leader", "320505"),))
KNOWN = (
    WORKER, NEXT_WORKER, CLERK, SECRETARY, CENTER, LEADER, OFFICE, OFFICER, OTHER_OFFICER, INSPECTOR, SECTION, HEAD,
    DISTRICT_LEADER,
)  # fmt: skip
_HELD = {post.role for person in KNOWN for post in person.posts}
OTHERS = tuple(Person(20 + place, (LivePost(role, STREET),)) for place, role in enumerate(ROLES) if role not in _HELD)
"""One of each role that no flow knows: they try as well."""
EVERYBODY = (*KNOWN, *OTHERS)

SMALL = """
key: small
name: 小流程
states:
  - {key: asked, name: 待办, limit: 2工作日}
  - {key: standing, name: 挂账, stands: true}
  - {key: waiting, name: 待核, limit: 4工作时}
  - {key: done, name: 办结, end: true, done: true}
actions:
  - {key: handle, name: 办理, from: asked, to: waiting, roles: [grid_worker], relations: [grid], handles: true, note: required}
  - {key: stop, name: 挂账, from: asked, to: standing, roles: [grid_center]}
  - {key: go_on, name: 恢复, from: standing, to: asked, roles: [grid_center], keeps_clock: true}
  - {key: ask_more, name: 申请延期, from: asked, to: asked, roles: [grid_worker], before_due: true, most: 1}
  - {key: more, name: 批准延期, from: asked, to: asked, roles: [grid_center], follows: ask_more, extends: 1工作日}
  - {key: back, name: 返工, from: waiting, to: asked, roles: [community_clerk, grid_worker], relations: [not_handler], return: true, keeps_clock: true}
  - {key: pass, name: 通过, from: waiting, to: done, roles: [community_clerk, grid_worker], relations: [not_handler]}
  - {key: reopen, name: 重开, from: done, to: asked, roles: [community_clerk], within: 15天, note: required}
"""


def small_text(old: str = "", new: str = "") -> str:
    """The small flow with one piece of its text replaced."""
    assert not old or old in SMALL
    return SMALL.replace(old, new)


SMALL_FLOW = read_text(SMALL, source="小流程")


def at(text: str) -> datetime:
    """A moment in the office's time."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)
