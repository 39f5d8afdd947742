"""A worker killed with SIGKILL in the middle of a job: started again, each chunk is there exactly once."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from app.database.transactions import writing
from app.extensions import db
from app.jobs.models import DONE, Job
from app.jobs.service import enqueue
from app.security.actor import SYSTEM, acting_as
from tests.jobs import worker_to_kill

ROOT = Path(__file__).resolve().parents[2]
TOTAL = 250


def _start_worker(app: Flask) -> subprocess.Popen[bytes]:
    uri = app.config["SQLALCHEMY_DATABASE_URI"]
    url = "" if uri.startswith("sqlite") else uri
    arguments = [str(app.config["DATA_DIR"]), str(app.config["KEY_DIR"]), url]
    return subprocess.Popen(
        [sys.executable, "-m", worker_to_kill.__name__, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def _written() -> list[int]:
    db.session.rollback()
    return list(db.session.execute(text("SELECT n FROM chunk_rows ORDER BY n")).scalars())


def _job() -> Job:
    db.session.rollback()
    with acting_as(SYSTEM):
        return db.session.get_one(Job, 1, populate_existing=True)


def _wait_until(condition, *, seconds: float = 40) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "the worker did not get there in time"
        time.sleep(0.01)


@pytest.mark.usefixtures("context")
def test_a_killed_worker_loses_and_doubles_nothing(app: Flask) -> None:
    with acting_as(SYSTEM), writing() as session:
        session.execute(text("CREATE TABLE chunk_rows (n INTEGER NOT NULL)"))
        enqueue("test.rows", {"total": TOTAL}, key="test.rows:1")
    for seen in (20, 120):
        process = _start_worker(app)
        try:
            _wait_until(lambda seen=seen: len(_written()) >= seen)
            time.sleep(random.random() * 0.03)
        finally:
            process.kill()
            process.wait()
        written = _written()
        assert written == list(range(len(written)))
        assert len(written) < TOTAL
        assert _job().checkpoint == {"next": len(written)}
    process = _start_worker(app)
    try:
        _wait_until(lambda: _job().state == DONE)
    finally:
        process.kill()
        process.wait()
    assert _written() == list(range(TOTAL))
    job = _job()
    assert (job.result, job.done_count, job.attempt) == ({"rows": TOTAL}, TOTAL, 3)
