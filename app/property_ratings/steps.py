"""What follows from saving a rating: its name, and the colours of this and all later ones."""

from __future__ import annotations

from datetime import date
from typing import Any

from app.extensions import db
from app.lowcode.register import register
from app.property_ratings import queries, rules
from app.property_ratings.rectifying import follow


def name_it(row: Any) -> None:
    """安居物业 富康新村 2026-10-31, where nobody typed a name."""
    if row.name or not row.company_id or not row.rated_on:
        return
    parts = []
    for name, id_ in (("property_companies", row.company_id), ("residential_compounds", row.compound_id)):
        with db.session.no_autoflush:
            there = db.session.get(register(name).model, id_) if id_ else None
        if there is not None:
            parts.append(there.name)
    row.name = " ".join((*parts, row.rated_on.isoformat()))[:120]


def colour_again(row: Any, _today: date) -> None:
    """Three yellow ratings in a row are red, so that a change of one may change those after it."""
    db.session.expire(row, ["deduction_rows"])
    rows = queries.series_of(row.company_id, row.compound_id)
    for each, colour in zip(rows, rules.colours(rows), strict=True):
        if each.colour != colour:
            each.colour = colour
    db.session.flush()
    follow([*rows, *([] if row in rows else [row])])
