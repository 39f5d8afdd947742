"""What each block of a Document becomes on paper: pieces for the flow, in the measures of the paper's style."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Final

from reportlab.lib.utils import ImageReader

from reports.document import (
    Align,
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
    long_date,
)
from reports.pictures import measured
from reports.renderers.pdf_chart import paint_chart
from reports.renderers.pdf_facts import place_facts
from reports.renderers.pdf_flow import Flow, Piece
from reports.renderers.pdf_lines import Line, Span, break_lines
from reports.renderers.pdf_paper import Paper
from reports.renderers.pdf_text import baseline, paint_line
from reports.renderers.style import (
    MM,
    OFFICIAL_CHARACTER,
    SEAL_BLANKS,
    SEAL_INDENT,
    SIGNATURE_BLANKS,
    SIGNATURE_INDENT,
    TextStyle,
    run_style,
    text_style,
)

NAME_GAP: Final = "\u3000"
"""Between names of a Roll."""
SIGNING_ROOM: Final = 11 * MM
"""Height of a line that is signed by hand."""
AIR: Final = 6.0
"""Points above tables, charts and pictures."""


class Setter:
    """Turns blocks into pieces for one document; `place(block, prefix)` puts one on the flow."""

    def __init__(self, document: Document, flow: Flow, paper: Paper) -> None:
        self.document = document
        self.flow = flow
        self.paper = paper
        self.is_official = document.style == "official"
        self.body = text_style(document, "body")
        # The grid of 28 characters is a trifle wider than the type itself.
        self.pitch = OFFICIAL_CHARACTER * MM - self.body.size if self.is_official else 0.0
        self.air = AIR
        self._ways: dict[type, Callable[..., None]] = {
            Paragraph: self._paragraph,
            Facts: self._facts,
            Chart: self._chart,
            Roll: self._roll,
            Speech: self._speech,
            SignatureLines: self._signature_lines,
            Attachments: self._attachments,
            AttachmentHead: self._attachment_head,
            Picture: self._picture,
            Space: self._space,
        }

    def place(self, block: object) -> None:
        """Put a block on the flow; Heading, Table, Signature and PageBreak are placed by pdf.py, which knows their neighbours."""
        self._ways[type(block)](block)

    def breathe(self) -> None:
        """A little room below tables and grids."""
        if 2 * self.air < self.flow.remaining:
            self.flow.add(Piece(self.air / 2, lambda _paper, _x, _y: None, is_loose=True))

    def span(self, text: str, style: TextStyle, *, is_whole: bool = False) -> Span:
        return Span(text, self.paper.face(style.role), is_whole, style.colour)

    def text(
        self,
        spans: Sequence[Span],
        style: TextStyle,
        *,
        first: float = 0.0,
        hang: float = 0.0,
        align: Align = "justify",
        keep_with_next: bool = False,
        gap: float = 0.0,
        bookmark: tuple[str, int] | None = None,
    ) -> None:
        """Set spans as one paragraph. `first` and `hang` in points; `bookmark` is a title and its level from 0."""
        pitch = self.pitch if style.size == self.body.size else 0.0
        width = self.flow.width
        lines = break_lines(spans, size=style.size, width=width, first=first, hang=hang, pitch=pitch)
        count = len(lines)
        if self.is_official and style.leading < self.body.leading:
            # Small type keeps its own pitch; the body's text after it returns to the line grid.
            self._small_text(lines, style, align, keep_with_next=keep_with_next, gap=gap)
            return
        for number, line in enumerate(lines):
            is_edge = number == 0 or number == count - 2
            keeps = keep_with_next or (not self.is_official and number < count - 1 and is_edge)
            paint = self._painter(line, style, align, width, pitch, bookmark if number == 0 else None)
            piece = Piece(style.leading, paint, keep_with_next=keeps, gap=gap if number == 0 else 0.0, is_text=True)
            self.flow.add(piece)

    def _small_text(
        self, lines: list[Line], style: TextStyle, align: Align, *, keep_with_next: bool, gap: float
    ) -> None:
        width = self.flow.width
        most = max(1, int((self.flow.top - self.flow.bottom) / style.leading))
        for first in range(0, len(lines), most):
            part = lines[first : first + most]

            def paint(paper: Paper, x: float, y: float, part: list[Line] = part) -> None:
                for number, line in enumerate(part):
                    base = baseline(y - number * style.leading, size=style.size, leading=style.leading)
                    paint_line(paper, line, x=x, y=base, size=style.size, width=width, align=align)

            height = len(part) * style.leading
            above = gap if first == 0 else 0.0
            self.flow.add(Piece(height, paint, keep_with_next=keep_with_next, gap=above, is_loose=True))

    def _painter(
        self,
        line: Line,
        style: TextStyle,
        align: Align,
        width: float,
        pitch: float,
        bookmark: tuple[str, int] | None,
    ) -> Callable[[Paper, float, float], None]:
        def paint(paper: Paper, x: float, y: float) -> None:
            base = baseline(y, size=style.size, leading=style.leading)
            paint_line(paper, line, x=x, y=base, size=style.size, width=width, align=align, pitch=pitch)
            if bookmark:
                paper.bookmark(bookmark[0], level=bookmark[1], top=y)

        return paint

    def heading(self, block: Heading, prefix: str) -> None:
        """A heading, kept with what follows and named in the PDF's outline."""
        style = text_style(self.document, f"heading_{block.level}")
        indent = 2 * (self.body.size + self.pitch) if self.is_official else 0.0
        text = prefix + block.text
        self.text(
            (self.span(text, style),),
            style,
            first=indent,
            keep_with_next=True,
            gap=0.0 if self.is_official else AIR,
            bookmark=(text, block.level - 1),
        )

    def _paragraph(self, block: Paragraph) -> None:
        runs = (Run(block.text),) if isinstance(block.text, str) else block.text
        spans = [self.span(run.text, run_style(self.document, run.role)) for run in runs]
        indent = block.indent * (self.body.size + self.pitch) if block.align in ("justify", "left") else 0.0
        self.text(spans, self.body, first=indent, align=block.align, keep_with_next=block.keep_with_next)

    def _width(self, text: str, style: TextStyle) -> float:
        face = self.paper.face(style.role)
        wide = sum(1 for character in text if face.advances[character] >= 900)
        return face.width(text, style.size) + wide * self.pitch

    def _roll(self, block: Roll) -> None:
        """A bold label and names that wrap under the first one; no name is divided over two lines."""
        spans = []
        for number, name in enumerate(block.names):
            if number:
                spans.append(self.span(NAME_GAP, self.body))
            spans.append(self.span(name, self.body, is_whole=True))
        indent = 2 * (self.body.size + self.pitch) if self.is_official else 0.0
        bold = text_style(self.document, "bold")
        label = f"{block.label}："
        hang = indent + self._width(label, bold)
        # Ragged at the right: names keep even gaps.
        self.text([self.span(label, bold, is_whole=True), *spans], self.body, first=indent, hang=hang, align="left")

    def _speech(self, block: Speech) -> None:
        """The speaker in bold before his words; each of his paragraphs is indented by two characters."""
        indent = 2 * (self.body.size + self.pitch)
        first, *others = block.text.replace("\r\n", "\n").split("\n")
        bold = text_style(self.document, "bold")
        self.text([self.span(f"{block.speaker}：", bold), self.span(first, self.body)], self.body, first=indent)
        for part in others:
            self.text([self.span(part, self.body)], self.body, first=indent)

    def _signature_lines(self, block: SignatureLines) -> None:
        per_line = max(1, block.per_line)
        width = self.flow.width / per_line
        height = max(self.body.leading, SIGNING_ROOM)
        rows = [block.labels[at : at + per_line] for at in range(0, len(block.labels), per_line)]
        painters = [self._signing_painter(labels, width, height) for labels in rows]
        if painters:
            gaps = [self.air, *[0.0] * (len(painters) - 1)]
            self.flow.add_in_company([Piece(height, paint, gap=gap) for paint, gap in zip(painters, gaps, strict=True)])

    def _signing_painter(
        self, labels: tuple[str, ...], width: float, height: float
    ) -> Callable[[Paper, float, float], None]:
        style = self.body

        def paint(paper: Paper, x: float, y: float) -> None:
            base = y - height + 4
            for number, label in enumerate(labels):
                text = f"{label}："
                left = x + number * width
                paper.text(left, base, text, role=style.role, size=style.size)
                start = left + paper.face(style.role).width(text, style.size)
                end = left + width - 6 * MM
                if end > start:
                    paper.rule(start, base - 2, end, base - 2, width=0.6)

        return paint

    def _attachments(self, block: Attachments) -> None:
        """附件说明 one blank line below the body, with 署名 on one page; further names stand under the first one."""
        if not block.names:
            return
        self.flow.flush()
        if not self.flow.is_empty:
            blank = Piece(self.body.leading, lambda _paper, _x, _y: None, keep_with_next=True, is_blank=True)
            self.flow.add(blank)
        character = self.body.size + self.pitch
        label = "附件："
        indent = 2 * character
        at = indent + self._width(label, self.body)
        is_single = len(block.names) == 1
        for number, name in enumerate(block.names, 1):
            figure = "" if is_single else f"{number}."
            hang = at + self._width(figure, self.body)
            text = figure + name
            start = [self.span(label, self.body, is_whole=True)] if number == 1 else []
            first = indent if number == 1 else at
            self.text([*start, self.span(text, self.body)], self.body, first=first, hang=hang, keep_with_next=True)

    def _attachment_head(self, block: AttachmentHead) -> None:
        bold, title = text_style(self.document, "bold"), text_style(self.document, "title")
        mark = (f"{block.label}　{block.title}", 0)
        self.text((self.span(block.label, bold),), self.body, align="left", keep_with_next=True, bookmark=mark)
        self.flow.add(Piece(self.body.leading, lambda _paper, _x, _y: None, keep_with_next=True))
        self.text((self.span(block.title, title),), title, align="center", keep_with_next=True)
        self.flow.add(Piece(self.body.leading, lambda _paper, _x, _y: None, keep_with_next=True))

    def signature(self, block: Signature, *, below: float) -> None:
        """署名 and date, with room for the seal above them, and `below` for what belongs under the date.

        One blank line less where all stands on the page then (GB/T 9704-2012 §7.3.5.5), else they move with their text.
        """
        character = self.body.size + self.pitch
        date = long_date(block.signed_on)
        issuer_width, date_width = self._width(block.issuer, self.body), self._width(date, self.body)
        width = self.flow.width
        if block.is_sealed:
            date_at = width - SEAL_INDENT * character - date_width
            issuer_at = min(date_at + (date_width - issuer_width) / 2, width - character - issuer_width)
        else:
            issuer_at = width - SIGNATURE_INDENT * character - issuer_width
            date_at = issuer_at + 2 * character
            if date_at + date_width > width:
                date_at = width - SIGNATURE_INDENT * character - date_width
                issuer_at = date_at - 2 * character
        issuer_at = max(issuer_at, 0.0)
        style, leading = self.body, self.body.leading
        blanks = SEAL_BLANKS if self.is_official and block.is_sealed else SIGNATURE_BLANKS
        blank = blanks * leading
        if blanks > 1 and not self.flow.fits(blank + 2 * leading + below):
            blank -= leading if self.flow.fits(blank + leading + below) else 0.0

        def paint(paper: Paper, x: float, y: float) -> None:
            for at, text, row in ((issuer_at, block.issuer, 0), (date_at, date, 1)):
                base = baseline(y - blank - row * leading, size=style.size, leading=leading)
                line = break_lines(
                    (self.span(text, style, is_whole=True),), size=style.size, width=1e6, pitch=self.pitch
                )
                paint_line(paper, line[0], x=x + at, y=base, size=style.size, width=1e6, align="left", pitch=self.pitch)

        self.flow.add_in_company([Piece(blank + 2 * leading, paint)], below=below)

    def _facts(self, block: Facts) -> None:
        place_facts(self.flow, self.paper, block, gap=self.air)
        self.breathe()

    def _chart(self, block: Chart) -> None:
        width = self.flow.width

        def paint(paper: Paper, x: float, y: float) -> None:
            paint_chart(paper, block, x, y, width)

        height = min(block.height * MM, self.flow.top - self.flow.bottom)
        self.flow.add(Piece(height, paint, gap=self.air, is_loose=True))

    def _picture(self, block: Picture) -> None:
        _kind, across, down = measured(block.data)
        note = text_style(self.document, "note")
        width = min(block.width * MM, self.flow.width)
        room = self.flow.top - self.flow.bottom - 2 * note.leading
        height = width * down / across
        if height > room:
            width, height = width * room / height, room
        reader = ImageReader(io.BytesIO(block.data))
        left = (self.flow.width - width) / 2

        def paint(paper: Paper, x: float, y: float) -> None:
            paper.drawImage(reader, x + left, y - height, width, height, mask="auto")

        self.flow.add(Piece(height, paint, keep_with_next=bool(block.caption), gap=self.air, is_loose=True))
        if block.caption:
            self.text((self.span(block.caption, note),), note, align="center")

    def _space(self, block: Space) -> None:
        self.flow.flush()
        height = block.lines * self.body.leading
        if not self.flow.is_empty and height <= self.flow.remaining:
            self.flow.add(Piece(height, lambda _paper, _x, _y: None, is_blank=True))
