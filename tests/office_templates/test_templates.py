"""An office's template from upload to the sealed scan, read again by independent programs."""

from __future__ import annotations

import io
import zipfile

import docx
import openpyxl
import pytest
from docx.enum.section import WD_SECTION
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from flask import Flask
from PIL import Image
from sqlalchemy import text

from app.database.transactions import writing
from app.extensions import db
from app.files import store
from app.jobs.worker import run_pending
from app.lowcode.papers import PaperRequest, paper
from app.lowcode.register import register
from app.office_templates import queries, service, xlsx_filling
from app.office_templates.checking import look_through
from app.office_templates.docx_joining import joined
from app.office_templates.models import APPROVED, DRAFT, SEALED, FilledPaper
from app.office_templates.pictures import picture_of
from app.office_templates.rules import Contents, TemplateRefused
from app.periods.rules import parse
from app.report_center.service import submit
from app.security.actor import SYSTEM, NotPermitted, acting_as
from tests.calls import calls
from tests.office_templates.conftest import document, monthly, workbook
from tests.report_center.conftest import OCTOBER, build_world
from tests.world import GRID, HOME, NEXT_DOOR, STREET, TODAY, as_user, signed_in_client


def _png() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(buffer, "PNG")
    return buffer.getvalue()


PNG = _png()


def _upload(data: bytes, *, user: str = "street", area: str = STREET, name: str = "月度情况表") -> int:
    with as_user(user):
        return service.upload(area, name, data).template_id


def _print(template_id: int, *, user: str = "secretary", area: str = HOME) -> FilledPaper:
    with as_user(user) as actor:
        row = queries.template(template_id)
        assert row is not None
        return service.print_from(row, PaperRequest(area, OCTOBER, TODAY, actor))


def _report_august() -> None:
    """From then on papers are asked of HOME; September's is missing."""
    with acting_as(SYSTEM):
        submit(paper("digest"), HOME, parse("2026-08"), today=TODAY)


@pytest.mark.usefixtures("context")
def test_a_workbook_is_filled_in_its_own_styles() -> None:
    build_world()
    _report_august()
    made = _print(_upload(workbook(monthly)))
    page = openpyxl.load_workbook(io.BytesIO(store.read(made.approved_file)))["情况表"]
    rows = [[cell.value for cell in row] for row in page.iter_rows()]
    assert rows[0][0] == "清溪街道桂花社区2026年10月情况表"
    assert page["A1"].font.name == "方正小标宋简体"
    assert page["B2"].value == 1
    assert page["B2"].fill.fgColor.rgb.endswith("FFF2CC")
    # September's papers were not handed in: the condition holds, its words are gone.
    assert rows[3][0] == "还有1份没有报。"
    assert rows[5][:2] == [1, "陈六"]
    assert rows[5][3] == "在岗"
    assert rows[6][1] == "=COUNTA(B6:B6)"
    assert rows[7][0] == "填报日期：2026年11月22日"
    assert made.values["在岗网格员"] == "1"
    assert page.oddHeader.center.text is None
    drafted = openpyxl.load_workbook(io.BytesIO(store.read(made.file)))["情况表"]
    assert "草稿" in drafted.oddHeader.center.text


@pytest.mark.usefixtures("context")
def test_a_letter_is_filled_across_runs() -> None:
    build_world()
    _report_august()
    made = _print(_upload(document(), name="情况说明"))
    letter = docx.Document(io.BytesIO(store.read(made.approved_file)))
    lines = [line.text for line in letter.paragraphs]
    assert lines[:3] == ["桂花社区情况说明", "本期在岗网格员1名。", "这一段没有占位。"]
    assert "还有未报的。" in lines
    assert not [line for line in lines if "【" in line]
    assert [run.bold for run in letter.paragraphs[1].runs if run.text == "1"] == [True]
    assert [[cell.text for cell in row.cells] for row in letter.tables[0].rows] == [["序号", "姓名"], ["1", "陈六"]]
    drafted = docx.Document(io.BytesIO(store.read(made.file)))
    assert drafted.paragraphs[0].text == "草稿"


@pytest.mark.usefixtures("context")
def test_a_name_picked_from_the_list_goes_into_a_paragraph_of_a_letter() -> None:
    build_world()
    paper = docx.Document()
    paper.add_paragraph().add_run("网格员____名。").bold = True
    paper.add_paragraph("填报单位：")
    paper.add_paragraph(style="List Bullet")
    paper.add_paragraph("【统计期】")
    buffer = io.BytesIO()
    paper.save(buffer)
    of = _upload(buffer.getvalue(), name="情况说明")
    with as_user("street"):
        row = queries.template(of)
        assert row is not None
        for number, name in ((1, "在岗网格员"), (2, "社区名称"), (3, "全称")):
            service.put_name(row, "", (number, 1), name)
        with pytest.raises(TemplateRefused, match="没有点选的地方"):
            service.put_name(row, "", (99, 1), "全称")
        with pytest.raises(TemplateRefused):
            service.put_name(row, "", (1, 1), "社区名")
    made = docx.Document(io.BytesIO(store.read(_print(of).approved_file)))
    assert [line.text for line in made.paragraphs[:2]] == ["网格员1名。", "填报单位：桂花社区"]
    assert made.paragraphs[2].text.endswith("桂花社区")
    assert [run.bold for run in made.paragraphs[0].runs if "1" in run.text] == [True]


@pytest.mark.usefixtures("context")
def test_names_that_are_not_on_the_list_are_refused_with_what_may_be_meant() -> None:
    build_world()

    def wrong(book: openpyxl.Workbook) -> None:
        monthly(book)
        page = book["情况表"]
        page["F1"], page["F8"], page["F9"] = "【社区名】", "【姓名名】", "{{ __import__('os') }}"

    needs = look_through(workbook(wrong))
    assert [(each.place, each.suggestions[:1]) for each in needs.problems] == [
        ("情况表 F1", ("社区名称",)), ("情况表 F8", ("姓名",)), ("情况表 F9", ()),
    ]  # fmt: skip
    with pytest.raises(TemplateRefused, match="情况表 F1 【社区名】，是不是【社区名称】"):
        _upload(workbook(wrong))
    with pytest.raises(TemplateRefused, match="没有占位"):
        _upload(workbook(lambda _book: None))


@pytest.mark.usefixtures("context")
def test_versions_stay_and_areas_keep_to_themselves() -> None:
    build_world()
    id_ = _upload(workbook(monthly))
    first = _print(id_)

    def shorter(book: openpyxl.Workbook) -> None:
        monthly(book)
        book["情况表"]["A10"] = None

    assert _upload(workbook(shorter)) == id_
    with as_user("street"):
        row = queries.template(id_)
        assert row is not None
        assert (row.number, len(queries.versions_of(id_)), first.number) == (2, 2, 1)
        with pytest.raises(TemplateRefused, match="另起一个名字"):
            service.upload(STREET, "月度情况表", document())
    with as_user("secretary"), pytest.raises(NotPermitted):
        service.upload(STREET, "别的", workbook(monthly))
    own = _upload(workbook(monthly), user="secretary", area=HOME, name="社区自己的")
    with as_user("next_secretary"):
        assert {each.name for each in queries.templates_for(NEXT_DOOR)} == {"月度情况表"}
        assert queries.template(own) is None
    for statement in ("UPDATE office_template_versions SET note = 'x'", "DELETE FROM office_template_versions"):
        with pytest.raises(Exception, match="locked"), db.engine.begin() as connection:
            connection.execute(text(statement))


@pytest.mark.usefixtures("context")
def test_approval_takes_the_draft_off_and_the_scan_belongs_to_that_print() -> None:
    build_world()
    made = _print(_upload(workbook(monthly)))
    with as_user("secretary"):
        with pytest.raises(TemplateRefused, match="先批准"):
            service.attach_scan(made, "扫描.png", PNG)
        assert made.state == DRAFT
        service.approve(made)
        assert (made.state, made.file) == (APPROVED, made.approved_file)
        with pytest.raises(TemplateRefused, match="PDF"):
            service.attach_scan(made, "a.txt", b"hello")
        service.attach_scan(made, "扫描.png", PNG)
        assert made.state == SEALED
        with pytest.raises(TemplateRefused, match="已经有"):
            service.attach_scan(made, "扫描.png", PNG)
        found = queries.print_by_code(f" {made.short_code[:4].lower()}-{made.short_code[4:]} ")
        assert found is not None
        assert found.id == made.id
    with as_user("next_secretary"):
        assert queries.print_by_code(made.short_code) is None
    with as_user("clerk") as actor:
        of = queries.version(made.template_id, made.number)
        assert of is not None
        needs = look_through(of.data)
        asked = PaperRequest(HOME, OCTOBER, TODAY, actor)
        assert service.changed_since(made, needs, asked) == []
        with pytest.raises(NotPermitted):
            service.approve(made)
    worker = register("grid_workers").model
    with acting_as(SYSTEM), writing() as session:
        session.add(worker(name="卫八", area_code=GRID, hired_on=OCTOBER.first))
    with as_user("secretary") as actor:
        changes = service.changed_since(made, needs, PaperRequest(HOME, OCTOBER, TODAY, actor))
        assert ("在岗网格员", "1", "2") in changes
        assert ("名册", "", "") in changes


@pytest.mark.usefixtures("sqlite_context")
def test_text_of_people_never_becomes_a_formula_or_markup() -> None:
    build_world()
    worker = register("grid_workers").model
    with acting_as(SYSTEM), writing() as session:
        session.add(worker(name='=HYPERLINK("x")&<b>', area_code=GRID, hired_on=OCTOBER.first))
    made = _print(_upload(workbook(monthly)))
    page = openpyxl.load_workbook(io.BytesIO(store.read(made.file)))["情况表"]
    cell = next(cell for row in page.iter_rows() for cell in row if "HYPERLINK" in str(cell.value))
    assert cell.data_type == "s"
    letter = _print(_upload(document(), name="说明"))
    table = docx.Document(io.BytesIO(store.read(letter.file))).tables[0]
    assert '=HYPERLINK("x")&<b>' in [row.cells[1].text for row in table.rows]


def test_work_grows_with_the_rows_and_not_with_their_square() -> None:
    def rows(count: int) -> dict[str, list[dict[str, str]]]:
        return {"网格员名册": [{"姓名": f"张{number}", "联系电话": "138"} for number in range(count)]}

    values = {
        "全称": "甲",
        "统计期": "乙",
        "在岗网格员": 1,
        "grid_workers.change": "持平",
        "未报报表": 1,
        "填报日期": "丙",
    }
    data, made = workbook(monthly), list[bytes]()
    few = calls(lambda: xlsx_filling.fill(data, Contents(values, rows(500)), is_draft=True))
    many = calls(lambda: made.append(xlsx_filling.fill(data, Contents(values, rows(2_000)), is_draft=True)))
    out = made[0]
    page = openpyxl.load_workbook(io.BytesIO(out), read_only=True)["情况表"]
    found = [row[1] for row in page.iter_rows(values_only=True)]
    assert found[5] == "张0"
    assert found[2_004] == "张1999"
    assert found[2_005] == "=COUNTA(B6:B2005)"
    assert many < 4.4 * few


def test_the_pages(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        build_world()
        db.session.remove()
    office, secretary = signed_in_client(sqlite_app, "street"), signed_in_client(sqlite_app, "secretary")
    form = {"area": STREET, "name": "月度情况表", "file": (io.BytesIO(workbook(monthly)), "表.xlsx")}
    shown = office.post("/templates/upload", data=form, follow_redirects=True).get_data(as_text=True)
    assert "模板已保存" in shown
    assert "用真实数据预览" in shown
    bad = {"area": STREET, "file": (io.BytesIO(b"PK\x03\x04 rubbish"), "坏.xlsx")}
    assert "打不开" in office.post("/templates/upload", data=bad, follow_redirects=True).get_data(as_text=True)
    put = {"cell": "情况表!F2", "name": "【党组织】"}
    assert "存成新的一稿" in office.post("/templates/1/name", data=put, follow_redirects=True).get_data(as_text=True)
    assert "先点一个地方" in office.post("/templates/1/name", data={}, follow_redirects=True).get_data(as_text=True)
    listed = secretary.get("/templates/").get_data(as_text=True)
    assert "月度情况表" in listed
    assert len(listed) < 60_000
    printed = secretary.post("/templates/1/print", data={"area": HOME, "period": "2026-10"}, follow_redirects=True)
    page = printed.get_data(as_text=True)
    assert "已打印成草稿" in page
    assert "陈六" in page
    path = printed.request.path
    assert signed_in_client(sqlite_app, "next_secretary").get(path).status_code == 404
    assert secretary.get(path + "/file").data.startswith(b"PK")
    assert "已批准" in secretary.post(path + "/approve", follow_redirects=True).get_data(as_text=True)
    scan = {"file": (io.BytesIO(PNG), "扫描.png")}
    assert "已盖章报送" in secretary.post(path + "/scan", data=scan, follow_redirects=True).get_data(as_text=True)
    with secretary.get(path + "/scan-file") as answer:
        assert answer.data == PNG
    with sqlite_app.app_context(), acting_as(SYSTEM):
        code = db.session.execute(text("SELECT short_code FROM filled_papers")).scalar_one()
        db.session.remove()
    assert secretary.get(f"/reports/prints/?code={code.lower()}").headers["Location"].endswith(path)
    other = signed_in_client(sqlite_app, "next_secretary")
    assert "没有找到" in other.get(f"/reports/prints/?code={code}").get_data(as_text=True)


def test_all_communities_are_printed_from_a_template_at_once(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        build_world()
        _upload(workbook(monthly))
        db.session.remove()
    office = signed_in_client(sqlite_app, "street")
    assert "全部打印" in office.get(f"/templates/1?area={STREET}&period=2026-10").get_data(as_text=True)
    assert "全部打印" not in office.get(f"/templates/1?area={HOME}&period=2026-10").get_data(as_text=True)
    asked = office.post("/templates/1/print-all", data={"area": STREET, "period": "2026-10"})
    run_pending(sqlite_app)
    page = office.get(asked.headers["Location"]).get_data(as_text=True)
    assert "共 2 份" in page
    with office.get(asked.headers["Location"] + "/file") as answer:
        archive = zipfile.ZipFile(io.BytesIO(answer.data))
    titles = [
        openpyxl.load_workbook(io.BytesIO(archive.read(name)))["情况表"]["A1"].value for name in archive.namelist()
    ]
    assert [title for title in titles if "桂花社区" in title or "银杏社区" in title] == titles
    assert len(titles) == 2
    assert signed_in_client(sqlite_app, "secretary").get(asked.headers["Location"]).status_code == 404
    with sqlite_app.app_context(), acting_as(SYSTEM):
        kept = db.session.execute(text("SELECT area_code, state FROM filled_papers ORDER BY area_code")).all()
        assert [tuple(row) for row in kept] == [(HOME, DRAFT), (NEXT_DOOR, DRAFT)]
        db.session.remove()


def test_prints_of_a_letter_are_joined_into_one_file_each_on_its_page() -> None:
    def one(text: str, footer: str = "某街道", field: str = "PAGE") -> bytes:
        paper = docx.Document()
        number = OxmlElement("w:fldSimple")
        number.set(qn("w:instr"), field)
        paper.sections[0].footer.paragraphs[0]._p.append(number)
        paper.add_paragraph(text)
        paper.sections[0].footer.paragraphs[0].add_run(footer)
        paper.sections[0].start_type = WD_SECTION.CONTINUOUS
        paper.save(buffer := io.BytesIO())
        return buffer.getvalue()

    whole = docx.Document(io.BytesIO(joined([one("桂花社区"), one("银杏社区"), one("石桥社区")])))
    assert [line.text for line in whole.paragraphs if line.text] == ["桂花社区", "银杏社区", "石桥社区"]
    assert [section.start_type for section in whole.sections] == [WD_SECTION.NEW_PAGE] * 3
    assert [section.footer.paragraphs[0].text for section in whole.sections] == ["某街道"] * 3
    starts = [section._sectPr.xpath("./w:pgNumType/@w:start") for section in whole.sections]
    assert starts == [["1"]] * 3
    with pytest.raises(TemplateRefused, match="合不成一个 Word 文件"):
        joined([one("桂花社区", "桂花"), one("银杏社区", "银杏")])
    with pytest.raises(TemplateRefused, match="页数就不对了"):
        joined([one("桂花社区", field="NUMPAGES")])


def test_all_communities_come_as_one_word_file(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        build_world()
        _upload(document(), name="说明")
        db.session.remove()
    office = signed_in_client(sqlite_app, "street")
    page = office.get(f"/templates/1?area={STREET}&period=2026-10").get_data(as_text=True)
    assert "合成一个 Word 文件" in page
    assert "另存为 PDF" in page
    asked = office.post("/templates/1/print-all", data={"area": STREET, "period": "2026-10", "container": "one"})
    run_pending(sqlite_app)
    with office.get(asked.headers["Location"] + "/file") as answer:
        whole = docx.Document(io.BytesIO(answer.data))
    assert len(whole.sections) == 2
    assert [line.text for line in whole.paragraphs].count("草稿") == 2


def test_the_preview_of_a_letter_shows_tables_as_tables() -> None:
    (picture,) = picture_of(document(), "docx")
    texts = [[square.text for square in row] for row in picture.rows]
    assert texts[0] == ["【社区名称】情况说明"]
    assert texts[-2:] == [["序号", "姓名"], ["【每行：网格员名册】【序号】", "【姓名】"]]
    assert {sum(square.columns for square in row) for row in picture.rows} == {2}
    assert [square.row for row in picture.rows for square in row] == list(range(1, 11))
