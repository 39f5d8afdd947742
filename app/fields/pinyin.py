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
    # Given names come again sooner than whole names do, and most surnames are one character read in one way.
    length = _length_of_surname(text)
    first, last = _spoken_surname(text[:length]), _spoken(text[length:])
    if len(first) == len(last) == 1:
        head, whole = first[0][0] + last[0][0], first[0][1] + last[0][1]
        return (head, whole) if head != whole else (head,) if head else ()
    spoken = [(head + more, whole + rest) for head, whole in first for more, rest in last][:MOST_KEYS]
    return tuple(dict.fromkeys((*(head for head, _ in spoken), *(whole for _, whole in spoken))))


def _length_of_surname(text: str) -> int:
    """Characters of the surname where it is read in its own way, else of the first character."""
    surnames = _doubtful()["surnames"]
    return next((length for length in (2, 1) if text[:length] in surnames), 1)


@cache
def _spoken_surname(surname: str) -> tuple[tuple[str, str], ...]:
    """(initials, whole) of each reading: 尉迟 → (yc, yuchi), (wc, weichi)."""
    found = _doubtful()["surnames"].get(surname)
    if found is None:
        return _spoken(surname)
    syllables = [reading.split("'") for reading in found]
    return tuple(("".join([syllable[0] for syllable in each]), "".join(each)) for each in syllables)


@lru_cache(maxsize=16_384)
def _spoken(text: str) -> tuple[tuple[str, str], ...]:
    """(initials, whole) of each way to read some characters; a pair of empty texts for none."""
    choices = [readings for character in text if (readings := _readings(character))]
    combined = islice(product(*choices), MOST_KEYS)
    return tuple(("".join([syllable[0] for syllable in each]), "".join(each)) for each in combined)


@cache
def _readings(character: str) -> tuple[str, ...]:
    """Readings of one character; none for a mark."""
    if character.isascii():
        return (character,) if character.isalnum() else ()
    if found := _doubtful()["characters"].get(character):
        return found
    reading = _without_tones(_table().get(ord(character), "").partition(",")[0])
    # 吕 is typed lv or lu, for keyboards have no ü.
    return tuple(dict.fromkeys((reading, reading.replace("v", "u")))) if reading else ()


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
