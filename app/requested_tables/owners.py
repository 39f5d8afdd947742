"""Whose table a file is: a community named in its title lines, its columns, its sheet or the file's own name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.areas.rules import plain_name

_COPY = re.compile(r"[(（](\d{1,3})[)）]|副本\s*(\d*)")
_SUFFIX = re.compile(r"\.(xlsx|xlsm|xls|csv|et|txt)$", re.IGNORECASE)
_OTHER_LEVEL = ("街道", "镇", "乡", "县", "市", "小区", "路", "片区")
"""What a bare name must not be followed by: 清溪街道 is not 清溪社区."""
_MOSTLY = 0.8
EVIDENCE = ("表头", "社区一列", "工作表名", "文件名", "人工")
"""By what a file was recognised, the strongest first; the last one is a person's own word."""


@dataclass(frozen=True)
class Recognised:
    """The community a file is taken for ("" for none), by what, and what speaks against it."""

    code: str
    by: str = ""
    doubt: str = ""


def copy_number(file_name: str) -> int:
    """2 of 桂花(2).xlsx; 1 of 桂花 - 副本.xlsx; 0 of 桂花.xlsx."""
    stem = _SUFFIX.sub("", file_name)
    found = [int(hit[1] or hit[2] or 1) for hit in _COPY.finditer(stem)]
    return found[-1] if found else 0


class Names:
    """The communities that are asked, by the ways in which their names are written."""

    def __init__(self, places: Mapping[str, str]) -> None:
        self._words: dict[str, list[str]] = {}
        for code, name in places.items():
            for word in {"".join(name.split()), plain_name(name)}:
                if len(word) >= 2 or len(plain_name(name)) < 2:
                    self._words.setdefault(word, []).append(code)

    def in_text(self, text: str) -> set[str]:
        """Codes of communities that a text names; the longer name wins where one contains the other."""
        bare = "".join(text.split())
        found: set[str] = set()
        taken: list[tuple[int, int]] = []
        for word in sorted(self._words, key=len, reverse=True):
            start = bare.find(word)
            while start >= 0:
                end = start + len(word)
                is_free = all(end <= low or start >= high for low, high in taken)
                if is_free and not bare[end:].startswith(_OTHER_LEVEL):
                    taken.append((start, end))
                    if len(self._words[word]) == 1:
                        found.add(self._words[word][0])
                start = bare.find(word, end)
        return found


def recognise(names: Names, *, titles: Iterable[str], column: Sequence[str], sheet: str, file_name: str) -> Recognised:
    """Whose table it is. `titles` are the lines above and below it, `column` the cells of its 社区 column."""
    in_titles = _only(names, titles)
    in_column = _mostly(names, column)
    in_sheet = _one(names.in_text(sheet))
    in_name = _one(names.in_text(_SUFFIX.sub("", file_name)))
    for code, by in zip((in_titles, in_column, in_sheet, in_name), EVIDENCE, strict=False):
        if code:
            others = {other for other in (in_titles, in_column, in_sheet, in_name) if other and other != code}
            doubt = f"{by}和别处写的不是同一个社区，请核对。" if others else ""
            return Recognised(code, by, doubt)
    return Recognised("")


def _one(codes: set[str]) -> str:
    return next(iter(codes)) if len(codes) == 1 else ""


def _only(names: Names, texts: Iterable[str]) -> str:
    found: set[str] = set()
    for text in texts:
        found |= names.in_text(text)
    return _one(found)


def _mostly(names: Names, cells: Sequence[str]) -> str:
    counts: Counter[str] = Counter()
    filled = [cell for cell in cells if cell.strip()]
    for cell in filled:
        counts.update(names.in_text(cell))
    if not counts:
        return ""
    code, count = counts.most_common(1)[0]
    return code if count >= _MOSTLY * len(filled) else ""
