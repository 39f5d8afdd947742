"""A sheet that only repeats others is not read twice; one that says anything else is."""

from __future__ import annotations

from typing import Any

from app.lowcode.importing.recognition import recognise
from app.lowcode.importing.repeated_sheets import without_repeating
from app.lowcode.importing.sheets import Sheet, Workbook
from app.registers.grid_workers import REGISTER

HEAD = ["姓名", "联系电话", "所属社区"]
ANN, BEN, CAT = (["张清和", 13810000000.0], ["李望舒", "13810007919"], ["王采薇", "13810015838"])


def taken(**pages: list[list[Any]]) -> list[str]:
    """Names of the sheets whose records are taken."""
    book = Workbook("xlsx", tuple(Sheet(name, [HEAD[: len(rows[0])], *rows]) for name, rows in pages.items()))
    found = recognise(book, REGISTER.declared_columns, REGISTER.keys, REGISTER.row_title, assumed=frozenset({"area"}))
    kept = without_repeating(found, {"name"}, {"area"}, lambda text: text.endswith("社区"))
    assert all(sheet.is_repeat != all(table.is_taken for table in sheet.tables) for sheet in kept)
    return [sheet.sheet.name for sheet in kept if not sheet.is_repeat]


def test_a_summary_of_all_communities_is_not_read_again() -> None:
    whole = [[*ANN, "桂花社区"], [*BEN, "银杏社区"], ["王 采薇", 13810015838.0, "银杏社区"]]
    assert taken(汇总=whole, 桂花社区=[ANN], 银杏社区=[BEN, CAT]) == ["桂花社区", "银杏社区"]
    assert taken(桂花社区=[ANN], 银杏社区=[BEN, CAT], 汇总=whole) == ["桂花社区", "银杏社区"]


def test_a_summary_with_one_more_record_or_another_telephone_is_read() -> None:
    assert taken(汇总=[ANN, BEN, CAT], 桂花社区=[ANN], 银杏社区=[BEN]) == ["汇总", "桂花社区", "银杏社区"]
    assert taken(汇总=[[ANN[0], "13900000000"]], 桂花社区=[ANN]) == ["汇总", "桂花社区"]


def test_a_copy_and_an_excerpt_are_not_read_but_the_longer_one_is() -> None:
    assert taken(名单=[ANN, BEN], 副本=[ANN, BEN], 组长=[BEN]) == ["名单"]


def test_the_same_person_in_two_communities_is_left_for_the_clerk() -> None:
    assert taken(桂花社区=[ANN, BEN], 银杏社区=[BEN]) == ["桂花社区", "银杏社区"]
