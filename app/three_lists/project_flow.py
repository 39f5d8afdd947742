"""Projects on their flow: what a step proposes, and what must hold whatever steps an office gives its projects."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from app.clock import local, today
from app.extensions import db
from app.fields.sentence import Sentence
from app.lowcode.flow.models import FlowStep
from app.lowcode.flow.rules import Action
from app.lowcode.flow.service import Done, StepRefused, is_moving
from app.lowcode.register import Register
from app.lowcode.service import current_values
from app.security.actor import current_actor
from app.settings.working_calendar import working_calendar
from app.three_lists import progress, queries, rules
from app.three_lists.models import PROJECTS, Project

PUBLISHED_DAYS = 5
"""Working days a result is made public, until somebody types others."""
NOTICE = frozenset({"published_from", "published_until"})
BEGINNINGS = ("planned", "open")
FROM_THE_BEGINNING = Sentence("新登记的项目从“待立项”或“已立项”办起，验收和销号一步一步办。以前办完的请用导入。")
NOT_BY_HAND = Sentence("公示日期跟着办理走，不能直接改。要改，请在办理页点“撤下重新公示”。")


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
    if after == "returned" and before in rules.FINISHED:
        # Its result will be another, looked at by somebody and shown anew.
        row.evaluator = row.satisfaction = row.published_from = row.published_until = None
    db.session.flush()


def _errors(row: Project, before: str, after: str, done: Done, day: date) -> dict[str, str]:
    found: dict[str, str] = {}
    if after in rules.STARTED and before not in rules.STARTED and not queries.needs_of(row.id):
        found[""] = Sentence("项目还没有对应的需求。请先在“对应需求”里加上，再立项。")
    if after in rules.FINISHED and before not in rules.FINISHED:
        found = _acceptance_errors(row, done, day) | found
    if NOTICE & done.action.writes:
        found = rules.publishing_errors(row.published_from, row.published_until, day) | found
    if after == "closed" and before != after:
        found = _closing_errors(row, day) | found
    return found


def _acceptance_errors(row: Project, done: Done, day: date) -> dict[str, str]:
    who = done.person.user_id
    return rules.acceptance_errors(
        person=row.person, evaluator=row.evaluator, has_photo=queries.has_photo(row, since=_sent_back_at(done)),
        is_same_account=who is not None and (who == row.handed_in_by or who in done.before.handler_ids),
        is_in_charge=bool(row.person) and row.person == done.step.by_name,
    ) | rules.finishing_errors(row.opened_on, row.finished_on, day)  # fmt: skip


def _sent_back_at(done: Done) -> datetime | None:
    """When the project was last sent back: photos from before show what was not good enough."""
    wanted = (
        select(func.max(FlowStep.at))
        .where(FlowStep.case_id == done.step.case_id, FlowStep.seq < done.step.seq)
        .where(FlowStep.action.in_([each.key for each in done.flow.actions if each.is_return]))
    )
    return db.session.execute(wanted).scalar()


def _closing_errors(row: Project, day: date) -> dict[str, str]:
    if not queries.has_evidence(row):
        return {"": Sentence("销号要有佐证：请在办理页的“佐证”里上传验收单、照片或居民签字。")}
    if waits := rules.may_not_close_yet(row.published_until, day):
        return {"": waits}
    if row.closed_on and row.published_until and row.closed_on <= row.published_until:
        return {"closed_on": Sentence("销号日期要在公示结束以后，请核对。")}
    return {}


def refuse_by_hand(reg: Register, row: Any | None, values: Mapping[str, Any], today: date) -> dict[str, str]:  # noqa: ARG001
    """A guard of what hands type: a project begins at its beginning (a list kept before is imported), and the days of a
    notice are those it was shown with."""
    if reg.name != PROJECTS.name or is_moving() or current_actor().is_system:
        return {}
    if row is None:
        begun = values.get("state") or "planned"
        return {} if begun in BEGINNINGS else {"state": FROM_THE_BEGINNING}
    if row.state not in rules.FINISHED:
        return {}
    return {name: NOT_BY_HAND for name in sorted(NOTICE & values.keys()) if values[name] != getattr(row, name)}
