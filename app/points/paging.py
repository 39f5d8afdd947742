"""Long lists of workers in parts of a hundred: which part is asked for, and the line that leads to the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from flask import request

from app.language import gettext as _
from app.lowcode.page_models.lists import Pager
from app.lowcode.sent import sent_number

PAGE_SIZE = 100

T = TypeVar("T")


def asked_page() -> int:
    """The part asked for, from 1; the first where what was asked makes no sense."""
    return max(1, sent_number(request.args.get("page", "1")))


def part(rows: Sequence[T], page: int) -> Sequence[T]:
    """The rows of one part."""
    return rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]


def pager(count: int, page: int, address: Callable[[int], str]) -> Pager | None:
    """The line under a list of so many workers; None where all of them are on one page."""
    if count <= PAGE_SIZE:
        return None
    first, last = (page - 1) * PAGE_SIZE + 1, min(page * PAGE_SIZE, count)
    return Pager(
        _("第 %(first)s–%(last)s 名，共 %(count)s 名", first=first, last=last, count=count),
        address(page - 1) if page > 1 else "",
        address(page + 1) if last < count else "",
    )
