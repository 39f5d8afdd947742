"""One cell that names a building, a home or a household; and which rows of a file are one family."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from app.fields.refusal import Refused
from app.registers import homes


@dataclass
class Line:
    values: dict[str, Any]
    named: dict[str, str] = field(default_factory=dict)


HEAD, ROOM, SON = "household.head", "household.dwelling.room_number", "20"


def line(name: str, relation: str = "", room: str = "", head: str = "") -> Line:
    named = {path: text for path, text in ((ROOM, room), (HEAD, head)) if text}
    return Line({"name": name, "relation": relation or None}, named)


def heads(*lines: Line) -> list[tuple[str, str]]:
    return [(each.named.get(HEAD, ""), each.named.get(ROOM, "")) for each in homes.families(lines)]


@pytest.mark.parametrize(
    ("split", "text", "parts"),
    [
        (homes.split_building, "3栋", {"number": "3幢"}),
        (homes.split_building, "富康新村3号楼", {"compound": "富康新村", "number": "3幢"}),
        (homes.split_dwelling, "富康新村3栋2单元501室",
         {"building": "富康新村3幢", "unit_number": "2单元", "room_number": "501"}),
        (homes.split_dwelling, "3-2-501", {"building": "3幢", "unit_number": "2", "room_number": "501"}),
        (homes.split_dwelling, "富康新村3幢501", {"building": "富康新村3幢", "unit_number": "无", "room_number": "501"}),
        (homes.split_household, "富康新村3幢501室 张国安", {"dwelling": "富康新村3幢501室", "head": "张国安"}),
    ],
)  # fmt: skip
def test_one_cell_falls_into_parts(split: Any, text: str, parts: dict[str, str]) -> None:
    assert split(text) == parts


@pytest.mark.parametrize(
    ("split", "text"),
    [(homes.split_building, "富康新村3幢501"), (homes.split_building, "富康新村"), (homes.split_dwelling, "富康新村3幢"),
     (homes.split_dwelling, "501"), (homes.split_household, "张国安")],
)  # fmt: skip
def test_what_does_not_tell_is_refused(split: Any, text: str) -> None:
    with pytest.raises(Refused):
        split(text)


def test_relatives_belong_to_the_head_at_their_address_wherever_he_stands() -> None:
    found = heads(line("甲", "02", "501"), line("乙", SON, "501室"), line("丙", SON, "502"), line("丁", "02", "502"))
    assert found == [("甲", "501"), ("甲", "501室"), ("丁", "502"), ("丁", "502")]


def test_a_relative_below_takes_the_address_over_where_it_is_written_once() -> None:
    found = heads(line("甲", "02", "501"), line("乙", SON), line("丙", "02", "502"), line("丁", SON), line("戊"))
    assert found == [("甲", "501"), ("甲", "501"), ("丙", "502"), ("丙", "502"), ("", "")]


def test_where_every_row_has_its_address_a_blank_one_is_blank() -> None:
    found = heads(line("甲", "02", "501"), line("乙", SON, "501"), line("丙", SON))
    assert found == [("甲", "501"), ("甲", "501"), ("", "")]


def test_two_families_in_one_home() -> None:
    found = heads(line("甲", "02", "501"), line("乙", SON, "501"), line("丙", "02", "501"), line("丁", SON, "501"))
    assert [head for head, _room in found] == ["甲", "甲", "丙", "丙"]


def test_a_column_that_only_says_yes_names_the_person_himself() -> None:
    assert heads(line("甲", "", "501", "是"), line("乙", SON, "501", "否")) == [("甲", "501"), ("甲", "501")]


def test_nobody_is_made_a_head_where_no_home_is_named() -> None:
    assert heads(line("甲", "02"), line("乙", SON)) == [("", ""), ("", "")]


def test_a_block_of_strangers_does_not_grow_without_end() -> None:
    lines = [line("甲", "02", "501"), *(line(f"人{number}", SON, "501") for number in range(200))]
    assert {head for head, _room in heads(*lines)} == {"甲"}
