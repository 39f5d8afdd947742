"""Rules of points: caps, days, evidence, what must not be scored."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from app.points import rules
from app.points.rules import Matter, PointsRefused, Rule, Worker

TODAY = date(2026, 11, 22)
VISIT = Rule(
    "B01", "走访解决问题", Decimal("2.0"), Decimal("5.0"), valid_from=date(2026, 1, 1), valid_to=date(2026, 11, 30)
)
LATE = Rule("A02", "更新逾期", Decimal("-2.0"), Decimal("3.0"))
WANG = Worker("王小禾", date(2026, 3, 1), date(2026, 11, 10))


@pytest.mark.parametrize(
    ("on", "words"),
    [
        (date(2026, 11, 23), "日期还没到"),
        (date(2026, 2, 28), "还没有上岗"),
        (date(2026, 11, 11), "已在 2026-11-10 离岗"),
    ],
)
def test_days_outside_the_workers_time_are_refused(on: date, words: str) -> None:
    with pytest.raises(PointsRefused, match=words):
        rules.refuse_wrong_days(VISIT, WANG, on=on, today=TODAY)


def test_both_first_and_last_day_count() -> None:
    rules.refuse_wrong_days(VISIT, WANG, on=date(2026, 3, 1), today=TODAY)
    rules.refuse_wrong_days(VISIT, WANG, on=date(2026, 11, 10), today=TODAY)


@pytest.mark.parametrize(
    ("on", "words"), [(date(2025, 12, 31), "从 2026-01-01 起"), (date(2026, 12, 1), "只用到 2026-11-30")]
)
def test_days_outside_the_rules_time_are_refused(on: date, words: str) -> None:
    with pytest.raises(PointsRefused, match=words):
        rules.refuse_wrong_days(VISIT, Worker("王小禾"), on=on, today=date(2026, 12, 31))


def test_evidence_is_a_file_or_a_record() -> None:
    wants = Rule("C02", "消除隐患", Decimal(5), needs_evidence=True)
    told = Matter.in_words("3号楼消防通道清理", on=TODAY)
    with pytest.raises(PointsRefused, match="要有佐证"):
        rules.refuse_missing_evidence(wants, told, file_count=0)
    rules.refuse_missing_evidence(wants, told, file_count=1)
    rules.refuse_missing_evidence(wants, Matter("meetings", "a" * 32, "议事会"), file_count=0)


def test_the_same_words_on_one_day_are_one_matter() -> None:
    one = Matter.in_words("清理  3号楼 楼道", on=TODAY)
    assert one.uid == Matter.in_words("清理3号楼楼道", on=TODAY).uid
    assert one.uid != Matter.in_words("清理3号楼楼道", on=date(2026, 11, 21)).uid
    assert one.title == "清理 3号楼 楼道"


@pytest.mark.parametrize(
    "name", ["每日登录系统", "APP在线时长达标", "每月照片数不少于20张", "朋友圈点赞", "巡查轨迹完整"]
)
def test_what_must_not_be_scored_is_refused(name: str) -> None:
    found = dict(rules.check_rule({"name": name, "value": Decimal(1), "sign": "plus"}, TODAY))
    assert "国办函〔2026〕12号" in found["name"]


def test_a_rule_in_order_has_no_findings() -> None:
    values = {"name": "矛盾纠纷化解成功", "value": Decimal(5), "cap": Decimal(10), "sign": "plus"}
    assert list(rules.check_rule(values, TODAY)) == []


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"value": Decimal(0)}, "value"),
        ({"value": Decimal(5), "cap": Decimal(3)}, "cap"),
        ({"valid_from": date(2026, 5, 1), "valid_to": date(2026, 4, 30)}, "valid_to"),
        ({"auto_on": "resolution_done", "sign": "minus"}, "auto_on"),
    ],
)
def test_a_rule_out_of_order_is_named_at_its_column(change: dict[str, object], column: str) -> None:
    values = {"name": "化解", "value": Decimal(1), "sign": "plus"} | change
    assert [name for name, _ in rules.check_rule(values, TODAY)] == [column]


def test_points_show_their_sign() -> None:
    shown = [rules.signed(Decimal(text)) for text in ("2", "-0.5", "0")]
    assert shown == ["+2.0", "−0.5", "0.0"]


def test_a_link_signs_json_as_the_standard_library_writes_it() -> None:
    moment = datetime(2026, 11, 22, 9, 30, 5, 7, tzinfo=UTC)
    values = ['沈"亦\\舟\n\u2028\x01😀', 0, -7, Decimal(2), Decimal("-0.5"), None, TODAY, moment, None, None]
    plain = [values[0], 0, -7, "2.0", "-0.5", None, TODAY.isoformat(), moment.isoformat()]
    assert rules.link_bytes(values) == json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode()
    assert rules.link_bytes([None]) == b"[]"
    assert rules.link_bytes([Decimal("-0.0")]) == rules.link_bytes([Decimal("0.0")]) == b'["0.0"]'
    words = ["走访\t“独居老人”", "", "记\\分员"]
    told = json.dumps(words, ensure_ascii=False, separators=(",", ":")).encode()
    assert rules.text_digest(words) == hashlib.sha256(told).hexdigest()
