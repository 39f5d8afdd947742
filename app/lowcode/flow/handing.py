"""Cases that hang on a person, and how they go to a successor; steps already taken stay with who took them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from app.extensions import db
from app.lowcode.flow.keeping import remember
from app.lowcode.flow.models import FlowCase, FlowStep
from app.lowcode.flow.queries import Running, joined
from app.lowcode.flow.service import step_row
from app.lowcode.flow.versions import attached, version
from app.lowcode.register import Register
from app.security.actor import Actor, acting_as
from app.settings.working_calendar import working_time

HANDED = "工作移交"


def cases_on(user_id: int) -> list[tuple[Register, Any, Running]]:
    """Open cases the person reported or handles, read as the system: (register, row, where it stands)."""
    by_name = {reg.name: reg for reg in attached()}
    taken = select(FlowStep.case_id).where(FlowStep.by_id == user_id)
    wanted = (
        select(FlowCase)
        .where(FlowCase.is_ended.is_(False), FlowCase.register.in_(by_name))
        .where(or_(FlowCase.reporter_id == user_id, FlowCase.id.in_(taken)))
        .order_by(FlowCase.id)
    )
    found = []
    for kept in db.session.execute(wanted).scalars():
        reg = by_name[kept.register]
        row = db.session.get(reg.model, kept.row_id)
        if row is None or row.deleted_at is not None:
            continue
        at = joined((version(kept.flow_key, kept.flow_number), kept.flow_number), row, kept, kept.entered_at)
        if user_id == at.case.reporter_id or user_id in at.case.handler_ids:
            found.append((reg, row, at))
    return found


def hand_case(row: Any, at: Running, from_id: int, to_id: int, words: str, *, by: Actor, now: datetime) -> None:
    """Put the successor in the place of reporter and handler, with a step that says so; in the caller's transaction.

    The predecessor stays known as handler too: his successor shall not check what he did.
    """
    assert at.row is not None
    case, others = at.case, at.case.handler_ids
    moved = replace(
        case, reporter_id=to_id if case.reporter_id == from_id else case.reporter_id,
        handler_ids=others | {to_id} if from_id in others else others,
    )  # fmt: skip
    remember(at.row, at.flow, moved, working_time())
    with acting_as(by):
        step = step_row(at.row, at, moved, "", HANDED, row.area_code, now)
        step.note = words
        db.session.add(step)
        db.session.flush()
