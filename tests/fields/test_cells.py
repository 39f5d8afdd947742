"""Clean text out of what people type, paste and keep in cells."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.fields import cells, texts
from app.fields.refusal import Refused
from app.fields.types import Email, Flag, LongText, PersonName, Text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (None, ""),
        ("\u3000富康新村\u00a0 ", "富康新村"),
        ("ＡＢＣ１２３", "ABC123"),
        ("（一）", "（一）"),
        ("零\u200b宽\ufeff", "零宽"),
        ("⼯作", "工作"),
        ("甲\r\n乙\r丙\u2028丁", "甲\n乙\n丙\n丁"),
        ("坏\ud800字\x00\x1f", "坏字"),
        ("e\u0301", "é"),
        (5, "5"),
        (101.0, "101"),
        (1.1, "1.1"),
        (0.1 + 0.2, "0.3"),
        (1e-7, "0.0000001"),
        (Decimal("12.50"), "12.50"),
        (True, "是"),
        (False, "否"),
        (date(2021, 3, 5), "2021-03-05"),
        (datetime.fromisoformat("2021-03-05"), "2021-03-05"),
        (datetime.fromisoformat("2021-03-05 09:30"), "2021-03-05 09:30"),
        (time(9, 30), "09:30"),
        (float("nan"), ""),
    ],
)
def test_what_a_cell_says(raw: object, text: str) -> None:
    assert cells.written(raw) == text


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("#REF!", "excel_error"),
        ("#N/A", "excel_error"),
        (1e17, "digits_lost"),
        (6222020000000000000, "digits_lost"),
        (Decimal("NaN"), "not_finite"),
        (float("-inf"), "not_finite"),
        (b"x", "not_a_value"),
        ([1], "not_a_value"),
    ],
)
def test_what_says_nothing_usable_is_refused(raw: object, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        cells.written(raw)
    assert refusal.value.code == code


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    once = cells.clean(text)
    assert cells.clean(once) == once


@given(st.text())
def test_clean_text_may_stand_in_xml_and_utf8(text: str) -> None:
    clean = cells.clean(text)
    clean.encode()
    assert not any(ord(mark) < 32 and mark != "\n" for mark in clean)
    assert "\ufffe" not in clean
    assert "\uffff" not in clean


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("张三丰", "张三丰"),
        ("张　三", "张三"),
        (" 张 三 ", "张三"),
        ("阿依古丽·买买提", "阿依古丽·买买提"),
        ("阿依古丽.买买提", "阿依古丽·买买提"),
        ("阿依古丽•买买提", "阿依古丽·买买提"),
        ("阿依古丽・买买提", "阿依古丽·买买提"),
        ("John  Smith", "John Smith"),
        ("J. Smith", "J. Smith"),
        ("𬱖某", "𬱖某"),
        ("无", None),
    ],
)
def test_names(raw: str, name: str | None) -> None:
    assert PersonName().parse(raw) == name


@pytest.mark.parametrize("raw", ["张三13800001234", "张三*", "张三=", "a@b"])
def test_names_hold_no_digits_or_marks(raw: str) -> None:
    with pytest.raises(Refused, match="姓名里不能有"):
        PersonName().parse(raw)


def test_a_line_has_no_breaks_and_a_bound() -> None:
    assert Text(20).parse("甲\n乙   丙\t丁") == "甲 乙 丙 丁"
    assert Text(5).parse("一二三四五") == "一二三四五"
    with pytest.raises(Refused, match="最多 5 个字，这里有 6 个字"):
        Text(5).parse("一二三四五六")


def test_a_room_number_out_of_excel_has_no_point() -> None:
    assert Text(20).parse(501.0) == "501"


def test_long_text_keeps_its_lines() -> None:
    assert LongText().parse(" 一、  \r\n\r\n二、 ") == "一、\n\n二、"


@pytest.mark.parametrize("raw", ["是", "有", "✓", "√", "Y", "true", "1", 1, 1.0, True, "on", " ｙ "])
def test_yes(raw: object) -> None:
    assert Flag().parse(raw) is True


@pytest.mark.parametrize("raw", ["否", "无", "没有", "×", "N", "false", "0", 0, 0.0, False, "off"])
def test_no(raw: object) -> None:
    assert Flag().parse(raw) is False


@pytest.mark.parametrize("raw", [None, "", "—", "/", "-"])
def test_neither(raw: object) -> None:
    assert Flag().parse(raw) is None


def test_maybe_is_refused() -> None:
    with pytest.raises(Refused, match="“是”或“否”"):
        Flag().parse("可能")
    assert not texts.YES & texts.NO


@pytest.mark.parametrize(
    ("raw", "address"),
    [
        ("shequ@example.com", "shequ@example.com"),
        (" SheQu@Example.COM ", "SheQu@example.com"),
        ("ｓｈｅｑｕ＠example.com", "shequ@example.com"),
        ("mailto:shequ@example.com", "shequ@example.com"),
    ],
)
def test_mail_addresses(raw: str, address: str) -> None:
    assert Email().parse(raw) == address


@pytest.mark.parametrize(
    "raw", ["shequ", "a@b", "a@@example.com", "a..b@example.com", "甲@example.com", "a@b.com,c@d.com"]
)
def test_no_mail_addresses(raw: str) -> None:
    with pytest.raises(Refused, match="邮箱"):
        Email().parse(raw)
