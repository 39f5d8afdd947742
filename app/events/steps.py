"""What follows from saving an event or moving it on: its number, its days, what figures count, points through facts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from flask import g
from sqlalchemy import bindparam, select, update

from app.areas.rules import COMMUNITY_DIGITS, STREET_DIGITS
from app.clock import local, today, utc_now
from app.database.scope import range_of
from app.database.transactions import is_writing
from app.events import levels, merging, rules, telling, together
from app.events.models import Event, EventCategory
from app.events.platforms import state_words
from app.extensions import db
from app.facts.service import happened
from app.fields.limits import limit_text, read_limit
from app.fields.refusal import Refused
from app.lowcode.flow import service as flow_service
from app.lowcode.flow.queries import Running, joined, running
from app.lowcode.flow.rules import Action
from app.lowcode.flow.service import Done
from app.lowcode.flow.versions import flow_of
from app.lowcode.places import AreaFinder
from app.lowcode.register import Register, register
from app.numbering.rules import Series
from app.numbering.series import register_series
from app.numbering.service import take
from app.security.actor import current_actor
from app.security.beyond import beyond_scope
from app.security.models import Account
from app.settings.working_calendar import working_time

SERIES = register_series(Series("event", "事件编号", "网{word}-{year}-{number:05d}"))
"""网001-2026-00012: the middle is the street's last digits, so that streets of a district never meet."""
REPORTED, HANDLED, ON_TIME, OVERDUE = "event_reported", "event_handled", "event_on_time", "event_overdue"
REOPENED = "event_reopened"
"""Facts: what points may be given or proposed for, once for each event and person; reopening takes back whether it was
in time."""
GRID_WORKERS = "grid_workers"

_EARLIER = (
    select(Event.id)
    .where(Event.place_key == bindparam("place"), Event.category_id.is_not_distinct_from(bindparam("category")))
    .where(Event.registered_on.between(bindparam("since"), bindparam("day")), Event.id < bindparam("id"))
    .where(Event.area_code >= bindparam("low"), Event.area_code < bindparam("high"))
    .where(Event.deleted_at.is_(None), Event.state.not_in(rules.GONE))
    .limit(1)
)
"""An earlier report of the same thing. Built once: it is asked with every event that comes in."""


def fill(row: Event) -> None:
    """Number, days, and what an imported ticket says of itself, where they were not given."""
    row.reported_at = row.reported_at or utc_now()
    row.registered_on = local(row.reported_at).date()
    row.place_key = rules.place_key(row.location)
    row.handling = row.handling or rules.OWN
    row.state = row.state or "reported"
    if row.handling == rules.UPSTREAM:
        _take_over(row)
    elif row.id is None:
        _count_as_it_came(row)
    _from_category(row)
    row.due_on = local(row.due_at).date() if row.due_at else None
    row.internal_due_at = rules.internal_due(row.reported_at, row.due_at) if row.handling == rules.UPSTREAM else None
    if row.satisfaction in rules.VISITED:
        row.visited_on = row.visited_on or (row.closed_on if row.handling == rules.UPSTREAM else None) or today()
    elif row.satisfaction is None:
        row.visited_on = None
    if is_writing():
        _first_deadline(row)
        if not row.number:
            _number(row)


def _number(row: Event) -> None:
    assert row.registered_on is not None
    street = row.area_code[:STREET_DIGITS]
    issued = take(SERIES.name, area_code=street, year=row.registered_on.year, record=row, word=street[6:] or "000")
    row.number = issued.text


def _take_over(row: Event) -> None:
    """The platform's state and area in our words; both stay with the platform afterwards, the work is dealt out here."""
    row.state = rules.state_of_word(row.upstream_state, state_words(row.source)) or row.state
    if row.id is None and row.upstream_area and row.area_code:
        row.area_code = _area_named(row.upstream_area, row.area_code)
    _count_as_it_came(row)


def _count_as_it_came(row: Event) -> None:
    assert row.registered_on is not None
    came = rules.came(row.state, closed_at=row.closed_at, due_at=row.due_at, has_unit=row.unit_id is not None)
    row.filed_on = (row.filed_on or row.registered_on) if came.is_filed else None
    row.dispatch_count = max(row.dispatch_count or 0, came.dispatch_count)
    if row.dispatch_count:
        row.dispatched_on = row.dispatched_on or row.registered_on
    row.handled_at = came.handled_at
    row.handled_on = local(came.handled_at).date() if came.handled_at else None
    row.closed_on = local(came.closed_at).date() if came.closed_at else None
    row.is_on_time = came.is_on_time


def _area_named(text: str, within: str) -> str:
    """The area a platform names, inside that of the import; that itself where it is not clear."""
    finders = g.setdefault("event_areas", {})
    key = (within, current_actor().user_id)
    finder = finders.setdefault(key, AreaFinder(within))
    try:
        return finder.read(text) or within
    except Refused:
        return within


def _from_category(row: Event) -> None:
    category = category_of(row)
    if category is not None:
        row.level = row.level or category.level
        if row.unit_id is None and row.handling == rules.UPSTREAM:
            row.unit_id = category.unit_id
    row.level = row.level or levels.level_at(row.area_code)


def category_of(row: Event) -> EventCategory | None:
    """The 小类 of an event; the street's own are seen by all."""
    if row.category_id is None:
        return None
    with beyond_scope(), db.session.no_autoflush:
        return db.session.get(EventCategory, row.category_id)


def note_repeat(row: Event, _day: date) -> None:
    """Say whether the same kind of thing was reported at the same place within the last days (重复发案)."""
    is_repeat = row.state not in rules.GONE and _has_earlier(row)
    if is_repeat == row.is_repeat:
        return
    # Past the row's version: nobody edited it.
    with beyond_scope():
        db.session.execute(
            update(Event).where(Event.id == row.id).values(is_repeat=is_repeat, changed_at=Event.changed_at)
        )


def _has_earlier(row: Event) -> bool:
    if not row.place_key or row.registered_on is None:
        return False
    low, high = range_of(row.area_code[:COMMUNITY_DIGITS])
    asked = {
        "place": row.place_key, "category": row.category_id, "day": row.registered_on, "id": row.id, "low": low, "high": high,
        "since": row.registered_on - timedelta(days=rules.REPEAT_DAYS),
    }  # fmt: skip
    with beyond_scope():
        return db.session.execute(_EARLIER, asked).first() is not None


def start_limit(row: Any) -> str:
    """The limit of the first state of an event that whoever reports it handles: that of its 小类; '' as the flow says."""
    if not isinstance(row, Event) or row.handling == rules.UPSTREAM:
        return ""
    category = category_of(row)
    return (category.time_limit or "") if category is not None else ""


def known_values(reg: Register, row: Any, action: Action) -> dict[str, str]:
    """What an event knows of a step's fields: unit and limit of its 小类, or how long its official deadline leaves."""
    if reg.name != "events":
        return {}
    found: dict[str, str] = {}
    category = category_of(row)
    if category is not None and category.unit_id:
        found["units"] = str(category.unit_id)
    limit = _limit_left(row) if row.handling == rules.UPSTREAM else (category.time_limit if category else "")
    if limit and any(each.name == action.limit_field and each.kind == "limit" for each in action.fields):
        found[action.limit_field] = limit_text(read_limit(limit))
    return found


def _limit_left(row: Event) -> str:
    """Hours until the internal deadline of an imported ticket; '' where it has none, or it is over."""
    if row.internal_due_at is None:
        return ""
    hours = int((row.internal_due_at - utc_now()).total_seconds() // 3600)
    return f"{hours}小时" if hours >= 1 else ""


def _first_deadline(row: Event) -> None:
    """The deadline of an event that is new: known before it is written, so that it is written once."""
    current = flow_of(register("events"), row) if row.id is None and _runs_without_deadline(row) else None
    if current is not None:
        row.created_at = utc_now()
        _set_deadline(row, deadline_of(joined(current, row, None, row.created_at)))


def _runs_without_deadline(row: Event) -> bool:
    return row.handling == rules.OWN and row.due_at is None and row.state not in (*rules.DONE, *rules.GONE)


def note_deadline(row: Event, _day: date) -> None:
    """Keep the deadline of an event that is in somebody's hands from its first day."""
    if not _runs_without_deadline(row):
        return
    at = running(register("events"), row, utc_now())
    if at is not None:
        _set_deadline(row, deadline_of(at))
        db.session.flush()


def deadline_of(at: Running) -> datetime | None:
    """The deadline figures go by: that of the clock of handling, whatever state the event is in; none while it stands."""
    due = at.case.deadline(at.flow, working_time())
    return due.at if due is not None else None


def _set_deadline(row: Event, at: datetime | None) -> None:
    row.due_at, row.due_on = at, local(at).date() if at is not None else None


def follow_calendar(reg: Register, row: Any, before: datetime | None, now: datetime | None) -> None:
    """Keep the deadline of an own event with that of its case; one that an office's own workbook brought stays."""
    if reg.name == "events" and row.handling == rules.OWN and row.due_at == before:
        _set_deadline(row, now)


def refuse_deadline_by_hand(reg: Register, row: Any | None, values: Mapping[str, Any], day: date) -> dict[str, str]:  # noqa: ARG001
    """A guard of `lowcode.service.save`: what the flow counted is not typed over, or every rate would follow the typing."""
    if reg.name != "events" or row is None or row.handling != rules.OWN or flow_service.is_moving():
        return {}
    changed = [
        name
        for name in rules.COUNTED_BY_FLOW
        if name in values and not rules.is_same_on_a_form(values[name], getattr(row, name))
    ]
    at = running(reg, row, utc_now()) if changed else None
    if at is None or (at.row is not None and at.row.step_count == 0 and at.flow.state(at.case.state).is_done):
        return {}  # recorded as closed already (an old matter): nobody counted anything yet
    return {name: rules.COUNTED_BY_FLOW[name] for name in changed}


def follow(reg: Register, row: Any, done: Done) -> None:
    """Keep what figures count after a step of a flow, and tell points."""
    if reg.name != "events":
        return
    before, after = (done.flow.state(case.state) for case in (done.before, done.after))
    step = rules.Moved(before.value or before.key, after.value or after.key, done.action.is_return)
    now = done.step.at
    if rules.is_dispatch(step):
        row.dispatch_count, row.dispatched_on = row.dispatch_count + 1, local(now).date()
    if step.before == "merged":
        merging.refuse_visit_before_the_end(row)
    row.refused_count += rules.is_refused(step)
    row.rework_count += rules.is_rework(step)
    if done.after.unit_ids:
        row.unit_id = done.after.unit_ids[0]
    together.let_partners_in(row, done)
    levels.rise(row, done, step)
    if row.handling == rules.OWN:
        _follow_own(row, done, step)
    else:
        _follow_ticket(row, done)
    if rules.VISIT in done.action.writes and row.satisfaction in rules.VISITED:
        row.visited_on = local(now).date()
    db.session.flush()
    telling.tell_step(row, done, step)


def _follow_own(row: Event, done: Done, step: rules.Moved) -> None:
    now, day = done.step.at, local(done.step.at).date()
    if step.after in rules.FILED and row.filed_on is None:
        row.filed_on = day
    before, after = (case.deadline(done.flow, working_time()) for case in (done.before, done.after))
    if before != after:
        _set_deadline(row, after.at if after is not None else None)
    if done.is_handled:
        row.handled_at, row.handled_on, row.handled_by = now, day, done.step.by_name
        if words := together.words_of_each(done) or ("" if "result" in done.action.writes else done.step.note):
            row.result = words
        _tell(row, HANDLED, day)
    elif rules.is_rework(step):
        row.handled_at = row.handled_on = None
    if step.after == "closed" and row.closed_on is None:
        row.closed_at, row.closed_on = now, day
        row.is_on_time = rules.was_on_time(row.handled_at, row.due_at)
        if row.is_on_time is not None:
            _tell(row, ON_TIME if row.is_on_time else OVERDUE, day, of_handler=True)
    elif step.after != "closed" and row.closed_on is not None:
        if row.is_on_time is not None:
            happened(REOPENED, row, on=day)
        row.closed_at = row.closed_on = row.is_on_time = None
        row.reopen_count += 1


def _follow_ticket(row: Event, done: Done) -> None:
    """A ticket of a platform: who wrote the reply handled it here, in time where that was before the internal deadline;
    the platform's own days are what the ticket says."""
    day = local(done.step.at).date()
    if done.is_handled:
        row.handled_by = done.step.by_name
        _tell(row, HANDLED, day)
    is_answered = done.flow.state(done.after.state).is_done and not done.flow.state(done.before.state).is_done
    if not is_answered or done.before.state in done.flow.handled_in or not done.before.handler_ids:
        return
    deadline = done.before.deadline(done.flow, working_time())
    due = row.internal_due_at or (deadline.at if deadline is not None else None)
    was_on_time = rules.was_on_time(done.before.entered_at, due)
    if was_on_time is not None:
        _tell(row, ON_TIME if was_on_time else OVERDUE, day, of_handler=True)


def tell_reported(row: Event, day: date) -> None:
    """Points for whoever reported it, once."""
    if row.version == 1 and row.handling == rules.OWN and row.source == "patrol":
        _tell(row, REPORTED, row.registered_on or day)


def tell_others(row: Event, _day: date) -> None:
    """Programs and mailboxes that want to hear of new events."""
    if row.version == 1 and row.handling == rules.OWN:
        telling.tell_reported(row)


def _tell(row: Event, kind: str, day: date, *, of_handler: bool = False) -> None:
    """A fact about the roster row of who acts, or of who handled it last; none where he is no grid worker."""
    uid = row.handler_uid if of_handler else _roster_uid()
    if kind == HANDLED:
        row.handler_uid = uid
    if uid:
        happened(kind, row, on=day, details={"person_register": GRID_WORKERS, "person_uid": uid})


def _roster_uid() -> str | None:
    """uid of the grid worker who acts; None for all others, community workers with an account of their own among them."""
    user_id, worker = current_actor().user_id, register(GRID_WORKERS).model
    if user_id is None:
        return None
    own = select(worker.uid).join(Account, Account.person_uid == worker.uid).where(Account.user_id == user_id)
    with beyond_scope():
        return db.session.execute(own).scalar()
