"""What happens to cases by themselves: begun where a row has none, moved on when time is up, counted again when the
calendar changes. Safe to run twice and on two machines: cases have versions, and a chunk that clashes is done one by one.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import case, exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from app.clock import local, utc_now
from app.database.transactions import writing
from app.extensions import db
from app.jobs.handlers import handler
from app.jobs.running import JobContext
from app.lowcode.flow import service
from app.lowcode.flow.keeping import remember
from app.lowcode.flow.models import FlowCase
from app.lowcode.flow.queries import Running, joined, running
from app.lowcode.flow.rules import Flow
from app.lowcode.flow.versions import attached, flow_of, version, versions_for
from app.lowcode.register import Register, register
from app.security.actor import SYSTEM, acting_as
from app.security.beyond import beyond_scope
from app.settings.queries import has_profile
from app.settings.working_calendar import working_time

CHUNK, TOGETHER = 500, 50
Recounted = Callable[[Register, Any, datetime | None, datetime | None], None]
"""(register, row, deadline of the matter before, and now): what a calendar moved, in the transaction of the recount."""
_RECOUNTED: list[Recounted] = []


def add_recounted(step: Recounted) -> None:
    """Let a room that keeps a deadline of its own follow the calendar."""
    if step not in _RECOUNTED:
        _RECOUNTED.append(step)


def follow(reg: Register, row: Any, now: datetime, *, is_new: bool) -> None:
    """Begin the case of a saved row, in the caller's transaction, so that its clock is known from the first day; let that
    of a state that lasts until a day of the row go on to another day.

    A new row has no case yet: none is looked for.
    """
    if is_new:
        current = flow_of(reg, row)
        at = joined(current, row, None, now) if current is not None else None
    else:
        at = running(reg, row, now)
    if at is None:
        return
    with beyond_scope():
        if at.row is None:
            _begin(reg, row, at)
        elif not service.is_moving():
            _keep_day(row, at, at.row, now)


def follow_saved(reg: Register, row: Any, is_new: bool) -> None:
    """The same as a follower of every save."""
    follow(reg, row, utc_now(), is_new=is_new)


def _begin(reg: Register, row: Any, at: Running) -> None:
    kept = FlowCase(register=reg.name, row_id=row.id, flow_key=at.flow.key, flow_number=at.number)
    remember(kept, at.flow, at.case, working_time())
    db.session.add(kept)
    db.session.flush()


def begin_missing(reg: Register, now: datetime) -> int:
    """Begin cases of rows that have none (imported ones, and those from before the flow); how many."""
    current = flow_of(reg)
    if current is None:
        return 0
    count = 0
    # Not "id NOT IN (…)": PostgreSQL walks 200,000 ids for each row once they no longer fit into its working memory.
    has_case = exists().where(FlowCase.register == reg.name, FlowCase.row_id == reg.model.id)
    missing = select(reg.model).where(reg.model.deleted_at.is_(None), ~has_case).order_by(reg.model.id).limit(CHUNK)
    while True:
        try:
            with acting_as(SYSTEM), writing() as session:
                rows = session.execute(missing).scalars().all()
                for row in rows:
                    _begin(reg, row, joined(flow_of(reg, row) or current, row, None, now))
        except IntegrityError:
            continue  # another machine began some of them meanwhile; they are there now, so the next look is shorter
        count += len(rows)
        if len(rows) < CHUNK:
            return count


def _keep_day(row: Any, at: Running, kept: FlowCase, now: datetime) -> bool:
    """Write down that the row names another day until which its state lasts, with a step that says so."""
    if at.is_corrected or not at.flow.state(at.case.state).until:
        return False
    before = kept.due_at
    remember(kept, at.flow, at.case, working_time())
    if kept.due_at == before:
        return False
    step = service.step_row(kept, at, at.case, "", "期限随名册改", row.area_code, now)
    step.note = f"期限由 {_moment(before)} 改为 {_moment(kept.due_at)}。"
    db.session.add(step)
    db.session.flush()
    return True


def keep_days(reg: Register, now: datetime) -> int:
    """The same for rows an import changed; how many."""
    lasting = {state.key for flow in versions_for(reg) for state in flow.states if state.until}
    if not lasting:
        return 0
    with acting_as(SYSTEM):
        wanted = select(FlowCase.id).where(FlowCase.register == reg.name, FlowCase.is_ended.is_(False))
        ids = list(db.session.execute(wanted.where(FlowCase.state.in_(lasting)).order_by(FlowCase.id)).scalars())
        chunks = [ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK)]
        moved = [kept.id for chunk in chunks for _row, at, kept in _lasting(reg, chunk, now) if _has_moved(at, kept)]
    chunks = [moved[start : start + CHUNK] for start in range(0, len(moved), CHUNK)]
    return sum(_by_ones(chunk, lambda some: _keep_days(reg, some, now)) for chunk in chunks)


def _has_moved(at: Running, kept: FlowCase) -> bool:
    due = at.case.due(working_time())
    return not at.is_corrected and (due.at if due is not None else None) != kept.due_at


def _lasting(reg: Register, ids: list[int], now: datetime) -> list[tuple[Any, Running, FlowCase]]:
    cases = db.session.execute(select(FlowCase).where(FlowCase.id.in_(ids))).scalars().all()
    wanted = select(reg.model).where(reg.model.id.in_([kept.row_id for kept in cases]), reg.model.deleted_at.is_(None))
    rows = {row.id: row for row in db.session.execute(wanted).scalars()}
    return [
        (row, joined((version(kept.flow_key, kept.flow_number), kept.flow_number), row, kept, now), kept)
        for kept in cases
        if (row := rows.get(kept.row_id)) is not None
    ]


def _keep_days(reg: Register, ids: list[int], now: datetime) -> int:
    with acting_as(SYSTEM), writing():
        return sum(_keep_day(row, at, kept, now) for row, at, kept in _lasting(reg, ids, now))


def bring_up_to_date(reg: Register, now: datetime) -> int:
    """Begin cases that are missing, correct those whose row says otherwise; how many."""
    return begin_missing(reg, now) + correct(reg, now) + keep_days(reg, now)


def follow_published(reg: Register) -> None:
    """What an import brought or changed goes on at once, not at the next sweep."""
    bring_up_to_date(reg, utc_now())


def correct(reg: Register, now: datetime) -> int:
    """Write down where a register says another state than the case (an import, a project that closed); how many."""
    count = 0
    for flow, ids in _astray(reg):
        assert flow.mirrors
        for start in range(0, len(ids), CHUNK):
            count += _by_ones(ids[start : start + CHUNK], lambda some, flow=flow: _correct(reg, flow, some, now))  # type: ignore[misc]
    return count


def _correct(reg: Register, flow: Flow, ids: list[int], now: datetime) -> int:
    count = 0
    with acting_as(SYSTEM), writing() as session:
        for kept in session.execute(select(FlowCase).where(FlowCase.id.in_(ids))).scalars().all():
            row = session.get(reg.model, kept.row_id)
            at = joined((flow, kept.flow_number), row, kept, now)
            if at.is_corrected:
                service.write_correction(session, row, at, kept, now)
                count += 1
    return count


def _by_ones(ids: list[int], work: Callable[[list[int]], int]) -> int:
    """Do a chunk in one transaction, or one by one where another machine or a person came between."""
    try:
        return work(ids)
    except (StaleDataError, IntegrityError, service.CaseMoved):
        if len(ids) == 1:
            return 0
        return sum(_by_ones([id_], work) for id_ in ids)


def _astray(reg: Register) -> list[tuple[Flow, list[int]]]:
    """Cases by version whose row says something that the state of the case does not."""
    with acting_as(SYSTEM):
        used = select(FlowCase.flow_key, FlowCase.flow_number).where(FlowCase.register == reg.name).distinct()
        found = []
        for key, number in db.session.execute(used).all():
            flow = version(key, number)
            if not flow.mirrors:
                continue
            said = getattr(reg.model, flow.mirrors)
            expected = case({state.key: state.value for state in flow.states}, value=FlowCase.state)
            ids = (
                select(FlowCase.id)
                .join(reg.model, reg.model.id == FlowCase.row_id)
                .where(FlowCase.register == reg.name, FlowCase.flow_key == key, FlowCase.flow_number == number)
                .where(reg.model.deleted_at.is_(None), said.is_not(None), said != expected)
                .where(said.in_({state.value for state in flow.states if state.value}))
            )
            found.append((flow, list(db.session.execute(ids.order_by(FlowCase.id)).scalars())))
        return found


def move_overdue(now: datetime) -> int:
    """Do what the program does by itself once a limit is over; how many steps."""
    is_late = (FlowCase.is_ended.is_(False), FlowCase.due_at < now)
    where = (FlowCase.register, FlowCase.flow_key, FlowCase.flow_number, FlowCase.state)
    count = 0
    with acting_as(SYSTEM):
        places = db.session.execute(select(*where).where(*is_late).distinct()).all()
    for place in places:
        name, key, number, state = place
        action = next((each for each in version(key, number).actions_from(state) if each.on_due), None)
        if action is None:
            continue  # late, and waiting for somebody: nothing happens by itself
        at_place = (column == value for column, value in zip(where, place, strict=True))
        with acting_as(SYSTEM):
            late = select(FlowCase.row_id).where(*is_late, *at_place).order_by(FlowCase.id)
            ids = db.session.execute(late).scalars().all()
        reg, key = register(name), action.key
        for start in range(0, len(ids), TOGETHER):
            chunk = list(ids[start : start + TOGETHER])
            count += _by_ones(chunk, lambda some, reg=reg, key=key: _move(reg, some, key, now))  # type: ignore[misc]
    return count


def _move(reg: Register, row_ids: list[int], key: str, now: datetime) -> int:
    """Take one step in each of some cases, in one transaction."""
    count = 0
    with acting_as(SYSTEM), writing() as session:
        found = session.execute(select(reg.model).where(reg.model.id.in_(row_ids), reg.model.deleted_at.is_(None)))
        for row in sorted(found.scalars(), key=lambda row: row.id):
            at = running(reg, row, now)
            if at is None:
                continue
            try:
                service.act(reg, row, key, service.Sent(at.version, {}), by=SYSTEM, now=now)
            except service.StepRefused:
                continue  # somebody acted before we looked
            count += 1
    return count


def recount(now: datetime, *, why: str) -> int:
    """Count open deadlines anew after the calendar or the office hours changed; each that moved gets a step saying so."""
    with acting_as(SYSTEM):
        has_clock = FlowCase.due_at.is_not(None) | FlowCase.deadline_at.is_not(None)
        open_ids = select(FlowCase.id).where(FlowCase.is_ended.is_(False), has_clock)
        ids = list(db.session.execute(open_ids.order_by(FlowCase.id)).scalars())
    # One that moved on just now has a deadline of today's calendar already.
    chunks = (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))
    return sum(_by_ones(chunk, lambda some: _recount(some, now, why)) for chunk in chunks)


def _recount(ids: list[int], now: datetime, why: str) -> int:
    with writing() as session, beyond_scope():
        found = session.execute(select(FlowCase).where(FlowCase.id.in_(ids))).scalars().all()
        return sum(_recounted(kept, now, why) for kept in found)


def _recounted(kept: FlowCase, now: datetime, why: str) -> bool:
    reg = register(kept.register)
    row = db.session.get(reg.model, kept.row_id)
    if row is None:
        return False
    flow = version(kept.flow_key, kept.flow_number)
    before = (kept.due_at, kept.deadline_at, kept.is_provisional)
    at = joined((flow, kept.flow_number), row, kept, now)
    if at.is_corrected:
        return False
    remember(kept, flow, at.case, working_time())
    if before[1] is None:
        # Not kept before 0047; no calendar gives a case its first deadline.
        before = (before[0], kept.deadline_at, before[2])
    if (kept.due_at, kept.deadline_at, kept.is_provisional) == before:
        return False
    step = service.step_row(kept, at, at.case, "", "期限重算", row.area_code, now)
    step.note = f"{why}，{_change_words(before[:2], (kept.due_at, kept.deadline_at), kept.is_provisional)}。"
    db.session.add(step)
    for each in _RECOUNTED:
        each(reg, row, before[1], kept.deadline_at)
    db.session.flush()
    return True


Ends = tuple[datetime | None, datetime | None]
"""When the state is over, and when the whole matter is."""


def _change_words(before: Ends, now: Ends, is_provisional: bool) -> str:
    names = ("期限", "办结时限") if before[0] != before[1] or now[0] != now[1] else ("期限",)
    changes = [
        f"{name}由 {_moment(old)} 改为 {_moment(new)}"
        for name, old, new in zip(names, before, now, strict=False)
        if old != new
    ]
    return "，".join(changes) or ("期限不变，改为暂定" if is_provisional else "期限不变，不再是暂定")


def _moment(at: datetime | None) -> str:
    return f"{local(at):%Y-%m-%d %H:%M}" if at is not None else "—"


@handler("lowcode.flow.sweep", title="流程到期检查", every="hour")
def sweep(_job: JobContext) -> dict[str, Any]:
    """Begin what has no case, move what is over its time."""
    if not has_profile():
        return {"count": 0}
    now = utc_now()
    begun = sum(bring_up_to_date(reg, now) for reg in attached())
    return {"count": begun + move_overdue(now), "begun": begun}
