"""Which rows of a sheet are struck through: known from the workbook's styles, and from cells only where a style says so."""

from __future__ import annotations

import re
import zipfile
from collections import Counter

MOST_STYLES = 5 * 1024 * 1024
_FONTS = re.compile(rb"<(?:\w+:)?fonts\b.*?</(?:\w+:)?fonts>", re.DOTALL)
_FONT = re.compile(rb"<(?:\w+:)?font\s*/>|<(?:\w+:)?font\b[^>]*>.*?</(?:\w+:)?font>", re.DOTALL)
_STRIKE = re.compile(rb"<(?:\w+:)?strike\b([^>]*)>")
_FORMATS = re.compile(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.DOTALL)
_FORMAT = re.compile(rb"<(?:\w+:)?xf\b[^>]*>")
_FONT_ID = re.compile(rb'\sfontId="(\d+)"')
_CELL = re.compile(rb'<(?:\w+:)?c\s(?=[^>]*\sr="|r=")[^>]*?\br="[A-Z]{1,3}(\d{1,7})"[^>]*>')
_STYLE = re.compile(rb'\ss="(\d+)"')


def struck_styles(package: zipfile.ZipFile) -> frozenset[int]:
    """Numbers of cell formats whose font is struck through; none where the workbook has no styles."""
    if "xl/styles.xml" not in package.namelist():
        return frozenset()
    with package.open("xl/styles.xml") as stream:
        styles = stream.read(MOST_STYLES)
    if b"strike" not in styles:
        return frozenset()
    fonts, formats = _FONTS.search(styles), _FORMATS.search(styles)
    if fonts is None or formats is None:
        return frozenset()
    struck = {
        number
        for number, font in enumerate(_FONT.findall(fonts[0]))
        if (found := _STRIKE.search(font)) and not re.search(rb'val="(0|false)"', found[1])
    }
    return frozenset(
        number
        for number, tag in enumerate(_FORMAT.findall(formats[0]))
        if (font_id := _FONT_ID.search(tag)) and int(font_id[1]) in struck
    )


class StruckRows:
    """Rows, counted from 0, of which most cells with content are struck through, of the XML seen so far."""

    def __init__(self, styles: frozenset[int]) -> None:
        self._styles = styles
        self._filled: Counter[int] = Counter()
        self._struck: Counter[int] = Counter()

    def see(self, window: bytes) -> None:
        """Look at a further piece, in which no tag is cut in two."""
        for found in _CELL.finditer(window):
            if found[0].endswith(b"/>"):
                continue  # a format without content
            row = int(found[1]) - 1
            self._filled[row] += 1
            style = _STYLE.search(found[0])
            self._struck[row] += style is not None and int(style[1]) in self._styles

    def rows(self) -> frozenset[int]:
        """The rows."""
        return frozenset(row for row, count in self._struck.items() if count and 2 * count > self._filled[row])
