"""Reads of whistles: calls with where they stand, the event behind, answers of a year, whistles of days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from sqlalchemy import select

from app.clock import SHANGHAI
from app.events.models import Event
from app.extensions import db
from app.fields.codes import code_list
from app.lowcode.flow.models import FlowCase
from app.lowcode.queries import row_titles
from app.security.beyond import beyond_scope
from app.security.wall import within
from app.whistles import rules
from app.whistles.models import CALLS, DepartmentGrade, Whistle, WhistleCall


def calls_of(whistle_id: int) -> Sequence[WhistleCall]:
    """Calls of a whistle, the lead department first, as far as the actor sees them."""
    wanted = select(WhistleCall).where(WhistleCall.whistle_id == whistle_id, WhistleCall.deleted_at.is_(None))
    return db.session.execute(wanted.order_by(WhistleCall.id)).scalars().all()


def calls_with_states(whistle_id: int) -> list[tuple[WhistleCall, str]]:
    """Every call with the state of its case; beyond the actor's scope, for what a step decides."""
    with beyond_scope():
        found = (
            select(WhistleCall, FlowCase.state)
            .join(FlowCase, (FlowCase.register == CALLS) & (FlowCase.row_id == WhistleCall.id))
            .where(WhistleCall.whistle_id == whistle_id, WhistleCall.deleted_at.is_(None))
            .order_by(WhistleCall.id)
        )
        return [(call, state) for call, state in db.session.execute(found)]


def states_of(ids: Sequence[int]) -> dict[int, str]:
    """Call id → state."""
    if not ids:
        return {}
    with beyond_scope():
        found = select(FlowCase.row_id, FlowCase.state).where(FlowCase.register == CALLS, FlowCase.row_id.in_(ids))
        return dict(db.session.execute(found).all())


def called_units(whistle_id: int) -> list[int]:
    """Units of all calls."""
    with beyond_scope():
        wanted = select(WhistleCall.unit_id).where(WhistleCall.whistle_id == whistle_id)
        return list(db.session.execute(wanted).scalars())


def called_besides(row: Whistle) -> set[int]:
    """Units that another whistle for the same event has called and nobody has scored yet."""
    with beyond_scope():
        wanted = (
            select(WhistleCall.unit_id)
            .join(Whistle, Whistle.id == WhistleCall.whistle_id)
            .where(Whistle.event_id == row.event_id, Whistle.id != row.id, Whistle.deleted_at.is_(None))
            .where(WhistleCall.scored_on.is_(None), WhistleCall.deleted_at.is_(None))
        )
        return set(db.session.execute(wanted).scalars())


def event_of(row: Whistle) -> Event | None:
    """The event a whistle was blown for, whoever sees it."""
    if row.event_id is None:
        return None
    with beyond_scope():
        return db.session.get(Event, row.event_id)


def source_name(row: Whistle) -> str:
    """群众反映（网001-2026-00012）: the source with the number of its event."""
    event, name = event_of(row), code_list("whistle_source").label_of(row.source)
    return (f"{name}（{event.number}）" if event is not None and event.number else name)[:40]


def of_event(event_id: int) -> Sequence[Whistle]:
    """Whistles blown for an event, the newest first."""
    wanted = select(Whistle).where(Whistle.event_id == event_id, Whistle.deleted_at.is_(None))
    return db.session.execute(wanted.order_by(Whistle.id.desc())).scalars().all()


def by_uid(uid: str) -> Whistle | None:
    """The live whistle of that uid, if the actor sees it."""
    wanted = select(Whistle).where(Whistle.uid == uid, Whistle.deleted_at.is_(None))
    return db.session.execute(wanted).scalar() if uid else None


def moments(first: date, last: date) -> tuple[datetime, datetime]:
    """When these days begin and when they are over."""
    return (
        datetime.combine(first, time(), tzinfo=SHANGHAI),
        datetime.combine(last + timedelta(days=1), time(), tzinfo=SHANGHAI),
    )


def blown_between(area_code: str, first: date, last: date) -> Sequence[Whistle]:
    """Whistles blown within days."""
    opens, closes = moments(first, last)
    wanted = select(Whistle).where(
        within(Whistle.area_code, (area_code,)), Whistle.deleted_at.is_(None), Whistle.blown_at >= opens,
        Whistle.blown_at < closes,
    )  # fmt: skip
    return db.session.execute(wanted.order_by(Whistle.blown_at, Whistle.id)).scalars().all()


def due_between(area_code: str, first: date, last: date) -> Sequence[Whistle]:
    """Whistles whose last day falls on these days and that are not answered to the public yet."""
    wanted = select(Whistle).where(
        within(Whistle.area_code, (area_code,)), Whistle.deleted_at.is_(None), Whistle.due_on.between(first, last),
        Whistle.feedback.is_(None),
    )  # fmt: skip
    return db.session.execute(wanted.order_by(Whistle.due_on, Whistle.id)).scalars().all()


def answers_between(area_code: str, first: date, last: date) -> list[rules.Answered]:
    """How departments answered the whistles blown within days."""
    opens, closes = moments(first, last)
    found = (
        select(WhistleCall)
        .join(Whistle, Whistle.id == WhistleCall.whistle_id)
        .where(within(WhistleCall.area_code, (area_code,)), WhistleCall.deleted_at.is_(None))
        .where(Whistle.blown_at >= opens, Whistle.blown_at < closes, Whistle.deleted_at.is_(None))
    )
    calls = db.session.execute(found.order_by(WhistleCall.id)).scalars().all()
    units = row_titles("units", {call.unit_id for call in calls})
    return [
        rules.Answered(
            units.get(call.unit_id, ""), call.score, call.signed_at is not None and not call.is_late_signed,
            call.arrived_at is not None and not call.is_late_arrived and not call.is_late_signed,
            call.done_at is not None and not call.is_late_done, call.scored_on is not None,
        )
        for call in calls
    ]  # fmt: skip


def grades_of(area_code: str, year: int) -> dict[str, Decimal]:
    """Unit → what the district gave it for a year."""
    wanted = select(DepartmentGrade).where(
        DepartmentGrade.year == year,
        DepartmentGrade.deleted_at.is_(None),
        within(DepartmentGrade.area_code, (area_code,)),
    )
    rows = db.session.execute(wanted).scalars().all()
    units = row_titles("units", {row.unit_id for row in rows})
    return {units.get(row.unit_id, ""): row.grade for row in rows}


def failed_calls(*, limit: int) -> Sequence[WhistleCall]:
    """Calls that failed and nobody has scored, for the ledger of supervision."""
    with beyond_scope():
        found = (
            select(WhistleCall)
            .join(FlowCase, (FlowCase.register == CALLS) & (FlowCase.row_id == WhistleCall.id))
            .where(FlowCase.state.in_(rules.FAILED), WhistleCall.deleted_at.is_(None))
        )
        return db.session.execute(found.order_by(WhistleCall.id).limit(limit)).scalars().all()


def whistle(whistle_id: int) -> Whistle | None:
    """A whistle, if the actor sees it."""
    return db.session.execute(select(Whistle).where(Whistle.id == whistle_id)).scalar()
