"""Words a template may hold: 【社区名称】 or {{ area }} for a value, a row for each record, rows on a condition; pure.

A name is looked up in a list and nothing else happens with it: there is no code in templates.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from difflib import get_close_matches
from typing import Literal

Value = str | int | Decimal | date | None
"""What stands for a name; None is a figure that does not exist and prints —."""
Row = Mapping[str, Value]
"""One record of a repeated row: column → value."""

TokenKind = Literal["value", "each", "when", "unless", "end"]
_TOKEN = re.compile(r"【([^【】\r\n]{1,80})】|\{\{([^{}\r\n]{1,80})\}\}")
_WORDS: tuple[tuple[TokenKind, str], ...] = (
    ("each", r"(?:每行|逐行)[：:]\s*(.+)|each\s+(.+)"),
    ("unless", r"如果没有[：:]\s*(.+)|unless\s+(.+)"),
    ("when", r"如果[：:]\s*(.+)|if\s+(.+)"),
    ("end", r"(结束)|(end)"),
)
NUMBER = "序号"
"""In a repeated row: 1, 2, 3 …"""
MOST_TOKENS = 2_000
NO_FIGURE = "—"


class TemplateRefused(ValueError):
    """The file cannot be taken as a template; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Token:
    """One placeholder as it is written, and what it names."""

    text: str
    kind: TokenKind
    name: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at one place of a template, and the names that may be meant."""

    place: str
    text: str
    suggestions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Contents:
    """What fills a template: values by name as they are written there, and rows by register."""

    values: Mapping[str, Value]
    rows: Mapping[str, Sequence[Row]]


def tokens(text: str) -> Iterator[Token]:
    """All placeholders of a text in order."""
    for match in _TOKEN.finditer(text):
        words = " ".join((match[1] or match[2]).split())
        yield _token(match[0], words)


def _token(text: str, words: str) -> Token:
    for kind, form in _WORDS:
        found = re.fullmatch(form, words)
        if found:
            return Token(text, kind, "" if kind == "end" else next(part for part in found.groups() if part).strip())
    return Token(text, "value", words)


def may_hold_tokens(text: str) -> bool:
    """Whether looking closer is worth it."""
    return "【" in text or "{{" in text


def filled(text: str, value_of: Callable[[str], Value]) -> Value:
    """The text with its values in place; a text that is one placeholder and nothing else becomes the value itself.

    Words of structure (每行, 如果, 结束) leave nothing behind.
    """
    found = list(tokens(text))
    for token in found:
        if token.kind != "value":
            text = text.replace(token.text, "", 1)
    values = [token for token in found if token.kind == "value"]
    if len(values) == 1 and text.strip() == values[0].text:
        value = value_of(values[0].name)
        return NO_FIGURE if value is None else value

    def said(match: re.Match[str]) -> str:
        return shown(value_of(" ".join((match[1] or match[2]).split())))

    # In one pass: a value that looks like a placeholder is text and is not looked up again.
    return _TOKEN.sub(said, text)


def shown(value: Value) -> str:
    """A value inside a sentence: 1,234, 98.20, 2026年10月31日, — for a figure that does not exist."""
    if value is None:
        return NO_FIGURE
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, Decimal):
        return f"{value:,f}"
    return _CONTROL.sub("", value)


_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")


def is_true(value: Value) -> bool:
    """Whether a block on a condition stands: the name has a value that is neither zero nor empty nor —."""
    return value not in (None, "", 0, NO_FIGURE) and value != Decimal(0)


def suggestions(name: str, known: Sequence[str], *, most: int = 3) -> tuple[str, ...]:
    """Known names that may be meant: those that hold it or are held by it, then those spelt alike."""
    inside = [each for each in known if name and (name in each or each in name)]
    inside.sort(key=lambda each: abs(len(each) - len(name)))
    alike = get_close_matches(name, known, n=most, cutoff=0.5)
    return tuple(dict.fromkeys([*inside[:most], *alike]))[:most]


def blocks_of(marks: Sequence[tuple[int, Token]]) -> list[tuple[int, int, Token]]:
    """(first line, last line, condition) of each block on a condition, from its words in the order of lines.

    Raises TemplateRefused for a block that is not closed, closed twice, or lies in another.
    """
    found: list[tuple[int, int, Token]] = []
    opened: tuple[int, Token] | None = None
    for line, token in marks:
        if token.kind in ("when", "unless"):
            if opened is not None:
                raise TemplateRefused(f"“{token.text}”在另一个“{opened[1].text}”里面。条件不能套条件，请分开写。")
            opened = (line, token)
        elif token.kind == "end":
            if opened is None:
                raise TemplateRefused("有一个【结束】前面没有【如果：…】，请补上或删掉。")
            found.append((opened[0], line, opened[1]))
            opened = None
    if opened is not None:
        raise TemplateRefused(f"“{opened[1].text}”后面没有【结束】，请在要显示的内容后面补上。")
    return found
