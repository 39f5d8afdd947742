"""A plain data sheet as .xlsx, written row by row: one frozen header row with a filter, text that stays text.

Only what an export needs (docs/decisions/0041): no formulas can come of it, for every text is an inline string.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any
from xml.sax.saxutils import escape

from app.workbooks.references import column_letters

LONGEST_TEXT = 32_767
"""Excel takes no more characters in a cell."""
_AT_ONCE = 500
_LEVEL = 2
"""zlib: the highest levels save a tenth of the size and take three times as long."""
_FIRST_DAY, _DAY_ONE = date(1900, 1, 1), date(1899, 12, 30)
_LEAP_DAY_OF_1900 = 60
"""Excel counts a 29 February 1900 that never was."""
_SECONDS_A_DAY = 86_400
_ODD = re.compile(r"[&<>\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_|^\s|\s$")
_BETWEEN = "\x7f"
_ODD_IN_ROW = re.compile(_ODD.pattern + rf"|{_BETWEEN}\s|\s{_BETWEEN}")
"""The same for the texts of a row, joined."""
_NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_NOT_IN_TITLE = re.compile(r"[\[\]:*?/\\]")
_BUILT_IN_FORMATS = {"@": 49, "0": 1, "0.00": 2, "#,##0": 3}
_FIRST_OWN_FORMAT, _FIRST_COLUMN_STYLE, _HEAD_STYLE = 164, 2, 1

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_TYPES = (
    f'{_DECLARED}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_SHEET_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_SHEET_TYPE}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_SHEET_TYPE}.styles+xml"/></Types>'
)
_ROOT = (
    f'{_DECLARED}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
_PARTS = (
    f'{_DECLARED}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
)


@dataclass(frozen=True, slots=True)
class Head:
    """A column: its title, its width in characters, and the Excel format of its cells."""

    label: str
    width: float
    format: str = "@"


def write(title: str, heads: Sequence[Head], rows: Iterable[Sequence[Any]]) -> bytes:
    """The workbook. Cells are None, str, bool, int, float, Decimal, date or datetime."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as package:
        with package.open(_part("xl/worksheets/sheet1.xml"), "w", force_zip64=True) as sheet:
            last = _write_sheet(sheet, heads, rows)
        for name, text in (
            ("[Content_Types].xml", _TYPES), ("_rels/.rels", _ROOT), ("xl/_rels/workbook.xml.rels", _PARTS),
            ("xl/workbook.xml", _workbook(title, f"$A$1:${column_letters(len(heads))}${last}")),
            ("xl/styles.xml", _styles([head.format for head in heads])),
        ):  # fmt: skip
            package.writestr(_part(name), text)
    return buffer.getvalue()


def _part(name: str) -> zipfile.ZipInfo:
    """Without the time of day, so that the same rows give the same bytes."""
    part = zipfile.ZipInfo(name)
    part.compress_type = zipfile.ZIP_DEFLATED
    part._compresslevel = _LEVEL  # type: ignore[attr-defined]  # Python 3.13 calls it compress_level
    return part


def _write_sheet(sheet: IO[bytes], heads: Sequence[Head], rows: Iterable[Sequence[Any]]) -> int:
    """Write the part; the number of its last row."""
    letters = [column_letters(number) for number in range(1, len(heads) + 1)]
    sheet.write(_opening(heads).encode())
    titles = [_text(head.label) for head in heads]
    cells = [
        f'<c r="{letter}1" s="{_HEAD_STYLE}" t="inlineStr">{title}</c>'
        for letter, title in zip(letters, titles, strict=True)
    ]
    lines = [f'<row r="1">{"".join(cells)}</row>']
    openings = [(f'<c r="{letter}', f'" s="{style}"') for style, letter in enumerate(letters, _FIRST_COLUMN_STYLE)]
    number = 1
    for number, values in enumerate(rows, 2):
        # A row is looked at once for signs that XML or Excel would read as something else; hardly any has one.
        together = _BETWEEN.join([value for value in values if value.__class__ is str])
        is_plain = len(together) <= LONGEST_TEXT and not _ODD_IN_ROW.search(together)
        found = [
            f'{before}{number}{after} t="inlineStr"><is><t>{value}</t></is></c>'
            if is_plain and value.__class__ is str
            else f"{before}{number}{after}{_content(value)}"
            for value, (before, after) in zip(values, openings, strict=True)
            if value is not None and value != ""
        ]
        lines.append(f'<row r="{number}">{"".join(found)}</row>')
        if len(lines) >= _AT_ONCE:
            sheet.write("".join(lines).encode())
            lines.clear()
    closing = f'</sheetData><autoFilter ref="A1:{letters[-1]}{number}"/></worksheet>'
    sheet.write(("".join(lines) + closing).encode())
    return number


def _opening(heads: Sequence[Head]) -> str:
    columns = "".join(
        f'<col min="{number}" max="{number}" width="{head.width:.2f}" style="{number + _FIRST_COLUMN_STYLE - 1}" '
        'customWidth="1"/>'
        for number, head in enumerate(heads, 1)
    )
    return (
        f'{_DECLARED}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView tabSelected="1" workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/><selection pane="bottomLeft"/></sheetView></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="15"/><cols>{columns}</cols><sheetData>'
    )


def _content(value: Any) -> str:
    """What follows a cell's address and style."""
    if value.__class__ is str:
        return f' t="inlineStr">{_text(value)}</c>'
    if isinstance(value, bool):
        return f' t="inlineStr">{_text("是" if value else "否")}</c>'
    if isinstance(value, date):
        if value.year < _FIRST_DAY.year:
            return f' t="inlineStr">{_text(value.isoformat())}</c>'
        return f"><v>{_serial(value)}</v></c>"
    if isinstance(value, str):
        return f' t="inlineStr">{_text(str(value))}</c>'
    return f"><v>{value if isinstance(value, int) else float(value)!r}</v></c>"


def _serial(day: date) -> int | float:
    """The day as Excel counts it."""
    moment = day if isinstance(day, datetime) else None
    days = ((moment.date() if moment else day) - _DAY_ONE).days
    days -= days <= _LEAP_DAY_OF_1900
    if moment is None:
        return days
    return days + (moment.hour * 3600 + moment.minute * 60 + moment.second) / _SECONDS_A_DAY


def _text(text: str) -> str:
    """A text as the content of an inline string."""
    if not _ODD.search(text):
        return f"<is><t>{text[:LONGEST_TEXT]}</t></is>"
    bare = _LOOKS_ESCAPED.sub("_x005F_", _NO_XML.sub("", text[:LONGEST_TEXT]))
    # A bare carriage return would be read as a line feed.
    return f'<is><t xml:space="preserve">{escape(bare, {chr(13): "_x000D_"})}</t></is>'


def _workbook(title: str, area: str) -> str:
    name = _NOT_IN_TITLE.sub(" ", title)[:31].strip("' ") or "数据"
    quoted = escape("'" + name.replace("'", "''") + "'")
    return (
        f'{_DECLARED}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        f'<sheet name="{escape(name, {chr(34): "&quot;"})}" sheetId="1" r:id="rId1"/></sheets><definedNames>'
        f'<definedName name="_xlnm._FilterDatabase" localSheetId="0" hidden="1">{quoted}!{area}</definedName>'
        "</definedNames></workbook>"
    )


def _styles(formats: Sequence[str]) -> str:
    """The plain style, the header's, and one for each column."""
    own = sorted({each for each in formats if each not in _BUILT_IN_FORMATS})
    numbers = _BUILT_IN_FORMATS | {each: number for number, each in enumerate(own, _FIRST_OWN_FORMAT)}
    declared = "".join(
        f'<numFmt numFmtId="{numbers[each]}" formatCode="{escape(each, {chr(34): "&quot;"})}"/>' for each in own
    )
    edges = "".join(
        f'<{side} style="thin"><color rgb="FFC9CDD4"/></{side}>' for side in ("left", "right", "top", "bottom")
    )
    cells = "".join(
        f'<xf numFmtId="{numbers[each]}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        for each in formats
    )
    return (
        f'{_DECLARED}<styleSheet xmlns="{_MAIN}">'
        + (f'<numFmts count="{len(own)}">{declared}</numFmts>' if own else "")
        + '<fonts count="2"><font><sz val="11"/><name val="宋体"/></font>'
        '<font><b/><sz val="11"/><name val="宋体"/></font></fonts>'
        '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
        '<fill><patternFill patternType="solid"><fgColor rgb="FFEEF2F8"/></patternFill></fill></fills>'
        f'<borders count="2"><border/><border>{edges}</border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{len(formats) + _FIRST_COLUMN_STYLE}">'
        '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
        '<xf numFmtId="49" fontId="1" fillId="2" borderId="1" xfId="0" applyNumberFormat="1" applyFont="1" '
        f'applyFill="1" applyBorder="1"/>{cells}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )
