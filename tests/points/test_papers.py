"""Papers of points from the ledger, on both databases: 公示表, 异议处理单, 更正清单, sums by area, 排名通报; what they read."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event

from app.database.transactions import writing
from app.extensions import db
from app.lowcode.papers import PaperRequest
from app.periods.rules import Period
from app.points import papers, service
from app.points.checking import service as checking
from app.points.disputes import papers as dispute_papers
from app.points.disputes import queries as shown
from app.points.disputes import service as disputes
from app.points.models import PointsEntry
from app.points.ranking import papers as ranking_papers
from app.security.actor import SYSTEM, Actor, acting_as
from app.security.models import Account
from reports.document import Document, Facts, Paragraph, Table, show
from tests.points.test_checking import give
from tests.points.test_ranking import give as give_by_book
from tests.points.test_ranking import rank_by_the_book
from tests.points.world import Points, build, close_month, rule, worker
from tests.world import GRID, HOME, STREET, TODAY, add_user

OCTOBER = Period.numbered("month", 2026, 10)
ON = date(2026, 10, 9)
BEGAN = date(2026, 11, 2)


@pytest.fixture
def world(context: Any) -> Points:
    return build()


def request_of(actor: Actor, area_code: str = HOME, subject: str = "", period: Period = OCTOBER) -> PaperRequest:
    return PaperRequest(area_code, period, TODAY, actor, subject)


def tables(document: Document) -> list[Table]:
    return [block for block in document.blocks if isinstance(block, Table)]


def words(document: Document) -> str:
    return "\n".join(str(block.text) for block in document.blocks if isinstance(block, Paragraph))


def put_on_show(world: Points) -> PointsEntry:
    entry = give(world, "清理楼道")
    checking.verify([entry], by=world.street, today=BEGAN)
    disputes.show(HOME, OCTOBER, by=world.secretary, today=BEGAN)
    return entry


def statements(build_paper: Any, request: PaperRequest) -> int:
    seen: list[str] = []

    def note(*args: Any) -> None:
        seen.append(args[2])

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        build_paper(request)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len([each for each in seen if each.startswith("SELECT")])


def test_the_list_to_hang_out_is_masked_and_stays_as_it_was_shown(world: Points) -> None:
    assert "还没有公示" in words(dispute_papers.build_show(request_of(world.secretary)))
    entry = put_on_show(world)
    service.reverse(entry, reason="记错了人", by=world.secretary, today=TODAY)
    document = dispute_papers.build_show(request_of(world.secretary))
    (table,) = tables(document)
    assert [(row[1], row[5]) for row in table.rows] == [("王*禾", Decimal("2.0")), ("李*麦", Decimal("0.0"))]
    assert "从2026年11月2日起公示，到2026年11月9日为止" in words(document)
    (grid,) = tables(dispute_papers.build_show(request_of(world.secretary, GRID)))
    assert [row[1] for row in grid.rows] == ["王*禾"]
    assert tables(dispute_papers.build_show(request_of(world.street, STREET)))[0].rows == table.rows


def test_the_sheet_of_a_dispute_names_what_followed(world: Points) -> None:
    own = add_user("xiaohe", "grid_worker", GRID)
    with acting_as(SYSTEM), writing() as session:
        session.get(Account, own.user_id).person_uid = world.worker.uid
    entry = put_on_show(world)
    step = disputes.dispute(entry, reason="这件事应当按办结算", by=own, today=date(2026, 11, 3))
    request = request_of(world.secretary)
    (subject,) = dispute_papers.dispute_subjects(request)
    document = dispute_papers.build_dispute(request_of(world.secretary, subject=subject.id))
    assert [row[0] for row in tables(document)[0].rows] == ["有异议的记录"]
    center = add_user("zhongxin", "grid_center", STREET)
    with acting_as(SYSTEM):
        found = shown.dispute(step.id)
    assert found is not None
    better = rule("G02", "5")
    disputes.uphold(found, reason="已核实，应按办结记", by=center, today=date(2026, 11, 4), rule=better)
    document = dispute_papers.build_dispute(request_of(world.secretary, subject=subject.id))
    (table,) = tables(document)
    assert [(row[0], row[5]) for row in table.rows] == [
        ("有异议的记录", Decimal("2.0")), ("冲正", Decimal("-2.0")), ("补记", Decimal("5.0")),
    ]  # fmt: skip
    facts = {
        label: show(value) for block in document.blocks if isinstance(block, Facts) for label, value in block.pairs
    }
    assert (facts["网格员"], facts["处理结果"]) == ("王小禾", "异议成立，已更正")
    assert "没有异议" in words(dispute_papers.build_dispute(request_of(world.neighbour, subject=subject.id)))
    (corrected,) = tables(papers.build_corrections(request))
    assert [(row[3], row[10]) for row in corrected.rows] == [
        ("异议冲正", Decimal("-2.0")),
        ("异议补记", Decimal("5.0")),
    ]


def test_corrections_of_a_final_month_stand_in_the_next_with_their_reason(world: Points) -> None:
    entry = give(world, "清理楼道")
    sent = give(world, "重复上报的事")
    checking.verify([entry], by=world.street, today=BEGAN)
    checking.send_back(sent, reason="重复上报", by=world.street, today=BEGAN)
    with acting_as(SYSTEM):
        close_month(HOME, ON)
    service.reverse(entry, reason="记在了别人名下", by=world.secretary, today=TODAY)
    (october,) = tables(papers.build_corrections(request_of(world.secretary)))
    assert [(row[3], row[11]) for row in october.rows] == [("退回", "退回：重复上报")]
    november = request_of(world.secretary, period=Period.of("month", TODAY))
    (table,) = tables(papers.build_corrections(november))
    assert [(row[3], row[5], row[9], row[11]) for row in table.rows] == [
        ("冲正（次月更正）", ON, TODAY, "记在了别人名下")
    ]
    assert "次月更正1条" in table.note
    assert tables(papers.build_corrections(request_of(world.neighbour)))[0].rows == ()


def test_areas_add_up_to_the_street_and_read_the_same_for_any_number(world: Points) -> None:
    give(world, "清理楼道")
    (table,) = tables(papers.build_areas(request_of(world.street, STREET)))
    assert {row[1]: row[2:7] for row in table.rows}["桂花社区"] == (
        2,
        1,
        Decimal("2.0"),
        Decimal("0.0"),
        Decimal("2.0"),
    )
    assert table.totals is not None
    assert table.totals[6] == Decimal("2.0")
    assert table.totals[8] == 1
    (grids,) = tables(papers.build_areas(request_of(world.secretary)))
    assert [row[2] for row in grids.rows][:2] == [1, 1]
    (alone,) = tables(papers.build_areas(request_of(world.secretary, GRID)))
    assert [row[6] for row in alone.rows] == [Decimal("2.0")]
    few = statements(papers.build_areas, request_of(world.street, STREET))
    for number, name in enumerate("甲乙丙"):
        worker(f"田小{name}", HOME + f"00{number % 2 + 1}")
    papers.build_areas(request_of(world.street, STREET))  # whatever is kept between pages is read anew after a change
    assert statements(papers.build_areas, request_of(world.street, STREET)) == few <= 8


def test_the_circular_ranks_only_by_the_book(world: Points) -> None:
    quarter = Period.of("quarter", ON)
    request = request_of(world.street, STREET, period=quarter)
    off = ranking_papers.build_ranking(request)
    assert not tables(off)
    assert "没有开启排名" in words(off)
    assert "王小禾" not in words(off)
    rank_by_the_book()
    give_by_book(world, world.other, "B01", "清理楼道")
    document = ranking_papers.build_ranking(request)
    (table,) = tables(document)
    assert [(row[0], row[1]) for row in table.rows] == [(1, "李小麦"), (2, "王小禾")]
    assert "根据街发〔2026〕3号" in words(document)


def test_a_month_without_points_says_so(world: Points) -> None:
    empty = request_of(world.street, STREET, period=Period.numbered("month", 2026, 5))
    assert "还没有公示" in words(dispute_papers.build_show(empty))
    assert tables(papers.build_corrections(empty))[0].empty_text == "本期没有更正"
    (table,) = tables(papers.build_areas(empty))
    assert {row[3] for row in table.rows} == {0}
