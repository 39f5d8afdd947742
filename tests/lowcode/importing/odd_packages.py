"""Workbooks as no program should write them, made of random XML parts; every one is told by its seed."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from app.workbooks.references import column_letters

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
HEADS = (
    "序号",
    "姓名",
    "性别",
    "身份证号",
    "联系电话",
    "所属网格",
    "出生日期",
    "备注",
    "  姓  名 ",
    "网格员\n姓名*",
    "",
)
TEXTS = (
    "张清和", "李望舒", "合计", "小计：3人", "注：略", "填表人：", "同上", "〃", "无", "女", "13800001234", "第一网格", "2021.3.5",
    "=1+1", "_x0000_", "_x000D_", "\u200b", "\U00020bb7某", "３２０５０５", "3.20505E+17", "一、第一网格", "1" * 400, "长" * 300, "\t", "续表",
)  # fmt: skip
NUMBERS = (
    "0", "-1", "1e308", "-1e309", "NaN", "INF", "45000", "2958466", "60", "0.5", "-0.5", "1e-320", "13800001234",
    "320505195301010000", "", "x", "1,5", "٣", "99999999999999999999999",
)  # fmt: skip
FORMATS = ("yyyy\\-mm\\-dd", "[h]:mm", "0.00", "@", "[$-804]yyyy年m月", '"x', "[Red][<0]0;;", "mm:ss.0", "General")
KINDS = (
    ("e", "#REF!"), ("e", "#N/A"), ("b", "1"), ("d", "2021-03-05T00:00:00"), ("str", "文"), ("d", "9999-99"), ("e", "#odd"), ("b", "x"),
    ("odd", "1"),
)  # fmt: skip
"""Types of cells; behind the first five, those that no reader takes."""
DOUBTFUL_RANGES = (
    "A1:C1", "B2:A1", "A1:XFD1", "A1:A1048576", "B2:B2", "A1", "A1:B3", "A2:B4", "C3:A1", "A0:B0", "AAAA1:B2", "", "x", "A1:C1:D4",
)  # fmt: skip


def odd_workbook(seed: int) -> bytes:
    """A package that is a workbook more or less."""
    return _Maker(random.Random(seed)).package()


def pack(parts: dict[str, bytes]) -> bytes:
    """The parts as a ZIP package."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return buffer.getvalue()


def plain_workbook(rows: str, *, merges: Sequence[str] = (), strings: str = "") -> bytes:
    """A sound workbook around the XML of its rows."""
    spans = "".join(f'<mergeCell ref="{merge}"/>' for merge in merges)
    tail = f"<mergeCells>{spans}</mergeCells>" if spans else ""
    head = f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>'
    links = [("rId1", "worksheet", "worksheets/sheet1.xml"), ("rId2", "sharedStrings", "sharedStrings.xml")]
    return pack(
        {
            "[Content_Types].xml": _content_types(1),
            "_rels/.rels": _relations([("rId1", "officeDocument", "xl/workbook.xml")]),
            "xl/workbook.xml": f'{head}<sheet name="名册" sheetId="1" r:id="rId1"/></sheets></workbook>'.encode(),
            "xl/_rels/workbook.xml.rels": _relations(links),
            "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{strings}</sst>'.encode(),
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{tail}</worksheet>'.encode(),
        }
    )


class _Maker:
    """Draws each part. A wild one has parts missing and things in them that no reader takes."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.is_wild = chance.random() < 0.35
        self.sheets = chance.choice((1, 1, 1, 2, 3))
        self.prefix = "x:" if self._rarely() else ""

    def _rarely(self) -> bool:
        return self.chance.random() < 0.12

    def _of(self, choices: Sequence[Any], *, sound: int) -> Any:
        """One of them; those behind the first `sound` only where the workbook is wild."""
        return self.chance.choice(choices if self.is_wild else choices[:sound])

    def package(self) -> bytes:
        parts = {
            "[Content_Types].xml": _content_types(self.sheets),
            "_rels/.rels": _relations([("rId1", "officeDocument", "xl/workbook.xml")]),
            "xl/workbook.xml": self._workbook(),
            "xl/_rels/workbook.xml.rels": self._links(),
            "xl/sharedStrings.xml": self._strings(),
            "xl/styles.xml": self._styles(),
        }
        for number in range(1, self.sheets + 1):
            parts[f"xl/worksheets/sheet{number}.xml"] = self._sheet()
            if self._rarely():
                parts[f"xl/worksheets/_rels/sheet{number}.xml.rels"] = _relations(
                    [("rId1", "comments", f"../comments{number}.xml")]
                )
                parts[f"xl/comments{number}.xml"] = self._comments()
        for name in list(parts):
            if self.is_wild and name != "xl/workbook.xml" and self.chance.random() < 0.05:
                del parts[name]
            elif self.is_wild and self.chance.random() < 0.05:
                cut = self.chance.randrange(len(parts[name]) + 1)
                parts[name] = parts[name][:cut]
        return pack(parts)

    def _workbook(self) -> bytes:
        names = [
            self.chance.choice(("名册", "名册", " 桂花社区 ", "填表说明", "a" * 40, "[坏]:名/字", ""))
            for _ in range(self.sheets)
        ]
        states = ("", "", "", ' state="hidden"', ' state="veryHidden"', ' state="odd"')
        sheets = "".join(
            f'<sheet name="{escape(name)}" sheetId="{number}"{self._of(states, sound=5)} r:id="rId{number}"/>'
            for number, name in enumerate(names, 1)
        )
        calendar = '<workbookPr date1904="1"/>' if self._rarely() else ""
        defined = '<definedNames><definedName name="x">#REF!</definedName></definedNames>' if self._rarely() else ""
        head = f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">'
        return f"{head}{calendar}<sheets>{sheets}</sheets>{defined}</workbook>".encode()

    def _links(self) -> bytes:
        places = ("worksheets/sheet{}.xml", "/xl/worksheets/sheet{}.xml", "../x/sheet{}.xml", "")
        links = [
            (f"rId{number}", "worksheet", self._of(places, sound=2).format(number))
            for number in range(1, self.sheets + 1)
        ]
        return _relations([*links, ("rId98", "sharedStrings", "sharedStrings.xml"), ("rId99", "styles", "styles.xml")])

    def _strings(self) -> bytes:
        entries = "".join(
            f"<si><r><t>{escape(text[:1])}</t></r><r><t xml:space='preserve'>{escape(text[1:])}</t></r></si>"
            if self._rarely() else f"<si><t>{escape(text)}</t><rPh><t>拼</t></rPh></si>" if self._rarely() else f"<si><t>{escape(text)}</t></si>"
            for text in TEXTS + HEADS
        )  # fmt: skip
        return f'<sst xmlns="{MAIN}" count="{self._of((0, 7, -1, 2_000_000_000), sound=2)}">{entries}</sst>'.encode()

    def _styles(self) -> bytes:
        formats = "".join(
            f'<numFmt numFmtId="{164 + at}" formatCode="{escape(code, {chr(34): "&quot;"})}"/>'
            for at, code in enumerate(FORMATS)
        )
        cells = "".join(f'<xf numFmtId="{self.chance.choice((0, 14, 22, 49, 165, 168, 9999))}"/>' for _ in range(8))
        return (
            f'<styleSheet xmlns="{MAIN}"><numFmts>{formats}</numFmts><cellXfs>{cells}</cellXfs></styleSheet>'.encode()
        )

    def _sheet(self) -> bytes:
        p = self.prefix
        rows, number = [], 1
        for _ in range(self.chance.choice((0, 1, 3, 12, 40))):
            rows.append(self._row(number))
            number += self.chance.choice((1, 1, 1, 1, 1, 2, 30, 0, -2) if self._rarely() else (1,))
            number = max(number, 0)
        merges = "".join(
            f'<{p}mergeCell ref="{self._of(DOUBTFUL_RANGES, sound=8)}"/>'
            for _ in range(self.chance.choice((0, 0, 1, 4)))
        )
        spans = f"<{p}mergeCells>{merges}</{p}mergeCells>" if merges else ""
        dimension = self._of(
            ("A1:H20", "A1", "XFD1048576", "A1:XFD1048576", "A1:B1", "C9:B1", "", "x", "A1:B"), sound=5
        )
        space = f'xmlns:x="{MAIN}"' if p else f'xmlns="{MAIN}"'
        said = f'<{p}dimension ref="{dimension}"/>' if self.chance.random() < 0.7 else ""
        return (
            f"<{p}worksheet {space}>{said}<{p}sheetData>{''.join(rows)}</{p}sheetData>{spans}</{p}worksheet>".encode()
        )

    def _row(self, number: int) -> str:
        p, width = self.prefix, self.chance.choice((1, 4, 7, 7, 7, 20))
        is_named = not self._rarely()
        cells = [self._cell(number, column, is_named) for column in range(1, width + 1) if not self._rarely()]
        if self.chance.random() < 0.02:
            cells.append(self._cell(number, self.chance.choice((300, 16_384, 16_385)), True))
        if self._rarely():
            self.chance.shuffle(cells)
        said = f' r="{number}"' if is_named else ""
        hidden = self.chance.choice((' hidden="1"', ' hidden="true"', ' hidden="x"')) if self._rarely() else ""
        return f"<{p}row{said}{hidden}>{''.join(cells)}</{p}row>"

    def _cell(self, row: int, column: int, is_named: bool) -> str:
        p = self.prefix
        where = f' r="{column_letters(column)}{row}"' if is_named else ""
        style = f' s="{self._of((0, 1, 5, 7, 4_000_000_000), sound=4)}"' if self.chance.random() < 0.3 else ""
        kind = self.chance.random()
        if kind < 0.45:
            index = self.chance.randrange(len(TEXTS)) if row > 2 else len(TEXTS) + self.chance.randrange(len(HEADS))
            index = self.chance.choice((-1, 99_999)) if self.is_wild and self.chance.random() < 0.02 else index
            return f'<{p}c{where}{style} t="s"><{p}v>{index}</{p}v></{p}c>'
        if kind < 0.6:
            text = escape(self.chance.choice(TEXTS if row > 2 else HEADS))
            return f'<{p}c{where}{style} t="inlineStr"><{p}is><{p}t>{text}</{p}t></{p}is></{p}c>'
        if kind < 0.7:
            formula = self.chance.choice(("SUM(A1:A9)", "1/0", "[1]x!A1", "", "A1" * 900))
            value = self.chance.choice(("", "<v>1</v>", "<v>x</v>")).replace("v>", f"{p}v>")
            return f"<{p}c{where}{style}><{p}f>{formula}</{p}f>{value}</{p}c>"
        if kind < 0.8:
            said, value = self._of(KINDS, sound=5)
            return f'<{p}c{where}{style} t="{said}"><{p}v>{value}</{p}v></{p}c>'
        if kind < 0.85:
            return f"<{p}c{where}{style}/>"
        return f"<{p}c{where}{style}><{p}v>{self.chance.choice(NUMBERS)}</{p}v></{p}c>"

    def _comments(self) -> bytes:
        ref = self.chance.choice(("A1", "ZZZ9999999", "", "x"))
        return f'<comments xmlns="{MAIN}"><authors/><commentList><comment ref="{ref}" authorId="7"><text/></comment></commentList></comments>'.encode()


def _content_types(count: int) -> bytes:
    base = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    sheets = "".join(
        f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{base}.worksheet+xml"/>'
        for number in range(1, count + 1)
    )
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{base}.sheet.main+xml"/>{sheets}</Types>'
    ).encode()


def _relations(links: list[tuple[str, str, str]]) -> bytes:
    said = "".join(
        f'<Relationship Id="{key}" Type="{RELATIONS}/{kind}" Target="{target}"/>' for key, kind, target in links
    )
    return f'<Relationships xmlns="{PACKAGE}">{said}</Relationships>'.encode()
