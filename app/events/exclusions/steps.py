"""What follows from an application: its name, what it may ask for, and what a decision makes of the event's figures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.clock import local
from app.events.exclusions import rules
from app.events.exclusions.models import EXCLUSIONS, EventExclusion
from app.events.models import Event
from app.extensions import db
from app.fields.sentence import Sentence
from app.files.queries import attachments_of
from app.lowcode.flow.service import Done, StepRefused
from app.lowcode.register import Register
from app.lowcode.service import SaveRefused
from app.periods.queries import MonthIsClosed, refuse_if_final
from app.security.beyond import beyond_scope

COUNTED_BY = ("registered_on", "filed_on", "dispatched_on", "due_on", "handled_on", "visited_on")
"""Days of an event that figures count by: none of their months may be final when it stops or begins to count."""


def event_of(row: EventExclusion) -> Event | None:
    """The event it is about."""
    if row.event_id is None:
        return None
    with beyond_scope(), db.session.no_autoflush:
        return db.session.get(Event, row.event_id)


def begin(row: EventExclusion) -> None:
    """网001-2026-00012 楼道堆物; a new one begins as a draft, whatever was typed or imported."""
    event = event_of(row)
    if row.id is None:
        row.state = rules.DRAFT
    if event is not None:
        row.name = f"{event.number or ''} {event.name}".strip()[:160]


def refuse_late_change(reg: Register, row: Any | None, values: Mapping[str, Any], _day: date) -> dict[str, str]:
    """A guard of `lowcode.service.save`: what was submitted is decided as it was submitted."""
    if reg.name != EXCLUSIONS or row is None or row.state == rules.DRAFT:
        return {}
    kept = {column.name: column.get(row, today=_day) for column in reg.columns if column.name in rules.FIXED}
    changed = [name for name, value in kept.items() if name in values and values[name] != value]
    return dict.fromkeys(changed, Sentence("已经提交，不能再改。要改，请先“退回补充”或撤回后重新申请。"))


def refuse_wrong_event(row: EventExclusion, _day: date) -> None:
    """A repetition came after the one it repeats."""
    if row.earlier_id is None:
        return
    event = event_of(row)
    with beyond_scope():
        earlier = db.session.get(Event, row.earlier_id)
    if event is None or earlier is None or event.registered_on is None or earlier.registered_on is None:
        return
    if (earlier.registered_on, earlier.id) > (event.registered_on, event.id):
        raise SaveRefused({"earlier": "这一件比要剔除的还晚，请填先前那一件。"})


def follow(reg: Register, row: Any, done: Done) -> None:
    """Keep who applied and decided; take the event out of the rates, or put it back."""
    if reg.name != EXCLUSIONS:
        return
    day, key = local(done.step.at).date(), done.action.key
    if key == "submit":
        if not attachments_of(reg.name, row.uid):
            raise StepRefused({"": Sentence("还没有佐证。请先在这一页的“附件”里上传佐证材料，再提交。")})
        row.applied_by, row.applied_on = done.step.by_name, day
    if key in rules.DECISIONS:
        row.decided_by, row.decided_on, row.decision = done.step.by_name, day, done.step.note
    _count(row, is_excluded=done.flow.state(done.after.state).value == rules.APPROVED)
    db.session.flush()


def _count(row: EventExclusion, *, is_excluded: bool) -> None:
    event = event_of(row)
    if event is None or event.is_excluded == is_excluded:
        return
    try:
        for name in COUNTED_BY:
            if (on := getattr(event, name)) is not None:
                refuse_if_final(event.area_code, on)
    except MonthIsClosed as closed:
        raise StepRefused({"": str(closed)}) from closed
    event.is_excluded = is_excluded
