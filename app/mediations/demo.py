"""The demonstration's disputes: invented, at every point of the five steps."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from app.areas.queries import AreaRow
from app.lowcode.register import register
from app.lowcode.service import save
from app.mediations.models import CASES
from app.profiles.demo import DemoContext, Step, register_demo
from app.profiles.people import MARK
from app.security.actor import SYSTEM

MOST_COMMUNITIES = 6
DISPUTES = (
    ("楼上漏水赔偿", "neighbour", "卫生间漏水，楼下吊顶泡坏，对责任说不清。", "请求修好并赔偿吊顶", "followed", "grid"),
    ("装修噪声", "neighbour", "早上七点开工，影响老人休息。", "请求错开时间", "agreed", "building"),
    ("物业费拖欠", "property", "业主认为服务不到位，一年没有交费。", "请求补交物业费", "mediating", "community"),
    ("赡养老人分工", "family", "三个子女对轮流照料说不到一起。", "请求定下每月怎么照料", "sorted", "community"),
    ("临时工工资", "labour", "饭店歇业，欠两个月工资。", "请求结清工资", "received", "community"),
)  # fmt: skip
TERMS = ("双方认可各自责任，事实清楚。", "一方在约定期限内修复或改正，另一方不再追究。", "当面履行，在社区调解室")


def install() -> None:
    """Make the step known."""
    register_demo(Step("mediations", 246, run))


def run(context: DemoContext) -> None:
    """Cases of the first communities."""
    for community in context.areas_of("community")[:MOST_COMMUNITIES]:
        grids = [a.code for a in context.areas if a.code.startswith(community.code) and a.level != "community"]
        for number, row in enumerate(DISPUTES):
            _case(context, community, grids, row, days_ago=40 - 8 * number)


def _case(context: DemoContext, community: AreaRow, grids: list[str], row: tuple[str, ...], *, days_ago: int) -> None:
    name, kind, dispute, request, state, level = row
    received, person = context.today - timedelta(days=days_ago), context.people
    raw: dict[str, Any] = {
        "name": name, "kind": kind, "dispute": dispute, "request": request, "state": state, "level": level,
        "area": context.rng.choice(grids or [community.code]), "received_on": received.isoformat(), "note": MARK,
        "applicant": person.name("1"), "applicant_phone": person.phone(), "respondent": person.name("2"),
        "respondent_phone": person.phone(), "source": context.rng.choice(("oral", "written", "active")),
        "mediators": person.name("2") if state not in ("received", "sorted") else "",
    }  # fmt: skip
    if state in ("agreed", "followed"):
        agreed = received + timedelta(days=6)
        raw |= {"agreement_form": "written", "agreed_on": agreed.isoformat(), "facts": TERMS[0], "terms": TERMS[1],
                "performance": TERMS[2], "perform_by": (agreed + timedelta(days=15)).isoformat()}  # fmt: skip
    if state == "followed":
        raw |= {"performed_on": (received + timedelta(days=12)).isoformat(), "visit": "双方都说已经处理好。",
                "visited_on": (received + timedelta(days=14)).isoformat()}  # fmt: skip
    save(register(CASES), None, raw, by=SYSTEM, today=context.today)
