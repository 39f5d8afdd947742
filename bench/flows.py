"""The hourly sweep over 200,000 open cases: nothing due, and a batch of cases whose time is up; twice, once by two machines."""

from __future__ import annotations

import secrets
import time
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select, text

from app.clock import utc_now
from app.database.transactions import writing
from app.extensions import db
from app.lowcode.flow import moving, sweeping
from app.lowcode.flow.keeping import memory_of
from app.lowcode.flow.models import FlowCase
from app.lowcode.flow.shipped import read_shipped
from app.lowcode.flow.versions import add_version, attach_flow
from app.lowcode.register import register
from app.security.actor import SYSTEM, acting_as
from bench.browser import counted_sql
from bench.world import COMMUNITIES, STREET, application

FLOW, NAME = "visit_need_transfer", "flows"
OPEN, TURNED = 200_000, 500
"""Cases on their way, and those of them whose limit ends within the hour and that the program moves on by itself."""


def run(_asked: Any) -> None:
    """Print what one sweep costs."""
    app = application(100, name=NAME, then=_fill)
    with app.app_context(), acting_as(SYSTEM), writing() as session:
        session.execute(text("UPDATE flow_cases SET state = 'listed', is_ended = :no"), {"no": False})
        later = utc_now() + timedelta(days=30)
        session.execute(FlowCase.__table__.update().values(due_at=later, warns_at=later))
    print(f"| {OPEN:,} open cases | steps | SQL | CPU s | s |\n|---|---|---|---|---|")
    for label in ("nothing due", f"{TURNED} due", "the same again"):
        if label.endswith(" due") and label[0].isdigit():
            with app.app_context(), acting_as(SYSTEM), writing() as session:
                late = utc_now() - timedelta(minutes=5)
                session.execute(
                    text("UPDATE flow_cases SET due_at = :late WHERE id <= :most"),
                    {"late": f"{late:%Y-%m-%d %H:%M:%S.%f}", "most": TURNED},
                )
        with counted_sql(app) as seen, app.app_context():
            began, cpu = time.perf_counter(), time.process_time()
            reg, now = register("needs"), utc_now()
            moved = sweeping.bring_up_to_date(reg, now) + sweeping.move_overdue(now)
            print(f"| {label} | {moved} | {len(seen)} | {time.process_time() - cpu:.2f} | "
                  f"{time.perf_counter() - began:.2f} |")  # fmt: skip


def _fill() -> None:
    with acting_as(SYSTEM):
        flow = read_shipped(FLOW)
        add_version(flow)
        attach_flow(flow)
        now = utc_now()
        needs = register("needs").model.__table__
        areas = [f"{STREET}{n:03d}" for n in range(1, COMMUNITIES + 1)]
        with writing() as session:
            for start in range(0, OPEN, 5000):
                rows = [
                    {"uid": secrets.token_hex(16), "area_code": areas[n % COMMUNITIES], "name": f"第{n}件", "number": f"需2026-{n}",
                     "state": "listed", "registered_on": now.date(), "version": 1, "created_at": now, "changed_at": now, "extra": {}}
                    for n in range(start, start + 5000)
                ]  # fmt: skip
                session.execute(insert(needs), rows)
            ids = session.execute(select(needs.c.id, needs.c.area_code)).all()
            for start in range(0, OPEN, 5000):
                rows = [
                    _case(flow, *pair, is_old=n < TURNED) for n, pair in enumerate(ids[start : start + 5000], start)
                ]
                session.execute(insert(FlowCase.__table__), rows)
    with db.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.commit()


def _case(flow: Any, row_id: int, area_code: str, *, is_old: bool) -> dict[str, Any]:
    now = utc_now() - timedelta(days=60 if is_old else 0)
    case = moving.entered(flow, moving.begin(flow, area_code=area_code, reporter_id=None, now=now), "listed", now)
    return {
        "register": "needs", "row_id": row_id, "flow_key": flow.key, "flow_number": 1, "state": "listed",
        "entered_at": now, "due_at": now + timedelta(days=30), "warns_at": now + timedelta(days=30),
        "is_provisional": False, "is_ended": False, "reporter_id": None, "return_count": 0, "step_count": 0,
        "memory": memory_of(case), "version": 1,
    }  # fmt: skip
