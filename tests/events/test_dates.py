"""Late and coming events for papers: as of a day, by area, with the unit that answers; other flows by their cases."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from app.database.transactions import writing
from app.events import dates as events
from app.events.models import Event
from app.lowcode.dates import Dated
from app.lowcode.flow import dates as flows
from app.lowcode.flow.models import FlowCase
from app.lowcode.flow.queries import running
from app.lowcode.flow.reading import read_text
from app.lowcode.flow.service import Sent, act
from app.lowcode.flow.versions import add_version, attach_flow
from app.lowcode.register import register
from app.lowcode.service import save
from app.periods.rules import Period
from app.security.actor import SYSTEM, acting_as
from tests.events.world import NOW, build, person, report, unit_id
from tests.lowcode.flow.test_acting import SIXTH
from tests.world import GRID, HOME, NEXT_DOOR, NEXT_GRID, STREET, TODAY

DAY = date(2026, 11, 20)
MONTH = Period.of("month", DAY)


@pytest.fixture(autouse=True)
def _world(context: Any) -> None:
    build()


def _set(row: Event, **values: object) -> None:
    with acting_as(SYSTEM), writing() as session:
        session.execute(update(Event).where(Event.id == row.id).values(**values))


def test_events_are_late_until_they_are_handled() -> None:
    late, mended, near = (report(name=name) for name in ("路灯不亮", "井盖破损", "楼道堆物"))
    elsewhere = report(name="占道经营", by="next", area=NEXT_GRID)
    gone = report(name="重复上报")
    _set(late, due_on=date(2026, 11, 10), unit_id=unit_id("officer"))
    _set(mended, due_on=date(2026, 11, 12), handled_on=date(2026, 11, 18))
    _set(near, due_on=date(2026, 11, 25))
    _set(elsewhere, due_on=date(2026, 11, 19))
    _set(gone, due_on=date(2026, 11, 1), state="void")
    with acting_as(SYSTEM):
        now = events.late(STREET, MONTH, DAY, 10)
        assert [(row.what, row.on.day) for row in now.rows] == [("路灯不亮", 10), ("占道经营", 19)]
        assert now.rows[0].unit == "officer的单位"
        assert now.rows[1].unit not in ("", NEXT_GRID)
        assert now.count == 2
        before = events.late(HOME, MONTH, date(2026, 11, 15), 10)
        assert [row.what for row in before.rows] == ["路灯不亮", "井盖破损"]
        one = events.late(STREET, MONTH, DAY, 1)
        assert (len(one.rows), one.count) == (1, 2)
        assert [row.what for row in events.coming(HOME, DAY, date(2026, 11, 25))] == ["楼道堆物"]
        assert events.coming(NEXT_DOOR, DAY, date(2026, 11, 25)) == []


def test_matters_on_any_other_flow_are_told_by_their_cases() -> None:
    with acting_as(SYSTEM):
        flow = read_text(SIXTH, source="第六个")
        add_version(flow)
        attach_flow(flow)
    clerk = person("clerk")
    with acting_as(clerk):
        reg = register("needs")
        rows = [save(reg, None, {"name": name, "area": GRID}, by=clerk, today=TODAY) for name in ("装扶手", "修路灯")]
        for row in rows:
            at = running(reg, row, NOW)
            assert at is not None
            act(reg, row, "send", Sent(at.version, {"who": "一队"}), by=clerk, now=NOW)
    _due(rows[0].id, NOW - timedelta(days=10))
    _due(rows[1].id, NOW + timedelta(days=1))
    today = NOW.date()
    with acting_as(SYSTEM):
        late = flows.late(STREET, MONTH, today, 10)
        assert [(row.what, row.on) for row in late.rows] == [("装扶手", date(2026, 11, 13))]
        assert late.count == 1
        assert [row.what for row in flows.coming(HOME, today, date(2026, 11, 24))] == ["修路灯"]
        assert flows.late(NEXT_DOOR, MONTH, today, 10).count == 0
        assert flows.late(HOME, MONTH, date(2026, 11, 13), 10).count == 0
        assert all(isinstance(row, Dated) and row.unit for row in late.rows)


def test_events_are_told_once() -> None:
    row = report()
    _due(row.id, NOW - timedelta(days=3), name="events")
    with acting_as(SYSTEM):
        assert flows.late(STREET, MONTH, NOW.date(), 10).count == 0


def _due(row_id: int, when: datetime, name: str = "needs") -> None:
    with acting_as(SYSTEM), writing() as session:
        where = (FlowCase.register == name, FlowCase.row_id == row_id)
        session.execute(update(FlowCase).where(*where).values(due_at=when))
