"""A Document as HTML: a fragment for the preview in a page, or a whole page that needs nothing beside it.

The fragment holds classes only, no style attribute and no script, so it stands under a strict Content-Security-Policy;
`stylesheet()` is served as a file or inside a <style> with a nonce. Widths of columns are attributes of <col>.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import Any, Final

from reports.document import (
    AttachmentHead,
    Attachments,
    Block,
    Cell,
    Chart,
    Document,
    Facts,
    FootLine,
    Heading,
    Imprint,
    OfficialHead,
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
from reports.pictures import measured
from reports.renderers.chart_svg import svg
from reports.renderers.column_widths import fitted
from reports.renderers.html_style import LONGEST_MARK, stylesheet
from reports.renderers.style import DRAFT_TEXT, MM, SIGNATURE_INDENT, text_style, text_width
from reports.text import printable

__all__ = ["render", "render_fragment", "stylesheet"]

Opens = Callable[[Cell], str]
"""Of a cell that names a figure: the address of the rows it was counted from; '' for none."""
CELL_EDGES: Final = 8.0
"""Points of a column that its text cannot have."""
PIXELS = 96 / 25.4
"""CSS pixels in a millimetre."""


def render(document: Document) -> bytes:
    """The paper as one UTF-8 page that reads and prints by itself."""
    title = _text(document.title or (document.head.mark if document.head else ""))
    return (
        '<!doctype html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>\n{stylesheet()}</style>\n</head>\n"
        f'<body class="paper-desk">\n{render_fragment(document)}</body>\n</html>\n'
    ).encode()


def render_fragment(document: Document, opens: Opens | None = None) -> str:
    """The paper as one <article class="paper"> whose sheets begin at each page break; `opens` makes figures doors."""
    parts = [f'<article class="paper paper-{document.style}" lang="zh-CN">\n']
    for index, (orientation, blocks) in enumerate(_sheets(document)):
        parts.append(f'<section class="sheet sheet-{document.page.size.lower()}-{orientation}">\n')
        if index == 0:
            parts.append(_opening(document))
        look = _Look(text_width(document, orientation), text_style(document, "table").size, opens)
        parts += [_block(block, prefix, look) for block, prefix in blocks]
        parts.append("</section>\n")
    closing = _closing(document)
    if closing:
        parts.insert(-1, closing)
    parts.append("</article>\n")
    return "".join(parts)


def _sheets(document: Document) -> list[tuple[str, list[tuple[Block, str]]]]:
    sheets: list[tuple[str, list[tuple[Block, str]]]] = [(document.page.orientation, [])]
    for block, prefix in numbered(document):
        if isinstance(block, PageBreak):
            sheets.append((block.orientation or sheets[-1][0], []))
        else:
            sheets[-1][1].append((block, prefix))
    return sheets


def _text(text: str) -> str:
    """Escaped, without control characters, line ends as <br>."""
    return escape(printable(text)).replace("\n", "<br>")


def _opening(document: Document) -> str:
    parts = []
    if document.is_draft:
        parts.append(f'<p class="draft">{DRAFT_TEXT}</p>\n')
    if document.head:
        parts.append(_head(document.head))
    if document.title:
        parts.append(f'<h1 class="title">{_text(document.title)}</h1>\n')
    if document.subtitle:
        parts.append(f'<p class="subtitle">{_text(document.subtitle)}</p>\n')
    if document.head and document.head.addressee:
        parts.append(f'<p class="addressee">{_text(document.head.addressee)}：</p>\n')
    return "".join(parts)


def _head(head: OfficialHead) -> str:
    form = {"文件": "document", "函": "letter", "纪要": "note"}[head.form]
    corner = "".join(f"<p>{_text(line)}</p>" for line in (head.copy_number, head.secrecy, head.urgency) if line)
    parts = [f'<header class="head head-{form}">\n']
    if corner:
        parts.append(f'<div class="corner">{corner}</div>\n')
    size = f" mark-{len(head.mark)}" if 12 <= len(head.mark) <= LONGEST_MARK else ""
    parts.append(f'<p class="mark{size}">{_text(head.mark)}</p>\n')
    if head.issue:
        parts.append(f'<p class="issue">{_text(head.issue)}</p>\n')
    signer = f"签发人：{_text(head.signer)}" if head.signer else ""
    if head.number:
        split = " split" if signer else ""
        inner = f"<span>{_text(head.number)}</span>" + (f"<span>{signer}</span>" if signer else "")
        parts.append(f'<p class="number{split}">{inner}</p>\n')
    if head.issuer or head.issued_on:
        day = long_date(head.issued_on) if head.issued_on else ""
        parts.append(f'<p class="issuer"><span>{_text(head.issuer)}</span><span>{day}</span></p>\n')
    parts.append("</header>\n")
    return "".join(parts)


def _closing(document: Document) -> str:
    parts = []
    if document.imprint:
        parts.append(_imprint(document.imprint, is_letter=bool(document.head and document.head.form == "函")))
    if document.foot_line:
        parts.append(_foot_line(document.foot_line))
    if document.short_code and document.style == "table":
        parts.append(f'<p class="code">编码：{_text(document.short_code)}</p>\n')
    return "".join(parts)


def _imprint(imprint: Imprint, *, is_letter: bool) -> str:
    parts = []
    if imprint.copies_to:
        parts.append(f'<p class="copies">抄送：{"，".join(_text(name) for name in imprint.copies_to)}。</p>')
    if not is_letter and (imprint.printed_by or imprint.printed_on):
        day = f"{long_date(imprint.printed_on)}印发" if imprint.printed_on else ""
        parts.append(f'<p class="printed"><span>{_text(imprint.printed_by)}</span><span>{day}</span></p>')
    plain = " unruled" if is_letter else ""
    return f'<footer class="imprint{plain}">{"".join(parts)}</footer>\n' if parts else ""


def _foot_line(line: FootLine) -> str:
    pairs = "".join(f"<span>{_text(label)}：{_text(value)}</span>" for label, value in line.pairs)
    return f'<footer class="foot-line">{pairs}</footer>\n'


@dataclass(frozen=True, slots=True)
class _Look:
    """Width of the text in millimetres, type size of tables in points, and what figures open."""

    width: float
    size: float
    opens: Opens | None


def _block(block: Block, prefix: str, look: _Look) -> str:
    if isinstance(block, Heading):
        tag = f"h{block.level + 1}"
        return f'<{tag} class="level-{block.level}">{prefix}{_text(block.text)}</{tag}>\n'
    if isinstance(block, Chart):
        return f'<figure class="chart">{svg(block, look.width)}</figure>\n'
    if isinstance(block, Picture):
        return _picture(block, look.width)
    if isinstance(block, Table):
        return _table(block, look)
    return _PIECES[type(block)](block)


def _paragraph(block: Paragraph) -> str:
    kept = " kept" if block.keep_with_next else ""
    classes = f"text indent-{max(0, min(4, block.indent))} to-{block.align}{kept}"
    if isinstance(block.text, str):
        return f'<p class="{classes}">{_text(block.text)}</p>\n'
    runs = (
        _text(run.text) if run.role == "body" else f'<span class="run-{run.role}">{_text(run.text)}</span>'
        for run in block.text
    )
    return f'<p class="{classes}">{"".join(runs)}</p>\n'


def _facts(block: Facts) -> str:
    if not block.pairs:
        return ""
    rows = []
    for start in range(0, len(block.pairs), block.columns):
        pairs = block.pairs[start : start + block.columns]
        cells = [f'<th scope="row">{_text(label)}</th><td>{_text(show(value))}</td>' for label, value in pairs]
        if len(pairs) < block.columns:
            span = 1 + 2 * (block.columns - len(pairs))
            cells[-1] = cells[-1].replace("<td>", f'<td colspan="{span}">', 1)
        rows.append(f"<tr>{''.join(cells)}</tr>\n")
    share = 100 / block.columns
    columns = f'<col width="{share * 0.28:.2f}%"><col width="{share * 0.72:.2f}%">' * block.columns
    return f'<table class="facts"><colgroup>{columns}</colgroup><tbody>\n{"".join(rows)}</tbody></table>\n'


def _table(table: Table, look: _Look) -> str:
    opens, room = look.opens, look.width * MM
    widths = fitted(table, room=room, size=look.size, padding=CELL_EDGES).widths if table.columns else []
    columns = "".join(f'<col width="{width / room * 100:.3f}%">' for width in widths)
    caption = f"<caption>{_text(table.caption)}</caption>\n" if table.caption else ""
    height = f' height="{round(table.row_height * PIXELS)}"' if table.row_height else ""
    rows = [f"<tr>{''.join(_cells(table.columns, row, height, opens))}</tr>\n" for row in table.rows]
    if not rows:
        rows = [f'<tr><td class="empty" colspan="{len(table.columns) or 1}">{_text(table.empty_text)}</td></tr>\n']
    foot = ""
    if table.totals is not None:
        # A <tfoot> would be repeated on every printed page; the totals are the last row of the body.
        foot = f'<tr class="totals">{"".join(_cells(table.columns, table.totals, height, opens))}</tr>\n'
    note = f'<p class="note">{_text(table.note)}</p>\n' if table.note else ""
    return (
        f'<div class="table-frame"><table class="grid">{caption}<colgroup>{columns}</colgroup>\n'
        f"<thead>{_table_head(table.columns)}</thead>\n<tbody>\n{''.join(rows)}{foot}</tbody></table></div>\n{note}"
    )


def _table_head(columns: Sequence[TableColumn]) -> str:
    if not any(column.group for column in columns):
        return f"<tr>{''.join(_head_cell(column) for column in columns)}</tr>"
    upper, lower = [], []
    for group, found in groupby(columns, key=lambda column: column.group):
        members = list(found)
        if group:
            upper.append(f'<th scope="colgroup" colspan="{len(members)}">{_text(group)}</th>')
            lower += [_head_cell(column) for column in members]
        else:
            upper += [_head_cell(column, ' rowspan="2"') for column in members]
    return f"<tr>{''.join(upper)}</tr>\n<tr>{''.join(lower)}</tr>"


def _head_cell(column: TableColumn, span: str = "") -> str:
    return f'<th scope="col"{span}>{_text(column.label)}</th>'


def _cells(columns: Sequence[TableColumn], row: Sequence[Value], height: str, opens: Opens | None) -> Iterable[str]:
    for column, value in zip(columns, row, strict=True):
        side = "" if column.alignment == "right" else f' class="to-{column.alignment}"'  # figures are most of a paper
        shown = _text(show(value, column.kind, column.places))
        url = opens(value) if opens and isinstance(value, Cell) and value.figure else ""
        door = f'<a href="{escape(url)}">{shown}</a>' if url else shown
        yield f"<td{side}{height}>{door}</td>"


def _roll(block: Roll) -> str:
    names = "".join(f"<span>{_text(name)}</span>" for name in block.names)
    return f'<dl class="roll"><dt>{_text(block.label)}：</dt><dd>{names}</dd></dl>\n'


def _speech(block: Speech) -> str:
    said = _text(block.text).replace("<br>", '</p>\n<p class="speech">')
    return f'<p class="speech"><b>{_text(block.speaker)}：</b>{said}</p>\n'


def _signature_lines(block: SignatureLines) -> str:
    labels = "".join(f"<span>{_text(label)}：<i></i></span>" for label in block.labels)
    return f'<div class="sign sign-{max(1, min(4, block.per_line))}">{labels}</div>\n'


def _space(block: Space) -> str:
    return f'<div class="space space-{max(1, min(8, round(block.lines)))}"></div>\n'


def _attachments(block: Attachments) -> str:
    if not block.names:
        return ""
    if len(block.names) == 1:
        return f'<dl class="attachments"><dt>附件：</dt><dd>{_text(block.names[0])}</dd></dl>\n'
    names = "".join(f"<dd>{number}.{_text(name)}</dd>" for number, name in enumerate(block.names, 1))
    return f'<dl class="attachments"><dt>附件：</dt>{names}</dl>\n'


def _attachment_head(block: AttachmentHead) -> str:
    label = f'<p class="text indent-0 to-left kept"><span class="run-hei">{block.label}</span></p>'
    return f'{label}\n<h2 class="title">{_text(block.title)}</h2>\n'


def _signature(block: Signature) -> str:
    indent = "sealed" if block.is_sealed else f"unsealed-{SIGNATURE_INDENT}"
    return f'<div class="signature {indent}"><p>{_text(block.issuer)}</p><p>{long_date(block.signed_on)}</p></div>\n'


def _picture(block: Picture, width: float) -> str:
    kind, across, down = measured(block.data)
    shown = min(block.width, width)
    size = f'width="{round(shown * PIXELS)}" height="{round(shown * PIXELS * down / across)}"'
    data = base64.b64encode(block.data).decode("ascii")
    caption = f"<figcaption>{_text(block.caption)}</figcaption>" if block.caption else ""
    name = escape(printable(block.caption) or "图片")
    image_tag = f'<img src="data:image/{kind.lower()};base64,{data}" {size} alt="{name}">'
    return f'<figure class="picture">{image_tag}{caption}</figure>\n'


_PIECES: Final[dict[type, Callable[[Any], str]]] = {
    Paragraph: _paragraph,
    Facts: _facts,
    Roll: _roll,
    Speech: _speech,
    SignatureLines: _signature_lines,
    Attachments: _attachments,
    AttachmentHead: _attachment_head,
    Signature: _signature,
    Space: _space,
}
