"""The 通讯录: out of the registers, searched, cut to the reader's scope, masked, printed and put into a phone."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from app.contacts import queries, rules
from app.contacts.rules import Contact
from app.contacts.sources import SOURCES, source
from app.extensions import db
from app.lowcode.papers import PaperRequest, paper
from app.lowcode.register import register
from app.lowcode.service import save
from app.periods.rules import parse
from app.security.actor import SYSTEM, acting_as
from reports.document import Table
from tests.registers.values import ValueMaker
from tests.world import GRID, HOME, NEXT_GRID, STREET, TODAY, add_user, as_user, build_areas, signed_in_client


def made(name: str, /, **raw: Any) -> Any:
    return save(register(name), None, {"area": GRID} | raw, by=SYSTEM, today=TODAY)


def people() -> None:
    build_areas()
    add_user("neiqin", "community_clerk", HOME)
    add_user("street", "street_office", STREET)
    with acting_as(SYSTEM):
        made("grid_workers", name="王敏", phone="13900000001", post="full_time")
        made("grid_workers", name="离岗人", phone="13900000002", left_on="2026-01-01", state="left")
        made("grid_workers", name="邻居", phone="13900000003", area=NEXT_GRID)
        made("property_companies", name="安居物业", manager="赵经理", manager_phone="13900000004")
        made("property_companies", name="没有经理的物业")
        seat = {"name": "孙主任", "post": "director"}
        made("owners_committees", name="富康业委会", phone="13900000005", members=[seat])


def found(name: str, actor: Any, **more: Any) -> tuple[Contact, ...]:
    of = source(name)
    assert of is not None
    return queries.find(of, area=HOME, words=more.pop("words", ""), actor=actor, today=TODAY, **more).contacts


def test_people_of_today_with_post_and_unit(context: Any) -> None:
    people()
    with as_user("neiqin") as clerk:
        (worker,) = found("grid_workers", clerk)
        assert (worker.name, worker.unit, worker.phone, worker.is_masked) == (
            "王敏",
            "桂花社区 第一网格",
            "13900000001",
            False,
        )
        (manager,) = found("property_companies", clerk)
        assert (manager.name, manager.post, manager.unit) == ("赵经理", "项目经理", "安居物业")
        (director,) = found("owners_committees", clerk)
        assert (director.name, director.post, director.unit) == ("孙主任", "主任", "富康业委会")


def test_words_find_by_name_pinyin_and_telephone(context: Any) -> None:
    people()
    with as_user("neiqin") as clerk:
        for words in ("王敏", "wm", "13900000001"):
            assert [each.name for each in found("grid_workers", clerk, words=words)] == ["王敏"], words
        assert found("grid_workers", clerk, words="邻居") == ()


def test_a_street_sees_everybody_and_telephones_masked(context: Any) -> None:
    people()
    of = source("grid_workers")
    assert of is not None
    with as_user("street") as street:
        rows = queries.find(of, area=STREET, words="", actor=street, today=TODAY).contacts
        assert [each.name for each in rows] == ["王敏", "邻居"]
        assert all(each.is_masked and "****" in each.phone for each in rows)
        assert rules.cards(rows) == b"", "half a number is no use in a phone"


def test_every_source_gives_contacts_and_asks_the_database_no_more_for_more_rows(context: Any) -> None:
    build_areas()
    add_user("shuji", "community_secretary", HOME)
    with as_user("shuji") as secretary:
        maker = ValueMaker(secretary, area=GRID, today=TODAY)
        for of in SOURCES:
            reg = register(of.register)
            maker.row(reg)
            few = _statements(of, secretary)
            for _number in range(4):
                maker.row(reg)
            contacts = queries.find(of, area=HOME, words="", actor=secretary, today=TODAY).contacts
            assert contacts, of.register
            assert _statements(of, secretary) <= few + 1, of.register


def _statements(of: Any, actor: Any) -> int:
    count = []
    db.session.expire_all()

    def note(*_arguments: Any) -> None:
        count.append(1)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        queries.find(of, area=HOME, words="", actor=actor, today=TODAY)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(count)


def test_a_card_is_escaped_folded_and_keeps_characters_whole() -> None:
    person = Contact(
        "units", 1, "王,敏", "联系人", "名字很长" * 12 + "；分号;", "桂花社区", "13900000001、0512-65000000", False
    )
    text = rules.cards([person]).decode()
    assert "FN:王\\,敏\r\n" in text
    assert text.count("TEL;TYPE=CELL:") == 2
    assert all(len(line.encode()) <= rules.LINE_BYTES for line in text.split("\r\n"))
    assert "名字很长" * 12 + "；分号\\;" in text.replace("\r\n ", "")
    assert rules.cards([Contact("units", 1, "无电话", "", "", "", "", False)]) == b""


@pytest.mark.parametrize("area", [HOME, STREET])
def test_the_paper_has_a_table_for_each_register(context: Any, area: str) -> None:
    people()
    document = paper("contact_book").build(PaperRequest(area, parse("2026-11"), TODAY, SYSTEM))
    captions = [block.caption for block in document.blocks if isinstance(block, Table)]
    assert captions[0] == ("网格员（1人）" if area == HOME else "网格员（2人）")
    assert "物业企业（1人）" in captions


def test_pages_search_and_hand_out_cards(app: Flask) -> None:
    with app.app_context():
        people()
        add_user("geyuan", "grid_worker", GRID)
    client = signed_in_client(app, "neiqin")
    page = client.get("/contacts/?q=敏").get_data(as_text=True)
    assert "王敏" in page
    assert "13900000001" in page
    assert "没有找到" in client.get("/contacts/?q=查无此人").get_data(as_text=True)
    cards = client.get("/contacts/cards.vcf?kind=grid_workers")
    assert cards.mimetype == "text/vcard"
    assert "FN:王敏" in cards.get_data(as_text=True)
    worker = signed_in_client(app, "geyuan")
    assert "王敏" in worker.get("/contacts/").get_data(as_text=True)
    assert worker.get("/contacts/cards.vcf").status_code == 403
