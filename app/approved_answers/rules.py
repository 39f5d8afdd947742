"""Rules of approved answers: which may be used on a day, and which of several is offered first."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

IN_FORCE, ENDING, EXPIRED, DRAFT = "在用", "快到期", "已过期", "待批准"
REMIND_DAYS = 30


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as it is offered: `area_code` tells a street's from a community's own."""

    id: int
    question: str
    text: str
    basis: str
    office: str
    category: str
    area_code: str
    approved_on: date | None
    valid_until: date | None
    keywords: str = ""


def state_of(approved_on: date | None, valid_until: date | None, today: date) -> str:
    """待批准 until somebody agreed; 已过期 after the last day, 快到期 in the month before it."""
    if approved_on is None:
        return DRAFT
    if valid_until is None:
        return IN_FORCE
    if valid_until < today:
        return EXPIRED
    return ENDING if valid_until - today <= timedelta(days=REMIND_DAYS) else IN_FORCE


def may_be_used(answer: Answer, today: date) -> bool:
    """Only approved answers that have not run out are offered to a reply."""
    return state_of(answer.approved_on, answer.valid_until, today) in (IN_FORCE, ENDING)


def pairs_of(text: str) -> frozenset[str]:
    """The pairs of neighbouring characters of a text, letters and digits only; Chinese has no words to part."""
    kept = [char for char in text if char.isalnum()]
    return frozenset(a + b for a, b in itertools.pairwise(kept))


def offered(
    answers: Iterable[Answer], *, category: str, words: str, area_code: str, today: date, most: int
) -> list[Answer]:
    """Answers fit for a reply, the best first: those of the category, how much of the asker's words they share, the nearest
    office, the latest approval. Without words all of the category; with words none that shares nothing with them.
    """
    asked = pairs_of(words)

    def worth(answer: Answer) -> tuple[bool, int, int, date]:
        shared = len(asked & pairs_of(f"{answer.question}{answer.keywords}"))
        near = len(answer.area_code) if area_code.startswith(answer.area_code) else 0
        return bool(category) and answer.category == category, shared, near, answer.approved_on or date.min

    fit = []
    for answer in answers:
        value = worth(answer)
        is_meant = value[0] or (value[1] > 0 and not category) or value[1] > 1
        if may_be_used(answer, today) and (is_meant or not (asked or category)):
            fit.append((value, -answer.id, answer))
    return [answer for _value, _id, answer in sorted(fit, key=lambda each: each[:2], reverse=True)[:most]]


def check(values: Mapping[str, Any], today: date) -> Iterator[tuple[str, str]]:
    """Approval names who and when; days in order."""
    approved, until = values.get("approved_on"), values.get("valid_until")
    if approved and approved > today:
        yield "approved_on", "批准日期还没到，请核对。"
    if bool(approved) != bool(values.get("approved_by")):
        yield "approved_by", "批准人和批准日期要一起填；都不填就是待批准。"
    if approved and until and until < approved:
        yield "valid_until", "有效期早于批准日期，请核对。"
