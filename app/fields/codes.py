"""Code lists: the national ones, those of our rosters, and how a written word becomes a code.

The entries stand in data/code_lists.txt. Settings may replace or add a list for a district.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from app.fields.cells import half_width, without_spaces, written
from app.fields.refusal import Refused

CODE_LENGTH = 40
"""Longest code, as columns store it."""

_FILE = Path(__file__).parent / "data" / "code_lists.txt"
_BRACKETS = re.compile(r"[(\[【〔][^)\]】〕]*[)\]】〕]")


@dataclass(frozen=True)
class CodeItem:
    """One entry: what is stored, what is shown, what else people write for it. A retired one is shown, not offered."""

    code: str
    label: str
    synonyms: tuple[str, ...] = ()
    is_retired: bool = False


@dataclass(frozen=True)
class CodeList:
    """Entries in the order they are offered. `title` is the Chinese name of the column, `source` a standard."""

    name: str
    title: str
    items: tuple[CodeItem, ...]
    source: str = ""
    _words: dict[str, frozenset[str]] = field(init=False, repr=False, compare=False)
    _labels: dict[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        labels = {item.code: item.label for item in self.items}
        if len(labels) != len(self.items):
            raise ValueError(f"{self.name}: a code stands twice")
        if len(set(labels.values())) != len(self.items):
            raise ValueError(f"{self.name}: a label stands twice")
        object.__setattr__(self, "_labels", labels)
        object.__setattr__(self, "_words", _words_of(self.items))

    def label_of(self, code: str) -> str:
        """The label; a code outside the list is its own label."""
        return self._labels.get(code, code)

    def choices(self) -> tuple[tuple[str, str], ...]:
        """(code, label) of the entries that are offered."""
        return tuple((item.code, item.label) for item in self.items if not item.is_retired)

    def codes_for(self, text: str) -> frozenset[str]:
        """All codes that `text` may mean, by code, label or synonym."""
        return self._words.get(text) or self._words.get(fold(text), frozenset())


def _words_of(items: tuple[CodeItem, ...]) -> dict[str, frozenset[str]]:
    """Each spelling with what it may mean. A label outranks a code, a code outranks a synonym."""
    words: dict[str, frozenset[str]] = {}
    for spellings in (
        [(item.label, item.code) for item in items],
        [(item.code, item.code) for item in items],
        [(item.code.lstrip("0"), item.code) for item in items if item.code.isdigit() and item.code.strip("0")],
        [(synonym, item.code) for item in items for synonym in item.synonyms],
    ):
        rank: dict[str, set[str]] = {}
        for spelling, code in spellings:
            if fold(spelling) not in words:
                rank.setdefault(fold(spelling), set()).add(code)
        words |= {spelling: frozenset(found) for spelling, found in rank.items()}
    return words


def fold(text: str) -> str:
    """A spelling as lists compare it: half-width, no spaces, small letters, without the 族 at the end."""
    text = without_spaces(half_width(text)).lower()
    return text[:-1] if len(text) > 1 and text.endswith("族") else text


def has_entry(code_list: CodeList, text: str) -> bool:
    """True where `text` names exactly one entry."""
    return len(code_list.codes_for(text)) == 1


def read_code(code_list: CodeList, text: str) -> str:
    """The code for a code, label or synonym; remarks in brackets do not count.

    Raises Refused where nothing fits, or more than one, naming the nearest labels.
    """
    text = written(text)
    found = code_list.codes_for(text)
    if not found:
        found = _without_remark(code_list, half_width(text))
    if len(found) == 1:
        return next(iter(found))
    if found:
        labels = "、".join(code_list.label_of(code) for code in sorted(found))
        raise Refused(f"写得不够清楚，可能是：{labels}。请选其中一个。", code="code_ambiguous")
    raise Refused(f"没有这一项。{_suggestion(code_list, text)}", code="code_unknown")


def _without_remark(code_list: CodeList, text: str) -> frozenset[str]:
    """大学本科(在职) means 大学本科; but 中共党员(预备) names two entries, and both are given back."""
    found = code_list.codes_for(_BRACKETS.sub("", text))
    for remark in _BRACKETS.findall(text):
        found |= code_list.codes_for(remark[1:-1])
    return found


def _suggestion(code_list: CodeList, text: str) -> str:
    labels = [label for _, label in code_list.choices()]
    if len(labels) <= 8:
        return f"请从这些里选：{'、'.join(labels)}。"
    near = [
        item.label
        for item in code_list.items
        if not item.is_retired and any(len(word) > 1 and word in text for word in (item.label, *item.synonyms))
    ]
    near += get_close_matches(text, labels, n=3, cutoff=0.3)
    if near:
        return f"最接近的是：{'、'.join(list(dict.fromkeys(near))[:4])}。"
    return f"请从这些里选：{'、'.join(labels[:8])} 等。"


def read_code_lists(lines: Iterator[str]) -> dict[str, CodeList]:
    """Code lists out of text: "[name title source]" opens one, then a line "code label synonym…" for each entry.

    "#" starts a comment; a code with "-" before it is retired. Raises ValueError naming the line.
    """
    heads: dict[str, tuple[str, str]] = {}
    items: dict[str, list[CodeItem]] = {}
    name = ""
    for number, line in enumerate(lines, 1):
        words = line.partition("#")[0].split()
        if not words:
            continue
        if words[0].startswith("["):
            name, title, *source = " ".join(words).strip("[]").split(" ", 2)
            if name in heads:
                raise ValueError(f"Line {number}: list {name} stands twice")
            heads[name], items[name] = (title, "".join(source)), []
        elif not name or len(words) < 2:
            raise ValueError(f"Line {number}: expected [name title] or: code label synonyms")
        else:
            code = words[0]
            items[name].append(CodeItem(code.removeprefix("-"), words[1], tuple(words[2:]), code.startswith("-")))
    return {name: CodeList(name, title, tuple(items[name]), source) for name, (title, source) in heads.items()}


def _read_file() -> dict[str, CodeList]:
    with _FILE.open(encoding="utf-8") as lines:
        return read_code_lists(iter(lines))


CODE_LISTS: dict[str, CodeList] = _read_file()
"""The lists as shipped, by name. Not to be changed: a district's own lists are registered."""

_registered: dict[str, CodeList] = {}


def code_list(name: str) -> CodeList:
    """The list in force: the district's own where there is one, with what the office changed of it.

    Raises KeyError for an unknown name.
    """
    return _office.change(shipped_list(name))


def shipped_list(name: str) -> CodeList:
    """The list before the office changed it. Raises KeyError for an unknown name."""
    found = _registered.get(name) or CODE_LISTS.get(name)
    if found is None:
        raise KeyError(f"No code list is called {name!r}; add it to data/code_lists.txt or register it")
    return found


@dataclass
class _Office:
    """What the office changed; the room of settings knows."""

    change: Callable[[CodeList], CodeList]


_office = _Office(lambda shipped: shipped)


def set_office_changes(change: Callable[[CodeList], CodeList]) -> None:
    """Say how an office changes a shipped list (app.settings.code_lists)."""
    _office.change = change


def register_code_list(replacement: CodeList) -> None:
    """Put `replacement` in force under its name, for every register of this process."""
    _registered[replacement.name] = replacement


def forget_registered_code_lists() -> None:
    """Go back to the lists as shipped (another profile is loaded, a test is over)."""
    _registered.clear()


def code_list_names() -> tuple[str, ...]:
    """Names of all lists in force, sorted."""
    return tuple(sorted(CODE_LISTS.keys() | _registered.keys()))
