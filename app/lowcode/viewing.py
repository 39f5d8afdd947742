"""What a viewer may see of a value: masks by role and line, and reveals that last half an hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import has_request_context, session
from sqlalchemy import select

from app.clock import utc_now
from app.extensions import db
from app.fields.masks import mask
from app.lowcode.column import Column
from app.lowcode.register import Register
from app.security.actor import Actor
from app.security.models import Reveal

CLEAR_PHONE_DIGITS = 12
"""A post in a community (12 digits) or below sees the phones of its own rows in clear; a street asks for them."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """One who looks at one register: which areas' phones he sees in clear, and whether a reveal is open."""

    actor: Actor
    today: date
    has_reveal: bool = False
    clear_areas: tuple[str, ...] = ()
    audience: str = "working"

    def sees_clear(self, column: Column, row: Any) -> bool:
        """Whether this value of this row is shown without a mask."""
        if not column.mask or self.actor.is_system:
            return True
        if self.audience == "public":
            return False
        if column.mask == "name":
            return True
        if self.has_reveal:
            return True
        return column.mask == "phone" and row.area_code.startswith(self.clear_areas)

    def show(self, column: Column, row: Any) -> str:
        """The value as text, masked where it must be. Links and places show ids; `labels` of a page replace them."""
        value = column.plain(row, today=self.today)
        shown = column.type.show(value)
        if not shown or self.sees_clear(column, row):
            return shown
        return self.masked(column, shown)

    def masked(self, column: Column, shown: str) -> str:
        """A text of a column with a mask, for somebody who does not see it in clear."""
        return mask(column.mask, shown, "public" if self.audience == "public" else "working")  # type: ignore[arg-type]

    def is_masked(self, column: Column, row: Any) -> bool:
        """Whether there is more to see than is shown."""
        return bool(column.mask) and not self.sees_clear(column, row)


def viewer_of(reg: Register, actor: Actor, *, today: date, audience: str = "working") -> Viewer:
    """The viewer a page, export or answer is made for. One query when the register has masked columns."""
    clear: tuple[str, ...] = ()
    has_reveal = False
    if actor.access is not None:
        clear = tuple(prefix for prefix in actor.prefixes(reg.name, "read") if len(prefix) >= CLEAR_PHONE_DIGITS)
        if any(column.mask and column.mask != "name" for column in reg.columns):
            has_reveal = _may_have_reveal(reg.name) and open_reveal(reg.name, actor) is not None
    return Viewer(actor, today, has_reveal, clear, audience)


def note_reveal(resource: str) -> None:
    """Leave a mark in the session that there is a reveal to look for, so that pages without one ask nothing."""
    if has_request_context():
        session["reveals"] = sorted({*session.get("reveals", ()), resource})


def _may_have_reveal(resource: str) -> bool:
    return not has_request_context() or resource in session.get("reveals", ())


def open_reveal(resource: str, actor: Actor) -> Reveal | None:
    """The actor's reveal of this register that has not run out."""
    return db.session.execute(
        select(Reveal)
        .where(Reveal.user_id == actor.user_id, Reveal.resource == resource, Reveal.until > utc_now())
        .order_by(Reveal.until.desc())
        .limit(1)
    ).scalar()
