"""What stands around the body of a Word paper: red heads, imprint, headers and footers with page numbers."""

from __future__ import annotations

from math import ceil
from typing import Final

from reports.document import Document, Imprint, OfficialHead, long_date
from reports.renderers.docx_template import LINE_PITCH, OFFICIAL_SIZE, exact, font, size
from reports.renderers.docx_xml import field, paragraph, run, twips
from reports.renderers.style import (
    DRAFT_TEXT,
    IMPRINT_RULE_INNER,
    IMPRINT_RULE_OUTER,
    LETTER_RULE_WIDTH,
    MARK_FROM_BODY_TOP,
    MM,
    OFFICIAL,
    OFFICIAL_MARGINS,
    PAGE_NUMBER_BELOW_BODY,
    PARTY_RED,
    RED_LINE_BELOW_NUMBER,
    margins,
    paper_size,
)
from reports.text import character_width

RED: Final = PARTY_RED[1:]
BODY_WIDTH: Final = 156.0
"""Millimetres of 版心."""
NUMBER_LENGTH: Final = 60.0
NUMBER_WIDTH: Final = 8.0
"""Millimetres of the box that holds the page number of a page turned across."""
EMU: Final = 36_000
"""To a millimetre."""
_PITCH: Final = LINE_PITCH / 20


def _red_line(side: str, kind: str, eighths: int, gap: float) -> str:
    return f'<w:pBdr><w:{side} w:val="{kind}" w:sz="{eighths}" w:space="{round(gap * MM)}" w:color="{RED}"/></w:pBdr>'


def _mark(text: str, properties: str, before: float = 0) -> str:
    """The mark in one line: smaller than 40 pt where 版心 does not hold it."""
    style = OFFICIAL["mark"]
    points = min(style.size, BODY_WIDTH * MM / max(1, len(text)))
    points = int(points * 2) / 2
    inside = f'{properties}{exact(style.leading, before=before)}<w:jc w:val="center"/>'
    return paragraph(run(text, size(points)), "Mark", inside)


def opening(document: Document) -> str:
    """Everything above the first block: mark, number, red line, title, subtitle, addressee."""
    head = document.head
    pieces = []
    if head is not None and head.form == "函":
        pieces.append(_letter_number(head))
    elif head is not None:
        pieces.append(_corner(head) + _document_head(head, lines_below=1 if document.title else 2))
    if document.title:
        pieces.append(paragraph(run(document.title), "Title"))
    if document.subtitle:
        pieces.append(paragraph(run(document.subtitle), "Subtitle"))
    if head is not None and head.addressee:
        pieces.append(paragraph(run(f"{head.addressee}："), "", '<w:jc w:val="left"/>'))
    return "".join(pieces)


def _corner(head: OfficialHead) -> str:
    """份号, 密级, 紧急程度 at the upper left, one line each (§7.2.1–7.2.3)."""
    lines = [line for line in (head.copy_number, head.secrecy, head.urgency) if line]
    return "".join(paragraph(run(line, font("hei"))) for line in lines)


def _document_head(head: OfficialHead, *, lines_below: int) -> str:
    """文件 and 纪要; so many free lines below the red one."""
    taken = sum(bool(line) for line in (head.copy_number, head.secrecy, head.urgency)) * _PITCH
    # The type's own box stands lower than its line by half of what the line is higher than the type.
    rise = (OFFICIAL["mark"].leading - OFFICIAL["mark"].size) / 2
    pieces = [_mark(head.mark, "", before=max(0.0, MARK_FROM_BODY_TOP * MM - taken - rise))]
    if head.issue:
        pieces.append(paragraph(run(head.issue), "", '<w:jc w:val="center"/>'))
    rule = _red_line("bottom", "single", 12, RED_LINE_BELOW_NUMBER)
    ends = f'<w:tabs><w:tab w:val="right" w:pos="{twips(BODY_WIDTH) - round(OFFICIAL_SIZE * 20)}"/></w:tabs>'
    inset = '<w:ind w:leftChars="100" w:left="320" w:rightChars="100" w:right="320"/><w:jc w:val="left"/>'
    lead = f'<w:spacing w:before="{2 * LINE_PITCH}"/>'
    has_issuer = bool(head.issuer or head.issued_on)
    if head.number:
        below = "" if has_issuer else rule
        if head.signer:
            text = run(f"{head.number}\t签发人：") + run(head.signer, font("kai"))
            pieces.append(paragraph(text, "", f"{below}{ends}{lead}{inset}"))
        else:
            pieces.append(paragraph(run(head.number), "", f'{below}{lead}<w:jc w:val="center"/>'))
    if has_issuer:
        day = long_date(head.issued_on) if head.issued_on else ""
        lead = "" if head.number else f'<w:spacing w:before="{LINE_PITCH}"/>'
        # The rule is as wide as its paragraph, so the paragraph is not indented and the text is set in by a space.
        text = run(f"　{head.issuer}\t{day}")
        pieces.append(paragraph(text, "", f'{rule}{ends}{lead}<w:jc w:val="left"/>'))
    pieces += [paragraph("", "", exact(_PITCH))] * lines_below
    return "".join(pieces)


def _letter_number(head: OfficialHead) -> str:
    """份号 and so on at the left, 发文字号 flush right under the first double line (§10.1)."""
    return _corner(head) + paragraph(run(head.number), "", '<w:jc w:val="right"/>')


def letter_header(head: OfficialHead) -> str:
    """The letter's mark 30 mm below the page's edge and the double line 4 mm below it, thick above thin.

    OOXML names a border from the inside out: thinThick above a paragraph is thin next to it and thick at the top.
    """
    over = twips((LETTER_RULE_WIDTH - BODY_WIDTH) / 2)
    rule = paragraph(
        "",
        "",
        f'<w:pBdr><w:top w:val="thinThickSmallGap" w:sz="18" w:space="1" w:color="{RED}"/></w:pBdr>'
        f'{exact(4, before=4 * MM)}<w:ind w:left="-{over}" w:right="-{over}"/>',
    )
    return _mark(head.mark, "") + rule


def letter_footer() -> str:
    """The second double line 20 mm above the page's lower edge, thin above thick; the first page has no number."""
    over = twips((LETTER_RULE_WIDTH - BODY_WIDTH) / 2)
    border = f'<w:pBdr><w:top w:val="thickThinSmallGap" w:sz="18" w:space="1" w:color="{RED}"/></w:pBdr>'
    return paragraph("", "", f'{border}{exact(4)}<w:ind w:left="-{over}" w:right="-{over}"/>')


def draft_mark() -> str:
    """草稿 in a box at the right of the header, on every page until the paper is approved."""
    box = '<w:b/><w:spacing w:val="60"/>' + size(16) + '<w:bdr w:val="single" w:sz="8" w:space="4" w:color="000000"/>'
    return paragraph(run(f" {DRAFT_TEXT} ", box), "Header", '<w:jc w:val="right"/>')


def official_footer(*, is_right: bool) -> str:
    """— 1 — with one character free at the outer side: odd pages right, even pages left (§7.5)."""
    side = "right" if is_right else "left"
    indent = f'<w:ind w:{side}Chars="100" w:{side}="280"/><w:jc w:val="{side}"/>'
    return paragraph(run("— ") + field("PAGE") + run(" —"), "Footer", indent)


def turned_footer(document: Document, *, is_right: bool) -> str:
    """— 1 — of a page turned across: where it stands when the sheet is bound upright, so at the left edge and on its side.

    A box with vertical text, fixed to the page; odd pages at its lower end, even ones at its upper.
    """
    edge = margins(document, "landscape")
    bottom = paper_size(document.page, "landscape")[1] - edge.bottom
    free = OFFICIAL_SIZE / MM
    top = bottom - free - NUMBER_LENGTH if is_right else edge.top + free
    left = edge.left - PAGE_NUMBER_BELOW_BODY - NUMBER_WIDTH / 2
    side = "right" if is_right else "left"
    number = paragraph(run("— ") + field("PAGE") + run(" —"), "Footer", f'<w:jc w:val="{side}"/>')
    return paragraph(_box(number, left=left, top=top, width=NUMBER_WIDTH, height=NUMBER_LENGTH), "Footer")


def _box(inside: str, *, left: float, top: float, width: float, height: float) -> str:
    """A box without frame at its place on the page, in millimetres; its text runs from the top to the bottom.

    Word before 2010 knows no such box and leaves it out.
    """
    across, down = round(width * EMU), round(height * EMU)
    return (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="1" '
        'behindDoc="0" locked="1" layoutInCell="1" allowOverlap="1"><wp:simplePos x="0" y="0"/>'
        f'<wp:positionH relativeFrom="page"><wp:posOffset>{round(left * EMU)}</wp:posOffset></wp:positionH>'
        f'<wp:positionV relativeFrom="page"><wp:posOffset>{round(top * EMU)}</wp:posOffset></wp:positionV>'
        f'<wp:extent cx="{across}" cy="{down}"/><wp:wrapNone/><wp:docPr id="1" name="页码"/><wp:cNvGraphicFramePr/>'
        '<a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp>'
        f'<wps:cNvSpPr txBox="1"/><wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{across}" cy="{down}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/><a:ln><a:noFill/></a:ln></wps:spPr>'
        f"<wps:txbx><w:txbxContent>{inside}</w:txbxContent></wps:txbx>"
        '<wps:bodyPr vert="vert" lIns="0" tIns="0" rIns="0" bIns="0" anchor="ctr"/></wps:wsp></a:graphicData></a:graphic>'
        "</wp:anchor></w:drawing></mc:Choice></mc:AlternateContent></w:r>"
    )


def table_footer(document: Document) -> str:
    """第 1 页 共 9 页 in the middle, behind it the short code of a ledger."""
    number = run("第") + field("PAGE") + run("页　共") + field("NUMPAGES") + run("页")
    code = run(f"　　编码：{document.short_code}") if document.short_code else ""
    return paragraph(number + code, "Footer", '<w:jc w:val="center"/>')


def imprint(found: Imprint, *, is_letter: bool, page_height: float) -> str:
    """版记 at the foot of the last page: outer rules 0.35 mm, the one between 0.25 mm; a letter's has none (§10.1).

    Framed paragraphs, not a floating table: LibreOffice before 7.6 leaves such a table where it stands in the text.
    A rule is as wide as its paragraph, so paragraphs are not indented and a space sets their text in.
    """
    texts = []
    if found.copies_to:
        texts.append((f"　抄送：{'，'.join(found.copies_to)}。", '<w:ind w:left="1120" w:hanging="1120"/>'))
    if not is_letter and (found.printed_by or found.printed_on):
        day = f"{long_date(found.printed_on)}印发" if found.printed_on else ""
        texts.append((f"　{found.printed_by}\t{day}", ""))
    stop = f'<w:tabs><w:tab w:val="right" w:pos="{twips(BODY_WIDTH) - 280}"/></w:tabs>'
    heights = [_imprint_lines(text) * OFFICIAL["imprint"].leading + 3 for text, _ in texts]
    lines = []
    for index, (text, indent) in enumerate(texts):
        from_foot = sum(heights[index:])
        top = _rule("top", IMPRINT_RULE_OUTER if index == 0 else IMPRINT_RULE_INNER)
        bottom = _rule("bottom", IMPRINT_RULE_OUTER) if index == len(texts) - 1 else ""
        borders = "" if is_letter else f"<w:pBdr>{top}{bottom}</w:pBdr>"
        # Each line has a frame of its own: LibreOffice drops the rules of paragraphs that share one.
        frame = (
            f'<w:framePr w:w="{twips(BODY_WIDTH)}" w:h="{round(heights[index] * 20)}" w:hRule="exact" '
            f'w:wrap="around" w:vAnchor="page" w:hAnchor="margin" w:x="1" '
            f'w:y="{twips(page_height - OFFICIAL_MARGINS.bottom) - round(from_foot * 20)}"/>'
        )
        line = f'{frame}{borders}{stop}{exact(OFFICIAL["imprint"].leading)}{indent}<w:jc w:val="left"/>'
        lines.append(paragraph(run(text), "Imprint", line))
    return "".join(lines)


def _imprint_lines(text: str) -> int:
    """Lines that 抄送 takes: each but the first begins four characters from the edge, behind 抄送：."""
    across = BODY_WIDTH * MM / OFFICIAL["imprint"].size - 1
    return max(1, ceil((character_width(text) - 4) / (across - 4)))


def _rule(side: str, millimetres: float) -> str:
    return f'<w:{side} w:val="single" w:sz="{round(millimetres * MM * 8)}" w:space="1" w:color="000000"/>'
