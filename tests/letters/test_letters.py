"""Letters: drafted, signed with number and name, mended with the same number, void for ever, each version kept."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app.database.transactions import writing
from app.extensions import db
from app.letters import queries, service
from app.letters.models import Letter
from app.lowcode.papers import PaperRequest, paper
from app.lowcode.register import register
from app.lowcode.service import SaveRefused, delete, save
from app.periods.rules import parse
from app.report_center.documents import printable
from app.security.actor import SYSTEM, acting_as
from app.settings.working_calendar import save_year
from reports.document import Signature
from tests.world import DISTRICT, OTHER_STREET, STREET, TODAY, add_user, build_areas, signed_in_client

MATTER = {
    "problem": "消防通道堆放杂物", "assigned_on": "2026-10-08", "was_due_on": "2026-10-20", "due_on": "2026-12-01",
    "demand": "清理到位",
}  # fmt: skip


@pytest.fixture
def street(sqlite_app: Flask) -> Flask:
    with sqlite_app.app_context():
        build_areas()
        add_user("office", "street_office", STREET)
        add_user("section", "street_section", STREET)
        companies()
    return sqlite_app


def companies() -> None:
    """Whom letters go to."""
    with acting_as(SYSTEM):
        for name in ("安居物业", "安居物业服务公司"):
            save(register("property_companies"), None, {"name": name, "area": STREET}, by=SYSTEM, today=TODAY)


def draft(kind: str = "supervision", **more: Any) -> Letter:
    raw = {"kind": kind, "name": "消防通道被占", "area": STREET, "addressee": "安居物业", "contact": "王敏"}
    if kind == "supervision":
        raw |= {"matters": [MATTER]}  # type: ignore[dict-item]
    return save(register("letters"), None, raw | more, by=SYSTEM, today=TODAY)  # type: ignore[no-any-return]


def signed(letter: Letter, day: date = TODAY) -> Letter:
    return service.issue(letter.id, signatory="刘国安", signed_on=day, by=SYSTEM, today=TODAY)


def test_each_kind_counts_by_itself_and_anew_each_year(street: Flask) -> None:
    with street.app_context(), acting_as(SYSTEM):
        numbers = [signed(draft()).number, signed(draft("liaison", body="请支持。")).number, signed(draft()).number]
        old = draft(matters=[MATTER | {"due_on": "2026-12-01"}])
        numbers.append(signed(old, date(2025, 12, 30)).number)
    assert numbers == ["清街办督〔2026〕1号", "清街办函〔2026〕1号", "清街办督〔2026〕2号", "清街办督〔2025〕1号"]


def test_no_letter_states_a_day_that_may_still_move(street: Flask) -> None:
    said = "2027年的放假安排还没有录入，期限 2027-01-08 只是暂定，函件不能签发。请系统管理员先在“工作日历”录入2027年。"
    with street.app_context(), acting_as(SYSTEM):
        letters = [
            draft("liaison", body="请支持。", reply_by="2027-01-08"),
            draft("whistle", body="占道经营", location="北门", reply_by="2027-01-08"),
            draft(matters=[MATTER, MATTER | {"due_on": "2027-01-08"}], reply_by="2026-12-31"),
        ]
        for letter in letters:
            with pytest.raises(SaveRefused) as refused:
                signed(letter)
            assert refused.value.errors == {"": said}
        ids = [letter.id for letter in letters]
        assert signed(draft("liaison", body="请支持。", reply_by="2026-12-31")).number == "清街办函〔2026〕1号"
    office = signed_in_client(street, "office")
    assert said in office.get(f"/letters/{ids[0]}").get_data(as_text=True)
    with street.app_context(), acting_as(SYSTEM):
        save_year(2027, "2027-01-01至2027-01-04 休 元旦")
        assert [signed(db.session.get_one(Letter, id_)).number for id_ in ids] == [
            "清街办函〔2026〕2号", "清街办哨〔2026〕1号", "清街办督〔2026〕1号",
        ]  # fmt: skip


def test_a_draft_says_what_it_lacks_and_takes_no_number(street: Flask) -> None:
    with street.app_context(), acting_as(SYSTEM):
        letter = draft("liaison")
        with pytest.raises(SaveRefused) as refused:
            service.issue(letter.id, signatory=" ", signed_on=date(2026, 11, 23), by=SYSTEM, today=TODAY)
        assert refused.value.errors == {
            "": "工作联系函要写正文。", "signatory": "请填签发人。", "signed_on": "签发日期不能晚于今天。",
        }  # fmt: skip
        late = draft(matters=[MATTER | {"due_on": "2026-11-01"}])
        with pytest.raises(SaveRefused, match="新的时限早于签发日期"):
            signed(late)
        assert signed(draft()).number == "清街办督〔2026〕1号"


def test_a_body_supervises_only_those_it_is_set_over(street: Flask) -> None:
    with street.app_context(), acting_as(SYSTEM):
        for name, area in (("街道城管队", STREET), ("区住建局", DISTRICT), ("隔壁街道城管队", OTHER_STREET)):
            save(register("units"), None, {"name": name, "area": area}, by=SYSTEM, today=TODAY)
        for name in ("区住建局", "隔壁街道城管队", "远山街道", "街道城管队、区住建局"):
            with pytest.raises(SaveRefused, match="不能发督办函，请改为工作联系函"):
                signed(draft(addressee=name))
            assert signed(draft("liaison", addressee=name, body="请协助。")).number
        for name in ("街道城管队", "桂花社区", "街道城管队、桂花社区", "安居物业"):
            assert signed(draft(addressee=name)).number
        with pytest.raises(SaveRefused, match="“名册里没有的单位”不在单位和物业企业的名册里"):
            signed(draft(addressee="街道城管队、名册里没有的单位"))


def test_the_page_of_a_letter_offers_what_its_state_allows(street: Flask) -> None:
    with street.app_context(), acting_as(SYSTEM):
        drafted, issued, returned = draft().id, signed(draft()).id, signed(draft()).id
        service.take_back(returned, reason="单位名称写错", by=SYSTEM)
    client = signed_in_client(street, "office")

    def offered(id_: int) -> tuple[bool, bool, str]:
        page = client.get(f"/letters/show/{id_}").get_data(as_text=True)
        return f'href="/letters/edit/{id_}"' in page, f'action="/letters/delete/{id_}"' in page, page

    assert offered(drafted)[:2] == (True, True)
    assert offered(issued)[:2] == (False, False)
    assert "请先在“核对和签发”里退回修改，或者作废。" in offered(issued)[2]
    assert offered(returned)[:2] == (True, False)
    assert "2号 已经编号，不能删除。" in offered(returned)[2]


def test_a_signed_letter_is_mended_only_by_taking_it_back(street: Flask) -> None:
    reg = register("letters")
    with street.app_context(), acting_as(SYSTEM):
        letter = signed(draft())
        with pytest.raises(SaveRefused, match="已签发的函件不能直接改或删"):
            save(reg, letter, {"addressee": "别的单位"}, by=SYSTEM, today=TODAY)
        with pytest.raises(SaveRefused, match="已签发"):
            delete(reg, letter, by=SYSTEM)
        with pytest.raises(SaveRefused, match="原因"):
            service.take_back(letter.id, reason=" ", by=SYSTEM)
        service.take_back(letter.id, reason="单位名称写错", by=SYSTEM)
        save(reg, letter, {"addressee": "安居物业服务公司"}, by=SYSTEM, today=TODAY)
        again = signed(letter)
        assert (again.number, again.issue) == ("清街办督〔2026〕1号", 2)
        first, second = (queries.version_document(letter.id, issue) for issue in (1, 2))
        assert first is not None
        assert second is not None
        assert (first.head.addressee, second.head.addressee) == ("安居物业", "安居物业服务公司")  # type: ignore[union-attr]


def test_a_void_number_is_never_given_again(street: Flask) -> None:
    with street.app_context(), acting_as(SYSTEM):
        letter = signed(draft())
        service.declare_void(letter.id, reason="重复发文", by=SYSTEM)
        assert signed(draft()).number == "清街办督〔2026〕2号"
        with pytest.raises(SaveRefused, match="已作废"):
            save(register("letters"), letter, {"addressee": "甲"}, by=SYSTEM, today=TODAY)
        request = PaperRequest(STREET, parse("2026-11"), TODAY, SYSTEM)
        assert letter.uid not in {each.id for each in paper("supervision_letter").subjects(request)}  # type: ignore[misc]


def test_signed_versions_cannot_be_changed(app: Flask) -> None:
    with app.app_context(), acting_as(SYSTEM):
        build_areas()
        companies()
        signed(draft())
        with pytest.raises(Exception, match="append-only"), writing() as session:
            session.execute(text("UPDATE letter_versions SET signatory = '别人'"))


@pytest.mark.parametrize("kind", ["supervision", "liaison", "whistle"])
def test_each_prints_in_the_report_centre_and_signed_ones_print_as_signed(street: Flask, kind: str) -> None:
    more = {"body": "沿街油烟扰民。", "location": "清溪路", "reply_by": "2026-12-05"} if kind != "supervision" else {}
    name = {"supervision": "supervision_letter", "liaison": "liaison_letter", "whistle": "whistle_order"}[kind]
    with street.app_context(), acting_as(SYSTEM):
        letter = draft(kind, **more)
        request = PaperRequest(STREET, parse("2026-11"), TODAY, SYSTEM, letter.uid)
        assert printable(paper(name), request).document.is_draft
        signed(letter, date(2026, 11, 20))
        document = printable(paper(name), request).document
    assert not document.is_draft
    if kind == "whistle":
        assert document.subtitle.startswith("编号：清街办哨〔2026〕1号")
    else:
        signature = next(block for block in document.blocks if isinstance(block, Signature))
        assert (signature.issuer, signature.signed_on) == ("清溪街道办事处", date(2026, 11, 20))


def test_the_office_signs_on_its_page_and_a_section_may_not(street: Flask) -> None:
    with street.app_context(), acting_as(SYSTEM):
        id_ = draft("liaison", body="一，请支持。").id
    office, section = signed_in_client(street, "office"), signed_in_client(street, "section")
    page = office.get(f"/letters/{id_}").get_data(as_text=True)
    assert "第一层序号后面用顿号" in page
    assert "编号并签发" in page
    assert "编号并签发" not in section.get(f"/letters/{id_}").get_data(as_text=True)
    form = {"signatory": "刘国安", "signed_on": "2026.11.20"}
    assert section.post(f"/letters/{id_}/issue", data=form).status_code == 403
    assert office.post(f"/letters/{id_}/issue", data=form | {"signed_on": "某日"}).status_code == 422
    assert "清街办函〔2026〕1号" in office.post(f"/letters/{id_}/issue", data=form, follow_redirects=True).text
    assert office.get(f"/letters/{id_}/versions/1.pdf").data.startswith(b"%PDF")
    assert office.get(f"/letters/{id_}/versions/2.pdf").status_code == 404
    assert "文号不变" in office.post(f"/letters/{id_}/take-back", data={"reason": "补附件"}, follow_redirects=True).text
