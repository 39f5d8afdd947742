"""A case between its two forms: the value the rules move, and what its row remembers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from app.fields.limits import MOST_HOURS_KEPT, Limit, Pause, WorkingTime, limit_text, read_limit
from app.lowcode.flow.models import FlowCase
from app.lowcode.flow.rules import Case, Clock, Flow


def case_value(row: FlowCase, area_code: str) -> Case:
    """The case a row remembers; `area_code` is that of the matter today."""
    memory = row.memory
    return Case(
        state=row.state, area_code=area_code, entered_at=row.entered_at, reporter_id=row.reporter_id,
        handler_ids=frozenset(memory.get("handlers", ())), unit_ids=tuple(memory.get("units", ())),
        signed=frozenset(memory.get("signed", ())), done=dict(memory.get("done", {})), return_count=row.return_count,
        clocks={state: _clock(data) for state, data in memory.get("clocks", {}).items()},
    )  # fmt: skip


def remember(row: FlowCase, flow: Flow, case: Case, on: WorkingTime) -> None:
    """Write a case into its row."""
    due = case.due(on)
    row.state, row.entered_at, row.return_count = case.state, case.entered_at, case.return_count
    row.is_ended = flow.state(case.state).is_end
    row.due_at, row.warns_at = (due.at, due.warns_at) if due is not None else (None, None)
    deadline = case.deadline(flow, on)
    row.deadline_at = deadline.at if deadline is not None else None
    row.is_provisional = any(each is not None and each.is_provisional for each in (due, deadline))
    row.reporter_id = case.reporter_id
    row.memory = memory_of(case)


def memory_of(case: Case) -> dict[str, Any]:
    """Plain JSON of what has no column of its own."""
    return {
        "handlers": sorted(case.handler_ids), "units": list(case.unit_ids), "signed": sorted(case.signed),
        "done": dict(case.done), "clocks": {state: _clock_data(clock) for state, clock in case.clocks.items()},
    }  # fmt: skip


def _clock(data: Mapping[str, Any]) -> Clock:
    pauses = tuple(Pause(_moment(begin), _moment(end) if end else None) for begin, end in data["pauses"])
    extension = read_limit(data["extension"]) if data["extension"] else None
    limit = read_limit(data["limit"], most_hours=MOST_HOURS_KEPT)
    return Clock(_moment(data["start"]), limit, extension, pauses)


def _clock_data(clock: Clock) -> dict[str, Any]:
    return {
        "start": _text(clock.start), "limit": limit_text(clock.limit), "extension": _limit(clock.extension),
        "pauses": [[_text(pause.begin), _text(pause.end) if pause.end else ""] for pause in clock.pauses],
    }  # fmt: skip


def _limit(limit: Limit | None) -> str:
    return limit_text(limit) if limit is not None else ""


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
