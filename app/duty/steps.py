"""What follows from saving: names of shifts, people and exchanges, and what may not be saved so."""

from __future__ import annotations

from datetime import date

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select

from app.areas.queries import name_of
from app.database.scope import ancestors_of
from app.duty import rules
from app.duty.models import DutyMember, DutyShift, DutySwap
from app.extensions import db
from app.lowcode.register import register
from app.lowcode.service import SaveRefused
from app.security.beyond import beyond_scope
from app.security.models import Account
from app.settings.working_calendar import working_calendar

ROSTERS = (("worker", "community_workers"), ("grid_worker", "grid_workers"))


def fill_member(row: DutyMember) -> None:
    """Name and phone of whoever the link or the account means."""
    for column, target in ROSTERS:
        id_ = getattr(row, f"{column}_id")
        if id_ is not None:
            with db.session.no_autoflush:
                there = db.session.get(register(target).model, id_)
            if there is not None:
                row.name, row.phone = there.name, row.phone or there.phone
            return
    if row.account:
        row.name = _account_name(row.account, row.area_code)


def _account_name(username: str, area_code: str) -> str | None:
    """The name of an account in the office's own area, above or below it; None where there is no such account."""
    statement = (
        select(User.first_name, Account.area_code)
        .join(Account, Account.user_id == User.id)
        .where(User.username == username, User.active.is_(True))
    )
    with beyond_scope():
        found = db.session.execute(statement).first()
    if found is None:
        return None
    is_near = found[1].startswith(area_code) or found[1] in ancestors_of(area_code)
    return str(found[0]) if is_near else None


def must_be_somebody(row: DutyMember, _today: date) -> None:
    """An account nobody has is no member."""
    if row.deleted_at is None and not row.name:
        raise SaveRefused({"account": "没有这个登录账号，或不是本单位的，请核对。"})


def name_shift(row: DutyShift) -> None:
    """桂花社区 2026-11-27, and the kind of the day."""
    if row.duty_on and row.area_code:
        row.name = f"{name_of(row.area_code)[:60]} {row.duty_on.isoformat()}"
        row.day_kind = rules.day_kind(row.duty_on, working_calendar())


def one_report(row: DutyShift, _today: date) -> None:
    """Whoever wrote down what happened cannot report that nothing did."""
    db.session.expire(row, ["entry_rows"])
    if row.is_zero and row.entry_rows and row.deleted_at is None:
        raise SaveRefused({"is_zero": "这一班写了值班记录，不能再报零报告，请去掉一样。"})


def name_swap(row: DutySwap) -> None:
    """张三→李四 11月28日主班."""
    with db.session.no_autoflush:
        shift = db.session.get(DutyShift, row.shift_id) if row.shift_id else None
        giver = db.session.get(DutyMember, row.giver_id) if row.giver_id else None
        taker = db.session.get(DutyMember, row.taker_id) if row.taker_id else None
    if shift is not None and giver is not None and taker is not None and row.role in rules.ROLE_WORDS:
        day = f"{shift.duty_on.month}月{shift.duty_on.day}日"
        row.name = f"{giver.name}→{taker.name} {day}{rules.ROLE_WORDS[row.role]}"[:120]


def swap_can_be(row: DutySwap, _today: date) -> None:
    """While it waits, both people and both shifts must fit; a decided one stays as it was decided."""
    if row.deleted_at is not None or row.state != "待批准":
        return
    if fault := fault_of(row):
        raise SaveRefused({"taker": fault})


def fault_of(row: DutySwap) -> str:
    """Why this exchange cannot be; "" where it can."""
    shift = db.session.get(DutyShift, row.shift_id)
    other = db.session.get(DutyShift, row.other_shift_id) if row.other_shift_id else None
    giver, taker = db.session.get(DutyMember, row.giver_id), db.session.get(DutyMember, row.taker_id)
    if shift is None or giver is None or taker is None or (row.other_shift_id and other is None):
        return "班次或值班人员已不在，请重新登记。"
    if {giver.area_code, taker.area_code} != {shift.area_code}:
        return "调班的人要和班次在同一个单位。"
    return rules.swap_fault(shift, other, role=row.role, giver=giver, taker=taker)
