"""kill −9 at any moment while points are awarded and while their month is made final: whatever was said to be done is
there, nothing is there by half, and the ledger proves."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.extensions import db
from app.periods.queries import state_of
from app.periods.rules import FINAL, parse
from app.points import proof
from app.points.models import PointsEntry, PointsHead, PointsSum
from app.report_center.months import proof as months_proof
from app.report_center.months import queries as months
from app.report_center.months.models import FinalMonth, FrozenFigure, FrozenPaper
from app.security.actor import SYSTEM, acting_as
from tests.points import writers_to_kill
from tests.points.world import build, rule
from tests.world import HOME

ROOT = Path(__file__).resolve().parents[2]
OCTOBER = parse("2026-10")
LONGEST_BURST = 0.6
"""Seconds in which a dozen or more entries are made."""


def run_and_kill(app: Flask, what: str, rng: random.Random, *, longest: float) -> list[str]:
    """Start a writer, kill it within so many seconds of its first write; the lines it said."""
    uri = app.config["SQLALCHEMY_DATABASE_URI"]
    arguments = [str(app.config["DATA_DIR"]), str(app.config["KEY_DIR"]), "" if uri.startswith("sqlite") else uri]
    process = subprocess.Popen(
        [sys.executable, "-m", writers_to_kill.__name__, *arguments, what, str(rng.random())], cwd=ROOT, text=True,
        stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "ready\n"
        time.sleep(rng.random() * longest)
    finally:
        process.kill()
        process.wait()
    with process.stdout:
        # A line that the kill cut in two was not said.
        return [line.strip() for line in process.stdout.read().splitlines(keepends=True) if line.endswith("\n")]


def check_ledger(said: set[int]) -> None:
    """All that was said is there; chains, balances, words and sums fit."""
    db.session.rollback()
    db.session.expire_all()
    with acting_as(SYSTEM):
        rows = db.session.execute(select(PointsEntry.id, PointsEntry.points)).all()
        assert said <= {row.id for row in rows}
        assert proof.faults() == []
        sums = select(func.sum(PointsSum.gained + PointsSum.deducted)).where(PointsSum.month % 100 > 0)
        total = db.session.execute(sums).scalar() or 0
        assert Decimal(str(total)) == sum((row.points for row in rows), Decimal(0))
        assert sum(db.session.execute(select(PointsHead.seq)).scalars()) == len(rows)


def check_month() -> bool:
    """All of a 定稿 or none of it; whether it is there."""
    db.session.rollback()
    with acting_as(SYSTEM):
        is_final = state_of(HOME, OCTOBER).state == FINAL
        counts = [
            db.session.execute(select(func.count()).select_from(model)).scalar() or 0
            for model in (FinalMonth, FrozenPaper, FrozenFigure)
        ]
        assert (counts[0], counts[1] > 0, counts[2] > 0) == ((1, True, True) if is_final else (0, False, False))
        if is_final:
            (kept,) = months.kept_sums(HOME, OCTOBER, ["points_total"])["points_total"]
            low, high = HOME, HOME + "~"
            points = select(func.sum(PointsEntry.points)).where(
                PointsEntry.area_code >= low, PointsEntry.area_code < high,
                PointsEntry.on.between(OCTOBER.first, OCTOBER.last),
            )  # fmt: skip
            assert kept.numerator == Decimal(str(db.session.execute(points).scalar()))
            # The files of its papers are made by a job that has not run here.
            assert [fault for fault in months_proof.faults() if "文件" not in fault] == []
    return is_final


def kill_many(app: Flask, *, bursts: int, finals: int, seed: int) -> None:
    rng, said = random.Random(seed), set[int]()
    build()
    rule("B01", "1.5")
    for _ in range(bursts):
        said |= {int(line) for line in run_and_kill(app, "burst", rng, longest=LONGEST_BURST)}
        check_ledger(said)
    assert said
    for attempt in range(finals):
        lines = run_and_kill(app, "finalise", rng, longest=0.25 * (attempt + 1))
        assert check_month() or "final" not in lines
    check_ledger(said)


@pytest.mark.usefixtures("context")
def test_awards_and_a_final_month_survive_being_killed(app: Flask) -> None:
    kill_many(app, bursts=2, finals=2, seed=1)


@pytest.mark.soak
@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("seed", range(2, 6))
def test_they_survive_being_killed_again_and_again(app: Flask, seed: int) -> None:
    kill_many(app, bursts=20, finals=8, seed=seed)
