"""The demonstration's substitute and hand-over: a clerk away for a week, and a section's post that went to the office."""

from __future__ import annotations

from datetime import date, timedelta

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select

from app.extensions import db
from app.my_tasks.handover import Wanted, hand_over
from app.notices.service import notify
from app.profiles.demo import DemoContext, Step, register_demo
from app.security.actor import SYSTEM
from app.security.models import Account
from app.security.substituting import take_place
from reports.contents.handover_sheet import Thing

ABSENT, SUBSTITUTE, DAYS = "community_clerk", "community_secretary", 7
GIVER, TAKER = "street_section", "street_office"
THINGS = (
    Thing("执法记录仪", "1", "台", "完好", "机身编号 YS-0001"), Thing("钥匙", "3", "把", "完好", "值班室、档案室、会议室"),
    Thing("十月物业检查照片光盘", "1", "张", "旧了还能用"),
)  # fmt: skip


def install() -> None:
    """Make the step known."""
    register_demo(Step("my_tasks", 260, run))


def run(context: DemoContext) -> None:
    """For those of the accounts that are there."""
    found = db.session.execute(
        select(User.username, User.id, Account.area_code)
        .join(Account, Account.user_id == User.id)
        .where(User.username.in_((ABSENT, SUBSTITUTE, GIVER, TAKER)))
    )
    people = {name: (id_, code) for name, id_, code in found}
    if {ABSENT, SUBSTITUTE} <= people.keys():
        _let_act(people, context.today)
    if {GIVER, TAKER} <= people.keys():
        _hand_over(people, context.today)


def _let_act(people: dict[str, tuple[int, str]], today: date) -> None:
    clerk, area_code = people[ABSENT]
    take_place(clerk, people[SUBSTITUTE][0], today, today + timedelta(days=DAYS), today=today)
    notify(
        key="demo:substitute", kind="note", title="把11月的走访表交给街道", area_code=area_code, to_user=clerk,
        why="街道办电话通知", due_on=today + timedelta(days=2),
    )  # fmt: skip


def _hand_over(people: dict[str, tuple[int, str]], today: date) -> None:
    giver, area_code = people[GIVER]
    notify(
        key="demo:handover", kind="note", title="整理十月物业检查的照片", area_code=area_code, to_user=giver,
        why="街道例会布置", due_on=today + timedelta(days=5),
    )  # fmt: skip
    wanted = Wanted(giver, people[TAKER][0], today, "调整岗位", THINGS)
    hand_over(wanted, by=SYSTEM, today=today)
