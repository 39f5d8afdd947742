"""Many prints of one Word template as one Word file: each begins a page, with its own page numbers, in the office's look.

All of them come from the same version, so styles, numbering, headers and footers are the same parts; only the bodies
differ, and are put one behind the other. Works on the XML text itself, as filling does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import count

from app.office_templates.rules import TemplateRefused
from app.workbooks.package import Package

BODY = "word/document.xml"
_BODY = re.compile(r"(<w:body(?:\s[^>]*)?>)(.*)(</w:body>)", re.DOTALL)
_SECTION = re.compile(r"<w:sectPr(?:\s[^>]*)?(?:/>|>.*?</w:sectPr>)", re.DOTALL)
_LAST_SECTION = re.compile(r"<w:sectPr(?:\s[^>]*)?(?:/>|>(?:(?!<w:sectPr[\s>]).)*?</w:sectPr>)\s*$", re.DOTALL)
_KIND = re.compile(r"<w:type\s[^>]*/>")
_NUMBERING = re.compile(r"<w:pgNumType\b[^>]*/>")
_BEHIND_NUMBERING = re.compile(
    r"<w:(?:cols|formProt|vAlign|noEndnote|titlePg|textDirection|bidi|rtlGutter|docGrid|printerSettings|sectPrChange)\b"
    r"|</w:sectPr>"
)
"""What may follow w:pgNumType, by the order of the schema."""
_ONCE_ONLY = re.compile(r"<w:bookmark(?:Start|End)\b[^>]*/>|\s(?:w14:paraId|w14:textId)=\"[^\"]*\"")
"""Marks that must not stand twice in one file; nothing on paper hangs on them."""
_DRAWING = re.compile(r"(<wp:docPr\s[^>]*?\bid=\")\d+(\")")
_FOOT_PARTS = re.compile(r"word/(?:header|footer|footnotes|endnotes)[^/]*\.xml")
_PAGES_IN_ALL = re.compile(r"(?:<w:instrText\b[^>]*>|w:instr=\")[^<\"]*\bNUMPAGES\b")
_BREAK = (
    '<w:p><w:pPr><w:snapToGrid w:val="0"/><w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
    "{section}</w:pPr></w:p>"
)
NO_SECTION = "<w:sectPr/>"


def joined(files: Sequence[bytes]) -> bytes:
    """The one file, in the order of `files` (at least one). Raises TemplateRefused where a sheet would say something
    else than alone: headers that differ, a count of all pages.
    """
    first = Package(files[0])
    feet = {name: first.xml(name) for name in first.names() if _FOOT_PARTS.fullmatch(name)}
    numbers = count(1)
    bodies = []
    for data in files:
        package = Package(data)
        if any(package.xml(name) != part for name, part in feet.items()):
            raise TemplateRefused("页眉、页脚或脚注里有各单位不同的内容，合不成一个 Word 文件。请选“压缩包”。")
        xml = package.xml(BODY).decode("utf-8")
        if any(_PAGES_IN_ALL.search(part) for part in (xml, *(part.decode("utf-8") for part in feet.values()))):
            raise TemplateRefused("模板里写了“共几页”，合成一个 Word 文件以后页数就不对了。请选“压缩包”。")
        bodies.append(_alone(_inside(xml), numbers=numbers))
    xml = first.xml(BODY).decode("utf-8")
    *before, last = bodies
    whole = "".join(_with_break(body) for body in before) + last
    first.put(BODY, _BODY.sub(lambda match: match[1] + whole + match[3], xml, count=1).encode("utf-8"))
    return first.save()


def _inside(xml: str) -> str:
    match = _BODY.search(xml)
    if match is None:
        raise TemplateRefused("这个 Word 文件的结构不规范，改不动。请用 Word 或 WPS 重新另存后再上传。")
    return match[2] if _LAST_SECTION.search(match[2]) else match[2] + NO_SECTION


def _alone(body: str, *, numbers: count[int]) -> str:
    """A body that can stand behind another: its first section begins a page and counts from 1."""
    body = _ONCE_ONLY.sub("", body)
    body = _DRAWING.sub(lambda match: f"{match[1]}{next(numbers)}{match[2]}", body)
    return _SECTION.sub(lambda match: _begun(match[0]), body, count=1)


def _begun(section: str) -> str:
    section = _KIND.sub("", section)
    if section.endswith("/>") and "</w:sectPr>" not in section:
        section = section[:-2] + "></w:sectPr>"
    known = _NUMBERING.search(section)
    if known is not None:
        numbered = re.sub(r'\sw:start="[^"]*"', "", known[0])[:-2].rstrip() + ' w:start="1"/>'
        return section[: known.start()] + numbered + section[known.end() :]
    place = _BEHIND_NUMBERING.search(section)
    at = place.start() if place is not None else len(section)
    return section[:at] + '<w:pgNumType w:start="1"/>' + section[at:]


def _with_break(body: str) -> str:
    """The body with its last section inside a paragraph a point high: what follows is another section."""
    match = _LAST_SECTION.search(body)
    if match is None:
        return body
    return body[: match.start()] + _BREAK.format(section=match[0].strip())
