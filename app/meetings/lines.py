"""The rows below a topic: which stay, which go, and what of them changes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from app.extensions import db


def put(row: Any, values: dict[str, Any]) -> None:
    """Set what differs; setting what is there already would count as a change in the history."""
    for name, value in values.items():
        if getattr(row, name) != value:
            setattr(row, name, value)


def kept_rows(model: Any, condition: Any, kept: Iterable[int | None]) -> dict[int, Any]:
    """Rows by id that stay; the others are deleted."""
    rows = {row.id: row for row in db.session.execute(select(model).where(condition)).scalars()}
    wanted = set(kept)
    for id_, row in rows.items():
        if id_ not in wanted:
            db.session.delete(row)
    return {id_: row for id_, row in rows.items() if id_ in wanted}
