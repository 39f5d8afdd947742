"""Ledgers of many workers at once: the same papers as one by one, and no more statements for more workers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import event

from app.extensions import db
from app.lowcode.papers import PaperRequest, build_subjects, paper
from app.periods.rules import parse
from app.points import service
from app.points.rules import Matter
from app.report_center.documents import printable, printables
from app.security.actor import SYSTEM
from tests.points.world import build, rule, worker
from tests.world import HOME, TODAY

NOVEMBER = date(2026, 11, 9)


def statements_of(work: Callable[[], Any]) -> int:
    seen: list[str] = []

    def note(*arguments: Any) -> None:
        seen.append(arguments[2])

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        work()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(seen)


def test_ledgers_of_many_are_those_of_each_and_cost_no_more_sql(context: Any) -> None:
    points = build()
    visit = rule("B01", "1.5")
    of, request = paper("points_ledger"), PaperRequest(HOME, parse("2026-11"), TODAY, SYSTEM)
    people = [points.worker, points.other]
    for number, person in enumerate(people):
        for at in range(number + 1):
            matter = Matter.in_words(f"走访第{at}户", on=NOVEMBER)
            given = service.award(visit, person, matter=matter, on=NOVEMBER, by=points.secretary, today=TODAY)
    service.reverse(given.entry, reason="记错了人", by=points.secretary, today=TODAY)
    assert of.subjects is not None
    few = of.subjects(request)
    alone = [of.build(PaperRequest(each.area_code, request.period, TODAY, SYSTEM, each.id)) for each in few]
    assert len(alone) == 2
    assert list(build_subjects(of, request, few)) == alone
    backwards = list(reversed(few))
    printed = [each.document for each in printables(of, request, backwards)]
    assert printed == [printable(of, replace(request, area_code=HOME, subject=each.id)).document for each in backwards]
    cost = statements_of(lambda: list(build_subjects(of, request, few)))
    for name in ("陈小麦", "周小满", "吴小暑", "郑小寒"):
        worker(name, HOME + "002")
    many = of.subjects(request)
    assert len(list(build_subjects(of, request, many))) == 6  # reads the names of areas, which are kept then
    assert statements_of(lambda: list(build_subjects(of, request, many))) == cost
