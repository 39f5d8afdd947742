"""Word papers: styles, fonts, grid, margins, repeated heads, sections and page numbers, read back by python-docx."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import docx
import pytest
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Mm
from lxml import etree

from reports.document import Attachments, Document, Page, Paragraph, Signature
from reports.renderers.style import MM
from reports.rendering import render
from tests.calls import calls
from tests.reports.block_papers import MADE_AT, every_block
from tests.reports.ledger_papers import worker_roster
from tests.reports.letter_papers import letter
from tests.reports.meeting_papers import note, sign_in_sheet


def opened(document: Document) -> Any:
    return docx.Document(BytesIO(render(document, "docx")))


def part(document: Document, name: str) -> str:
    with ZipFile(BytesIO(render(document, "docx"))) as archive:
        return archive.read(name).decode()


def feet(section: Any) -> list[str]:
    parts = (section.first_page_footer, section.footer, section.even_page_footer)
    return ["".join(found._element.xpath(".//w:t/text() | .//w:instrText/text()")) for found in parts]


def test_official_page_grid_and_margins() -> None:
    section = opened(every_block(style="official")).sections[0]
    measures = [section.page_width, section.page_height, section.top_margin, section.left_margin]
    measures += [section.bottom_margin, section.right_margin]
    assert [round(measure.mm) for measure in measures] == [210, 297, 37, 28, 35, 26]
    grid = section._sectPr.find(qn("w:docGrid"))
    assert grid.get(qn("w:type")) == "lines"
    assert grid.get(qn("w:linePitch")) == "579"


@pytest.mark.parametrize(
    ("style", "name", "font", "points"),
    [
        ("official", "Normal", "仿宋_GB2312", 16),
        ("official", "Title", "方正小标宋简体", 22),
        ("official", "Heading 1", "黑体", 16),
        ("official", "Heading 2", "楷体_GB2312", 16),
        ("official", "Heading 3", "仿宋_GB2312", 16),
        ("official", "Heading 4", "仿宋_GB2312", 16),
        ("official", "Footer", "宋体", 14),
        ("table", "Normal", "宋体", 10.5),
        ("table", "表格文字", "宋体", 9),
        ("table", "Title", "方正小标宋简体", 18),
    ],
)
def test_styles_name_the_fonts_of_the_office(style: str, name: str, font: str, points: float) -> None:
    found = opened(Document("题", (), style=style)).styles[name]  # type: ignore[arg-type]
    fonts = found.element.rPr.find(qn("w:rFonts"))
    assert fonts.get(qn("w:eastAsia")) == font
    assert found.font.size.pt == points


def test_missing_gb2312_fonts_have_another_name() -> None:
    fonts = part(Document("题", ()), "word/fontTable.xml")
    assert re.search(r'w:name="仿宋_GB2312"><w:altName w:val="仿宋"', fonts)


def test_headings_are_real_headings_with_their_numbers() -> None:
    file = opened(every_block(style="official"))
    found = [(line.style.name, line.text) for line in file.paragraphs if line.style.name.startswith("Heading")]
    assert found == [
        ("Heading 1", "一、总体情况"),
        ("Heading 2", "（一）基本情况"),
        ("Heading 3", "1.党建引领"),
        ("Heading 4", "（1）组织设置"),
    ]


def test_table_heads_repeat_and_no_row_is_split() -> None:
    for table in opened(every_block()).tables:
        rows = table._tbl.tr_lst
        assert all(row.trPr.find(qn("w:cantSplit")) is not None for row in rows)
    grouped = next(table for table in opened(every_block()).tables if "序号" in table.rows[0].cells[0].text)
    heads = [row.trPr.find(qn("w:tblHeader")) is not None for row in grouped._tbl.tr_lst]
    assert heads == [True, True, False, False, False, False]
    assert grouped.rows[0].cells[2].text == grouped.rows[0].cells[3].text == "事件"
    assert grouped.rows[1].cells[0].text == "序号"


def test_column_widths_fill_the_text_exactly() -> None:
    table = opened(worker_roster()).tables[0]
    assert sum(column.width for column in table.columns) == pytest.approx(Mm(180), abs=1000)


def test_sign_in_rows_have_room_for_a_hand() -> None:
    table = opened(sign_in_sheet()).tables[1]
    heights = [row.height.mm for row in table.rows[2:]]
    assert len(heights) == 20
    assert min(heights) >= 9


def test_landscape_pages_stand_between_upright_ones() -> None:
    sections = opened(every_block()).sections
    assert [section.orientation for section in sections] == [
        WD_ORIENT.PORTRAIT,
        WD_ORIENT.LANDSCAPE,
        WD_ORIENT.PORTRAIT,
    ]
    assert [round(section.page_width.mm) for section in sections] == [210, 297, 210]
    assert [section.different_first_page_header_footer for section in sections] == [True, False, False]


def test_a3_paper() -> None:
    section = opened(Document("题", (), page=Page("A3", "landscape"))).sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (420, 297)


def test_page_numbers_of_official_papers_change_sides() -> None:
    file = opened(every_block(style="official"))
    section = file.sections[0]
    assert file.settings.odd_and_even_pages_header_footer
    assert feet(section) == ["—  PAGE 1 —"] * 3
    sides = [
        found.paragraphs[0]._p.pPr.find(qn("w:jc")).get(qn("w:val"))
        for found in (section.first_page_footer, section.footer, section.even_page_footer)
    ]
    assert sides == ["right", "right", "left"]


def test_page_numbers_of_tables_count_all_pages_and_carry_the_code() -> None:
    section = opened(every_block()).sections[0]
    assert feet(section)[1] == "第 PAGE 1页　共 NUMPAGES 1页　　编码：K7-2M9Q"


def test_official_papers_carry_no_code() -> None:
    document = Document("题", (), style="official", short_code="K7-2M9Q")
    file = render(document, "docx")
    with ZipFile(BytesIO(file)) as archive:
        assert not [name for name in archive.namelist() if b"K7-2M9Q" in archive.read(name)]


def test_red_mark_and_red_line() -> None:
    xml = part(every_block(style="official"), "word/document.xml")
    assert 'w:val="Mark"' in xml
    assert re.search(r'<w:pBdr><w:bottom w:val="single" w:sz="12" w:space="11" w:color="C8102E"', xml, re.IGNORECASE)
    styles = part(every_block(style="official"), "word/styles.xml")
    assert re.search(r'styleId="Mark".*?<w:color w:val="c8102e"', styles, re.DOTALL)


def test_minutes_have_no_red_head() -> None:
    assert "c8102e" not in part(worker_roster(), "word/document.xml").lower()


def test_a_letter_has_two_double_lines_and_no_number_on_its_first_page() -> None:
    section = opened(letter()).sections[0]
    assert round(section.header_distance.mm) == 30
    assert round(section.footer_distance.mm) == 20
    head = etree.tostring(section.first_page_header._element, encoding="unicode")
    foot = etree.tostring(section.first_page_footer._element, encoding="unicode")
    assert "枫叶街道网格中心" in head
    assert "thinThickSmallGap" in head
    assert "thickThinSmallGap" in foot
    assert "PAGE" not in foot
    assert "PAGE" in feet(section)[1]


def test_a_long_mark_is_set_smaller_so_that_it_stays_in_one_line() -> None:
    xml = part(note(), "word/document.xml")
    size = re.search(r'w:val="Mark".*?<w:sz w:val="(\d+)"', xml, re.DOTALL)
    assert size
    assert int(size[1]) / 2 * len("枫叶街道党工委会议纪要") <= 156 * 72 / 25.4


@pytest.mark.parametrize(
    ("issuer", "is_sealed", "issuer_right", "date_right"),
    [
        ("枫叶街道网格中心", True, 332, 400),
        ("枫叶街道办事处网格管理中心", False, 200, 636),
        ("街道办", False, 764, 200),
    ],
)
def test_signature_and_date_stand_as_the_standard_says(
    issuer: str, *, is_sealed: bool, issuer_right: int, date_right: int
) -> None:
    document = Document("题", (Signature(issuer, MADE_AT.date(), is_sealed),), style="official")
    xml = part(document, "word/document.xml")
    found = [int(value) for value in re.findall(r'w:rightChars="(\d+)"', xml)]
    assert found == pytest.approx([issuer_right, date_right], abs=10)


def test_properties_name_the_paper_and_no_machine() -> None:
    core = opened(every_block()).core_properties
    assert core.title == "枫叶街道网格化治理情况样张"
    assert core.created == core.modified == MADE_AT
    assert core.author == ""


def test_archive_times_do_not_tell_when_it_was_made() -> None:
    with ZipFile(BytesIO(render(every_block(), "docx"))) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_every_part_is_well_formed_and_paragraph_properties_are_in_order() -> None:
    order = [
        "pStyle",
        "keepNext",
        "keepLines",
        "pageBreakBefore",
        "framePr",
        "widowControl",
        "pBdr",
        "shd",
        "tabs",
        "kinsoku",
        "overflowPunct",
    ]
    order += ["autoSpaceDE", "autoSpaceDN", "snapToGrid", "spacing", "ind", "jc", "outlineLvl", "sectPr"]
    for document in (every_block(), every_block(style="official"), letter(), note()):
        with ZipFile(BytesIO(render(document, "docx"))) as archive:
            for name in archive.namelist():
                if name.endswith((".xml", ".rels")):
                    tree = etree.fromstring(archive.read(name))
                    for properties in tree.iter(qn("w:pPr")):
                        names = [etree.QName(child).localname for child in properties]
                        assert names == sorted(names, key=order.index), (name, names)


def test_text_of_100_000_characters_is_not_half_a_file() -> None:
    long = "网格" * 50_000
    file = opened(Document("题", (Paragraph(long),)))
    assert long in [line.text for line in file.paragraphs]


def test_time_grows_with_the_rows_and_not_with_their_square() -> None:
    few, many = worker_roster(250), worker_roster(1000)
    render(few, "docx")
    assert calls(lambda: render(many, "docx")) < 4.4 * calls(lambda: render(few, "docx"))


def test_text_above_a_signature_moves_to_its_page_and_the_last_rows_stay_with_the_foot_line() -> None:
    signed = Document("题", (Paragraph("甲"), Signature("街道办", MADE_AT.date(), is_sealed=False)), style="official")
    texts = [(line.text, line.paragraph_format.keep_with_next) for line in opened(signed).paragraphs]
    # Without a seal one blank line stands between the text and 署名.
    assert texts[1:4] == [("甲", True), ("", True), ("街道办", True)]
    sealed = Document("题", (Paragraph("甲"), Signature("街道办", MADE_AT.date())), style="official")
    assert [line.text for line in opened(sealed).paragraphs][1:5] == ["甲", "", "", "街道办"]
    attached = (Paragraph("甲"), Attachments(("清单",)), Signature("街道办", MADE_AT.date()))
    lines = opened(Document("题", attached, style="official")).paragraphs
    assert [line.paragraph_format.keep_with_next for line in lines[1:4]] == [True] * 3
    rows = opened(worker_roster()).tables[0].rows
    kept = [row.cells[0].paragraphs[0].paragraph_format.keep_with_next for row in rows]
    assert kept[-4:] == [None, True, True, True]


def test_telephone_and_identity_numbers_have_room_in_their_columns() -> None:
    table = opened(worker_roster()).tables[0]
    heads = [cell.text for cell in table.rows[0].cells]
    room = dict(zip(heads, (column.width.pt - 7.8 for column in table.columns), strict=True))
    sizes = [run.font.size.pt for cell in table.rows[5].cells for run in cell.paragraphs[0].runs if run.font.size]
    size = sizes[0] if sizes else 9.0
    assert room["身份证号"] >= 18 * size / 2
    assert room["联系电话"] >= 11 * size / 2


def test_pages_turned_across_keep_the_edges_of_the_upright_sheet() -> None:
    section = opened(every_block(style="official")).sections[1]
    edges = (section.top_margin, section.right_margin, section.bottom_margin, section.left_margin)
    assert [round(edge.mm) for edge in edges] == [28, 37, 26, 35]


def test_page_numbers_of_pages_turned_across_lie_at_the_left_edge() -> None:
    first, turned, last = opened(every_block(style="official")).sections
    boxes = {
        side: getattr(turned, side)._element.xpath(".//*[local-name()='bodyPr']/@vert")
        for side in ("footer", "even_page_footer")
    }
    assert boxes == {"footer": ["vert"], "even_page_footer": ["vert"]}
    tops = [
        int(getattr(turned, side)._element.xpath("string(.//*[local-name()='positionV']/*)")) / 36_000 for side in boxes
    ]
    assert tops == [pytest.approx(210 - 26 - 16 / MM - 60, abs=0.1), pytest.approx(28 + 16 / MM, abs=0.1)]
    for section in (first, last):
        assert not section.footer._element.xpath(".//*[local-name()='bodyPr']")
        assert feet(section)
