"""Writing events beyond one row: the three-step 即办件 at once, and what a platform's words mean."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from app.clock import local
from app.database.transactions import writing
from app.events import rules
from app.events.models import Event
from app.events.platforms import STATE_WORDS
from app.fields.codes import code_list
from app.lowcode.flow import service as flow_service
from app.lowcode.flow.asking import may
from app.lowcode.flow.queries import person_of, running
from app.lowcode.flow.rules import Action
from app.lowcode.register import register
from app.lowcode.service import SaveRefused, save
from app.security.actor import Actor, acting_as
from app.security.beyond import beyond_scope
from app.settings.queries import profile, setting
from app.settings.service import save_setting
from app.settings.working_calendar import working_time

MOST_AT_ONCE = 2000
"""Tickets that one answer about a word brings up to date at once; the next import does the rest."""


def record_at_once(
    raw: Mapping[str, Any], *, is_alone: bool, by: Actor, today: date, now: datetime
) -> Event:  # fmt: skip
    """何事、何地、结果 in one go: with a result it is handled, and with `is_alone` (one-person shift) closed too.

    Raises SaveRefused naming what is missing, NotPermitted.
    """
    reg, result = register("events"), str(raw.get("result") or "").strip()
    # Reported now, not a moment after it is handled: what is closed before it was reported cannot be saved again.
    reported = raw.get("reported_at") or f"{local(now):%Y-%m-%d %H:%M}"
    values = {name: value for name, value in raw.items() if name != "result"} | {"reported_at": reported}
    with acting_as(by), writing():
        row = save(reg, None, values, by=by, today=today)
        if not result:
            return row  # type: ignore[no-any-return]
        handle = _way(row, by, now, handles=True)
        if handle is None:
            raise SaveRefused(
                {"result": "这里的流程要先核实、分拨，或自办要上传照片。请先不填结果保存，再在“办理”里继续。"}
            )
        _take(row, handle, {each.name: result for each in handle.fields if each.column == "result"}, by, now)
        confirm = _way(row, by, now, handles=False) if is_alone else None
        if confirm is not None:
            _take(row, confirm, {}, by, now)
    return row  # type: ignore[no-any-return]


def _way(row: Event, by: Actor, now: datetime, *, handles: bool) -> Action | None:
    """What the person may do at once without a photo: handle it, or confirm his own work."""
    at = running(register("events"), row, now)
    if at is None:
        return None
    for each in may(at.flow, at.case, person_of(by), now, working_time()):
        is_plain = not each.photos and each.note != "required" and each.to != at.case.state
        if is_plain and (each.handles if handles else at.flow.state(each.to).is_done):
            return each
    return None


def _take(row: Event, action: Action, values: Mapping[str, str], by: Actor, now: datetime) -> None:
    reg = register("events")
    at = running(reg, row, now)
    assert at is not None
    try:
        flow_service.act(reg, row, action.key, flow_service.Sent(at.version, values), by=by, now=now)
    except flow_service.StepRefused as refused:
        names = {each.name: each.column for each in action.fields}
        raise SaveRefused({names.get(name, ""): text for name, text in refused.errors.items()}) from refused


def say_words(source: str, words: Mapping[str, str], *, by: Actor, today: date) -> int:
    """Keep what a platform's words mean (word → our state) and bring its tickets up to date; how many changed.

    Raises SaveRefused for a state that is none of ours, NotPermitted.
    """
    known = {item.code for item in code_list("event_state").items}
    if any(state not in known for state in words.values()):
        raise SaveRefused({"": "请从状态里选一个。"})
    with acting_as(by), writing() as session:
        with beyond_scope():
            kept = setting(STATE_WORDS, {})
            said = {**kept, source: {**kept.get(source, {}), **words}}
            save_setting(STATE_WORDS, said, area_code=profile().top_code)
        meant = select(Event).where(
            Event.source == source, Event.upstream_state.in_(list(words)), Event.deleted_at.is_(None),
            Event.handling == rules.UPSTREAM,
        )  # fmt: skip
        rows = session.execute(meant.order_by(Event.id).limit(MOST_AT_ONCE)).scalars().all()
        before = {row.id: row.state for row in rows}
        for row in rows:
            save(register("events"), row, {}, by=by, today=today)
        return sum(before[row.id] != row.state for row in rows)
