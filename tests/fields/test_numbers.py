"""Numbers with separators, units, 万 and Chinese numerals, and their bounds."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.fields import numbers
from app.fields.refusal import Refused
from app.fields.types import Integer, Number


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("12", 12),
        (12, 12),
        (12.0, 12),
        ("１２", 12),
        ("12,345", 12345),
        ("12，345", 12345),
        ("300户", 300),
        ("45 人", 45),
        ("6层", 6),
        ("-3", -3),
        ("+3", 3),
        ("1.2万", 12000),
        ("3亿", 300_000_000),
        ("十二", 12),
        ("二十三户", 23),
        ("一百零五", 105),
        ("三千二百", 3200),
        ("两万", 20000),
        (Decimal(7), 7),
        ("007", 7),
    ],
)
def test_whole_numbers(raw: object, number: int) -> None:
    assert Integer().parse(raw) == number


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("12.5", "not_whole"),
        (12.5, "not_whole"),
        ("约300", "not_a_number"),
        ("300余户", "not_a_number"),
        ("200-300", "not_a_number"),
        ("1,23", "not_a_number"),
        ("3 5", "not_a_number"),
        ("12,3456", "not_a_number"),
        ("很多", "not_a_number"),
        ("户", "not_a_number"),
        (True, "not_a_number"),
        (float("inf"), "not_finite"),
        ("1e3", "not_a_number"),
        (3_000_000_000, "too_large"),
        (-3_000_000_000, "too_small"),
        ("#DIV/0!", "excel_error"),
    ],
)
def test_no_whole_numbers(raw: object, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        Integer().parse(raw)
    assert refusal.value.code == code


def test_bounds_are_included() -> None:
    kind = Integer(minimum=0, maximum=9)
    assert [kind.parse(text) for text in ("0", "9")] == [0, 9]
    with pytest.raises(Refused, match="不能小于 0"):
        kind.parse("-1")
    with pytest.raises(Refused, match="不能大于 9"):
        kind.parse("10")


@pytest.mark.parametrize(
    ("raw", "unit", "number"),
    [
        ("89.5㎡", "㎡", "89.50"),
        ("89.5平方米", "㎡", "89.50"),
        ("89.5m2", "㎡", "89.50"),
        ("¥1,200.00", "元", "1200.00"),
        ("1200元", "元", "1200.00"),
        ("3.5万元", "元", "35000.00"),
        ("3.5万", "元", "35000.00"),
        ("3.5万元", "万元", "3.50"),
        ("3.5", "万元", "3.50"),
        ("77.8%", "%", "77.80"),
        ("77.8％", "%", "77.80"),
        (".5", "", "0.50"),
        ("77.8%", "", "77.80"),
        (0.1 + 0.2, "", "0.30"),
        (2.675, "", "2.68"),
        (1 / 3, "", "0.33"),
        ("1.20元/平方米", "元/㎡·月", "1.20"),
    ],
)
def test_decimals(raw: object, unit: str, number: str) -> None:
    value = Number(10, 2, unit=unit).parse(raw)
    assert value == Decimal(number)
    assert str(value) == number


@pytest.mark.parametrize(
    ("raw", "unit", "code"),
    [
        ("35人", "元", "wrong_unit"),
        ("35000元", "万元", "wrong_unit"),
        ("1.005", "", "too_many_places"),
        (Decimal("1.005"), "", "too_many_places"),
        (123456789, "", "too_large"),
        (99999999.999, "", "too_large"),
        ("1.2.3", "", "not_a_number"),
    ],
)
def test_no_decimals(raw: object, unit: str, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        Number(10, 2, unit=unit).parse(raw)
    assert refusal.value.code == code


def test_a_wrong_unit_names_both() -> None:
    with pytest.raises(Refused, match="单位是“万元”，这里写的是“元”"):
        Number(10, 2, unit="万元").parse("35000元")


@pytest.mark.parametrize("text", ["十十", "百二百", "二三十", "", "三个", "万", "一万二万"])
def test_no_numerals(text: str) -> None:
    with pytest.raises(Refused):
        numbers.read_numerals(text)


def _in_numerals(number: int) -> str:
    digits = "零一二三四五六七八九"
    text, pending = "", False
    for weight, mark in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, weight)
        if digit:
            text += ("零" if pending else "") + digits[digit] + mark
            pending = False
        elif text:
            pending = True
    return text


@given(st.integers(1, 9999))
def test_numerals_are_read_as_they_are_written(number: int) -> None:
    assert numbers.read_numerals(_in_numerals(number)) == number


@given(st.integers(-numbers.LARGEST, numbers.LARGEST))
def test_integers_survive_showing(number: int) -> None:
    assert Integer().parse(Integer().show(number)) == number
    assert Integer().parse(f"{number:,}") == number


@given(st.decimals(min_value=-9_999_999, max_value=9_999_999, places=2))
def test_decimals_survive_showing(number: Decimal) -> None:
    kind = Number(10, 2)
    assert kind.parse(kind.show(number)) == number
    assert kind.parse(float(number)) == number


@given(st.text(max_size=20))
def test_any_text_gives_a_number_or_a_refusal(text: str) -> None:
    for kind in (Integer(), Number(10, 2, unit="元")):
        with suppress(Refused):
            assert kind.parse(kind.show(kind.parse(text))) == kind.parse(text)


def test_a_rate_may_be_written_as_the_amount() -> None:
    assert numbers.read_number("10元", unit="元/月") == 10
    assert numbers.read_number("1.2元", unit="元/㎡·月") == Decimal("1.2")
    with pytest.raises(Refused, match="元/月"):
        numbers.read_number("10户", unit="元/月")
