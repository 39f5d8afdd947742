"""逐格核对: remarks that go back, adjustments beside figures, versions held against each other, 零报告, late papers."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from app.clock import SHANGHAI
from app.database.transactions import writing
from app.extensions import db
from app.fields.calendar import announced_calendar
from app.lowcode.papers import Paper, PaperRequest
from app.lowcode.register import register
from app.periods.rules import Period, parse
from app.report_center import punctuality, queries, service
from app.report_center.checking import service as checking
from app.report_center.checking.models import Adjustment, CellRemark
from app.report_center.checking.rules import check_adjustment, check_remark
from app.report_center.comparing import Place, cells_of
from app.report_center.documents import printable
from app.report_center.models import SubmissionVersion
from app.report_center.rules import SubmissionRefused, working_deadline
from app.security.actor import SYSTEM, NotPermitted, acting_as
from app.settings.service import save_setting
from reports.document import Document, Table
from tests.report_center.conftest import OCTOBER, SEPTEMBER, build_world
from tests.world import GRID, HOME, NEXT_DOOR, STREET, TODAY, as_user, signed_in_client

MEMBERS = Place("党建引领情况", "在册党员", "本月")
PAGE = f"/reports/checking/{HOME}/digest/2026-10"


def _hand_in(paper: Paper, area: str = HOME, period: Period = OCTOBER, *, at: datetime | None = None) -> None:
    with acting_as(SYSTEM):
        service.submit(paper, area, period, today=TODAY, at=at)


def _printed(paper: Paper, area: str = HOME) -> Document:
    with acting_as(SYSTEM):
        return printable(paper, PaperRequest(area, OCTOBER, TODAY, SYSTEM)).document


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 11, 5), date(2026, 11, 5)),  # Thursday
        (date(2026, 12, 5), date(2026, 12, 7)),  # Saturday: Monday
        (date(2026, 10, 5), date(2026, 10, 8)),  # 国庆节
        (date(2026, 2, 15), date(2026, 2, 24)),  # 春节
        (date(2026, 9, 20), date(2026, 9, 20)),  # a Sunday that is worked
    ],
)
def test_a_deadline_on_a_day_off_moves_to_the_next_working_day(day: date, expected: date) -> None:
    assert working_deadline(day, announced_calendar()).day == expected
    assert not working_deadline(day, announced_calendar()).is_provisional


def test_a_deadline_in_a_year_not_announced_is_provisional() -> None:
    year = max(announced_calendar().announced_years) + 1
    assert working_deadline(date(year, 3, 5), announced_calendar()).is_provisional


def test_an_adjustment_says_what_and_why() -> None:
    day = date(2026, 11, 20)
    assert check_adjustment("12", " 13 ", "按 台账", day, today=day) == ("13", "按 台账")
    for adjusted, reason, on in (("", "x", day), ("12", "x", day), ("十三", "x", day), ("13", " ", day),
                                 ("13", "x", date(2026, 11, 21))):  # fmt: skip
        with pytest.raises(SubmissionRefused):
            check_adjustment("12", adjusted, reason, on, today=day)
    assert check_adjustment("在办", "办结", "已核", day, today=day) == ("办结", "已核")
    with pytest.raises(SubmissionRefused, match="哪里要核对"):
        check_remark(" \n")


@pytest.mark.usefixtures("context")
def test_both_figures_are_printed_and_the_reported_one_stays(digest: Paper) -> None:
    build_world()
    _hand_in(digest)
    before = cells_of(_printed(digest))
    with as_user("street"):
        checking.adjust(
            digest, HOME, OCTOBER, MEMBERS, adjusted="5", reason="台账多两名", on=date(2026, 11, 9), today=TODAY
        )
        checking.adjust(
            digest, HOME, OCTOBER, MEMBERS, adjusted="4", reason="台账多一名", on=date(2026, 11, 10), today=TODAY
        )
    printed = _printed(digest)
    after = cells_of(printed)
    assert {place: after[place] for place in before} == before
    table = printed.blocks[-1]
    assert isinstance(table, Table)
    assert [row[3:] for row in table.rows] == [(before[MEMBERS], "4", "2026年11月10日", "台账多一名")]
    with acting_as(SYSTEM):
        street = printable(digest, PaperRequest(STREET, OCTOBER, TODAY, SYSTEM)).document
    last = street.blocks[-1]
    assert isinstance(last, Table)
    assert last.rows[0][0] == "桂花社区"
    assert last.rows[0][4:6] == (before[MEMBERS], "4")
    with acting_as(SYSTEM):
        assert len(db.session.execute(select(Adjustment)).scalars().all()) == 2
    for statement in ("UPDATE submission_adjustments SET adjusted = '9'", "DELETE FROM submission_adjustments"):
        with pytest.raises(Exception, match="locked"), db.engine.begin() as connection:
            connection.execute(text(statement))


@pytest.mark.usefixtures("context")
def test_remarks_go_back_with_the_paper_and_not_before(digest: Paper) -> None:
    build_world()
    _hand_in(digest)
    with as_user("street"):
        checking.remark(digest, HOME, OCTOBER, MEMBERS, "与党建办台账不一致")
        checking.remark(digest, HOME, OCTOBER, MEMBERS, "比党建办台账少一名")
        row = queries.submission(HOME, "digest", OCTOBER)
        assert row is not None
        with as_user("secretary"):
            assert not [each for each in db.session.execute(select(CellRemark)).scalars() if each.sent_at]
        service.give_back(digest, HOME, OCTOBER, reason="")
    with as_user("secretary"):
        row = queries.submission(HOME, "digest", OCTOBER)
        assert row is not None
        assert "1 个数字" in row.reason
        kept = db.session.execute(select(CellRemark)).scalars().all()
        assert [(each.place, each.remark, each.sent_at is not None) for each in kept] == [
            (MEMBERS, "比党建办台账少一名", True)
        ]
        with pytest.raises(NotPermitted):
            checking.remark(digest, HOME, OCTOBER, MEMBERS, "自己写")
    with as_user("street"), pytest.raises(SubmissionRefused, match="没有提交稿"):
        checking.remark(digest, HOME, OCTOBER, MEMBERS, "再写一条")


@pytest.mark.usefixtures("context")
def test_a_place_that_is_not_there_is_refused(digest: Paper) -> None:
    build_world()
    _hand_in(digest)
    with as_user("street"), pytest.raises(SubmissionRefused, match="点选"):
        checking.remark(digest, HOME, OCTOBER, Place("没有的表", "在册党员", "本月"), "看看")


@pytest.mark.usefixtures("context")
def test_nil_is_taken_where_nothing_happened_and_refused_where_something_did(digest: Paper) -> None:
    build_world()
    with as_user("secretary"):
        version = service.submit_nil(digest, HOME, OCTOBER, today=TODAY)
    assert "本期零报告" in str(_printed(digest).blocks[0])
    assert version.number == 1
    with acting_as(SYSTEM):
        cell = queries.submission_grid(STREET, OCTOBER).cells[HOME, "digest"]
    assert cell.is_nil
    need = register("needs").model
    with acting_as(SYSTEM), writing() as session:
        session.add(need(name="修路灯", area_code=NEXT_DOOR, registered_on=date(2026, 10, 9)))
    with as_user("next_secretary"), pytest.raises(SubmissionRefused, match="不能零报告"):
        service.submit_nil(digest, NEXT_DOOR, OCTOBER, today=TODAY)


@pytest.mark.usefixtures("context")
def test_late_and_missing_papers_are_figures_of_the_month_they_were_due_in(digest: Paper) -> None:
    build_world()
    # 5 October 2026 is a holiday: September's papers are due on the 8th.
    _hand_in(digest, HOME, SEPTEMBER, at=datetime(2026, 10, 8, 23, 59, tzinfo=SHANGHAI))
    with acting_as(SYSTEM):
        assert queries.deadline(SEPTEMBER) == date(2026, 10, 8)
        # In September nobody had begun to hand in: nothing was due, and there is nothing to compare with.
        assert punctuality.REPORTS_DUE.value((STREET,), SEPTEMBER) == 0
        assert punctuality.REPORTS_ON_TIME.value((STREET,), SEPTEMBER) is None
        figures = (punctuality.REPORTS_DUE, punctuality.REPORTS_LATE, punctuality.REPORTS_MISSING,
                   punctuality.REPORTS_ON_TIME)  # fmt: skip
        assert [each.value((STREET,), OCTOBER) for each in figures] == [2, 0, 1, Decimal("50.00")]
    _hand_in(digest, NEXT_DOOR, SEPTEMBER, at=datetime(2026, 10, 9, 0, 1, tzinfo=SHANGHAI))
    with acting_as(SYSTEM):
        assert [each.value((STREET,), OCTOBER) for each in figures] == [2, 1, 0, Decimal("50.00")]
        assert punctuality.REPORTS_ON_TIME.value((STREET,), parse("2026-11")) == Decimal("0.00")
        save_setting(queries.SHIFT_SETTING, value=False)
        assert queries.deadline(SEPTEMBER) == date(2026, 10, 5)
        assert punctuality.REPORTS_LATE.value((STREET,), OCTOBER) == 2
        street = printable(digest, PaperRequest(STREET, OCTOBER, TODAY, SYSTEM)).document
    assert cells_of(street)[Place("报表报送情况", "迟报报表", "本月")] == "2"


@pytest.fixture
def street(sqlite_app: Flask) -> Flask:
    with sqlite_app.app_context():
        build_world()
        db.session.remove()
    return sqlite_app


def _text(client: FlaskClient, path: str) -> str:
    answer = client.get(path, follow_redirects=True)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


def test_a_figure_is_picked_remarked_and_sent_back(street: Flask) -> None:
    secretary, office = signed_in_client(street, "secretary"), signed_in_client(street, "street")
    assert secretary.get(PAGE).status_code == 404
    secretary.post(f"/reports/submissions/{HOME}/digest/2026-10/submit")
    shown = _text(office, PAGE)
    pick = re.search(r'value="([\d.]+)" aria-label="党建引领情况　在册党员　本月 2"', shown)
    assert pick is not None
    answer = office.post(PAGE + "/remark", data={"cell": pick[1], "remark": "少一名"}, follow_redirects=True)
    assert "有意见" in answer.get_data(as_text=True)
    assert "少一名" not in _text(secretary, PAGE)
    assert secretary.post(PAGE + "/remark", data={"cell": pick[1], "remark": "x"}).status_code == 403
    adjusted = {"cell": pick[1], "adjusted": "3", "reason": "台账", "on": "2026.11.9"}
    assert "街道认定 3" in office.post(PAGE + "/adjust", data=adjusted, follow_redirects=True).get_data(as_text=True)
    refused = office.post(PAGE + "/remark", data={"cell": "99.1.1", "remark": "x"}, follow_redirects=True)
    assert "点选一个数字" in refused.get_data(as_text=True)
    office.post(f"/reports/submissions/{HOME}/digest/2026-10/return", data={"reason": ""})
    assert "少一名" in _text(secretary, f"/reports/submissions/{HOME}/digest/2026-10")
    member = register("party_members").model
    with street.app_context(), acting_as(SYSTEM), writing() as session:
        session.add(member(name="何八", roster="registered", area_code=GRID, entered_on=date(2026, 10, 9)))
    secretary.post(f"/reports/submissions/{HOME}/digest/2026-10/submit")
    compared = _text(office, PAGE + "?number=2&against=1")
    assert "<del>2</del> <span>3</span>" in compared
    assert len(compared) < 60_000
    assert signed_in_client(street, "next_secretary").get(PAGE).status_code == 404
    with street.app_context(), acting_as(SYSTEM):
        assert [row.number for row in db.session.execute(select(SubmissionVersion)).scalars()] == [1, 2]
