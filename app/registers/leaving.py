"""Leaving closes the account: at once when the day is entered, else on the day itself."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select

from app.database.transactions import writing
from app.extensions import db
from app.jobs.handlers import handler
from app.jobs.running import JobContext
from app.lowcode.register import concerns, register
from app.security.actor import SYSTEM, acting_as
from app.security.beyond import beyond_scope
from app.security.models import Account
from app.security.service import set_active

ROSTERS = ("grid_workers", "community_workers")
"""Rosters whose people have accounts and a day on which they left."""


@concerns("left_on")
def close_account_of_leaver(row: Any, today: date) -> None:
    """An `on_saved` step: whoever has left by today is marked so, and signs in no more.

    The account is not opened again when the day is taken back: that is for whoever keeps the accounts.
    """
    if row.left_on is None or row.left_on > today or row.deleted_at is not None:
        return
    with beyond_scope():
        if row.state != "left":
            row.state = "left"
        for username in _open_accounts(row.uid):
            set_active(username, active=False)
        db.session.flush()


def _open_accounts(uid: str) -> list[str]:
    statement = (
        select(User.username)
        .join(Account, Account.user_id == User.id)
        .where(Account.person_uid == uid, User.active.is_(True))
    )
    return list(db.session.execute(statement).scalars())


def close_accounts_of_leavers(today: date) -> int:
    """Close the accounts of all whose day of leaving has come; number of people. Safe to repeat."""
    count = 0
    with acting_as(SYSTEM), writing():
        for name in ROSTERS:
            model = register(name).model
            left = select(model).where(
                model.left_on <= today, model.deleted_at.is_(None), (model.state != "left") | model.state.is_(None)
            )
            for row in db.session.execute(left).scalars().all():
                close_account_of_leaver(row, today)
                count += 1
    return count


@handler("close_accounts_of_leavers", title="停用离岗人员账号", every="day")
def _work(job: JobContext) -> dict[str, Any]:
    return {"count": close_accounts_of_leavers(job.today)}
