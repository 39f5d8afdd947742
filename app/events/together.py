"""Several units that handle one event together (会签): who sees it meanwhile, and what each of them did."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from app.clock import utc_now
from app.events.models import Event
from app.extensions import db
from app.lowcode.flow.models import FlowStep
from app.lowcode.flow.queries import running
from app.lowcode.flow.service import Done
from app.lowcode.queries import row_titles
from app.lowcode.register import register
from app.security.beyond import beyond_scope
from app.security.letting_in import close_door, let_in
from app.security.models import Post

TOGETHER = "联合处置"


def let_partners_in(row: Event, done: Done) -> None:
    """Units that handle it beside the first see it from 分拨 until its end."""
    before, after = done.before.unit_ids[1:], done.after.unit_ids[1:]
    is_over = done.flow.state(done.after.state).is_end
    if gone := set(before) - (set() if is_over else set(after)):
        close_door(row, why=TOGETHER, units=gone)
    if not is_over and after:
        let_in(row, after, why=TOGETHER)


def handling_together(row: Event) -> set[int]:
    """Units that handle an event beside the first, while it is on its way: nobody else shuts them out of it."""
    at = running(register("events"), row, utc_now())
    if at is None or at.flow.state(at.case.state).is_end:
        return set()
    return set(at.case.unit_ids[1:])


def words_of_each(done: Done) -> str:
    """What every unit wrote as it did its part, by unit, once the last has; '' where one unit alone handled it."""
    if not done.action.joint or len(done.before.unit_ids) < 2:
        return ""
    parts = _parts(done)
    names = _units_of({each.by_id for each in parts if each.by_id is not None}, done.before.unit_ids)
    return "\n".join(f"{names.get(each.by_id or 0, each.by_name)}：{_words(each, done)}" for each in parts)


def _parts(done: Done) -> list[FlowStep]:
    """Steps of this joint action since the case came into its state, the first first."""
    wanted = select(FlowStep).where(FlowStep.case_id == done.step.case_id, FlowStep.seq <= done.step.seq)
    found: list[FlowStep] = []
    with beyond_scope():
        for step in db.session.execute(wanted.order_by(FlowStep.seq.desc())).scalars():
            if step.action == done.action.key:
                found.append(step)
            elif step.from_state != step.to_state:
                break
    return found[::-1]


def _words(step: FlowStep, done: Done) -> str:
    """Its result, where the step asks for one, else its note."""
    labels = {each.label for each in done.action.fields if each.column == "result"}
    return next((value for label, value in step.filled if label in labels), step.note)


def _units_of(user_ids: Iterable[int], unit_ids: Iterable[int]) -> dict[int, str]:
    """Account → the unit it answered for."""
    wanted = select(Post.user_id, Post.unit_id).where(Post.user_id.in_(user_ids), Post.unit_id.in_(unit_ids))
    with beyond_scope():
        units = {each.user_id: each.unit_id for each in db.session.execute(wanted)}
        names = row_titles("units", set(units.values()))
    return {user_id: names[unit_id] for user_id, unit_id in units.items() if unit_id in names}
