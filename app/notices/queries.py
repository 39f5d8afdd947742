"""What is asked of somebody and what he should know: stored notices and computed to-dos in one list."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import Session

from app.database.transactions import after_commit
from app.extensions import database_name, db
from app.notices.models import Notice, NoticeRead
from app.notices.rules import Todo, by_urgency
from app.notices.sources import todo_sources
from app.security.access import Access
from app.security.actor import Actor, acting_as
from app.security.beyond import beyond_scope
from app.security.queries import user_names
from app.security.wall import within

COUNT_LIVES_SECONDS = 30.0
MOST_NOTICES = 200


@dataclass(frozen=True, slots=True)
class NoticeItem:
    """A notice as its reader sees it."""

    id: int
    kind: str
    title: str
    why: str
    url: str
    due_on: date | None
    created_at: datetime
    is_read: bool
    is_done: bool


def addressed_to(actor: Actor) -> ColumnElement[bool]:
    """Notices to the person himself, and to a role he holds in an area at or above the notice's.

    A notice with a line reaches only posts of that very line.
    """
    if actor.access is None:
        return false()
    to_posts = [
        and_(
            Notice.role == post.role,
            within(Notice.area_code, (post.area_code,)),
            or_(Notice.line.is_(None), Notice.line == post.line) if post.line else Notice.line.is_(None),
        )
        for post in actor.access.posts
    ]
    return or_(Notice.user_id.in_((actor.user_id, *actor.access.absent)), *to_posts)


def todos_of(actor: Actor, today: date) -> list[Todo]:
    """Everything asked of the actor, most urgent first."""
    generation, access = _generation, actor.access
    todos = _of_several(actor, access, today) if access is not None and access.absent else _asked(actor, today)
    if generation == _generation:
        _counts[_count_key(actor, today)] = (time.monotonic() + COUNT_LIVES_SECONDS, len(todos))
    return by_urgency(todos, today=today)


def _of_several(actor: Actor, access: Access, today: date) -> list[Todo]:
    """One's own, and what is asked of each person whose place one takes, marked with his name."""
    todos = _asked(replace(actor, access=access.standing_for(None)), today)
    known = {(todo.title, todo.url) for todo in todos}
    names = user_names(set(access.absent))
    for user_id in access.absent:
        there = replace(actor, access=access.standing_for(user_id))
        new = [todo for todo in _asked(there, today) if (todo.title, todo.url) not in known]
        todos += [replace(todo, on_behalf=names.get(user_id, "")) for todo in new]
        known |= {(todo.title, todo.url) for todo in new}
    return todos


def _asked(actor: Actor, today: date) -> list[Todo]:
    """What is stored for, and found by every source about, the rights an actor comes with."""
    todos = _stored_todos(actor)
    with acting_as(actor):
        for source in todo_sources():
            todos += source.find(actor, today)
    return todos


def _stored_todos(actor: Actor) -> list[Todo]:
    statement = (
        select(Notice)
        .where(addressed_to(actor), Notice.is_todo.is_(True), Notice.done_at.is_(None))
        .order_by(Notice.due_on, Notice.id)
        .limit(MOST_NOTICES)
    )
    with beyond_scope():
        rows = db.session.execute(statement).scalars().all()
    return [
        Todo(row.title, why=row.why, due_on=row.due_on, url=row.url, kind=row.kind, notice_id=row.id) for row in rows
    ]


def notices_of(actor: Actor, *, limit: int = 50) -> list[NoticeItem]:
    """Notices to the actor, newest first, whether read and done."""
    statement = (
        select(Notice, NoticeRead.read_at)
        .outerjoin(NoticeRead, and_(NoticeRead.notice_id == Notice.id, NoticeRead.user_id == actor.user_id))
        .where(addressed_to(actor))
        .order_by(Notice.id.desc())
        .limit(limit)
    )
    with beyond_scope():
        rows = db.session.execute(statement).all()
    return [
        NoticeItem(
            id=row.id, kind=row.kind, title=row.title, why=row.why, url=row.url, due_on=row.due_on,
            created_at=row.created_at, is_read=read_at is not None, is_done=row.done_at is not None,
        )
        for row, read_at in rows
    ]  # fmt: skip


def unread_count(actor: Actor) -> int:
    """How many notices to the actor he has not read."""
    read = select(NoticeRead.notice_id).where(NoticeRead.user_id == actor.user_id)
    statement = select(func.count(Notice.id)).where(addressed_to(actor), Notice.id.not_in(read))
    with beyond_scope():
        return db.session.execute(statement).scalar_one()


_counts: dict[tuple[str, int | None, date, int], tuple[float, int]] = {}
_generation = 0


def todo_count(actor: Actor, today: date) -> int:
    """How many to-dos the actor has, for the number on every page.

    Kept for half a minute or until anything is written in this process, so that a page does not ask every source.
    """
    kept = _counts.get(_count_key(actor, today))
    if kept is not None and kept[0] > time.monotonic():
        return kept[1]
    return len(todos_of(actor, today))


def _count_key(actor: Actor, today: date) -> tuple[str, int | None, date, int]:
    return database_name(), actor.user_id, today, hash(actor.access.posts) if actor.access else 0


@after_commit
def _forget_counts(_session: Session) -> None:
    global _generation  # noqa: PLW0603 (a number that only tells "something was written since")
    _generation += 1
    _counts.clear()
