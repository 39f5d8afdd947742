"""Golden pages of 公文, measured in baselines and glyph boxes: what the eye would miss and a ruler would not."""

from __future__ import annotations

import io
import re
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.contents import letters
from reports.document import (
    AttachmentHead,
    Attachments,
    Block,
    Document,
    FootLine,
    Heading,
    OfficialHead,
    PageBreak,
    Paragraph,
    Signature,
    Table,
    TableColumn,
)
from reports.renderers.pdf import render
from reports.renderers.pdf_lines import HALF_EMPTY_RIGHT, NOT_AT_END, NOT_AT_START
from tests.reports.letter_papers import letter
from tests.reports.meeting_papers import note

pdfplumber = pytest.importorskip("pdfplumber")

MM = 72 / 25.4
SIZE = 15.75
PITCH = 225 / 22 * MM
CELL = 156 / 28 * MM
LEFT, RIGHT, TOP, BOTTOM = 28 * MM, 184 * MM, 37 * MM, 262 * MM
SOLID = "街道网格台账党组织社区居民服务中心工作情况汇报会议决定落实责任分工时限要求"


def open_pages(document: Document) -> list:
    return pdfplumber.open(io.BytesIO(render(document))).pages


def official(*blocks: Block, **fields: object) -> Document:
    return Document(fields.pop("title", ""), blocks, style="official", **fields)  # type: ignore[arg-type]


def base(char: dict, page: object) -> float:
    """Baseline in points from the upper edge of the page."""
    return float(page.height) - char["matrix"][5]  # type: ignore[attr-defined]


def body_lines(page: object) -> list[list[dict]]:
    """Lines of the body, top down, each from left to right."""
    found: dict[float, list[dict]] = {}
    for char in page.chars:  # type: ignore[attr-defined]
        if char["text"].strip() and char["upright"] and base(char, page) < BOTTOM:
            found.setdefault(round(base(char, page), 1), []).append(char)
    return [sorted(found[level], key=lambda char: char["x0"]) for level in sorted(found)]


def text_of(line: list[dict]) -> str:
    return "".join(char["text"] for char in line)


def ink_end(char: dict) -> float:
    """Where the ink of a character may end: the right half of a closing mark is empty."""
    return char["x1"] - (SIZE / 2 if char["text"] in HALF_EMPTY_RIGHT and char["x1"] - char["x0"] > SIZE * 0.9 else 0)


def test_a_full_page_is_616_characters_in_their_places() -> None:
    page = open_pages(official(Paragraph((SOLID * 40)[: 28 * 22 * 2], indent=0)))[0]
    lines = body_lines(page)
    assert sum(len(line) for line in lines) == 616
    for row, line in enumerate(lines):
        middle = base(line[0], page) - 0.88 * SIZE + SIZE / 2
        assert middle == pytest.approx(TOP + (row + 0.5) * PITCH, abs=0.05)
        for column, char in enumerate(line):
            assert char["x0"] == pytest.approx(LEFT + column * CELL, abs=0.05)
            assert char["size"] == pytest.approx(SIZE)


def test_a_mark_at_the_end_of_a_line_is_squeezed_by_half() -> None:
    text = "会" + "一" * 12 + "，" + "二" * 14 + "；" + "三" * 40
    first, second = body_lines(open_pages(official(Paragraph(text, indent=0)))[0])[:2]
    # 28 squares and one mark more: the last gives up its empty half, the comma inside the line the other.
    assert text_of(first) == text[:29]
    assert ink_end(first[-1]) == pytest.approx(RIGHT, abs=0.3)
    comma = first[13]
    assert first[14]["x0"] - comma["x0"] == pytest.approx(SIZE / 2, abs=0.6)
    assert second[0]["x0"] == pytest.approx(LEFT, abs=0.05)


MIXED = (
    "会议听取了“一网统管、一格多员”工作情况汇报（详见附件），",
    "累计上报事件1,284件，办结率98.21%；",
    "登记编号QTJB-2026-FXAQ-000123-A，",
    "身份证号11010519491231002X，电话13800000000，",
    "网址https://www.example.gov.cn/notice/2026/11/index.html，",
    "请各社区在十五日前核对完毕。",
    "依据GB/T 9704—2012《党政机关公文格式》……",
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(MIXED), min_size=4, max_size=14), st.integers(0, 8))
def test_no_line_is_loose_ragged_without_reason_or_begins_with_a_mark(parts: list[str], shift: int) -> None:
    page = open_pages(official(Paragraph("国" * shift + "".join(parts))))[0]
    lines = body_lines(page)
    for line in lines:
        shown = text_of(line)
        assert shown[0] not in NOT_AT_START, shown
        assert shown[-1] not in NOT_AT_END, shown
        assert ink_end(line[-1]) <= RIGHT + 0.3, shown
        for left, right in pairwise(line):
            typed_space = 0.35 * SIZE if left["text"].isascii() and right["text"].isascii() else 0.0
            assert right["x0"] - left["x1"] <= 0.25 * SIZE + typed_space + 0.2, (shown, left["text"])
    for line, after in pairwise(lines):
        is_flush = ink_end(line[-1]) >= RIGHT - SIZE / 2 - 0.3
        # Only a code, figure or word that may not be divided leaves the line before it short.
        assert is_flush or after[0]["text"].isascii() or after[0]["text"] in NOT_AT_END, text_of(line)


def test_a_long_code_is_divided_only_at_its_own_marks() -> None:
    code = "https://www.example.gov.cn/notice/2026/11/index.html"
    for shift in range(27):
        rows = [text_of(line) for line in body_lines(open_pages(official(Paragraph("国" * shift + code + "完")))[0])]
        assert "".join(rows) == "国" * shift + code + "完"
        for row in rows:
            assert row[-1] in "国完/.-" or row.endswith(code[-3:]), rows


def test_figures_and_identity_numbers_stay_whole_wherever_they_fall() -> None:
    whole = ("11010519491231002X", "13800000000", "170,238,000.00", "2026")
    for shift in range(28):
        text = "国" * shift + "，".join(whole)
        rows = [text_of(line) for line in body_lines(open_pages(official(Paragraph(text)))[0])]
        for number in whole:
            assert any(number in row for row in rows), rows


def test_latin_letters_and_digits_stand_on_the_line_of_the_characters() -> None:
    page = open_pages(official(Paragraph("第1个GB/T条款㛃䶮𬱖𫖯完")))[0]
    lines = body_lines(page)
    assert len(lines) == 1
    assert text_of(lines[0]) == "第1个GB/T条款㛃䶮𬱖𫖯完"
    for left, right in pairwise(lines[0]):
        assert right["x0"] >= left["x1"] - 0.1, left["text"]


FACES = {"甲": "NotoSansSC", "乙": "WenKai", "丙": "Fandol", "丁": "Fandol"}


def test_four_levels_of_headings_have_their_numbers_and_faces() -> None:
    headings = [Heading(name, level) for level, name in enumerate(FACES, 1)]
    page = open_pages(official(*headings, Paragraph("文")))[0]
    lines = body_lines(page)
    assert [text_of(line) for line in lines] == ["一、甲", "（一）乙", "1.丙", "（1）丁", "文"]
    for line, (name, font) in zip(lines, FACES.items(), strict=False):
        assert font in line[-1]["fontname"], name
        assert line[-1]["size"] == pytest.approx(SIZE)
        assert min(char["x0"] for char in line) == pytest.approx(LEFT + 2 * CELL, abs=0.1)


def test_the_red_line_is_four_millimetres_below_the_number() -> None:
    head = OfficialHead("文件", "枫叶街道办事处文件", "枫街办〔2026〕5号", addressee="各社区")
    page = open_pages(official(Paragraph("正文。"), title="关于做好名册核对工作的通知", head=head))[0]
    number = next(char for char in page.chars if char["text"] == "〔")
    line_box_end = base(number, page) - 0.88 * SIZE - (PITCH - SIZE) / 2 + PITCH
    (red,) = page.lines
    assert red["top"] - line_box_end == pytest.approx(4 * MM, abs=0.1)
    mark = [char for char in page.chars if char["size"] > 30]
    mark_end = base(mark[0], page) + 0.12 * mark[0]["size"]
    assert (line_box_end - PITCH - mark_end) / PITCH == pytest.approx(2, abs=0.02)
    title = [char for char in page.chars if char["size"] == pytest.approx(22)]
    title_top = base(title[0], page) - 0.88 * 22 - (PITCH - 22) / 2
    assert 2 * PITCH - 0.1 <= title_top - red["top"] < 3 * PITCH
    assert {"".join(re.findall(r"NotoSerif\w*", char["fontname"])) for char in (*mark, *title)} != {""}
    addressee = next(line for line in body_lines(page) if text_of(line) == "各社区：")
    assert addressee[0]["x0"] == pytest.approx(LEFT, abs=0.1)
    assert base(addressee[0], page) - base(title[0], page) == pytest.approx(2 * PITCH, abs=3)


def test_a_letter_keeps_the_measures_of_its_own_form() -> None:
    page = open_pages(letter())[0]
    red = sorted((line for line in page.lines if line["x1"] - line["x0"] > 400), key=lambda line: line["top"])
    assert [line["linewidth"] for line in red] == pytest.approx([2.4, 0.8, 0.8, 2.4])
    for line in red:
        assert (line["x0"] / MM, line["x1"] / MM) == pytest.approx((20, 190), abs=0.1)
    mark = [char for char in page.chars if char["size"] > 30]
    mark_end = base(mark[0], page) + 0.12 * mark[0]["size"]
    assert (red[0]["top"] - red[0]["linewidth"] / 2 - mark_end) / MM == pytest.approx(4, abs=0.3)
    lower_edge = red[3]["top"] + red[3]["linewidth"] / 2
    assert (float(page.height) - lower_edge) / MM == pytest.approx(20, abs=0.1)
    lines = body_lines(page)
    number = next(line for line in lines if "枫网函〔2026〕8号" in text_of(line))
    assert number[-1]["x1"] == pytest.approx(RIGHT, abs=0.5)
    assert base(number[0], page) > red[1]["top"]
    upper_line_end = red[1]["top"] + red[1]["linewidth"] / 2
    assert base(number[0], page) - 0.88 * SIZE - upper_line_end == pytest.approx(16 * 7 / 8, abs=0.3)
    title = lines[lines.index(number) + 1]
    free = (base(title[0], page) - base(number[0], page)) / PITCH - 1
    assert free == pytest.approx(2, abs=0.6)  # two lines, to the nearest line of the grid


def test_a_note_names_who_was_there_below_one_free_line() -> None:
    page = open_pages(note())[-1]
    lines = body_lines(page)
    at = next(number for number, line in enumerate(lines) if text_of(line).startswith("出席："))
    assert round((base(lines[at][0], page) - base(lines[at - 1][0], page)) / PITCH) == 2
    labels = [line for line in lines if text_of(line)[:3] in ("出席：", "请假：", "列席：")]
    assert [text_of(line)[:2] for line in labels] == ["出席", "请假", "列席"]
    for line in labels:
        assert line[0]["x0"] == pytest.approx(LEFT + 2 * CELL, abs=0.1)
        assert all("NotoSans" in char["fontname"] for char in line[:3])
        assert "Fandol" in line[3]["fontname"]
    wrapped = lines[at + 1]
    assert wrapped[0]["x0"] == pytest.approx(labels[0][3]["x0"], abs=0.3)


def test_attachments_stand_below_a_free_line_and_carry_no_marks() -> None:
    names = ("各社区名册核对情况表", "未达目标单位名单")
    page = open_pages(official(Paragraph("正文。"), Attachments(names), Signature("办", date(2026, 3, 5))))[0]
    lines = body_lines(page)
    assert [text_of(line) for line in lines[1:3]] == ["附件：1.各社区名册核对情况表", "2.未达目标单位名单"]
    assert base(lines[1][0], page) - base(lines[0][0], page) == pytest.approx(2 * PITCH, abs=0.1)
    assert lines[1][0]["x0"] == pytest.approx(LEFT + 2 * CELL, abs=0.1)
    assert text_of(lines[-1]) == "2026年3月5日"


def test_page_numbers_of_pages_turned_across_stand_where_the_upright_ones_do() -> None:
    table = Table(
        tuple(TableColumn(f"项{n}", kind="integer") for n in range(12)),
        tuple(tuple(range(12)) for _ in range(60)),
        caption="表1　横排表",
    )
    pages = open_pages(official(Paragraph("一"), PageBreak("landscape"), table, PageBreak("portrait"), Paragraph("完")))
    across = [page for page in pages if page.width > page.height]
    assert len(across) >= 2
    for number, page in enumerate(pages, 1):
        if page not in across:
            continue
        dashes = [char for char in page.chars if char["text"] == "—" and not char["upright"]]
        shown = [char["text"] for char in page.chars if not char["upright"] and char["text"].strip()]
        assert "".join(shown) == f"—{number}—"
        # Laid upright, the head of the table comes to the left edge; x of the sheet is then counted from the top here.
        ends = [(char["top"], char["bottom"]) for char in dashes]
        if number % 2:
            assert max(end for _start, end in ends) == pytest.approx(RIGHT - 14, abs=0.5)
        else:
            assert min(start for start, _end in ends) == pytest.approx(LEFT + 14, abs=0.5)
        dash_line = dashes[0]["matrix"][4] + 0.36 * 14
        assert (297 * MM - dash_line) == pytest.approx(BOTTOM + 7 * MM, abs=1)
        (frame,) = [rect for rect in page.rects if rect["stroke"]]
        assert frame["x0"] == pytest.approx(35 * MM, abs=0.1)
        assert frame["x1"] == pytest.approx((297 - 37) * MM, abs=0.1)
        assert frame["bottom"] <= (210 - 26) * MM + 0.1


FOOT = ("填报单位（盖章）", "填表人", "审核人", "负责人", "联系电话", "填报日期")


@pytest.mark.parametrize("count", [26, 27, 28, 29, 30, 53, 54, 55, 56, 57, 58])
def test_the_foot_line_of_a_ledger_has_rows_above_it(count: int) -> None:
    table = Table((TableColumn("序号", kind="integer"), TableColumn("姓名")), tuple((n, "韦青") for n in range(count)))
    document = Document("花名册", (table,), foot_line=FootLine(tuple((label, "") for label in FOOT)))
    last = open_pages(document)[-1]
    text = (last.extract_text() or "").replace("\n", "")
    for label in FOOT:
        assert f"{label}：" in text
    assert text.count("韦青") >= 2


def test_no_column_is_left_for_another_sheet() -> None:
    columns = tuple(TableColumn(f"指标{n}", kind="integer") for n in range(30))
    for page in open_pages(Document("三十列", (Table(columns, (tuple(range(30)),) * 3),))):
        assert all(char["x0"] >= 15 * MM - 0.6 and char["x1"] <= 195 * MM + 0.6 for char in page.chars)
        assert "28 29" in page.extract_text()


def _liaison(paragraphs: int) -> Document:
    sender = letters.Sender(
        mark="清溪街道办事处", number="清街办函〔2026〕1号", signed_on=date(2026, 11, 10), contact="罗世玫"
    )
    return letters.build_liaison(
        sender, ["辖区富康新村计划新建电动车集中充电点一处。"] * paragraphs, addressee="东风供电所", about="充电点用电增容",
        attachments=["富康新村充电点位置图"],
    )  # fmt: skip


@pytest.mark.parametrize("paragraphs", range(1, 24))
def test_a_contact_below_the_date_never_stands_alone_on_a_page(paragraphs: int) -> None:
    with pdfplumber.open(io.BytesIO(render(_liaison(paragraphs)))) as pdf:
        texts = ["".join(page.extract_text().split()) for page in pdf.pages]
    (place,) = [text for text in texts if "联系人：罗世玫" in text]
    assert "2026年11月10日" in place


@pytest.mark.parametrize("number", ["3", "12", "105"])
def test_a_figure_in_a_title_is_not_parted_from_what_it_counts(number: str) -> None:
    for before in range(6, 16):
        title = f"关于{'富康新村等小区逾期问题办理情况'[:before]}{number}件逾期问题的督办函"
        with pdfplumber.open(io.BytesIO(render(Document(title, (Paragraph("正文。"),), style="official")))) as pdf:
            lines = pdf.pages[0].extract_text().splitlines()
        assert not any(line.strip().endswith(number) for line in lines), lines[:3]


@pytest.mark.parametrize(("number", "label"), [(0, "附件"), (3, "附件3")])
@pytest.mark.parametrize("orientation", ["portrait", "landscape"])
def test_an_attachment_begins_with_its_label_and_its_title_in_the_third_line(
    number: int, label: str, orientation: str
) -> None:
    head = AttachmentHead("名册核对情况表", number)
    page = open_pages(official(Paragraph("文"), PageBreak(orientation), head, Paragraph("后文")))[1]  # type: ignore[arg-type]
    edge = {"portrait": (28, 37, 184), "landscape": (35, 28, 260)}[orientation]
    left, top, right = (length * MM for length in edge)
    first = [char for char in page.chars if char["text"] in label and char["x0"] < left + 60]
    assert "".join(char["text"] for char in first) == label
    assert first[0]["x0"] == pytest.approx(left, abs=0.1)
    assert all("NotoSans" in char["fontname"] for char in first)
    assert base(first[0], page) - 0.88 * SIZE + SIZE / 2 == pytest.approx(top + PITCH / 2, abs=0.1)
    title = [char for char in page.chars if char["size"] == pytest.approx(22)]
    assert base(title[0], page) - 0.88 * 22 + 11 == pytest.approx(top + 2.5 * PITCH, abs=0.1)
    assert (title[0]["x0"] + title[-1]["x1"]) / 2 == pytest.approx((left + right) / 2, abs=0.5)
    assert {"NotoSerif" in char["fontname"] for char in title} == {True}


def test_a_table_is_not_parted_from_its_number() -> None:
    for shift in range(28):
        rows = [text_of(line) for line in body_lines(open_pages(official(Paragraph("国" * shift + "（详见表12、附件3）。")))[0])]  # fmt: skip
        assert any("表12" in row for row in rows), rows
        assert any("附件3" in row for row in rows), rows


@pytest.mark.parametrize("mark", ["－", "–", "／", "～", "·", "．"])
def test_joining_and_parting_marks_do_not_begin_a_line(mark: str) -> None:
    for shift in range(24, 30):
        for line in body_lines(open_pages(official(Paragraph("国" * shift + mark + "家" * 30)))[0]):
            assert text_of(line)[0] != mark
            assert mark != "／" or text_of(line)[-1] != mark


def test_the_words_of_a_head_are_divided_evenly() -> None:
    columns = (*(TableColumn(f"甲{n}", 3, "id") for n in range(5)), TableColumn("积极分子", 0.1, "integer"))
    table = Table(columns, (("11010519491231002X",) * 5 + (3,),))
    page = open_pages(Document("表", (table,)))[0]
    levels = {char["text"]: round(base(char, page)) for char in page.chars if char["text"] in "积极分子"}
    assert levels["积"] == levels["极"] < levels["分"] == levels["子"]
