"""The working calendar in the browser: a year is loaded, corrected, taken back, and counts everywhere at once."""

from __future__ import annotations

from datetime import date, time

import pytest
from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.fields.limits import OfficeDay
from app.security.actor import SYSTEM, NotPermitted, acting_as
from app.security.models import AuditEntry
from app.settings.working_calendar import (
    CalendarRefused,
    office_day,
    save_office_hours,
    save_year,
    working_calendar,
    working_time,
)
from tests.world import DISTRICT, HOME, STREET, add_user, as_user, build_areas, signed_in_client

SPRING = "2027-02-05至2027-02-11 休 春节\n2027-02-14 班\n"


@pytest.fixture
def street(app: Flask) -> Flask:
    with app.app_context():
        build_areas()
        for name, role, area in (
            ("whole", "street_office", DISTRICT), ("office", "street_office", STREET), ("clerk", "community_clerk", HOME),
        ):  # fmt: skip
            add_user(name, role, area)
    return app


def test_a_loaded_year_counts_at_once_and_is_logged(street: Flask) -> None:
    with street.app_context(), as_user("whole"):
        assert working_calendar().is_provisional(date(2027, 2, 8))
        assert save_year(2027, SPRING)
        calendar = working_calendar()
        assert not calendar.is_provisional(date(2027, 6, 1))
        assert calendar.add_working_days(date(2027, 2, 4), 2) == date(2027, 2, 14)
        assert not save_year(2027, SPRING)
        with acting_as(SYSTEM):
            assert (
                db.session.execute(select(AuditEntry.id).where(AuditEntry.resource == "settings")).first() is not None
            )
        assert save_year(2027, "")
        assert working_calendar().is_provisional(date(2027, 2, 8))


def test_a_shipped_year_is_corrected_and_taken_back(street: Flask) -> None:
    with street.app_context(), as_user("whole"):
        assert save_year(2026, "2026-10-01至2026-10-08 休 国庆节")
        assert not working_calendar().is_working_day(date(2026, 10, 8))
        assert working_calendar().is_working_day(date(2026, 2, 17))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2027-02-05 春节", "第 1 行"), ("2027-02-05至2027-01-05 休", "起止日期"), ("2027年2月5日 休", "应写成"),
        ("2028-01-01 休 元旦", "不在 2027 年"), ("2027-02-08 班", "本来就是工作日"),
        ("2027-02-06 休 春节\n2027-02-06 班", "既是放假日又是补班日"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_in_words(sqlite_context: None, text: str, words: str) -> None:
    build_areas()
    with acting_as(SYSTEM), pytest.raises(CalendarRefused, match=words):
        save_year(2027, text)
    assert working_calendar().is_provisional(date(2027, 2, 8))


def test_office_hours_are_kept_and_refused_in_words(sqlite_context: None) -> None:
    build_areas()
    with acting_as(SYSTEM):
        assert save_office_hours([("09:00", "12:00"), ("13:00", "18:00")])
        assert office_day() == OfficeDay(((time(9), time(12)), (time(13), time(18))))
        assert working_time().office_day == office_day()
        with pytest.raises(CalendarRefused, match="下班晚于上班"):
            save_office_hours([("09:00", "08:00"), ("13:00", "18:00")])
        with pytest.raises(CalendarRefused, match="08:30"):
            save_office_hours([("九点", "12:00"), ("13:00", "18:00")])


def test_only_who_writes_settings_changes_the_calendar(street: Flask) -> None:
    with street.app_context(), as_user("clerk"), pytest.raises(NotPermitted):
        save_year(2027, SPRING)


def test_the_pages_show_save_and_refuse(street: Flask) -> None:
    client = signed_in_client(street, "whole")
    page = client.get("/working_calendar/2027").get_data(as_text=True)
    assert "暂定" in page
    assert "2027-05-01" in page
    refused = client.post("/working_calendar/2027/edit", data={"days": "2027-02-05 春节"})
    assert refused.status_code == 422
    assert "第 1 行" in refused.get_data(as_text=True)
    answer = client.post("/working_calendar/2027/edit", data={"days": SPRING}, follow_redirects=True)
    text = answer.get_data(as_text=True)
    assert "已公布" in text
    assert "2027-02-05 — 2027-02-11" in text
    assert "只有 7 天放假" in text
    assert client.get("/working_calendar/1999").status_code == 404
    hours = {"morning_from": "九点", "morning_to": "12:00", "afternoon_from": "13:00", "afternoon_to": "17:00"}
    assert client.post("/working_calendar/hours", data=hours).status_code == 422
    answer = client.post("/working_calendar/hours", data=hours | {"morning_from": "9：00"}, follow_redirects=True)
    assert "09:00—12:00，13:00—17:00" in answer.get_data(as_text=True)


def test_a_street_reads_the_calendar_and_cannot_change_it_for_all(street: Flask) -> None:
    client = signed_in_client(street, "office")
    page = client.get("/working_calendar/").get_data(as_text=True)
    assert "2026年工作日历" in page
    assert "修改这一年" not in page
    assert client.get("/working_calendar/2027/edit").status_code == 403
