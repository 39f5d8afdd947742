"""The demonstration's events that went through their steps with photos, taken by the accounts of one community."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from app.clock import SHANGHAI
from app.events.models import Event
from app.lowcode.flow.queries import running
from app.lowcode.register import register
from app.lowcode.service import save
from app.profiles.demo import DemoContext, Step, register_demo
from app.profiles.demo_cases import take
from app.profiles.people import MARK
from app.security.actor import Actor, acting_as
from app.security.queries import actor_named

WORKER, CLERK, CENTER = "grid_worker", "community_clerk", "grid_center"
BEFORE, AFTER = "处置前", "处置后"
TOLD = (
    ("楼道堆放纸箱堵住消火栓", "3幢2单元", 3, "ended", "当场请住户搬走，消火栓前已清空。"),
    ("儿童滑梯护栏松动", "中心花园", 2, "handled", "用工具箱里的扳手拧紧，试过不再晃动。"),
    ("北门井盖翘起一角", "北门", 1, "reported", ""),
)
"""何事, 何地, how many days ago, how far it went, 结果."""


def install() -> None:
    """Make the step known."""
    register_demo(Step("event_steps", 266, run))


def run(context: DemoContext) -> None:
    """For the grid worker among the demonstration's accounts: on the three steps, or on the eight where a street has them."""
    worker, clerk, center = (actor_named(name, today=context.today) for name in (WORKER, CLERK, CENTER))
    if worker is None or worker.access is None or clerk is None or center is None:
        return
    area = worker.access.area_codes[0]
    for name, location, days, until, result in TOLD:
        begun = datetime.combine(context.today - timedelta(days=days), time(9), SHANGHAI)
        raw = {
            "name": name, "source": "patrol", "location": location, "area": area, "note": MARK,
            "reported_at": f"{begun:%Y-%m-%d %H:%M}",
        }  # fmt: skip
        with acting_as(worker):
            row = save(register("events"), None, raw, by=worker, today=begun.date())
        if until != "reported":
            _handled(row, worker, begun + timedelta(hours=1), result)
        if until == "ended":
            _ended(row, clerk, center, begun + timedelta(hours=3))


def _handled(row: Event, worker: Actor, when: datetime, result: str) -> None:
    keys = _keys(row, worker, when)
    take(
        "events",
        row,
        "handle" if "handle" in keys else "self_handle",
        worker,
        when,
        result,
        shows=(BEFORE, AFTER),
        result=result,
    )


def _ended(row: Event, clerk: Actor, center: Actor, when: datetime) -> None:
    if "confirm" in _keys(row, clerk, when):
        take("events", row, "confirm", clerk, when)
        return
    take("events", row, "pass", clerk, when)
    take("events", row, "close", center, when + timedelta(hours=1), "照片和现场一致，归档。")


def _keys(row: Event, by: Actor, when: datetime) -> set[str]:
    """Actions that lead on from where the event is."""
    with acting_as(by):
        at = running(register("events"), row, when)
    assert at is not None
    return {action.key for action in at.flow.actions if at.case.state in action.froms}
