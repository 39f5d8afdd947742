"""The parts of a Word file that do not depend on what the paper says: styles, settings, font names.

Font names are those an office's machine has; where 仿宋_GB2312 is missing, the font table names 仿宋 instead of it.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from reports.renderers.docx_xml import NAMESPACES
from reports.renderers.package import packed
from reports.renderers.style import (
    BOLD_ROLES,
    CELL_PADDING,
    MM,
    OFFICE_FONTS,
    OFFICIAL,
    TABLE,
    Role,
    TextStyle,
)

WORD_FONTS: Final[dict[Role, str]] = {**OFFICE_FONTS, "fangsong": "仿宋_GB2312", "kai": "楷体_GB2312"}
"""The names official papers ask for; newer systems install the same faces without _GB2312."""
_OTHER_NAMES: Final = {"仿宋_GB2312": "仿宋", "楷体_GB2312": "楷体", "方正小标宋简体": "方正小标宋_GBK"}

OFFICIAL_SIZE: Final = 16.0
"""Word has half points only: 三号 is 16 pt here, and SQUEEZE brings 28 characters into 156 mm."""
SQUEEZE: Final = -5
"""Twentieths of a point between characters of the official body (−0.25 pt; measured in LibreOffice 7.4)."""
LINE_PITCH: Final = 579
"""Twentieths of a point: 28.95 pt gives 22 lines in 225 mm."""

HEADING_STYLES: Final = {1: "Heading1", 2: "Heading2", 3: "Heading3", 4: "Heading4"}


@cache
def template(style: str) -> bytes:
    """An empty Word file in `style` (official or table), to be opened by python-docx."""
    return packed(
        {
            "[Content_Types].xml": _CONTENT_TYPES,
            "_rels/.rels": _RELATIONS,
            "word/document.xml": f"<w:document {NAMESPACES}><w:body><w:sectPr/></w:body></w:document>",
            "word/_rels/document.xml.rels": _DOCUMENT_RELATIONS,
            "word/styles.xml": _styles(style),
            "word/settings.xml": _settings(style),
            "word/fontTable.xml": _font_table(),
        }
    )


def font(role: Role) -> str:
    """The inside of w:rPr that sets the face of `role`."""
    name = WORD_FONTS[role]
    bold = "<w:b/>" if role in BOLD_ROLES else ""
    return f'<w:rFonts w:ascii="{name}" w:hAnsi="{name}" w:eastAsia="{name}" w:cs="{name}"/>{bold}'


def size(points: float) -> str:
    """The inside of w:rPr that sets the size, rounded to Word's half points."""
    half = round(points * 2)
    return f'<w:sz w:val="{half}"/><w:szCs w:val="{half}"/>'


def _character(style: TextStyle, *, is_official: bool) -> str:
    is_body = is_official and abs(style.size - OFFICIAL["body"].size) < 0.01
    colour = "" if style.colour == "#000000" else f'<w:color w:val="{style.colour[1:]}"/>'
    spacing = f'<w:spacing w:val="{SQUEEZE}"/>' if is_body else ""
    return font(style.role) + colour + spacing + size(OFFICIAL_SIZE if is_body else style.size)


def _style(
    key: str, name: str, text: TextStyle, paragraph: str, *, is_official: bool, outline: int | None = None
) -> str:
    level = "" if outline is None else f'<w:outlineLvl w:val="{outline}"/>'
    return (
        f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/><w:basedOn w:val="Normal"/>'
        f"<w:qFormat/><w:pPr>{paragraph}{level}</w:pPr>"
        f"<w:rPr>{_character(text, is_official=is_official)}</w:rPr></w:style>"
    )


def exact(points: float, *, before: float = 0, after: float = 0) -> str:
    """The inside of w:pPr for lines exactly so many points high, off the document grid."""
    return (
        '<w:snapToGrid w:val="0"/>'
        f'<w:spacing w:before="{round(before * 20)}" w:after="{round(after * 20)}" '
        f'w:line="{round(points * 20)}" w:lineRule="exact"/>'
    )


def _styles(style: str) -> str:
    is_official = style == "official"
    texts = OFFICIAL if is_official else TABLE
    body = texts["body"]
    pitch = "" if is_official else exact(body.leading)
    indent = '<w:ind w:firstLineChars="200" w:firstLine="640"/>' if is_official else ""

    def one(key: str, name: str, of: str, paragraph: str, outline: int | None = None) -> str:
        return _style(key, name, texts[of], paragraph, is_official=is_official, outline=outline)

    centred = '<w:jc w:val="center"/>'
    # 填报单位 and 统计期 stand at the left over a table, 第×期 in the middle under the title of 公文.
    below = centred if is_official else '<w:jc w:val="left"/>'
    title = exact(texts["title"].leading, before=29 if is_official else 0, after=29 if is_official else 4)
    pieces = [_defaults(), _normal(body, pitch, is_official=is_official)]
    for level, key in HEADING_STYLES.items():
        text = texts[f"heading_{level}"]
        lines = "" if is_official else exact(text.leading, before=7, after=2)
        pieces.append(one(key, f"heading {level}", f"heading_{level}", f"<w:keepNext/>{lines}{indent}", level - 1))
    pieces += [
        one("Title", "Title", "title", f"<w:keepNext/>{title}{centred}"),
        one("Subtitle", "Subtitle", "subtitle", f"<w:keepNext/>{exact(texts['subtitle'].leading, after=4)}{below}"),
        one("TableText", "表格文字", "table", exact(texts["table"].leading)),
        one("TableHead", "表头", "table_head", f"<w:keepNext/>{exact(texts['table_head'].leading)}{centred}"),
        one(
            "Caption",
            "caption",
            "caption",
            f"<w:keepNext/>{exact(texts['caption'].leading, before=4, after=2)}{centred}",
        ),
        one("Note", "表注", "note", exact(texts["note"].leading, before=2)),
        one("Imprint", "版记", "imprint", exact(texts["imprint"].leading)),
        one("Header", "header", "page_number", ""),
        one("Footer", "footer", "page_number", ""),
    ]
    if is_official:
        pieces.append(one("Mark", "发文机关标志", "mark", centred))
    pieces.append(_TABLE_STYLES)
    return f"<w:styles {NAMESPACES}>{''.join(pieces)}</w:styles>"


_TIGHT: Final = '<w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>'
"""Word otherwise puts a quarter space between Chinese and digits, and 28 characters no longer fit."""


def _defaults() -> str:
    return (
        '<w:docDefaults><w:rPrDefault><w:rPr><w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr>'
        f"</w:rPrDefault><w:pPrDefault><w:pPr>{_TIGHT}</w:pPr></w:pPrDefault></w:docDefaults>"
    )


def _normal(body: TextStyle, pitch: str, *, is_official: bool) -> str:
    return (
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/>'
        f'<w:pPr><w:widowControl w:val="0"/><w:kinsoku/><w:overflowPunct w:val="0"/>{_TIGHT}{pitch}'
        '<w:jc w:val="both"/></w:pPr>'
        f"<w:rPr>{_character(body, is_official=is_official)}</w:rPr></w:style>"
    )


def _settings(style: str) -> str:
    both_sides = "<w:evenAndOddHeaders/>" if style == "official" else ""
    return (
        f'<w:settings {NAMESPACES}><w:zoom w:percent="100"/>{both_sides}'
        '<w:defaultTabStop w:val="420"/><w:characterSpacingControl w:val="compressPunctuation"/>'
        '<w:compat><w:compatSetting w:name="compatibilityMode" '
        'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>'
    )


def _font_table() -> str:
    fonts = []
    for name in dict.fromkeys(WORD_FONTS.values()):
        other = f'<w:altName w:val="{_OTHER_NAMES[name]}"/>' if name in _OTHER_NAMES else ""
        fonts.append(f'<w:font w:name="{name}">{other}<w:charset w:val="86"/><w:family w:val="auto"/></w:font>')
    return f"<w:fonts {NAMESPACES}>{''.join(fonts)}</w:fonts>"


_SIDE: Final = round(CELL_PADDING * MM * 20)


def _ruled(key: str, name: str, borders: str) -> str:
    return (
        f'<w:style w:type="table" w:styleId="{key}"><w:name w:val="{name}"/><w:tblPr>{borders}<w:tblCellMar>'
        f'<w:top w:w="40" w:type="dxa"/><w:left w:w="{_SIDE}" w:type="dxa"/><w:bottom w:w="40" w:type="dxa"/>'
        f'<w:right w:w="{_SIDE}" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>'
    )


def _border(side: str, eighths: int) -> str:
    return f'<w:{side} w:val="single" w:sz="{eighths}" w:space="0" w:color="000000"/>'


_TABLE_STYLES: Final = _ruled(
    "Ledger",
    "台账",
    "<w:tblBorders>"
    + "".join(_border(side, 6) for side in ("top", "left", "bottom", "right"))
    + "".join(_border(side, 4) for side in ("insideH", "insideV"))
    + "</w:tblBorders>",
) + _ruled("Bare", "无框", "")

_CONTENT_TYPES: Final = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    + "".join(
        f'<Override PartName="/word/{part}.xml" '
        f'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}+xml"/>'
        for part, kind in (
            ("document", "document.main"),
            ("styles", "styles"),
            ("settings", "settings"),
            ("fontTable", "fontTable"),
        )
    )
    + "</Types>"
)
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
_RELATIONS: Final = (
    f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="rId1" Type="{_OFFICE}/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)
_DOCUMENT_RELATIONS: Final = (
    f'<Relationships xmlns="{_PACKAGE}">'
    + "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{part}" Target="{part}.xml"/>'
        for number, part in enumerate(("styles", "settings", "fontTable"), 1)
    )
    + "</Relationships>"
)
