"""What other programs are told of events, without anybody's name or phone; and the hourly look for what is overdue."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import select

from app.areas.queries import name_of as area_name
from app.clock import local, utc_now
from app.events import rules
from app.events.models import Event
from app.extensions import db
from app.fields.codes import code_list
from app.jobs.handlers import handler
from app.jobs.running import JobContext
from app.lowcode.flow.models import FlowCase
from app.lowcode.flow.service import Done
from app.lowcode.queries import row_titles
from app.outbox import queries as outbox
from app.outbox.service import tell
from app.security.beyond import beyond_scope

OVERDUE = "event.overdue"
LOOKED_BACK = timedelta(days=7)
"""A machine that was off so long has other worries than telling of old deadlines."""
CHUNK = 200


def tell_reported(row: Event) -> None:
    """A new event."""
    tell("event.reported", key=f"event:{row.uid}:reported", area_code=row.area_code, data=lambda: facts(row))


def tell_step(row: Event, done: Done, step: rules.Moved) -> None:
    """A step of its flow, where it is one that others know."""
    kind = rules.told_as(step, handles=done.is_handled, visits=rules.VISIT in done.action.writes)
    if kind:
        key = f"event:{row.uid}:step:{done.step.seq}"
        tell(kind, key=key, area_code=row.area_code, data=lambda: facts(row) | {"step": done.step.action_name})


def facts(row: Event) -> dict[str, Any]:
    """An event as others see it."""
    states, sources = code_list("event_state"), code_list("event_source")
    with beyond_scope():
        titles = row_titles("units", {row.unit_id}) if row.unit_id else {}
        kinds = row_titles("event_categories", {row.category_id}) if row.category_id else {}
    moments = {"reported_at": row.reported_at, "due_at": row.due_at, "closed_at": row.closed_at}
    return {
        "uid": row.uid, "number": row.number, "name": row.name, "source": sources.label_of(row.source),
        "state_code": row.state, "state": states.label_of(row.state) if row.state else "", "level": row.level,
        "category": kinds.get(row.category_id or 0, ""), "unit": titles.get(row.unit_id or 0, ""),
        "area_code": row.area_code, "area": area_name(row.area_code), "path": f"/events/show/{row.id}",
        **{name: local(at).isoformat(timespec="seconds") if at else None for name, at in moments.items()},
        "satisfaction": row.satisfaction, "is_on_time": row.is_on_time,
    }  # fmt: skip


@handler("events.tell_overdue", title="推送逾期事件", every="hour")
def tell_overdue(job: JobContext) -> dict[str, int]:
    """Tell of each deadline that has passed, once; asks nothing where nobody wants to know."""
    if not any(OVERDUE in each.kinds for each in outbox.open_receivers()):
        return {"count": 0}
    now, last, count = utc_now(), int(job.checkpoint.get("last", 0)), 0
    late = (
        select(FlowCase.id, FlowCase.due_at, Event)
        .join(Event, (FlowCase.register == "events") & (FlowCase.row_id == Event.id))
        .where(FlowCase.is_ended.is_(False), FlowCase.due_at < now, FlowCase.due_at > now - LOOKED_BACK,
               Event.deleted_at.is_(None))
    )  # fmt: skip
    while True:
        found = db.session.execute(late.where(FlowCase.id > last).order_by(FlowCase.id).limit(CHUNK)).all()
        if not found:
            return {"count": count}
        last = found[-1][0]
        with job.chunk({"last": last}):
            for _id, due_at, row in found:
                key = f"event:{row.uid}:overdue:{due_at.isoformat(timespec='minutes')}"
                count += tell(OVERDUE, key=key, area_code=row.area_code, data=partial(facts, row))
