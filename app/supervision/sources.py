"""Where matters of the ledger come from: a record somewhere in the house, taken over once and never typed again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.exc import IntegrityError

from app.clock import local, utc_now
from app.database.transactions import writing
from app.events import rules as event_rules
from app.extensions import db
from app.fields.sentence import Sentence
from app.lowcode.flow.queries import running
from app.lowcode.register import register
from app.lowcode.service import SaveRefused, save
from app.meetings.models import Meeting
from app.security.actor import Actor, acting_as
from app.security.beyond import beyond_scope
from app.settings.working_calendar import working_time
from app.supervision import queries
from app.supervision.models import ITEMS, SupervisionItem

Proposed = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Source:
    """A register whose rows may be taken over: what is proposed of one, and whether it is still open."""

    propose: Callable[[Any], Proposed]
    is_open: Callable[[Any], bool]


def _resolution(row: Any) -> Proposed:
    meeting = db.session.get(Meeting, row.meeting_id) if row.meeting_id else None
    return {
        "name": row.text[:120], "source": "resolution", "source_number": (meeting.name or "")[:80] if meeting else "",
        "unit": row.unit_id, "area": row.area_code, "assigned_on": row.held_on, "due_on": row.due_on,
    }  # fmt: skip


def _event(row: Any) -> Proposed:
    by_channel = {"hotline": "hotline", "petition": "petition"}.get(row.source, "superior")
    return {
        "name": row.name[:120], "source": by_channel, "source_number": row.number, "demand": row.content,
        "unit": row.unit_id, "area": row.area_code, "due_on": local(row.due_at).date() if row.due_at else None,
        "assigned_on": row.dispatched_on or row.registered_on,
    }  # fmt: skip


def _letter(row: Any) -> Proposed:
    return {
        "name": row.name[:120], "source": "superior", "source_number": row.number, "demand": row.asked or row.body,
        "area": row.area_code, "due_on": row.reply_by, "assigned_on": row.signed_on,
    }  # fmt: skip


def _need(row: Any) -> Proposed:
    return {
        "name": row.name[:120], "source": "other", "source_number": row.number, "demand": row.content,
        "area": row.area_code, "due_on": row.wanted_by, "assigned_on": row.registered_on,
    }  # fmt: skip


def _call(row: Any) -> Proposed:
    return {
        "name": row.name[:120], "source": "overdue", "demand": row.problem, "unit": row.unit_id, "area": row.area_code,
        "assigned_on": local(row.called_at).date() if row.called_at else None,
        "due_on": local(row.called_at).date() if row.called_at else None,
    }  # fmt: skip


def _project(row: Any) -> Proposed:
    return {
        "name": row.name[:120], "source": "overdue", "source_number": row.number,
        "unit": row.lead_unit_id, "area": row.area_code, "due_on": row.ends_on,
        "assigned_on": row.opened_on or row.registered_on,
    }  # fmt: skip


def _rectification(row: Any) -> Proposed:
    return {
        "name": (row.name or "")[:120], "source": "overdue", "demand": row.demands, "area": row.area_code,
        "due_on": row.due_on, "assigned_on": row.opened_on,
    }  # fmt: skip


def _mediation(row: Any) -> Proposed:
    """By its number: the ledger is read by more people than a file about neighbours."""
    return {**_by_number("矛盾调解", row), "assigned_on": row.received_on, "due_on": _deadline(row)}


def _proxy_order(row: Any) -> Proposed:
    return {**_by_number("上门代办", row), "assigned_on": row.asked_on, "due_on": row.due_on or _deadline(row)}


def _by_number(what: str, row: Any) -> Proposed:
    return {"name": f"{what} {row.number}", "source": "overdue", "source_number": row.number, "area": row.area_code}


def _deadline(row: Any) -> date | None:
    """The day by which the flow of a row wants it dealt with; that of its state where nobody has begun."""
    at = running(register(row.__tablename__), row, utc_now())
    on = working_time()
    due = (at.case.deadline(at.flow, on) or at.case.due(on)) if at is not None else None
    return local(due.at).date() if due is not None else None


def _is_on_its_way(row: Any) -> bool:
    at = running(register(row.__tablename__), row, utc_now())
    state = at.flow.state(at.case.state) if at is not None else None
    return state is not None and not (state.is_end or state.is_done)


SOURCES: Mapping[str, Source] = {
    "resolutions": Source(_resolution, lambda row: row.done_on is None),
    "events": Source(
        _event, lambda row: row.state not in (*event_rules.DONE, *event_rules.GONE) and row.merged_into_id is None
    ),
    "letters": Source(_letter, lambda row: row.state == "issued"),
    "whistle_calls": Source(_call, lambda row: row.score is None),
    "needs": Source(_need, lambda row: row.solved_on is None),
    "projects": Source(_project, lambda row: row.finished_on is None),
    "rectifications": Source(_rectification, lambda row: row.checked_on is None and not row.withdrawn),
    "mediation_cases": Source(_mediation, _is_on_its_way),
    "proxy_orders": Source(_proxy_order, _is_on_its_way),
}


def proposed(register_name: str, row: Any, today: date) -> dict[str, str]:
    """What the form of a new matter begins with, as typed; a limit before the day it was given out is left out."""
    raw = {name: value for name, value in SOURCES[register_name].propose(row).items() if value not in (None, "")}
    assigned, due = raw.get("assigned_on"), raw.get("due_on")
    if assigned and assigned > today:
        raw.pop("assigned_on")
    if due and due < raw.get("assigned_on", today):
        raw["assigned_on"] = due
    return {name: value.isoformat() if isinstance(value, date) else str(value) for name, value in raw.items()}


def take_over(
    register_name: str, row: Any, raw: Mapping[str, Any], *, by: Actor, today: date
) -> SupervisionItem:  # fmt: skip
    """Put a record on the ledger with what was said about it. Raises SaveRefused, also where it is there already."""
    known = queries.taken_over(register_name, row.uid)
    if known is not None:
        raise SaveRefused({"": Sentence("这件事已经在督办台账里，编号 %(number)s。", number=known.number)})
    try:
        with acting_as(by), writing():
            item = save(register(ITEMS), None, raw, by=by, today=today)
            with beyond_scope():
                item.source_register, item.source_uid = register_name, row.uid
                db.session.flush()
    except IntegrityError as clash:
        raise SaveRefused({"": Sentence("刚有人把这件事列入了督办台账，请刷新后再看。")}) from clash
    return item  # type: ignore[no-any-return]


def origin_of(item: SupervisionItem) -> Any | None:
    """The record a matter was taken from, as far as the actor sees it."""
    if not item.source_register or item.source_register not in SOURCES:
        return None
    model = register(item.source_register).model
    found = db.session.query(model).filter(model.uid == item.source_uid, model.deleted_at.is_(None))
    return found.one_or_none()
