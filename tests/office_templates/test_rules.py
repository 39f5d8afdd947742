"""Words a template may hold, and what must not be in a file."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import docx
import openpyxl
import pytest

from app.office_templates import docx_filling, hostile, xlsx_filling
from app.office_templates.rules import (
    Contents,
    TemplateRefused,
    Token,
    Value,
    blocks_of,
    filled,
    is_true,
    suggestions,
    tokens,
)
from tests.office_templates.conftest import document, monthly, part, with_parts, workbook


def test_both_forms_of_every_word() -> None:
    text = "【社区名称】{{ area }}【每行：党员名册】{{ each party_members }}【如果：走访】{{ if visits }}"
    text += "【如果没有：走访】{{unless visits}}【结束】{{ end }}"
    assert [(token.kind, token.name) for token in tokens(text)] == [
        ("value", "社区名称"), ("value", "area"), ("each", "党员名册"), ("each", "party_members"), ("when", "走访"),
        ("when", "visits"), ("unless", "走访"), ("unless", "visits"), ("end", ""), ("end", ""),
    ]  # fmt: skip


def test_a_value_alone_keeps_its_type_and_inside_a_sentence_becomes_words() -> None:
    values: dict[str, Value] = {"a": 1234, "b": Decimal("98.20"), "c": date(2026, 10, 31), "d": None, "e": "【a】"}
    assert filled("【a】", values.__getitem__) == 1234
    assert filled(" {{ a }} ", values.__getitem__) == 1234
    assert filled("共【a】件，率【b】，到【c】，【d】", values.__getitem__) == "共1,234件，率98.20，到2026年10月31日，—"
    assert filled("【d】", values.__getitem__) == "—"
    # A value that looks like a placeholder is text.
    assert filled("【e】和【a】", values.__getitem__) == "【a】和1,234"


def test_conditions_hold_for_what_is_there() -> None:
    assert [is_true(value) for value in (0, None, "", "—", Decimal(0), 1, "有", Decimal("0.1"))] == (
        [False] * 5 + [True] * 3
    )
    when, end = Token("【如果：a】", "when", "a"), Token("【结束】", "end", "")
    assert blocks_of([(3, when), (5, end)]) == [(3, 5, when)]
    for marks in ([(3, when)], [(3, end)], [(3, when), (4, when), (5, end)]):
        with pytest.raises(TemplateRefused):
            blocks_of(marks)


def test_names_that_may_be_meant() -> None:
    assert suggestions("网格员", ["在岗网格员", "党组织", "网格员名册"])[0] in ("在岗网格员", "网格员名册")
    assert suggestions("社区名", ["社区名称", "统计期"]) == ("社区名称",)
    assert suggestions("zzz", ["社区名称"]) == ()


def _formula(text: str) -> bytes:
    def fill(book: object) -> None:
        monthly(book)  # type: ignore[arg-type]
        book.active["E1"] = text  # type: ignore[attr-defined]

    return workbook(fill)


def _in_sheet(cell: str) -> bytes:
    """The monthly workbook with one more cell, written as nobody's Excel would."""
    data = workbook(monthly)
    sheet = part(data, "xl/worksheets/sheet1.xml").decode()
    more = sheet.replace("</sheetData>", f'<row r="99">{cell}</row></sheetData>')
    return with_parts(data, {"xl/worksheets/sheet1.xml": more.encode()})


HOSTILE = {
    "宏": with_parts(workbook(monthly), {"xl/vbaProject.bin": b"x"}),
    "指向别的工作簿": with_parts(workbook(monthly), {"xl/externalLinks/externalLink1.xml": b"<a/>"}),
    "嵌入的文件": with_parts(document(), {"word/embeddings/oleObject1.bin": b"x"}),
    "指向外部的链接": with_parts(
        document(),
        {"word/_rels/settings.xml.rels": b'<Relationships><Relationship TargetMode="External" Target="http://x"/>'
         b"</Relationships>"},
    ),
    "实体定义": with_parts(
        workbook(monthly), {"xl/sharedStrings.xml": b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><sst/>'}
    ),
    "炸弹": with_parts(workbook(monthly), {"xl/media/a.xml": b"\0" * 40_000_000}),
    "HYPERLINK": _formula('=HYPERLINK("http://x","y")'),
    "WEBSERVICE": _formula('=_xlfn.WEBSERVICE("http://x")'),
    "DDE": _formula("=cmd|' /C calc'!A0"),
    "INCLUDEPICTURE": with_parts(
        document(),
        {"word/header9.xml": b"<hdr><p><instrText> INCLUDEPICTURE http://x </instrText></p></hdr>"},
    ),
    "公式里有会连到外面的 WEBSERVICE": _in_sheet('<c r="E9"><f>&#87;EB<!-- x -->SERVICE("http://x")</f></c>'),
    "公式里有会连到外面的 IMAGE": _in_sheet('<c r="E9"><f><![CDATA[IMA]]><![CDATA[GE("http://x")]]></f></c>'),
    "公式里有会连到外面的 RTD": with_parts(
        workbook(monthly), {"xl/worksheets/sheet9.xml": b"<worksheet><formula1>RTD(1)</formula1></worksheet>"}
    ),
    "里有指向外部的链接": with_parts(
        document(), {"word/_rels/settings.xml.rels": b'<Relationships><Relationship TargetMode="&#69;xternal"/></Relationships>'}
    ),
    "外部的链接或图片": with_parts(workbook(monthly), {"xl/drawings/vmlDrawing1.vml": b'<xml><image src="http://x/a.png"/></xml>'}),
    "会连到外面的 INCLUDETEXT": with_parts(
        document(),
        {"word/header9.xml": b"<hdr><p><r><instrText> INCLUDE</instrText></r><r><instrText>TEXT http://x</instrText></r></p></hdr>"},
    ),
    "可能已经损坏": with_parts(workbook(monthly), {"xl/styles.xml": b"<styleSheet><fonts>"}),
    "不是 Excel": with_parts(workbook(monthly), {})[:0] + b"PK\x05\x06" + b"\0" * 18,
    "打不开": b"PK\x03\x04 rubbish",
    "旧格式": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100,
}  # fmt: skip


@pytest.mark.parametrize("named", list(HOSTILE))
def test_hostile_files_are_named_and_refused(named: str) -> None:
    with pytest.raises(TemplateRefused, match=named):
        hostile.check(HOSTILE[named])


def test_honest_files_pass() -> None:
    assert hostile.check(workbook(monthly)) == "xlsx"
    assert hostile.check(document()) == "docx"
    assert hostile.check(_formula("=SUM(B2:B3)*RANDBETWEEN(1,2)")) == "xlsx"
    contents = b'<hdr><p><r><instrText> TOC \\o "1-3" </instrText></r></p><p><r><instrText> HYPERLINK \\l "_Toc1" </instrText></r></p></hdr>'
    assert hostile.check(with_parts(document(), {"word/header9.xml": contents})) == "docx"


def test_a_part_without_placeholders_stays_byte_for_byte() -> None:
    nothing = Contents({"全称": "甲", "统计期": "乙", "在岗网格员": 1, "grid_workers.change": "x", "未报报表": 0,
                        "填报日期": "丙"}, {"网格员名册": ()})  # fmt: skip
    data = workbook(monthly)
    out = xlsx_filling.fill(data, nothing, is_draft=False)
    for name in ("xl/worksheets/sheet2.xml", "xl/theme/theme1.xml"):
        assert part(out, name) == part(data, name)
    letter = document()
    filled_letter = docx_filling.fill(letter, Contents({"社区名称": "甲", "在岗网格员": 1, "未报报表": 0},
                                                       {"网格员名册": ()}), is_draft=False)  # fmt: skip
    for name in ("word/styles.xml", "word/settings.xml", "[Content_Types].xml"):
        assert part(filled_letter, name) == part(letter, name)
    before, after = (part(each, "word/document.xml").decode() for each in (letter, filled_letter))
    untouched = "<w:p><w:r><w:t>这一段没有占位。</w:t></w:r></w:p>"
    assert untouched in before
    assert untouched in after


def test_two_rosters_in_a_row_and_a_repeat_outside_a_table_are_refused() -> None:
    def two(book: object) -> None:
        book.active["A1"] = "【每行：党员名册】【每行：网格员名册】"  # type: ignore[attr-defined]

    with pytest.raises(TemplateRefused, match="两个"):
        xlsx_filling.read(workbook(two))  # type: ignore[arg-type]


def test_letters_nobody_can_print_are_left_out_and_a_cell_too_small_is_refused() -> None:
    values: dict[str, Value] = {
        "全称": "桂花\x01社区\u202e", "统计期": "丙\ufffe", "在岗网格员": 1, "grid_workers.change": "x", "未报报表": 0,
        "填报日期": "丁", "社区名称": "长" * 100_000,
    }  # fmt: skip
    out = xlsx_filling.fill(workbook(monthly), Contents(values, {"网格员名册": ()}), is_draft=False)
    assert openpyxl.load_workbook(io.BytesIO(out)).active["A1"].value == "桂花社区丙情况表"
    letter = docx_filling.fill(document(), Contents(values, {"网格员名册": ()}), is_draft=False)
    assert "长" * 100_000 in docx.Document(io.BytesIO(letter)).paragraphs[0].text
    long = Contents({**values, "全称": "长" * 40_000}, {"网格员名册": ()})
    with pytest.raises(TemplateRefused, match=r"情况表 A1.*40,004 个字"):
        xlsx_filling.fill(workbook(monthly), long, is_draft=False)
