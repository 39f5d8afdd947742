"""Points: award, summaries with one and ten years behind them, freezing a month, verifying.

A month of 1,000 workers and 100,000 entries, and a year of 10,000 workers and 1,000,000 entries, kept in build/bench.
"""

from __future__ import annotations

import atexit
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from app.database.transactions import writing
from app.extensions import db
from app.factory import create_app
from app.lowcode.register import register
from app.periods.rules import Period, parse
from app.points import proof, sum_queries
from app.points.models import PointsEntry, PointsRule
from app.points.rules import Matter
from app.points.service import award
from app.report_center.months.freezing import freeze
from app.security.actor import SYSTEM, acting_as
from bench import points_world
from bench.world import FOLDER, STREET, application

MONTH = parse("2026-10")
TODAY = date(2026, 11, 22)
AWARDS = 40
PERIODS = ("2026-W46", "2026-10", "2026-Q3", "2026")


def run(asked: Any) -> None:  # noqa: ARG001
    """Print the table."""
    print("| what | measured | asked |\n|---|---|---|")
    year = application(10_000, name="points-year", then=lambda: points_world.add_year(2026, entries=100))
    with year.app_context(), acting_as(SYSTEM):
        points_world.analyze()
        summaries(1)
    with copy(FOLDER / "points-year").app_context(), acting_as(SYSTEM):
        points_world.add_earlier_sums(range(2017, 2026))
        points_world.analyze()
        summaries(10)
    with copy(month_folder()).app_context(), acting_as(SYSTEM):
        awards()
        verify()
        frozen()


def month_folder() -> Path:
    """Where a month of 1,000 workers and 100,000 entries is kept."""
    application(1_000, name="points-month", then=lambda: points_world.add_month(MONTH.first, entries=100))
    return FOLDER / "points-month"


def copy(folder: Path) -> Flask:
    """What is measured below writes: it does so in a copy that goes with the process."""
    scratch = tempfile.TemporaryDirectory(prefix="bench-points-")
    atexit.register(scratch.cleanup)
    data = Path(scratch.name) / "data"
    shutil.copytree(folder, data)
    return create_app({"DATA_DIR": str(data), "TODAY": TODAY.isoformat()})


def _cpu(work: Callable[[], Any]) -> float:
    begin = time.process_time()
    work()
    return time.process_time() - begin


def summaries(years: int) -> None:
    """The whole street's summary of each kind of period, as its paper reads it, and as its page does."""
    for key in PERIODS:
        period = parse(key)
        whole = statistics.median(_cpu(lambda period=period: sum_queries.summary(STREET, period)) for _ in range(5))
        page = statistics.median(_cpu(lambda period=period: _page(period)) for _ in range(5))
        print(
            f"| {period.title}, {years} years | page {page * 1000:.1f} ms, all workers {whole * 1000:.0f} ms | ≤ 20 ms |"
        )


def _page(period: Period) -> None:
    sum_queries.summary_part(STREET, period, first=0, count=100)
    sum_queries.area_total(STREET, period)


def awards() -> None:
    """One entry after another, each in its own transaction, for different workers."""
    model = register("grid_workers").model
    rule = db.session.execute(select(PointsRule).order_by(PointsRule.id)).scalars().first()
    assert rule is not None
    workers = db.session.execute(select(model).order_by(model.id).limit(AWARDS)).scalars().all()
    on = date(2026, 11, 20)
    times = [
        _cpu(lambda worker=worker, n=n: award(
            rule, worker, matter=Matter.in_words(f"走访第{n}户", on=on), on=on, by=SYSTEM, today=TODAY
        ))
        for n, worker in enumerate(workers)
    ]  # fmt: skip
    print(f"| award | {statistics.median(times) * 1000:.1f} ms | ≤ 5 ms |")


def verify() -> None:
    """Every chain, word and sum."""
    count = db.session.execute(select(func.count(PointsEntry.id))).scalar_one()
    found: list[str] = []
    seconds = _cpu(lambda: found.extend(proof.faults()))
    assert not found, found[:3]
    print(f"| verify, {count:,} entries | {count / seconds:,.0f} entries/s | ≥ 50,000 |")


def frozen() -> None:
    """定稿 of the month: every paper and figure of the street and its communities, each worker's ledger among them."""
    with writing() as session:
        seconds = _cpu(lambda: freeze(session, STREET, MONTH, today=TODAY))
    print(f"| 定稿 | {seconds:.1f} s | ≤ 10 s |")
