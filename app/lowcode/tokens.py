"""What a row is found by: Chinese cut into single characters and pairs, beginnings of pinyin, areas, filter values.

FTS5's trigram finds nothing for two characters and LIKE reads every row, hence tokens of our own. A token's first
letter says its kind: t text, w words and numbers, p pinyin, a lies in this area, e lies exactly here, f filter value,
h fingerprint of a sealed value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import accumulate
from operator import add
from typing import Any

from sqlalchemy import String

from app.database.scope import ancestors_of
from app.fields.pinyin import initials
from app.lowcode.column import Column
from app.lowcode.register import Register

CHINESE = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]+")
LATIN = re.compile(r"[a-z0-9]+")
_NOT_IN_TOKEN = re.compile(r"[^\w.:-]")
_LONGEST_BEGINNING = 16
_T = "t".__add__
_REMEMBERED = 20_000
"""Values of one column whose tokens are kept while many rows are drafted."""


def text_tokens(value: str) -> set[str]:
    """Single characters and pairs of Chinese, whole words of Latin and digits with their last four."""
    found: set[str] = set()
    lowered = value.lower()
    if not lowered.isascii():
        for run in CHINESE.findall(lowered):
            found.update(map(_T, run), map(_T, map(add, run, run[1:])))
    for word in LATIN.findall(lowered):
        found.add("w" + word)
        if len(word) >= 7 and word.isdigit():
            found.add("w" + word[-4:])
            found.add("w" + word[:7])
    return found


def pinyin_tokens(name: str) -> set[str]:
    """Every beginning of the name's initials and full pinyin, in each reading: 单文 → s sw, shan shanw …, dan …"""
    found: set[str] = set()
    for key in initials(name):
        found.update(accumulate("p" + key[:_LONGEST_BEGINNING]))
    found.discard("p")
    return found


def area_tokens(code: str) -> set[str]:
    """One token for each area the row lies in, and one for exactly where it lies."""
    return {"a" + above for above in (*ancestors_of(code), code)} | {"e" + code}


def tokens_of(reg: Register, row: Any, today: date) -> set[str]:
    """All tokens of a row; a deleted one has none."""
    if row.deleted_at is not None:
        return set()
    found = area_tokens(row.area_code)
    for column in reg.columns:
        if column.kind == "sealed":
            print_ = getattr(row, column.name + "_hash")
            if print_:
                found.add("h" + print_[:24])
            continue
        if not _is_found(column):
            continue
        value = column.get(row, today=today)
        if value is not None:
            found |= value_tokens(column, value)
    return found


def value_tokens(column: Column, value: Any) -> set[str]:
    """The tokens of one value that is not sealed."""
    found: set[str] = set()
    if column.is_searched:
        found |= text_tokens(column.type.show(value))
        if column.has_pinyin:
            found |= pinyin_tokens(column.type.show(value))
    if column.is_filtered and column.kind != "place":
        found.add(filter_token(column, value))
    return found


class TokenMaker:
    """The tokens of rows that are not made yet, as `tokens_of` would give them; remembers those of values it has met.

    Works on the portable values of a draft (app.lowcode.drafting); `at` says where each of them stands.
    """

    def __init__(self, columns: Sequence[Column], at: Mapping[str, int]) -> None:
        self._areas: dict[str, str] = {}
        self._parts = [(at[self._key(column)], *self._maker(column)) for column in columns if self._has_tokens(column)]
        self._extra_at = at["extra"]
        self._extras = [
            (column.name, *self._maker(column)) for column in columns if column.kind == "extra" and _is_found(column)
        ]

    @staticmethod
    def _has_tokens(column: Column) -> bool:
        return column.kind == "sealed" or (column.kind in ("stored", "link") and _is_found(column))

    @staticmethod
    def _key(column: Column) -> str:
        return column.name + {"sealed": "_hash", "link": "_id"}.get(column.kind, "")

    def _maker(self, column: Column) -> tuple[dict[Any, str], Callable[[Any], str]]:
        """What is known of a column's stored values, and how the others come to be known."""
        known: dict[Any, str] = {}
        if column.kind == "sealed":
            return known, lambda print_: "h" + print_[:24]
        is_as_stored = column.kind == "link" or isinstance(column.type.sql_type(), String)

        def made(stored: Any) -> str:
            value = stored if is_as_stored else column.type.parse(stored)
            text_ = " ".join(sorted(value_tokens(column, value))) if value is not None else ""
            if len(known) >= _REMEMBERED:
                known.clear()
            known[stored] = text_
            return text_

        return known, made

    def text(self, values: Sequence[Any], area_code: str) -> str:
        """All tokens in one text."""
        area = self._areas.get(area_code)
        if area is None:
            area = self._areas[area_code] = " ".join(sorted(area_tokens(area_code)))
        found = [area]
        for at, known, made in self._parts:
            value = values[at]
            if value is not None:
                found.append(known.get(value) or made(value))
        if self._extras:
            extra = values[self._extra_at] or {}
            for name, known, made in self._extras:
                value = extra.get(name)
                if value is not None:
                    found.append(known.get(value) or made(value))
        return " ".join(found)


def _is_found(column: Column) -> bool:
    return column.is_searched or column.is_filtered


def filter_token(column: Column, value: Any) -> str:
    """The token by which a filter finds a value."""
    raw = value if column.kind == "link" else column.type.json(value)
    return f"f{column.name}=" + _NOT_IN_TOKEN.sub("_", str(raw).lower())
