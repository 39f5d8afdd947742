"""Reading the audit chain: who did what, cut by the wall to the auditor's areas."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from app.accounts.indicators import moments_of
from app.extensions import db
from app.security.models import AuditEntry, Change

PAGE = 50
DEEPEST_PAGE = 2_000


@dataclass(frozen=True, slots=True)
class AuditWish:
    """What an auditor looks for."""

    person: str = ""
    action: str = ""
    resource: str = ""
    first: date | None = None
    last: date | None = None
    page: int = 1


def entries(wish: AuditWish) -> tuple[list[AuditEntry], bool]:
    """One page of entries, newest first, and whether more follow. One statement."""
    statement = select(AuditEntry)
    if wish.person:
        statement = statement.where(AuditEntry.user_name.contains(wish.person, autoescape=True))
    if wish.action:
        statement = statement.where(AuditEntry.action == wish.action)
    if wish.resource:
        statement = statement.where(AuditEntry.resource == wish.resource)
    if wish.first is not None:
        statement = statement.where(AuditEntry.at >= moments_of(wish.first, wish.first)[0])
    if wish.last is not None:
        statement = statement.where(AuditEntry.at < moments_of(wish.last, wish.last)[1])
    statement = statement.order_by(AuditEntry.id.desc()).limit(PAGE + 1).offset((wish.page - 1) * PAGE)
    found = list(db.session.execute(statement).scalars())
    return found[:PAGE], len(found) > PAGE


def entry(entry_id: int) -> tuple[AuditEntry, Change | None] | None:
    """One entry with the change it speaks of, where that was not erased by law; within scope."""
    row = db.session.execute(
        select(AuditEntry, Change).outerjoin(Change, Change.id == AuditEntry.change_id).where(AuditEntry.id == entry_id)
    ).first()
    return (row[0], row[1]) if row else None


def entries_by_id(ids: Collection[int]) -> dict[int, Any]:
    """Entries within scope by id."""
    rows = db.session.execute(select(AuditEntry).where(AuditEntry.id.in_(list(ids)))).scalars()
    return {row.id: row for row in rows}
