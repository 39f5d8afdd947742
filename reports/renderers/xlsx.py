"""A Document as an Excel workbook that prints on A4 or A3 as it stands: real numbers and dates, live sums.

XlsxWriter, since it alone writes a formula together with its value (docs/decisions/0010-xlsx-of-papers.md).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, Final

import xlsxwriter

from reports.document import (
    AttachmentHead,
    Attachments,
    Chart,
    Document,
    Facts,
    Heading,
    Paragraph,
    Picture,
    Roll,
    Run,
    Signature,
    SignatureLines,
    Space,
    Speech,
    Table,
    long_date,
)
from reports.pictures import measured
from reports.renderers.chart_picture import png
from reports.renderers.chart_svg import in_words
from reports.renderers.package import repacked
from reports.renderers.style import (
    DRAFT_TEXT,
    MM,
    OFFICE_FONTS,
    OFFICIAL,
    PARTY_RED,
    PROPERTIES_DATE,
    TextStyle,
    margins,
)
from reports.renderers.xlsx_cells import Cells
from reports.renderers.xlsx_pages import leave_no_row_alone
from reports.renderers.xlsx_plan import Reference, Sheet, plan
from reports.renderers.xlsx_sheet import CENTRE, Canvas
from reports.renderers.xlsx_table import write_fact_sums, write_facts, write_table
from reports.text import character_width, printable

LONGEST_IN_FOOTER: Final = 60
SPREAD: Final = 0.9
"""Of a line's width; the rest is left to fonts broader than 宋体."""
NORMAL: Final = {"font_name": "Arial", "font_size": 10}
"""Of cells nobody wrote into. Columns are counted in its digits: in 宋体 these are 8 pixels wide in Excel and whatever
stands in for 宋体 elsewhere, and the sheet was printed an eighth to a fifth too small."""
PAPER_NUMBERS: Final = {"A4": 9, "A3": 8}


def render(document: Document) -> bytes:
    """The .xlsx file; equal documents give equal bytes."""
    file = BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
        # A copy: XlsxWriter 3.3 writes into it, and every workbook but the first of a process had another normal font.
        "default_format_properties": dict(NORMAL),
    }
    with xlsxwriter.Workbook(file, options) as book:
        _properties(book, document)
        cells = Cells(book)
        sheets = plan(document)
        for index, sheet in enumerate(sheets):
            _SheetWriter(document, cells, sheet, book.add_worksheet(sheet.name)).write(is_last=index == len(sheets) - 1)
    return repacked(file.getvalue())


def _properties(book: Any, document: Document) -> None:
    made_at = document.created_at or datetime(*PROPERTIES_DATE, tzinfo=UTC)
    plain = made_at.astimezone(UTC).replace(tzinfo=None) if made_at.tzinfo else made_at
    title = document.title or (document.head.mark if document.head else "")
    book.set_properties({"title": printable(title), "author": printable(document.author), "created": plain})


class _SheetWriter(Canvas):
    """Fills one worksheet from top to bottom; `row` is the next free row."""

    def __init__(self, document: Document, cells: Cells, plan_of: Sheet, sheet: Any) -> None:
        super().__init__(document, cells, plan_of, sheet)
        self.makers: dict[type, Callable[[Any], None]] = {
            Paragraph: self._paragraph,
            Facts: lambda block: write_facts(self, block),
            Table: lambda block: write_table(self, block),
            Chart: self._chart,
            Roll: lambda block: self.line(f"{block.label}：{'　'.join(block.names)}", "body"),
            Speech: lambda block: self.line(f"{block.speaker}：{block.text}", "body"),
            SignatureLines: self._signature_lines,
            Attachments: self._attachments,
            AttachmentHead: self._attachment_head,
            Signature: self._signature,
            Picture: self._picture,
            Space: lambda block: self.blank(self.style("body").leading * block.lines),
            Reference: lambda block: self.line(f"（见工作表“{block.sheet}”）", "note"),
        }

    def write(self, *, is_last: bool) -> None:
        """Everything on the sheet, then its print set-up."""
        if self.plan.is_opening:
            self._opening()
        elif self.plan.title:
            self.line(self.plan.title, "title", CENTRE)
        for block, prefix in self.plan.blocks:
            if isinstance(block, Heading):
                indent = "　　" if self.document.style == "official" else ""
                self.line(indent + prefix + block.text, f"heading_{block.level}")
            else:
                self.makers[type(block)](block)
        write_fact_sums(self)
        if self.plan.tables or is_last:
            self._foot_line()
        if is_last:
            self._imprint()
        leave_no_row_alone(self)
        self._page_setup()

    def _opening(self) -> None:
        head = self.document.head
        if head is not None:
            for line in (head.copy_number, head.secrecy, head.urgency):
                if line:
                    self.line(line, "bold")
            self.line(head.mark, self._mark_style(head.mark), CENTRE)
            if head.issue:
                self.line(head.issue, "body", CENTRE)
            red = {"bottom": 5, "bottom_color": PARTY_RED}
            day = long_date(head.issued_on) if head.issued_on else ""
            signer = f"签发人：{head.signer}" if head.signer else ""
            parts = [part for part in (head.number, signer, head.issuer, day) if part]
            self.line("　　".join(parts), "body", {**CENTRE, **red})
            self.blank(12)
        if self.document.title:
            self.line(self.document.title, "title", CENTRE)
        if self.document.subtitle:
            self.line(self.document.subtitle, "subtitle", CENTRE if self.document.style == "official" else None)
        if head is not None and head.addressee:
            self.line(f"{head.addressee}：", "body")

    def _mark_style(self, mark: str) -> TextStyle:
        """The mark in one line: smaller where the paper does not hold it."""
        style = OFFICIAL["mark"]
        return replace(style, size=min(style.size, int((self.width * MM - 8) / max(1.0, character_width(mark)))))

    def _paragraph(self, block: Paragraph) -> None:
        runs = (Run(block.text),) if isinstance(block.text, str) else block.text
        text = "".join(run.text for run in runs)
        align = {"justify": "left"}.get(block.align, block.align)
        self.line("　" * block.indent + text, "body", {"align": align})

    def _chart(self, block: Chart) -> None:
        self.image(png(block, self.width), self.width, in_words(block))

    def _picture(self, block: Picture) -> None:
        measured(block.data)
        self.image(block.data, min(block.width, self.width), block.caption or "图片")
        if block.caption:
            self.line(block.caption, "note", CENTRE)

    def _signature_lines(self, block: SignatureLines) -> None:
        count = max(1, block.per_line)
        for start in range(0, len(block.labels), count):
            labels = block.labels[start : start + count]
            self.line("　　　".join(f"{label}：______________" for label in labels), "body")
            self.tall(self.row - 1, 30)

    def _attachments(self, block: Attachments) -> None:
        for number, name in enumerate(block.names, 1):
            lead = "附件：" if number == 1 else "　　　"
            self.line(f"　　{lead}{f'{number}.' if len(block.names) > 1 else ''}{name}", "body")

    def _attachment_head(self, block: AttachmentHead) -> None:
        self.line(block.label, "bold")
        self.line(block.title, "title", CENTRE)

    def _signature(self, block: Signature) -> None:
        right = {"align": "right", "indent": 4 if block.is_sealed else 2}
        self.blank(24)
        self.line(block.issuer, "body", right)
        self.line(long_date(block.signed_on), "body", right)

    def _foot_line(self) -> None:
        line = self.document.foot_line
        if line is None or not line.pairs:
            return
        texts = [f"{label}：{value}" for label, value in line.pairs]
        style = self.style("table")
        room = self.width * MM / style.size
        count = len(texts) if sum(character_width(text) + 2 for text in texts) <= room else 3
        for start in range(0, len(texts), count):
            self.line(_spread(texts[start : start + count], count, room), "table")
            self.tall(self.row - 1, 18)

    def _imprint(self) -> None:
        found = self.document.imprint
        if found is None:
            return
        self.blank(12)
        if found.copies_to:
            self.line(f"　抄送：{'，'.join(found.copies_to)}。", "imprint", {"top": 2, "bottom": 1})
        if found.printed_by or found.printed_on:
            day = f"{long_date(found.printed_on)}印发" if found.printed_on else ""
            self.line(f"　{found.printed_by}　　{day}", "imprint", {"bottom": 2})

    def _page_setup(self) -> None:
        sheet, document = self.sheet, self.document
        edge = margins(document, self.plan.orientation)
        sheet.set_paper(PAPER_NUMBERS[document.page.size])
        if self.plan.orientation == "landscape":
            sheet.set_landscape()
        else:
            sheet.set_portrait()
        sheet.set_margins(*(length / 25.4 for length in (edge.left, edge.right, edge.top, edge.bottom)))
        sheet.center_horizontally()
        sheet.hide_gridlines(2)
        sheet.fit_to_pages(1, 0)
        sheet.print_area(0, 0, max(0, self.row - 1), self.last_column)
        if len(self.heads) == 1:
            sheet.repeat_rows(*self.heads[0])
            sheet.freeze_panes(self.heads[0][1] + 1, 0)
        song = OFFICE_FONTS["song"]
        if document.is_draft:
            sheet.set_header(f'&R&"{song},Bold"&16{DRAFT_TEXT}', {"margin": 0.25})
        if document.style == "official":
            sheet.set_footer(f'&C&"{song},Regular"&14— &P —', {"margin": 23 / 25.4})
        else:
            code = f"&R编码：{_in_footer(document.short_code)}" if document.short_code else ""
            sheet.set_footer(f'&C&"{song},Regular"&9第 &P 页　共 &N 页{code}', {"margin": 0.25})


def _spread(texts: list[str], count: int, room: float) -> str:
    """Texts of a line with `count` places, `room` em wide: even gaps to write in, or columns under those above."""
    if len(texts) == count:
        gap = (room * SPREAD - sum(map(character_width, texts))) / count
        return ("　" * max(2, int(gap))).join(texts)
    place = room * SPREAD / count
    return "".join(text + "　" * max(2, round(place - character_width(text))) for text in texts).rstrip("　")


def _in_footer(text: str) -> str:
    """& begins a code in headers and footers; doubled it is itself. A footer of Excel holds 255 characters in all."""
    return printable(text)[:LONGEST_IN_FOOTER].replace("&", "&&")
