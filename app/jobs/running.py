"""What a handler holds while it works: payload, checkpoint, progress, and the lease that makes it the only one."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.clock import utc_now
from app.database.transactions import is_writing, writing
from app.extensions import db
from app.jobs.handlers import JobRefused
from app.jobs.models import RUNNING, Job
from app.jobs.telling import is_asked_to_stop, telling
from app.security.actor import SYSTEM, Actor, acting_as
from app.security.beyond import beyond_scope
from app.security.queries import actor_of, signed_in

PROGRESS_EVERY_SECONDS = 1.0


class LeaseIsLost(RuntimeError):
    """Somebody else has the job by now; everything this worker was about to write is undone."""


class JobStops(Exception):
    """The job is to end between two chunks: somebody called it off, or the worker is shutting down."""


@dataclass(slots=True)
class JobContext:
    """One attempt at one job.

    A handler works in chunks: `with job.chunk({"next": 500}, done=500, total=9000) as session:` commits its rows,
    the checkpoint and the progress together, so that a crash neither loses nor doubles a chunk.
    """

    id: int
    kind: str
    key: str
    attempt: int
    payload: dict[str, Any]
    checkpoint: dict[str, Any]
    area_code: str
    today: date
    user_id: int | None
    is_system: bool
    lease: timedelta
    stop_event: threading.Event
    _cancel_seen: threading.Event = field(default_factory=threading.Event)
    _figures: dict[str, Any] = field(default_factory=dict)
    _shown_at: float = 0.0

    def actor(self) -> Actor:
        """The one on whose behalf the job runs, with the rights of now. Raises JobRefused when he left."""
        if self.is_system:
            return SYSTEM
        person = signed_in(self.user_id) if self.user_id is not None else None
        if person is None or person.account is None:
            raise JobRefused("安排这项任务的账号已经停用，任务没有继续。请由现任人员重新安排。")
        return actor_of(person, today=self.today)

    @property
    def cancelled(self) -> bool:
        """Whether somebody has called the job off; a handler with long chunks may look."""
        return self._cancel_seen.is_set()

    @contextmanager
    def chunk(
        self, checkpoint: dict[str, Any], *, done: int | None = None, total: int | None = None
    ) -> Iterator[Session]:
        """One transaction under today's rights of the person: rows, checkpoint and progress, all or none.

        Raises JobStops before it begins when the job is to end; LeaseIsLost at its end when it is another's by now.
        """
        self.stop_here()
        with acting_as(self.actor()), writing() as session:
            yield session
            self.save_checkpoint(checkpoint, done=done, total=total)

    def save_checkpoint(self, checkpoint: dict[str, Any], *, done: int | None = None, total: int | None = None) -> None:
        """Remember how far the job got, in the transaction that is open (else in one of its own)."""
        self._note(done, total, None)
        values: dict[str, Any] = {"checkpoint": checkpoint, **self._figures}
        if checkpoint != self.checkpoint:
            values["tries"] = 0  # it got further, so it is not the job that kills its worker
        self.keep(**values)
        self.checkpoint = dict(checkpoint)
        self._figures = {}

    def progress(self, done: int, total: int, message: str = "") -> None:
        """Show how far the job is, at most once a second. Inside a transaction it waits for the checkpoint."""
        self._note(done, total, message[:200])
        if is_writing() or (done < total and time.monotonic() - self._shown_at < PROGRESS_EVERY_SECONDS):
            return
        self.keep(**self._figures)
        self._figures = {}

    def telling(self, total: int, *, passes: int = 1) -> AbstractContextManager[None]:
        """Around one long transaction: what `counted` goes through in it is shown as done meanwhile, and a job that is
        called off ends, its transaction undone."""
        return telling(self.id, self.attempt, total, stop_here=self._stop_within, passes=passes)

    def _stop_within(self) -> None:
        if is_asked_to_stop(self.id, self.attempt):
            self._cancel_seen.set()
        self.stop_here()

    def _note(self, done: int | None, total: int | None, message: str | None) -> None:
        figures = {"done_count": done, "total_count": total, "message": message}
        self._figures.update({name: value for name, value in figures.items() if value is not None})

    def stop_here(self) -> None:
        """Between two chunks: raises JobStops when the job was called off or the worker is to stop."""
        if self.cancelled or self.stop_event.is_set():
            raise JobStops

    def keep(self, **values: Any) -> None:
        """Write to the job's row and renew the lease, if this attempt still holds it. Raises LeaseIsLost."""
        with writing() as session, beyond_scope():
            mine = (Job.id == self.id, Job.attempt == self.attempt, Job.state == RUNNING)
            values = {"lease_until": utc_now() + self.lease, **values}
            statement = update(Job).where(*mine).values(**values).execution_options(synchronize_session=False)
            if session.execute(statement).rowcount != 1:  # type: ignore[attr-defined]
                raise LeaseIsLost(f"job {self.id}, attempt {self.attempt}")
            if session.execute(select(Job.is_cancel_asked).where(Job.id == self.id)).scalar():
                self._cancel_seen.set()
        self._shown_at = time.monotonic()


def forget_session() -> None:
    """Drop what a handler left in its session, so that the job's own row can be written."""
    db.session.rollback()
    db.session.expunge_all()
