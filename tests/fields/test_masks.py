"""One table of masks, and that no mask ever shows more than its rule."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.fields.masks import COMPOUND_SURNAMES, MASK_KINDS, Audience, MaskKind, mask

AUDIENCES: tuple[Audience, ...] = get_args(Audience)

TABLE: list[tuple[MaskKind, str, str, str]] = [
    # kind, value, working lists, public notices
    ("name", "张丰", "张*", "张*"),
    ("name", "张三丰", "张**", "张*丰"),
    ("name", "王小明明", "王**", "王**明"),
    ("name", "欧阳修", "欧**", "欧**"),
    ("name", "欧阳小明", "欧**", "欧***"),
    ("name", "阿依·买买提", "阿*·买**", "阿*·买**"),
    ("name", "阿依古丽·买买提", "阿**·买**", "阿**·买**"),
    ("name", "阿依古丽・买买提", "阿**・买**", "阿**・买**"),
    ("name", "阿依古丽.买买提", "阿**.买**", "阿**.买**"),
    ("name", "John Smith", "J** S**", "J** S**"),
    ("name", "张", "*", "*"),
    ("name", "张三丰、李四", "张**、李*", "张*丰、李*"),
    ("phone", "13812345678", "138****5678", "138****5678"),
    ("phone", "0512-66661212", "0512-****12", "0512-****12"),
    ("phone", "051266661212", "0512-****12", "0512-****12"),
    ("phone", "010-66661212", "010-****12", "010-****12"),
    ("phone", "0512-66661212转801", "0512-****12", "0512-****12"),
    ("phone", "66661212", "****12", "****12"),
    ("phone", "13812345678、0512-66661212", "138****5678、0512-****12", "138****5678、0512-****12"),
    ("phone", "12345", "12345", "12345"),
    ("phone", "138123456789", "****", "****"),
    ("phone", "找李四", "****", "****"),
    ("id", "320505199001010011", "320505********0011", "3****************1"),
    ("id", "110105491231002", "110105******002", "1*************2"),
    ("id", "E12345678", "E1*****78", "E*******8"),
    ("id", "1234567", "*******", "*******"),
    ("address", "富康新村3幢2单元501室", "富康新村3幢**", "富康新村3幢**"),
    ("address", "富康新村3号楼501", "富康新村3号楼**", "富康新村3号楼**"),
    ("address", "富康新村三栋二单元", "富康新村三栋**", "富康新村三栋**"),
    ("address", "阳光花园A座1201", "阳光花园A座**", "阳光花园A座**"),
    ("address", "人民路18号富康新村3幢501", "人民路18号富康新村3幢**", "人民路18号富康新村3幢**"),
    ("address", "2单元501室 富康新村3幢", "**", "**"),
    ("address", "富康新村 二单元 3幢", "富康新村 **", "富康新村 **"),
    ("address", "人民路18号", "人民路**", "人民路**"),
    ("address", "东南村三组十五号", "东南村**", "东南村**"),
    ("address", "富康新村", "富康新村**", "富康新村**"),
    ("address", "某某街道某某社区某某家", "某某街道某某**", "某某街道某某**"),
    ("account", "6222020012345678901", "6222***********8901", "6222***********8901"),
    ("account", "6222 0200 1234 5678", "6222********5678", "6222********5678"),
    ("account", "12345678", "********", "********"),
    ("email", "shequ@example.com", "s***@example.com", "s***@example.com"),
    ("email", "no address", "***", "***"),
    ("credit", "91320505MA1TE5T0XC", "91320505MA1TE5T0XC", "91320505MA1TE5T0XC"),
]


@pytest.mark.parametrize(("kind", "value", "working", "public"), TABLE)
def test_the_table(kind: MaskKind, value: str, working: str, public: str) -> None:
    assert mask(kind, value, "working") == working
    assert mask(kind, value, "public") == public


def test_every_kind_stands_in_the_table() -> None:
    assert {row[0] for row in TABLE} == set(MASK_KINDS) == set(get_args(MaskKind))


@pytest.mark.parametrize("kind", MASK_KINDS)
@pytest.mark.parametrize("audience", AUDIENCES)
def test_nothing_stays_nothing(kind: MaskKind, audience: Audience) -> None:
    assert mask(kind, None, audience) == ""
    assert mask(kind, "  ", audience) == ""


def test_an_unknown_kind_is_an_error_never_clear_text() -> None:
    with pytest.raises(KeyError):
        mask("birthday", "1990-01-01", "working")  # type: ignore[arg-type]


def test_compound_surnames_have_two_characters() -> None:
    assert all(len(surname) == 2 for surname in COMPOUND_SURNAMES)
    assert {"欧阳", "尉迟", "诸葛", "完颜"} <= COMPOUND_SURNAMES


def _shown(masked: str) -> int:
    return sum(mark != "*" for mark in masked)


han = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=2, max_size=6)


@given(han)
def test_names_show_one_character_in_lists_and_two_in_public(name: str) -> None:
    assert _shown(mask("name", name, "working")) == 1
    assert _shown(mask("name", name, "public")) <= 2
    assert "*" in mask("name", name, "public")


@given(st.text("0123456789-、转+ ()", min_size=1, max_size=40))
def test_numbers_never_show_more_than_seven_digits_each(text: str) -> None:
    for part in mask("phone", text, "working").split("、"):
        digits = sum(mark.isdigit() for mark in part)
        assert digits <= 7 or part.startswith(("400", "800"))
        if digits > 6:
            assert "*" in part or part.startswith(("400", "800"))


@given(st.text(st.characters(codec="utf-8"), min_size=8, max_size=30).filter(lambda text: len(text.strip()) >= 8))
def test_ids_show_at_most_ten_or_two(text: str) -> None:
    assert mask("id", text, "working").count("*") >= 4
    assert mask("id", text, "public")[1:-1].strip("*") == ""


@given(st.text("0123456789 ", min_size=1, max_size=30))
def test_accounts_show_at_most_eight_digits(text: str) -> None:
    assert sum(mark.isdigit() for mark in mask("account", text, "working")) <= 8


@given(st.text("富康新村幢栋号楼单元室层0123456789一二三A-", min_size=1, max_size=25))
def test_addresses_end_in_stars_and_show_only_a_beginning(text: str) -> None:
    for audience in AUDIENCES:
        masked = mask("address", text, audience)
        assert masked.endswith("**")
        assert text.startswith(masked[:-2])


@given(st.integers(1, 99), st.integers(1, 9), st.integers(101, 3399))
def test_unit_and_room_are_always_hidden(building: int, unit: int, room: int) -> None:
    for text in (
        f"富康新村{building}幢{unit}单元{room}室",
        f"富康新村{building}栋{room}",
        f"富康新村{building}号楼{unit}单元{room}",
        f"富康新村{building}-{unit}-{room}",
        f"富康新村{unit}单元{room}，{building}幢",
        f"富康新村{room}室（{building}栋）",
    ):
        masked = mask("address", text, "working")
        assert str(room) not in masked
        assert "单元" not in masked
