"""The demonstration's letters: a signed 督办函 and 吹哨单, a signed and a drafted 工作联系函."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from app.letters import queries, rules, service
from app.letters.documents import sender_of
from app.lowcode.register import register
from app.lowcode.service import save
from app.profiles.demo import DemoContext, Step, register_demo
from app.profiles.people import MARK
from app.security.actor import SYSTEM


def install() -> None:
    """Make the step known."""
    register_demo(Step("letters", 250, run))


def run(context: DemoContext) -> None:
    """Letters of the first street that may issue papers."""
    streets = context.areas_of("street") or context.areas_of("district")
    street = next((area for area in streets if sender_of(area.code) is not None), None)
    if street is None:
        return
    day = context.today - timedelta(days=12)
    shared = {"area": street.code, "note": MARK, "contact": context.people.name("2"), "phone": "5551-0101"}
    company = queries.company_in(street.code)
    for raw, is_signed in (
        (_supervision(day, company), company is not None),
        (_liaison(day), True),
        (_whistle(day), True),
        (_draft(), False),
    ):
        letter = save(register("letters"), None, shared | raw, by=SYSTEM, today=context.today)
        if is_signed and context.has_known_days:
            service.issue(letter.id, signatory=context.people.name("1"), signed_on=day, by=SYSTEM, today=context.today)


def _supervision(day: date, company: str | None) -> dict[str, Any]:
    due = (day + timedelta(days=7)).isoformat()
    rows = (
        ("督-001", "3幢1单元消防通道堆放杂物", "富康新村3幢1单元", "逐层清理，复查拍照", 30, 16),
        ("督-002", "北门路面坑洼积水", "富康新村北门", "修补到位，雨后复查", 45, 20),
        ("督-003", "垃圾投放点夜间无人清运", "春晖苑东侧", "调整清运时间，每晚加一次", 25, 5),
    )
    return {
        "kind": rules.SUPERVISION, "name": "富康新村等小区3件逾期问题", "addressee": company or "安居物业服务公司",
        "copies_to": "清溪社区居民委员会", "body": "此前已两次电话催办。",
        "matters": [
            {"number": number, "problem": problem, "location": place, "demand": demand, "due_on": due,
             "assigned_on": (day - timedelta(days=began)).isoformat(),
             "was_due_on": (day - timedelta(days=late)).isoformat()}
            for number, problem, place, demand, began, late in rows
        ],
    }  # fmt: skip


def _liaison(day: date) -> dict[str, Any]:
    return {
        "kind": rules.LIAISON, "name": "电动车集中充电点用电增容", "addressee": "东风供电所",
        "body": "辖区富康新村计划在北门新建电动车集中充电点一处，安装充电桩24个。经现场查看，现有线路容量不够。",
        "asked": "派技术人员到现场勘查，提出增容方案\n在今年年底前完成线路改造\n对老旧楼栋的用电安全一并检查",
        "reply_by": (day + timedelta(days=10)).isoformat(), "attachments": "富康新村充电点位置图",
    }  # fmt: skip


def _whistle(day: date) -> dict[str, Any]:
    return {
        "kind": rules.WHISTLE, "name": "沿街店铺油烟扰民", "addressee": "综合行政执法队",
        "copies_to": "市场监管所、生态环境站", "body": "沿街三家餐饮店油烟直排，居民多次反映，社区劝导无效。",
        "location": "清溪路12号至18号", "whistle_kind": "重点哨", "source": "居民反映",
        "done_so_far": "社区上门劝导3次，店主口头答应加装净化设备，至今没有动工。",
        "report_at": "两个工作日内到清溪路12号现场会商", "reply_by": (day + timedelta(days=14)).isoformat(),
    }  # fmt: skip


def _draft() -> dict[str, Any]:
    return {
        "kind": rules.LIAISON, "name": "联合开展消防演练", "addressee": "消防救援站",
        "body": "为提高居民自救能力，拟在12月上旬开展一次消防演练。", "asked": "派员现场讲解\n支援演练器材",
    }  # fmt: skip
