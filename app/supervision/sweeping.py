"""What the program does for the ledger by itself: takes what is late onto it, and follows a calendar that changed.

That a matter past its limit is proposed for the first, second or third supervision is the flow's own rule
(`on_due` in three_supervisions.yaml), done by the hourly sweep of flows.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Any

from sqlalchemy import exists, select

from app.clock import local
from app.database.transactions import writing
from app.events import rules as event_rules
from app.events.models import Event
from app.extensions import db
from app.jobs.handlers import handler
from app.jobs.running import JobContext
from app.lowcode.flow.models import FlowCase
from app.lowcode.flow.versions import flow_of
from app.lowcode.register import register
from app.lowcode.service import SaveRefused
from app.meetings.models import Resolution
from app.security.actor import SYSTEM, acting_as
from app.settings.queries import has_profile, profile, setting
from app.supervision import shipped, sources
from app.supervision.models import ITEMS, SupervisionItem
from app.supervision.queries import taken_over
from app.whistles.queries import failed_calls

AUTOMATIC = "supervision_takes_late"
"""Setting: registers whose late rows come onto the ledger by themselves; [] where an office takes them over by hand."""
USUALLY = ("events", "resolutions")
"""Where the profile says that supervision goes by this flow (西峰); elsewhere offices take over by hand."""
MOST_AT_ONCE = 500


def take_late(today: date) -> int:
    """Put late events and resolutions, and calls of whistles that failed, onto the ledger as 逾期; how many. Safe to repeat and to
    run on two machines: a record is taken over once, by a unique index."""
    count = 0
    with acting_as(SYSTEM):
        for name in ("whistle_calls", *setting(AUTOMATIC, list(USUALLY) if shipped.FLOW in profile().flows else [])):
            for row in _late(name, today):
                raw = sources.proposed(name, row, today) | {"source": "overdue"}
                with suppress(SaveRefused):
                    sources.take_over(name, row, raw, by=SYSTEM, today=today)
                    count += 1
    return count


def _late(name: str, today: date) -> list[Any]:
    if name == "whistle_calls":
        return [row for row in failed_calls(limit=MOST_AT_ONCE) if taken_over(name, row.uid) is None]
    model: Any = {"events": Event, "resolutions": Resolution}.get(name)
    if model is None:
        return []
    taken = exists().where(
        SupervisionItem.source_register == name, SupervisionItem.source_uid == model.uid,
        SupervisionItem.deleted_at.is_(None),
    )  # fmt: skip
    wanted = select(model).where(model.deleted_at.is_(None), model.due_on < today, ~taken)
    if model is Event:
        over = (*event_rules.DONE, *event_rules.GONE)
        wanted = wanted.where(
            Event.state.not_in(over), Event.handled_on.is_(None), Event.merged_into_id.is_(None),
            Event.handling == event_rules.OWN,
        )  # fmt: skip
    else:
        wanted = wanted.where(Resolution.done_on.is_(None), Resolution.state_code == "open")
    return list(db.session.execute(wanted.order_by(model.due_on, model.id).limit(MOST_AT_ONCE)).scalars())


def follow_calendar() -> int:
    """Limits that were 暂定 take the day their clock has now; how many moved."""
    count = 0
    with acting_as(SYSTEM), writing() as session:
        found = session.execute(
            select(SupervisionItem, FlowCase)
            .join(FlowCase, (FlowCase.register == ITEMS) & (FlowCase.row_id == SupervisionItem.id))
            .where(SupervisionItem.is_provisional, FlowCase.state == "open", SupervisionItem.deleted_at.is_(None))
        ).all()
        for item, case in found:
            day = local(case.due_at).date() if case.due_at is not None else item.due_on
            count += day != item.due_on
            item.due_on, item.is_provisional = day, case.is_provisional
    return count


@handler("supervision.sweep", title="逾期事项列入督办台账", every="hour")
def sweep(job: JobContext) -> dict[str, Any]:
    """Take what is late, follow the calendar."""
    if not has_profile() or flow_of(register(ITEMS)) is None:
        return {"count": 0}
    return {"count": take_late(job.today), "moved": follow_calendar()}
