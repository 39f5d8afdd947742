"""Projects on their flow: what a step proposes, and what must hold whatever steps an office gives its projects."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from app.clock import local, today
from app.extensions import db
from app.fields.sentence import Sentence
from app.lowcode.flow.rules import Action
from app.lowcode.flow.service import Done, StepRefused
from app.lowcode.register import Register
from app.lowcode.service import current_values
from app.settings.working_calendar import working_calendar
from app.three_lists import progress, queries, rules
from app.three_lists.models import PROJECTS, Project

PUBLISHED_DAYS = 5
"""Working days a result is made public, until somebody types others."""
NOTICE = frozenset({"published_from", "published_until"})


def known_values(reg: Register, row: Any, action: Action) -> dict[str, str]:
    """What the project says already, and the days a step usually has."""
    if reg.name != PROJECTS.name or not action.writes:
        return {}
    values = {**_usual_days(today()), **_said(reg, row)}
    if NOTICE & action.writes and (row.published_until is None or row.published_until < today()):
        values |= _usual_days(today())  # a notice of long ago says nothing of the next one
    return {each.name: values[each.column] for each in action.fields if values.get(each.column)}


def _said(reg: Register, row: Project) -> dict[str, str]:
    found = current_values(reg, row, today=today())
    return {name: _text(value) for name, value in found.items() if value is not None}


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _usual_days(day: date) -> dict[str, str]:
    until = working_calendar().add_working_days(day - timedelta(days=1), PUBLISHED_DAYS)
    return {
        "published_from": day.isoformat(), "published_until": until.isoformat(), "closed_on": day.isoformat(),
        "finished_on": day.isoformat(),
    }  # fmt: skip


def units(row: Project) -> tuple[int, ...]:
    """The lead unit, whose people may hand in what they did."""
    return (row.lead_unit_id,) if row.lead_unit_id is not None else ()


def follow(reg: Register, row: Any, done: Done) -> None:
    """Refuse a step that leads where the project may not go yet, and keep what later steps ask. Raises StepRefused.

    It looks at what the register says (`value` of the states), not at names of steps: an office's own flow obeys too.
    """
    if reg.name != PROJECTS.name:
        return
    before, after = (done.flow.state(case.state).value for case in (done.before, done.after))
    day = local(done.step.at).date()
    errors = _errors(row, before, after, done, day)
    if errors:
        fields = {each.column: each.name for each in done.action.fields if each.column}
        # What belongs to no field of the form stands above it: the first of them.
        raise StepRefused({fields.get(name, ""): text for name, text in reversed(errors.items())})
    if after == "accepting":
        row.handed_in_by = done.person.user_id
    if before == "paused" and after in rules.ON_THE_WAY:
        progress.stood_still(row, until=day)
    db.session.flush()


def _errors(row: Project, before: str, after: str, done: Done, day: date) -> dict[str, str]:
    if after in rules.STARTED and before not in rules.STARTED and not queries.needs_of(row.id):
        return {"": Sentence("项目还没有对应的需求。请先在“对应需求”里加上，再立项。")}
    if after in rules.FINISHED and before not in rules.FINISHED:
        who = done.person.user_id
        return rules.acceptance_errors(
            person=row.person, evaluator=row.evaluator, has_photo=queries.has_photo(row),
            is_same_account=who is not None and who == row.handed_in_by,
        )  # fmt: skip
    if NOTICE & done.action.writes:
        return rules.publishing_errors(row.published_from, row.published_until, day)
    if after == "closed" and before != after:
        return _closing_errors(row, day)
    return {}


def _closing_errors(row: Project, day: date) -> dict[str, str]:
    if not queries.has_evidence(row):
        return {"": Sentence("销号要有佐证：请在办理页的“佐证”里上传验收单、照片或居民签字。")}
    waits = rules.may_not_close_yet(row.published_until, day)
    return {"": waits} if waits else {}
