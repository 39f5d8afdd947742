"""A `Book` as plain values again, in the order of the keys people write: for JSON, YAML and digests."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from app.points.books.rules import USUAL_SHARE, ZERO, Book, BookRule, Grade, Group, Step, Terms, Weights

Plain = dict[str, Any]
BOOK_NOTE = "细则说明"


def book_data(book: Book) -> Plain:
    """What `reading.read_book_data` reads back to the same book; idle keys are left out."""
    return _kept(
        key=book.key,
        name=book.name,
        basis=book.basis,
        valid_from=book.valid_from.isoformat(),
        valid_to=book.valid_to.isoformat() if book.valid_to else None,
        base=_number(book.base),
        groups=[_group(group) for group in book.groups],
        grades=[_grade(grade) for grade in book.grades],
        weights=[_weights(weights) for weights in book.weights],
        terms=_terms(book.terms),
        note=book.note,
    )


def content_digest(book: Book) -> str:
    """SHA-256 (hex) of the book's content, its days of validity left out: a version is closed without changing."""
    data = {name: value for name, value in book_data(book).items() if name not in ("valid_from", "valid_to")}
    return hashlib.sha256(
        json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    ).hexdigest()


def _group(group: Group) -> Plain:
    return _kept(
        name=group.name,
        base=_number(group.base),
        cap=_optional(group.cap),
        floor=_optional(group.floor),
        bonus=group.is_bonus,
        note=group.note,
        rules=[rule_data(rule) for rule in group.rules],
    )


def rule_data(rule: BookRule) -> Plain:
    """One rule as the file writes it."""
    return _kept(
        code=rule.code,
        name=rule.name,
        value=_optional(rule.value) if rule.measure != "steps" else None,
        per=rule.unit if rule.measure == "per_unit" else None,
        steps=[_step(step) for step in rule.steps],
        unit=rule.unit if rule.measure == "steps" and rule.unit != "%" else None,
        otherwise=_optional(rule.otherwise),
        cap=_optional(rule.cap_month),
        cap_day=_optional(rule.cap_day),
        cap_year=_optional(rule.cap_year),
        needs_evidence=rule.needs_evidence,
        evidence=rule.evidence,
        recorder=rule.recorder if rule.recorder != "any" else None,
        checker=rule.checker if rule.checker != "none" else None,
        veto=rule.is_veto,
        auto_on=rule.auto_on,
        valid_from=rule.valid_from.isoformat() if rule.valid_from else None,
        valid_to=rule.valid_to.isoformat() if rule.valid_to else None,
        note=rule.note,
    )


def _step(step: Step) -> Plain:
    data: Plain = {"from": _optional(step.at_least), "to": _optional(step.up_to), "value": _optional(step.value)}
    return {name: value for name, value in data.items() if value is not None}


def _grade(grade: Grade) -> Plain:
    data: Plain = {
        "name": grade.name, "from": _optional(grade.at_least), "to": _optional(grade.up_to),
        "below": _optional(grade.below), "quota": _optional(grade.quota), "consequence": grade.consequence or None,
    }  # fmt: skip
    return {name: value for name, value in data.items() if value is not None}


def _weights(weights: Weights) -> Plain:
    return {"name": weights.name, "parts": {name: _optional(percent) for name, percent in weights.parts}}


def _terms(terms: Terms) -> Plain:
    return _kept(
        ranked=terms.is_ranked,
        ranking_basis=terms.ranking_basis,
        notice_days=terms.notice_days,
        dispute_days=terms.dispute_days,
        decide_days=terms.decide_days,
        show_day=terms.show_day,
        pro_rata=terms.pro_rata,
        pro_rata_note=terms.pro_rata_note,
        least_share=_optional(terms.least_share) if terms.least_share != USUAL_SHARE else None,
        quota_per=terms.quota_per if terms.quota_per != "community" else None,
    )


def _kept(**values: Any) -> Plain:
    # Not `in`: 0 equals False, and a floor of 0 is something else than no floor.
    return {
        name: value
        for name, value in values.items()
        if value is not None and value is not False and value != "" and value != []
    }


def _optional(value: Decimal | None) -> int | float | None:
    """As JSON and YAML write it: whole numbers without a point. One place behind the point is exact both ways."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _number(value: Decimal) -> int | float | None:
    return _optional(value) if value != ZERO else None


def all_words(book: Book) -> Iterable[tuple[str, str]]:
    """(place, words) of everything a book says in words, for the checker."""
    yield BOOK_NOTE, book.note
    for group in book.groups:
        yield f"“{group.name}”", f"{group.name}\n{group.note}"
        for rule in group.rules:
            yield f"规则 {rule.code} {rule.name}", f"{rule.name}\n{rule.note}\n{rule.evidence}"
    for grade in book.grades:
        yield f"等次“{grade.name}”", grade.consequence
