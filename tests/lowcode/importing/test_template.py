"""The template workbook: what its cells may be chosen from, and that a filled one comes in without a question."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from app.extensions import db
from app.lowcode import service as rows_service
from app.lowcode.importing import service, template_choices
from app.lowcode.importing.headings import plain_heading
from app.lowcode.importing.template_choices import picks
from app.lowcode.importing.vocabulary import importable, vocabulary
from app.lowcode.parts import file_columns
from app.lowcode.register import register, registers
from app.security.actor import SYSTEM, acting_as
from tests.lowcode.importing.workbooks import make
from tests.workbooks import office
from tests.world import GRID, HOME, NEXT_GRID, STREET, TODAY, add_user, as_user, build_areas

pytestmark = pytest.mark.usefixtures("street")


@pytest.fixture
def street(context: Any) -> None:
    build_areas()
    add_user("sec", "community_secretary", HOME)
    add_user("office", "street_office", STREET)


def _book(who: str, name: str = "grid_workers") -> Any:
    with as_user(who):
        return openpyxl.load_workbook(io.BytesIO(service.template(name)))


def _heads(page: Any) -> dict[str, int]:
    return {str(cell.value): cell.column for cell in page[1] if cell.value}


def _lists(page: Any) -> dict[str, str]:
    """First cell → source of its drop-down."""
    return {str(each.sqref).split(":")[0]: each.formula1 for each in page.data_validations.dataValidation}


def _filled(who: str, rows: list[dict[str, Any]]) -> bytes:
    book = _book(who)
    page = book.worksheets[0]
    heads = _heads(page)
    for number, row in enumerate(rows, 2):
        for head, value in row.items():
            page.cell(number, heads[head], value)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _worker(serial: int, community: str, grid: str | None) -> dict[str, Any]:
    values = make.person(serial)[1:5]
    return dict(zip(("姓名 *", "性别", "身份证号", "联系电话"), values, strict=True)) | {
        "社区 *": community, "网格": grid,
    }  # fmt: skip


def _check(data: bytes, who: str) -> Any:
    with as_user(who) as actor:
        return service.check("grid_workers", data, file_name="模板.xlsx", whole=None, by=actor, today=TODAY)


def test_grids_are_offered_below_their_community() -> None:
    page = _book("office").worksheets[0]
    heads, lists = _heads(page), _lists(page)
    assert heads["网格"] == heads["社区 *"] + 1
    community = openpyxl.utils.get_column_letter(heads["社区 *"])
    source = lists[openpyxl.utils.get_column_letter(heads["网格"]) + "2"]
    assert source.startswith("OFFSET(")
    assert f"MATCH(${community}2," in source
    with as_user("office"):
        reg = register("grid_workers")
        offered = {
            pick.label: pick.choices for pick in picks(reg, importable(reg.columns)) if pick.column.kind == "place"
        }
    assert offered["社区"] == (("", "桂花社区"), ("", "银杏社区"))
    assert offered["网格"] == (("桂花社区", "第一网格"), ("桂花社区", "第二网格"), ("银杏社区", "第一网格"))


def test_a_single_community_has_one_list() -> None:
    page = _book("sec").worksheets[0]
    assert "所属网格 *" in _heads(page)
    assert "社区 *" not in _heads(page)
    assert not any("OFFSET" in source for source in _lists(page).values())


def test_what_was_chosen_comes_in_at_its_place() -> None:
    rows = [_worker(0, "桂花社区", "第一网格"), _worker(1, "银杏社区", "第一网格"), _worker(2, "桂花社区", None)]
    outcome = _check(_filled("office", rows), "office")
    assert outcome.errors == ()
    with as_user("office") as actor:
        service.publish(outcome, mode="all", by=actor, today=TODAY)
    with acting_as(SYSTEM):
        model = register("grid_workers").model
        assert list(db.session.execute(select(model.area_code).order_by(model.id)).scalars()) == [GRID, NEXT_GRID, HOME]


def test_links_offer_what_the_person_may_read(monkeypatch: pytest.MonkeyPatch) -> None:
    with acting_as(SYSTEM):
        for name, area in (("1幢", GRID), ("2幢", NEXT_GRID)):
            rows_service.save(
                register("buildings"), None, {"name": name, "number": name, "area": area}, by=SYSTEM, today=TODAY
            )
    reg = register("dwellings")
    link = next(column for column in reg.columns if column.kind == "link" and column.target == "buildings")
    with as_user("sec"):
        assert [word for _parent, word in picks(reg, [link])[0].choices] == ["1幢"]
    with as_user("office"):
        assert [word for _parent, word in picks(reg, [link])[0].choices] == ["1幢", "2幢"]
        monkeypatch.setattr(template_choices, "MOST_LINKS", 1)
        assert picks(reg, [link])[0].choices == (), "a list that nobody looks through"


def test_every_template_is_understood() -> None:
    """All headers of all registers are sure; the levels of an area too."""
    for reg in registers():
        with acting_as(SYSTEM):
            book = openpyxl.load_workbook(io.BytesIO(service.template(reg.name)))
        page = book.worksheets[0]
        heads = [str(cell.value).removesuffix(" *") for cell in page[1]]
        words = vocabulary(file_columns(reg))
        unknown = [head for head in heads if plain_heading(head) not in words]
        assert not unknown, f"{reg.name}: {unknown}"
        assert page.freeze_panes == "A2"
        assert page.print_title_rows == "$1:$1"


def test_the_sample_row_is_marked_and_never_imported() -> None:
    """It stays, is typed over in part, or is moved below the records: nothing of it comes in."""
    page = _book("office").worksheets[0]
    heads = _heads(page)
    samples = [cell.value for cell in page[2] if cell.value]
    assert len(samples) >= 8
    assert all(text.startswith("例：") for text in samples)
    assert page.cell(2, heads["社区 *"]).value == "例：桂花社区"
    assert page.cell(2, heads["网格"]).value == "例：第一网格"
    below = [{}, _worker(0, "桂花社区", "第一网格"), _worker(1, "银杏社区", "第一网格")]
    outcome = _check(_filled("office", below), "office")
    assert (outcome.counts["new"], outcome.errors) == (2, ())
    assert {"row": 2, "why": "note"} in outcome.sheets[0]["skipped"]
    over = _check(_filled("office", [_worker(0, "桂花社区", None)]), "office")
    assert (over.counts["new"], over.errors) == (1, ())
    with as_user("office") as actor:
        service.publish(over, mode="all", by=actor, today=TODAY)
    with acting_as(SYSTEM):
        (row,) = db.session.execute(select(register("grid_workers").model)).scalars()
        assert (row.area_code, row.hired_on, row.education, row.kind) == (HOME, None, None, None)


def test_every_register_s_sample_row_is_skipped() -> None:
    for reg in registers():
        with acting_as(SYSTEM):
            outcome = service.check(reg.name, service.template(reg.name), file_name="模板.xlsx", by=SYSTEM, today=TODAY)
        assert outcome.counts["new"] == outcome.error_rows == 0, reg.name


@pytest.mark.libreoffice
def test_libreoffice_keeps_lists_and_formats(tmp_path: Path) -> None:
    filled = tmp_path / "template.xlsx"
    filled.write_bytes(_filled("office", [{}, _worker(0, "桂花社区", "第二网格")]))
    again = office.convert(filled, "xlsx", tmp_path)
    page = openpyxl.load_workbook(again).worksheets[0]
    before = openpyxl.load_workbook(filled).worksheets[0]
    assert set(_lists(page)) == set(_lists(before))
    assert any(source.startswith("OFFSET(") for source in _lists(page).values())
    column = _heads(before)["身份证号"]
    assert page.cell(3, column).value == make.id_number(0)
    assert page.cell(2, column).value.startswith("例：")
    assert page.column_dimensions[openpyxl.utils.get_column_letter(column)].number_format == "@"
    outcome = _check(again.read_bytes(), "office")
    assert outcome.errors == ()
