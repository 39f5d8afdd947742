"""Sending notices, reading them, marking them done."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.clock import utc_now
from app.database.transactions import writing
from app.notices.models import Notice, NoticeRead
from app.notices.queries import addressed_to
from app.security.actor import Actor, NotPermitted, current_actor
from app.security.beyond import beyond_scope
from app.security.roles import ROLES

Listener = Callable[[Notice], None]
_LISTENERS: list[Listener] = []


def add_listener(listener: Listener) -> None:
    """Let a room do its own with every new notice, in its transaction (tell it outside the program)."""
    if listener not in _LISTENERS:
        _LISTENERS.append(listener)


class NoticeIsWrong(ValueError):
    """A notice without a reader, with two kinds of readers, or leading out of the program: a mistake of ours."""


class Record(Protocol):
    """A row with a uid, of a table."""

    __tablename__: str
    uid: Any


def notify(
    *,
    key: str,
    kind: str,
    title: str,
    area_code: str,
    to_user: int | None = None,
    to_role: str | None = None,
    line: str | None = None,
    why: str = "",
    url: str = "",
    record: Record | None = None,
    due_on: date | None = None,
    is_todo: bool = True,
) -> Notice:
    """Tell one person, or whoever holds a role at `area_code`, in the caller's transaction when there is one.

    The same key again brings words and day of the notice that stands up to date, unless it is done already; nobody
    gets a second one. `line` cuts a role's readers to posts of that line. Raises NoticeIsWrong.
    """
    _check(to_user=to_user, to_role=to_role, url=url)
    words = {"title": title[:160], "why": why[:300], "url": url, "due_on": due_on}
    with writing() as session, beyond_scope():
        known = _with_key(session, key)
        if known is None:
            fresh = Notice(
                key=key, kind=kind, area_code=area_code, user_id=to_user, role=to_role, line=line, is_todo=is_todo,
                record_kind=record.__tablename__ if record is not None else "", created_at=utc_now(),
                record_uid=record.uid if record is not None else "", **words,
            )  # fmt: skip
            try:
                with session.begin_nested():
                    session.add(fresh)
                    session.flush()
            except IntegrityError:  # sent by another transaction after we looked (PostgreSQL)
                known = _with_key(session, key)
                if known is None:
                    raise
            else:
                for listener in _LISTENERS:
                    listener(fresh)
                return fresh
        if known.done_at is None:
            for name, value in words.items():
                setattr(known, name, value)
        return known


def _check(*, to_user: int | None, to_role: str | None, url: str) -> None:
    if (to_user is None) == (to_role is None):
        raise NoticeIsWrong("A notice goes to one person or to one role.")
    if to_role is not None and to_role not in ROLES:
        raise NoticeIsWrong(f"There is no role {to_role!r}.")
    if url and (not url.startswith("/") or url.startswith(("//", "/\\"))):
        raise NoticeIsWrong(f"A notice leads to a page of ours, not to {url!r}.")


def _with_key(session: Session, key: str) -> Notice | None:
    statement = select(Notice).where(Notice.key == key).execution_options(populate_existing=True)
    return session.execute(statement).scalar()


def mark_done(notice_id: int) -> Notice:
    """The actor has done what a notice asked; done once, it is done for all readers of a role. Raises NotPermitted."""
    caller = current_actor()
    with writing() as session, beyond_scope():
        notice = _own(session, notice_id, caller)
        if notice.done_at is None:
            notice.done_at, notice.done_by_id = utc_now(), caller.user_id
    return notice


def _own(session: Session, notice_id: int, caller: Actor) -> Notice:
    notice = session.execute(select(Notice).where(Notice.id == notice_id, addressed_to(caller))).scalar()
    if notice is None or caller.user_id is None:
        raise NotPermitted("这条提醒不是发给您的，或已经撤销。")
    return notice


def mark_read(notice_id: int) -> None:
    """The actor has read a notice to him. Raises NotPermitted."""
    caller = current_actor()
    with writing() as session, beyond_scope():
        _own(session, notice_id, caller)
        if session.get(NoticeRead, (notice_id, caller.user_id)) is None:
            # Two windows of one person may say it at once; one of them is enough.
            with suppress(IntegrityError), session.begin_nested():
                session.add(NoticeRead(notice_id=notice_id, user_id=caller.user_id, read_at=utc_now()))


def settle(record: Record, *, kind: str | None = None) -> int:
    """The matter of a record is done: all open notices about it (of one kind, when given) are too; how many."""
    who = current_actor().user_id
    with writing() as session, beyond_scope():
        about = [
            Notice.record_kind == record.__tablename__, Notice.record_uid == record.uid, Notice.done_at.is_(None)
        ]  # fmt: skip
        if kind is not None:
            about.append(Notice.kind == kind)
        notices = session.execute(select(Notice).where(*about)).scalars().all()
        for notice in notices:
            notice.done_at, notice.done_by_id = utc_now(), who
    return len(notices)
