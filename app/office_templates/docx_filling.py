"""Filling an office's Word file: placeholders across runs, repeated table rows, paragraphs on a condition.

Works on the XML text itself, so that whatever holds no placeholder stays byte for byte.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape, unescape

from app.office_templates.rules import (
    MOST_TOKENS,
    NUMBER,
    Contents,
    Row,
    TemplateRefused,
    Token,
    Value,
    blocks_of,
    is_true,
    may_hold_tokens,
    shown,
    tokens,
)
from app.workbooks.package import CannotBePatched, Package

_TEXT_PARTS = re.compile(r"word/(?:document|header\d*|footer\d*|footnotes|endnotes)\.xml")
_LINE = re.compile(r"<w:p(?:\s[^>]*)?>(?:(?!<w:p[\s>]).)*?</w:p>", re.DOTALL)
"""An innermost paragraph."""
_ROW = re.compile(r"<w:tr(?:\s[^>]*)?>(?:(?!<w:tr[\s>]).)*?</w:tr>", re.DOTALL)
_TEXT = re.compile(r"(<w:t(?:\s[^>]*)?>)(.*?)(</w:t>)", re.DOTALL)
_BODY = re.compile(r"<w:body(?:\s[^>]*)?>")
EMPTY = "无"
DRAFT = (
    '<w:p><w:pPr><w:jc w:val="right"/></w:pPr><w:r><w:rPr><w:b/><w:color w:val="C8102E"/><w:sz w:val="32"/></w:rPr>'
    "<w:t>草稿</w:t></w:r></w:p>"
)


@dataclass(frozen=True, slots=True)
class _Line:
    """One paragraph: where it stands in its part, and what it says."""

    start: int
    end: int
    text: str


def _parts(package: Package) -> Iterator[tuple[str, str]]:
    for name in package.names():
        if _TEXT_PARTS.fullmatch(name):
            yield name, package.xml(name).decode("utf-8")


def _lines(xml: str) -> list[_Line]:
    return [_Line(match.start(), match.end(), _said(match[0])) for match in _LINE.finditer(xml)]


def _said(xml: str) -> str:
    return "".join(unescape(match[2]) for match in _TEXT.finditer(xml))


def placed_tokens(data: bytes) -> Iterator[tuple[str, Token, str]]:
    """(where, token, register of its repeated row or '') of every placeholder. Raises TemplateRefused."""
    count = 0
    for name, xml in _parts(_opened(data)):
        rows = [(match.start(), match.end(), _register_of(match[0])) for match in _ROW.finditer(xml)]
        marks: list[tuple[int, Token]] = []
        for number, line in enumerate(_lines(xml), start=1):
            register = next((reg for start, end, reg in rows if start <= line.start < end), "")
            for token in tokens(line.text):
                count += 1
                marks.append((number, token))
                if token.kind == "each" and not any(start <= line.start < end for start, end, _reg in rows):
                    raise TemplateRefused(f"“{token.text}”要写在表格的一行里，那一行才会逐条重复。")
                place = "正文" if name == "word/document.xml" else "页眉页脚或脚注"
                yield f"{place}第 {number} 段", token, register
        blocks_of([mark for mark in marks if mark[1].kind in ("when", "unless", "end")])
    if count > MOST_TOKENS:
        raise TemplateRefused(f"模板里有 {count} 处占位，超过 {MOST_TOKENS} 处。逐条列出的内容请用【每行：名册】。")


def _register_of(row: str) -> str:
    names = {token.name for token in tokens(_said(row)) if token.kind == "each"}
    if len(names) > 1:
        raise TemplateRefused("表格的一行里写了两个【每行：…】，一行只能逐行列一个名册。")
    return next(iter(names), "")


def fill(data: bytes, contents: Contents, *, is_draft: bool) -> bytes:
    """The document with everything in place. Raises TemplateRefused."""
    package = _opened(data)
    try:
        for name, xml in list(_parts(package)):
            new = _without_blocks(xml, contents.values) if may_hold_tokens(_said(xml)) else xml
            new = _ROW.sub(lambda match: _repeated(match[0], contents), new)
            new = _LINE.sub(lambda match: _in_line(match[0], lambda word: contents.values[word]), new)
            if is_draft and name == "word/document.xml":
                new = _BODY.sub(lambda match: match[0] + DRAFT, new, count=1)
            if new != xml:
                package.put(name, new.encode("utf-8"))
        return package.save()
    except CannotBePatched as fault:
        raise TemplateRefused("这个 Word 文件的结构不规范，改不动。请用 Word 或 WPS 重新另存后再上传。") from fault


def _opened(data: bytes) -> Package:
    try:
        return Package(data)
    except CannotBePatched as fault:
        raise TemplateRefused("这个 Word 文件打不开。请用 Word 或 WPS 重新另存为 .docx 再上传。") from fault


def _without_blocks(xml: str, values: Mapping[str, Value]) -> str:
    """Without the paragraphs (in tables: rows) of blocks that do not stand, and without lines of structure alone."""
    lines = _lines(xml)
    marks = [(number, token) for number, line in enumerate(lines) for token in tokens(line.text)
             if token.kind in ("when", "unless", "end")]  # fmt: skip
    gone: list[tuple[int, int]] = []
    rows = [(match.start(), match.end()) for match in _ROW.finditer(xml)]
    for first, last, token in blocks_of(marks):
        stands = is_true(values[token.name]) is (token.kind == "when")
        gone += [
            _span_of(line, rows) for line in lines[first : last + 1] if not stands or _is_structure_only(line.text)
        ]
    for start, end in sorted(set(gone), reverse=True):
        xml = xml[:start] + xml[end:]
    return xml


def _span_of(line: _Line, rows: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """A paragraph; inside a table its whole row, since a cell without a paragraph is no cell."""
    return next(((start, end) for start, end in rows if start <= line.start < end), (line.start, line.end))


def _is_structure_only(text: str) -> bool:
    for token in tokens(text):
        if token.kind in ("when", "unless", "end"):
            text = text.replace(token.text, "", 1)
    return not text.strip()


def _repeated(row: str, contents: Contents) -> str:
    name = _register_of(row) if may_hold_tokens(_said(row)) else ""
    if not name:
        return row
    records = contents.rows.get(name, ())
    if not records:
        return _LINE.sub(lambda match: _in_line(match[0], lambda _word: EMPTY), row)
    made = []
    for number, record in enumerate(records, start=1):

        def value_of(word: str, record: Row = record, number: int = number) -> Value:
            if word == NUMBER:
                return number
            if word in record:
                return "" if record[word] is None else record[word]
            return contents.values[word]

        made.append(_LINE.sub(lambda match, of=value_of: _in_line(match[0], of), row))  # type: ignore[misc]
    return "".join(made)


def _in_line(xml: str, value_of: Callable[[str], Value]) -> str:
    """A paragraph with values in place: each goes into the run its placeholder begins in, with that run's look."""
    pieces = list(_TEXT.finditer(xml))
    texts = [unescape(piece[2]) for piece in pieces]
    whole = "".join(texts)
    if not may_hold_tokens(whole):
        return xml
    place = 0
    for token in tokens(whole):
        start = "".join(texts).index(token.text, place)
        said = shown(value_of(token.name)) if token.kind == "value" else ""
        _replace(texts, start, len(token.text), said)
        place = start + len(said)
    for piece, text in reversed(list(zip(pieces, texts, strict=True))):
        if unescape(piece[2]) != text:
            opening = piece[1] if "xml:space" in piece[1] else piece[1].replace("<w:t", '<w:t xml:space="preserve"', 1)
            xml = xml[: piece.start()] + opening + escape(text, quote=False) + piece[3] + xml[piece.end() :]
    return xml


def _replace(texts: list[str], start: int, length: int, said: str) -> None:
    """Put `said` for `length` characters at `start` of the joined texts; the first text touched takes it all."""
    at, rest = 0, length
    is_first = True
    for number, text in enumerate(texts):
        end = at + len(text)
        if end > start and rest > 0:
            begin = max(start - at, 0)
            taken = min(len(text) - begin, rest)
            texts[number] = text[:begin] + (said if is_first else "") + text[begin + taken :]
            rest -= taken
            start += taken
            is_first = False
        at = end


def rows_of(data: bytes) -> list[list[tuple[int, str]]]:
    """The paragraphs of the body with their numbers from 1, for the screen; those of one row of a table together."""
    xml = _opened(data).xml("word/document.xml").decode("utf-8")
    ends = [(match.start(), match.end()) for match in _ROW.finditer(xml)]
    found: list[list[tuple[int, str]]] = []
    row_before = None
    for number, line in enumerate(_lines(xml), start=1):
        while ends and ends[0][1] <= line.start:
            ends.pop(0)
        row = ends[0] if ends and ends[0][0] <= line.start else None
        if row is None or row != row_before:
            found.append([])
        found[-1].append((number, line.text))
        row_before = row
    return found


_BLANK = re.compile("_{2,}|＿{2,}")
"""Where a form leaves room to write."""


def with_name(data: bytes, number: int, name: str) -> bytes:
    """The document with 【name】 in its `number`-th paragraph of the body: in its first ____, else at its end, in the
    style of what stands there. Raises TemplateRefused, and KeyError where there is no such paragraph.
    """
    package = _opened(data)
    part = "word/document.xml"
    xml = package.xml(part).decode("utf-8")
    lines = _lines(xml)
    if not 1 <= number <= len(lines):
        raise KeyError(number)
    line = lines[number - 1]
    package.put(part, (xml[: line.start] + _named(xml[line.start : line.end], name) + xml[line.end :]).encode("utf-8"))
    return package.save()


def _named(line: str, name: str) -> str:
    words = escape(f"【{name}】")
    texts = list(_TEXT.finditer(line))
    for text in texts:
        if blank := _BLANK.search(text[2]):
            begin = text.start(2)
            return line[: begin + blank.start()] + words + line[begin + blank.end() :]
    at = texts[-1].end(2) if texts else line.rindex("</w:p>")
    return line[:at] + (words if texts else f"<w:r><w:t>{words}</w:t></w:r>") + line[at:]
