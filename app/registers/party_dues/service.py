"""Writes about dues: the ledger's months, marking them paid, and the column 交纳至 of the member."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select

from app.clock import today as clock_today
from app.database.transactions import writing
from app.extensions import db
from app.lowcode.register import register
from app.lowcode.service import after_saved, apply
from app.registers.party_dues import rules
from app.security.actor import Actor, acting_as
from app.security.beyond import beyond_scope


def name_it(row: Any) -> None:
    """张国安 2026-03."""
    with db.session.no_autoflush:
        member = db.session.get(register("party_members").model, row.member_id) if row.member_id else None
    if member is not None and row.month is not None:
        row.name = f"{member.name} {row.month:%Y-%m}"


def months_of(member_id: int) -> list[rules.DuesMonth]:
    """A member's live ledger lines."""
    model = register("party_dues").model
    rows = db.session.execute(
        select(model.month, model.is_due, model.is_paid).where(model.member_id == member_id, model.deleted_at.is_(None))
    )
    return [rules.DuesMonth(month, due is not False, bool(paid)) for month, due, paid in rows]


def write_paid_to(row: Any, _today: date) -> None:
    """Keep 交纳至 of the member in step with the ledger."""
    with beyond_scope():
        member = db.session.get(register("party_members").model, row.member_id)
        if member is None:
            return
        reached = rules.paid_to(months_of(member.id))
        if member.dues_paid_to != reached:
            member.dues_paid_to = reached
        db.session.flush()


def open_month(member: Any, month: date, *, by: Actor) -> Any | None:
    """A due line for one member and month; None where there is one already."""
    reg = register("party_dues")
    month = month.replace(day=1)
    with acting_as(by), writing() as session:
        there = select(reg.model.id).where(
            reg.model.member_id == member.id, reg.model.month == month, reg.model.deleted_at.is_(None)
        )
        if session.execute(there).first():
            return None
        row = apply(reg, None, {"member": member.id, "month": month, "is_due": True, "is_paid": False})
        session.add(row)
        session.flush()
        after_saved(reg, row, today=clock_today())
    return row


def open_this_month(member: Any, actor: Actor) -> None:
    """Bulk action on members: a due line for the running month; those of other rosters pay elsewhere."""
    if member.roster == "registered" and member.left_on is None:
        open_month(member, clock_today(), by=actor)


def mark_paid(row: Any, actor: Actor) -> None:
    """Bulk action on ledger lines: paid today."""
    if row.is_paid or row.is_due is False:
        return
    with acting_as(actor), writing() as session:
        fresh = session.get_one(type(row), row.id, populate_existing=True)
        fresh.is_paid, fresh.paid_on = True, clock_today()
        session.flush()
        after_saved(register("party_dues"), fresh, today=clock_today())
