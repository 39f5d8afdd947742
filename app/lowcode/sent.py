"""Numbers in what an address or a form sent: any text at all may stand there."""

from __future__ import annotations

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
