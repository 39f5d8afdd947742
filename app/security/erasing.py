"""Emptying the history of rows and the name of an account, where the law asks for it; the chain keeps its digests."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from app.extensions import db
from app.security.models import BulkChange, Change

Uids = Collection[str] | Select[str]


def count_changes(register: str, row_uids: Uids) -> int:
    """How many changes of these rows still say what was changed."""
    statement = (
        select(func.count()).select_from(Change).where(Change.register == register, Change.row_uid.in_(row_uids))
    )
    return db.session.execute(statement).scalar_one()


def has_bulk_line(register: str, row_id: int, uid: str) -> bool:
    """Whether the row was made together with others and its line there is not empty."""
    found = db.session.execute(select(BulkChange.lines).where(*_made_with(register, row_id))).scalars()
    return any(_is_of(line, row_id, uid) for lines in found for line in lines.split("\n"))


def forget_changes(session: Session, register: str, row_uids: Uids) -> None:
    """Empty before and after of all changes of these rows. Inside `writing()`, beyond scope."""
    table = Change.__table__
    session.execute(
        update(table).where(table.c.register == register, table.c.row_uid.in_(row_uids)).values(before=None, after=None)
    )


def forget_bulk_line(session: Session, register: str, row_id: int, uid: str) -> None:
    """Empty a row's line among those that were made with it; the others stay proved by their own digests."""
    found = session.execute(select(BulkChange.id, BulkChange.lines).where(*_made_with(register, row_id)))
    table = BulkChange.__table__
    for id_, lines in found.all():
        kept = ["" if _is_of(line, row_id, uid) else line for line in lines.split("\n")]
        session.execute(update(table).where(table.c.id == id_).values(lines="\n".join(kept)))


def _made_with(register: str, row_id: int) -> tuple[Any, ...]:
    return BulkChange.register == register, BulkChange.first_row_id <= row_id, BulkChange.last_row_id >= row_id


def _is_of(line: str, row_id: int, uid: str) -> bool:
    return line.startswith(f"[{row_id},") and json.loads(line)[1] == uid


def forget_account(session: Session, user_id: int, *, name: str) -> None:
    """Take name, sign-in name, address and password from an account that is closed; its number stays with what it did."""
    table = User.__table__
    session.execute(
        update(table).where(table.c.id == user_id).values(
            username=f"cleared-{user_id}", first_name=name, last_name="", email=f"cleared-{user_id}@cleared.invalid",
            password="", active=False,
        )
    )  # fmt: skip
