"""The pages of closing a month: offered to those who may, refused in words, and the records behind a moved figure."""

from __future__ import annotations

import io
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.database.transactions import writing
from app.lowcode.register import register
from app.report_center.months import service
from app.report_center.months.service import SignedSheet
from app.security.actor import SYSTEM, acting_as
from app.settings.service import save_profile
from tests.files.contents import picture
from tests.report_center.conftest import OCTOBER, build_world
from tests.report_center.test_months import pass_all
from tests.world import GRID, HOME, OTHER_STREET, PROFILE, STREET, TODAY, as_user, signed_in_client

PAGE = f"/months/{STREET}/2026-10"


@pytest.fixture
def street(sqlite_app: Flask) -> FlaskClient:
    """The street's office, all papers passed."""
    with sqlite_app.app_context():
        build_world()
        pass_all()
    return signed_in_client(sqlite_app, "street")


def _text(client: FlaskClient, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_the_way_of_a_month(street: FlaskClient) -> None:
    assert "填报中" in _text(street, "/months/")
    assert "没有查到妨碍定稿的事" in _text(street, PAGE)
    assert "还没有过完" in _text(street, f"/months/{STREET}/{TODAY:%Y-%m}")
    assert street.post(f"{PAGE}/hold").status_code == 302
    assert "正在核对" in _text(street, PAGE)
    assert street.post(f"{PAGE}/unhold").status_code == 302
    street.post(f"{PAGE}/finalise")
    page = _text(street, PAGE)
    assert "第1次定稿" in page
    assert "重新打开" in page
    answer = street.post(f"{PAGE}/reopen", data={"reason": "漏报"}, follow_redirects=True)
    assert "签字的申请单" in answer.get_data(as_text=True)
    sheet = (io.BytesIO(picture("PNG")), "申请单.png")
    street.post(f"{PAGE}/reopen", data={"reason": "漏报", "sheet": sheet}, content_type="multipart/form-data")
    page = _text(street, PAGE)
    assert "已重新打开，可以更正" in page
    assert "重新打开的记录" in page
    assert "看签字单" in page


def test_where_two_must_agree_the_first_is_told_that_it_waits(sqlite_app: Flask, street: FlaskClient) -> None:
    with sqlite_app.app_context(), acting_as(SYSTEM), writing():
        save_profile(PROFILE | {"reopening_persons": 2})
    street.post(f"{PAGE}/finalise")
    sheet = (io.BytesIO(picture("PNG")), "申请单.png")
    street.post(f"{PAGE}/reopen", data={"reason": "漏报", "sheet": sheet}, content_type="multipart/form-data")
    page = _text(street, PAGE)
    assert "等另一位同志确认后重新打开" in page
    assert "已定稿" in page


def test_a_moved_figure_leads_to_its_record(sqlite_app: Flask, street: FlaskClient) -> None:
    with sqlite_app.app_context():
        with as_user("street"):
            service.finalise(STREET, OCTOBER, today=TODAY)
            service.reopen(STREET, OCTOBER, reason="漏报", sheet=SignedSheet("单.png", picture("PNG")))
        with acting_as(SYSTEM), writing() as session:
            row = register("party_members").model(
                name="漏报的人", roster="registered", area_code=GRID, entered_on=date(2026, 10, 9)
            )
            session.add(row)
            session.flush()
            id_ = row.id
    page = _text(street, f"{PAGE}?compare=now")
    assert f'href="/party_members/show/{id_}"' in page
    assert "桂花社区" in page


def test_others_look_or_find_nothing(sqlite_app: Flask, street: FlaskClient) -> None:
    secretary = signed_in_client(sqlite_app, "secretary")
    assert secretary.get(PAGE).status_code == 404
    page = _text(secretary, f"/months/{HOME}/2026-10")
    assert 'action="/months/' not in page
    assert secretary.post(f"/months/{HOME}/2026-10/finalise").status_code in (302, 403)
    assert street.get(f"/months/{OTHER_STREET}/2026-10").status_code == 404
    for wrong in ("2026", "2026-Q3", "2026-13", "x"):
        assert street.get(f"/months/{STREET}/{wrong}").status_code == 404
