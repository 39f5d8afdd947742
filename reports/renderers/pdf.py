"""A Document as PDF: official papers by GB/T 9704-2012, tables as offices print them; equal content, equal bytes."""

from __future__ import annotations

import math
from dataclasses import dataclass

from reports.document import Align, Document, FootLine, Heading, PageBreak, Paragraph, Signature, Table, numbered
from reports.renderers.pdf_blocks import Setter
from reports.renderers.pdf_draft import paint_draft
from reports.renderers.pdf_flow import Flow, Piece
from reports.renderers.pdf_lines import break_lines
from reports.renderers.pdf_official import paint_page_number, place_head, place_imprint
from reports.renderers.pdf_paper import Face, Paper
from reports.renderers.pdf_table import place_table
from reports.renderers.pdf_text import baseline
from reports.renderers.style import MM, TABLE, text_style

FOOT_FROM_BOTTOM = 9 * MM
"""Baseline of 第×页 共×页 above the paper's edge."""
FOOT_LINE_ROOM = 9 * MM
FOOT_LINE_SIZES = (9.0, 8.5, 8.0)
HAND_ROOM = 5
"""Characters left free after a label of the foot line that has no value."""
TITLE_AIR = 3.0
"""Points below the title of a table that has no subtitle."""


def render(document: Document) -> bytes:
    """The paper as PDF.

    Characters that no font has print as 〓 (`reports.fonts.unprintable` names them). Raises ValueError for a picture
    that is neither PNG nor JPEG and reports.fonts.truetype.FontIsUnusable if the font folder is gone.
    """
    title = document.title or (document.head.mark if document.head else "")
    paper = Paper(title=title, author=document.author, created_at=document.created_at)
    flow = Flow(document)
    setter = Setter(document, flow, paper)
    if document.head:
        place_head(flow, paper, document.head)
    _place_title(setter)
    foot = _foot_rows(setter, document.foot_line) if document.foot_line else []
    _place_blocks(setter, foot_room=len(foot) * FOOT_LINE_ROOM)
    _place_foot_line(setter, foot)
    place_imprint(flow, paper, document)
    flow.drop_empty_end()
    _paint(flow, paper)
    return paper.finish()


def _place_title(setter: Setter) -> None:
    document = setter.document
    if document.title:
        style = text_style(document, "title")
        for part in balanced_title(document.title, setter):
            setter.text((setter.span(part, style),), style, align="center", keep_with_next=True)
    if document.subtitle:
        style = text_style(document, "subtitle")
        align: Align = "center" if setter.is_official else "left"
        setter.text((setter.span(document.subtitle, style),), style, align=align, keep_with_next=True)
    if document.title and (setter.is_official or not document.subtitle):
        height = setter.body.leading if setter.is_official else TITLE_AIR
        setter.flow.add(Piece(height, lambda _paper, _x, _y: None, keep_with_next=True))
    if document.head and document.head.addressee:
        setter.text((setter.span(f"{document.head.addressee}：", setter.body),), setter.body, keep_with_next=True)


def balanced_title(title: str, setter: Setter) -> list[str]:
    """A title too long for one line as lines of nearly equal length, the first the longest (a trapezoid).

    Line breaks that the writer put into the title are kept.
    """
    style = text_style(setter.document, "title")
    face = setter.paper.face(style.role)
    parts: list[str] = []
    for piece in title.split("\n"):
        room = setter.flow.width - (2 * style.size if setter.is_official else 0.0)
        rows = break_lines((setter.span(piece, style),), size=style.size, width=room)
        if len(rows) > 1:
            share = face.width(piece, style.size) / len(rows) + style.size
            even = break_lines((setter.span(piece, style),), size=style.size, width=min(share, room))
            rows = even if len(even) == len(rows) else rows
        if len(rows) == 2 and (at := _break_by_sense(piece)):
            halves = [piece[:at], piece[at:]]
            if all(face.width(half, style.size) <= room for half in halves):
                parts += halves
                continue
        lines = ["".join(character for character, _span in row.characters) for row in rows]
        parts += _figures_kept_whole(lines, face, size=style.size, room=room)
    return parts


def _figures_kept_whole(lines: list[str], face: Face, *, size: float, room: float) -> list[str]:
    """A figure at the end of a line goes to the next one, before the word it counts: 3件, not 3 / 件."""
    for number in range(len(lines) - 1):
        head = lines[number].rstrip("0123456789")
        moved = lines[number][len(head) :] + lines[number + 1]
        if head and face.width(moved, size) <= room:
            lines[number], lines[number + 1] = head, moved
    return lines


SENSE_ENDS = "年月日的和与、"
"""A title may well break after these: 清溪街道2026年10月 / 网格化社会治理工作月报."""


def _break_by_sense(title: str) -> int:
    """Where a title in two lines breaks by sense, near its middle; 0 where there is no such place."""
    middle = len(title) / 2
    places = [at for at in range(1, len(title)) if title[at - 1] in SENSE_ENDS and abs(at - middle) <= len(title) / 4]
    return min(places, key=lambda at: abs(at - middle), default=0)


def _place_blocks(setter: Setter, *, foot_room: float) -> None:
    flow = setter.flow
    blocks = list(numbered(setter.document))
    for number, (block, prefix) in enumerate(blocks):
        is_last = number == len(blocks) - 1
        if isinstance(block, Heading):
            setter.heading(block, prefix)
        elif isinstance(block, PageBreak):
            flow.turn(block.orientation)
        elif isinstance(block, Table):
            _place_table(setter, block, foot_room=foot_room if is_last else 0.0)
        elif isinstance(block, Signature):
            # 附注 (the contact of a letter) below the date must not stand alone on a page.
            has_note = not is_last and isinstance(blocks[number + 1][0], Paragraph)
            setter.signature(block, below=setter.body.leading if has_note else 0.0)
        else:
            setter.place(block)
    flow.flush()


def _place_table(setter: Setter, table: Table, *, foot_room: float) -> None:
    if not table.columns:
        return
    document, flow = setter.document, setter.flow
    if table.caption:
        style = text_style(document, "caption")
        setter.text((setter.span(table.caption, style),), style, align="center", keep_with_next=True, gap=setter.air)
    note = text_style(document, "note")
    note_lines = 0
    spans = (setter.span(table.note, note),)
    if table.note:
        note_lines = len(break_lines(spans, size=note.size, width=flow.width))
    tail = (2 + note_lines * note.leading if note_lines else 0.0) + foot_room
    place_table(flow, setter.paper, table, tail=tail, gap=0.0 if table.caption else setter.air)
    if table.note:
        setter.text(spans, note, gap=2)
    elif not foot_room:
        setter.breathe()


@dataclass(frozen=True, slots=True)
class _FootRow:
    """Texts of one row of the foot line with their widths in points, and the type size."""

    texts: tuple[tuple[str, float], ...]
    size: float


def _foot_rows(setter: Setter, foot_line: FootLine) -> list[_FootRow]:
    """填报单位（盖章） 填表人 … on one row, in smaller type if need be, else on two or more rows of equal count."""
    face = setter.paper.face(TABLE["table"].role)
    room = setter.flow.width
    pairs = foot_line.pairs
    for count in range(1, len(pairs) + 1):
        per_row = math.ceil(len(pairs) / count)
        for size in FOOT_LINE_SIZES:
            texts = [_foot_text(face, label, value, size) for label, value in pairs]
            rows = [tuple(texts[at : at + per_row]) for at in range(0, len(texts), per_row)]
            if all(sum(width for _text, width in row) + size * (len(row) - 1) <= room for row in rows):
                return [_FootRow(row, size) for row in rows]
    return [_FootRow((_foot_text(face, *pair, FOOT_LINE_SIZES[-1]),), FOOT_LINE_SIZES[-1]) for pair in pairs]


def _foot_text(face: Face, label: str, value: str, size: float) -> tuple[str, float]:
    """The text and its width; an empty value keeps room to write by hand."""
    text = f"{label}：{value}"
    return text, face.width(text, size) + (0.0 if value else HAND_ROOM * size)


def _place_foot_line(setter: Setter, rows: list[_FootRow]) -> None:
    """The foot line below the last block: one row spread over the width, several rows in columns."""
    role = TABLE["table"].role
    columns = max((len(row.texts) for row in rows), default=1)
    pieces = []
    for row in rows:
        spare = (setter.flow.width - sum(width for _text, width in row.texts)) / max(columns - 1, 1)
        step = setter.flow.width / columns if len(rows) > 1 else 0.0

        def paint(
            paper: Paper, x: float, y: float, row: _FootRow = row, spare: float = spare, step: float = step
        ) -> None:
            base = baseline(y, size=row.size, leading=FOOT_LINE_ROOM)
            for text, width in row.texts:
                paper.text(x, base, text, role=role, size=row.size)
                x += step or width + spare

        pieces.append(Piece(FOOT_LINE_ROOM, paint, is_loose=True))
    if pieces:
        setter.flow.add_in_company(pieces)


def _paint(flow: Flow, paper: Paper) -> None:
    document = flow.document
    is_letter = bool(document.head and document.head.form == "函")
    count = len(flow.sheets)
    for number, sheet in enumerate(flow.sheets, 1):
        paper.setPageSize((sheet.width, sheet.height))
        if document.is_draft:
            paint_draft(paper, sheet.width, sheet.height)
        for piece, x, y in sheet.placed:
            piece.paint(paper, x, y)
        if document.style == "table":
            _paint_foot(flow, paper, number=number, count=count, width=sheet.width)
        elif not (is_letter and number == 1):
            paint_page_number(paper, sheet, number=number)
        paper.showPage()


def _paint_foot(flow: Flow, paper: Paper, *, number: int, count: int, width: float) -> None:
    style = TABLE["page_number"]
    face = paper.face(style.role)
    text = f"第{number}页　共{count}页"
    place = (width - face.width(text, style.size)) / 2
    paper.text(place, FOOT_FROM_BOTTOM, text, role=style.role, size=style.size, colour=style.colour)
    if flow.document.short_code:
        code = f"编码：{flow.document.short_code}"
        place = width - flow.margins.right * MM - face.width(code, 7.5)
        paper.text(place, FOOT_FROM_BOTTOM, code, role=style.role, size=7.5, colour=style.colour)
