"""Bursts of points, or a 定稿, in a process of its own, which a test kills at any moment."""

from __future__ import annotations

import contextlib
import itertools
import sys

from sqlalchemy import select

from app.extensions import db
from app.factory import create_app
from app.lowcode.register import register
from app.periods.rules import parse
from app.points import service
from app.points.models import PointsEntry, PointsRule
from app.points.rules import Matter, PointsRefused
from app.report_center.months import service as months
from app.security.actor import SYSTEM, acting_as
from tests.points.world import only_points_are_checked
from tests.world import HOME, TODAY


def burst(seed: str) -> None:
    """Award and take back without a pause, a line on standard output for each that is committed."""
    rule = db.session.execute(select(PointsRule)).scalar_one()
    workers = db.session.execute(select(register("grid_workers").model)).scalars().all()
    on = TODAY.replace(month=10)
    for number in itertools.count():
        matter = Matter.in_words(f"{seed} 第{number}件", on=on)
        entry = service.award(
            rule, workers[number % len(workers)], matter=matter, on=on, by=SYSTEM, today=TODAY
        ).entry  # fmt: skip
        print(entry.id, flush=True)  # noqa: T201
        if number % 3 == 0:
            print(service.reverse(entry, reason="核对后冲正", by=SYSTEM, today=TODAY).id, flush=True)  # noqa: T201


def finalise() -> None:
    """定稿 of October; an earlier process may have come to its end before it was killed."""
    with only_points_are_checked(), contextlib.suppress(months.CannotClose):
        months.finalise(HOME, parse("2026-10"), today=TODAY)
    print("final", flush=True)  # noqa: T201


if __name__ == "__main__":
    data, keys, url, what, seed = sys.argv[1:6]
    app = create_app({"DATA_DIR": data, "KEY_DIR": keys, "DATABASE_URL": url, "TODAY": TODAY.isoformat()})
    with app.app_context(), acting_as(SYSTEM), contextlib.suppress(PointsRefused):
        db.session.execute(select(PointsEntry.id).limit(1)).all()
        print("ready", flush=True)  # noqa: T201
        finalise() if what == "finalise" else burst(seed)
