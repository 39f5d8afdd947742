"""Headers to columns: sure, unsure, offered, or left alone."""

from __future__ import annotations

import pytest

from app.lowcode.importing.layout import HeaderCell, Table
from app.lowcode.importing.matching import GUESS, Match, match
from app.registers.grid_workers import REGISTER

COLUMNS = REGISTER.declared_columns


def matched(
    *headers: str, samples: dict[int, list[object]] | None = None, chosen: dict[str, str] | None = None
) -> dict[str, Match]:
    cells = tuple(HeaderCell(index, tuple(header.split("/"))) for index, header in enumerate(headers))
    found = match(Table((0,), cells, 0, len(cells)), COLUMNS, samples=samples, chosen=chosen)
    return {header: found[index] for index, header in enumerate(headers)}


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("姓名", "name"), ("姓 名", "name"), ("*姓名", "name"), ("姓名（必填）", "name"), ("党员信息/姓名", "name"),
        ("1、姓名", "name"), ("身份证\n号码", "id_number"), ("手机号", "phone"), ("联系电话：", "phone"),
        ("文化程度", "education"), ("聘用时间", "hired_on"), ("所在网格", "area"), ("所属社区", "area"),
        ("网格工作时间占比(%)", "time_share"),
        ("专/兼职", "kind"), ("name", "name"),
    ],
)  # fmt: skip
def test_sure_ones(header: str, column: str) -> None:
    found = matched(header)[header]
    assert (found.column, found.is_sure) == (column, True)


@pytest.mark.parametrize("header", ["配偶姓名", "户主联系电话", "紧急联系电话", "父亲政治面貌", "爱好", "曾用姓名"])
def test_what_is_about_somebody_else_is_left_alone(header: str) -> None:
    assert matched(header)[header].column == ""


def test_likely_ones_are_taken_and_shown_as_unsure() -> None:
    found = matched("网格员本人姓名", "人员性别")
    assert (found["人员性别"].column, found["人员性别"].is_sure) == ("sex", False)


def test_what_the_cells_confirm_is_sure() -> None:
    found = matched("姓名", "人员性别", samples={1: ["男", "女", "男"]})
    assert (found["人员性别"].column, found["人员性别"].is_sure) == ("sex", True)


def test_the_one_header_that_ends_like_a_name_names_the_record() -> None:
    found = matched("社工姓名", "手机")
    assert (found["社工姓名"].column, found["社工姓名"].is_sure) == ("name", False)
    assert matched("物业姓名", "房东姓名")["房东姓名"].column == ""


def test_serial_numbers_are_surely_nothing() -> None:
    assert matched("序号")["序号"] == Match("", 3)


def test_a_column_goes_to_one_header_and_a_place_to_several() -> None:
    found = matched("手机", "联系电话", "所属社区", "所属网格")
    assert (found["手机"].column, found["联系电话"].column) == ("phone", "")
    assert (found["联系电话"].certainty, found["联系电话"].guess) == (GUESS, "phone")
    assert found["所属社区"].column == found["所属网格"].column == "area"


def test_id_numbers_are_known_by_what_the_cells_hold() -> None:
    samples = {1: ["320505199003070019", "32050519850101123X", ""]}
    found = matched("姓名", "证件", samples=samples)
    assert (found["证件"].column, found["证件"].is_sure) == ("id_number", False)


def test_a_persons_choice_outranks_everything() -> None:
    found = matched("姓名", "代号", chosen={"代号": "name", "姓名": ""})
    assert (found["姓名"].column, found["代号"].column) == ("", "name")
