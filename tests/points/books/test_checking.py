"""The checker says in words what is wrong in a book, and is silent about a good one."""

from __future__ import annotations

from typing import Any

import pytest

from app.points.books.checking import faults, findings
from app.points.books.reading import read_book_data
from app.points.books.rules import Book, BookRefused
from app.points.books.shipped import read_book
from app.points.books.writing import book_data

GOOD: dict[str, Any] = {"code": "R1", "name": "化解矛盾纠纷", "value": 5}


def book(*rules: dict[str, Any], group: dict[str, Any] | None = None, **more: Any) -> Book:
    data = {
        "key": "mine", "name": "本街道细则", "basis": "街办〔2026〕1号", "valid_from": "2026-01-01",
        "groups": [{"name": "化解", "rules": list(rules) or [GOOD]} | (group or {})],
    } | more  # fmt: skip
    return read_book_data(data, source="细则")


def said(of: Book) -> str:
    return "\n".join(finding.text for finding in findings(of))


def grades(*rows: tuple[str, Any, Any, Any]) -> list[dict[str, Any]]:
    return [
        {
            name: value
            for name, value in (("name", row[0]), ("from", row[1]), ("to", row[2]), ("below", row[3]))
            if value is not None
        }
        for row in rows
    ]


def test_a_good_book_leaves_nothing_to_say() -> None:
    assert findings(book()) == []
    assert findings(read_book("points_qianan")) == []


def test_the_printed_gaps_of_liujiao_are_named() -> None:
    words = said(read_book("points_liujiao"))
    assert "60–69 分（到 69.9 分）没有等次" in words
    assert "94.1–94.9 分没有等次" in words
    assert faults(read_book("points_liujiao")) == []


@pytest.mark.parametrize(
    ("table", "words", "is_fault"),
    [
        (grades(("优秀", 90, None, None), ("合格", 60, 92, None), ("不合格", None, None, 60)), "重叠：90 分算哪一等说不清", True),
        (grades(("优秀", 90, None, None), ("合格", 60, 90, None), ("不合格", None, None, 60)), "重叠：90 分", True),
        (grades(("优秀", 90, None, None), ("合格", 60, None, 90), ("不合格", None, 49, None)), "50–59 分（到 59.9 分）没有等次", False),
        (grades(("优秀", 90, None, None), ("合格", 60, None, None)), "60 分以下没有等次", False),
        (grades(("优秀", 80, 95, None), ("合格", None, None, 80)), "95 分以上没有等次", False),
        (grades(("合格", 90, None, 60),), "上限比下限小", True),
        ([{"name": "优秀", "from": 90, "quota": 20}, {"name": "合格", "below": 90, "quota": 30}], "加起来只有 50%", True),
        ([{"name": "优秀", "from": 90, "quota": 120}, {"name": "合格", "below": 90}], "名额比例要在 0% 到 100% 之间", True),
        ([{"name": "优秀", "from": 90}, {"name": "合格", "below": 90, "quota": 10}], "不该限，也不该凑人数", False),
    ],
)  # fmt: skip
def test_tables_of_grades(table: list[dict[str, Any]], words: str, is_fault: bool) -> None:
    found = [finding for finding in findings(book(grades=table)) if words in finding.sentence]
    assert [finding.is_fault for finding in found] == [is_fault], said(book(grades=table))


@pytest.mark.parametrize(
    ("rule", "words", "is_fault"),
    [
        (GOOD | {"cap": 3}, "每月最多 3 分，比一次的分值 5 分还小", True),
        (GOOD | {"cap_day": 10, "cap": 6}, "每天最多 10 分，比每月最多 6 分还多", False),
        (GOOD | {"recorder": "system"}, "这条谁也记不了", True),
        (GOOD | {"recorder": "street", "checker": "other"}, "社区核不了街道记的分", True),
        (GOOD | {"value": -10}, "一次扣 10 分，却没有人核", False),
        (GOOD | {"veto": True, "value": None, "checker": "street"}, "一票否决没有要求佐证", False),
        (GOOD | {"value": -2, "auto_on": "resolution_done"}, "自动记分只用于加分", True),
        (GOOD | {"per": "户", "auto_on": "resolution_done"}, "系统不知道数量是多少", True),
        (GOOD | {"value": 0}, "分值填大于 0 的数", True),
        ({"code": "P", "name": "完整率", "steps": [{"from": 95, "value": 15}, {"from": 80, "to": 90, "value": 5}]}, "90% 和 95% 之间没有写得几分", False),
        ({"code": "P", "name": "完整率", "steps": [{"from": 95, "value": 15}, {"from": 90, "to": 96, "value": 10}]}, "两档重叠，95% 算哪一档说不清", True),
        ({"code": "P", "name": "完整率", "steps": [{"from": 95, "value": 5}, {"from": 90, "value": 10}]}, "做得好反而不合算", False),
        ({"code": "P", "name": "完整率", "steps": [{"from": 95, "value": 5}]}, "不到 95% 得几分没有写", False),
        (GOOD | {"name": "每日登录系统"}, "不能按登录次数记分", True),
        (GOOD | {"name": "APP在线率达标"}, "不能按在线时长记分", True),
        (GOOD | {"name": "点赞转发公众号"}, "不能按点赞转发记分", True),
        (GOOD | {"name": "学习时长"}, "不能按学习时长记分", True),
        (GOOD | {"note": "按照片张数计"}, "不能按照片张数记分", True),
        (GOOD | {"name": "信息上报", "note": "每日不少于 2 条"}, "上报数量的最低指标", False),
        (GOOD | {"name": "上报信息一条"}, "建议改按办成的事来记", False),
        (GOOD | {"name": "走访", "per": "户"}, "容易把一件事拆成几件报", False),
    ],
)  # fmt: skip
def test_single_rules(rule: dict[str, Any], words: str, is_fault: bool) -> None:
    found = [finding for finding in findings(book(rule)) if words in finding.sentence]
    assert [finding.is_fault for finding in found] == [is_fault], said(book(rule))
    assert found[0].place == f"规则 {rule['code']}"


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"weights": [{"name": "评分人", "parts": {"部门": 560, "社区": 30, "服务对象": 10}}]}, "加起来是 600%，不是 100%"),
        ({"terms": {"ranked": True}}, "没有写是哪份文件要求的"),
        ({"group": {"cap": 3}}, "比“化解”一组每月最多的 3 分还多"),
        ({"group": {"base": 10, "floor": 20}}, "扣分就扣不动了"),
        ({"groups": []}, "一条规则也没有"),
        ({"valid_to": "2025-01-01"}, "停用日期早于启用日期"),
    ],
)  # fmt: skip
def test_the_whole(more: dict[str, Any], words: str) -> None:
    found = [finding for finding in findings(book(**more)) if words in finding.sentence]
    assert [finding.is_fault for finding in found] == [True], said(book(**more))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"colour": 1}, "不认识“colour”"),
        ({"base": "很多"}, "应是数字"),
        ({"base": 1.25}, "最多一位小数"),
        ({"base": 10**9}, "数太大"),
        ({"base": float("nan")}, "数太大|应是数字"),
        ({"groups": "x"}, "应是一个列表"),
        ({"groups": [{"name": "g", "rules": [GOOD, GOOD]}]}, "编号 R1 用了不止一次"),
        ({"terms": {"notice_days": 0}}, "1 到 60 的工作日数"),
        ({"terms": {"least_share": 101}}, "填 0 到 100 的数"),
        ({"valid_from": "明年"}, "2026-01-01 这样的日期"),
        ({"groups": [{"name": "g", "rules": [GOOD | {"checker": "boss"}]}]}, "规则 R1：“checker”写了“boss”"),
        ({"groups": [{"name": "g", "rules": [{"code": "R1", "name": "x"}]}]}, "规则 R1：没有写分值"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_in_words(more: dict[str, Any], words: str) -> None:
    with pytest.raises(BookRefused, match=words):
        book(**more)


@pytest.mark.parametrize(
    ("share", "words"),
    [(0, "一年里在岗 10 天得 4 分，会算成 146 分"), (8, "在岗刚满 8% 的人，得分要乘 12.5"), (25, ""), (50, "")],
)
def test_a_floor_that_scales_too_far_is_named(share: int, words: str) -> None:
    found = [each.sentence for each in findings(book(terms={"least_share": share})) if each.field == "least_share"]
    assert [words in each for each in found] == ([True] if words else [])


def test_a_book_comes_back_as_it_went() -> None:
    every = book(
        GOOD
        | {"cap_day": 5, "cap": 10, "cap_year": 50, "checker": "other", "needs_evidence": True, "evidence": "协议"},
        {
            "code": "P",
            "name": "完整率",
            "unit": "分",
            "steps": [{"from": 95.5, "to": 100, "value": 15}],
            "otherwise": 0,
        },
        {"code": "U", "name": "不知一户", "value": -2, "per": "户"},
        {"code": "V", "name": "弄虚作假", "veto": True},
        group={"base": 20, "floor": 0, "cap": 12, "bonus": True},
        grades=grades(("优秀", 90, None, None), ("合格", None, None, 90)),
        weights=[{"name": "时段", "parts": {"半年": 40, "年终": 60}}],
        terms={"ranked": True, "ranking_basis": "某文", "pro_rata": "months", "least_share": 0},
        base=100,
    )
    assert read_book_data(book_data(every), source="again") == every
