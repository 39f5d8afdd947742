"""Which rows of an .xlsx workbook are struck through: read from its styles, and from its cells only where a style does so."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections import Counter

from app.lowcode.importing.hidden import sheet_parts

_CHUNK = 1024 * 1024
_OVERLAP = 400
MOST_STYLES = 5 * 1024 * 1024
_FONTS = re.compile(rb"<(?:\w+:)?fonts\b.*?</(?:\w+:)?fonts>", re.DOTALL)
_FONT = re.compile(rb"<(?:\w+:)?font\s*/>|<(?:\w+:)?font\b[^>]*>.*?</(?:\w+:)?font>", re.DOTALL)
_STRIKE = re.compile(rb"<(?:\w+:)?strike\b([^>]*)>")
_FORMATS = re.compile(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.DOTALL)
_FORMAT = re.compile(rb"<(?:\w+:)?xf\b[^>]*>")
_FONT_ID = re.compile(rb'\sfontId="(\d+)"')
_CELL = re.compile(rb'<(?:\w+:)?c\s(?=[^>]*\sr="|r=")[^>]*?\br="[A-Z]{1,3}(\d{1,7})"[^>]*>')
_STYLE = re.compile(rb'\ss="(\d+)"')


def struck_rows(data: bytes) -> dict[str, frozenset[int]]:
    """Sheet name → rows, counted from 0, of which most cells with content are struck through. Nothing where a file
    cannot be read, or has no such style: then no cell is looked at."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            styles = _struck_styles(package)
            if not styles:
                return {}
            return {name: rows for name, part in sheet_parts(package) if (rows := _struck_in(package, part, styles))}
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        KeyError,
        OSError,
        RuntimeError,
        ValueError,
        EOFError,
        zlib.error,
    ):
        return {}


def _struck_styles(package: zipfile.ZipFile) -> frozenset[int]:
    """Numbers of cell formats whose font is struck through."""
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


def _struck_in(package: zipfile.ZipFile, part: str, styles: frozenset[int]) -> frozenset[int]:
    filled: Counter[int] = Counter()
    struck: Counter[int] = Counter()
    rest = b""
    with package.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            window = rest + chunk
            # A tag that the chunk cuts in two is read with the next one.
            end = window.rfind(b"<")
            if len(chunk) == _CHUNK and len(window) - end < _OVERLAP:
                window, rest = window[:end], window[end:]
            else:
                rest = b""
            for found in _CELL.finditer(window):
                if found[0].endswith(b"/>"):
                    continue  # a format without content
                row = int(found[1]) - 1
                filled[row] += 1
                style = _STYLE.search(found[0])
                struck[row] += style is not None and int(style[1]) in styles
    return frozenset(row for row, count in struck.items() if count and 2 * count > filled[row])
