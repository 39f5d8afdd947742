"""Search keys for Chinese names: pinyin initials and whole pinyin, without tones."""

from __future__ import annotations

import os
from functools import cache, lru_cache
from itertools import islice, product
from pathlib import Path

from app.fields.cells import clean

MOST_KEYS = 8
"""Readings of one text that are kept; names with more than three doubtful characters do not occur."""

_FILE = Path(__file__).parent / "data" / "readings.txt"


@lru_cache(maxsize=65_536)
def initials(text: str) -> tuple[str, ...]:
    """Search keys of a name: initials first, then whole pinyin, each reading once: 单雄 → sx, dx, shanxiong, danxiong.

    Letters and digits stay (small), all other marks drop out. Empty for a text without any of these.
    """
    text = clean(text).lower()
    surname, rest = _surname(text)
    choices = [_surname_readings(surname)] if surname else []
    choices.extend(readings for character in rest if (readings := _readings(character)))
    if not choices:
        return ()
    if all(len(readings) == 1 for readings in choices):
        syllables = [syllable for readings in choices for syllable in readings[0]]
        return tuple(dict.fromkeys(("".join([syllable[0] for syllable in syllables]), "".join(syllables))))
    combined = list(islice(product(*choices), MOST_KEYS))
    heads = ("".join(syllable[0] for part in parts for syllable in part) for parts in combined)
    wholes = ("".join(syllable for part in parts for syllable in part) for parts in combined)
    return tuple(dict.fromkeys((*heads, *wholes)))


def _surname(text: str) -> tuple[str, str]:
    """The surname where it is read in its own way, and what follows."""
    surnames = _doubtful()["surnames"]
    for length in (2, 1):
        if text[:length] in surnames:
            return text[:length], text[length:]
    return "", text


@cache
def _surname_readings(surname: str) -> tuple[tuple[str, ...], ...]:
    """Each reading as its syllables: 尉迟 → (yu, chi), (wei, chi)."""
    return tuple(tuple(reading.split("'")) for reading in _doubtful()["surnames"][surname])


@cache
def _readings(character: str) -> tuple[tuple[str, ...], ...]:
    """Readings of one character, each a one-syllable tuple; none for a mark."""
    if character.isascii():
        return ((character,),) if character.isalnum() else ()
    if found := _doubtful()["characters"].get(character):
        return tuple((reading,) for reading in found)
    reading = _without_tones(_table().get(ord(character), "").partition(",")[0])
    # 吕 is typed lv or lu, for keyboards have no ü.
    return tuple((typed,) for typed in dict.fromkeys((reading, reading.replace("v", "u")))) if reading else ()


@cache
def _doubtful() -> dict[str, dict[str, tuple[str, ...]]]:
    """The two sections of data/readings.txt: character or surname → its readings."""
    sections: dict[str, dict[str, tuple[str, ...]]] = {}
    name = ""
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            name = line.strip("[]")
            sections[name] = {}
        elif not line.startswith("#"):
            for word in line.split():
                character, _, readings = word.partition(":")
                sections[name][character] = tuple(readings.split("/"))
    return sections


@cache
def _table() -> dict[int, str]:
    """Code point → readings with tone marks, the commonest first.

    pypinyin 0.55 loads 47,000 phrases on import unless told not to; only its table of characters is wanted here.
    """
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "true")
    from pypinyin.constants import PINYIN_DICT  # noqa: PLC0415 - only when first needed, the start must be quick

    return PINYIN_DICT


def _without_tones(reading: str) -> str:
    from pypinyin.contrib.tone_convert import to_normal  # noqa: PLC0415 - after _table() has set the switch

    return to_normal(reading)
