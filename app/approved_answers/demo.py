"""The demonstration's approved answers: some of the street's, one that ran out, one that waits for approval."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from app.approved_answers.models import RESOURCE
from app.lowcode.register import register
from app.lowcode.service import save
from app.profiles.demo import DemoContext, Step, register_demo
from app.profiles.people import MARK
from app.security.actor import SYSTEM

ANSWERS = (
    ("楼道堆放杂物找谁清理", "sanitation", "楼道是共有部分，物业先劝导清理；劝导无效的报社区，由执法队依法处理。", "物业管理条例有关共有部分的条款", "物业管理办", "过道堆东西、消防通道"),
    ("小区停车位不够怎么办", "parking", "社区会同业委会、物业挖潜划线，周边单位车位错时开放，登记后按先后安排。", "街道错时停车办法（演示）", "城管办", "没地方停车"),
    ("老旧小区加装电梯怎么申请", "property", "本单元业主先协商，表决通过后由社区指导申报，手续一次告知。", "加装电梯实施意见（演示）", "社区建设办", "装电梯"),
    ("饭店油烟扰民怎么处理", "noise", "先核实是否装净化设备，没有的限期安装，逾期移交生态环境部门。", "油烟污染防治规定（演示）", "生态环境站", "油烟味"),
    ("高龄津贴怎么领", "elderly", "满80周岁由本人或家属带身份证到社区登记，次月起发放；行动不便的可以上门代办。", "高龄津贴办法（演示）", "民政办", "老人补贴"),
    ("城乡居民医保什么时候交", "insurance", "每年集中缴费期在税务渠道缴，错过集中期的按当年规定补缴。", "居民医保年度通知（演示）", "人社所", "医疗保险"),
    ("违章搭建举报后多久处理", "building", "执法队现场核实后当面告知；要立案的按程序办，办结回复举报人。", "城乡规划条例有关条款", "综合执法队", "违建"),
)  # fmt: skip


def install() -> None:
    """Make the step known."""
    register_demo(Step("approved_answers", 262, run))


def run(context: DemoContext) -> None:
    """Answers of the first street, else of the widest area there is."""
    areas = context.areas_of("street") or context.areas[:1]
    if not areas:
        return
    signed = context.today - timedelta(days=120)
    for number, (question, category, answer, basis, office, keywords) in enumerate(ANSWERS):
        raw: dict[str, Any] = {
            "name": question, "category": category, "answer": answer, "basis": basis, "office": office,
            "keywords": keywords, "area": areas[0].code, "note": MARK,
        }  # fmt: skip
        if number < len(ANSWERS) - 1:
            until = _until(context.today, number)
            raw |= {
                "approved_by": context.people.name("1"), "approved_on": signed.isoformat(),
                "valid_until": until.isoformat() if until else "",
            }  # fmt: skip
        save(register(RESOURCE), None, raw, by=SYSTEM, today=context.today)


def _until(today: date, number: int) -> date | None:
    """The first has run out, the second soon will, the others last."""
    return {0: today - timedelta(days=6), 1: today + timedelta(days=14)}.get(number)
