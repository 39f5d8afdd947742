"""Events: the figures of a month for 123 communities, beside 西峰's 121,998 and 红桥's 180,000 events of a year."""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, text

from app.database.migrate import upgrade
from app.database.transactions import writing
from app.events import splitting
from app.events.indicators import ALL
from app.events.models import Event
from app.extensions import db
from app.factory import create_app
from app.periods.rules import parse
from app.report_center.counting import count
from app.security.actor import SYSTEM, acting_as

SIZES = (121_998, 180_000)
COMMUNITIES = 123
TOP = "120106"
FIRST = date(2026, 1, 1)
MONTH = parse("2026-10")
ROUNDS = 7
AT_ONCE = 10_000


def run(asked: Any) -> None:  # noqa: ARG001
    """Print the table."""
    print("| what | measured | asked |\n|---|---|---|")
    for size in SIZES:
        with tempfile.TemporaryDirectory(prefix="bench-events-") as folder:
            app = create_app({"DATA_DIR": str(Path(folder)), "TODAY": "2026-12-01"})
            with app.app_context():
                upgrade(db.engine)
                with acting_as(SYSTEM):
                    _plant(size)
                    _measure(size)
                db.session.remove()
                for engine in db.engines.values():
                    engine.dispose()


def _plant(size: int) -> None:
    rng = random.Random(size)
    for start in range(0, size, AT_ONCE):
        with writing() as session:
            session.connection().execute(
                insert(Event.__table__),  # type: ignore[arg-type]
                [_row(rng, number) for number in range(start, min(size, start + AT_ONCE))],
            )
    with writing() as session:
        session.execute(text("ANALYZE"))


def _row(rng: random.Random, number: int) -> dict[str, Any]:
    day = FIRST + timedelta(days=rng.randrange(365))
    due, community = day + timedelta(days=3), rng.randrange(COMMUNITIES)
    is_done, moment = rng.random() < 0.99, datetime(2026, 1, 1, tzinfo=UTC)
    handled = day + timedelta(days=rng.randrange(4)) if is_done else None
    return {
        "uid": f"{number:032x}", "name": "事", "source": rng.choice(("patrol", "hotline", "snapshot", "video")),
        "number": f"N{number}", "handling": "own", "state": "closed" if is_done else "handling", "version": 1,
        "area_code": f"{TOP}{community // 20 + 1:03}{community % 20 + 1:03}001", "created_at": moment,
        "changed_at": moment, "extra": {}, "registered_on": day, "due_on": due, "filed_on": day, "dispatched_on": day,
        "dispatch_count": 1, "refused_count": int(rng.random() < 0.05), "handled_on": handled, "closed_on": handled,
        "handled_by": f"网格员{rng.randrange(992)}", "is_on_time": True if is_done else None,
        "rework_count": int(rng.random() < 0.03), "reopen_count": 0, "is_repeat": rng.random() < 0.04,
        "visited_on": handled, "satisfaction": rng.choice(("satisfied", "fair", "dissatisfied")),
    }  # fmt: skip


def _measure(size: int) -> None:
    print(
        f"| {len(ALL)} figures of {MONTH.title} for {COMMUNITIES} communities, {size:,} events a year | {_cpu(_areas):.0f} ms | ≤ 300 ms |"
    )
    for by in ("person", "source"):
        print(
            f"| the same by {by} | {_cpu(lambda by=by: splitting.split(by, ('',), MONTH, SYSTEM)):.0f} ms | ≤ 300 ms |"
        )


def _areas() -> None:
    found = count(ALL, TOP, MONTH, digits=12)
    assert len(found["events_reported"].top) == COMMUNITIES


def _cpu(work: Any) -> float:
    times = []
    for _ in range(ROUNDS):
        begin = time.process_time()
        work()
        times.append(time.process_time() - begin)
    return statistics.median(times) * 1000
