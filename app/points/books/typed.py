"""What was typed into the forms of a book: read as the parts of one, or refused with the field that is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.fields.refusal import Refused
from app.fields.types import Date
from app.lowcode.sent import sent_lines
from app.points.books.called import CALLED
from app.points.books.reading import read_book_data
from app.points.books.rules import Book, BookRefused, BookRule, Grade, Group, Weights

RULE_TEXTS = (
    "code", "name", "value", "per", "unit", "otherwise", "cap_day", "cap", "cap_year", "evidence", "recorder",
    "checker", "auto_on", "note",
)  # fmt: skip
STEP_PARTS = ("from", "to", "value")
GROUP_TEXTS = ("name", "base", "cap", "floor", "note")
GRADE_PARTS = ("name", "from", "to", "below", "quota", "consequence")
WEIGHT_PARTS = ("name", "percent")
DAYS = ("notice_days", "dispute_days", "decide_days")
TERM_TEXTS = ("ranking_basis", "pro_rata", "pro_rata_note", "least_share", "quota_per")
OTHER = "其他"
Data = dict[str, Any]


def typed_rule(form: Any) -> tuple[str, BookRule]:
    """(name of the group, rule). Raises BookRefused whose `key` is the field."""
    data = _texts(form, RULE_TEXTS) | {name: bool(form.get(name)) for name in ("needs_evidence", "veto")}
    data |= {name: _day(form, name) for name in ("valid_from", "valid_to")}
    data["steps"] = lines_of(form, "steps", STEP_PARTS)
    for step in data["steps"]:
        step.update({name: text.removesuffix("%") for name, text in step.items()})
    group = form.get("group", "").strip() or OTHER
    book = _read({"groups": [{"name": group, "rules": [data]}]}, "groups.0.rules.0.")
    return group, book.groups[0].rules[0]


def typed_group(form: Any) -> tuple[Group, int | None]:
    """A group without its rules, and at which place it shall stand (from 1). Raises as `typed_rule`."""
    book = _read({"groups": [_texts(form, GROUP_TEXTS) | {"bonus": bool(form.get("bonus"))}]}, "groups.0.")
    place = form.get("place", "").strip()
    if place and not (place.isascii() and place.isdecimal() and 0 < int(place) < 100):
        raise _refused("排在第几，请填 1、2、3 这样的数。", "place")
    return book.groups[0], int(place) if place else None


def typed_grades(form: Any) -> tuple[Grade, ...]:
    """The table of grades. Raises as `typed_rule`."""
    return _read({"grades": lines_of(form, "grades", GRADE_PARTS)}, "").grades


def typed_weights(form: Any) -> Weights:
    """One table of weights. Raises as `typed_rule`."""
    parts: dict[str, str] = {}
    lines = lines_of(form, "parts", WEIGHT_PARTS)
    for number, line in enumerate(lines):
        name = line.get("name", "")
        if not name or name in parts:
            sentence = f"“{name}”写了两次。" if name else "请写这一项的名称。"
            raise _refused(sentence, f"parts-{number}-name")
        if not line.get("percent"):
            raise _refused("请填占百分之几。", f"parts-{number}-percent")
        parts[name] = line["percent"].removesuffix("%")
    if not parts:
        raise _refused("请至少写一项，例如“半年 40%”。", "parts")
    try:
        return _read({"weights": [{"name": form.get("name", ""), "parts": parts}]}, "weights.0.").weights[0]
    except BookRefused as refused:
        _parts, _dash, part = refused.key.partition("parts-")
        if part in parts:
            raise _refused(refused.sentence, f"parts-{list(parts).index(part)}-percent") from None
        raise


def typed_whole(form: Any, book: Book) -> Book:
    """The book with its name, basis, limits and switches as typed. Raises as `typed_rule`."""
    terms: Data = _texts(form, TERM_TEXTS) | {"ranked": bool(form.get("ranked"))}
    for name in (*DAYS, "show_day"):
        text = form.get(name, "").strip()
        terms[name] = int(text) if text.isascii() and text.isdecimal() else text
    data = _texts(form, ("name", "basis", "base", "note"))
    if not data.get("name"):
        raise _refused("请写细则的名称。", "name")
    read = _read(data | {"terms": terms}, "terms.")
    return replace(book, name=read.name, basis=read.basis, base=read.base, note=read.note, terms=read.terms)


def lines_of(form: Any, name: str, parts: tuple[str, ...]) -> list[Data]:
    """Lines of a table in which anything was typed; empty cells are left out."""
    found = []
    for line in sent_lines(form, name, parts):
        texts = {part: line[part].strip() for part in parts if line[part].strip()}
        if texts:
            found.append(texts)
    return found


def _texts(form: Mapping[str, str], names: tuple[str, ...]) -> Data:
    return {name: text for name in names if (text := form.get(name, "").strip())}


def _day(form: Mapping[str, str], name: str) -> str | None:
    try:
        day = Date().parse(form.get(name, ""))
    except Refused as refused:
        raise _refused(refused.message, name) from None
    return day.isoformat() if day is not None else None


def _read(data: Data, prefix: str) -> Book:
    """A book that has only this part. A refusal's key loses `prefix` and becomes the name of a field."""
    try:
        return read_book_data({"key": "typed", "valid_from": "2000-01-01"} | data, source="没有保存", called=CALLED)
    except BookRefused as refused:
        raise _refused(refused.sentence, refused.key.removeprefix(prefix).replace(".", "-")) from None


def _refused(sentence: str, key: str) -> BookRefused:
    return BookRefused(sentence, key=key)
