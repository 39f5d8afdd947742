"""Numbers and lines in what an address or a form sent: any text at all may stand there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.security.permissions import MOST_ID


def sent_id(text: str | None) -> int | None:
    """The id of a row in a sent text; None where it is no number, or more than a table can hold."""
    if not text or not text.isascii() or not text.isdecimal() or len(text) > len(str(MOST_ID)) or int(text) > MOST_ID:
        return None
    return int(text)


def sent_number(text: str | None, *, most: int = 99_999, default: int = 0) -> int:
    """A whole number from 0 up to `most`, or the nearest of them; `default` where the text is none."""
    number = sent_id(text)
    return default if number is None else min(number, most)


def sent_lines(form: Any, name: str, parts: Sequence[str]) -> list[dict[str, str]]:
    """Rows of a child table as posted (`<name>-<n>-<part>`), in their order, without those that were removed; each with
    its `id`, '' for a new one. `form` is a MultiDict."""
    gone = set(form.getlist(f"{name}-delete"))
    numbers = set()
    for key in form:
        head, _dash, rest = key.partition("-")
        number, dash, _part = rest.partition("-")
        if head == name and dash and number.isdecimal() and number.isascii():
            numbers.add(int(number))
    found = []
    for number in sorted(numbers):
        line = {part: form.get(f"{name}-{number}-{part}", "") for part in parts}
        line["id"] = form.get(f"{name}-{number}-id", "")
        if not line["id"] or line["id"] not in gone:
            found.append(line)
    return found
