"""Taking a project on through its flow, as somebody on a day."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from app.clock import SHANGHAI
from app.extensions import db
from app.lowcode.flow import service as flow_service
from app.lowcode.flow.queries import Running, running
from app.lowcode.flow.service import Photo, Sent
from app.lowcode.register import register
from app.security.actor import SYSTEM, Actor, acting_as
from app.settings.profile import read_profile
from app.three_lists import shipped
from app.three_lists.models import Project
from tests.files.contents import picture
from tests.world import PROFILE, TODAY

DONE = Photo("完工", "完工.png", picture("PNG"))


def attach_flow() -> None:
    """Projects run on the shipped flow, as after `init`."""
    with acting_as(SYSTEM):
        shipped.load(read_profile(PROFILE, source="试验"))


def fresh(row: Any) -> Any:
    """As others committed it."""
    with acting_as(SYSTEM):
        return db.session.get(type(row), row.id, populate_existing=True)


def ten_o_clock(day: date) -> datetime:
    """In the morning of a day."""
    return datetime.combine(day, time(10), SHANGHAI)


def standing(project: Project, day: date = TODAY) -> Running:
    """Where it stands."""
    with acting_as(SYSTEM):
        at = running(register("projects"), fresh(project), ten_o_clock(day))
    assert at is not None
    return at


def take(
    project: Project, key: str, by: Actor, day: date = TODAY, *, note: str = "说明", photos: tuple[Photo, ...] = (),
    **values: str,
) -> Project:  # fmt: skip
    """One step, with what it usually needs; the project after it. Raises as `flow_service.act`."""
    hands_in = key in ("finish", "finish_lead")
    usual = {"progress": "办好了"} if hands_in else {"look_again": "2026-12-31"} if key == "pause" else {}
    shown = photos or ((DONE,) if hands_in else ())
    sent = Sent(standing(project, day).version, {**usual, **values}, note, shown)
    with acting_as(by):
        flow_service.act(register("projects"), project, key, sent, by=by, now=ten_o_clock(day))
    return fresh(project)  # type: ignore[no-any-return]
