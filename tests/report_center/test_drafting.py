"""Drafted words: by rules that can be edited, and with no number that the tables do not print."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.database.transactions import writing
from app.extensions import db
from app.lowcode.indicators import all_indicators
from app.lowcode.papers import Paper, PaperRequest
from app.periods.rules import parse
from app.report_center import service
from app.report_center.digest import build_live
from app.report_center.drafting import BOOKS, SETTING, draft_rules
from app.report_center.drafting_rules import (
    CONDITION_NAMES,
    MOST_SENTENCES,
    NAMES,
    PART_NAMES,
    SHIPPED,
    DraftRule,
    RuleRefused,
    as_plain,
    check,
    drafted,
    from_plain,
    holds,
    written,
)
from app.security.actor import SYSTEM, acting_as
from app.settings.service import save_setting
from reports.contents import digest as paper_of_month
from reports.contents.digest import Drafts, stray_figures
from reports.contents.digest_rows import AreaLine, Section, Topic, Wording
from reports.contents.figures import Figure
from reports.document import Paragraph
from tests.report_center.conftest import OCTOBER, build_world
from tests.world import DISTRICT, HOME, STREET, TODAY, add_user, signed_in_client

FIGURES = {"needs_open": "未解决需求"}
WORDING = Wording("社区", "本月", "上月")


def _rule(**changes: object) -> DraftRule:
    values = {"part": "problems", "figure": "needs_open", "condition": "positive", "sentence": "【指标】【本期数】。"}
    return DraftRule(**{**values, **changes})  # type: ignore[arg-type]


def test_shipped_rules_stand_their_own_check() -> None:
    figures = {rule.figure: "x" for rule in SHIPPED if rule.figure}
    assert [check(rule, figures) for rule in SHIPPED] == list(SHIPPED)
    assert from_plain(as_plain(SHIPPED)) == SHIPPED
    assert from_plain([{"part": "problems"}, {**as_plain(SHIPPED)[0], "amount": "viel"}]) == ()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"sentence": ""}, "写出"), ({"sentence": "有 3 件"}, "不能自己写数字"), ({"sentence": "增加３件"}, "不能自己写数字"),
        ({"sentence": "还有五件没办"}, "不能自己写数字"), ({"sentence": "【总数】件"}, "不认识"),
        ({"sentence": "超过三成没有办"}, "不能自己写数字"), ({"sentence": "一半以上没有办"}, "不能自己写数字"),
        ({"figure": "nothing"}, "没有这个指标"), ({"condition": "rose"}, "大于零"), ({"part": "x"}, "哪一部分"),
    ],
)  # fmt: skip
def test_rules_that_cannot_stand(changes: dict[str, object], words: str) -> None:
    with pytest.raises(RuleRefused, match=words):
        check(_rule(**changes), FIGURES)


def _figure(value: int | Decimal | None, previous: int | None = None, **more: object) -> Figure:
    return Figure("needs_open", "未解决需求", value, "规则", "件", previous, **more)  # type: ignore[arg-type]


def test_conditions() -> None:
    rose, fell = (_rule(condition=word, amount=Decimal(20)) for word in ("rose", "fell"))
    assert holds(rose, _figure(12, 10))
    assert not holds(rose, _figure(11, 10))
    assert not holds(rose, _figure(11, 0))
    assert holds(fell, _figure(8, 10))
    assert holds(_rule(condition="zero"), _figure(0))
    assert not holds(_rule(condition="zero"), _figure(None))
    assert not holds(_rule(condition="always"), _figure(None))
    assert holds(_rule(condition="below_target"), _figure(Decimal("97.99"), target=Decimal(98)))
    assert not holds(_rule(condition="below_target"), _figure(Decimal("98.00"), target=Decimal(98)))


def test_a_clause_whose_name_says_nothing_is_left_out() -> None:
    words = {"指标": "未解决需求", "本期数": "3件", "环比": "", "有数单位": ""}
    assert written("【指标】【本期数】；【环比】；在【有数单位】。", words) == "未解决需求3件。"
    assert written("【环比】。", words) == ""


def test_few_sentences_and_rules_that_are_off() -> None:
    topics = tuple(Topic(f"{n}", (Figure(f"f{n}", f"指标{'甲' * n}", 1, "规则"),)) for n in range(1, 12))
    rules = [DraftRule("problems", "", "positive", "【指标】【本期数】。")]
    assert len(drafted([Section("x", topics)], rules, WORDING)["problems"]) == MOST_SENTENCES
    off = [DraftRule("problems", "", "positive", "【指标】【本期数】。", is_on=False)]
    assert drafted([Section("x", topics)], off, WORDING)["problems"] == ()


COUNT = st.one_of(st.none(), st.integers(0, 10**7))
RATE = st.one_of(st.none(), st.decimals(0, 200, places=2))
SENTENCE = st.lists(
    st.sampled_from([f"【{name}】" for name in NAMES] + ["；", "。", "，", "较多"]), min_size=1, max_size=12
)
RULE = st.builds(
    DraftRule, st.sampled_from(list(PART_NAMES)), st.just(""), st.sampled_from(list(CONDITION_NAMES)),
    SENTENCE.map("".join), st.decimals(0, 50, places=1),
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data(), st.lists(RULE, max_size=6))
def test_no_rule_can_state_a_figure_that_is_in_no_table(data: st.DataObject, rules: list[DraftRule]) -> None:
    figures = tuple(
        Figure(
            f"f{n}", label, data.draw(RATE if is_rate else COUNT), "规则", "%" if is_rate else "件",
            data.draw(RATE if is_rate else COUNT), target=data.draw(RATE) if is_rate else None,
            last_year=data.draw(RATE if is_rate else COUNT), to_date=None if is_rate else data.draw(COUNT),
        )
        for n, (label, is_rate) in enumerate((("走访", False), ("办结率", True), ("事件", False)))
    )  # fmt: skip
    lines = tuple(
        AreaLine(area, tuple(data.draw(RATE if figure.is_rate else COUNT) for figure in figures))
        for area in ("甲社区", "乙社区")
    )
    sections = [Section("基本情况", (Topic("事件", figures, lines),))]
    found = drafted(sections, rules, WORDING)
    document = paper_of_month.build(
        area="甲街道", period="2026年10月", sections=sections, counted_until=OCTOBER.last, wording=WORDING,
        drafts=Drafts(found["situation"], found["problems"], found["next_steps"]), is_draft=True,
    )  # fmt: skip
    assert stray_figures(document) == ()


@pytest.mark.usefixtures("context")
def test_the_paper_follows_edited_rules_and_says_that_it_was_drafted(digest: Paper) -> None:
    build_world()
    with acting_as(SYSTEM):
        service.submit(digest, HOME, parse("2026-08"), today=TODAY)
        assert draft_rules() == SHIPPED
        document = build_live(PaperRequest(STREET, OCTOBER, TODAY, SYSTEM))
        texts = [str(block.text) for block in document.blocks if isinstance(block, Paragraph)]
        assert any("还有2份报表没有报；没有报的社区有桂花社区、银杏社区。" in text for text in texts), texts[-8:]
        assert any("由数据起草" in text for text in texts)
        assert stray_figures(document) == ()
        with writing():
            save_setting(
                SETTING, as_plain([DraftRule("situation", "grid_workers", "always", "【指标】共【本期数】。")])
            )
        document = build_live(PaperRequest(HOME, parse("2026-11"), TODAY, SYSTEM))
        texts = [str(block.text) for block in document.blocks if isinstance(block, Paragraph)]
        assert "在岗网格员共1人。" in texts
        assert stray_figures(document) == ()


def test_the_page_edits_rules(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        build_world()
        add_user("chief", "street_office", DISTRICT)
        db.session.remove()
    reader, chief = signed_in_client(sqlite_app, "street"), signed_in_client(sqlite_app, "chief")
    assert "保存规则" not in reader.get("/drafting/").get_data(as_text=True)
    assert reader.post("/drafting/save", data={}).status_code == 403
    assert "保存规则" in chief.get("/drafting/").get_data(as_text=True)
    form = {"part-0": "problems", "figure-0": "needs_open", "condition-0": "rose", "amount-0": "15",
            "sentence-0": "【指标】增多，【环比】。", "on-0": "1", "sentence-1": ""}  # fmt: skip
    answer = chief.post("/drafting/save", data=form, follow_redirects=True).get_data(as_text=True)
    assert "起草规则已保存" in answer
    assert len(answer) < 60_000
    titles = re.findall(r'<option value="([^"]+)">', answer.split('id="figures"')[1].split("</datalist>")[0])
    assert len(titles) == len(set(titles)) > 50, "a figure is chosen by its title"
    by_title = chief.post("/drafting/save", data={**form, "figure-0": titles[5]}, follow_redirects=True)
    assert f'name="figure-0" value="{titles[5]}"' in by_title.get_data(as_text=True)
    with sqlite_app.app_context():
        assert draft_rules()[0].figure in {each.name for each in all_indicators()} | set(BOOKS)
    for changed, words in (({"sentence-0": "有 3 件。"}, "不能自己写数字"), ({"amount-0": "很多"}, "要填数字")):
        shown = chief.post("/drafting/save", data={**form, **changed}, follow_redirects=True).get_data(as_text=True)
        assert words in shown
    assert "已恢复" in chief.post("/drafting/reset", follow_redirects=True).get_data(as_text=True)
