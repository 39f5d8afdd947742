"""Asking for long work, calling it off, asking for it again."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.clock import utc_now
from app.database.transactions import after_commit, writing
from app.extensions import db
from app.jobs import telling
from app.jobs.handlers import JobRefused, handler_of
from app.jobs.models import CANCELLED, FAILED, RUNNING, WAITING, Job
from app.jobs.waking import wake_worker
from app.security.actor import Actor, NotPermitted, current_actor
from app.security.beyond import beyond_scope

_ENQUEUED = "jobs_enqueued"


def enqueue(
    kind: str,
    payload: Mapping[str, Any],
    *,
    key: str | None = None,
    by: Actor | None = None,
    area_code: str | None = None,
    title: str = "",
    not_before: datetime | None = None,
) -> Job:
    """Ask for a job, in the caller's transaction when there is one: it exists if and only if that commits.

    `key` names the work for ever (`digest:2026-12`): asked for again, the job of that key is returned, whoever asked
    first; one that failed or was cancelled starts again, from its checkpoint unless the payload has changed. To do the
    same work anew put what makes it new into the key. `by` (default: the one acting) is on whose behalf it runs, with
    the rights of the day it runs; SYSTEM runs with all. Raises UnknownJob and NotPermitted.
    """
    known = handler_of(kind)
    who = by or current_actor()
    if who.user_id is None and not who.is_system:
        raise NotPermitted("请先登录，再安排后台任务。")
    if area_code is None:
        area_code = who.access.area_codes[0] if who.access and who.access.area_codes else ""
    now = utc_now()
    wanted = Job(
        kind=kind, key=key or f"{kind}:{secrets.token_hex(12)}", title=title or known.title, payload=dict(payload),
        state=WAITING, run_at=not_before or now, user_id=who.user_id, is_system=who.user_id is None,
        area_code=area_code, created_at=now, checkpoint={}, result={},
    )  # fmt: skip
    with writing() as session, beyond_scope():
        session.info[_ENQUEUED] = True
        return _insert_or_find(session, wanted)


def _insert_or_find(session: Session, wanted: Job) -> Job:
    known = _with_key(session, wanted.key)
    if known is None:
        try:
            with session.begin_nested():
                session.add(wanted)
                session.flush()
        except IntegrityError:  # another transaction took the key after we looked (PostgreSQL)
            known = _with_key(session, wanted.key)
            if known is None:
                raise
        else:
            return wanted
    if known.state in (FAILED, CANCELLED):
        if known.payload != wanted.payload:
            known.payload, known.checkpoint = wanted.payload, {}
        known.user_id, known.is_system = wanted.user_id, wanted.is_system
        _restart(known)
    return known


def _with_key(session: Session, key: str) -> Job | None:
    statement = select(Job).where(Job.key == key).with_for_update().execution_options(populate_existing=True)
    return session.execute(statement).scalar()


def _restart(job: Job) -> None:
    job.state, job.run_at, job.tries = WAITING, utc_now(), 0
    job.error, job.message, job.is_cancel_asked, job.finished_at = "", "", False, None


def cancel(job_id: int) -> Job:
    """Call a job off: at once while it waits, at its next chunk while it runs. What it has written stays.

    The one who asked for it may, and whoever may write `jobs` in its area. Raises JobRefused, NotPermitted.
    """
    caller = current_actor()
    is_stopping = _stop_within_transaction(job_id, caller)
    with writing() as session, beyond_scope():
        job = _changeable(session, job_id, caller)
        if is_stopping and job.state == CANCELLED:
            return job  # the worker was quicker
        if job.state == WAITING:
            job.state, job.finished_at = CANCELLED, utc_now()
        elif job.state == RUNNING:
            job.is_cancel_asked = True
        else:
            raise JobRefused("这项任务已经结束，不用再取消。")
    return job


def try_again(job_id: int) -> Job:
    """Start a failed or cancelled job again from its checkpoint. Raises JobRefused, NotPermitted."""
    caller = current_actor()
    with writing() as session, beyond_scope():
        job = _changeable(session, job_id, caller)
        if job.state not in (FAILED, CANCELLED):
            raise JobRefused("只有失败或已取消的任务才能重新开始。")
        session.info[_ENQUEUED] = True
        _restart(job)
    return job


def _stop_within_transaction(job_id: int, caller: Actor) -> bool:
    """Tell a job that holds the database's only writer lock to let go, before waiting for that lock ourselves."""
    with beyond_scope():
        job = db.session.execute(select(Job).where(Job.id == job_id)).scalar()
    if job is None or job.state != RUNNING or not _may_change(job, caller):
        return False
    return telling.ask_to_stop(job.id, job.attempt)


def _changeable(session: Session, job_id: int, caller: Actor) -> Job:
    statement = select(Job).where(Job.id == job_id).with_for_update().execution_options(populate_existing=True)
    job = session.execute(statement).scalar()
    if job is None:
        raise JobRefused("没有这项任务，可能已经清理了。")
    if not _may_change(job, caller):
        raise NotPermitted("这项任务不是您安排的，不能操作。")
    return job


def _may_change(job: Job, caller: Actor) -> bool:
    is_own = caller.user_id is not None and job.user_id == caller.user_id
    return is_own or caller.covers("jobs", "write", job.area_code)


@after_commit
def _wake(session: Session) -> None:
    if session.info.pop(_ENQUEUED, False):
        wake_worker()
