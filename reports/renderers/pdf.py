"""A Document as PDF: official papers by GB/T 9704-2012, tables as offices print them; equal content, equal bytes."""

from __future__ import annotations

from reports.document import Align, Document, FootLine, Heading, PageBreak, Table, numbered
from reports.renderers.pdf_blocks import Setter
from reports.renderers.pdf_flow import Flow, Piece
from reports.renderers.pdf_official import paint_page_number, place_head, place_imprint
from reports.renderers.pdf_paper import Paper
from reports.renderers.pdf_table import place_table
from reports.renderers.pdf_text import baseline, break_lines
from reports.renderers.style import DRAFT_TEXT, MM, TABLE, text_style

FOOT_FROM_BOTTOM = 9 * MM
"""Baseline of 第×页 共×页 above the paper's edge."""
FOOT_LINE_ROOM = 9 * MM
TITLE_AIR = 3.0
"""Points below the title of a table that has no subtitle."""
DRAFT_GREY = "0.93"
DRAFT_SHARE = 0.3
"""Size of one character of 草稿 as a share of the shorter side."""


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
    _place_blocks(setter)
    if document.foot_line:
        _place_foot_line(setter, document.foot_line)
    place_imprint(flow, paper, document)
    flow.flush()
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
        parts += ["".join(character for character, _span in row.characters) for row in rows]
    return parts


def _place_blocks(setter: Setter) -> None:
    document, flow = setter.document, setter.flow
    blocks = list(numbered(document))
    for number, (block, prefix) in enumerate(blocks):
        is_last = number == len(blocks) - 1
        if isinstance(block, Heading):
            setter.heading(block, prefix)
        elif isinstance(block, PageBreak):
            flow.turn(block.orientation)
        elif isinstance(block, Table):
            _place_table(setter, block, has_foot=is_last and document.foot_line is not None)
        else:
            setter.place(block)
    flow.flush()


def _place_table(setter: Setter, table: Table, *, has_foot: bool) -> None:
    document, flow = setter.document, setter.flow
    if table.caption:
        style = text_style(document, "caption")
        setter.text((setter.span(table.caption, style),), style, align="center", keep_with_next=True, gap=setter.air)
    note = text_style(document, "note")
    note_lines = 0
    spans = (setter.span(table.note, note),)
    if table.note:
        note_lines = len(break_lines(spans, size=note.size, width=flow.width))
    tail = flow.snapped(2 + note_lines * note.leading if note_lines else 0.0) + (FOOT_LINE_ROOM if has_foot else 0.0)
    place_table(flow, setter.paper, table, tail=tail, gap=0.0 if table.caption else setter.air)
    if table.note:
        setter.text(spans, note, gap=2)
    elif not has_foot:
        setter.breathe()


def _place_foot_line(setter: Setter, foot_line: FootLine) -> None:
    """填报单位（盖章） 填表人 …, spread over the width below the last block; on more lines where one is too short."""
    style = TABLE["table"]
    face = setter.paper.face(style.role)
    blank = 5 * style.size
    texts = [f"{label}：{value}" for label, value in foot_line.pairs]
    widths = [
        face.width(text, style.size) + (0.0 if value else blank)
        for text, (_label, value) in zip(texts, foot_line.pairs, strict=True)
    ]
    rows: list[list[int]] = [[]]
    used = 0.0
    for at, width in enumerate(widths):
        if rows[-1] and used + width + style.size > setter.flow.width:
            rows.append([])
            used = 0.0
        rows[-1].append(at)
        used += width + style.size
    for number, row in enumerate(rows):
        spare = (setter.flow.width - sum(widths[at] for at in row)) / max(len(row) - 1, 1)

        def paint(paper: Paper, x: float, y: float, row: list[int] = row, spare: float = spare) -> None:
            base = baseline(y, size=style.size, leading=FOOT_LINE_ROOM)
            for at in row:
                paper.text(x, base, texts[at], role=style.role, size=style.size)
                x += widths[at] + (spare if len(row) > 1 else 0.0)

        setter.flow.add(Piece(FOOT_LINE_ROOM, paint, keep_with_next=number < len(rows) - 1))


def _paint(flow: Flow, paper: Paper) -> None:
    document = flow.document
    is_letter = bool(document.head and document.head.form == "函")
    count = len(flow.sheets)
    for number, sheet in enumerate(flow.sheets, 1):
        paper.setPageSize((sheet.width, sheet.height))
        if document.is_draft:
            _paint_draft(paper, sheet.width, sheet.height)
        for piece, x, y in sheet.placed:
            piece.paint(paper, x, y)
        if document.style == "table":
            _paint_foot(flow, paper, number=number, count=count, width=sheet.width)
        elif not (is_letter and number == 1):
            paint_page_number(paper, flow, number=number, sheet_width=sheet.width)
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


def _paint_draft(paper: Paper, width: float, height: float) -> None:
    """草稿 across the page as bare outlines in pale grey: text would be found and copied with the paper's own words."""
    font = paper.face("hei").main.font
    size = min(width, height) * DRAFT_SHARE
    paper.write(f"q {DRAFT_GREY} g")
    for number, character in enumerate(DRAFT_TEXT):
        x = width / 2 + (number - len(DRAFT_TEXT) / 2) * size * 1.05
        y = height / 2 - size * 0.38
        paper.write(_outline_path(font.outline(font.glyphs.get(ord(character), 0)), x, y, size / font.units))
    paper.write("f Q")


def _outline_path(contours: list[list[tuple[float, float, bool]]], x: float, y: float, scale: float) -> str:
    """TrueType contours (quadratic) as a PDF path (cubic): each control point moves to a third from the ends."""
    operators: list[str] = []
    for contour in contours:
        points = _with_implied_points(contour)
        px, py = points[0][0], points[0][1]
        operators.append(f"{x + px * scale:.1f} {y + py * scale:.1f} m")
        at = 1
        closed = [*points[1:], points[0]]
        while at <= len(closed):
            nx, ny, is_on = closed[at - 1]
            if is_on:
                operators.append(f"{x + nx * scale:.1f} {y + ny * scale:.1f} l")
                at += 1
            else:
                ex, ey, _on = closed[at]
                curve = (
                    px + 2 * (nx - px) / 3,
                    py + 2 * (ny - py) / 3,
                    ex + 2 * (nx - ex) / 3,
                    ey + 2 * (ny - ey) / 3,
                    ex,
                    ey,
                )
                shown = " ".join(
                    f"{(y if number % 2 else x) + value * scale:.1f}" for number, value in enumerate(curve)
                )
                operators.append(f"{shown} c")
                nx, ny = ex, ey
                at += 2
            px, py = nx, ny
        operators.append("h")
    return " ".join(operators)


def _with_implied_points(contour: list[tuple[float, float, bool]]) -> list[tuple[float, float, bool]]:
    """Between two control points TrueType means a point on the curve half-way; the list begins on the curve."""
    points: list[tuple[float, float, bool]] = []
    for number, point in enumerate(contour):
        before = contour[number - 1]
        if not point[2] and not before[2]:
            points.append(((point[0] + before[0]) / 2, (point[1] + before[1]) / 2, True))
        points.append(point)
    start = next(number for number, point in enumerate(points) if point[2])
    return points[start:] + points[:start]
