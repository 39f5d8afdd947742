"""Fonts: every role prints, rare names are found, missing characters are named, the GPL folder may go."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from reports import fonts
from reports.fonts.truetype import FontIsUnusable, TrueTypeFont
from reports.renderers.style import ROLES

RARE_NAMES = "㛃䶮𬱖𫖯𬸚𬭎喆堃甡玥珺芃犇骉赟頔嫄媓翀旻昉禛彧"
GEORGIAN_ASOMTAVRULI = "Ⴀ"
"""A letter no Chinese font carries."""


def gb2312() -> str:
    codes = (bytes((high, low)) for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF))
    return "".join(code.decode("gb2312", "ignore") for code in codes)


@pytest.mark.parametrize("role", ROLES)
def test_every_role_has_all_of_gb2312_itself(role: str) -> None:
    font = fonts.font_for(role)
    assert len(gb2312()) == 6763
    assert [character for character in gb2312() if ord(character) not in font.glyphs] == []


@pytest.mark.parametrize("role", ROLES)
def test_every_role_has_signs_of_official_papers(role: str) -> None:
    available = fonts.chain(role)
    for character in "〔〕—·“”‘’（）《》①⑳㎡℃％‰★□■√×÷±½〇":
        assert any(ord(character) in font.glyphs for font in available), character


def test_rare_name_characters_are_printable() -> None:
    assert fonts.unprintable(RARE_NAMES) == []


def test_unprintable_names_each_missing_character_once_and_in_order() -> None:
    text = f"张{GEORGIAN_ASOMTAVRULI}三\U000323afⴀ{GEORGIAN_ASOMTAVRULI}"
    assert fonts.unprintable(text) == [GEORGIAN_ASOMTAVRULI, "\U000323af", "ⴀ"]
    assert fonts.code_point("\U000323af") == "U+323AF"


def test_invisible_characters_are_not_reported() -> None:
    assert fonts.unprintable("王\u200b小\ufe0f明\U000e0101\n\t") == []


def test_works_with_the_gpl_folder_deleted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(fonts.HERE / "ofl", tmp_path / "ofl")
    monkeypatch.setattr(fonts, "HERE", tmp_path)
    assert fonts.font_for("fangsong").path.name == "NotoSerifSC-Regular-cut.ttf"


def test_no_font_at_all_is_said_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "HERE", tmp_path)
    with pytest.raises(FontIsUnusable, match="字体文件缺失"):
        fonts.font_for("song")


def test_the_offices_own_font_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(fonts.HERE / fonts.SANS, tmp_path / "SIMFANG.TTF")
    monkeypatch.setenv("FONT_DIR", str(tmp_path))
    assert fonts.font_for("fangsong").path == tmp_path / "SIMFANG.TTF"
    assert fonts.font_for("hei").path == fonts.HERE / fonts.SANS


def test_a_broken_or_cff_font_of_the_office_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "simhei.ttf").write_bytes(b"OTTO" + b"\0" * 200)
    (tmp_path / "simkai.ttf").write_bytes(b"")
    monkeypatch.setenv("FONT_DIR", str(tmp_path))
    assert fonts.font_for("hei").path == fonts.HERE / fonts.SANS
    assert fonts.font_for("kai").path == fonts.HERE / fonts.WENKAI


@pytest.mark.parametrize("role", ROLES)
def test_a_subset_is_a_font_that_holds_the_same_outlines(role: str, tmp_path: Path) -> None:
    font_tools = pytest.importorskip("fontTools.ttLib")
    font = fonts.font_for(role)
    glyphs = [0, *(font.glyphs[ord(character)] for character in "网格A国éＷ" if ord(character) in font.glyphs)]
    path = tmp_path / "subset.ttf"
    path.write_bytes(font.subset(glyphs))
    with font_tools.TTFont(path) as small, font_tools.TTFont(font.path) as whole:
        _same_glyphs(small, whole, glyphs)


def _same_glyphs(small: object, whole: object, glyphs: list[int]) -> None:
    for new, old in enumerate(glyphs):
        new_name, old_name = small.getGlyphOrder()[new], whole.getGlyphOrder()[old]
        assert small["hmtx"][new_name] == whole["hmtx"][old_name]
        assert small["glyf"][new_name].getCoordinates(small["glyf"]) == whole["glyf"][old_name].getCoordinates(
            whole["glyf"]
        )


def test_characters_agree_with_an_independent_reader() -> None:
    font_tools = pytest.importorskip("fontTools.ttLib")
    for name in (fonts.SERIF, fonts.WENKAI, fonts.OWN_FILES["fangsong"][0]):
        path = fonts.HERE / name
        with font_tools.TTFont(path, lazy=True) as whole:
            order = {glyph: number for number, glyph in enumerate(whole.getGlyphOrder())}
            expected = {point: order[glyph] for point, glyph in whole.getBestCmap().items()}
        assert TrueTypeFont(path).glyphs == expected


def test_licences_stand_beside_the_fonts() -> None:
    notice = (fonts.HERE / "NOTICE").read_text(encoding="utf-8")
    for file in sorted(fonts.HERE.glob("*/*.?tf")):
        assert file.name in notice
        assert "Source" not in file.name
    assert "embedding exception is hereby extended" in notice
    licence = (fonts.HERE / fonts.GPL_FOLDER / "COPYING").read_text(encoding="utf-8")
    assert "embed this font" in " ".join(licence.split())
    assert len(list((fonts.HERE / "ofl").glob("*LICENSE.txt"))) == 3


def test_fonts_stay_a_sensible_size() -> None:
    total = sum(file.stat().st_size for file in fonts.HERE.rglob("*") if file.is_file())
    assert total < 45_000_000
