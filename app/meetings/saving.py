"""What saving a meeting, a resolution or a council member through its register brings about."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import inspect, select, update

from app.extensions import db
from app.lowcode.register import register
from app.lowcode.service import SaveRefused
from app.meetings import owners_votes, timing
from app.meetings.attendance import draw_up
from app.meetings.closing import LOCKED, refuse_in_closed_month
from app.meetings.kinds import kind_of
from app.meetings.models import Attendee, Meeting, OwnersVote, Resolution, Topic, TopicSpeech, TopicVote
from app.security.actor import NotPermitted
from app.security.beyond import beyond_scope


def before_meeting(row: Any) -> None:
    """Area, name and times before a meeting is written. Raises SaveRefused: locked, or in a closed month."""
    if row.is_final:
        raise SaveRefused({"": LOCKED})
    with db.session.no_autoflush:
        body = _body(row)
        if body is not None:
            row.area_code = body.area_code
            if row.organization_id and not row.host and getattr(body, "secretary", None):
                row.host = body.secretary
    for column in ("begins_at", "ends_at"):
        moment = timing.read_time(getattr(row, column))
        if moment is not None and getattr(row, column) != f"{moment:%H:%M}":
            setattr(row, column, f"{moment:%H:%M}")
    if kind_of(row.kind).counted_by == "owners" and body is not None:
        row.owners_count = row.owners_count or body.household_count
        row.owners_area = row.owners_area or body.floor_area
    if not row.name or row.name == _former_name(row):
        row.name = automatic_name(row.kind, row.held_on)
    for day in {row.held_on, *_former(row, "held_on")} - {None}:
        refuse_in_closed_month(row.area_code, day)


def automatic_name(kind: str, held_on: date) -> str:
    """2026年11月支部党员大会."""
    return f"{held_on.year}年{held_on.month}月{kind_of(kind).name}"


def _former(row: Any, name: str) -> tuple[Any, ...]:
    return tuple(inspect(row).attrs[name].history.deleted or ())


def _former_name(row: Any) -> str:
    kind = (*_former(row, "kind"), row.kind)[0]
    day = (*_former(row, "held_on"), row.held_on)[0]
    return automatic_name(kind, day) if kind and day else ""


def _body(row: Any) -> Any | None:
    """The organisation or 小区 that holds the meeting; None where its area does."""
    body = kind_of(row.kind).body
    if body == "organization" and row.organization_id:
        return db.session.get(register("party_organizations").model, row.organization_id)
    if body == "compound" and row.compound_id:
        return db.session.get(register("residential_compounds").model, row.compound_id)
    return None


def after_meeting(row: Any, today: date) -> None:  # noqa: ARG001 (every step gets the day)
    """Draw up 应到 from the rosters and let all that hangs on the meeting lie where it lies."""
    if row.deleted_at is not None:
        if row.is_final:
            raise NotPermitted("这次会议的记录已经定稿，不能删除。确需删除的，请先在会议页面点“重新打开”。")
        return
    _check_body(row)
    if row.version > 1:
        _pull_along(row)
        owners_votes.settle(row)
    draw_up(row)


def _check_body(row: Any) -> None:
    kind = kind_of(row.kind)
    if kind.body != "organization" or not kind.body_kinds or row.organization_id is None:
        return
    reg = register("party_organizations")
    body = db.session.get(reg.model, row.organization_id)
    if body is not None and body.kind not in kind.body_kinds:
        label = reg.column("kind").type.show
        allowed = "、".join(label(code) for code in kind.body_kinds)
        raise SaveRefused(
            {"organization": f"{kind.name}由{allowed}召开，“{body.name}”是{label(body.kind)}。请改选党组织或会议类别。"}
        )


def _pull_along(row: Any) -> None:
    topics = select(Topic.id).where(Topic.parent_id == row.id).scalar_subquery()
    with beyond_scope():
        for model, condition in (
            (Attendee, Attendee.parent_id == row.id), (Topic, Topic.parent_id == row.id),
            (TopicSpeech, TopicSpeech.parent_id.in_(topics)), (TopicVote, TopicVote.parent_id.in_(topics)),
            (OwnersVote, OwnersVote.parent_id.in_(topics)),
        ):  # fmt: skip
            statement = update(model).where(condition, model.area_code != row.area_code)
            db.session.execute(statement.values(area_code=row.area_code))
        stray = select(Resolution).where(Resolution.meeting_id == row.id)
        for resolution in db.session.execute(stray).scalars():
            if (resolution.area_code, resolution.held_on) != (row.area_code, row.held_on):
                resolution.area_code, resolution.held_on = row.area_code, row.held_on


def before_resolution(row: Any) -> None:
    """A resolution lies with its meeting; what a locked meeting resolved stays as it was put."""
    if row.meeting_id is None:
        return
    with db.session.no_autoflush:
        meeting = db.session.get(Meeting, row.meeting_id)
    if meeting is None:
        raise SaveRefused({"meeting": "没有这次会议，或不在您负责的范围内。"})
    state = inspect(row)
    is_changed = not state.persistent or any(state.attrs[name].history.has_changes() for name in ("text", "meeting_id"))
    if meeting.is_final and is_changed:
        raise SaveRefused({"text": "会议记录已经定稿，议定的内容不能再加、再改；责任人和时限可以调整。"})
    errors = timing.resolution_errors(row.text, row.due_on, held_on=meeting.held_on)
    if errors:
        raise SaveRefused(dict(errors))
    if row.area_code != meeting.area_code:
        row.area_code = meeting.area_code
    row.held_on = meeting.held_on


def after_resolution(row: Any, today: date) -> None:  # noqa: ARG001 (every step gets the day)
    """What a locked meeting resolved is not deleted."""
    if row.deleted_at is None:
        return
    meeting = db.session.get(Meeting, row.meeting_id)
    if meeting is not None and meeting.is_final:
        raise NotPermitted("会议记录已经定稿，议定事项不能删除。不再办理的，请办结并写明原因。")
