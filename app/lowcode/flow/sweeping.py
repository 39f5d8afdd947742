"""What happens to cases by themselves: begun where a row has none, moved on when time is up, counted again when the
calendar changes. Safe to run twice and on two machines: each case is one transaction with a version."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import case, select
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
from app.lowcode.flow.versions import attached, flow_of, version
from app.lowcode.register import Register, register
from app.security.actor import SYSTEM, acting_as
from app.security.beyond import beyond_scope
from app.settings.queries import has_profile
from app.settings.working_calendar import working_time

CHUNK = 500


def follow(reg: Register, row: Any, now: datetime) -> None:
    """Begin the case of a saved row, in the caller's transaction, so that its clock is known from the first day."""
    at = running(reg, row, now)
    if at is None or at.row is not None:
        return
    with beyond_scope():
        _begin(reg, row, at)


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
    has_case = select(FlowCase.row_id).where(FlowCase.register == reg.name)
    while True:
        with acting_as(SYSTEM), writing() as session:
            missing = select(reg.model).where(reg.model.deleted_at.is_(None), reg.model.id.not_in(has_case))
            rows = session.execute(missing.order_by(reg.model.id).limit(CHUNK)).scalars().all()
            for row in rows:
                _begin(reg, row, joined(flow_of(reg, row) or current, row, None, now))
        count += len(rows)
        if len(rows) < CHUNK:
            return count


def bring_up_to_date(reg: Register, now: datetime) -> int:
    """Begin cases that are missing, correct those whose row says otherwise; how many."""
    return begin_missing(reg, now) + correct(reg, now)


def correct(reg: Register, now: datetime) -> int:
    """Write down where a register says another state than the case (an import, a project that closed); how many."""
    count = 0
    for flow, ids in _astray(reg):
        assert flow.mirrors
        for start in range(0, len(ids), CHUNK):
            with writing() as session, beyond_scope():
                wanted = select(FlowCase).where(FlowCase.id.in_(ids[start : start + CHUNK]))
                for kept in session.execute(wanted).scalars().all():
                    row = session.get(reg.model, kept.row_id)
                    at = joined((flow, kept.flow_number), row, kept, now)
                    if at.is_corrected:
                        service.write_correction(session, row, at, kept, now)
                        count += 1
    return count


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
    with acting_as(SYSTEM):
        wanted = (
            select(FlowCase.register, FlowCase.row_id, FlowCase.flow_key, FlowCase.flow_number, FlowCase.state)
            .where(FlowCase.is_ended.is_(False), FlowCase.due_at < now)
            .order_by(FlowCase.id)
        )
        late = db.session.execute(wanted).all()
    count = 0
    for name, row_id, key, number, state in late:
        action = next((each for each in version(key, number).actions_from(state) if each.on_due), None)
        if action is not None:
            count += _done_by_itself(register(name), row_id, action.key, now)
    return count


def _done_by_itself(reg: Register, row_id: int, key: str, now: datetime) -> bool:
    with acting_as(SYSTEM):
        row = db.session.get(reg.model, row_id)
        at = running(reg, row, now) if row is not None and row.deleted_at is None else None
        if at is None:
            return False
        try:
            service.act(reg, row, key, service.Sent(at.version, {}), by=SYSTEM, now=now)
        except (service.CaseMoved, service.StepRefused):
            return False  # somebody acted meanwhile, here or on another machine
    return True


def recount(now: datetime, *, why: str) -> int:
    """Count open deadlines anew after the calendar or the office hours changed; each that moved gets a step saying so."""
    with acting_as(SYSTEM):
        open_ids = select(FlowCase.id).where(FlowCase.is_ended.is_(False), FlowCase.due_at.is_not(None))
        ids = list(db.session.execute(open_ids.order_by(FlowCase.id)).scalars())
    return sum(_recount_chunk(ids[start : start + CHUNK], now, why) for start in range(0, len(ids), CHUNK))


def _recount_chunk(ids: list[int], now: datetime, why: str) -> int:
    try:
        return _recount(ids, now, why)
    except (StaleDataError, IntegrityError):
        if len(ids) == 1:
            return 0  # it moved on just now; its deadline is of today's calendar already
        return sum(_recount_chunk([id_], now, why) for id_ in ids)


def _recount(ids: list[int], now: datetime, why: str) -> int:
    with writing() as session, beyond_scope():
        found = session.execute(select(FlowCase).where(FlowCase.id.in_(ids))).scalars().all()
        return sum(_recounted(kept, now, why) for kept in found)


def _recounted(kept: FlowCase, now: datetime, why: str) -> bool:
    reg = register(kept.register)
    row = db.session.get(reg.model, kept.row_id)
    if row is None:
        return False
    flow, before = version(kept.flow_key, kept.flow_number), (kept.due_at, kept.is_provisional)
    at = joined((flow, kept.flow_number), row, kept, now)
    if at.is_corrected:
        return False
    remember(kept, flow, at.case, working_time())
    if (kept.due_at, kept.is_provisional) == before:
        return False
    step = service.step_row(kept, at, at.case, "", "期限重算", row.area_code, now)
    old = f"{local(before[0]):%Y-%m-%d %H:%M}" if before[0] else "—"
    new = f"{local(kept.due_at):%Y-%m-%d %H:%M}" if kept.due_at else "—"
    step.note = f"{why}，期限由 {old} 改为 {new}。"
    db.session.add(step)
    db.session.flush()
    return True


@handler("lowcode.flow.sweep", title="流程到期检查", every="day")
def sweep(_job: JobContext) -> dict[str, Any]:
    """Begin what has no case, move what is over its time."""
    if not has_profile():
        return {"count": 0}
    now = utc_now()
    begun = sum(bring_up_to_date(reg, now) for reg in attached())
    return {"count": begun + move_overdue(now), "begun": begun}
