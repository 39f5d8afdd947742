"""Who is told what: workers when their month goes on show and when a dispute is decided, each in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from app.extensions import db
from app.notices.service import notify
from app.periods.rules import Period
from app.points.disputes.queries import Dispute
from app.points.queries import user_of_person
from app.points.steps.models import PointsShowLine, PointsStep
from app.security.models import Account

KIND = "积分"


def tell_shown(step: PointsStep, lines: Sequence[PointsShowLine], month: Period, *, until: date) -> int:
    """Tell the workers of a list who have an account; how many. `until` is the last day on which they may dispute."""
    statement = select(Account.person_uid, Account.user_id).where(
        Account.person_uid.in_([line.worker_uid for line in lines])
    )
    users = {row.person_uid: row.user_id for row in db.session.execute(statement)}
    for uid, user_id in users.items():
        notify(
            key=f"points_show:{step.uid}:{uid}", kind=KIND, title=f"您{month.title}的积分开始公示",
            why=f"公示到 {step.due_on}。有异议的请在 {until} 以前提出。", area_code=step.area_code, to_user=user_id,
            url=f"/points/own?month={month.key}", due_on=until, is_todo=False,
        )  # fmt: skip
    return len(users)


def tell_decided(of: Dispute) -> None:
    """Tell the worker that his dispute was decided."""
    user_id = user_of_person(of.worker_uid)
    if user_id is not None:
        notify(
            key=f"points_dispute:{of.uid}", kind=KIND, title="您的积分异议已处理", area_code=of.area_code,
            to_user=user_id, url=f"/points/disputes/{of.id}", is_todo=False,
        )  # fmt: skip
