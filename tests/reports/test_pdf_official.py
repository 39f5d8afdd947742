"""Official papers on the millimetre: 22 lines of 28 characters, heads, page numbers, imprint (GB/T 9704-2012)."""

from __future__ import annotations

import io
from collections import Counter
from datetime import date

import pytest

from reports.document import (
    Attachments,
    Document,
    Facts,
    Heading,
    Imprint,
    OfficialHead,
    PageBreak,
    Paragraph,
    Roll,
    Signature,
    Table,
    TableColumn,
)
from reports.renderers.pdf import render

pdfplumber = pytest.importorskip("pdfplumber")

MM = 72 / 25.4
SOLID = "街道网格台账党组织社区居民服务中心工作情况汇报会议决定落实责任分工时限要求"


def pages(document: Document) -> list:
    return pdfplumber.open(io.BytesIO(render(document))).pages


def lines(page: object, font: str = "FandolFang") -> dict[float, list[dict]]:
    """Characters of one font by baseline, counted in points from the top."""
    found: dict[float, list[dict]] = {}
    for char in page.chars:
        if font in char["fontname"] and char["text"].strip():
            found.setdefault(round(page.height - char["matrix"][5], 1), []).append(char)
    return found


def official(*blocks: object, **fields: object) -> Document:
    return Document(fields.pop("title", ""), tuple(blocks), style="official", **fields)


def test_a_solid_page_has_22_lines_of_28_characters() -> None:
    text = (SOLID * 40)[: 28 * 50]
    first, second, _third = pages(official(Paragraph(text, indent=0)))
    for page in (first, second):
        found = lines(page)
        assert len(found) == 22
        assert {len(chars) for chars in found.values()} == {28}
    steps = {round(b - a, 1) for a, b in zip(sorted(found), sorted(found)[1:], strict=False)}
    assert steps <= {28.9, 29.0, 29.1}


def test_every_full_line_fills_the_width_and_no_glyph_leaves_the_text_area() -> None:
    text = "会议听取了“一网统管、一格多员”工作情况汇报（详见附件），累计上报事件1,284件，办结率98.21%；" * 30
    document = official(Heading("总体情况"), Heading("进展", 2), Paragraph(text), Paragraph(SOLID * 30))
    for page in pages(document):
        body = [char for char in page.chars if char["top"] / MM < 262.5 and char["text"].strip()]
        assert min(char["x0"] for char in body) >= 28 * MM - 0.1
        assert max(char["x1"] for char in body) <= 184 * MM + 8.0  # an empty half of a closing mark
        for char in body:
            base = page.height - char["matrix"][5]
            assert base - 0.88 * char["size"] >= 37 * MM - 0.1
            assert base + 0.12 * char["size"] <= 262 * MM + 0.1
            if char["text"] not in "，。、；：？！）》」』】〕”’":
                assert char["x1"] <= 184 * MM + 0.1


def test_no_line_begins_or_ends_with_the_wrong_mark() -> None:
    text = "（一）研究了“网格化”、《条例》：民生、安全；会议认为，要做到“应报尽报”……（见附件）。"
    for width in range(1, 9):
        document = official(Paragraph("一" * width + text * 12))
        for page in pages(document):
            for chars in lines(page).values():
                shown = [char["text"] for char in sorted(chars, key=lambda char: char["x0"])]
                assert shown[0] not in "，。、；：？！）》”…", "".join(shown)
                assert shown[-1] not in "（《“", "".join(shown)


def test_numbers_and_words_are_never_cut() -> None:
    words = ["2026年10月", "1,284,000", "FQ202610-0031", "98.21%", "GB/T", "13800000000"]
    text = "共计".join(words * 20)
    rows = [
        "".join(char["text"] for char in sorted(chars, key=lambda char: char["x0"]))
        for page in pages(official(Paragraph(text)))
        for chars in lines(page).values()
    ]
    counted = Counter(
        word for row in rows for word in ("1,284,000", "FQ202610-0031", "98.21%", "13800000000") if word in row
    )
    for word in ("1,284,000", "FQ202610-0031", "98.21%", "13800000000"):
        assert sum(row.count(word) for row in rows) == 20, counted


def test_page_numbers_stand_outside_and_change_sides() -> None:
    first, second, third = pages(official(Paragraph((SOLID * 60)[: 28 * 60])))
    for number, page in enumerate((first, second, third), 1):
        foot = [char for char in page.chars if char["top"] > 262 * MM]
        assert "".join(char["text"] for char in foot).replace(" ", "") == f"—{number}—"
        assert {round(char["size"]) for char in foot} == {14}
        ink = [char for char in foot if char["text"].strip()]
        if number % 2:
            assert ink[-1]["x1"] == pytest.approx(184 * MM - 14, abs=0.5)
        else:
            assert ink[0]["x0"] == pytest.approx(28 * MM + 14, abs=0.5)
        dash = page.height - ink[0]["matrix"][5] - 0.36 * 14
        assert dash == pytest.approx((262 + 7) * MM, abs=1.0)


def test_head_of_a_paper_has_mark_number_and_red_line_at_their_places() -> None:
    head = OfficialHead("文件", "枫桥街道办事处文件", number="枫街办〔2026〕5号", addressee="各社区党组织")
    page = pages(official(Paragraph("请认真落实。"), title="关于报送台账的通知", head=head))[0]
    mark = [char for char in page.chars if char["size"] > 30]
    assert "".join(char["text"] for char in mark) == head.mark
    assert page.height - mark[0]["matrix"][5] - 0.88 * mark[0]["size"] == pytest.approx((37 + 35) * MM, abs=0.5)
    assert mark[0]["non_stroking_color"] == pytest.approx((200 / 255, 16 / 255, 46 / 255), abs=0.01)
    red = page.lines[0]
    assert (red["x0"], red["x1"]) == pytest.approx((28 * MM, 184 * MM), abs=0.1)
    text = page.extract_text()
    assert head.number in text
    assert "各社区党组织：" in text
    number_top = next(char for char in page.chars if char["text"] == "〔")
    bottom_of_number = page.height - number_top["matrix"][5] + 0.12 * 15.75
    assert red["top"] - bottom_of_number == pytest.approx(4 * MM, abs=7)


def test_letter_has_double_red_lines_and_no_number_on_its_first_page() -> None:
    head = OfficialHead("函", "枫桥街道办事处", number="枫街督〔2026〕5号", addressee="城管中队")
    first, second = pages(official(Paragraph(SOLID * 20), title="督办函", head=head, imprint=Imprint(("督查室",))))
    red = [line for line in first.lines if line["x1"] - line["x0"] > 480]
    assert len(red) == 4
    assert all(line["x1"] - line["x0"] == pytest.approx(170 * MM, abs=0.1) for line in red)
    tops = sorted(line["top"] / MM for line in red)
    assert tops[2] == pytest.approx(277, abs=2)
    assert red[0]["linewidth"] > red[1]["linewidth"]
    assert "—" not in (first.extract_text() or "")
    assert "— 2 —" in second.extract_text() or "—2—" in second.extract_text().replace(" ", "")
    assert second.lines == []  # the imprint of a letter has no rules
    mark = next(char for char in first.chars if char["size"] > 30)
    assert first.height - mark["matrix"][5] - 0.88 * mark["size"] == pytest.approx(30 * MM, abs=0.5)


def test_imprint_ends_exactly_at_the_foot_of_the_text_area() -> None:
    imprint = Imprint(("区委办公室", "区政府办公室"), "枫桥街道党政办公室", date(2026, 3, 5))
    page = pages(official(Paragraph("正文。"), title="通知", imprint=imprint))[-1]
    levels = sorted(line["top"] / MM for line in page.lines)
    assert len(levels) == 3
    assert levels[-1] == pytest.approx(262, abs=0.1)
    widths = sorted(line["linewidth"] / MM for line in page.lines)
    assert widths == pytest.approx([0.25, 0.35, 0.35], abs=0.01)
    text = page.extract_text()
    assert "抄送：区委办公室，区政府办公室。" in text
    assert "2026年3月5日印发" in text


def test_sealed_signature_leaves_four_characters_and_centres_the_issuer() -> None:
    page = pages(official(Paragraph("正文。"), Signature("枫桥街道办事处", date(2026, 3, 5))))[0]
    rows = list(lines(page).values())
    date_row, issuer = rows[-1], rows[-2]
    assert 184 * MM - date_row[-1]["x1"] == pytest.approx(4 * 156 / 28 * MM, abs=1)
    centre = (date_row[0]["x0"] + date_row[-1]["x1"]) / 2
    assert (issuer[0]["x0"] + issuer[-1]["x1"]) / 2 == pytest.approx(centre, abs=1)


def test_signature_without_seal_indents_by_two() -> None:
    page = pages(official(Signature("枫桥街道办事处", date(2026, 3, 5), is_sealed=False)))[0]
    issuer, date_row = list(lines(page).values())[-2:]
    assert 184 * MM - issuer[-1]["x1"] == pytest.approx(2 * 156 / 28 * MM, abs=1)
    assert date_row[0]["x0"] - issuer[0]["x0"] == pytest.approx(2 * 156 / 28 * MM, abs=1)


@pytest.mark.parametrize(("is_sealed", "blank"), [(True, 2), (False, 1)])
def test_lines_left_free_above_the_signature(*, is_sealed: bool, blank: int) -> None:
    page = pages(official(Paragraph("正文。"), Signature("街道办", date(2026, 3, 5), is_sealed=is_sealed)))[0]
    text, issuer = sorted(lines(page))[:2]
    assert (issuer - text) / (225 / 22 * MM) - 1 == pytest.approx(blank, abs=0.02)


@pytest.mark.parametrize("filled", range(17, 23))
def test_a_signature_never_stands_alone_on_a_page(filled: int) -> None:
    found = pages(official(Paragraph(SOLID[:1] * 28 * filled, indent=0), Signature("街道办", date(2026, 3, 5))))
    last = lines(found[-1])
    assert len(last) >= 3


@pytest.mark.parametrize("filled", range(12, 24))
@pytest.mark.parametrize("names", [("统计表",), ("责任清单", "时间安排", "情况表")])
def test_text_stands_on_the_page_of_the_signature_below_attachments(filled: int, names: tuple[str, ...]) -> None:
    blocks = (Paragraph(SOLID[:1] * 28 * filled, indent=0), Attachments(names), Signature("街道办", date(2026, 3, 5)))
    found = pages(official(*blocks))
    last = "".join(char["text"] for char in found[-1].chars)
    assert last.count(SOLID[0]) >= 28
    assert "附件：" in last
    assert "街道办" in last


def test_a_heading_is_not_left_behind_when_its_text_moves_to_the_signature() -> None:
    text = Paragraph(SOLID[:1] * 28 * 19, indent=0)
    found = pages(official(text, Heading("要求"), Paragraph("加强领导。"), Attachments(("清单",)), Signature("办", date(2026, 3, 5))))  # fmt: skip
    where = [
        number for number, page in enumerate(found) for word in ("一、要求", "加强领导") if word in page.extract_text()
    ]
    assert where[0] == where[1] == len(found) - 1


def test_names_of_a_roll_stay_whole_and_wrap_under_the_first() -> None:
    names = ("王小明", "欧阳建国", "阿不都热西提·买买提", "李四") * 6
    page = pages(official(Roll("出席", names)))[0]
    rows = sorted(lines(page).items())
    starts = {round(min(char["x0"] for char in chars)) for _level, chars in rows}
    assert len(starts) == 1
    shown = ["".join(char["text"] for char in sorted(chars, key=lambda char: char["x0"])) for _level, chars in rows]
    assert sum(row.count("阿不都热西提·买买提") for row in shown) == 6
    assert sum(row.count("欧阳建国") for row in shown) == 6


def test_attachments_are_numbered_and_aligned_and_one_alone_has_no_number() -> None:
    page = pages(official(Attachments(("责任清单", "时间安排"))))[0]
    assert "附件：1.责任清单" in page.extract_text().replace(" ", "")
    ones = [char for char in page.chars if char["text"] in "12" and char["top"] < 262 * MM]
    assert ones[0]["x0"] == pytest.approx(ones[1]["x0"], abs=0.3)
    assert "附件：责任清单" in pages(official(Attachments(("责任清单",))))[0].extract_text().replace(" ", "")


def test_headings_are_numbered_in_their_faces_and_never_left_at_the_foot() -> None:
    document = official(Paragraph("一" * 28 * 21, indent=0), Heading("工作要求"), Paragraph("加强领导。"))
    first, second = pages(document)
    assert "工作要求" not in first.extract_text()
    assert "一、工作要求" in second.extract_text()
    heading = [char for char in second.chars if char["text"] == "求"]
    assert "NotoSansSC" in heading[0]["fontname"]


def test_a_page_break_turns_the_paper() -> None:
    first, second, third = pages(
        official(Paragraph("一"), PageBreak("landscape"), Paragraph("二"), PageBreak("portrait"), Paragraph("三"))
    )
    assert (round(first.width / MM), round(second.width / MM), round(third.width / MM)) == (210, 297, 210)


def test_text_returns_to_the_line_grid_below_a_table_and_facts_stay_one_grid() -> None:
    table = Table((TableColumn("项"), TableColumn("数", kind="integer")), (("甲", 1), ("乙", 2)), note="说明。")
    facts = Facts((("时间", "九点"), ("地点", "二楼"), ("主持", "周岚"), ("记录", "秦小满")))
    page = pages(official(Paragraph("前文。"), facts, table, Paragraph("后文。")))[0]
    levels = sorted(lines(page))
    pitch = 225 / 22 * MM
    assert (levels[-1] - levels[0]) / pitch == pytest.approx(round((levels[-1] - levels[0]) / pitch), abs=0.02)
    boxes = sorted({(round(rect["top"], 1), round(rect["bottom"], 1)) for rect in page.rects if rect["stroke"]})
    assert boxes[0][1] == pytest.approx(boxes[1][0], abs=0.2)
