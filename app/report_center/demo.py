"""The demonstration's 报送: the month before last passed, last month as offices know it in its first week."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import update

from app.areas.queries import AreaRow
from app.clock import SHANGHAI
from app.database.transactions import writing
from app.lowcode.register import registers
from app.periods.rules import Period
from app.profiles.demo import DemoContext, Step, register_demo
from app.report_center import service
from app.report_center.counting import counted_together
from app.report_center.queries import deadline, submission_level, submitted_papers
from app.security.actor import Actor, acting_as

HISTORY_DAYS = 150
"""The demonstration's rosters were entered so long before its last day, so that past months have rows."""

PROBLEMS = (
    "部分商户人员流动快，台账更新不够及时。",
    "老旧楼栋消防通道堆放杂物，劝导后又有反复。",
    "独居老人上门巡访记录还不完整。",
    "小区停车难引发的邻里矛盾较多。",
)
STEPS = (
    "每周五集中核对一次名册，当周变动当周登记。",
    "联合物业和消防所开展一次集中清理，拍照留底。",
    "给独居老人逐户建档，网格员每周上门一次。",
    "召开一次议事会，听取业主对停车方案的意见。",
)
REASON = "在册党员人数与党建办台账不一致，请核对后重新提交。"


def install() -> None:
    """Register the step."""
    register_demo(Step("report_center", 300, run))


def run(context: DemoContext) -> None:
    """All communities of the month before last passed; last month one missing, one given back, two passed."""
    _date_back(context.today)
    last = Period.of("month", context.today).previous()
    areas = context.areas_of(submission_level().key)
    with counted_together(context.profile.top_code):
        for month in (last.previous(), last):
            _hand_in(context, month, areas, is_last=month == last)


def _hand_in(context: DemoContext, month: Period, areas: Sequence[AreaRow], *, is_last: bool) -> None:
    reviewer = _person(context, "街道审核")
    for place, area in enumerate(areas):
        if is_last and place == len(areas) - 1:
            continue
        for paper in submitted_papers(month):
            at = _moment(deadline(month) - timedelta(days=place % 3 + 1), hour=9 + place % 8)
            words = {"problems": context.rng.choice(PROBLEMS), "next_steps": context.rng.choice(STEPS)}
            with acting_as(_person(context, "社区书记")):
                service.fill(paper, area.code, month, words, today=context.today, at=at - timedelta(minutes=35))
                service.submit(paper, area.code, month, today=context.today, at=at)
            with acting_as(reviewer):
                if not is_last or place < 2:
                    service.pass_paper(paper, area.code, month, at=at + timedelta(hours=20))
                elif place == 2:
                    service.give_back(paper, area.code, month, reason=REASON, at=at + timedelta(hours=20))


def _person(context: DemoContext, post: str) -> Actor:
    """An invented person acting with the system's rights, so that the history shows a name."""
    person = context.people.person(today=context.today, youngest=30, oldest=55)
    return Actor(None, f"{person.name}（{post}）", None, is_system=True)


def _moment(day: date, *, hour: int) -> datetime:
    return datetime.combine(day, time(hour, 20), tzinfo=SHANGHAI).astimezone(UTC)


def _date_back(today: date) -> None:
    """The demonstration was loaded just now; its rows pretend to have been entered before its history begins."""
    begin = _moment(today - timedelta(days=HISTORY_DAYS), hour=9)
    with writing() as session:
        session.flush()
        for reg in registers():
            model = reg.model
            session.execute(
                update(model)
                .where(model.created_at > begin)
                .values(created_at=begin, changed_at=model.changed_at)
                .execution_options(synchronize_session=False)
            )
