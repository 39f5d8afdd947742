"""Their own workbook back, marked; corrected, it goes on with the same batch."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from app.extensions import db
from app.lowcode import service as rows_service
from app.lowcode.importing import marking, service
from app.lowcode.importing.models import UNDONE, ImportBatch
from app.lowcode.importing.outcome import Outcome
from app.lowcode.register import register
from app.security.actor import SYSTEM, acting_as
from app.workbooks.patching import SheetEdits, patch
from tests.lowcode.importing.workbooks import make
from tests.workbooks.office import convert
from tests.workbooks.samples import save, with_parts
from tests.world import HOME, NEXT_DOOR, add_user, as_user, build_areas

TODAY = date(2026, 11, 22)
HEAD = ["序号", "姓名", "性别", "身份证号", "联系电话", "所属网格", "备注"]
BAD_ID = "320505198001011234"


def person(serial: int, **more: Any) -> list[Any]:
    row = [*make.person(serial)[:5], "第一网格", ""]
    for name, value in more.items():
        row[{"name": 1, "sex": 2, "id_number": 3, "phone": 4, "grid": 5, "note": 6}[name]] = value
    return row


def file(rows: Sequence[Sequence[Any]], **more: Any) -> bytes:
    return make.xlsx(make.Page("名册", [["网格员花名册"], list(HEAD), *rows], **more))


@pytest.fixture(autouse=True)
def street(context: Any) -> None:
    build_areas()
    add_user("sec", "community_secretary", HOME)
    add_user("next", "community_secretary", NEXT_DOOR)


def bring(
    data: bytes, who: str = "sec", *, mode: Any = "good", name: str = "名册.xlsx", whole: bool = False
) -> Outcome:
    with as_user(who) as actor:
        outcome = service.check("grid_workers", data, file_name=name, whole=whole, by=actor, today=TODAY)
        return service.publish(outcome, mode=mode, by=actor, today=TODAY)


def batch(number: int | None) -> ImportBatch:
    with acting_as(SYSTEM):
        return db.session.get_one(ImportBatch, number, populate_existing=True)


def marked(number: int | None, *, only_bad: bool = False, who: str = "sec") -> bytes:
    with as_user(who):
        return marking.errors_workbook(batch(number), only_bad=only_bad)


def page_of(data: bytes, name: str = "名册") -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))[name]


def names() -> list[str]:
    with acting_as(SYSTEM):
        model = register("grid_workers").model
        rows = db.session.execute(select(model).where(model.deleted_at.is_(None)).order_by(model.id)).scalars()
        return [row.name for row in rows]


def said(page: Any) -> dict[str, str]:
    return {cell.coordinate: cell.comment.text for row in page.iter_rows() for cell in row if cell.comment}


def red(page: Any) -> set[str]:
    return {cell.coordinate for row in page.iter_rows() for cell in row if str(cell.fill.fgColor.rgb)[:7] == "FFFFB3B"}


def corrected(data: bytes, values: dict[tuple[int, int], Any]) -> bytes:
    return patch(data, {"名册": SheetEdits(values)})


def test_bad_cells_are_red_and_say_what_to_do() -> None:
    done = bring(file([person(0), person(1, id_number=BAD_ID), person(2, phone="12")]))
    page = page_of(marked(done.batch))
    assert red(page) == {"D4", "E5"}
    comments = said(page)
    assert set(comments) == {"D4", "E5", "A2"}
    assert comments["D4"].startswith("【核对】")
    assert "校验" in comments["D4"]
    assert "2 行没有写入：第 4、5 行" in comments["A2"]
    assert page.max_row == 5
    assert [cell.value for cell in page[3]][:3] == [1, names()[0], page["C3"].value]


def test_all_that_was_not_marked_is_the_same(tmp_path: Any) -> None:
    original = with_parts(file([person(0), person(1, id_number=BAD_ID)]), {"customXml/item1.xml": b"<a/>"})
    data = marked(bring(original).batch)
    with zipfile.ZipFile(io.BytesIO(original)) as old, zipfile.ZipFile(io.BytesIO(data)) as new:
        changed = {name for name in new.namelist() if name not in old.namelist() or old.read(name) != new.read(name)}
    assert "xl/sharedStrings.xml" not in changed
    assert "customXml/item1.xml" not in changed
    assert "xl/worksheets/sheet1.xml" in changed


def test_a_corrected_file_continues_its_batch() -> None:
    first = bring(file([person(0), person(1, id_number=BAD_ID), person(2, phone="12")]))
    assert (first.written, first.left) == (1, 2)
    data = marked(first.batch)
    assert marking.batch_mark(data) == first.batch
    second = bring(corrected(data, {(4, 4): make.id_number(1)}), name="名册_标注.xlsx")
    assert (second.batch, second.written, second.left, second.counts["same"]) == (first.batch, 1, 1, 1)
    assert batch(first.batch).written["new"] == 2
    assert batch(first.batch).written["left"] == 1
    again = page_of(marked(first.batch))
    assert red(again) == {"E5"}
    assert again["D4"].fill.patternType is None
    assert set(said(again)) == {"E5", "A2"}
    third = bring(corrected(marked(first.batch), {(5, 5): make.person(2)[4]}), name="名册_标注_标注.xlsx")
    assert (third.batch, third.left, len(names())) == (first.batch, 0, 3)
    with as_user("sec") as actor:
        assert service.undo(first.batch or 0, by=actor, today=TODAY).reversed == 3
    assert names() == []
    with acting_as(SYSTEM):
        assert {each.state for each in db.session.execute(select(ImportBatch)).scalars()} == {UNDONE}


def test_undoing_a_continuation_undoes_the_batch() -> None:
    first = bring(file([person(0), person(1, phone="12")]))
    second = bring(corrected(marked(first.batch), {(4, 5): make.person(1)[4]}))
    with as_user("sec") as actor:
        assert service.undo(second.batch_id or 0, by=actor, today=TODAY).batch == first.batch
    assert names() == []


def test_what_was_edited_since_is_not_put_back() -> None:
    first = bring(file([person(0), person(1, phone="12")]))
    reg = register("grid_workers")
    with as_user("sec") as actor:
        row = db.session.execute(select(reg.model)).scalar_one()
        rows_service.save(reg, row, {"phone": "13900000001", "note": "改过"}, by=actor, today=TODAY)
    second = bring(corrected(marked(first.batch), {(4, 5): make.person(1)[4], (3, 7): "新备注"}))
    assert (second.counts["new"], second.counts["changed"]) == (1, 1)
    with acting_as(SYSTEM):
        db.session.expire_all()
        row = db.session.execute(select(reg.model).order_by(reg.model.id).limit(1)).scalar_one()
        assert (row.phone, row.note) == ("13900000001", "新备注")


def test_only_the_bad_rows() -> None:
    rows = [person(0), person(1, id_number=BAD_ID), person(2), person(3, phone="12"), ["合计", 4, "", "", "", "", ""]]
    first = bring(file(rows), whole=True)
    data = marked(first.batch, only_bad=True)
    page = page_of(data)
    assert [page.cell(row, 2).value for row in range(1, page.max_row + 1)] == [
        None, "姓名", make.person(1)[1], make.person(3)[1],
    ]  # fmt: skip
    assert red(page) == {"D3", "E4"}
    second = bring(corrected(data, {(3, 4): make.id_number(1), (4, 5): make.person(3)[4]}), whole=True)
    assert (second.batch, second.counts["new"], second.counts["missing"]) == (first.batch, 2, 0)
    assert len(names()) == 4


def test_what_a_row_takes_from_above_is_written_out() -> None:
    rows = [
        person(0, grid="第二网格"), person(1, grid="同上", id_number=BAD_ID), person(2, grid=""),
        person(3, grid="", phone="1"), person(4, grid="", phone="2"),
    ]  # fmt: skip
    rows[2][5] = "第一网格"
    data = file(rows, merges=((4, 5, 6, 5),))
    first = bring(data)
    page = page_of(marked(first.batch, only_bad=True))
    assert [page.cell(row, 6).value for row in (3, 4, 5)] == ["第二网格", "第一网格", None]
    assert "F4:F5" in [str(each) for each in page.merged_cells.ranges]


@pytest.mark.parametrize("kind", ["csv", "xls"])
def test_other_files_come_back_as_xlsx(kind: str) -> None:
    lines = [HEAD, person(0), person(1, id_number=BAD_ID), person(2, name="=1+1")]
    text = "\n".join((";" if kind == "csv" else "\t").join(str(cell) for cell in line) for line in lines)
    first = bring(text.encode("gb18030"), name=f"名册.{kind}")
    data = marked(first.batch)
    page = page_of(data, "表格1")
    assert "D3" in red(page)
    assert (page["B4"].value, page["B4"].data_type) == ("=1+1", "s")
    assert page["D2"].value == make.id_number(0)
    assert page.column_dimensions["D"].width > 18
    second = bring(patch(data, {"表格1": SheetEdits({(3, 4): make.id_number(1)})}))
    assert second.batch == first.batch


@pytest.mark.libreoffice
def test_an_old_workbook_comes_back_with_values_and_merges(tmp_path: Path) -> None:
    rows = [person(0), person(1, id_number=BAD_ID), ["合计", 2, "", "", "", "", ""]]
    old = make.xlsx(make.Page("名册", [["网格员花名册"], list(HEAD), *rows], merges=((0, 0, 0, 6),)))
    data = convert(save(old, tmp_path), "xls", tmp_path).read_bytes()
    page = page_of(marked(bring(data, name="名册.xls").batch))
    assert page["A1"].value == "网格员花名册"
    assert [str(each) for each in page.merged_cells.ranges] == ["A1:G1"]
    assert [cell.value for cell in page[3]][:5] == person(0)[:5]
    assert red(page) == {"D4"}


@pytest.mark.libreoffice
def test_a_marked_file_saved_by_libreoffice_goes_on_with_its_batch(tmp_path: Path) -> None:
    """Marks, words and the number of the batch outlive another program; what is corrected in it comes in."""
    first = bring(file([person(0), person(1, id_number=BAD_ID), person(2, grid="没有的网格")]))
    assert (first.written, names()) == (1, [person(0)[1]])
    theirs = convert(save(marked(first.batch), tmp_path), "xlsx", tmp_path).read_bytes()
    page = page_of(theirs)
    assert red(page) == {"D4", "F5"}
    assert "校验不对" in page["D4"].comment.text
    assert "没有的网格" in page["F5"].comment.text

    corrected = openpyxl.load_workbook(io.BytesIO(theirs))
    corrected["名册"]["D4"] = make.id_number(1)
    mended = tmp_path / "again"
    mended.mkdir()
    target = mended / "名册.xlsx"
    corrected.save(target)
    second = bring(convert(target, "xlsx", mended).read_bytes())
    assert second.batch == first.batch
    assert (second.counts["new"], second.counts["same"]) == (1, 1)
    assert names() == [person(0)[1], person(1)[1]]
    assert (batch(first.batch).written["new"], batch(first.batch).written["left"]) == (2, 1)
    assert red(page_of(marked(first.batch))) == {"F5"}, "what was mended is not red any more"


def test_a_merged_cell_is_marked_where_it_shows() -> None:
    data = file([person(0), person(1, grid="没有的网格"), person(2, grid="")], merges=((3, 5, 4, 5),))
    page = page_of(marked(bring(data).batch))
    assert "F4" in red(page)
    assert "F5" not in said(page)


def test_doubts_are_amber() -> None:
    reg = register("property_companies")
    code = next(column for column in reg.columns if column.name == "credit_code")
    assert code.type.doubts("91320505MA1MT7X79P")
    data = make.xlsx(make.Page("企业", [["企业名称", "统一社会信用代码"], ["甲物业", "91320505MA1MT7X79P"]]))
    with as_user("sec") as actor:
        outcome = service.check("property_companies", data, file_name="a.xlsx", by=actor, today=TODAY)
        page = page_of(marking.errors_workbook(batch(outcome.batch_id)), "企业")
    assert page["B2"].fill.fgColor.rgb[:7] == "FFFFE08"


def test_a_foreign_mark_makes_no_continuation() -> None:
    first = bring(file([person(0), person(1, phone="12")]))
    data = marked(first.batch)
    assert bring(data, "next").batch != first.batch
    forged = patch(data, {}, properties={"网格台账批次": f"{first.batch}-ffffffffffff"})
    assert marking.batch_mark(forged) is None
    for odd in ("", "x", "٣-x", "9" * 40 + "-x", str(first.batch)):
        assert marking.batch_mark(patch(data, {}, properties={"网格台账批次": odd})) is None
    assert marking.batch_mark(b"PK no zip") is None


def test_a_file_of_an_unwritten_batch_takes_its_place() -> None:
    data = file([person(0), person(1, phone="12")])
    with as_user("sec") as actor:
        outcome = service.check("grid_workers", data, file_name="名册.xlsx", by=actor, today=TODAY)
        back = marking.errors_workbook(batch(outcome.batch_id))
    done = bring(corrected(back, {(4, 5): make.person(1)[4]}), mode="all")
    assert done.written == 2
    with acting_as(SYSTEM):
        assert [each.id for each in db.session.execute(select(ImportBatch)).scalars()] == [done.batch]


def test_marks_of_many_rows_name_the_first() -> None:
    page = page_of(marked(bring(file([person(0), *(person(n, phone="12") for n in range(1, 20))])).batch))
    assert "19 行没有写入：第 4、5、6、7、8、9、10、11、12、13、14、15等 行" in said(page)["A2"]


def test_the_marked_file_keeps_its_name() -> None:
    assert [marking.stem_of(name) for name in ("a.xlsx", "a_标注_标注.xlsx", "a.b_只有问题行.xls", "a")] == [
        "a",
        "a",
        "a.b",
        "a",
    ]
