"""Which font file prints what: by role, the office's own first, then those of this folder, character by character.

The office's own fonts are looked for in the folder named by FONT_DIR and, on Windows, in the system's font folder.
The folder gpl-fandolfang/ may be deleted: 仿宋 then prints in Noto Serif SC. Origins and licences: NOTICE here.
"""

from __future__ import annotations

import os
import sys
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Final

from reports.fonts.truetype import FontIsUnusable, TrueTypeFont

HERE: Final = Path(__file__).parent
SERIF: Final = "ofl/NotoSerifSC-Regular-cut.ttf"
SERIF_BOLD: Final = "ofl/NotoSerifSC-Bold-cut.ttf"
SANS: Final = "ofl/NotoSansSC-Medium-cut.ttf"
WENKAI: Final = "ofl/LXGWWenKai-Regular.ttf"
GPL_FOLDER: Final = "gpl-fandolfang"

OFFICE_FILES: Final[dict[str, tuple[str, ...]]] = {
    "fangsong": ("仿宋_GB2312.ttf", "FangSong_GB2312.ttf", "simfang.ttf", "STFANGSO.TTF"),
    "title": ("方正小标宋简体.ttf", "方正小标宋_GBK.ttf", "FZXBSJW.TTF", "FZXBSK.TTF", "FZXBSJW--GB1-0.TTF"),
    "song": ("simsun.ttc", "simsun.ttf"),
    "song_bold": (),
    "hei": ("simhei.ttf",),
    "kai": ("楷体_GB2312.ttf", "KaiTi_GB2312.ttf", "simkai.ttf"),
}
"""File names by role, as Windows and office suites install them. Windows makes its bold 宋体 by smearing, we do not."""

OWN_FILES: Final[dict[str, tuple[str, ...]]] = {
    "fangsong": (f"{GPL_FOLDER}/FandolFang-TT.ttf", SERIF),
    "title": (SERIF_BOLD,),
    "song": (SERIF,),
    "song_bold": (SERIF_BOLD,),
    "hei": (SANS,),
    "kai": (WENKAI,),
}
GETA: Final = "〓"
"""Printed for a character that no font has; `unprintable()` names it."""


def office_folders() -> tuple[Path, ...]:
    """Folders where the office's own fonts may lie, in the order they are asked."""
    folders = [Path(folder) for folder in (os.environ.get("FONT_DIR", ""),) if folder]
    if sys.platform == "win32":
        folders.append(Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts")
    return tuple(folder for folder in folders if folder.is_dir())


@lru_cache(maxsize=32)
def _open(path: Path, _changed: float) -> TrueTypeFont | None:
    try:
        return TrueTypeFont(path)
    except (FontIsUnusable, OSError, ValueError):
        return None


def _usable(path: Path) -> TrueTypeFont | None:
    try:
        return _open(path, path.stat().st_mtime)
    except OSError:
        return None


def _office_font(role: str) -> TrueTypeFont | None:
    for folder in office_folders():
        names = {entry.name.lower(): entry for entry in sorted(folder.iterdir())}
        for name in OFFICE_FILES[role]:
            path = names.get(name.lower())
            font = _usable(path) if path else None
            if font:
                return font
    return None


def font_for(role: str) -> TrueTypeFont:
    """The font a role prints in: the office's own, else ours, else the next best of ours.

    Raises KeyError for an unknown role and FontIsUnusable if not one file of this folder can be read.
    """
    own = _office_font(role)
    if own:
        return own
    for name in (*OWN_FILES[role], SERIF, WENKAI):
        font = _usable(HERE / name)
        if font:
            return font
    raise FontIsUnusable("字体文件缺失，请把 reports/fonts 文件夹恢复完整。")


def chain(role: str) -> tuple[TrueTypeFont, ...]:
    """The fonts asked in turn for each character: the role's own, LXGW WenKai, Noto Serif SC."""
    fonts = [font_for(role)]
    for name in (WENKAI, SERIF):
        font = _usable(HERE / name)
        if font and font not in fonts:
            fonts.append(font)
    return tuple(fonts)


def is_invisible(character: str) -> bool:
    """Whether a character has no shape of its own: controls, zero-width signs, surrogates, selectors."""
    point = ord(character)
    return (
        unicodedata.category(character) in ("Cc", "Cf", "Cs")
        or 0xFE00 <= point <= 0xFE0F
        or 0xE0100 <= point <= 0xE01EF
    )


def unprintable(text: str) -> list[str]:
    """The characters of `text` that no font here can print, each once, in order; they come out as 〓."""
    fonts: tuple[TrueTypeFont, ...] = ()
    missing: list[str] = []
    for character in dict.fromkeys(text):
        if character.isascii() or is_invisible(character):
            continue
        fonts = fonts or chain("song")
        if not any(ord(character) in font.glyphs for font in fonts):
            missing.append(character)
    return missing


def code_point(character: str) -> str:
    """How a character that cannot be shown is named to people: U+30EDD."""
    return f"U+{ord(character):04X}"
