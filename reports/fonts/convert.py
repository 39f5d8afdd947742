"""Makes the font files of this folder from the originals; run by hand when a font is renewed, never by the product.

    python reports/fonts/convert.py fang  FandolFang-Regular.otf             gpl-fandolfang/FandolFang-TT.ttf
    python reports/fonts/convert.py cut   NotoSerifSC_400Regular.ttf         ofl/NotoSerifSC-Regular-cut.ttf
    python reports/fonts/convert.py whole lxgw-wenkai-latin-500-normal.woff2 ofl/LXGWWenKai-Regular.ttf

`fang` turns cubic outlines (CFF) into quadratic ones (TrueType), which is the only kind PDF writers here embed; `cut`
keeps GB 2312, symbols and the characters of name_characters.txt; `whole` keeps every character and drops layout tables
that the papers do not use. Needs fonttools and, for woff2, brotli. The same input gives the same bytes.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from fontTools import subset
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable

HERE = Path(__file__).parent
MAX_ERROR = 0.8
"""Units of 1/1000 em that a quadratic curve may stray from the cubic one: a fifth of a printer's dot at 三号."""
LAYOUT_TABLES = ("BASE", "FFTM", "GDEF", "GPOS", "GSUB", "STAT", "bsln", "feat", "gasp", "morx", "prop", "vhea", "vmtx")
EMBEDDING_NOTE = (
    "Converted to TrueType outlines from FandolFang 1.300 by the GridLedger project. Licensed under the GNU GPL "
    "version 3 with the font embedding exception of the original, which is extended to this version."
)


def gb2312_characters() -> set[int]:
    """Every character of GB 2312, read from the codec: 6,763 汉字 and 682 signs."""
    points: set[int] = set()
    for high in range(0xA1, 0xF8):
        for low in range(0xA1, 0xFF):
            try:
                points.add(ord(bytes((high, low)).decode("gb2312")))
            except UnicodeDecodeError:
                continue
    return points


def kept_characters() -> set[int]:
    """GB 2312, Latin, signs and forms that offices type, and name_characters.txt."""
    points = gb2312_characters() | set(range(0x20, 0x7F)) | set(range(0xA0, 0x180))
    for first, last in (
        (0x2000, 0x206F),  # dashes, quotes, ellipses
        (0x20A0, 0x20BF),
        (0x2100, 0x214F),
        (0x2150, 0x218B),  # ½ Ⅳ
        (0x2190, 0x21FF),
        (0x2200, 0x22FF),
        (0x2460, 0x24FF),  # ①
        (0x2500, 0x25FF),  # rules, ■ □ ▲ ●
        (0x2600, 0x27BF),  # ☆ ☎ ✓
        (0x3000, 0x303F),
        (0x3200, 0x33FF),  # ㈠ ㎡
        (0xFE30, 0xFE4F),
        (0xFF00, 0xFFEF),
    ):
        points.update(range(first, last + 1))
    names = (HERE / "name_characters.txt").read_text(encoding="utf-8")
    return points | {ord(character) for character in names if not character.isspace()}


def cut(source: Path, target: Path) -> None:
    """Keep the characters of `kept_characters()`; glyph order and outlines stay as they are."""
    options = subset.Options(layout_features=[], hinting=False, notdef_outline=True, glyph_names=False)
    options.drop_tables += list(LAYOUT_TABLES)
    options.name_IDs = ["*"]
    options.recalc_timestamp = False
    font = subset.load_font(str(source), options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=kept_characters())
    cutter.subset(font)
    subset.save_font(font, str(target), options)


def whole(source: Path, target: Path) -> None:
    """Unpack to TrueType and drop the layout tables."""
    font = TTFont(source, recalcTimestamp=False)
    for tag in LAYOUT_TABLES:
        if tag in font:
            del font[tag]
    font.flavor = None
    font["post"].formatType = 3.0
    font.save(target)


def fang(source: Path, target: Path) -> None:
    """Redraw every glyph in quadratic curves and mark the copy as changed, as the GPL asks."""
    font = TTFont(source, recalcTimestamp=False)
    order = font.getGlyphOrder()
    glyphs = font.getGlyphSet()
    drawn = {}
    for name in order:
        pen = TTGlyphPen(None)
        glyphs[name].draw(Cu2QuPen(pen, MAX_ERROR, reverse_direction=True))
        drawn[name] = pen.glyph()
    font["loca"] = newTable("loca")
    font["glyf"] = newTable("glyf")
    font["glyf"].glyphOrder = order
    font["glyf"].glyphs = drawn
    for tag in ("CFF ", "VORG", *LAYOUT_TABLES):
        if tag in font:
            del font[tag]
    maximum = font["maxp"]
    maximum.tableVersion = 0x00010000
    for field in [
        "maxZones",
        "maxTwilightPoints",
        "maxStorage",
        "maxFunctionDefs",
        "maxInstructionDefs",
        "maxStackElements",
        "maxSizeOfInstructions",
        "maxComponentElements",
        "maxPoints",
        "maxContours",
        "maxCompositePoints",
        "maxCompositeContours",
        "maxComponentDepth",
    ]:
        setattr(maximum, field, 1 if field == "maxZones" else 0)
    font["post"].formatType = 3.0
    font["head"].glyphDataFormat = 0
    for record in list(font["name"].names):
        if record.nameID in (1, 3, 4, 16):
            record.string = "FandolFang TT"
        if record.nameID == 6:
            record.string = "FandolFang-TT"
    font["name"].setName(EMBEDDING_NOTE, 13, 3, 1, 0x409)
    font.sfntVersion = "\000\001\000\000"
    font.save(target)


def run() -> None:
    """Command line: a way, a source, a target inside this folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("way", choices=("fang", "cut", "whole"))
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    choice = parser.parse_args()
    {"fang": fang, "cut": cut, "whole": whole}[choice.way](choice.source, choice.target)


if __name__ == "__main__":
    run()
