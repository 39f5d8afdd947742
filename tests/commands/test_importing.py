"""`import` and `undo`: the object of the contract, exit codes, and nothing written where something is wrong."""

from __future__ import annotations

import io
import sqlite3
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from tests.commands.conftest import Commands, Refuses, Result
from tests.street import COMMUNITY

KEYS = ["batch", "new", "changed", "same", "conflict", "missing", "sheets", "errors", "warnings"]
WHY = {"title", "note", "blank", "numbered_blank", "total", "repeated_header", "signature"}
HEAD = ("序号", "姓名", "联系电话", "所属网格", "专/兼职", "爱好")
PEOPLE = (
    (1, "王建国", "15400000001", "桂花社区第一网格", "专职", "下棋"),
    (2, "李秀英", "15400000002", "桂花社区第二网格", "兼职", None),
    (3, "欧阳明月", "15400000003", "桂花社区第一网格", "专职", None),
)


def book(path: Path, rows: Sequence[Sequence[Any]] = PEOPLE, *, head: Sequence[str] = HEAD) -> Path:
    """A workbook as offices keep it: title, head, rows, a total, a signature."""
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = "网格员"
    sheet.append(["清溪街道网格员花名册"])
    sheet.append(list(head))
    for row in rows:
        sheet.append(list(row))
    sheet.append([])
    sheet.append(["合计", f"{len(rows)} 人"])
    sheet.append(["填表人：", None, "审核人："])
    workbook.save(path)
    return path


def _rows(commands: Commands, table: str = "grid_workers") -> int:
    with sqlite3.connect(commands.folder / "gridledger.db") as database:
        found = database.execute(f"SELECT count(*) FROM {table} WHERE deleted_at IS NULL").fetchone()[0]
    database.close()
    return int(found)


def _check_shape(found: dict[str, Any]) -> None:
    assert list(found) == KEYS
    for name in KEYS[1:6]:
        assert type(found[name]) is int
    assert found["batch"] is None or type(found["batch"]) is int
    for sheet in found["sheets"]:
        assert list(sheet) == ["name", "rows", "tables", "skipped"]
        for table in sheet["tables"]:
            assert list(table) == ["header_rows", "first_row", "last_row", "columns"]
            for column in table["columns"]:
                assert list(column) == ["header", "column", "sure"]
                assert isinstance(column["sure"], bool)
        for row in sheet["skipped"]:
            assert list(row) == ["row", "why"]
            assert row["why"] in WHY
    for remark in (*found["errors"], *found["warnings"]):
        assert list(remark) == ["sheet", "row", "column", "value", "message"]
        assert remark["message"]


def _json(result: Result) -> dict[str, Any]:
    found: dict[str, Any] = result.json()
    _check_shape(found)
    return found


def test_check_tells_everything_and_writes_nothing(bare: Commands, tmp_path: Path) -> None:
    result = bare("import", "网格员名册", book(tmp_path / "名册.xlsx"), "--check", "--json")
    found = _json(result)
    assert result.code == 0
    assert (found["batch"], found["new"], found["changed"], found["same"]) == (None, 3, 0, 0)
    (sheet,) = found["sheets"]
    assert (sheet["name"], sheet["rows"]) == ("网格员", 3)
    (table,) = sheet["tables"]
    assert (table["header_rows"], table["first_row"], table["last_row"]) == ([2], 3, 5)
    matched = {column["header"]: column["column"] for column in table["columns"]}
    assert matched["姓名"] == "name"
    assert matched["所属网格"] == "area"
    assert matched["爱好"] is None
    assert {row["row"]: row["why"] for row in sheet["skipped"]} == {
        1: "title", 6: "blank", 7: "total", 8: "signature"
    }  # fmt: skip
    assert _rows(bare) == 0


def test_the_original_comes_out_again(bare: Commands, refused: Refuses, tmp_path: Path) -> None:
    batch = _json(bare("import", "grid_workers", book(tmp_path / "a.xlsx"), "--json"))["batch"]
    out = tmp_path / "again.xlsx"
    assert bare("refill", str(batch), str(out), "--with-new").code == 0
    again = _json(bare("import", "grid_workers", out, "--json"))
    assert (again["new"], again["changed"], again["same"]) == (0, 0, 3)
    assert bare("undo", str(batch)).code == 0
    assert "已经撤销" in refused(bare("refill", str(batch), str(out)))


def test_written_again_changed_and_taken_back(bare: Commands, refused: Refuses, tmp_path: Path) -> None:
    first = _json(bare("import", "grid_workers", book(tmp_path / "a.xlsx"), "--json"))
    assert first["new"] == 3
    assert isinstance(first["batch"], int)
    assert _rows(bare) == 3
    again = _json(bare("import", "grid_workers", tmp_path / "a.xlsx", "--json"))
    assert (again["new"], again["changed"], again["same"]) == (0, 0, 3)
    changed = [(*PEOPLE[0][:4], "兼职", None), *PEOPLE[1:]]
    second = _json(bare("import", "grid_workers", book(tmp_path / "b.xlsx", changed), "--json"))
    assert (second["new"], second["changed"], second["same"]) == (0, 1, 2)
    assert bare("undo", str(second["batch"])).code == 0
    assert bare("undo", str(first["batch"])).code == 0
    assert _rows(bare) == 0
    refused(bare("undo", str(first["batch"])))
    assert "999" in refused(bare("undo", "999"))


def test_every_bad_row_is_named_and_all_or_good_decides(bare: Commands, refused: Refuses, tmp_path: Path) -> None:
    rows = [
        *PEOPLE,
        (4, "赵一", "1540000", "桂花社区第一网格", "专职", None),
        (5, "钱二", "15400000005", "月球", "临时", None),
    ]
    path = book(tmp_path / "bad.xlsx", rows)
    result = bare("import", "grid_workers", path, "--json")
    found = _json(result)
    assert (result.code, found["batch"]) == (1, None)
    assert {(error["sheet"], error["row"], error["column"]) for error in found["errors"]} >= {
        ("网格员", 6, "phone"), ("网格员", 7, "area"), ("网格员", 7, "kind"),
    }  # fmt: skip
    assert _rows(bare) == 0
    assert "第 6 行" in refused(bare("import", "grid_workers", path))
    marked = tmp_path / "out" / "marked.xlsx"
    good = bare("import", "grid_workers", path, "--mode", "good", "--json", "--errors", marked)
    assert (good.code, _json(good)["new"], _rows(bare)) == (0, 3, 3)
    (sheet,) = load_workbook(marked).worksheets
    assert sheet["C6"].comment is not None
    assert "手机号" in sheet["C6"].comment.text
    assert sheet["B3"].comment is None


def test_map_and_area(bare: Commands, refused: Refuses, tmp_path: Path) -> None:
    """A header nobody knows is told where it belongs; rows that name no area lie in the one named."""
    path = book(tmp_path / "x.xlsx", [("王建国", "15400000001")], head=("哪位", "联系电话"))
    refused(bare("import", "grid_workers", path))
    grid = COMMUNITY + "001"
    result = bare("import", "grid_workers", path, "--map", "哪位=姓名", "--area", grid, "--json")
    assert (result.code, _json(result)["new"]) == (0, 1), result.out
    with sqlite3.connect(bare.folder / "gridledger.db") as database:
        assert database.execute("SELECT name, area_code FROM grid_workers").fetchall() == [("王建国", grid)]
    database.close()
    assert "表头=列" in refused(bare("import", "grid_workers", path, "--map", "哪位"))
    assert "月球" in refused(bare("import", "grid_workers", path, "--map", "哪位=月球"))


def test_missing_is_counted_with_whole_only(bare: Commands, tmp_path: Path) -> None:
    bare("import", "grid_workers", book(tmp_path / "a.xlsx"))
    fewer = book(tmp_path / "b.xlsx", PEOPLE[:2])
    assert _json(bare("import", "grid_workers", fewer, "--check", "--json"))["missing"] == 0
    assert _json(bare("import", "grid_workers", fewer, "--check", "--json", "--additions"))["missing"] == 0
    assert _json(bare("import", "grid_workers", fewer, "--check", "--json", "--whole"))["missing"] == 1


def _bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("[Content_Types].xml", b"<Types/>")
        parts.writestr("xl/worksheets/sheet1.xml", b"0" * 900_000_000)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("empty.xlsx", b""),
        ("cut.xlsx", b"PK\x03\x04 cut off"),
        ("photo.xlsx", b"\x89PNG\r\n\x1a\n" + b"0" * 99),
        ("program.exe", b"MZ" + b"\x00" * 99),
        ("letter.csv", "您好，这是一封信。\n谢谢。\n".encode()),
        ("noise.csv", bytes(range(256)) * 9),
    ],
)
def test_a_foreign_or_damaged_file_is_refused_in_words(
    bare: Commands, refused: Refuses, tmp_path: Path, name: str, body: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(body)
    result = bare("import", "grid_workers", path, "--json")
    found = _json(result)
    assert (result.code, found["batch"]) == (1, None)
    assert found["errors"]
    refused(bare("import", "grid_workers", path))
    assert _rows(bare) == 0


@pytest.mark.soak
def test_a_zip_bomb_is_refused(bare: Commands, tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(_bomb())
    result = bare("import", "grid_workers", path, "--json")
    assert (result.code, _json(result)["errors"] != []) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("grid_workers", "nowhere.xlsx"), "nowhere.xlsx"),
        (("grid_workers", "."), "."),
        (("moon_people", "nowhere.xlsx"), "没有“moon_people”这本名册"),
        (("grid_workers", "nowhere.xlsx", "--area", "123"), "123"),
    ],
)
def test_what_cannot_be_read_is_said_and_the_object_printed(
    bare: Commands, refused: Refuses, arguments: tuple[str, ...], words: str
) -> None:
    assert words in refused(bare("import", *arguments))
    result = bare("import", *arguments, "--json")
    assert result.code == 1
    assert _json(result)["errors"]


def test_a_clerk_imports_into_his_own_area_only(bare: Commands, tmp_path: Path) -> None:
    bare("user", "add", "neiqin", "--role", "社区内勤", "--area", "990101001002")
    path = book(tmp_path / "a.xlsx")
    result = bare("import", "grid_workers", path, "--json", "--as", "neiqin", "--area", "990101001002")
    assert result.code == 1
    assert _json(result)["batch"] is None
    assert _rows(bare) == 0
