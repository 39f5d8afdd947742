"""Credit codes: real ones that pass, real ones that fail the checksum, and what is no code."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.fields import credit
from app.fields.refusal import Refused
from app.fields.types import CreditCode

PASSING = [
    "91350200776049653A",
    "91350500798359476R",
    "91440101MA5CJQ4N59",
    "913502000728319549",
    "123502001549897397",
    "91320505MA1TE5T0XC",
]
FAILING_BUT_LEGAL = ["91350203M0001QAY9B", "91350100M0001TGQXM", "91350211M0000XUF46", "91350203M0001FUE2P"]

bodies = st.text(credit.ALPHABET, min_size=15, max_size=15).map(lambda rest: "91" + rest)


@pytest.mark.parametrize("code", PASSING)
def test_true_codes_raise_no_doubt(code: str) -> None:
    assert CreditCode().parse(code) == code
    assert CreditCode().doubts(code) == []


@pytest.mark.parametrize("code", FAILING_BUT_LEGAL)
def test_early_codes_are_kept_with_a_doubt(code: str) -> None:
    assert CreditCode().parse(code) == code
    assert "确认保留" in CreditCode().doubts(code)[0]


@pytest.mark.parametrize(
    "written", ["91350200776049653a", " 9135 0200 7760 4965 3A ", "９１３５０２００７７６０４９６５３Ａ"]
)
def test_ways_of_writing_come_to_one_code(written: str) -> None:
    assert CreditCode().parse(written) == "91350200776049653A"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("9135020077604965", "credit_length"),
        ("320505000012345", "credit_length"),
        ("9135020077604965IA", "credit_characters"),
        ("91350200776049653？", "credit_characters"),
        ("9.13502E+17", "digits_lost"),
        (913502000728319549.0, "digits_lost"),
    ],
)
def test_wrong_length_or_alphabet_is_refused(raw: object, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        CreditCode().parse(raw)
    assert refusal.value.code == code


def test_a_letter_that_does_not_exist_is_explained() -> None:
    with pytest.raises(Refused, match="没有字母 O，可能是 0"):
        CreditCode().parse("9135O200776049653A")


def test_the_old_licence_number_is_explained() -> None:
    with pytest.raises(Refused, match="旧的营业执照注册号"):
        CreditCode().parse("320505000012345")


def test_the_inner_organisation_code_has_its_own_check() -> None:
    for code in PASSING[:3]:
        assert credit.organisation_check_character(code[8:16]) == code[16]


def test_kinds_of_bodies() -> None:
    assert credit.kind_of("91350200776049653A") == "企业"
    assert credit.kind_of("123502001549897397") == "事业单位"
    assert credit.kind_of("Y1350200776049653A") is None
    assert "前两位" in credit.doubts_about("Y" + "1350200776049653A")[-1]


@given(bodies)
def test_any_code_made_by_the_rules_is_consistent(body: str) -> None:
    code = body + credit.check_character(body)
    assert CreditCode().parse(code) == code
    assert credit.is_consistent(code)


@given(bodies, st.integers(2, 16), st.sampled_from(credit.ALPHABET))
def test_one_wrong_character_is_always_doubted(body: str, place: int, mark: str) -> None:
    wrong = body[:place] + mark + body[place + 1 :]
    if wrong != body:
        assert not credit.is_consistent(wrong + credit.check_character(body))
