"""Pages and papers of points: calendar, own points, award form, reversal, summary, panel, ledger and summary papers."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.database.transactions import writing
from app.extensions import db
from app.facts.service import happened
from app.lowcode.indicators import indicator
from app.lowcode.papers import PaperRequest, paper
from app.lowcode.register import register
from app.periods.rules import Period, parse
from app.points import queries, service
from app.points.models import PointsEntry
from app.points.rules import Matter
from app.security.actor import SYSTEM, acting_as
from app.security.models import Account
from app.security.queries import actor_named
from reports.document import Table
from reports.rendering import render
from tests.points.world import build, close_month, rule, saved
from tests.world import GRID, HOME, STREET, TODAY, add_user, as_user, signed_in_client


@dataclass
class World:
    """An application with one entry in October and two in November."""

    app: Flask
    worker_id: int
    other_id: int
    rule_id: int
    entry_id: int
    evidence_id: int


@pytest.fixture
def world(sqlite_app: Flask) -> World:
    with sqlite_app.app_context():
        people = build()
        own = add_user("xiaohe", "grid_worker", GRID)
        with acting_as(SYSTEM), writing() as session:
            session.get(Account, own.user_id).person_uid = people.worker.uid
        visit, council = rule("B01", "2", cap="5", name="走访解决问题"), rule("E01", "3", name="组织议事会")
        rule("E02", "2", name="议定事项办结", auto_on="resolution_done")
        file = service.EvidenceFile("签字单.txt", "已办好".encode())
        ids = []
        for of, on, words, files in (
            (visit, date(2026, 10, 9), "帮独居老人修水管", []),
            (visit, date(2026, 11, 3), "调换楼道灯", [file]),
            (council, date(2026, 11, 12), "召集停车议事会", []),
        ):
            matter = Matter.in_words(words, on=on)
            made = service.award(
                of, people.worker, matter=matter, on=on, by=people.secretary, today=TODAY, evidence=files
            )
            ids.append(made.entry.id)
        found = World(sqlite_app, people.worker.id, people.other.id, visit.id, ids[0], ids[1])
        db.session.remove()
    return found


def page(client: FlaskClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.get_data(as_text=True)[:1500]
    return answer.get_data(as_text=True)


def test_the_calendar_shows_each_entry_and_how_the_sum_comes_about(world: World) -> None:
    client = signed_in_client(world.app, "shuji")
    text = page(client, f"/points/workers/{world.worker_id}")
    for words in (
        "王小禾的积分",
        "2026年11月",
        "调换楼道灯",
        "召集停车议事会",
        "B01 走访解决问题",
        "附件 1 份",
        "+5.0",
        "+7.0",
    ):
        assert words in text
    assert "帮独居老人修水管" not in text
    assert "下个月" not in text
    assert "帮独居老人修水管" in page(client, f"/points/workers/{world.worker_id}?month=2026-10")
    assert "2026年11月" in page(client, f"/points/workers/{world.worker_id}?month=2031-01")
    assert "还没有积分记录" in page(client, f"/points/workers/{world.other_id}")
    assert len(text) < 60_000


def test_a_neighbour_sees_nothing(world: World) -> None:
    client = signed_in_client(world.app, "linju")
    page(client, f"/points/workers/{world.worker_id}", 404)
    page(client, f"/points/entries/{world.entry_id}", 404)
    page(client, f"/points/entries/{world.entry_id}/reverse", 404)
    assert "王小禾" not in page(client, f"/points/summary?area={HOME}")


def test_a_worker_sees_his_own_points_only(world: World) -> None:
    client = signed_in_client(world.app, "xiaohe")
    text = page(client, "/points/own")
    assert "我的积分" in text
    assert "调换楼道灯" in text
    assert "记一次积分" not in text
    shown = page(client, f"/points/entries/{world.evidence_id}")
    assert "签字单.txt" in shown
    assert "/reverse" not in shown
    found = re.search(r'/files/(\d+)"', shown)
    assert found is not None
    with client.get(f"/files/{found[1]}") as answer:
        assert answer.data.decode() == "已办好"
    for path in (f"/points/workers/{world.worker_id}", "/points/summary", "/points/award", "/points/matters"):
        page(client, path, 403)


def test_another_worker_reaches_neither_entry_nor_file(world: World) -> None:
    with world.app.app_context():
        add_user("xiaomai", "grid_worker", HOME + "002")
    client = signed_in_client(world.app, "xiaomai")
    page(client, f"/points/entries/{world.evidence_id}", 404)
    assert client.get("/files/1").status_code == 404
    assert client.get("/points/own").status_code == 302


def test_awarding_through_the_form(world: World) -> None:
    client = signed_in_client(world.app, "shuji")
    text = page(client, f"/points/award?worker={world.worker_id}")
    assert "B01 走访解决问题 +2.0（每月最多 5.0）" in text
    assert 'value="王小禾"' in text
    typed = {"worker": str(world.worker_id), "rule": str(world.rule_id), "on": "2026.11.20", "matter_text": "清理楼道"}
    answer = client.post("/points/award", data=typed | {"evidence": (io.BytesIO("照片说明".encode()), "说明.txt")})
    assert answer.status_code == 302
    assert "month=2026-11" in answer.location
    followed = page(client, answer.location)
    assert "已记：王小禾 +2.0 分" in followed
    again = client.post("/points/award", data=typed)
    assert again.status_code == 422
    assert "一件事只记一次" in again.get_data(as_text=True)
    assert "清理楼道" in again.get_data(as_text=True)


def test_a_wrong_form_says_what_and_writes_nothing(world: World) -> None:
    client = signed_in_client(world.app, "shuji")
    text = client.post("/points/award", data={"on": "2026-13-01"}).get_data(as_text=True)
    for words in ("请选一名网格员", "请选一条规则", "请写明是什么事"):
        assert words in text
    future = {"worker": str(world.worker_id), "rule": str(world.rule_id), "on": "2026-11-23", "matter_text": "明天的事"}
    assert "日期还没到" in client.post("/points/award", data=future).get_data(as_text=True)
    with world.app.app_context(), acting_as(SYSTEM):
        assert len(db.session.execute(select(PointsEntry.id)).all()) == 3


def test_taking_back_through_the_page(world: World) -> None:
    client = signed_in_client(world.app, "shuji")
    path = f"/points/entries/{world.evidence_id}/reverse"
    assert "调换楼道灯" in page(client, path)
    assert client.post(path, data={"reason": ""}).status_code == 422
    answer = client.post(path, data={"reason": "记错了人"})
    assert answer.status_code == 302
    shown = page(client, answer.location)
    assert "冲正第 2 号：调换楼道灯" in shown
    assert "记错了人" in shown
    assert "已冲正" in page(client, f"/points/entries/{world.evidence_id}")


def test_the_summary_ranks_nobody(world: World) -> None:
    client = signed_in_client(world.app, "jiedao")
    text = page(client, f"/points/summary?area={STREET}")
    assert text.index("王小禾") < text.index("李小麦")
    assert "名次" in text
    assert "第1名" not in text
    quarter = page(client, f"/points/summary?area={STREET}&period=2026-Q4")
    assert "2026年第四季度" in quarter
    assert "+7.0" in quarter
    assert "按周" in quarter
    week = page(client, f"/points/summary?area={STREET}&period=2026-W47")
    assert ("2026年第47周" in week, "期末积分" in week) == (True, True)


def test_beside_the_workers_page(world: World) -> None:
    client = signed_in_client(world.app, "shuji")
    text = page(client, f"/grid_workers/show/{world.worker_id}")
    assert "本月合计 +5.0，2 条记录" in text
    assert f"/points/workers/{world.worker_id}" in text


def _tables(document: Any) -> list[Table]:
    return [block for block in document.blocks if isinstance(block, Table)]


def request_of(username: str, period: str, subject: str = "") -> PaperRequest:
    actor = actor_named(username, today=TODAY)
    assert actor is not None
    return PaperRequest(HOME, parse(period), TODAY, actor, subject)


def test_the_ledger_paper_adds_up(world: World) -> None:
    with world.app.app_context():
        ledger = paper("points_ledger")
        assert ledger.subjects is not None
        request = request_of("shuji", "2026-11")
        subjects = ledger.subjects(request)
        assert [subject.title for subject in subjects] == ["王小禾", "李小麦"]
        document = ledger.build(request_of("shuji", "2026-11", subjects[0].id))
        (table,) = _tables(document)
        assert [row[-1] for row in table.rows] == [Decimal("4.0"), Decimal("7.0")]
        assert table.totals is not None
        assert table.totals[-1] == Decimal("7.0")
        assert render(document, "pdf").startswith(b"%PDF")
        whole = _tables(ledger.build(request_of("shuji", "2026", subjects[0].id)))[0]
        assert len(whole.rows) == 3
        nobody = ledger.build(request_of("linju", "2026-11", subjects[0].id))
        assert _tables(nobody)[0].rows == ()


def test_the_summary_paper_agrees_with_the_ledgers(world: World) -> None:
    with world.app.app_context():
        document = paper("points_summary").build(request_of("shuji", "2026-11"))
        (table,) = _tables(document)
        assert table.rows[0][1] == "王小禾"
        assert table.rows[0][3:8] == (Decimal("2.0"), Decimal("5.0"), Decimal("0.0"), Decimal("7.0"), 2)
        for format_ in ("xlsx", "docx", "html"):
            assert render(document, format_)


def test_figures(world: World) -> None:
    with world.app.app_context(), as_user("shuji") as actor:
        november, prefixes = Period.of("month", TODAY), (HOME,)
        assert indicator("points_entries").value(prefixes, november) == 2
        assert indicator("points_total").value(prefixes, november) == 5
        assert indicator("points_workers_with_entries").value(prefixes, november) == Decimal("50.0")
        assert actor.allows("points_entries", "read")


def test_a_resolution_carried_out_in_time_gives_points_once(world: World) -> None:
    with world.app.app_context():
        with acting_as(SYSTEM):
            worker = db.session.get(register("grid_workers").model, world.worker_id)
            unit = saved("units", None, {"name": "增设晾衣架", "area": HOME})
        by = {"person_register": "grid_workers", "person_uid": worker.uid}
        for details in (by | {"is_late": True}, by, by, {"person_register": "units", "person_uid": unit.uid}):
            with acting_as(SYSTEM), writing():
                happened("resolution_done", unit, on=date(2026, 11, 18), details=details)
        with as_user("shuji"):
            found = queries.lines_of(worker.uid, date(2026, 11, 18), date(2026, 11, 18))
        assert [(line.rule_code, line.points, line.matter, line.recorded_by) for line in found] == [
            ("E02", Decimal("2.0"), "增设晾衣架", "系统")
        ]


def test_a_refused_award_does_not_undo_what_happened(world: World) -> None:
    with world.app.app_context():
        with acting_as(SYSTEM):
            worker = db.session.get(register("grid_workers").model, world.worker_id)
            unit = saved("units", None, {"name": "增设晾衣架", "area": HOME})
            close_month(HOME, date(2026, 10, 1))
        by = {"person_register": "grid_workers", "person_uid": worker.uid}
        with acting_as(SYSTEM), writing():
            happened("resolution_done", unit, on=date(2026, 10, 18), details=by)
        with acting_as(SYSTEM), writing():
            happened("resolution_done", worker, on=date(2025, 1, 2), details=by)
        with as_user("shuji"):
            found = queries.lines_of(worker.uid, date(2025, 1, 1), TODAY)
        assert [line.on for line in found if line.rule_code == "E02"] == [TODAY]


def test_a_dispute_is_offered_beside_each_entry_of_ones_own_until_the_month_is_final(world: World) -> None:
    client = signed_in_client(world.app, "xiaohe")
    october, november = "/points/own?month=2026-10", "/points/own?month=2026-11"
    offered = f'href="/points/disputes/file/{world.entry_id}"'
    assert page(client, october).count("提出异议") == 1
    assert page(client, november).count("提出异议") == 2
    assert offered in page(client, october)
    client.post(f"/points/disputes/file/{world.entry_id}", data={"reason": "这一条记少了两户"})
    assert "待处理" in page(client, october)
    assert offered not in page(client, october)
    assert "提出异议" not in page(signed_in_client(world.app, "shuji"), f"/points/workers/{world.worker_id}")
    with world.app.app_context(), acting_as(SYSTEM):
        close_month(HOME, date(2026, 11, 3))
    assert "提出异议" not in page(client, november)
