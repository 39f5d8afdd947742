"""A worker killed at any moment while it checks or writes a file, or takes it back: started again, it is done exactly once."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.extensions import db
from app.jobs.models import DONE, RUNNING, Job
from app.lowcode.importing import service, undo_job
from app.lowcode.importing.models import CHECKED, PUBLISHED, UNDONE, ImportBatch
from app.lowcode.importing.outcome import PublishWish
from app.lowcode.register import register
from app.security import audit
from app.security.actor import SYSTEM, acting_as
from tests.lowcode.importing import worker_to_kill
from tests.lowcode.importing.workbooks import make
from tests.world import GRID, TODAY, build_areas

ROOT = Path(__file__).resolve().parents[3]
ROWS = 3_000
TAKEN_BACK = 1_200
KILLS = 3


def start(app: Flask) -> subprocess.Popen[bytes]:
    uri = app.config["SQLALCHEMY_DATABASE_URI"]
    arguments = [str(app.config["DATA_DIR"]), str(app.config["KEY_DIR"]), "" if uri.startswith("sqlite") else uri]
    return subprocess.Popen(
        [sys.executable, "-m", worker_to_kill.__name__, *arguments], cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip


def state_of(job_id: int) -> str:
    db.session.rollback()
    with acting_as(SYSTEM):
        return db.session.get_one(Job, job_id, populate_existing=True).state


def wait_for(job_id: int, *states: str) -> None:
    until = time.monotonic() + 240
    while state_of(job_id) not in states:
        assert time.monotonic() < until, "the worker did not get there in time"
        time.sleep(0.01)


def work(app: Flask, job_id: int) -> None:
    """Kill workers in the middle of the job some times, then let one finish it."""
    for _ in range(KILLS):
        process = start(app)
        try:
            wait_for(job_id, RUNNING, DONE)
            time.sleep(random.random() * 0.6)
        finally:
            process.kill()
            process.wait()
    process = start(app)
    try:
        wait_for(job_id, DONE)
    finally:
        process.kill()
        process.wait()


def count(table: str) -> int:
    db.session.rollback()
    return int(db.session.connection().exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())


@pytest.mark.usefixtures("context")
def test_a_killed_import_writes_each_row_once(app: Flask) -> None:
    build_areas()
    head: list[Any] = ["姓名", "工装/工牌号", "联系电话"]
    rows = [["张清和", f"K{number}", f"139{number:08d}"] for number in range(ROWS)]
    data = make.xlsx(make.Page("名册", [head, *rows]))
    with acting_as(SYSTEM):
        reg = register("grid_workers")
        batch, _book = service.upload(reg, data, file_name="大表.xlsx", area=GRID, is_whole=False, by=SYSTEM)
        batch_id, job = batch.id, service.start_check(batch, mapping={}, by=SYSTEM)
    work(app, job.id)
    with acting_as(SYSTEM):
        batch = db.session.get_one(ImportBatch, batch_id, populate_existing=True)
        assert (batch.state, batch.summary["counts"]["new"], batch.checked_on) == (CHECKED, ROWS, date(2026, 11, 22))
        assert count("import_rows") == ROWS
        job = service.start_publish(batch, PublishWish(mode="all"), by=SYSTEM)
    work(app, job.id)
    with acting_as(SYSTEM):
        assert db.session.get_one(ImportBatch, batch_id, populate_existing=True).state == PUBLISHED
        assert count("grid_workers") == count("grid_workers_search") == ROWS
        assert audit.verify() == []


@pytest.mark.usefixtures("context")
def test_a_killed_undo_takes_each_row_back_once(app: Flask) -> None:
    build_areas()
    head: list[Any] = ["姓名", "工装/工牌号", "联系电话"]
    rows = [["张清和", f"K{number}", f"139{number:08d}"] for number in range(TAKEN_BACK)]
    data = make.xlsx(make.Page("名册", [head, *rows]))
    with acting_as(SYSTEM):
        outcome = service.check("grid_workers", data, file_name="大表.xlsx", area=GRID, by=SYSTEM, today=TODAY)
        outcome = service.publish(outcome, by=SYSTEM, today=TODAY)
        batch = db.session.get_one(ImportBatch, outcome.batch)
        assert undo_job.needs_job(batch)
        job = undo_job.start_undo(batch, by=SYSTEM)
    work(app, job.id)
    with acting_as(SYSTEM):
        batch = db.session.get_one(ImportBatch, batch.id, populate_existing=True)
        assert (batch.state, batch.undone["reversed"], batch.undone["kept"]) == (UNDONE, TAKEN_BACK, [])
        assert count("grid_workers") == TAKEN_BACK
        assert count("grid_workers WHERE deleted_at IS NULL") == count("grid_workers_search") == 0
        assert count("audit_entries WHERE action = 'undone'") == 1
        assert audit.verify() == []
