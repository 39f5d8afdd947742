"""What 公示 and disputes ask of somebody, and how they stand in the way of 定稿."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from app import clock
from app.areas.queries import name_of
from app.areas.rules import COMMUNITY_DIGITS, lowest_common
from app.database.scope import range_of
from app.extensions import db
from app.fields.sentence import Sentence
from app.notices.rules import Todo
from app.periods.queries import state_of
from app.periods.rules import FINAL, Period
from app.points import queries, sum_queries
from app.points.disputes import queries as shown
from app.points.models import PointsSum
from app.security.actor import Actor
from app.security.beyond import beyond_scope
from app.settings.queries import profile

MOST_EACH = 8


def to_decide(actor: Actor, today: date) -> list[Todo]:  # noqa: ARG001 - a to-do source
    """Open disputes, each with its limit; many at once in one line."""
    if actor.is_system:
        return []
    found = shown.to_decide(actor)
    todos = [
        Todo(
            Sentence("处理%(name)s的积分异议", name=each.worker_name), why=each.reason[:60], due_on=each.due_on,
            url=f"/points/disputes/{each.id}", kind="points",
        )
        for each in found[:MOST_EACH]
    ]  # fmt: skip
    if len(found) > MOST_EACH:
        rest = Sentence("还有 %(n)s 件积分异议要处理", n=len(found) - MOST_EACH)
        todos.append(Todo(rest, due_on=found[MOST_EACH].due_on, url="/points/disputes/", kind="points"))
    return todos


def to_show(actor: Actor, today: date) -> list[Todo]:
    """Last month's points of one's own community that have not been on show."""
    if actor.is_system:
        return []
    month = Period.of("month", today).previous()
    own = [each for each in actor.prefixes("points_entries", "review") if len(each) == COMMUNITY_DIGITS]
    with_points = set(communities(lowest_common(own, profile().levels), month)) if own else set()
    return [
        Todo(
            Sentence("公示%(month)s积分", month=month.title), why=Sentence("%(area)s还没有公示", area=name_of(code)),
            url=f"/points/shows/{code}/{month.key}", tone="amber", kind="points",
        )
        for code in own
        if code in with_points and shown.last_show(code, month) is None and _is_open(code, month)
    ]  # fmt: skip


def to_look_at(actor: Actor, today: date) -> list[Todo]:
    """For a worker: his month is on show, and until when he may dispute it."""
    worker = queries.own_worker(actor) if actor.allows("own_points", "see_own") else None
    if worker is None or actor.is_system:
        return []
    month = Period.of("month", today).previous()
    step = shown.last_show(worker.area_code, month)
    if step is None or today > (until := shown.last_dispute_day(step)):
        return []
    return [
        Todo(
            Sentence("%(month)s积分正在公示，请核对", month=month.title), why=Sentence("有异议的在公示期内提出"), due_on=until,
            url=f"/points/own?month={month.key}", kind="points",
        )
    ]  # fmt: skip


def _is_open(code: str, month: Period) -> bool:
    return state_of(code, month).state != FINAL


def communities(area_code: str, month: Period) -> list[str]:
    """Communities of an area with points in the month."""
    low, high = range_of(area_code)
    statement = (
        select(PointsSum.area_code)
        .where(PointsSum.area_code >= low, PointsSum.area_code < high)
        .where(PointsSum.month == sum_queries.month_number(month.first), PointsSum.entry_count > 0)
        .distinct()
    )
    with beyond_scope():
        return sorted({code[:COMMUNITY_DIGITS] for code in db.session.execute(statement).scalars()})


def unfinished(area_code: str, month: Period) -> list[str]:
    """Communities whose month was not on show, is still on show, changed since, or has open disputes; in words."""
    today = clock.today()
    found = []
    for code in communities(area_code, month):
        with beyond_scope():
            name = name_of(code)
            disputes = shown.disputes_in(code, month=month, is_open=True)
            late = sum(each.is_overdue(today) for each in disputes)
        if disputes:
            found.append(f"{name}有 {len(disputes)} 件积分异议没有处理" + (f"，其中 {late} 件已超期" if late else ""))
        found.extend(f"{name}{text}" for text in _of_show(code, month, today))
    return found


def _of_show(code: str, month: Period, today: date) -> list[str]:
    step = shown.last_show(code, month)
    if step is None:
        days = shown.limits_of(code, month.last).show_days
        return ["的积分还没有公示"] if days else []
    if step.due_on is not None and today <= step.due_on:
        return [f"的积分正在公示，到 {step.due_on} 为止"]
    moved = shown.moved_since(step, month)
    return [f"有 {len(moved)} 名网格员的积分在公示以后又有变动，请重新公示"] if moved else []
