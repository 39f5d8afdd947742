"""What makes a paper official: 版头, 版记 and page numbers by GB/T 9704-2012 (§7.2, 7.4, 7.5, 10.1, 10.3).

Lengths are points unless the name ends in millimetres of style.py; y counts from the lower edge of the page.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from reports.document import Document, OfficialHead, long_date
from reports.renderers.pdf_flow import Flow, Piece, Sheet
from reports.renderers.pdf_lines import Span, break_lines
from reports.renderers.pdf_paper import Paper
from reports.renderers.pdf_text import baseline, paint_line
from reports.renderers.style import (
    IMPRINT_RULE_INNER,
    IMPRINT_RULE_OUTER,
    LETTER_MARK_FROM_PAGE_TOP,
    LETTER_RULE_FROM_BOTTOM,
    LETTER_RULE_WIDTH,
    MARK_FROM_BODY_TOP,
    MM,
    OFFICIAL,
    OFFICIAL_CHARACTER,
    OFFICIAL_MARGINS,
    PAGE_NUMBER_BELOW_BODY,
    PARTY_RED,
    RED_LINE_BELOW_NUMBER,
    SIZE_NAMES,
)

BODY: Final = OFFICIAL["body"]
CHARACTER: Final = OFFICIAL_CHARACTER * MM
RED_LINE: Final = 1.4
LETTER_LINES: Final = (2.4, 0.8)
"""Thickness of the red double lines, in points: thick and thin."""
LETTER_LINE_GAP: Final = 1.4
LETTER_NUMBER_GAP: Final = SIZE_NAMES["三号"] * 7 / 8
"""From the upper double line of a letter to the type below it (§10.1)."""
Text = Callable[..., None]


def _fitting_size(paper: Paper, text: str, most: float, width: float) -> float:
    natural = paper.face("title").width(text, 1.0) or 1.0
    return min(most, width / natural)


def _corner_notes(head: OfficialHead) -> list[str]:
    """份号, 密级, 紧急程度: top left, each on its line, in this order."""
    return [note for note in (head.copy_number, head.secrecy, head.urgency) if note]


def _paint_notes(paper: Paper, notes: list[str], x: float, top: float) -> None:
    for number, note in enumerate(notes):
        y = baseline(top - number * BODY.leading, size=BODY.size, leading=BODY.leading)
        paper.text(x, y, note, role="hei", size=BODY.size)


def place_head(flow: Flow, paper: Paper, head: OfficialHead) -> None:
    """Put the head on the first page and leave the flow below it, two blank lines before the title."""
    if head.form == "函":
        _letter_head(flow, paper, head)
    else:
        _paper_head(flow, paper, head)


def _paper_head(flow: Flow, paper: Paper, head: OfficialHead) -> None:
    """文件 and 纪要: mark 35 mm below the body's top, number or issue two lines below, red line 4 mm under it."""
    width = flow.width
    size = _fitting_size(paper, head.mark, OFFICIAL["mark"].size, width - 4)
    mark_top = MARK_FROM_BODY_TOP * MM
    second = mark_top + size + (2 * BODY.leading if head.form == "文件" else 0.8 * BODY.leading)
    lines: list[tuple[str, str]] = []
    if head.form == "文件":
        signer = f"签发人：{head.signer}" if head.signer else ""
        lines.append((head.number, signer))
    else:
        lines += [(line, "") for line in (head.issue, head.number) if line]
        issued = long_date(head.issued_on) if head.issued_on else ""
        lines += [(head.issuer, issued)] if head.issuer or issued else []
    red = second + len(lines) * BODY.leading + RED_LINE_BELOW_NUMBER * MM
    height = flow.snapped(red + RED_LINE) + 2 * BODY.leading

    def paint(paper: Paper, x: float, y: float) -> None:
        _paint_notes(paper, _corner_notes(head), x, y)
        place = x + (width - paper.face("title").width(head.mark, size)) / 2
        paper.text(place, y - mark_top - 0.88 * size, head.mark, role="title", size=size, colour=PARTY_RED)
        for number, (left, right) in enumerate(lines):
            base = baseline(y - second - number * BODY.leading, size=BODY.size, leading=BODY.leading)
            _head_line(paper, left, right, x, base, width)
        paper.rule(x, y - red, x + width, y - red, width=RED_LINE, colour=PARTY_RED)

    flow.add(Piece(height, paint))


def _head_line(paper: Paper, left: str, right: str, x: float, y: float, width: float) -> None:
    """A line of the head: alone it stands in the middle, with a right part one character from either edge."""
    size = BODY.size
    if not right:
        paper.text(x + (width - paper.face(BODY.role).width(left, size)) / 2, y, left, role=BODY.role, size=size)
        return
    paper.text(x + CHARACTER, y, left, role=BODY.role, size=size)
    label, colon, name = right.partition("：")
    if not colon:
        end = x + width - CHARACTER - paper.face(BODY.role).width(right, size)
        paper.text(end, y, right, role=BODY.role, size=size)
        return
    name_at = x + width - CHARACTER - paper.face("kai").width(name, size)
    paper.text(name_at, y, name, role="kai", size=size)
    paper.text(name_at - paper.face(BODY.role).width(label + colon, size), y, label + colon, role=BODY.role, size=size)


def _double_line(paper: Paper, sheet_width: float, y: float, *, is_thick_above: bool) -> None:
    """Two red lines, 170 mm wide, in the middle of the page; y is the upper edge."""
    half = LETTER_RULE_WIDTH * MM / 2
    first, second = LETTER_LINES if is_thick_above else LETTER_LINES[::-1]
    for width, level in ((first, y - first / 2), (second, y - first - LETTER_LINE_GAP - second / 2)):
        paper.rule(sheet_width / 2 - half, level, sheet_width / 2 + half, level, width=width, colour=PARTY_RED)


def _letter_head(flow: Flow, paper: Paper, head: OfficialHead) -> None:
    """函 (§10.1): mark 30 mm from the page's edge, double line 4 mm below, number at the right below the line."""
    sheet_width, sheet_height = flow.sheet.width, flow.sheet.height
    size = _fitting_size(paper, head.mark, OFFICIAL["mark"].size, LETTER_RULE_WIDTH * MM)
    mark_top = sheet_height - LETTER_MARK_FROM_PAGE_TOP * MM
    line = mark_top - size - 4 * MM
    thick = sum(LETTER_LINES) + LETTER_LINE_GAP
    # The type itself, not its line box, stands 7/8 of 三号 below the line.
    below = line - thick - LETTER_NUMBER_GAP + (BODY.leading - BODY.size) / 2
    notes = _corner_notes(head)
    used = flow.y - below + (max(len(notes), 1) + 2) * BODY.leading
    # Two free lines above the title, to the nearest line of the grid.
    height = round(used / BODY.leading) * BODY.leading

    def paint(paper: Paper, x: float, _y: float) -> None:
        place = (sheet_width - paper.face("title").width(head.mark, size)) / 2
        paper.text(place, mark_top - 0.88 * size, head.mark, role="title", size=size, colour=PARTY_RED)
        _double_line(paper, sheet_width, line, is_thick_above=True)
        _double_line(paper, sheet_width, LETTER_RULE_FROM_BOTTOM * MM + thick, is_thick_above=False)
        _paint_notes(paper, notes, x, below)
        right = x + flow.width - paper.face(BODY.role).width(head.number, BODY.size)
        base = baseline(below, size=BODY.size, leading=BODY.leading)
        paper.text(right, base, head.number, role=BODY.role, size=BODY.size)

    flow.add(Piece(height, paint))


def place_imprint(flow: Flow, paper: Paper, document: Document) -> None:
    """版记 at the foot of the last page: rules over the whole width, the last one on the lower edge of 版心."""
    imprint = document.imprint
    if imprint is None:
        return
    flow.flush()
    style = OFFICIAL["imprint"]
    face = paper.face(style.role)
    is_letter = bool(document.head and document.head.form == "函")
    indent = style.size
    width = flow.width - 2 * indent
    label = "抄送："
    lines = []
    if imprint.copies_to:
        text = label + "，".join(imprint.copies_to) + "。"
        hang = face.width(label, style.size)
        lines = break_lines((Span(text, face),), size=style.size, width=width, hang=hang)
    printed = (imprint.printed_by, f"{long_date(imprint.printed_on)}印发" if imprint.printed_on else "")
    has_printed = any(printed) and not is_letter
    copies_height = len(lines) * style.leading + 6 if lines else 0.0
    printed_height = style.leading + 6 if has_printed else 0.0
    height = copies_height + printed_height
    if not height:
        return
    if height + 2 > flow.remaining:
        flow.open_page()
    bottom = flow.bottom

    def paint(paper: Paper, x: float, _y: float) -> None:
        right = x + flow.width
        top = bottom + height
        if not is_letter:
            for level in (top, bottom):
                paper.rule(x, level, right, level, width=IMPRINT_RULE_OUTER * MM)
            if lines and has_printed:
                middle = bottom + printed_height
                paper.rule(x, middle, right, middle, width=IMPRINT_RULE_INNER * MM)
        for number, line in enumerate(lines):
            y = baseline(top - 3 - number * style.leading, size=style.size, leading=style.leading)
            paint_line(paper, line, x=x + indent, y=y, size=style.size, width=width)
        if has_printed:
            y = baseline(bottom + printed_height - 3, size=style.size, leading=style.leading)
            paper.text(x + indent, y, printed[0], role=style.role, size=style.size)
            end = right - indent - face.width(printed[1], style.size)
            paper.text(end, y, printed[1], role=style.role, size=style.size)

    flow.sheet.placed.append((Piece(0.0, paint), flow.left, bottom + height))
    flow.y = bottom


def paint_page_number(paper: Paper, sheet: Sheet, *, number: int) -> None:
    """— 1 —: 7 mm below 版心, one character from the outer edge, odd pages right and even ones left (§7.5).

    A page turned across has it where the upright pages have it, so that it stands in one place in the bound paper.
    """
    style = OFFICIAL["page_number"]
    text = f"— {number} —"
    width = paper.face(style.role).width(text, style.size)
    is_across = sheet.width > sheet.height
    upright = OFFICIAL_MARGINS
    page_width = min(sheet.width, sheet.height)
    left = upright.left * MM + style.size
    right = page_width - upright.right * MM - style.size - width
    x = right if number % 2 else left
    # The 一字线 stands at about 0.36 of the size above the baseline.
    y = upright.bottom * MM - PAGE_NUMBER_BELOW_BODY * MM - 0.36 * style.size
    if not is_across:
        paper.text(x, y, text, role=style.role, size=style.size)
        return
    # The upright sheet's lower edge is the left edge of the page as it is read, its right edge the lower one.
    paper.write(f"q 0 -1 1 0 {y:.2f} {page_width - x:.2f} cm")
    paper.text(0, 0, text, role=style.role, size=style.size)
    paper.write("Q")
