"""What meetings ask of somebody: resolutions whose limit comes, and minutes left open."""

from __future__ import annotations

from datetime import date, timedelta

from app.areas.rules import COMMUNITY_DIGITS
from app.fields.sentence import Sentence
from app.lowcode.queries import row_titles
from app.meetings import queries
from app.notices.rules import Todo
from app.notices.sources import register_todo_source
from app.security.actor import Actor

REMIND_DAYS = 3
OPEN_DAYS = 7
"""Minutes still open a week after the meeting are asked for."""
MOST_EACH = 8


def resolutions(actor: Actor, today: date) -> list[Todo]:
    """议定事项 past their limit or due within three days."""
    own, wide = _split(actor.prefixes("resolutions", "write"))
    rows = queries.open_resolutions(own, due_by=today + timedelta(days=REMIND_DAYS), limit=MOST_EACH) if own else []
    names = row_titles("meetings", {row.meeting_id for row in rows})
    found = [
        Todo(
            Sentence("议定事项：%(text)s", text=row.text[:40]),
            why=Sentence("%(meeting)s议定，办结后请写明结果", meeting=names.get(row.meeting_id) or Sentence("会议")),
            due_on=row.due_on, url=f"/resolutions/show/{row.id}", kind="resolution",
        )
        for row in rows
    ]  # fmt: skip
    late = queries.count_overdue(wide, today) if wide else 0
    if late:
        found.append(
            Todo(
                Sentence("有 %(n)s 项会议议定事项超过时限", n=late), why=Sentence("请督促社区办理"), url="/resolutions/list/?state=open",
                tone="red", kind="resolution",
            )
        )  # fmt: skip
    return found


def open_minutes(actor: Actor, today: date) -> list[Todo]:
    """Meetings held a week ago or more whose minutes are not final."""
    own, _wide = _split(actor.prefixes("meetings", "write"))
    if not own:
        return []
    rows = queries.drafts_before(own, today - timedelta(days=OPEN_DAYS), limit=MOST_EACH)
    return [
        Todo(
            Sentence("%(meeting)s还没有定稿", meeting=row.name),
            why=Sentence("%(day)s 开的会，请补齐记录后定稿", day=row.held_on), url=f"/meetings/show/{row.id}",
            tone="amber", kind="meeting",
        )
        for row in rows
    ]  # fmt: skip


def _split(prefixes: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Prefixes of communities and below, asked one by one, and wider ones, which get one line for all."""
    own = tuple(prefix for prefix in prefixes if len(prefix) >= COMMUNITY_DIGITS)
    return own, tuple(prefix for prefix in prefixes if prefix not in own)


def install_todos() -> None:
    """Make the sources known; again changes nothing."""
    register_todo_source("meetings.resolutions", resolutions)
    register_todo_source("meetings.open_minutes", open_minutes)
