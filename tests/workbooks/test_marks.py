"""Marks come off again, whatever program saved the workbook in between."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from app.workbooks.marks import GROUNDS, Mark, Marking, mark, without_marks
from app.workbooks.package import Package
from app.workbooks.patching import SheetEdits, patch
from app.workbooks.properties import read_properties
from tests.workbooks.office import PROGRAM, convert
from tests.workbooks.samples import roster, save

FIRST = Marking({"名册": {
    (4, 4): Mark("red", "第 18 位校验不对，请核对原件。"), (7, 2): Mark("amber", "年龄与生日不符"), (3, 2): Mark("red", "重名"),
    (2, 1): Mark("", "本表有 3 处要看。"),
}})  # fmt: skip
"""Row 7 is yellow in the original, B3 has a comment of theirs."""


def opened(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))["名册"]


def marked(data: bytes, marking: Marking) -> bytes:
    return mark(data, marking, author="网格台账", properties={"批次": "12"})


def grounds(page: Any) -> dict[str, str]:
    return {
        cell.coordinate: cell.fill.fgColor.rgb
        for row in page.iter_rows()
        for cell in row
        if cell.fill.patternType == "solid"
    }


def comments(page: Any) -> dict[str, str]:
    return {cell.coordinate: cell.comment.text for row in page.iter_rows() for cell in row if cell.comment}


def test_marks_show_and_say() -> None:
    page = opened(marked(roster(), FIRST))
    assert grounds(page)["D4"][:7] == grounds(page)["B3"][:7] == "FFFFB3B"
    assert grounds(page)["B7"][:7] == "FFFFE08"
    assert "A2" not in grounds(page)
    assert comments(page) == {
        "B3": "原来的批注\n【核对】重名", "D4": "【核对】第 18 位校验不对，请核对原件。", "B7": "【核对】年龄与生日不符",
        "A2": "【核对】本表有 3 处要看。",
    }  # fmt: skip


@pytest.mark.parametrize("by", ["nobody", "openpyxl", pytest.param("office", marks=pytest.mark.libreoffice)])
def test_marks_come_off_after_others_saved_the_file(by: str, tmp_path: Path) -> None:
    data = marked(roster(), FIRST)
    if by == "openpyxl":
        buffer = io.BytesIO()
        book = openpyxl.load_workbook(io.BytesIO(data))
        book["名册"].insert_rows(9)
        book.save(buffer)
        data = buffer.getvalue()
    elif by == "office":
        if shutil.which(PROGRAM) is None:
            pytest.skip("LibreOffice is not installed")
        data = convert(save(data, tmp_path), "xlsx", tmp_path).read_bytes()
    before = grounds(opened(roster()))
    clean = opened(without_marks(data))
    assert set(grounds(clean)) == set(before)
    assert {colour[2:] for colour in grounds(clean).values()} == {"FFFF99"}
    assert comments(clean) == {"B3": "原来的批注"}


def test_a_second_marking_replaces_the_first() -> None:
    second = Marking({"名册": {(5, 3): Mark("red", "改成男或女"), (7, 2): Mark("red", "还是不对")}})
    data = marked(marked(roster(), FIRST), second)
    page = opened(data)
    assert {name for name, colour in grounds(page).items() if colour.startswith("FFFFB3B")} == {"C5", "B7"}
    assert "D4" not in grounds(page)
    assert comments(page) == {"B3": "原来的批注", "C5": "【核对】改成男或女", "B7": "【核对】还是不对"}
    assert grounds(opened(without_marks(data))) == grounds(opened(roster()))


def test_more_grounds_than_can_be_told_apart_lose_their_colour_only() -> None:
    edits = SheetEdits(
        fills={(row, column): f"{row:02X}{column:02X}99" for row in range(3, 9) for column in range(1, 6)}
    )
    data = patch(roster(), {"名册": edits})
    marks = Marking({"名册": {place: Mark("red", "x") for place in edits.fills}})
    again = grounds(opened(without_marks(marked(data, marks))))
    assert len(json.loads(read_properties(Package(marked(data, marks)))[GROUNDS])) == 15
    assert sum(1 for name, colour in grounds(opened(data)).items() if again.get(name) == colour) >= 15


@pytest.mark.parametrize("forged", ["no json", "7", '["<fill><evil/></fill>", 5]', '["<fill/></fills><x/>"]', "[" * 50])
def test_a_forged_list_of_grounds_does_no_harm(forged: str) -> None:
    data = patch(marked(roster(), FIRST), {}, properties={GROUNDS: forged})
    clean = without_marks(data)
    assert not [colour for colour in grounds(opened(clean)).values() if colour.startswith(("FFFFB3B", "FFFFE08"))]
    assert b"evil" not in Package(clean).xml("xl/styles.xml")
