"""`template` and `export`: what comes out goes in again, narrowed by area and column, in five formats."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.commands.conftest import Commands, Refuses
from tests.street import COMMUNITY

BEGINS = {"xlsx": b"PK", "docx": b"PK", "pdf": b"%PDF", "html": b"<!", "csv": b"\xef\xbb\xbf"}


def _csv(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))


@pytest.mark.parametrize("suffix", BEGINS)
def test_every_format(demo: Commands, tmp_path: Path, suffix: str) -> None:
    out = tmp_path / "new folder" / f"网格员.{suffix}"
    result = demo("export", "网格员名册", out)
    assert result.code == 0
    assert str(out) in result.out
    assert out.read_bytes().startswith(BEGINS[suffix])


def test_where_and_area_narrow(demo: Commands, tmp_path: Path) -> None:
    whole, full_time, here = (tmp_path / name for name in ("a.csv", "b.csv", "c.csv"))
    demo("export", "grid_workers", whole)
    demo("export", "grid_workers", full_time, "--where", "专/兼职=专职")
    demo("export", "grid_workers", here, "--where", "kind=专职", "--area", COMMUNITY)
    everybody = _csv(whole)
    expected = [row for row in everybody if row["专/兼职"] == "专职"]
    assert 0 < len(expected) < len(everybody)
    assert _csv(full_time) == expected
    assert 0 < len(_csv(here)) < len(expected)
    assert all(row["所属网格"].startswith("桂花社区") for row in _csv(here))


def test_an_export_goes_in_again_unchanged(demo: Commands, tmp_path: Path) -> None:
    out = tmp_path / "units.xlsx"
    demo("export", "units", out)
    found = demo("import", "units", out, "--check", "--json").json()
    assert (found["new"], found["changed"], found["conflict"], found["errors"]) == (0, 0, 0, [])
    assert found["same"] > 0


def test_a_template_is_read_without_a_doubt(bare: Commands, tmp_path: Path) -> None:
    out = tmp_path / "template.xlsx"
    assert bare("template", "grid_workers", out).code == 0
    book = load_workbook(out)
    assert book.sheetnames[0] == "网格员名册"
    sheet = book.worksheets[0]
    labels = [cell.value for cell in sheet[1]]
    values = {"姓名 *": "王建国", "联系电话": "15400000001", "社区 *": "桂花社区", "网格": "第一网格"}
    assert values.keys() <= set(labels)
    for number, label in enumerate(labels, 1):
        sheet.cell(2, number, values.get(label))
    book.save(out)
    result = bare("import", "grid_workers", out, "--check", "--json")
    found = result.json()
    assert (result.code, found["new"], found["errors"]) == (0, 1, [])
    columns = [column for one in found["sheets"] for table in one["tables"] for column in table["columns"]]
    assert all(column["column"] and column["sure"] for column in columns)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("export", "moon", "x.xlsx"), "没有“moon”这本名册"),
        (("export", "grid_workers", "x.txt"), "xlsx、csv、pdf、docx、html"),
        (("export", "grid_workers", "x"), "xlsx、csv、pdf、docx、html"),
        (("export", "grid_workers", "x.csv", "--where", "鞋码=43"), "不能按“鞋码”筛选"),
        (("export", "grid_workers", "x.csv", "--where", "kind"), "名称=值"),
        (("export", "grid_workers", "x.csv", "--where", "kind=临时"), "专/兼职“临时”"),
        (("export", "grid_workers", "x.csv", "--area", "123"), "没有编码为 123 的区域"),
        (("template", "moon", "x.xlsx"), "没有“moon”这本名册"),
        (("export", "grid_workers", "/proc/x.csv"), "/proc/x.csv"),
        (("template", "grid_workers", "/dev/null/x.xlsx"), "/dev/null"),
    ],
)
def test_what_cannot_be_done_is_said(
    bare: Commands,
    refused: Refuses,
    tmp_path: Path,
    arguments: tuple[str, ...],
    words: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert words in refused(bare(*arguments))
    assert not [path for path in tmp_path.glob("x*") if path.is_file()]


def test_as_somebody_one_takes_out_what_he_may(demo: Commands, refused: Refuses, tmp_path: Path) -> None:
    """A secretary his own community, ID numbers behind stars; a grid worker nothing."""
    out = tmp_path / "x.csv"
    assert demo("export", "grid_workers", out, "--as", "community_secretary").code == 0
    rows = _csv(out)
    assert rows
    assert all(row["所属网格"].startswith("桂花社区") for row in rows)
    assert all("*" in row["身份证号"] for row in rows if row["身份证号"])
    assert "grid_worker" in refused(demo("export", "residents", out, "--as", "grid_worker"))
    refused(demo("export", "grid_workers", out, "--as", "community_secretary", "--area", "990101001002"))
