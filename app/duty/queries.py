"""Reads of duty: offices that keep a plan, their people, the shifts of some days, exchanges that wait."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from sqlalchemy import exists, or_, select

from app.duty import rules
from app.duty.models import DutyEntry, DutyMember, DutyShift, DutySwap
from app.extensions import db
from app.security.wall import within


def offices(prefixes: tuple[str, ...]) -> list[str]:
    """Codes of areas that have people on duty, within prefixes."""
    statement = (
        select(DutyMember.area_code)
        .where(within(DutyMember.area_code, prefixes), DutyMember.deleted_at.is_(None))
        .distinct()
        .order_by(DutyMember.area_code)
    )
    return list(db.session.execute(statement).scalars())


def members_of(area_code: str) -> list[DutyMember]:
    """People of one office in the order they were put down, those who left too: their turns count."""
    statement = select(DutyMember).where(DutyMember.area_code == area_code, DutyMember.deleted_at.is_(None))
    return list(db.session.execute(statement.order_by(DutyMember.id)).scalars())


def as_members(rows: Iterable[DutyMember]) -> list[rules.Member]:
    """Rows as the rules take them."""
    return [
        rules.Member(
            row.id, f"w{row.worker_id}" if row.worker_id else f"g{row.grid_worker_id}" if row.grid_worker_id
            else f"a{row.account}", row.name or "", row.role, row.starts_on, row.ends_on,
            tuple((each.begins_on, each.ends_on) for each in row.away_rows),
        )
        for row in rows
    ]  # fmt: skip


def shifts_between(area_code: str, first: date, last: date) -> list[DutyShift]:
    """Live shifts of one office within days, by day."""
    statement = (
        select(DutyShift)
        .where(
            DutyShift.area_code == area_code, DutyShift.deleted_at.is_(None), DutyShift.duty_on.between(first, last)
        )
        .order_by(DutyShift.duty_on)
    )  # fmt: skip
    return list(db.session.execute(statement).scalars())


def shifts_below(area_code: str, first: date, last: date) -> list[DutyShift]:
    """Live shifts of an area and all offices below it within days, by day."""
    statement = (
        select(DutyShift)
        .where(
            within(DutyShift.area_code, (area_code,)), DutyShift.deleted_at.is_(None),
            DutyShift.duty_on.between(first, last),
        )
        .order_by(DutyShift.duty_on, DutyShift.area_code)
    )  # fmt: skip
    return list(db.session.execute(statement).scalars())


def shift(shift_id: int) -> DutyShift | None:
    """One live shift within scope."""
    statement = select(DutyShift).where(DutyShift.id == shift_id, DutyShift.deleted_at.is_(None))
    return db.session.execute(statement).scalar()


def served(shifts: Iterable[DutyShift]) -> list[rules.Served]:
    """Every filled role of shifts as a turn."""
    return [
        rules.Served(row.duty_on, row.day_kind or "workday", role, member_id)
        for row in shifts
        for role in rules.ROLES
        if (member_id := getattr(row, f"{role}_id")) is not None
    ]


def names_of_members(ids: Iterable[int | None]) -> dict[int, str]:
    """Member id → name."""
    wanted = {id_ for id_ in ids if id_ is not None}
    if not wanted:
        return {}
    rows = db.session.execute(select(DutyMember.id, DutyMember.name).where(DutyMember.id.in_(wanted)))
    return {id_: name or "" for id_, name in rows}


def unrecorded(prefixes: tuple[str, ...], *, since: date, before: date, limit: int) -> Sequence[DutyShift]:
    """Shifts that are over and have neither a record nor a 零报告, the oldest first."""
    statement = (
        select(DutyShift)
        .where(
            within(DutyShift.area_code, prefixes), DutyShift.deleted_at.is_(None),
            DutyShift.duty_on >= since, DutyShift.duty_on < before,
            or_(DutyShift.is_zero.is_(None), DutyShift.is_zero.is_(False)),
            ~exists().where(DutyEntry.parent_id == DutyShift.id),
        )
        .order_by(DutyShift.duty_on, DutyShift.id)
        .limit(limit)
    )  # fmt: skip
    return db.session.execute(statement).scalars().all()


def waiting_swaps(prefixes: tuple[str, ...], *, limit: int = 20) -> Sequence[DutySwap]:
    """Exchanges that nobody has decided."""
    statement = (
        select(DutySwap)
        .where(within(DutySwap.area_code, prefixes), DutySwap.deleted_at.is_(None), DutySwap.state == "待批准")
        .order_by(DutySwap.id)
        .limit(limit)
    )
    return db.session.execute(statement).scalars().all()


def counted_since(day: date) -> date:
    """The first day whose turns count for a plan that begins on `day`."""
    return day - timedelta(days=rules.COUNTED_DAYS)
