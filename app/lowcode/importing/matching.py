"""Which of their columns is which of ours: by label, synonym, decoration taken off, and by what the cells contain."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from app.lowcode.column import Column
from app.lowcode.importing.headings import is_serial_heading, plain_heading, spoken_heading, text_of
from app.lowcode.importing.layout import HeaderCell, Table

SURE, LIKELY, GUESS = 3, 2, 1
"""LIKELY ones are used and shown as unsure; a GUESS is only offered to the person."""

_PLACES = (
    "区县 街道 乡镇 镇街 社区 村社区 村居 居委会 所属街道 所属社区 所在社区 社区名称 村（社区） 所属村社区 "
    "网格 所属网格 所在网格 网格名称 网格编号 网格编码"
)
PLACE_WORDS = tuple(_PLACES.split())
"""Any register's place understands these; several of them in one table make a path 桂花社区/第一网格."""
_PLACE_RANK = ("区县", "街道", "乡镇", "镇街", "社区", "村", "居", "网格")
_ID_NUMBER = re.compile(r"^'?\d{17}[\dXxＸ]$")
_OTHER_WORDS = "配偶 户主 父 母 子女 家属 紧急 法人 代理 推荐 介绍 监护 原 曾 旧 非 房东"
_OTHERS = tuple(_OTHER_WORDS.split())
_ASKING = re.compile(r"^(请填写|请输入|填写|请选择|您的|本人|人员|党员|成员|网格员|居民|基本信息|个人)")


@dataclass(frozen=True)
class Match:
    """What one header is taken for: the column's name ("" for none) and how certain that is."""

    column: str
    certainty: int
    guess: str = ""
    """A column to offer where there is no match."""
    is_remembered: bool = False
    """上次这样对应: the same header was imported before, and this is what it was taken for."""

    @property
    def is_sure(self) -> bool:
        """Whether nobody needs to look at it again."""
        return self.certainty >= SURE or not self.column


def vocabulary(columns: Sequence[Column]) -> dict[str, str]:
    """Every plain word that surely means a column → the column's name. Labels outrank synonyms."""
    words: dict[str, str] = {}
    importable = [column for column in columns if column.kind not in ("computed", "lines")]
    for spellings in (
        [(column.label, column.name) for column in importable],
        [(synonym, column.name) for column in importable for synonym in column.synonyms],
        [(column.name, column.name) for column in importable],
        [(word, column.name) for column in importable if column.kind == "place" for word in PLACE_WORDS],
    ):
        for spelling, name in spellings:
            words.setdefault(plain_heading(spelling), name)
            words.setdefault(spoken_heading(spelling), name)
    return words


def match(
    table: Table, columns: Sequence[Column], *, samples: Mapping[int, Sequence[Any]] | None = None,
    chosen: Mapping[str, str] | None = None, remembered: Mapping[str, str] | None = None,
) -> dict[int, Match]:  # fmt: skip
    """A match for every header of a table, by position. `chosen` are a person's own answers by header,
    `remembered` the answers of last time.

    A column is given to one header only, the best; a place may take several, which make a path. `samples` are values
    by position.
    """
    words = vocabulary(columns)
    chosen_words = {plain_heading(header): name for header, name in (chosen or {}).items()}
    last_words = {plain_heading(header): name for header, name in (remembered or {}).items()}
    names = {column.name: column for column in columns if column.kind not in ("computed", "lines")}
    found: dict[int, Match] = {}
    for cell in table.columns:
        found[cell.index] = (
            _chosen(cell, chosen_words, names) or _remembered(cell, last_words, names) or _by_words(cell, words)
        )
    _by_content(table, names, samples or {}, found)
    return _each_once(table, names, found)


def _chosen(cell: HeaderCell, chosen: Mapping[str, str], names: Mapping[str, Column]) -> Match | None:
    for title in (cell.title, cell.last):
        word = plain_heading(title)
        if word in chosen:
            name = chosen[word]
            return Match(name if name in names else "", SURE + 1)
    return None


def _remembered(cell: HeaderCell, last: Mapping[str, str], names: Mapping[str, Column]) -> Match | None:
    """What the header was taken for last time, unless that column is gone."""
    name = last.get(plain_heading(cell.title))
    if name is None or (name and name not in names):
        return None
    return Match(name, SURE, is_remembered=True)


def _by_words(cell: HeaderCell, words: Mapping[str, str]) -> Match:
    for title in (spoken_heading(cell.title), spoken_heading(cell.last), plain_heading(cell.title)):
        if title in words:
            return Match(words[title], SURE)
    last = plain_heading(cell.last)
    if last in words:
        return Match(words[last], SURE)
    alike = {_folded(word): name for word, name in reversed(list(words.items()))}
    if _folded(last) in alike:
        return Match(alike[_folded(last)], SURE)
    if is_serial_heading(cell.last):
        return Match("", SURE)
    stripped = _ASKING.sub("", last)
    if stripped != last and stripped in words:
        return Match(words[stripped], LIKELY)
    ending = max((word for word in words if len(word) >= 2 and last.endswith(word)), key=len, default="")
    if ending and len(last) - len(ending) <= 2 and not _names_another(last[: -len(ending)]):
        return Match(words[ending], LIKELY)
    beginning = max((word for word in words if len(word) >= 3 and last.startswith(word)), key=len, default="")
    if beginning and len(last) - len(beginning) <= 2:
        return Match(words[beginning], LIKELY)
    near = max(words, key=lambda word: SequenceMatcher(None, word, last).ratio(), default="")
    if near and SequenceMatcher(None, near, last).ratio() >= 0.6:
        return Match("", GUESS, guess=words[near])
    return Match("", SURE if not last else GUESS)


def _folded(word: str) -> str:
    """聘用时间 and 聘用日期, 证件号码 and 证件号 mean the same; so do 所在网格 and 所属网格."""
    for ending, common in (("时间", "日期"), ("年月日", "日期"), ("号码", "号"), ("编码", "编号")):
        if len(word) > len(ending) and word.endswith(ending):
            word = word[: -len(ending)] + common
            break
    return "所属" + word[2:] if word.startswith(("所在", "隶属")) and len(word) > 2 else word


def _names_another(prefix: str) -> bool:
    """配偶姓名, 户主电话, 父亲工作单位 are about somebody else."""
    return any(word in prefix for word in _OTHERS)


def _by_content(
    table: Table, names: Mapping[str, Column], samples: Mapping[int, Sequence[Any]], found: dict[int, Match]
) -> None:
    """A column full of ID numbers is one, whatever its title says."""
    ids = next((column.name for column in names.values() if column.type.key == "id_number"), "")
    if not ids or any(each.column == ids for each in found.values()):
        return
    for cell in table.columns:
        values = [text_of(value) for value in samples.get(cell.index, ()) if text_of(value)]
        if len(values) >= 2 and sum(1 for value in values if _ID_NUMBER.match(value)) >= 0.8 * len(values):
            if not found[cell.index].column:
                found[cell.index] = Match(ids, LIKELY)
            return


def _each_once(table: Table, names: Mapping[str, Column], found: dict[int, Match]) -> dict[int, Match]:
    best: dict[str, int] = {}
    for cell in table.columns:
        name = found[cell.index].column
        if name and (name not in best or found[cell.index].certainty > found[best[name]].certainty):
            best[name] = cell.index
    result = {}
    for cell in table.columns:
        each = found[cell.index]
        is_second = each.column and best[each.column] != cell.index and names[each.column].kind != "place"
        result[cell.index] = Match("", GUESS, guess=each.column) if is_second else each
    return result


def place_order(header: str) -> int:
    """Rank of a place header in a path: 街道 before 社区 before 网格."""
    word = plain_heading(header)
    return max((number for number, part in enumerate(_PLACE_RANK) if part in word), default=len(_PLACE_RANK))
