"""Reading jobs: one's own, and those of one's areas where the post allows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.extensions import db
from app.jobs.models import CANCELLED, DONE, FAILED, RUNNING, WAITING, Job
from app.jobs.rules import time_left, time_left_text
from app.jobs.telling import told
from app.security.actor import current_actor

STATE_NAMES = {WAITING: "等待中", RUNNING: "处理中", DONE: "已完成", FAILED: "失败", CANCELLED: "已取消"}


@dataclass(frozen=True, slots=True)
class JobProgress:
    """What a progress bar shows, in words; `is_finished` also when it failed or was cancelled."""

    state: str
    state_text: str
    done: int
    total: int
    text: str
    left_text: str
    is_finished: bool


def job_of(job_id: int) -> Job | None:
    """The job, freshly read; None where there is none that the actor may see."""
    return db.session.execute(select(Job).where(Job.id == job_id).execution_options(populate_existing=True)).scalar()


def my_jobs(*, limit: int = 50) -> list[Job]:
    """Jobs the actor has asked for, newest first."""
    mine = select(Job).where(Job.user_id == current_actor().user_id).order_by(Job.id.desc()).limit(limit)
    return list(db.session.execute(mine).scalars())


def jobs_in_scope(*, limit: int = 100) -> list[Job]:
    """All jobs the actor may see, newest first."""
    return list(db.session.execute(select(Job).order_by(Job.id.desc()).limit(limit)).scalars())


def progress_of(job: Job, *, now: datetime) -> JobProgress:
    """How far a job is, in words."""
    done, total, left = job.done_count, job.total_count, None
    if job.state == RUNNING and job.started_at is not None:
        done, total = told(job.id, job.attempt) or (done, total)
        left = time_left(started_at=job.started_at, now=now, done=done, total=total)
    is_finished = job.state in (DONE, FAILED, CANCELLED)
    return JobProgress(
        state=job.state,
        state_text="正在停止" if job.state == RUNNING and job.is_cancel_asked else STATE_NAMES[job.state],
        done=total if job.state == DONE else done,
        total=total,
        text=job.error if job.state != DONE and job.error else job.message,
        left_text=time_left_text(left),
        is_finished=is_finished,
    )
