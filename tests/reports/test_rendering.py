"""Every paper in every format says the same: each block, each figure, each row, read back by independent readers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from html.parser import HTMLParser
from io import BytesIO

import docx
import openpyxl
import pytest
from PIL import Image

from reports.document import (
    BLOCK_TYPES,
    AttachmentHead,
    Attachments,
    Cell,
    Chart,
    Document,
    Facts,
    Heading,
    PageBreak,
    Paragraph,
    Picture,
    Roll,
    Signature,
    SignatureLines,
    Space,
    Speech,
    Table,
    TableColumn,
    Value,
    long_date,
    numbered,
    show,
)
from reports.rendering import FORMATS, UnknownFormat, render
from tests.reports.block_papers import every_block
from tests.reports.papers import PAPERS

OWN_FORMATS = ("html", "docx", "xlsx")
paper = pytest.mark.parametrize("paper", PAPERS.values(), ids=PAPERS.keys())
own_format = pytest.mark.parametrize("own_format", OWN_FORMATS)


class Reader(HTMLParser):
    """Text and table rows of a page; a tag that closes what was not opened fails."""

    EMPTY = frozenset({"meta", "br", "col", "img", "rect", "polyline"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words: list[str] = []
        self.rows: list[list[str]] = []
        self.attributes: list[tuple[str, str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value) for name, value in attrs]
        if tag not in self.EMPTY:
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
        if tag == "br":
            self.handle_data("\n")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value) for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words.append(data)
        if self.rows and {"td", "th"} & set(self.open):
            self.rows[-1][-1] += data


def read_html(data: bytes) -> tuple[str, list[list[str]]]:
    reader = Reader()
    reader.feed(data.decode())
    assert reader.open == []
    return "".join(reader.words), reader.rows


def read_docx(data: bytes) -> tuple[str, list[list[str]]]:
    file = docx.Document(BytesIO(data))
    words, rows = [], []
    for item in file.iter_inner_content():
        if isinstance(item, docx.table.Table):
            for row in item.rows:
                texts = [cell.text for cell in {id(cell._tc): cell for cell in row.cells}.values()]
                rows.append(texts)
                words += texts
        else:
            words.append(item.text)
    for section in file.sections:
        words += [line.text for part in (section.header, section.first_page_header) for line in part.paragraphs]
    words += [shape._inline.docPr.get("descr") for shape in file.inline_shapes]
    return "\n".join(words), rows


def read_xlsx(data: bytes) -> tuple[str, list[list[object]]]:
    book = openpyxl.load_workbook(BytesIO(data), data_only=True)
    words: list[str] = []
    rows: list[list[object]] = []
    for sheet in book:
        for row in sheet.iter_rows(values_only=True):
            rows.append([value for value in row if value is not None])
            words += [str(value) for value in rows[-1]]
        words += [image.anchor._from and "" for image in sheet._images]
        words.append(sheet.oddHeader.right.text or "")
    return "\n".join(words), rows


READERS: dict[str, Callable[[bytes], tuple[str, list[list[str]]]]] = {
    "html": read_html,
    "docx": read_docx,
    "xlsx": read_xlsx,  # type: ignore[dict-item]
}


def tables(document: Document) -> list[Table]:
    return [block for block in document.blocks if isinstance(block, Table)]


def shown_rows(table: Table) -> list[list[str]]:
    rows = [*table.rows, *([table.totals] if table.totals else [])]
    return [
        [show(value, column.kind, column.places) for column, value in zip(table.columns, row, strict=True)]
        for row in rows
    ]


def excel_value(value: Value, kind: str, places: int) -> object:
    """What a spreadsheet must hold for a value; None where the cell is empty."""
    if isinstance(value, Cell):
        return excel_value(value.value, value.kind, value.places)
    if kind != "id" and isinstance(value, int | Decimal) and not isinstance(value, bool):
        return float(Decimal(value) / 100) if kind == "percent" else float(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001 - Excel knows no time zones
    return show(value, kind, places) or None  # type: ignore[arg-type]


@paper
@own_format
def test_every_table_row_reads_back_the_same(paper: Callable[[], Document], own_format: str) -> None:
    document = paper()
    _, rows = READERS[own_format](render(document, own_format))  # type: ignore[arg-type]
    for table in tables(document):
        if own_format == "xlsx":
            for row in [*table.rows, *([table.totals] if table.totals else [])]:
                wanted = [
                    excel_value(value, column.kind, column.places)
                    for column, value in zip(table.columns, row, strict=True)
                ]
                assert [value for value in wanted if value is not None] in rows
        else:
            for wanted_row in shown_rows(table):
                assert wanted_row in rows


@paper
@own_format
def test_every_word_of_every_block_is_there(paper: Callable[[], Document], own_format: str) -> None:
    document = paper()
    text, _ = READERS[own_format](render(document, own_format))  # type: ignore[arg-type]
    for block, prefix in numbered(document):
        for words in words_of(block, prefix, own_format):
            assert words in text, (type(block).__name__, words)
    head = document.head
    if head:
        for words in (head.number, head.issue, head.issuer, head.addressee):
            assert words in text
    if document.imprint:
        for name in document.imprint.copies_to:
            assert name in text
    if document.foot_line:
        for label, value in document.foot_line.pairs:
            assert f"{label}：{value}" in text
    assert document.title in text
    assert document.subtitle in text
    assert ("草稿" in text) == document.is_draft


def words_of(block: object, prefix: str, own_format: str) -> list[str]:  # noqa: C901 - one case a block type
    match block:
        case Heading():
            return [prefix + block.text]
        case Paragraph():
            return [block.text] if isinstance(block.text, str) else [run.text for run in block.text]
        case Facts():
            labels = [label for label, _ in block.pairs]
            return labels if own_format == "xlsx" else labels + [show(value) for _, value in block.pairs]
        case Table():
            return [block.caption, block.note, *(column.label for column in block.columns)] + (
                [] if block.rows else [block.empty_text]
            )
        case Chart():
            # A picture in a workbook: its title is looked for by test_xlsx, in the description.
            return [] if own_format == "xlsx" else [block.title]
        case Roll():
            return [f"{block.label}：", *block.names]
        case Speech():
            return [f"{block.speaker}：", *block.text.split("\n")]
        case SignatureLines():
            return list(block.labels)
        case Attachments():
            return ["附件：", *block.names]
        case AttachmentHead():
            return [block.label, block.title]
        case Signature():
            return [block.issuer, long_date(block.signed_on)]
        case Picture():
            return [block.caption]
        case Space() | PageBreak():
            return []
    raise AssertionError(f"no words known for {type(block).__name__}")


@pytest.mark.parametrize("style", ["table", "official"])
def test_the_sample_holds_every_block_type(style: str) -> None:
    assert {type(block) for block in every_block(style=style).blocks} == set(BLOCK_TYPES)


@own_format
@pytest.mark.parametrize("block_type", BLOCK_TYPES, ids=lambda kind: kind.__name__)
def test_every_block_type_stands_alone_in_every_format(block_type: type, own_format: str) -> None:
    block = next(block for block in every_block().blocks if isinstance(block, block_type))
    for style in ("table", "official"):
        data = render(Document("单独一块", (block,), style=style), own_format)  # type: ignore[arg-type]
        text, _ = READERS[own_format](data)
        assert "单独一块" in text
        for words in words_of(block, "一、" if isinstance(block, Heading) else "", own_format):
            assert words in text


@own_format
@paper
def test_equal_papers_are_equal_bytes(paper: Callable[[], Document], own_format: str) -> None:
    assert render(paper(), own_format) == render(paper(), own_format)  # type: ignore[arg-type]


@own_format
def test_a_paper_without_any_content_still_prints(own_format: str) -> None:
    for document in (Document("", ()), Document("", (), style="official"), Document("空表", (Table((), ()),))):
        assert READERS[own_format](render(document, own_format))  # type: ignore[arg-type]


@own_format
def test_characters_that_break_files_are_left_out(own_format: str) -> None:
    nasty = "甲\x00\x0b\x1f\x7f\ud800\u202e\ufeff乙\ufffe丙"
    document = Document(
        nasty,
        (Paragraph(nasty), Facts(((nasty, nasty),)), Speech(nasty, nasty), Roll(nasty, (nasty,))),
        author=nasty,
        short_code=nasty,
        is_draft=True,
    )
    text, _ = READERS[own_format](render(document, own_format))  # type: ignore[arg-type]
    assert "甲乙丙" in text
    assert not set(text) & set("\x00\x0b\x1f\x7f\ud800\u202e\ufeff\ufffe")


@own_format
def test_a_picture_that_is_none_is_refused_in_words(own_format: str) -> None:
    gif = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00!\xf9\x04\x00\x00\x00\x00\x00,"
    gif += b"\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
    with pytest.raises(ValueError, match="图片只能是 PNG 或 JPEG"):
        render(Document("题", (Picture(gif, 40),)), own_format)  # type: ignore[arg-type]


@own_format
def test_a_draft_says_so_and_a_paper_does_not(own_format: str) -> None:
    document = every_block()
    assert "草稿" in READERS[own_format](render(document, own_format))[0]  # type: ignore[arg-type]
    approved = replace(document, is_draft=False)
    assert "草稿" not in READERS[own_format](render(approved, own_format))[0]  # type: ignore[arg-type]


def test_formats_are_the_four_of_the_contract() -> None:
    assert FORMATS == ("pdf", "xlsx", "docx", "html")
    with pytest.raises(UnknownFormat, match="没有这种格式"):
        render(Document("题", ()), "odt")  # type: ignore[arg-type]


@pytest.mark.parametrize("size", [(8000, 7000), (20000, 12000)])
@pytest.mark.parametrize("name", FORMATS)
def test_a_picture_that_would_unfold_to_gigabytes_is_refused_in_words(name: str, size: tuple[int, int]) -> None:
    file = BytesIO()
    Image.new("1", size).save(file, "PNG")
    with pytest.raises(ValueError, match=r"图片太大.*请缩小后再用"):
        render(Document("题", (Picture(file.getvalue(), 40),)), name)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", FORMATS)
def test_a_damaged_picture_is_refused_in_words(name: str) -> None:
    file = BytesIO()
    Image.new("RGB", (40, 40), "red").save(file, "PNG")
    with pytest.raises(ValueError, match="图片"):
        render(Document("题", (Picture(file.getvalue()[:60], 40),)), name)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", FORMATS)
def test_100_000_hostile_characters_in_a_cell_print_whole_or_say_where_they_end(name: str) -> None:
    big = "台账\u202e=1+1\x00<b>" * 12_500
    document = Document("长", (Table((TableColumn("甲"), TableColumn("乙")), ((big, "完"),)),))
    made = render(document, name)  # type: ignore[arg-type]
    if name == "pdf":
        assert made.rstrip().endswith(b"%%EOF")
        return
    text, rows = READERS[name](made)
    assert "\u202e" not in text
    assert "完" in text
    assert any("台账=1+1<b>" in str(cell) for row in rows for cell in row)
