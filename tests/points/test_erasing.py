"""Erasing a worker who left on both databases: no trace in any table or file, the same sums, nothing that verify finds."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, current_app
from flask_appbuilder import Model
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select, text

from app.database.transactions import writing
from app.extensions import db
from app.files.queries import faults as file_faults
from app.files.service import attach
from app.lowcode import queries as rows
from app.lowcode.register import register
from app.lowcode.service import SaveRefused
from app.points import proof, service, sum_queries
from app.points.disputes import service as disputes
from app.points.erasing import rules
from app.points.erasing import service as erasing
from app.points.erasing.rules import EraseRefused
from app.points.models import PointsEntry
from app.points.rules import Matter, PointsRefused
from app.points.service import EvidenceFile
from app.points.years import service as years
from app.security import audit
from app.security.actor import SYSTEM, NotPermitted, acting_as
from app.security.models import Account
from app.security.service import set_active
from tests.points.test_disputes import of
from tests.points.world import Points, build, rule, saved, worker
from tests.world import GRID, HOME, TODAY, add_user, signed_in_client

ON = date(2026, 10, 9)
NAME, ID_NUMBER, PHONE = "欧阳知秋", "11010119900307299X", "13912340987"
WORDS = ("帮欧阳家门口铲雪", "楼长说他没到场", "当天我在现场有照片", "配合街道连夜排查", "雪夜里连续值守")
"""Of an entry, of its being sent back, of a dispute, of the decision, of an honour's reason."""
TRACES = (NAME, "欧阳", PHONE, "ouyang", *WORDS)
SHEET = EvidenceFile("欧阳知秋申请.txt", "申请单".encode())
AUDITED = {"audit_entries": {"user_name", "note"}, "changes": {"by_name"}, "attachments": set()}
"""Where the name of who acted stays, as the page says: his own account and what he did in office."""


@pytest.fixture
def world(sqlite_context: Any) -> Points:
    return build()


@pytest.fixture
def leaver(world: Points) -> Any:
    return one_who_left(world)


def one_who_left(world: Points) -> Any:
    """A worker with an account, entries with evidence, a dispute, an honour; he has left since."""
    row = worker(NAME, GRID, id_number=ID_NUMBER, phone=PHONE, note="欧阳是退伍军人", badge="欧阳1")
    saved("grid_workers", row, {"phone": "13912340988"})
    saved("grid_workers", row, {"phone": PHONE})
    own = add_user("ouyang", "grid_worker", GRID)
    with acting_as(SYSTEM), writing() as session:
        session.get(Account, own.user_id).person_uid = row.uid
    kept = rule("B01", "2")
    with acting_as(world.secretary):
        entry = service.award(
            kept, row, matter=Matter.in_words(WORDS[0], on=ON), on=ON, by=world.secretary, today=TODAY,
            evidence=[EvidenceFile("欧阳.txt", "欧阳的照片".encode())],
        ).entry  # fmt: skip
    disputed = service.award(
        kept, row, matter=Matter.in_words("清雪", on=ON), on=ON, by=world.secretary, today=TODAY
    ).entry
    service.reverse(disputed, reason=WORDS[1], by=world.secretary, today=TODAY)
    with acting_as(SYSTEM):
        filed = disputes.dispute(
            entry, reason=WORDS[2], by=own, today=TODAY, files=[EvidenceFile("欧阳.txt", "现场".encode())]
        )
    disputes.reject(of(filed.id), reason=WORDS[3], by=world.street, today=TODAY)
    years.commend(row, 2026, title="优秀网格员", reason=WORDS[4], by=world.street, today=TODAY)
    with acting_as(SYSTEM), writing():
        attach("grid_workers", row.uid, GRID, "欧阳合同.txt", "合同".encode())
    saved("grid_workers", row, {"left_on": "2026-11-20", "state": "left"})
    return row


def request(**more: Any) -> erasing.Request:
    asked = {"reason": "本人书面申请", "document": "删除申请 3 号", "sheet": SHEET, "confirmed": NAME}
    return erasing.Request(**(asked | more))


def dump() -> dict[str, str]:
    """Everything the database holds, table by table, but the search index of SQLite (its own tables hold it twice)."""
    db.session.rollback()
    with db.engine.connect() as connection:
        found = {}
        for table in Model.metadata.tables.values():
            names = [c.name for c in table.columns if c.name not in AUDITED.get(table.name, ())]
            if names:
                listed = ", ".join(f'"{name}"' for name in names)
                found[table.name] = repr(connection.execute(text(f'SELECT {listed} FROM "{table.name}"')).all())
        return found


def stored() -> list[bytes]:
    folder = Path(current_app.config["DATA_DIR"]) / "files"
    return [path.read_bytes() for path in folder.glob("??/*")]


def figures() -> Any:
    columns = list(PointsEntry.__table__.columns)
    with acting_as(SYSTEM):
        sums = sum_queries.totals_within(HOME, date(2026, 1, 1), date(2026, 12, 31))
        return db.session.execute(select(*columns)).all(), sums


def test_nothing_of_him_is_left_and_every_sum_stays(context: Any) -> None:
    world = build()
    leaver = one_who_left(world)
    before, figures_before = dump(), figures()
    for trace in TRACES:
        assert any(trace in rows_ for rows_ in before.values()), (
            f"{trace} was never written, so its absence says nothing"
        )
    seen = erasing.preview(leaver, by=world.street, today=TODAY)
    assert seen.obstacles == []
    assert dump() == before, "a preview writes nothing"
    assert (seen.held.files, seen.held.entry_texts, seen.held.has_account) == (3, 3, True)
    erasing.erase(leaver, request(), by=world.street, today=TODAY)
    after = dump()
    left = [(table, trace) for table, rows_ in after.items() for trace in TRACES if trace in rows_]
    assert left == []
    assert stored() == [SHEET.data]
    assert figures() == figures_before
    with acting_as(SYSTEM):
        assert (proof.faults(), audit.verify(), file_faults()) == ([], [], [])
        reg = register("grid_workers")
        assert rows.count(reg, SYSTEM, area=HOME) == 3, "the row stays as a shell"
        for word in (NAME, "欧阳", "ouyangzhiqiu", PHONE, ID_NUMBER):
            assert rows.page(reg, rows.Wish(words=word), SYSTEM).rows == (), word
        user = db.session.execute(select(User).where(User.id == _user_id(leaver.uid))).scalar_one()
        assert (user.active, user.first_name, user.password) == (False, rules.ERASED_NAME, "")


def _user_id(person_uid: str) -> int:
    return db.session.execute(select(Account.user_id).where(Account.person_uid == person_uid)).scalar_one()


def test_the_shell_is_not_filled_again(world: Points, leaver: Any) -> None:
    made = erasing.erase(leaver, request(), by=world.street, today=TODAY)
    with pytest.raises(EraseRefused, match="已经清除过"):
        erasing.erase(leaver, request(confirmed=rules.ERASED_NAME), by=world.street, today=TODAY)
    with pytest.raises(SaveRefused, match="已依法清除"):
        saved("grid_workers", leaver, {"name": NAME})
    with pytest.raises(PointsRefused, match="已依法清除"):
        service.award(
            rule("B02", "1"), leaver, matter=Matter.in_words("补记", on=ON), on=ON, by=world.secretary, today=TODAY
        )
    assert made.gone["积分台账里的事项、说明和记录人姓名"] == 3


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"reason": " "}, "请写明为什么"),
        ({"document": ""}, "请填依据文件"),
        ({"document": "长" * 121}, "请写短一些"),
        ({"reason": f"{NAME}申请"}, "请不要写他的姓名"),
        ({"confirmed": "欧阳"}, "一字不差"),
    ],
)
def test_what_a_request_must_bring(more: dict[str, str], words: str) -> None:
    asked = {"reason": "本人书面申请", "document": "删除申请 3 号", "confirmed": NAME, "name": NAME}
    rules.refuse_request(**asked)
    with pytest.raises(EraseRefused, match=words):
        rules.refuse_request(**(asked | more))


def test_without_the_signed_sheet_nothing_is_touched(world: Points, leaver: Any) -> None:
    before = dump()
    with pytest.raises(EraseRefused, match="请附上签字的申请单"):
        erasing.erase(leaver, request(sheet=None), by=world.street, today=TODAY)
    assert dump() == before


def test_months_that_are_not_final_are_named_before() -> None:
    standing = rules.Standing(
        name=NAME, left_on=TODAY, waiting=2, open_disputes=1, has_open_account=False,
        open_months=[f"2026年{n}月" for n in range(1, 9)],
    )  # fmt: skip
    assert [each.partition("，")[0] for each in rules.obstacles(standing, today=TODAY)] == [
        "他还有 2 条积分没有核对",
        "他还有 1 件异议没有处理",
    ]
    assert "2026年6月（共 8 个月）有他的积分，还没有定稿" in rules.warnings(standing)[0]


def test_who_may_and_what_hinders(world: Points) -> None:
    for actor in (world.secretary, world.neighbour):
        with pytest.raises(NotPermitted, match="由街道办办理"):
            erasing.preview(world.worker, by=actor, today=TODAY)
    add_user("xiaohe", "grid_worker", GRID)
    with acting_as(SYSTEM), writing() as session:
        user = session.execute(select(User).where(User.username == "xiaohe")).scalar_one()
        session.get(Account, user.id).person_uid = world.worker.uid
    found = erasing.preview(world.worker, by=world.street, today=TODAY).obstacles
    assert [text_.split("。")[0] for text_ in found] == ["他还在岗", "他的账号还开着"]
    with acting_as(SYSTEM):
        set_active("xiaohe", active=False)
    saved("grid_workers", world.worker, {"left_on": TODAY.isoformat(), "state": "left"})
    assert erasing.preview(world.worker, by=world.street, today=TODAY).obstacles == []


def test_the_page_shows_refuses_and_erases(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        build()
        row = worker(NAME, GRID, left_on="2026-11-20", state="left")
        id_ = row.id
    street, clerk = signed_in_client(sqlite_app, "jiedao"), signed_in_client(sqlite_app, "shuji")
    address = f"/points/erasures/workers/{id_}"
    assert clerk.get(address).status_code in (302, 403)
    assert "清除个人信息" in street.get(f"/grid_workers/show/{id_}").text
    assert "写出他的姓名来确认" in street.get(address).text
    typed = {"reason": "本人申请", "document": "3 号", "confirmed": "不对", "sheet": (io.BytesIO(b"sheet"), "a.txt")}
    wrong = street.post(address, data=typed)
    assert (wrong.status_code, "一字不差" in wrong.text) == (422, True)
    typed |= {"confirmed": NAME, "sheet": (io.BytesIO(b"sheet"), "a.txt")}
    done = street.post(address, data=typed, follow_redirects=True)
    assert "已经清除的" in done.text
    assert NAME not in done.text
    shown = street.get(f"/grid_workers/show/{id_}").text
    assert ("已按《3 号》清除" in shown, "内容已依法清除" in shown, NAME in shown) == (True, False, False)
    assert "删除申请" not in street.get("/points/erasures/").text
