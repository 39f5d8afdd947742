"""Every block of a paper as WordprocessingML."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any, Final

from reports.document import (
    AttachmentHead,
    Attachments,
    Document,
    Facts,
    Heading,
    Paragraph,
    Roll,
    Run,
    Signature,
    SignatureLines,
    Space,
    Speech,
    Table,
    TableColumn,
    Value,
    long_date,
    show,
)
from reports.renderers.column_widths import fitted
from reports.renderers.docx_template import HEADING_STYLES, LINE_PITCH, exact, font, size
from reports.renderers.docx_xml import GAP, JUSTIFY, cell, paragraph, row, run, shares, table, twips
from reports.renderers.style import (
    CELL_PADDING,
    HEAD_TINT,
    MM,
    SEAL_BLANKS,
    SEAL_INDENT,
    SIGNATURE_BLANKS,
    SIGNATURE_INDENT,
    text_style,
)
from reports.text import character_width

SHADE: Final = f'<w:shd w:val="clear" w:color="auto" w:fill="{HEAD_TINT[1:]}"/>'
MIDDLE: Final = '<w:vAlign w:val="center"/>'
FREE: Final = '<w:keepNext w:val="0"/>'
"""A label in the style of table heads that need not stay with what follows."""
KEEP: Final = "<w:keepNext/>"
ROWS_TOGETHER: Final = 3
"""The last rows of a table stay on one page, with the foot line below them."""
CELL_EDGES: Final = 2 * CELL_PADDING * MM + 1.0
"""Points of a column that its text cannot have."""
LABEL_SHARE: Final = 0.28
"""Of a pair in Facts, so much is the label's."""
SIGNING_LINE: Final = 30.0
"""Points from one line to sign on to the next."""


class Pieces:
    """Turns blocks into XML for one document; `width` is the text's width in millimetres on the page in hand."""

    def __init__(self, document: Document, width: float) -> None:
        self.document = document
        self.is_official = document.style == "official"
        self.width = twips(width)
        self.makers: dict[type, Callable[[Any], str]] = {
            Paragraph: self._paragraph,
            Facts: self._facts,
            Table: self._table,
            Roll: self._roll,
            Speech: self._speech,
            SignatureLines: self._signature_lines,
            Attachments: self._attachments,
            AttachmentHead: self._attachment_head,
            Signature: self.signature,
            Space: self._space,
        }

    def heading(self, block: Heading, prefix: str) -> str:
        """A heading in Word's own heading style, its number as text: 公文 numbers are never automatic."""
        return paragraph(run(prefix + block.text), HEADING_STYLES[block.level])

    def other(self, block: object) -> str:
        """Any block but headings, charts, pictures and page breaks."""
        return self.makers[type(block)](block)

    def before_signature(self, block: Paragraph | Attachments) -> str:
        """Text that the signature follows: where the signature moves to a new page, it moves along (§7.3.5.5)."""
        if isinstance(block, Attachments):
            return self._attachments(block, is_kept=True)
        return self._paragraph(replace(block, keep_with_next=True))

    def indent(self, characters: float, *, hanging: float = 0, first: float = 0, right: float = 0) -> str:
        """w:ind in characters of the body; both units are given, since Word obeys one and LibreOffice the other."""
        one = text_style(self.document, "body").size * 20
        parts = [f'w:leftChars="{round(characters * 100)}" w:left="{round(characters * one)}"']
        if right:
            parts.append(f'w:rightChars="{round(right * 100)}" w:right="{round(right * one)}"')
        if hanging:
            parts.append(f'w:hangingChars="{round(hanging * 100)}" w:hanging="{round(hanging * one)}"')
        if first:
            parts.append(f'w:firstLineChars="{round(first * 100)}" w:firstLine="{round(first * one)}"')
        return f"<w:ind {' '.join(parts)}/>"

    def _paragraph(self, block: Paragraph) -> str:
        runs = (Run(block.text),) if isinstance(block.text, str) else block.text
        kept = KEEP if block.keep_with_next else ""
        first = self.indent(0, first=block.indent) if block.indent else ""
        inside = "".join(run(piece.text, self._role(piece.role)) for piece in runs)
        return paragraph(inside, "", f'{kept}{first}<w:jc w:val="{JUSTIFY[block.align]}"/>')

    def _role(self, role: str) -> str:
        if role == "body":
            return ""
        if role == "bold":
            return font("hei") if self.is_official else "<w:b/>"
        return font("hei") if role == "hei" else font("kai")

    def _facts(self, block: Facts) -> str:
        if not block.pairs:
            return ""
        weights = [LABEL_SHARE, 1 - LABEL_SHARE] * block.columns
        widths = shares(weights, self.width)
        rows = []
        for start in range(0, len(block.pairs), block.columns):
            pairs = block.pairs[start : start + block.columns]
            cells = []
            for index, (label, value) in enumerate(pairs):
                is_last = index == len(pairs) - 1
                span = 1 + 2 * (block.columns - len(pairs)) if is_last else 1
                cells.append(cell(paragraph(run(label), "TableHead", FREE), widths[2 * index], SHADE + MIDDLE))
                wide = sum(widths[2 * index + 1 : 2 * index + 1 + span])
                spanned = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
                text = paragraph(run(show(value)), "TableText", '<w:jc w:val="left"/>')
                cells.append(cell(text, wide, spanned + MIDDLE))
            rows.append(row("".join(cells)))
        return table("".join(rows), widths, "Ledger") + self._after_table()

    def _after_table(self, *, is_kept: bool = False) -> str:
        return paragraph("", "", (KEEP if is_kept else "") + exact(6))

    def _table(self, block: Table) -> str:
        style = text_style(self.document, "table")
        found = fitted(block, room=self.width / 20, size=style.size, padding=CELL_EDGES)
        widths = shares(found.widths, self.width)
        small = size(found.size) if found.size < style.size else ""
        height = twips(block.row_height) if block.row_height else 0
        is_above_foot = bool(self.document.foot_line) and block is self.document.blocks[-1]
        lines = [(values, small) for values in block.rows]
        if block.totals is not None:
            lines.append((block.totals, "<w:b/>" + small))
        rows = [
            self._row(
                block.columns, values, widths, height, properties,
                is_kept=len(lines) - ROWS_TOGETHER <= at < len(lines) - (0 if is_above_foot else 1),
            )
            for at, (values, properties) in enumerate(lines)
        ]  # fmt: skip
        if not block.rows:
            rows.insert(0, self._empty_row(block, widths))
        caption = paragraph(run(block.caption), "Caption") if block.caption else ""
        note = paragraph(run(block.note), "Note", KEEP if is_above_foot else "") if block.note else ""
        made = table(_head_rows(block.columns, widths, small) + "".join(rows), widths, "Ledger")
        return caption + made + (note or self._after_table(is_kept=is_above_foot))

    def _empty_row(self, block: Table, widths: Sequence[int]) -> str:
        inside = exact(15, before=6, after=6) + '<w:jc w:val="center"/>'
        said = paragraph(run(block.empty_text), "TableText", inside)
        return row(cell(said, sum(widths), f'<w:gridSpan w:val="{len(widths)}"/>'))

    def _row(
        self,
        columns: Sequence[TableColumn],
        values: Sequence[Value],
        widths: Sequence[int],
        height: int,
        properties: str,
        *,
        is_kept: bool,
    ) -> str:
        kept = KEEP if is_kept else ""
        cells = [
            cell(
                paragraph(
                    run(show(value, column.kind, column.places), properties),
                    "TableText",
                    f'{kept}<w:jc w:val="{JUSTIFY[column.alignment]}"/>',
                ),
                width,
                MIDDLE,
            )
            for column, value, width in zip(columns, values, widths, strict=True)
        ]
        return row("".join(cells), height=height)

    def _roll(self, block: Roll) -> str:
        label = f"{block.label}："
        hanging = character_width(label)
        left = hanging + (2 if self.is_official else 0)
        names = run("　".join(block.names))
        return paragraph(
            run(label, font("hei")) + names,
            "",
            self.indent(left, hanging=hanging) + '<w:jc w:val="left"/>',
        )

    def _speech(self, block: Speech) -> str:
        first, *others = block.text.split("\n")
        indent = self.indent(0, first=2)
        lead = paragraph(run(f"{block.speaker}：", font("hei")) + run(first), "", indent)
        return lead + "".join(paragraph(run(text), "", indent) for text in others)

    def _signature_lines(self, block: SignatureLines) -> str:
        """Each label and a ruled line behind it, by tab stops, so that the text stays one line of text."""
        count = max(1, block.per_line)
        step, gap = self.width // count, twips(8)
        found = []
        for start in range(0, len(block.labels), count):
            labels = block.labels[start : start + count]
            stops, inside = [], []
            for index, label in enumerate(labels):
                stops.append(f'<w:tab w:val="left" w:leader="underscore" w:pos="{step * (index + 1) - gap}"/>')
                stops.append(f'<w:tab w:val="left" w:pos="{step * (index + 1)}"/>')
                inside.append(f"{label}：\t" + ("\t" if index < len(labels) - 1 else ""))
            tabs = f"<w:tabs>{''.join(stops)}</w:tabs>"
            found.append(
                paragraph(run("".join(inside)), "", f'<w:keepLines/>{tabs}{exact(SIGNING_LINE)}<w:jc w:val="left"/>')
            )
        return "".join(found)

    def _attachments(self, block: Attachments, *, is_kept: bool = False) -> str:
        if not block.names:
            return ""
        kept = KEEP if is_kept else ""
        blank = paragraph("", "", kept)
        if len(block.names) == 1:
            return blank + paragraph(run(f"附件：{block.names[0]}"), "", kept + self.indent(5, hanging=3))
        lines = []
        for number, name in enumerate(block.names, 1):
            numeral = f"{number}."
            wide = character_width(numeral)
            lead = 3 if number == 1 else 0
            lines.append(
                paragraph(
                    run(("附件：" if number == 1 else "") + numeral + name),
                    "",
                    kept + self.indent(5 + wide, hanging=lead + wide),
                )
            )
        return blank + "".join(lines)

    def _attachment_head(self, block: AttachmentHead) -> str:
        label = paragraph(run(block.label, font("hei")), "", f'{KEEP}<w:jc w:val="left"/>')
        style = text_style(self.document, "title")
        return (
            label
            + paragraph("", "", KEEP)
            + paragraph(run(block.title), "Title", exact(style.leading, after=style.leading))
        )

    def signature(self, block: Signature, *, has_note: bool = False) -> str:
        """署名 and date; with a note (附注, the contact of a letter) below it the date stays on its page."""
        day = long_date(block.signed_on)
        issuer_width, day_width = character_width(block.issuer), character_width(day)
        if block.is_sealed:
            day_right = float(SEAL_INDENT)
            issuer_right = max(0.0, day_right + (day_width - issuer_width) / 2)
        elif issuer_width - 2 >= day_width:
            issuer_right = float(SIGNATURE_INDENT)
            day_right = issuer_right + issuer_width - 2 - day_width
        else:
            # The date is the longer one: it takes the two characters, the issuer moves left (§7.3.5.2).
            day_right = float(SIGNATURE_INDENT)
            issuer_right = day_right + day_width + 2 - issuer_width
        lines = [
            paragraph(run(text), "", f'<w:keepLines/>{self.indent(0, right=right)}<w:jc w:val="right"/>')
            for text, right in ((block.issuer, issuer_right), (day, day_right))
        ]
        kept = lines[0].replace("<w:keepLines/>", KEEP)
        last = lines[1].replace("<w:keepLines/>", KEEP) if has_note else lines[1]
        blanks = SEAL_BLANKS if block.is_sealed else SIGNATURE_BLANKS
        return paragraph("", "", KEEP) * blanks + kept + last

    def _space(self, block: Space) -> str:
        pitch = LINE_PITCH / 20 if self.is_official else text_style(self.document, "body").leading
        return paragraph("", "", exact(pitch * block.lines))


def _head_rows(columns: Sequence[TableColumn], widths: Sequence[int], small: str) -> str:
    """One head row, or two where columns share a group; both are repeated on every page."""

    def head(text: str, width: int, properties: str = "") -> str:
        return cell(paragraph(run(text, small), "TableHead"), width, properties + SHADE + MIDDLE)

    if not any(column.group for column in columns):
        return row(
            "".join(head(column.label, width) for column, width in zip(columns, widths, strict=True)),
            is_head=True,
        )
    upper, lower = [], []
    for group, found in groupby(zip(columns, widths, strict=True), key=lambda pair: pair[0].group):
        members = list(found)
        if group:
            span = f'<w:gridSpan w:val="{len(members)}"/>'
            upper.append(head(group, sum(width for _, width in members), span))
            lower += [head(column.label, width) for column, width in members]
        else:
            upper += [head(column.label, width, '<w:vMerge w:val="restart"/>') for column, width in members]
            lower += [head("", width, "<w:vMerge/>") for _, width in members]
    return row("".join(upper), is_head=True) + row("".join(lower), is_head=True)


def foot_line(document: Document, width: float) -> str:
    """填报单位 … 填报日期 under a ledger, in one line where they fit, else three to a line."""
    if document.foot_line is None or not document.foot_line.pairs:
        return ""
    texts = [f"{label}：{value}" for label, value in document.foot_line.pairs]
    needs = [character_width(text) + 2 for text in texts]
    room = width * MM / text_style(document, "table").size
    count = len(texts) if sum(needs) <= room else 3
    rows = []
    for start in range(0, len(texts), count):
        part = texts[start : start + count]
        weights = needs[start : start + count] if count == len(texts) else [1.0] * count
        part += [""] * (len(weights) - len(part))
        sizes = shares(weights, twips(width))
        cells = [cell(paragraph(run(text), "TableText"), size) for text, size in zip(part, sizes, strict=True)]
        rows.append(table(row("".join(cells), height=twips(6)), sizes, "Bare"))
    return GAP.join(["", *rows]) + GAP
