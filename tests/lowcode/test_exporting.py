"""Taking a register out: text stays text in every program, masks are obeyed, and what went out can come in again."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import python_calamine
from hypothesis import given
from hypothesis import strategies as st

from app.database.transactions import writing
from app.lowcode import bulk, data_sheet, exporting, queries
from app.lowcode.light_rows import LightRows
from app.lowcode.register import register
from app.security.actor import SYSTEM, acting_as
from tests.lowcode.importing.workbooks import make
from tests.workbooks import office
from tests.world import GRID, HOME, NEXT_GRID, add_user, as_user, build_areas

TODAY = date(2026, 11, 22)
DANGEROUS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    '=HYPERLINK("http://x")',
    "3205051984051200",
    " 前后 ",
    "<&>\"'",
]
ODD = ["_x0041_", "两行\n两行", "空\x00字符\x1f", "😀\ufffe"]


def sheet(rows: list[list[Any]], *formats: str, title: str = "名册") -> bytes:
    return data_sheet.write(title, [data_sheet.Head(f"列{at}", 10, each) for at, each in enumerate(formats)], rows)


def test_text_stays_text_in_every_program() -> None:
    data = sheet([[text] for text in DANGEROUS + ODD], "@")
    found = openpyxl.load_workbook(io.BytesIO(data)).active
    assert found is not None
    cells = [found.cell(row, 1) for row in range(2, len(DANGEROUS) + 2)]
    assert [cell.data_type for cell in cells] == ["s"] * len(DANGEROUS)
    assert [cell.value for cell in cells] == [text.replace("\r", "_x000D_") for text in DANGEROUS]
    read = python_calamine.load_workbook(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert [row[0] for row in read[1:]] == [*DANGEROUS, "_x0041_", "两行\n两行", "空字符", "😀"]


@pytest.mark.libreoffice
def test_libreoffice_calculates_nothing_of_it(tmp_path: Path) -> None:
    (tmp_path / "out.xlsx").write_bytes(sheet([[text] for text in DANGEROUS], "@"))
    kept = openpyxl.load_workbook(office.convert(tmp_path / "out.xlsx", "xlsx", tmp_path)).active
    assert kept is not None
    cells = [kept.cell(row, 1) for row in range(2, len(DANGEROUS) + 2)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.value for cell in cells][:4] == DANGEROUS[:4]
    assert kept.auto_filter.ref == f"A1:A{len(DANGEROUS) + 1}"


def test_numbers_and_days_stay_what_they_are() -> None:
    row = [
        3,
        Decimal("12.50"),
        date(2026, 11, 22),
        date(1900, 1, 31),
        date(1899, 5, 1),
        datetime.combine(date(2026, 3, 5), time(12)),
        True,
        None,
        "",
    ]
    data = sheet([row], "#,##0", "0.00", "yyyy-mm-dd", "yyyy-mm-dd", "yyyy-mm-dd", "yyyy-mm-dd hh:mm", "@", "@", "@")
    found = openpyxl.load_workbook(io.BytesIO(data)).active
    assert found is not None
    values = [cell.value for cell in found[2]]
    assert values[:2] == [3, 12.5]
    days = [str(value) for value in values[2:6]]
    assert days == ["2026-11-22 00:00:00", "1900-01-31 00:00:00", "1899-05-01", "2026-03-05 12:00:00"]
    assert [value for value in values[6:] if value is not None] == ["是"]
    assert [cell.number_format for cell in found[2]][:4] == ["#,##0", "0.00", "yyyy-mm-dd", "yyyy-mm-dd"]


def test_head_is_frozen_filtered_and_bold() -> None:
    found = openpyxl.load_workbook(io.BytesIO(sheet([["甲", "乙"]], "@", "@", title="'名册'[1]/2?"))).active
    assert found is not None
    assert (found.freeze_panes, found.auto_filter.ref, found.title) == ("A2", "A1:B2", "名册' 1  2")
    assert found["A1"].font.bold
    assert found.column_dimensions["A"].width == 10


def test_the_same_rows_give_the_same_bytes() -> None:
    assert sheet([["甲"]], "@") == sheet([["甲"]], "@")


@given(
    st.lists(
        st.one_of(st.sampled_from([*DANGEROUS, *ODD, "汉族", "\x7f 甲", "乙 "]), st.text(max_size=6)),
        min_size=2,
        max_size=5,
    )
)
def test_a_text_is_written_the_same_whatever_stands_beside_it(texts: list[str]) -> None:
    """A row is looked at once for odd signs, all its texts together."""
    together = _cells(sheet([texts], *("@" for _each in texts)))
    for at, text in enumerate(texts):
        alone: list[str | None] = [None] * len(texts)
        alone[at] = text
        assert _cells(sheet([alone], *("@" for _each in texts))).items() <= together.items()


def _cells(data: bytes) -> dict[str, str]:
    """Address → what the XML of the cell says, below the header."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        xml = package.read("xl/worksheets/sheet1.xml").decode("utf-8", "surrogatepass")
    return dict(re.findall(r'<c r="([A-Z]+2)"(.*?)</c>', xml, re.DOTALL))


@pytest.fixture
def workers(context: Any) -> Any:
    build_areas()
    add_user("sec", "community_secretary", HOME)
    rows = [
        {"name": make.NAMES[serial], "id_number": make.id_number(serial), "phone": make.phone(serial), "area": area,
         "kind": "full_time", "hired_on": date(2020, 5, 1), "note": note}
        for serial, area, note in ((0, GRID, "=1+1"), (1, NEXT_GRID, ""), (2, GRID, "+86"))
    ]  # fmt: skip
    reg = register("grid_workers")
    with acting_as(SYSTEM), writing() as session:
        bulk.insert_rows(session, reg, rows, by=SYSTEM, today=TODAY, batch_id=None)
    return reg


def test_masks_and_areas_are_obeyed(workers: Any) -> None:
    with as_user("sec") as actor:
        taken = exporting.extract(workers, queries.Wish(), actor)
        rows = [dict(zip([column.name for column in taken.columns], row, strict=True)) for row in taken.rows()]
        text = exporting.as_csv(taken).decode("utf-8-sig")
        data = exporting.as_xlsx(taken)
    assert [row["name"] for row in rows] == [make.NAMES[0], make.NAMES[2]]
    assert [row["phone"] for row in rows] == [make.phone(0), make.phone(2)]  # his own community
    number = make.id_number(0)
    assert rows[0]["id_number"] == number[:6] + "********" + number[-4:]
    assert rows[0]["hired_on"] == date(2020, 5, 1)
    assert rows[0]["years"] == 6
    assert number not in text
    assert ",'=1+1" in text
    assert ",'+86" in text
    assert number.encode() not in b"".join(_parts(data))


def _parts(data: bytes) -> list[bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return [package.read(name) for name in package.namelist()]


def test_a_light_row_is_the_row(workers: Any) -> None:
    with acting_as(SYSTEM):
        ids = queries.every_id(workers, queries.Wish(), SYSTEM)
        whole = {row.id: row for row in queries.rows_by_id(workers, ids)}
        light = list(LightRows(workers, ids))
        assert [row.id for row in light] == ids
        for row in light:
            for column in workers.columns:
                if column.kind != "lines":
                    assert column.plain(row, today=TODAY) == column.plain(whole[row.id], today=TODAY)
            assert row.created_at == whole[row.id].created_at  # not read with the others, asked of the whole row
    with as_user("sec"):
        assert len(list(LightRows(workers, ids))) == 2
