"""ID numbers against the standard's examples and against what Excel and clerks make of them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.fields import identity
from app.fields.refusal import Refused
from app.fields.types import IdNumber

TODAY = date(2026, 11, 22)
GOOD = "11010519491231002X"

first_17 = st.builds(
    lambda area, born, sequence: f"{area}{born:%Y%m%d}{sequence:03}",
    st.sampled_from(sorted(identity.known_areas())),
    st.dates(date(1900, 1, 1), date(2026, 1, 1)),
    st.integers(0, 999),
)


@pytest.mark.parametrize("number", [GOOD, "320505199001010011", "120106198506300041"])
def test_good_numbers_are_taken(number: str) -> None:
    assert IdNumber().parse(number, today=TODAY) == number


@pytest.mark.parametrize(
    "written",
    [
        " 11010519491231002x ",
        "１１０１０５１９４９１２３１００２Ｘ",
        "'11010519491231002X",
        "110105 19491231 002X",
        "110105-19491231-002X",
        "\u200e11010519491231002X\u3000",
    ],
)
def test_ways_of_writing_come_to_one_number(written: str) -> None:
    assert IdNumber().parse(written, today=TODAY) == GOOD


def test_a_number_kept_as_an_exact_integer_is_taken() -> None:
    assert IdNumber().parse(320505199001010011, today=TODAY) == "320505199001010011"


def test_15_digits_become_18() -> None:
    assert identity.to_18("110105491231002") == GOOD
    assert IdNumber().parse("110105491231002", today=TODAY) == GOOD
    assert IdNumber().parse(110105491231002.0, today=TODAY) == GOOD


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("110105194912310021", "id_checksum"),
        ("110105********0021", "id_masked"),
        ("11010519491231002", "id_length"),
        ("1101051949123100200", "id_length"),
        ("11010519491331002X", "id_birth"),
        ("11010519490230002X", "id_birth"),
        ("11010519491231X02X", "id_characters"),
        ("11010549123100X", "id_characters"),
        ("3.20505E+17", "digits_lost"),
        ("3.20505199001010E+17", "digits_lost"),
        (3.20505199001010e17, "digits_lost"),
        (320505199001010000, "digits_lost"),
        ("320505199001010000", "digits_lost"),
        ("440524188001010014", "id_birth_too_old"),
        ("E12345678", "id_is_passport"),
        ("#N/A", "excel_error"),
    ],
)
def test_bad_numbers_are_refused_without_being_repeated(raw: object, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        IdNumber().parse(raw, today=TODAY)
    assert refusal.value.code == code
    assert str(raw) not in refusal.value.message
    assert refusal.value.message.endswith("。")


def test_the_message_for_excel_says_what_to_do() -> None:
    with pytest.raises(Refused, match=r"Excel 已丢失精度.*文本格式"):
        IdNumber().parse("3.20505E+17")


def test_a_province_that_does_not_exist_is_refused() -> None:
    body = "99010519491231002"
    with pytest.raises(Refused) as refusal:
        IdNumber().parse("16" + body[2:] + identity.check_digit("16" + body[2:]))
    assert refusal.value.code == "id_province"


def test_births_ahead_are_refused_only_from_that_day_on() -> None:
    body = "32050520261123001"
    number = body + identity.check_digit(body)
    with pytest.raises(Refused) as refusal:
        IdNumber().parse(number, today=TODAY)
    assert refusal.value.code == "id_birth_future"
    assert IdNumber().parse(number, today=date(2026, 11, 23)) == number


def test_the_oldest_age_is_taken_and_the_day_after_it_is_not() -> None:
    body = "32050518951122001"
    number = body + identity.check_digit(body)
    assert IdNumber().parse(number, today=date(2026, 11, 21)) == number
    with pytest.raises(Refused, match="130"):
        IdNumber().parse(number, today=TODAY)


def test_an_unknown_county_is_a_doubt_only() -> None:
    body = "32050019700101001"  # the city's own number, given out before counties were
    number = IdNumber().parse(body + identity.check_digit(body), today=TODAY)
    assert number is not None
    assert "前六位" in IdNumber().doubts(number)[0]
    assert IdNumber().doubts(GOOD) == []


@pytest.mark.parametrize("area", ["810000", "820000", "830000"])
def test_residence_permits_raise_no_doubt(area: str) -> None:
    body = f"{area}19900101001"
    number = body + identity.check_digit(body)
    assert IdNumber().parse(number, today=TODAY) == number
    assert IdNumber().doubts(number) == []


def test_a_foreigners_permit_is_taken_with_a_doubt() -> None:
    body = "93115619900101001"
    number = body + identity.check_digit(body)
    assert IdNumber().parse(number, today=TODAY) == number
    assert "外国人" in IdNumber().doubts(number)[0]


def test_a_true_number_ending_in_000_is_kept_with_a_doubt() -> None:
    number = next(
        first + "0" for day in range(1, 29) if identity.check_digit(first := f"320505199001{day:02}100") == "0"
    )
    assert IdNumber().parse(number, today=TODAY) == number
    assert "000" in IdNumber().doubts(number)[0]


def test_sex_and_birth_disagreeing_name_both_sides() -> None:
    assert identity.sex(GOOD) == "2"
    assert identity.birth_on(GOOD) == date(1949, 12, 31)
    assert identity.disagreements(GOOD, born_on=date(1949, 12, 31), sex_code="2") == []
    birth, sex = identity.disagreements(GOOD, born_on=date(1949, 12, 13), sex_code="1")
    assert "1949-12-31" in birth
    assert "1949-12-13" in birth
    assert "女" in sex
    assert "男" in sex


def test_birth_comes_from_the_number_first() -> None:
    assert identity.birth_of(GOOD, otherwise=date(2000, 1, 1)) == date(1949, 12, 31)
    assert identity.birth_of(None, otherwise=date(2000, 1, 1)) == date(2000, 1, 1)


def test_the_county_list_is_whole() -> None:
    areas = identity.known_areas()
    assert len(areas) == 2978 + 3
    assert {"320505", "621002", "220723", "320302", "120106"} <= areas
    assert {area[:2] for area in areas} <= identity.PROVINCES


@given(first_17)
def test_any_number_made_by_the_rules_is_taken(first: str) -> None:
    number = first + identity.check_digit(first)
    assert IdNumber().parse(number.lower(), today=TODAY) == number
    assert identity.sex(number) == ("1" if int(first[16]) % 2 else "2")


@given(first_17, st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(first: str, place: int, step: int) -> None:
    wrong = first[:place] + str((int(first[place]) + step) % 10) + first[place + 1 :]
    with pytest.raises(Refused):
        IdNumber().parse(wrong + identity.check_digit(first), today=TODAY)


@given(first_17, st.integers(0, 15))
def test_two_digits_in_wrong_order_are_always_noticed(first: str, place: int) -> None:
    swapped = first[:place] + first[place + 1] + first[place] + first[place + 2 :]
    if swapped != first:
        with pytest.raises(Refused):
            IdNumber().parse(swapped + identity.check_digit(first), today=TODAY)


@given(first_17.filter(lambda first: first[6:8] == "19"))
def test_the_old_number_comes_to_the_new_one(first: str) -> None:
    assert identity.to_18(first[:6] + first[8:]) == first + identity.check_digit(first)
