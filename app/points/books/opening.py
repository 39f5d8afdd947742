"""A version as pages open it."""

from __future__ import annotations

import logging

from flask import abort

from app.points.books import queries
from app.points.books.models import PointsBook
from app.points.books.rows import book_of
from app.points.books.rules import BookRefused

log = logging.getLogger(__name__)


def row_or_404(book_id: int) -> PointsBook:
    """A version within the actor's sight that can be read."""
    row = queries.version(book_id)
    if row is None:
        abort(404)
    try:
        book_of(row)
    except BookRefused as damaged:  # written past the service: no page can show it
        log.warning("Book %s cannot be read: %s", book_id, damaged)
        abort(404)
    return row
