"""Tickets of three invented platforms out of ugly workbooks: taken in by number, never doubled, words asked once."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from app.events import queries, service
from app.events.indicators import FILING_RATE, ON_TIME_RATE, REPORTED
from app.events.models import Event
from app.extensions import db
from app.lowcode.flow.models import FlowCase
from app.lowcode.flow.queries import running
from app.lowcode.importing import service as importing
from app.lowcode.importing.outcome import Outcome
from app.lowcode.register import register
from app.periods.rules import parse
from app.security.actor import SYSTEM, acting_as
from tests.events.world import NOW, build, fresh, person, take
from tests.world import GRID, HOME, STREET, TODAY

HOTLINE_HEADS = [
    "序号",
    "工单编号",
    "诉求标题",
    "诉求内容",
    "来电人",
    "来电号码",
    "受理时间",
    "截止时间",
    "当前环节",
    "属地",
    "办结时间",
    "满意度评价",
]


def hotline(*, second_state: str = "承办中", closed: str = "") -> bytes:
    """12345: a title, a note, two-row spacing, times as text, the 属地 as a community, a total at the foot."""
    return workbook(
        ["12345政务服务便民热线工单导出"], ["导出时间：2026-11-20 08:00:00　导出人：热线科"], [], HOTLINE_HEADS,
        [1, "RX20261101001", "楼道堆物", "3幢楼道堆满纸箱", "张三丰", "13800001111", "2026-11-01 09:10:22", "2026-11-08 18:00:00", "归档", "桂花社区", "2026-11-03 10:00:00", "非常满意"],
        [2, "RX20261101002", "路灯不亮", "北门路灯不亮", "李安邦", "", "2026/11/2 8:05", "2026/11/9", second_state, "银杏社区居委会", closed, ""],
        [3, "RX20261101003", "噪声扰民", "夜里施工", "", "", "2026年11月3日 22:41", "2026-11-05 12:00", "重复工单关闭", "外街道", "", ""],
        ["合计", 3, "", "", "", "", "", "", "", "", "", ""],
    )  # fmt: skip


def city() -> bytes:
    """城运: grouped heads over two rows, real dates, a code for the state, an empty row between."""
    return workbook(
        ["案件信息", None, None, "时间", None, "处置", None],
        ["任务号", "问题描述", "事发地点", "发现时间", "处置截止时间", "处置单位", "案件状态"],
        ["CY-77", "井盖缺损", "清溪路12号", excel("2026-11-04 08:30"), excel("2026-11-05 08:30"), "", "处置中"],
        [],
        ["CY-78", "占道经营", "清溪路20号", excel("2026-11-04 09:00"), excel("2026-11-04 13:00"), "", "已结案"],
    )  # fmt: skip


def peace() -> bytes:
    """综治: no title at all, a column of its own for the source, full-width digits, columns we do not keep."""
    return workbook(
        ["事件编号", "事件名称", "事发地址", "创建时间", "流程状态", "事件来源", "经度", "纬度"],
        ["ZZ００１", "邻里纠纷", "5幢2单元", "2026-11-06 10:00", "已受理", "网格员上报", 120.1, 31.2],
        ["ZZ００２", "飞线充电", "6幢", "2026-11-06 11:00", "待派遣", "视频监控", 120.1, 31.2],
    )  # fmt: skip


def excel(text: str) -> datetime:
    """A cell of Excel, which knows no zones."""
    return datetime.fromisoformat(text)


def workbook(*rows: list[Any]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            if value not in (None, ""):
                sheet.cell(number, column, value)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def take_in(data: bytes, source: str, *, by: str = "office") -> Outcome:
    actor = person(by)
    outcome = importing.check(
        "events", data, file_name="导出.xlsx", area=STREET, given={"source": source, "handling": "upstream"}, by=actor,
        today=TODAY,
    )  # fmt: skip
    return importing.publish(outcome, by=actor, today=TODAY)


def tickets() -> dict[str, Event]:
    with acting_as(SYSTEM):
        db.session.expire_all()
        rows = db.session.execute(select(Event).where(Event.deleted_at.is_(None))).scalars().all()
        assert len({row.number for row in rows}) == len(rows)
        return {str(row.number): row for row in rows}


def cases() -> dict[str, bool]:
    """Ticket number → whether its case has ended, without waiting for the hourly sweep."""
    with acting_as(SYSTEM):
        ended = select(Event.number, FlowCase.is_ended).join(FlowCase, FlowCase.row_id == Event.id)
        return {
            str(number): is_ended for number, is_ended in db.session.execute(ended.where(FlowCase.register == "events"))
        }


@pytest.fixture(autouse=True)
def _world(context: Any) -> None:
    build()


def test_a_hotline_workbook_is_taken_in_once_and_updated_afterwards() -> None:
    first = take_in(hotline(), "hotline")
    assert not first.refusal, first.refusal
    found = tickets()
    assert sorted(found) == ["RX20261101001", "RX20261101002", "RX20261101003"]
    done, open_ = found["RX20261101001"], found["RX20261101002"]
    assert (done.source, done.handling, done.state, done.area_code) == ("hotline", "upstream", "closed", HOME)
    assert (done.is_on_time, done.satisfaction, done.reporter) == (True, "satisfied", "张三丰")
    assert open_.upstream_area == "银杏社区居委会"
    assert open_.area_code.startswith(STREET)
    assert open_.internal_due_at is not None
    assert open_.due_at is not None
    assert open_.internal_due_at < open_.due_at
    assert str(open_.due_on) == "2026-11-09"
    assert [cases()[number] for number in sorted(found)][:2] == [True, False]
    again = take_in(hotline(), "hotline")
    assert len(tickets()) == len(cases()) == 3
    assert (again.counts["new"], again.counts["changed"]) == (0, 0)
    later = take_in(hotline(second_state="已办结", closed="2026-11-10 09:00"), "hotline")
    assert (later.counts["new"], later.counts["changed"], len(tickets())) == (0, 1, 3)
    assert (tickets()["RX20261101002"].state, tickets()["RX20261101002"].is_on_time) == ("closed", False)
    assert cases()["RX20261101002"]


def test_what_a_platform_calls_a_state_is_asked_once_and_remembered() -> None:
    take_in(hotline(), "hotline")
    with acting_as(person("office")):
        assert [(source, word) for source, word, _n in queries.unknown_words()] == [
            ("hotline", "承办中"), ("hotline", "重复工单关闭"),
        ]  # fmt: skip
    said = service.say_words(
        "hotline", {"承办中": "handling", "重复工单关闭": "void"}, by=person("office"), today=TODAY
    )
    assert said == 2
    assert {row.state for row in tickets().values()} == {"closed", "handling", "void"}
    with acting_as(person("office")):
        assert queries.unknown_words() == []
    take_in(hotline(), "hotline")
    assert tickets()["RX20261101002"].state == "handling"
    # The same word of another platform is another word.
    take_in(hotline(), "public_account")
    with acting_as(person("office")):
        assert {source for source, _word, _n in queries.unknown_words()} == {"public_account"}


def test_three_platforms_stand_beside_each_other_and_count_alone() -> None:
    for data, source in ((hotline(), "hotline"), (city(), "city_platform"), (peace(), "peace_platform")):
        outcome = take_in(data, source)
        assert not outcome.refusal, (source, outcome.errors)
    found = tickets()
    assert len(found) == 7
    assert (found["CY-78"].state, found["CY-77"].location) == ("closed", "清溪路12号")
    assert {found[number].source for number in found if number.startswith("ZZ")} == {"patrol", "video"}
    month = parse("2026-11")
    with acting_as(SYSTEM):
        assert REPORTED.value((STREET,), month) == 7
        assert FILING_RATE.figure((STREET,), month).numerator >= 4
        assert ON_TIME_RATE.figure((STREET,), month).denominator == 5


def test_an_imported_ticket_is_dealt_out_here_and_the_platform_keeps_the_last_word() -> None:
    take_in(hotline(), "hotline")
    row, reg = tickets()["RX20261101002"], register("events")
    with acting_as(SYSTEM):
        at_ = running(reg, row, NOW)
        assert at_ is not None
        assert (at_.flow.key, at_.case.state) == ("event_upstream_tickets", "received")
    take(row, "assign", "centre", area=HOME, limit="1工作日")
    take(row, "pass_on", "clerk", area=GRID)
    assert fresh(row).area_code == GRID
    take(row, "reply", "worker", reply="已联系路灯所，明天修")
    take(row, "send", "centre")
    assert (fresh(row).reply, fresh(row).upstream_state) == ("已联系路灯所，明天修", "承办中")
    later = take_in(hotline(second_state="已办结", closed="2026-11-10 09:00"), "hotline")
    assert later.counts["changed"] == 1
    after = fresh(row)
    assert (after.area_code, after.state, after.reply) == (GRID, "closed", "已联系路灯所，明天修")
    with acting_as(SYSTEM):
        at_ = running(reg, after, NOW)
    assert at_ is not None
    assert at_.case.state == "upstream_closed"


def test_undoing_the_batch_takes_its_tickets_back() -> None:
    outcome = take_in(city(), "city_platform")
    assert outcome.batch is not None
    importing.undo(outcome.batch, by=person("office"), today=TODAY)
    assert tickets() == {}
