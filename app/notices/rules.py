"""Rules of to-dos: how urgent one is, and how that is said."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from app.fields.sentence import Sentence

Tone = Literal["green", "amber", "red", "grey", "blue"]
SOON_DAYS = 3
_URGENCY: dict[str, int] = {"red": 0, "amber": 1, "blue": 2, "grey": 2, "green": 3}


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing asked of somebody: what, why, until when, and the page where it is done.

    Title and reason are Sentences where they are put together, so that an English screen can say them.

    `tone` None follows from `due_on`. `notice_id` only where a stored notice asks for it.
    """

    title: str
    why: str = ""
    due_on: date | None = None
    url: str = ""
    tone: Tone | None = None
    kind: str = ""
    notice_id: int | None = None
    on_behalf: str = ""
    """Name of the one in whose place it is asked of its reader (代)."""


def tone_of(due_on: date | None, *, today: date) -> Tone:
    """Red when the day has passed, amber on it and three days before, else grey."""
    if due_on is None:
        return "grey"
    days = (due_on - today).days
    if days < 0:
        return "red"
    return "amber" if days <= SOON_DAYS else "grey"


def due_text(due_on: date | None, *, today: date) -> Sentence:
    """`已过 2 天`, `今天到期`, `还有 3 天`; "" without a day."""
    if due_on is None:
        return Sentence()
    days = (due_on - today).days
    if days < 0:
        return Sentence("已过 %(n)s 天", n=-days)
    return Sentence("今天到期") if days == 0 else Sentence("还有 %(n)s 天", n=days)


def by_urgency(todos: list[Todo], *, today: date) -> list[Todo]:
    """Tones filled in; red before amber before the rest, then by day, those without a day last, then by title."""
    toned = [todo if todo.tone else replace(todo, tone=tone_of(todo.due_on, today=today)) for todo in todos]
    return sorted(toned, key=lambda todo: (_URGENCY[todo.tone or "grey"], todo.due_on or date.max, todo.title))
