"""The year's assessment on both databases: marks once, corrections, proposals decided by a named person, pages, papers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.exc import DatabaseError

from app.database.transactions import writing
from app.extensions import db
from app.lowcode.papers import PaperRequest
from app.periods.rules import Period
from app.points import proof
from app.points.books import shipped
from app.points.books.models import PointsBook
from app.points.books.rows import book_of, set_content
from app.points.rules import PointsRefused
from app.points.years import pages, papers, queries, service
from app.security.actor import SYSTEM, Actor, NotPermitted, acting_as
from app.security.models import Account
from reports.document import Document, Paragraph, Table
from tests.points.test_checking import past_the_triggers
from tests.points.world import Points, build, worker
from tests.world import GRID, HOME, STREET, TODAY, add_user, signed_in_client

if TYPE_CHECKING:
    from flask import Flask

REASON = "季度抽查和书面意见汇总"
JANUARY = date(2027, 1, 12)


def assess_by_the_book() -> None:
    """六角's book (半年 40 + 年终 60; 部门 60, 社区 30, 服务对象 10) with ranking on and a quota of a fifth."""
    with acting_as(SYSTEM):
        shipped.load_books(["points_liujiao"], area_code=STREET)
        with writing() as session:
            row = session.execute(select(PointsBook)).scalar_one()
            book = book_of(row)
            grades = tuple(replace(each, quota=Decimal(50)) if each.name == "优秀" else each for each in book.grades)
            terms = replace(book.terms, is_ranked=True, ranking_basis="街发〔2026〕3号")
            set_content(row, replace(book, grades=grades, terms=terms))


@pytest.fixture
def world(context: Any) -> Points:
    assess_world = build()
    assess_by_the_book()
    return assess_world


def mark_all(world: Points, who: Any, value: int, *, center: Actor) -> None:
    for stage in (1, 2):
        for part in ("部门", "社区", "服务对象"):
            service.mark(
                who, 2026, stage=stage, part=part, value=Decimal(value), reason=REASON, by=center, today=JANUARY
            )


@pytest.fixture
def center(world: Points) -> Actor:
    return add_user("zhongxin", "grid_center", STREET)


def sheet_of(actor: Actor, area_code: str = HOME) -> queries.YearSheet:
    with acting_as(actor):
        return queries.year_sheet(area_code, 2026, today=JANUARY)


def test_a_part_is_marked_once_by_who_may_and_corrected_by_the_street(world: Points, center: Actor) -> None:
    at = {"stage": 1, "reason": REASON, "today": TODAY}
    service.mark(world.worker, 2026, part="社区", value=Decimal(80), by=world.secretary, **at)
    for part, value, by, error, words in (
        ("社区", 81, center, PointsRefused, "已经评过"),
        ("部门", 90, world.secretary, PointsRefused, "由街道或网格中心来填"),
        ("部门", 90, world.neighbour, NotPermitted, "不在您负责的范围"),
        ("部门", 101, center, PointsRefused, "0 到 100"),
    ):
        with pytest.raises(error, match=words):
            service.mark(world.worker, 2026, part=part, value=Decimal(value), by=by, **at)
    with pytest.raises(PointsRefused, match="理由"):
        service.mark(world.worker, 2026, stage=1, part="部门", value=Decimal(1), reason="好", by=center, today=TODAY)
    with pytest.raises(PointsRefused, match="由街道"):
        service.correct_mark(world.worker, 2026, part="社区", value=Decimal(85), by=world.secretary, **at)
    with pytest.raises(PointsRefused, match="还没有评过"):
        service.correct_mark(world.worker, 2026, part="部门", value=Decimal(85), by=center, **at)
    service.correct_mark(world.worker, 2026, part="社区", value=Decimal(85), by=center, **at)
    line = sheet_of(world.secretary).of(world.worker.uid)
    assert line is not None
    assert [(note.value, note.attempt) for note in line.of_kind("mark")] == [(Decimal("80.0"), 0), (Decimal("85.0"), 1)]
    assert "半年部门评分" in line.result.missing
    assert proof.faults() == []


def test_nobody_marks_himself(world: Points) -> None:
    own = add_user("xiaohe", "community_secretary", HOME)
    with acting_as(SYSTEM), writing() as session:
        session.get(Account, own.user_id).person_uid = world.worker.uid
    with pytest.raises(NotPermitted, match="不能给自己"):
        service.mark(world.worker, 2026, stage=1, part="社区", value=Decimal(99), reason=REASON, by=own, today=TODAY)


def test_grades_follow_with_quotas_of_the_community_and_a_proposal_is_decided_once(
    world: Points, center: Actor
) -> None:
    mark_all(world, world.worker, 97, center=center)
    mark_all(world, world.other, 50, center=center)
    away = worker("隔壁人", "320505001002001")
    mark_all(world, away, 98, center=center)
    sheet = sheet_of(center, STREET)
    found = {line.person.name: line for line in sheet.lines}
    assert [found[name].grade.name for name in ("王小禾", "李小麦")] == ["优秀", "不合格"]
    assert found["隔壁人"].grade.name == "合格"  # half of one is nobody
    assert [found[name].placed.rank for name in ("隔壁人", "王小禾", "李小麦")] == [1, 2, 3]
    assert sheet_of(world.secretary, GRID).of(world.worker.uid).grade.name == "优秀"
    assert found["李小麦"].proposal == "解聘"
    with acting_as(center):
        assert [line.person.name for line in queries.undecided(STREET, 2026, today=JANUARY)] == ["李小麦"]
    for outcome, by, words in (
        ("leave", world.secretary, "由街道来定"), ("fire", center, "请选处理决定"), ("leave", SYSTEM, "具体的负责人"),
    ):  # fmt: skip
        with pytest.raises(PointsRefused, match=words):
            service.decide(world.other, 2026, outcome=outcome, reason=REASON, by=by, today=JANUARY)
    service.decide(world.other, 2026, outcome="adjust", reason=REASON, by=center, today=JANUARY)
    with pytest.raises(PointsRefused, match="已经定过"):
        service.decide(world.other, 2026, outcome="leave", reason=REASON, by=center, today=JANUARY)
    line = sheet_of(center).of(world.other.uid)
    assert line is not None
    assert line.decision is not None
    assert (line.decision.part, line.decision.reason) == ("adjust", REASON)
    with acting_as(center):
        assert queries.undecided(STREET, 2026, today=JANUARY) == []


def test_a_result_in_a_gap_of_the_book_has_no_grade_on_page_and_paper(world: Points, center: Actor) -> None:
    mark_all(world, world.worker, 65, center=center)
    line = sheet_of(center).of(world.worker.uid)
    assert line is not None
    assert (line.grade.grade, line.proposal) == (None, "")
    assert pages.advice_text(line) == line.grade.why == "细则里没有 65 分的等次，请街道补全细则"
    request = PaperRequest(HOME, Period.numbered("year", 2026), JANUARY, world.secretary)
    assert tables(papers.build_list(request))[0].rows[0][5] == "未定等次"


def test_honours_and_warnings_stand_once(world: Points, center: Actor) -> None:
    service.commend(world.worker, 2026, title="县级 优秀网格员", reason=REASON, by=world.secretary, today=TODAY)
    with pytest.raises(PointsRefused, match="已经记过"):
        service.commend(world.worker, 2026, title="县级 优秀网格员", reason=REASON, by=center, today=TODAY)
    service.warn(world.worker, 2026, title="约谈提醒", reason=REASON, by=center, today=TODAY)
    line = sheet_of(world.secretary).of(world.worker.uid)
    assert line is not None
    assert [note.part for note in (*line.honours, *line.warnings)] == ["县级 优秀网格员", "约谈提醒"]


def test_a_changed_note_is_found_and_cannot_be_changed_by_accident(world: Points, center: Actor) -> None:
    service.commend(world.worker, 2026, title="优秀网格员", reason=REASON, by=center, today=TODAY)
    for statement in ("UPDATE points_year_notes SET value = 100", "DELETE FROM points_year_notes"):
        with pytest.raises(DatabaseError, match="append-only"), writing() as session:
            session.execute(text(statement))
        db.session.rollback()
    with past_the_triggers("points_year_notes") as connection:
        connection.execute(text("UPDATE points_year_notes SET part = '最美网格员'"))
    assert [fault for fault in proof.faults() if "内容被改动过" in fault]


def test_a_sheet_reads_the_same_for_any_number_of_workers(world: Points, center: Actor) -> None:
    def count() -> int:
        seen: list[str] = []

        def note(*args: Any) -> None:
            seen.append(args[2])

        with acting_as(center):
            queries.year_sheet(STREET, 2026, today=JANUARY)
            event.listen(db.engine, "before_cursor_execute", note)
            try:
                queries.year_sheet(STREET, 2026, today=JANUARY)
            finally:
                event.remove(db.engine, "before_cursor_execute", note)
        assert not [each for each in seen if "points_entries" in each.partition("FROM")[2]]
        return len(seen)

    before = count()
    worker("田小甲", GRID)
    assert count() == before <= 8


def tables(document: Document) -> list[Table]:
    return [block for block in document.blocks if isinstance(block, Table)]


def test_papers_of_a_year(world: Points, center: Actor) -> None:
    mark_all(world, world.worker, 97, center=center)
    service.commend(world.worker, 2026, title="优秀网格员", reason=REASON, by=center, today=JANUARY)
    request = PaperRequest(HOME, Period.numbered("year", 2026), JANUARY, world.secretary)
    listed = tables(papers.build_list(request))[0]
    assert [(row[1], row[4], row[5], row[6]) for row in listed.rows] == [
        ("王小禾", Decimal("97.0"), "优秀", "优秀网格员"), ("李小麦", None, "", ""),
    ]  # fmt: skip
    assert [subject.title for subject in papers.subjects(request)] == ["王小禾", "李小麦"]
    document = papers.build_worker(replace(request, subject=world.worker.uid))
    assert len(tables(document)[0].rows) == 6
    said = [str(block.text) for block in document.blocks if isinstance(block, Paragraph)]
    assert "全年 = 半年 97.0×40% + 年终 97.0×60% = 97.0。" in said
    nobody = papers.build_worker(replace(request, subject=world.worker.uid, actor=world.neighbour))
    assert tables(nobody)[0].rows == ()


def test_pages_of_the_office_and_of_the_worker(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        world = build()
        own = add_user("xiaohe", "grid_worker", GRID)
        with acting_as(SYSTEM), writing() as session:
            session.get(Account, own.user_id).person_uid = world.worker.uid
        worker_id, other_id = world.worker.id, world.other.id
    office, street = signed_in_client(sqlite_app, "shuji"), signed_in_client(sqlite_app, "jiedao")
    mine = signed_in_client(sqlite_app, "xiaohe")
    off = office.get("/points/years/?year=2026").get_data(as_text=True)
    assert "没有开启排名" in off
    assert "not-on-phones" in off
    with sqlite_app.app_context():
        assess_by_the_book()
    mark = f"/points/years/workers/{worker_id}/mark?year=2026"
    assert "服务对象" in office.get(mark).get_data(as_text=True)
    refused = office.post(mark, data={"part": "1:部门", "value": "90", "reason": REASON})
    assert refused.status_code == 422
    assert "由街道或网格中心来填" in refused.get_data(as_text=True)
    for junk in (
        {},
        {"part": "1:部门", "value": "x"},
        {"part": "9:部门", "value": "1"},
        {"part": "1:部门", "value": "NaN"},
    ):
        assert street.post(mark, data=junk).status_code == 422
    assert street.post(mark, data={"part": "1:部门", "value": "90", "reason": REASON}).status_code == 302
    for route in ("commend", "warn"):
        data = {"title": "约谈提醒", "reason": REASON}
        address = f"/points/years/workers/{worker_id}/{route}?year=2026"
        assert office.get(address).status_code == 200
        assert office.post(address, data=data).status_code == 302
        assert office.post(address, data=data).status_code == 422
    assert street.get(f"/points/years/workers/{worker_id}/decide").status_code == 404
    page = mine.get("/points/years/own?year=2026").get_data(as_text=True)
    for words in ("半年部门 90.0", REASON, "每月积分", "半年还缺社区、服务对象评分"):
        assert words in page
    assert "李小麦" not in page
    assert "记表彰" not in page
    for address in (f"/points/years/workers/{other_id}", "/points/years/", mark):
        assert mine.get(address).status_code in (302, 403, 404)
    neighbour = signed_in_client(sqlite_app, "linju")
    assert neighbour.get(f"/points/years/workers/{worker_id}").status_code == 404
    for junk in ("x", "99999", "1999", ""):
        assert office.get(f"/points/years/?year={junk}&area=99").status_code == 200
