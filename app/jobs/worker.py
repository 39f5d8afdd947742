"""The worker: claims due jobs one at a time, keeps their lease alive, and takes over those whose worker died."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, has_app_context
from sqlalchemy import and_, or_, select

from app.clock import today, utc_now
from app.database.transactions import is_writing, writing
from app.extensions import db
from app.jobs.handlers import JobRefused, UnknownJob, handler_of
from app.jobs.models import CANCELLED, DONE, FAILED, RUNNING, WAITING, Job
from app.jobs.planning import plan
from app.jobs.rules import LEASE, pause_before
from app.jobs.running import JobContext, JobStops, LeaseIsLost, forget_session
from app.jobs.waking import wait_for_work
from app.security.actor import SYSTEM, NotPermitted, acting_as

log = logging.getLogger(__name__)
POLL_SECONDS = 1.0
_DIED = "处理这项任务的程序多次中断，已停止重试。请联系系统管理员查看日志，再点“重新开始”。"


def run_worker(app: Flask, stop_event: threading.Event) -> None:
    """Do jobs until `stop_event` is set; then the running one is handed back at its next chunk.

    Runs in a thread of the server or as a process of its own; any number of them may run at once.
    """
    while not stop_event.is_set():
        try:
            with app.app_context():
                plan(utc_now())
            if not run_one(app, stop_event=stop_event):
                wait_for_work(POLL_SECONDS)
        except Exception:
            # The database may be away for a while (restart, backup); the worker must outlive that.
            log.exception("The job worker could not reach its table")
            stop_event.wait(POLL_SECONDS * 5)


def run_pending(app: Flask, *, limit: int = 1000) -> int:
    """Do every job that is due now, in this thread; how many attempts that took. For tests and commands."""
    assert not is_writing(), "jobs start after the transaction that asked for them"
    count = 0
    while count < limit and run_one(app):
        count += 1
    if has_app_context():
        db.session.rollback()  # the caller's session shall see what the jobs wrote
    return count


def run_one(app: Flask, *, stop_event: threading.Event | None = None) -> bool:
    """Take over dead jobs, then claim and do one; False when none is due."""
    with app.app_context():
        lease = timedelta(seconds=float(app.config.get("JOB_LEASE_SECONDS") or LEASE.total_seconds()))
        now = utc_now()
        if not _anything_due(now):
            return False
        reap(now)
        context = claim(now, lease=lease, stop_event=stop_event or threading.Event())
        if context is None:
            return False
        with acting_as(SYSTEM), _heartbeat(app, context):
            _perform(context)
        return True


def _anything_due(now: datetime) -> bool:
    # A plain read: on SQLite looking must not take the one writer's place every second.
    waiting = and_(Job.state == WAITING, Job.run_at <= now)
    dead = and_(Job.state == RUNNING, Job.lease_until < now)
    with acting_as(SYSTEM):
        return db.session.execute(select(Job.id).where(or_(waiting, dead)).limit(1)).first() is not None


def claim(now: datetime, *, lease: timedelta, stop_event: threading.Event) -> JobContext | None:
    """Make the oldest due job ours; None when another worker was faster or none is due."""
    with acting_as(SYSTEM), writing() as session:
        job = session.execute(
            select(Job)
            .where(Job.state == WAITING, Job.run_at <= now)
            .order_by(Job.run_at, Job.id)
            .limit(1)
            .with_for_update(skip_locked=True)
            .execution_options(populate_existing=True)
        ).scalar()
        if job is None:
            return None
        job.state, job.attempt, job.tries = RUNNING, job.attempt + 1, job.tries + 1
        job.lease_until, job.started_at = utc_now() + lease, job.started_at or now
        return JobContext(
            id=job.id, kind=job.kind, key=job.key, attempt=job.attempt, payload=dict(job.payload),
            checkpoint=dict(job.checkpoint), area_code=job.area_code, today=today(), user_id=job.user_id,
            is_system=job.is_system, lease=lease, stop_event=stop_event,
        )  # fmt: skip


def reap(now: datetime) -> int:
    """Put jobs back whose worker gave no sign of life until the lease ran out; how many."""
    with acting_as(SYSTEM), writing() as session:
        dead = session.execute(
            select(Job)
            .where(Job.state == RUNNING, Job.lease_until < now)
            .with_for_update(skip_locked=True)
            .execution_options(populate_existing=True)
        ).scalars()
        jobs = list(dead)
        for job in jobs:
            job.lease_until = None
            if job.is_cancel_asked:
                job.state, job.finished_at = CANCELLED, now
            elif job.tries >= _tries_of(job.kind):
                job.state, job.finished_at, job.error = FAILED, now, _DIED
            else:
                job.state, job.run_at = WAITING, now
        return len(jobs)


def _tries_of(kind: str) -> int:
    try:
        return handler_of(kind).tries
    except UnknownJob:
        return 1


def _perform(context: JobContext) -> None:
    try:
        values = _outcome(context)
        forget_session()
        context.keep(lease_until=None, **values)
    except LeaseIsLost:
        log.warning("Job %s went to another worker; this attempt wrote nothing more", context.id)
    except (KeyboardInterrupt, SystemExit):
        forget_session()
        context.keep(lease_until=None, **_handed_back())
        raise


def _outcome(context: JobContext) -> dict[str, Any]:
    """What becomes of the job's row."""
    now = utc_now()
    try:
        work = handler_of(context.kind).work
        with acting_as(context.actor()):
            result = work(context)
    except JobStops:
        return {"state": CANCELLED, "finished_at": utc_now()} if context.cancelled else _handed_back()
    except (JobRefused, NotPermitted) as refusal:
        return {"state": FAILED, "finished_at": utc_now(), "error": str(refusal)}
    except UnknownJob:
        return {"state": FAILED, "finished_at": now, "error": "程序里没有处理这种任务的功能，请联系系统管理员。"}
    except LeaseIsLost:
        raise
    except Exception:
        number = secrets.token_hex(4)
        log.exception(
            "Job %s (%s) failed at attempt %s, error number %s", context.id, context.kind, context.attempt, number
        )
        return _failure(context, number)
    return {"state": DONE, "finished_at": utc_now(), "result": result or {}, "error": "", "tries": 0}


def _handed_back() -> dict[str, Any]:
    return {"state": WAITING, "run_at": utc_now(), "tries": 0}


def _failure(context: JobContext, number: str) -> dict[str, Any]:
    forget_session()
    with acting_as(SYSTEM):
        tries = db.session.execute(select(Job.tries).where(Job.id == context.id)).scalar() or 1
    if tries < _tries_of(context.kind):
        words = f"出了意外的错误（编号 {number}），稍后会自动再试。"
        return {"state": WAITING, "run_at": utc_now() + pause_before(tries), "error": words}
    words = f"出了意外的错误，试了 {tries} 次都没有成功。请把编号 {number} 告诉系统管理员，他可以在日志里查到原因。"
    return {"state": FAILED, "finished_at": utc_now(), "error": words}


@contextmanager
def _heartbeat(app: Flask, context: JobContext) -> Iterator[None]:
    """A thread that renews the lease while a chunk takes long, and hears of a cancellation."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(context.lease.total_seconds() / 4):
            try:
                with app.app_context():
                    context.keep()
            except LeaseIsLost:
                return
            except Exception:
                # On SQLite the handler may hold the write lock longer than we wait; nobody can reap it then either.
                log.debug("Heartbeat of job %s failed", context.id, exc_info=True)

    thread = threading.Thread(target=beat, name=f"job-{context.id}-heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
