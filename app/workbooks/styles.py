"""Styles of a workbook: a cell's format with one thing changed and everything else kept, written behind the others."""

from __future__ import annotations

import re

from app.workbooks import markup
from app.workbooks.markup import Element
from app.workbooks.package import CannotBePatched

TEXT_FORMAT = 49
"""The built-in number format @."""
DAY_FORMAT = "yyyy-mm-dd"
_BUILT_IN_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_QUOTED = re.compile(r"\"[^\"]*\"|\\.|\[[^\]]*\]|_.|\*.")
_SOLID = re.compile(rb"<((?:[\w.\-]+:)?)fill>\s*<(?:[\w.\-]+:)?patternFill[^>]*patternType=[\"']solid[\"']")


class Styles:
    """One styles.xml. `derive` answers with the index of a format, making it where it is not there yet."""

    def __init__(self, xml: bytes) -> None:
        self.xml = xml
        formats, fills = markup.first(xml, "cellXfs"), markup.first(xml, "fills")
        if formats is None or fills is None:
            raise CannotBePatched("styles without formats")
        self._formats, self._fills = formats, fills
        self.formats = [each.whole(xml) for each in markup.children(xml, formats.inner, formats.close)]
        self.fills = [each.whole(xml) for each in markup.children(xml, fills.inner, fills.close)]
        self.number_formats = {
            int(each.get("numFmtId") or 0): each.get("formatCode") or "" for each in markup.elements(xml, "numFmt")
        }
        self._new_number_formats: dict[str, int] = {}
        self._made: dict[tuple[int, str, bool, str], int] = {}
        self._is_changed = False

    def derive(self, style: int, *, fill: bytes = b"", is_quoted: bool = False, number_format: str = "") -> int:
        """The format `style` with another fill (a whole <fill> element), quote prefix or number format."""
        key = (style, fill.decode("latin-1"), is_quoted, number_format)
        if key not in self._made:
            self._made[key] = self._derived(style, fill, is_quoted, number_format)
        return self._made[key]

    def _derived(self, style: int, fill: bytes, is_quoted: bool, number_format: str) -> int:
        element, raw = self._open(style)
        changed = raw
        if fill:
            changed = markup.with_attribute(changed, "fillId", str(self._fill_number(fill)))
            changed = markup.with_attribute(changed, "applyFill", "1")
        if is_quoted:
            changed = markup.with_attribute(changed, "quotePrefix", "1")
        if number_format:
            changed = markup.with_attribute(changed, "numFmtId", str(self._format_number(number_format)))
            changed = markup.with_attribute(changed, "applyNumberFormat", "1")
        if changed == raw:
            return style if style < len(self.formats) else 0
        self._is_changed = True
        self.formats.append(_retagged(element, changed, self._format(style)))
        return len(self.formats) - 1

    def _format(self, style: int) -> bytes:
        if not self.formats:
            return b"<" + self._formats.prefix + b'xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
        return self.formats[style if style < len(self.formats) else 0]

    def _open(self, style: int) -> tuple[Element, bytes]:
        element = next(markup.children(self._format(style)))
        return element, element.attributes

    def _fill_number(self, fill: bytes) -> int:
        prefixed = _with_prefix(fill, self._fills.prefix)
        if prefixed not in self.fills:
            self.fills.append(prefixed)
            self._is_changed = True
        return self.fills.index(prefixed)

    def _format_number(self, code: str) -> int:
        for number, known in (*self.number_formats.items(), *((n, c) for c, n in self._new_number_formats.items())):
            if known == code:
                return number
        number = max([163, *self.number_formats, *self._new_number_formats.values()]) + 1
        self._new_number_formats[code] = number
        self._is_changed = True
        return number

    def fill_of(self, style: int) -> bytes:
        """The <fill> element of a format, without prefixes."""
        number = int(self._open(style)[0].get("fillId") or 0)
        fill = self.fills[number] if number < len(self.fills) else b"<fill/>"
        return _without_prefix(fill)

    def replace_fill(self, style: int, fill: bytes) -> None:
        """Give a format another fill where it stands: every cell that has it changes with it."""
        element, raw = self._open(style)
        raw = markup.with_attribute(raw, "fillId", str(self._fill_number(fill)))
        self.formats[style] = _retagged(element, raw, self.formats[style])
        self._is_changed = True

    def is_date(self, style: int) -> bool:
        """Whether a format shows a number as a day."""
        number = int(self._open(style)[0].get("numFmtId") or 0)
        if number in _BUILT_IN_DATES:
            return True
        code = _QUOTED.sub("", self.number_formats.get(number, "")).lower()
        return any(char in code for char in "yd") or "年" in code or "月" in code

    def is_text(self, style: int) -> bool:
        """Whether a format says that its cell holds text."""
        number = int(self._open(style)[0].get("numFmtId") or 0)
        return number == TEXT_FORMAT or self.number_formats.get(number) == "@"

    def written(self) -> bytes:
        """The part as it reads now."""
        if not self._is_changed:
            return self.xml
        xml = self.xml
        for element, parts in sorted(
            ((self._formats, self.formats), (self._fills, self.fills)), key=lambda each: -each[0].start
        ):
            xml = markup.with_content(xml, element, b"".join(parts), count=str(len(parts)))
        return self._with_number_formats(xml)

    def _with_number_formats(self, xml: bytes) -> bytes:
        if not self._new_number_formats:
            return xml
        known = markup.first(xml, "numFmts")
        p = self._fills.prefix
        new = b"".join(
            b"<" + p + b'numFmt numFmtId="%d" formatCode="' % number + markup.escape(code) + b'"/>'
            for code, number in self._new_number_formats.items()
        )
        if known is not None:
            count = str(len(self.number_formats) + len(self._new_number_formats))
            return markup.with_content(xml, known, known.content(xml) + new, count=count)
        root = markup.root_of(xml)
        size = b"%d" % len(self._new_number_formats)
        return xml[: root.inner] + b"<" + p + b'numFmts count="' + size + b'">' + new + b"</" + p + b"numFmts>" + (
            xml[root.inner :]
        )  # fmt: skip


def _retagged(element: Element, raw: bytes, whole: bytes) -> bytes:
    """An element with other attributes."""
    tag = element.prefix + element.name
    content = element.content(whole)
    end = b">" + content + b"</" + tag + b">" if content else b"/>"
    return b"<" + tag + raw.rstrip() + end


def solid(rgb: str) -> bytes:
    """A <fill> of one colour, RRGGBB."""
    return b'<fill><patternFill patternType="solid"><fgColor rgb="FF' + rgb.encode() + (
        b'"/><bgColor indexed="64"/></patternFill></fill>'
    )  # fmt: skip


_RGB = re.compile(rb"fgColor[^>]*rgb=[\"'](?:[0-9A-Fa-f]{2})?([0-9A-Fa-f]{6})[\"']")


def colour_of(fill: bytes) -> str:
    """RRGGBB of a solid fill, in capitals; "" for any other."""
    match = _RGB.search(fill)
    is_solid = b'patternType="solid"' in fill or b"patternType='solid'" in fill
    return match[1].decode().upper() if match and is_solid else ""


def _with_prefix(fill: bytes, prefix: bytes) -> bytes:
    return re.sub(rb"<(/?)(?=[A-Za-z])", rb"<\1" + prefix, fill) if prefix else fill


def _without_prefix(fill: bytes) -> bytes:
    return re.sub(rb"<(/?)[\w.\-]+:", rb"<\1", fill)
