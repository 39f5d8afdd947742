"""Papers of events against rows put there by hand, and approved answers offered where a reply is written."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from app.events import papers
from app.lowcode.papers import PaperRequest
from app.lowcode.register import register
from app.lowcode.service import save
from app.periods.rules import Period, parse
from app.security.actor import SYSTEM, acting_as
from reports.contents.event_digest import Line, Measure, Part, build
from reports.document import Document, Facts, Paragraph, Table
from tests.events.world import build as build_world
from tests.events.world import person, report, take
from tests.lowcode.flow.cases import at
from tests.world import GRID, HOME, STREET, TODAY, signed_in_client

NOVEMBER: Period = parse("2026-11")


def asked(by: str, subject: str = "", area: str = STREET) -> PaperRequest:
    return PaperRequest(area, NOVEMBER, TODAY, person(by), subject)


def tables(of: Document) -> list[Table]:
    return [block for block in of.blocks if isinstance(block, Table)]


def test_the_digest_says_each_figure_with_its_rule_and_a_dash_over_nothing() -> None:
    measures = [
        Measure("上报数", is_percent=False, rule="本期上报的。"),
        Measure("满意率", is_percent=True, rule="满意÷回访。"),
    ]
    whole = Line("合计", (1200, Decimal("98.20")))
    part = Part("各社区", "社区", [Line("桂花社区", (1200, Decimal("98.20"))), Line("银杏社区", (0, None))])
    made = build(
        measures,
        whole,
        [part, Part("各单位", "单位", [])],
        area="清溪街道",
        period="2026年11月",
        as_of=date(2026, 11, 30),
    )
    first, second = tables(made)
    assert first.rows == (
        (1, "桂花社区", "1,200", "98.20%"), (2, "银杏社区", "0", "—"), ("", "合计", "1,200", "98.20%")
    )  # fmt: skip
    assert (second.rows, second.empty_text) == ((), "本期没有事件")
    words = [block.text for block in made.blocks if isinstance(block, Paragraph)]
    assert words[0].startswith("上报数1200件，满意率98.20%")
    assert "满意率：满意÷回访。" in words


@pytest.mark.usefixtures("context")
def test_the_digest_counts_by_area_unit_and_channel_what_the_reader_may_see() -> None:
    build_world()
    for number, source in enumerate(("patrol", "patrol", "hotline")):
        row = report("clerk", source=source, location=f"{number}幢", reported_at="2026-11-22 09:00")
        take(row, "handle", "worker", at("2026-11-22 16:00"), result="已清走")
        take(row, "confirm", "clerk", at("2026-11-22 17:00"))
    take(row, "visit", "clerk", at("2026-11-23 09:00"), satisfaction="满意")
    areas, units, sources = tables(papers.build_digest(asked("office")))
    assert [line[2] for line in areas.rows] == ["3", "3"]
    assert units.rows == ()
    assert {line[1]: line[2] for line in sources.rows} == {"网格员上报": "2", "12345热线": "1", "合计": "3"}
    assert areas.rows[-1] == sources.rows[-1]
    nothing = tables(papers.build_digest(asked("next", area=STREET)))
    assert [table.rows for table in nothing] == [(), (), ()]


@pytest.mark.usefixtures("context")
def test_the_order_shows_every_step_and_returns_and_masks_phones_as_the_reader_may() -> None:
    build_world()
    row = report("clerk", reporter="张三丰", phone="13812345678", content="三楼门口堆了纸箱")
    take(row, "handle", "worker", at("2026-11-23 09:10"), result="清了一半")
    take(row, "rework", "boss", at("2026-11-23 09:40"), note="还有一半")
    take(row, "handle", "worker", at("2026-11-23 10:10"), result="全部清走")
    take(row, "confirm", "clerk", at("2026-11-23 10:30"))
    (subject,) = papers.order_subjects(asked("office"))
    assert (subject.id, subject.title) == (row.uid, f"{row.number} 楼道堆物")
    made = papers.build_order(asked("office", row.uid))
    facts = dict(next(block for block in made.blocks if isinstance(block, Facts)).pairs)
    assert (facts["工单号"], facts["是否按期"], facts["返工和重开"], facts["状态"]) == (
        row.number,
        "按期",
        "返工1次",
        "已办结",
    )
    (steps,) = tables(made)
    assert [line[3] for line in steps.rows] == ["办理", "退回重办", "办理", "确认办结"]
    assert [line[1] for line in steps.rows][:2] == ["2026-11-23 09:10", "2026-11-23 09:40"]
    assert "全部清走" in [block.text for block in made.blocks if isinstance(block, Paragraph)]
    stranger = papers.build_order(asked("next", row.uid))
    assert [type(block) for block in stranger.blocks] == [Paragraph]


def test_approved_answers_stand_above_the_form_of_a_reply(app: Flask) -> None:
    with app.app_context():
        build_world()
        with acting_as(SYSTEM):
            answer: dict[str, Any] = {
                "name": "楼道堆放杂物找谁清理", "category": "sanitation", "answer": "物业先劝导清理，劝导无效的报社区。",
                "basis": "物业管理条例", "office": "物业管理办", "area": STREET, "keywords": "过道堆东西",
                "approved_by": "李主任", "approved_on": "2026-10-01",
            }  # fmt: skip
            save(register("approved_answers"), None, answer, by=SYSTEM, today=TODAY)
            save(register("approved_answers"), None, answer | {"name": "楼道堆放杂物罚多少", "answer": "旧的说法", "valid_until": "2026-10-31"},
                 by=SYSTEM, today=TODAY)  # fmt: skip
        row = report(
            "office", name="楼道堆放杂物没人清理", number="T1", source="hotline", handling="upstream", area=HOME
        )
        take(row, "assign", "centre", area=GRID, limit="1工作日")
        id_ = row.id
    clerk = signed_in_client(app, "clerk")
    shown = clerk.get(f"/flow/of/events/{id_}/reply").get_data(as_text=True)
    assert "参考口径“楼道堆放杂物找谁清理”：物业先劝导清理" in shown
    assert "旧的说法" not in shown
    other = clerk.get(f"/flow/of/events/{id_}/pass_on").get_data(as_text=True)
    assert "参考口径" not in other
