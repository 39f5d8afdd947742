"""List of events and inbox beside 红桥's 180,000 events of a year, each with its case; one in a hundred is on its way."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from app.database.transactions import writing
from app.events.models import Event
from app.extensions import db
from app.lowcode import search_index
from app.lowcode.flow import moving
from app.lowcode.flow.keeping import memory_of
from app.lowcode.flow.models import FlowCase
from app.lowcode.flow.rules import Flow
from app.lowcode.flow.versions import attach_shipped, flow_of
from app.lowcode.register import register
from app.security.actor import SYSTEM, acting_as
from bench.browser import Browser, counted_sql
from bench.world import COMMUNITIES, STREET, application

NAME, FLOW = "event-lists", "closed_loop_eight_steps"
SIZE, ONE_OPEN_OF, AT_ONCE = 180_000, 100, 5_000
NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
THINGS = ("路灯不亮", "井盖松动", "占道经营", "垃圾乱堆", "楼道堆物", "管道漏水", "噪声扰民", "树枝折断")
PATHS = {
    "page 1": "/events/list/",
    "page 1,000": "/events/list/?page=1000",
    "common word": "/events/list/?q=路灯",
    "number": "/events/list/?q=N17777",
    "状态 and 来源": "/events/list/?state=closed&source=hotline",
    "办理状态 待处置": "/events/list/?flow_state=assigned",
    "灯 已逾期": "/events/list/?flow_lamp=red",
    "inbox": "/my_tasks/",
    "home": "/",
}


def run(_asked: Any) -> None:
    """Print the table."""
    app = application(100, name=NAME, then=_fill)
    print(f"| {SIZE:,} events | person | SQL | CPU ms median | worst | KB |\n|---|---|---|---|---|---|")
    for person in ("street", "one", "fifty"):
        browser = Browser(app, person)
        for name, path in PATHS.items():
            code, size, median, worst = browser.median(path)
            assert code == 200, (path, code)
            with counted_sql(app) as seen:
                browser.get(path)
            print(f"| {name} | {person} | {len(seen)} | {median:.1f} | {worst:.1f} | {size / 1024:.0f} |")


def _fill() -> None:
    reg, rng = register("events"), random.Random(SIZE)
    with acting_as(SYSTEM):
        attach_shipped("events", FLOW)
        found = flow_of(reg)
        assert found is not None
        for start in range(0, SIZE, AT_ONCE):
            with writing() as session:
                session.execute(insert(Event), [_row(rng, number) for number in range(start, start + AT_ONCE)])
        with writing() as session:
            search_index.rebuild(reg, NOW.date())
        with writing() as session:
            ids = session.execute(select(Event.id, Event.area_code, Event.state).order_by(Event.id)).all()
            for start in range(0, SIZE, AT_ONCE):
                session.execute(insert(FlowCase), [_case(found[0], *row) for row in ids[start : start + AT_ONCE]])
    with db.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.commit()


def _row(rng: random.Random, number: int) -> dict[str, Any]:
    is_open, name = number % ONE_OPEN_OF == 0, f"{rng.choice(THINGS)}{number}"
    day = date(2026, 11, 20) if is_open else date(2025, 11, 22) + timedelta(days=rng.randrange(360))
    moment = datetime(day.year, day.month, day.day, 1, tzinfo=UTC)
    return {
        "uid": f"{number:032x}", "name": name, "source": rng.choice(("patrol", "hotline", "snapshot", "video")),
        "number": f"N{number}", "handling": "own", "state": "assigned" if is_open else "closed", "version": 1,
        "area_code": f"{STREET}{number // ONE_OPEN_OF % COMMUNITIES + 1:03}" if is_open else
        f"{STREET}{rng.randrange(COMMUNITIES) + 1:03}", "content": f"{name}，请尽快处理。", "location": f"{number}号楼北侧",
        "created_at": moment, "changed_at": moment, "extra": {}, "reported_at": moment, "registered_on": day,
        "due_at": moment + timedelta(days=3), "due_on": day + timedelta(days=3), "filed_on": day,
        "dispatched_on": day, "dispatch_count": 1, "refused_count": 0, "handled_on": None if is_open else day,
        "closed_on": None if is_open else day, "is_on_time": None if is_open else True, "rework_count": 0,
        "reopen_count": 0, "is_repeat": False, "is_excluded": False,
    }  # fmt: skip


def _case(flow: Flow, row_id: int, area_code: str, state: str) -> dict[str, Any]:
    case = moving.begin(flow, area_code=area_code, reporter_id=None, now=NOW - timedelta(days=row_id % 7))
    at = next(each.key for each in flow.states if each.value == state)
    case = moving.entered(flow, case, at, case.entered_at)
    is_open = state == "assigned"
    return {
        "register": "events", "row_id": row_id, "flow_key": flow.key, "flow_number": 1, "state": at,
        "entered_at": case.entered_at, "due_at": case.entered_at + timedelta(days=3) if is_open else None,
        "warns_at": case.entered_at + timedelta(days=2) if is_open else None, "is_provisional": False,
        "is_ended": not is_open, "reporter_id": None, "return_count": 0, "step_count": 3,
        "memory": memory_of(case), "version": 1,
    }  # fmt: skip
