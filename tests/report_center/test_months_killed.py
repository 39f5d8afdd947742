"""kill −9 at any moment of a 定稿: afterwards all of it is there or none, and its files are made exactly once."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.extensions import db
from app.jobs.models import DONE, Job
from app.periods.queries import state_of
from app.periods.rules import FINAL
from app.report_center.months.models import FinalMonth, FrozenFigure, FrozenFile, FrozenPaper
from app.report_center.months.proof import faults
from app.report_center.months.rendering import KIND
from app.security.actor import SYSTEM, acting_as
from tests.report_center import finaliser_to_kill
from tests.report_center.conftest import OCTOBER, build_world
from tests.report_center.test_months import pass_all
from tests.world import STREET

ROOT = Path(__file__).resolve().parents[2]


def _start(app: Flask) -> subprocess.Popen[str]:
    uri = app.config["SQLALCHEMY_DATABASE_URI"]
    arguments = [str(app.config["DATA_DIR"]), str(app.config["KEY_DIR"]), "" if uri.startswith("sqlite") else uri]
    return subprocess.Popen(
        [sys.executable, "-m", finaliser_to_kill.__name__, *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip


def _counts() -> tuple[bool, int, int, int]:
    db.session.rollback()
    with acting_as(SYSTEM):
        is_final = state_of(STREET, OCTOBER).state == FINAL
        return is_final, *(  # type: ignore[return-value]
            db.session.execute(select(func.count()).select_from(model)).scalar()
            for model in (FinalMonth, FrozenPaper, FrozenFigure)
        )


@pytest.mark.usefixtures("context")
def test_all_or_nothing(app: Flask) -> None:
    build_world()
    pass_all()
    for attempt in range(5):
        process = _start(app)
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == "ready\n"
            time.sleep(random.random() * 0.25 * (attempt + 1))
        finally:
            process.kill()
            process.wait()
            process.stdout.close()
        is_final, months, papers, figures = _counts()
        assert (months, papers > 0, figures > 0) == ((1, True, True) if is_final else (0, False, False))
    process = _start(app)
    until = time.monotonic() + 60
    try:
        while time.monotonic() < until and _job_state() != DONE:
            time.sleep(0.1)
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()
    assert _job_state() == DONE
    with acting_as(SYSTEM):
        wanted = sum(len(each.split(",")) for each in db.session.execute(select(FrozenPaper.formats)).scalars())
        assert db.session.execute(select(func.count()).select_from(FrozenFile)).scalar() == wanted
        assert faults() == []


def _job_state() -> str:
    db.session.rollback()
    with acting_as(SYSTEM):
        return db.session.execute(select(Job.state).where(Job.kind == KIND)).scalar() or ""
