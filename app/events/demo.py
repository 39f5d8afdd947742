"""The demonstration's events: 即办件 that are done, some under way, tickets of a platform; 枫桥 runs on its eight steps."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from app.areas.queries import AreaRow
from app.clock import SHANGHAI
from app.events.shipped import EIGHT_STEPS
from app.lowcode.flow.versions import choose_flow
from app.lowcode.register import register
from app.lowcode.service import save
from app.profiles.demo import DemoContext, Step, register_demo
from app.profiles.people import MARK
from app.security.actor import SYSTEM

WITH_A_CENTRE = "fengqiao"
COMMUNITIES = 3
TOLD = (
    ("单元门口垃圾没有及时清走", "暴露垃圾", "patrol", "closed", 34, "satisfied"),
    ("小区北门路灯不亮", "路灯损坏", "wechat", "closed", 27, "satisfied"),
    ("楼上装修太早影响休息", "施工扰民", "window", "closed", 20, "fair"),
    ("共享单车堵住人行道", "乱停车辆", "snapshot", "closed", 13, "satisfied"),
    ("雨水篦子被树叶堵住", "道路积水", "patrol", "closed", 6, "unreached"),
    ("健身器材松动", "", "patrol", "handled", 0, ""),
    ("快递车停在消防通道", "消防通道堵塞", "snapshot", "reported", 0, ""),
)  # fmt: skip
"""何事, 小类, 来源, 状态, how many days ago, 满意度."""
TICKETS = (("反映广场舞音量大", "closed", 9, "satisfied"), ("咨询老旧小区加装电梯", "assigned", 0, ""))
PLACES = ("东门", "2幢1单元", "北门", "中心花园", "5幢楼下", "西侧步道", "地下车库入口")
RESULTS = "当天到现场处理好，已告诉反映人。"


def install() -> None:
    """Make the step known."""
    register_demo(Step("events", 244, run))


def run(context: DemoContext) -> None:
    """Events of the first communities."""
    if context.profile.key == WITH_A_CENTRE:
        choose_flow("events", EIGHT_STEPS, area=context.profile.top_code)
    for community in context.areas_of("community")[:COMMUNITIES]:
        grids = [each.code for each in context.areas if each.code.startswith(community.code) and each.level == "grid"]
        for number, told in enumerate(TOLD):
            _event(context, community, grids, PLACES[number], told)
        for number, ticket in enumerate(TICKETS, 1):
            _ticket(context, community, f"SH{community.code[-6:]}{number:02}", ticket)


def _event(
    context: DemoContext, community: AreaRow, grids: list[str], place: str, told: tuple[str, str, str, str, int, str]
) -> None:  # fmt: skip
    name, category, source, state, days_ago, liked = told
    begun = _at(context, days_ago, 9)
    raw: dict[str, Any] = {
        "name": name, "category": category, "source": source, "state": state, "location": place, "note": MARK,
        "area": context.rng.choice(grids or [community.code]), "reported_at": _text(begun),
    }  # fmt: skip
    if source != "patrol":
        raw |= {"reporter": context.people.name("1"), "phone": context.people.phone()}
    if state in ("closed", "handled"):
        raw |= {
            "result": RESULTS,
            "due_at": _text(begun + timedelta(days=2)),
            "closed_at": _text(begun + timedelta(hours=5)),
        }
    save(register("events"), None, raw | {"satisfaction": liked}, by=SYSTEM, today=context.today)


def _ticket(context: DemoContext, community: AreaRow, number: str, ticket: tuple[str, str, int, str]) -> None:
    name, state, days_ago, liked = ticket
    begun = _at(context, days_ago, 10)
    raw: dict[str, Any] = {
        "name": name, "number": number, "source": "hotline", "handling": "upstream", "state": state, "area": community.code,
        "upstream_state": {"closed": "已办结", "assigned": "已派单"}[state], "reported_at": _text(begun), "note": MARK,
        "due_at": _text(begun + timedelta(days=5)), "reporter": context.people.name("2"), "phone": context.people.phone(),
    }  # fmt: skip
    if state == "closed":
        raw |= {"closed_at": _text(begun + timedelta(days=2)), "result": RESULTS}
    save(register("events"), None, raw | {"satisfaction": liked}, by=SYSTEM, today=context.today)


def _at(context: DemoContext, days_ago: int, hour: int) -> datetime:
    return datetime.combine(context.today - timedelta(days=days_ago), time(hour), SHANGHAI)


def _text(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"
