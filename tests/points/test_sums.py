"""Sums kept beside the entries equal those counted from them, after any history of awards and reversals."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.extensions import db
from app.periods.rules import Period
from app.points import proof, service, sum_queries
from app.points.models import PointsEntry, PointsSum
from app.points.rules import Matter, PointsRefused
from app.security.actor import SYSTEM, acting_as
from tests.points.world import build, rule
from tests.world import HOME, STREET, TODAY

FIRST = date(2026, 8, 1)
STEP = st.one_of(
    st.tuples(st.just("award"), st.integers(0, 1), st.integers(0, 2), st.integers(0, 110), st.integers(0, 4)),
    st.tuples(st.just("reverse"), st.integers(0, 30), st.just(0), st.just(0), st.just(0)),
)


@settings(
    max_examples=12, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(history=st.lists(STEP, max_size=14))
def _check(world: tuple[list[Any], list[Any]], history: list[tuple[str, int, int, int, int]]) -> None:
    workers, book = world
    made: list[PointsEntry] = []
    with acting_as(SYSTEM):
        for what, one, two, day, words in history:
            try:
                if what == "award":
                    on = FIRST + timedelta(days=day)
                    matter = Matter.in_words(f"第{words}件", on=on)
                    found = service.award(book[two], workers[one], matter=matter, on=on, by=SYSTEM, today=TODAY)
                    made.append(found.entry)
                elif made:
                    service.reverse(made[one % len(made)], reason="核对后冲正", by=SYSTEM, today=TODAY)
            except PointsRefused:
                continue
        kept = {
            (row.worker_uid, row.month, row.area_code): (row.gained, row.deducted, row.entry_count)
            for row in db.session.execute(select(PointsSum)).scalars()
        }
        assert kept == recount()
        assert proof.faults() == []
        _check_caps(book[1])
        _check_summary(kept)


def recount() -> dict[tuple[str, int, str], tuple[Decimal, Decimal, int]]:
    """The sums counted anew from the entries: (worker, month, grid) → (gained, deducted, entries)."""
    found: dict[tuple[str, int, str], tuple[Decimal, Decimal, int]] = {}
    for entry in db.session.execute(select(PointsEntry)).scalars():
        for number in (entry.on.month, 0):  # its month, and the whole year
            key = (entry.worker_uid, entry.on.year * 100 + number, entry.area_code)
            gained, deducted, count = found.get(key, (Decimal(0), Decimal(0), 0))
            found[key] = (gained + max(entry.points, Decimal(0)), deducted + min(entry.points, Decimal(0)), count + 1)
    return found


def _check_caps(capped: Any) -> None:
    taken_back = select(PointsEntry.reverses_id).where(PointsEntry.reverses_id.is_not(None))
    live = db.session.execute(
        select(PointsEntry.worker_uid, PointsEntry.on, PointsEntry.points).where(
            PointsEntry.rule_code == capped.code, PointsEntry.reverses_id.is_(None), PointsEntry.id.not_in(taken_back)
        )
    )
    months: dict[tuple[str, int], Decimal] = {}
    for uid, on, points in live:
        key = (uid, sum_queries.month_number(on))
        months[key] = months.get(key, Decimal(0)) + points
    assert all(total <= capped.cap for total in months.values())


def _check_summary(kept: dict[tuple[str, int, str], tuple[Decimal, Decimal, int]]) -> None:
    """Month after month the summary's balances carry on, and at the year's end they are all there is."""
    for area in (STREET, HOME):
        last: dict[str, Decimal] = {}
        for number in range(8, 12):
            for line in sum_queries.summary(area, Period.numbered("month", 2026, number)):
                assert line.opening == last.get(line.worker_uid, Decimal(0))
                last[line.worker_uid] = line.closing
        for uid, closing in last.items():
            sums = [
                gained + deducted for (who, m, _a), (gained, deducted, _n) in kept.items() if who == uid and m % 100
            ]
            assert closing == sum(sums, Decimal(0))


def test_sums_equal_a_recount(context: Any) -> None:
    people = build()
    book = [rule("B01", "1.5"), rule("C01", "2", cap="5"), rule("A02", "-2", cap="3")]
    _check(([people.worker, people.other], book))
