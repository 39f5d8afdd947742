"""Telephone numbers as rosters carry them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.fields.refusal import Refused
from app.fields.types import Phone

mobiles = st.from_regex(r"\A1[3-9][0-9]{9}\Z")


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("13800001234", "13800001234"),
        ("１３８００００１２３４", "13800001234"),
        ("138-0000-1234", "13800001234"),
        ("138 0000 1234", "13800001234"),
        ("+86 138 0000 1234", "13800001234"),
        ("86-13800001234", "13800001234"),
        ("'13800001234", "13800001234"),
        ("手机：13800001234", "13800001234"),
        ("013800001234", "13800001234"),
        (13800001234, "13800001234"),
        (13800001234.0, "13800001234"),
        ("13800001234.0", "13800001234"),
        ("0512-66660000", "0512-66660000"),
        ("(0512)66660000", "0512-66660000"),
        ("（0512）66660000", "0512-66660000"),
        ("051266660000", "0512-66660000"),
        ("0512 6666 0000", "0512-66660000"),
        ("010-66660000", "010-66660000"),
        ("0934-8210000", "0934-8210000"),
        ("+86-512-66660000", "0512-66660000"),
        ("0086 10 66660000", "010-66660000"),
        ("+86 0512 66660000", "0512-66660000"),
        ("0512-66660000转801", "0512-66660000转801"),
        ("0512-66660000-801", "0512-66660000转801"),
        ("66660000", "66660000"),
        ("6666-0000", "66660000"),
        ("12345", "12345"),
        ("400-800-1234", "4008001234"),
        ("13800001234、13900001234", "13800001234、13900001234"),
        ("13800001234/0512-66660000", "13800001234、0512-66660000"),
        ("13800001234 13900001234", "13800001234、13900001234"),
        ("13800001234，13800001234", "13800001234"),
        ("13800001234\n0512-66660000；", "13800001234、0512-66660000"),
        ("无", ""),
        ("/", ""),
    ],
)
def test_ways_of_writing(raw: object, shown: str) -> None:
    assert Phone().show(Phone().parse(raw)) == shown


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("1380000123", "phone_mobile"),
        ("138000012345", "phone_mobile"),
        ("12000001234", "phone_mobile"),
        ("0523-777", "phone_landline"),
        ("1.38E+10", "digits_lost"),
        ("1.38000E+10", "digits_lost"),
        (51266660000, "phone_zero_lost"),
        (9348210000, "phone_zero_lost"),
        ("138****0001", "phone_masked"),
        ("１３８＊＊＊＊０００１", "phone_masked"),
        ("同上", "phone_characters"),
        ("13800001234（儿子）", "phone_characters"),
        ("、", "phone_characters"),
        ("666", "phone_length"),
        (True, "phone_characters"),
    ],
)
def test_what_is_no_number_is_refused_without_being_repeated(raw: object, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        Phone().parse(raw)
    assert refusal.value.code == code
    assert str(raw) not in refusal.value.message


def test_the_length_is_told() -> None:
    with pytest.raises(Refused, match="应是 11 位，这里是 10 位"):
        Phone().parse("1380000123")


def test_too_many_numbers_do_not_fit() -> None:
    with pytest.raises(Refused, match="最多 100 个字"):
        Phone().parse("、".join(f"138000012{number:02}" for number in range(10)))


def test_a_landline_without_area_code_is_a_doubt() -> None:
    assert "区号" in Phone().doubts("13800001234、66660000")[0]
    assert "区号" in Phone().doubts("6666000转12")[0]
    assert Phone().doubts("13800001234、0512-66660000、12345") == []


@given(st.lists(mobiles, min_size=1, max_size=5, unique=True))
def test_numbers_survive_showing(numbers: list[str]) -> None:
    for separator in ("、", "/", "；", " "):
        assert Phone().parse(separator.join(numbers)) == "、".join(numbers)
    assert Phone().parse(Phone().show("、".join(numbers))) == "、".join(numbers)


@given(st.text(max_size=30))
def test_any_text_gives_a_stable_number_or_a_refusal(text: str) -> None:
    try:
        value = Phone().parse(text)
    except Refused:
        return
    assert Phone().parse(Phone().show(value)) == value
