"""What was patched opens in LibreOffice with marks, comments and rows where they belong."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest

from app.workbooks.patching import Inserted, RowPlan, SheetEdits, patch
from tests.workbooks.office import PROGRAM, convert
from tests.workbooks.samples import roster, save

pytestmark = [
    pytest.mark.libreoffice,
    pytest.mark.skipif(shutil.which(PROGRAM) is None, reason="LibreOffice is not installed"),
]
RED = "FFC7CE"


def test_marks_and_comments_are_seen(tmp_path: Path) -> None:
    edits = SheetEdits({(5, 2): "=危险"}, {(4, 4): RED}, {(4, 4): "请核对原件。", (3, 2): "姓名里有数字"})
    written = convert(save(patch(roster(), {"名册": edits}), tmp_path), "xlsx", tmp_path)
    page = openpyxl.load_workbook(written)["名册"]
    assert page["D4"].fill.fgColor.rgb == "FF" + RED
    assert page["D4"].comment.text == "请核对原件。"
    assert page["B3"].comment.text == "原来的批注\n姓名里有数字"
    assert (page["B5"].value, page["B5"].data_type) == ("=危险", "s")
    assert (len(page._charts), len(page._images)) == (1, 1)


def test_rows_that_came_are_computed(tmp_path: Path) -> None:
    plan = RowPlan((Inserted(12, 2, 12),), ((5, 5),))
    edits = SheetEdits({(12, 5): 100, (13, 5): 200}, {}, {}, plan)
    written = convert(save(patch(roster(), {"名册": edits}), tmp_path), "xlsx", tmp_path)
    results = openpyxl.load_workbook(written, data_only=True)
    page = results["名册"]
    # 30…39 without row 5's 32, and the two that came.
    assert page["E14"].value == 345 - 32 + 300
    assert page["F13"].value == 400
    assert results["选项 表"]["B1"].value == 345 - 32 + 300


def test_a_patched_file_patched_by_others_can_be_patched_again(tmp_path: Path) -> None:
    first = patch(roster(), {"名册": SheetEdits(comments={(4, 4): "一"}, fills={(4, 4): RED})}, author="网格台账")
    again = convert(save(first, tmp_path), "xlsx", tmp_path).read_bytes()
    edits = SheetEdits({(6, 3): "女"}, {(6, 3): RED}, {(4, 4): "二", (6, 3): "三"}, RowPlan((Inserted(3, 1, 3),)))
    page = openpyxl.load_workbook(
        convert(save(patch(again, {"名册": edits}), tmp_path, "again.xlsx"), "xlsx", tmp_path)
    )["名册"]
    assert (page["C6"].value, page["C6"].fill.fgColor.rgb, page["C6"].comment.text) == ("女", "FF" + RED, "三")
    assert page["D5"].comment.text == "一"
    assert page["D4"].comment.text == "二"
