"""Between the rules of a book and the rows of the register 积分规则: a published rule stands in both and says the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from typing import Any, cast

from app.extensions import db
from app.lowcode.service import SaveRefused
from app.points.books.models import PointsBook
from app.points.books.reading import read_book_data
from app.points.books.rules import Book, BookRule, Group, Recorder
from app.points.books.writing import book_data, content_digest

IN_USE = (
    "已经有积分按这条规则记了，不能直接改，以前的月份才说得清。"
    "请到“积分细则”里由现在的版本出一个新版本，改好后定下启用日期。"
)


def row_values(book: Book, group: Group, rule: BookRule) -> dict[str, Any]:
    """A rule as values of the register's columns."""
    return {
        "code": rule.code,
        "name": rule.name,
        "group_name": group.name,
        "sign": "minus" if rule.is_deduction else "plus",
        "value": abs(rule.value),
        "cap": rule.cap_month,
        "valid_from": rule.valid_from or book.valid_from,
        "valid_to": rule.valid_to or book.valid_to,
        "recorder": rule.recorder,
        "needs_evidence": rule.needs_evidence,
        "auto_on": rule.auto_on,
        "is_veto": rule.is_veto,
        "basis": book.basis or None,
        "note": rule.note or None,
    }


def book_of(row: PointsBook) -> Book:
    """The book of a version, its days as they stand in the row."""
    parsed = _parsed(_Content(row.digest, row.content))
    return replace(parsed, valid_from=row.valid_from, valid_to=row.valid_to)


@dataclass(frozen=True, slots=True)
class _Content:
    digest: str
    data: Mapping[str, Any] = field(compare=False)


@lru_cache(maxsize=64)
def _parsed(content: _Content) -> Book:
    """Read once for each digest: awarding asks for the book again and again, and it says the same."""
    return read_book_data(content.data, source="积分细则")


def set_content(row: PointsBook, book: Book) -> None:
    """Put a book into its row: content, digest, and the columns lists are made from."""
    row.content, row.digest = book_data(book), content_digest(book)
    row.key, row.name, row.basis = book.key, book.name, book.basis
    row.valid_from, row.valid_to = book.valid_from, book.valid_to


def rule_of(row: Any, book: Book | None) -> tuple[Group | None, BookRule]:
    """The rule of a register's row with its group: as its book tells it, or, for a rule by itself, as the row does."""
    found = book.find(row.code) if book is not None else None
    if found is not None:
        return found
    return None, BookRule(
        code=row.code, name=row.name, value=-row.value if row.sign == "minus" else row.value, cap_month=row.cap,
        needs_evidence=bool(row.needs_evidence), recorder=cast("Recorder", row.recorder or "any"),
        is_veto=bool(row.is_veto), auto_on=row.auto_on, valid_from=row.valid_from, valid_to=row.valid_to,
        note=row.note or "",
    )  # fmt: skip


def into_the_book(row: Any, *, is_used: bool) -> None:
    """What was changed in the register's row of a book's rule, written into the book. Raises SaveRefused where entries
    stand on the rule: a used rule is followed by a new version."""
    book_row = db.session.get(PointsBook, row.book_id) if row.book_id is not None else None
    if book_row is None:
        return
    book = book_of(book_row)
    changed = [name for name, value in _of_row(row).items() if value != _stated(book, row).get(name)]
    if not changed:
        return
    if "code" in changed or _stated(book, row) == {}:
        raise SaveRefused({"code": "这条规则是随积分细则启用的，编号不能改。请到“积分细则”里出新版本。"})
    if is_used and set(changed) - {"note"}:
        raise SaveRefused({changed[0]: IN_USE})
    if {"value", "sign"} & set(changed) and rule_of(row, book)[1].measure == "steps":
        raise SaveRefused({"value": "这条规则分档计分，请到“积分细则”里出新版本来改各档的分。"})
    set_content(book_row, _with_row(book, row))


COMPARED = (
    "code", "name", "group_name", "sign", "value", "cap", "recorder", "needs_evidence", "auto_on", "is_veto", "note",
)  # fmt: skip


def _of_row(row: Any) -> dict[str, Any]:
    return {name: _plain(getattr(row, name)) for name in COMPARED}


def _stated(book: Book, row: Any) -> dict[str, Any]:
    found = book.find(row.code)
    if found is None:
        return {}
    values = row_values(book, *found)
    return {name: _plain(values[name]) for name in COMPARED}


def _plain(value: Any) -> Any:
    """Nothing, no and an empty text are the same here: the register keeps None where a book keeps False."""
    return value if isinstance(value, Decimal) else value or None


def _with_row(book: Book, row: Any) -> Book:
    """The book with one rule as its row has it. A new group name moves the rule to that group, made at the end."""
    old_group, old = cast("tuple[Group, BookRule]", book.find(row.code))
    sign = -1 if row.sign == "minus" else 1
    new = replace(
        old, name=row.name, value=sign * row.value, cap_month=row.cap, recorder=row.recorder or "any",
        needs_evidence=bool(row.needs_evidence), auto_on=row.auto_on or None, is_veto=bool(row.is_veto),
        note=row.note or "",
    )  # fmt: skip
    name = row.group_name or old_group.name
    groups = list(book.groups)
    if name not in {group.name for group in groups}:
        groups.append(Group(name=name))
    return replace(book, groups=tuple(_regrouped(group, old, new, name) for group in groups))


def _regrouped(group: Group, old: BookRule, new: BookRule, name: str) -> Group:
    if group.name == name and old in group.rules:
        return replace(group, rules=tuple(new if rule == old else rule for rule in group.rules))
    rest = tuple(rule for rule in group.rules if rule != old)
    return replace(group, rules=(*rest, new) if group.name == name else rest)
