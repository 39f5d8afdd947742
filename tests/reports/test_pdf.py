"""PDF as a file: every block, equal bytes, a true text layer, outlines, drafts, and no markup out of user text."""

from __future__ import annotations

import hashlib
import io
import shutil
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports import fonts
from reports.document import (
    BLOCK_TYPES,
    Chart,
    Document,
    Facts,
    Heading,
    PageBreak,
    Paragraph,
    Picture,
    Roll,
    Run,
    Series,
    Signature,
    SignatureLines,
    Speech,
    Table,
    TableColumn,
)
from reports.renderers.pdf import render
from tests.calls import calls
from tests.reports.block_papers import every_block
from tests.reports.ledger_papers import worker_roster
from tests.reports.meeting_papers import meeting_minutes
from tests.reports.papers import PAPERS

pdfplumber = pytest.importorskip("pdfplumber")
pikepdf = pytest.importorskip("pikepdf")

MM = 72 / 25.4
RARE = ("㛃䶮", "陈𬱖", "李𫖯", "王喆", "赵堃", "马骉", "司马赟", "钱頔")


def open_pages(document: Document) -> list:
    return pdfplumber.open(io.BytesIO(render(document))).pages


def text_of(document: Document) -> str:
    return "\n".join(page.extract_text() or "" for page in open_pages(document))


@pytest.mark.parametrize("name", PAPERS)
def test_every_paper_prints_within_its_margins(name: str) -> None:
    document = PAPERS[name]()
    side = 28 * MM if document.style == "official" else 15 * MM
    for page in open_pages(document):
        for char in page.chars:
            if document.head and document.head.form == "函" and char["size"] > 30:
                continue  # the mark of a letter is as wide as its 170 mm line
            if not char["upright"]:
                continue  # the page number of a page turned across; golden pages measure it
            if char["text"].strip():
                assert char["x0"] >= side - 0.6, char["text"]
                assert char["x1"] <= page.width - min(side, 26 * MM) + 8.5, char["text"]
                assert 0 < char["top"] < char["bottom"] < page.height


def test_the_sample_holds_every_block_type() -> None:
    assert {type(block) for block in every_block().blocks} == set(BLOCK_TYPES)


@pytest.mark.parametrize("name", PAPERS)
def test_equal_content_gives_equal_bytes(name: str) -> None:
    assert render(PAPERS[name]()) == render(PAPERS[name]())


def test_bytes_do_not_depend_on_the_process() -> None:
    code = (
        "import hashlib; from tests.reports.block_papers import every_block; from reports.renderers.pdf import render; "
        "print(hashlib.sha256(render(every_block())).hexdigest())"
    )
    root = Path(__file__).parents[2]
    other = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert other.stdout.strip() == hashlib.sha256(render(every_block())).hexdigest()


@pytest.mark.parametrize("style", ["table", "official"])
def test_rare_names_are_in_the_text_layer_whatever_prints_them(style: str) -> None:
    blocks = (
        Roll("出席", RARE),
        Paragraph((Run("、".join(RARE), "hei"), Run("、".join(RARE), "kai"), Run("、".join(RARE)))),
        Table((TableColumn("姓名"),), tuple((name,) for name in RARE)),
    )
    text = text_of(Document("名单", blocks, style=style))
    for name in RARE:
        assert text.replace("\n", "").count(name) == 5, name


@pytest.mark.poppler
@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs poppler")
def test_pdftotext_returns_every_rare_name(tmp_path: Path) -> None:
    path = tmp_path / "names.pdf"
    path.write_bytes(render(Document("名单", (Roll("出席", RARE), Paragraph("、".join(RARE))), style="official")))
    text = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True).stdout.decode()
    for name in RARE:
        assert text.replace("\n", "").replace(" ", "").count(name) == 2, name


@pytest.mark.poppler
@pytest.mark.skipif(shutil.which("pdffonts") is None, reason="needs poppler")
def test_all_fonts_are_embedded_with_unicode_maps(tmp_path: Path) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(render(every_block(style="official")))
    listed = subprocess.run(["pdffonts", path], capture_output=True, text=True, check=True).stdout.splitlines()[2:]
    assert len(listed) >= 4
    for line in listed:
        assert line.split()[-5:-2] == ["yes", "yes", "yes"], line


def test_missing_characters_print_as_geta_and_copy_as_themselves() -> None:
    missing = "\U000323af"
    assert fonts.unprintable(f"张{missing}") == [missing]
    page = open_pages(Document("名单", (Paragraph(f"张{missing}三"),)))[0]
    shown = next(char for char in page.chars if char["text"] == missing)
    assert shown["width"] == pytest.approx(shown["size"])
    image = page.crop((shown["x0"], shown["top"], shown["x1"], shown["bottom"])).to_image(resolution=200).original
    assert image.convert("L").getextrema()[0] < 100, "something is printed, not a blank"


@pytest.mark.parametrize(
    "text", ["<b>粗</b>&amp;<para>", "{{ x }} %s \\n (未闭合", "a\x00b\x1f", "BT /F1 12 Tf (x) Tj ET"]
)
def test_user_text_is_never_markup(text: str) -> None:
    blocks = (Paragraph(text), Speech(text, text), Facts(((text, text),)), Heading(text), SignatureLines((text,)))
    shown = "".join(char["text"] for page in open_pages(Document(text, blocks)) for char in page.chars)
    expected = "".join(character for character in text if character.isprintable()).replace(" ", "")
    assert shown.replace(" ", "").count(expected) >= 6


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=300), st.sampled_from(["table", "official"]))
def test_any_text_prints_inside_the_paper(text: str, style: str) -> None:
    document = Document("任意", (Paragraph(text), Heading(text[:50] or "一"), Facts((("甲", text),))), style=style)
    for page in open_pages(document):
        for char in page.chars:
            assert char["x0"] >= 14 * MM
            assert char["x1"] <= page.width - 10 * MM


def test_headings_become_the_outline() -> None:
    blocks = (Heading("党建"), Heading("组织", 2), Heading("设置", 4), Heading("网格"), Paragraph("正文"))
    with pikepdf.open(io.BytesIO(render(Document("月报", blocks)))) as file, file.open_outline() as outline:
        assert [entry.title for entry in outline.root] == ["一、党建", "二、网格"]
        assert [entry.title for entry in outline.root[0].children] == ["（一）组织"]
        assert outline.root[0].children[0].children[0].title.endswith("设置")


def test_properties_name_title_author_and_the_moment_of_the_document() -> None:
    document = Document("月报", (), author="枫叶街道", created_at=datetime(2026, 11, 3, 1, 30, tzinfo=UTC))
    with pikepdf.open(io.BytesIO(render(document))) as file:
        assert str(file.docinfo["/Title"]) == "月报"
        assert str(file.docinfo["/Author"]) == "枫叶街道"
        assert str(file.docinfo["/CreationDate"]) == "D:20261103093000+08'00'"
        assert str(file.Root.Lang) == "zh-CN"


def test_a_draft_is_marked_on_every_page_but_not_in_the_text() -> None:
    drafts = open_pages(worker_roster())
    blank = Document("空", (Paragraph("一"),), is_draft=True)
    assert len(drafts) >= 1
    marked, plain = open_pages(blank)[0], open_pages(Document("空", (Paragraph("一"),)))[0]
    assert "草" not in marked.extract_text()
    assert "稿" not in marked.extract_text()
    assert len(marked.curves) > len(plain.curves)


def test_prints_with_the_gpl_folder_deleted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(fonts.HERE / "ofl", tmp_path / "ofl")
    monkeypatch.setattr(fonts, "HERE", tmp_path)
    page = open_pages(Document("通知", (Paragraph("请认真落实。"),), style="official"))[0]
    faces = {char["fontname"] for char in page.chars if char["text"] == "落"}
    assert faces == {next(iter(faces))}
    assert "NotoSerifSC-Regular" in next(iter(faces))


def test_pictures_other_than_png_and_jpeg_are_refused() -> None:
    image_module = pytest.importorskip("PIL.Image")
    data = io.BytesIO()
    image_module.new("RGB", (4, 4)).save(data, "BMP")
    with pytest.raises(ValueError, match="PNG 或 JPEG"):
        render(Document("图", (Picture(data.getvalue(), 50),)))


def test_a_damaged_picture_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="图片打不开"):
        render(Document("图", (Picture(b"no picture", 50),)))


def test_a_page_break_at_the_end_leaves_no_empty_page() -> None:
    assert len(open_pages(Document("表", (Paragraph("一"), PageBreak("landscape"))))) == 1


@pytest.mark.parametrize("style", ["table", "official"])
def test_empty_papers_and_blocks_print(style: str) -> None:
    blocks = (Table((), ()), Facts(()), Roll("出席", ()), SignatureLines(()), Chart("空", (), ()), Paragraph(""))
    assert len(open_pages(Document("", (), style=style))) == 1
    assert len(open_pages(Document("空", blocks, style=style))) == 1


def test_charts_are_vectors_with_their_names() -> None:
    chart = Chart(
        "近三月", ("8月", "9月", "10月"), (Series("上报", (1, None, 3)), Series("办结", (1, 2, 2))), "line", "件"
    )
    page = open_pages(Document("月报", (chart,)))[0]
    assert page.images == []
    text = page.extract_text()
    for word in ("近三月", "8月", "上报", "办结", "件"):
        assert word in text


def test_long_facts_run_over_pages_without_loss() -> None:
    text = "会议内容" * 2500
    pages = open_pages(Document("记录", (Facts((("地点", "二楼"), ("内容", text)), columns=1),)))
    shown = "".join(char["text"] for page in pages for char in page.chars)
    assert len(pages) > 2
    assert shown.count("会") == 2500
    body = [char for page in pages for char in page.chars if char["text"] == "议"]
    assert max(char["bottom"] for char in body) <= 297 * MM - 15 * MM


def test_minutes_print_with_little_work_when_warm() -> None:
    render(meeting_minutes())
    assert calls(lambda: render(meeting_minutes())) < 40_000


def test_work_for_a_ledger_grows_with_its_rows_and_not_with_their_square() -> None:
    columns = (*tuple(TableColumn(f"第{number}项", 1) for number in range(10)), TableColumn("数", 1, "integer"))

    def ledger(count: int) -> Document:
        rows = tuple((*(f"内容{number}" for _at in range(10)), number) for number in range(count))
        return Document("台账", (Table(columns, rows),), created_at=None)

    few, many = ledger(500), ledger(2_000)
    render(few)
    work = calls(lambda: render(few))
    assert work < 500 * 300
    assert calls(lambda: render(many)) < 4.4 * work


@pytest.mark.skipif(sys.platform == "win32", reason="reads the peak of memory from getrusage")
def test_ledger_of_10000_rows_needs_at_most_120_mb_above_idle() -> None:
    code = """
import resource
from reports.document import Document, Page, Table, TableColumn
from reports.renderers.pdf import render
columns = tuple(TableColumn(f"第{number}项") for number in range(12))
rows = tuple(tuple(f"第{number}行第{at}格" for at in range(12)) for number in range(10_000))
document = Document("台账", (Table(columns, rows),), page=Page("A4", "landscape"))
idle = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
assert render(document).startswith(b"%PDF")
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - idle)
"""
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    kilobytes = int(done.stdout) / (1024 if sys.platform == "darwin" else 1)
    assert kilobytes < 120_000


def test_signed_date_never_has_zeros_in_front() -> None:
    assert "2026年3月5日" in text_of(Document("通知", (Signature("街道", date(2026, 3, 5)),), style="official"))
