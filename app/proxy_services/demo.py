"""The demonstration's proxy services: a few items with A and B, and orders of old residents at every point."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from app.areas.queries import AreaRow
from app.clock import SHANGHAI
from app.extensions import db
from app.lowcode.register import register
from app.lowcode.service import save
from app.profiles.demo import DemoContext, Step, register_demo
from app.profiles.demo_cases import take
from app.profiles.people import MARK
from app.proxy_services.models import ITEMS, ORDERS
from app.proxy_services.rules import GATES, born_by
from app.security.actor import SYSTEM, Actor
from app.security.queries import actor_named

MOST_COMMUNITIES, OLD = 6, 70
CARDS = (
    ("老年人优待证", "便民服务中心3号窗口", "身份证\n户口簿\n一寸照片两张"),
    ("社保待遇资格认证", "社保窗口", "身份证\n社保卡"),
    ("残疾人证换领", "残联窗口", "身份证\n旧残疾人证\n一寸照片两张"),
)
CLERK = "community_clerk"
STEPS = {"followed": 6, "delivered": 5, "opened": 3, "appointed": 1, "asked": 0}
"""State → how many steps of the flow lead to it."""
STATES = ("followed", "delivered", "opened", "appointed", "asked")


def install() -> None:
    """Make the step known."""
    register_demo(Step("proxy_services", 247, run))


def run(context: DemoContext) -> None:
    """Items and orders of the first communities; those of the demonstration's clerk go through the gates with photos."""
    clerk = actor_named(CLERK, today=context.today)
    for community in context.areas_of("community")[:MOST_COMMUNITIES]:
        workers = _of(context, "community_workers", community, 2)
        items = [_item(context, community, row, workers) for row in CARDS]
        resident = register("residents").model
        old = _of(context, "residents", community, len(STATES), resident.born_on <= born_by(OLD, context.today))
        for number, (person, state) in enumerate(zip(old, STATES, strict=False)):
            _order(context, person, items[number % len(items)], state, number, clerk)


def _of(_context: DemoContext, name: str, community: AreaRow, most: int, *conditions: Any) -> list[Any]:
    model = register(name).model
    statement = select(model).where(
        model.area_code.startswith(community.code), model.deleted_at.is_(None), model.left_on.is_(None), *conditions
    )
    return list(db.session.execute(statement.order_by(model.id).limit(most)).scalars())


def _item(context: DemoContext, community: AreaRow, row: tuple[str, str, str], workers: list[Any]) -> Any:
    name, office, materials = row
    people = {f"person_{'ab'[n]}": str(worker.id) for n, worker in enumerate(workers)}
    raw = {"name": name, "office": office, "materials": materials, "area": community.code, "note": MARK} | people
    return save(register(ITEMS), None, raw, by=SYSTEM, today=context.today)


def _order(context: DemoContext, person: Any, item: Any, state: str, number: int, clerk: Actor | None) -> None:
    asked = context.today - timedelta(days=12 - 2 * number)
    raw: dict[str, Any] = {
        "resident": str(person.id), "item": str(item.id), "area": person.area_code, "state": state,
        "asked_on": asked.isoformat(), "note": MARK,
    }  # fmt: skip
    if clerk is not None and clerk.covers(ORDERS, "write", person.area_code):
        row = save(register(ORDERS), None, raw | {"state": STATES[-1]}, by=SYSTEM, today=context.today)
        _through_the_gates(row, item, state, asked, clerk)
        return
    if state in ("followed", "delivered", "opened"):
        sealed = asked + timedelta(days=1)
        raw |= {"sealed_on": sealed.isoformat(), "due_on": _next(sealed), "items_in": item.materials,
                "letter": f"委2026-{number + 1:03d}"}  # fmt: skip
    if state in ("followed", "delivered"):
        raw |= {"delivered_on": raw["due_on"], "items_out": f"{item.materials}\n{item.name}"}
    save(register(ORDERS), None, raw, by=SYSTEM, today=context.today)


def _through_the_gates(row: Any, item: Any, state: str, asked: date, clerk: Actor) -> None:
    """From the call to where it stands, each gate with its photo, one after the other on one day."""
    called = datetime.combine(asked, time(10), SHANGHAI)
    came = datetime.combine(asked + timedelta(days=1), time(8), SHANGHAI)
    back = f"{item.materials}\n{item.name}"
    way: tuple[tuple[str, str, dict[str, str], str], ...] = (
        ("appoint", "", {}, "约好第二天上午上门"),
        ("seal", GATES[0], {"items_in": item.materials, "letter": f"委2026-{row.id:03d}"}, ""),
        ("open", GATES[1], {}, ""), ("reseal", GATES[2], {"items_out": back}, ""), ("deliver", "", {}, "本人当面签收"),
        ("follow", "", {}, "电话回访，本人满意"),
    )  # fmt: skip
    for place, (key, gate, values, note) in enumerate(way[: STEPS[state]]):
        when = came + timedelta(hours=place) if place else called
        take(ORDERS, row, key, clerk, when, note, shows=(gate,) if gate else (), **values)


def _next(day: date) -> str:
    return (day + timedelta(days=1)).isoformat()
