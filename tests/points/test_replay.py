"""Replaying the ledger of a random history, entry by entry, gives the balances, sums, summaries, ranks, lists on show and
final months that are kept. A failure names the seed that made the history."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from app.extensions import db
from app.lowcode.papers import PaperRequest
from app.periods.rules import Period
from app.points import papers, proof, sum_queries
from app.points.books.worth import Given, replay
from app.points.disputes import queries as shown
from app.points.models import PointsEntry, PointsSum, PointsText
from app.points.ranking import queries as ranking
from app.points.rules import ZERO
from app.points.steps.models import PointsStep
from app.report_center.months import proof as months_proof
from app.report_center.months import queries as months
from app.report_center.months.models import FrozenPaper
from app.security.actor import SYSTEM, acting_as
from reports.document import Document, Table
from tests.points.histories import BEGIN, BOOK, History
from tests.world import HOME, NEXT_DOOR, STREET

STEPS = 140
MONTHS = [Period.numbered("month", 2026, number) for number in range(5, 12)]


@dataclass
class Replay:
    """What the lines of the ledger alone come to."""

    balances: dict[int, Decimal] = field(default_factory=dict)
    sums: dict[tuple[str, int, str], tuple[Decimal, Decimal, int]] = field(default_factory=dict)
    entries: list[Any] = field(default_factory=list)

    def points(self, area_code: str, first: date, last: date) -> dict[str, Decimal]:
        """Worker → his points on days of an area."""
        found: dict[str, Decimal] = {}
        for each in self.entries:
            if each.area_code.startswith(area_code) and first <= each.on <= last:
                found[each.worker_uid] = found.get(each.worker_uid, ZERO) + each.points
        return found


def replayed() -> Replay:
    found, running = Replay(), dict[tuple[str, int], Decimal]()
    with acting_as(SYSTEM):
        found.entries = list(
            db.session.execute(select(PointsEntry).order_by(PointsEntry.worker_uid, PointsEntry.seq)).scalars()
        )
    for each in found.entries:
        year = (each.worker_uid, each.on.year)
        running[year] = found.balances[each.id] = running.get(year, ZERO) + each.points
        for number in (each.on.month, 0):  # its month, and the whole year
            key = (each.worker_uid, each.on.year * 100 + number, each.area_code)
            gained, deducted, count = found.sums.get(key, (ZERO, ZERO, 0))
            found.sums[key] = (gained + max(each.points, ZERO), deducted + min(each.points, ZERO), count + 1)
    return found


def check_kept(of: Replay) -> None:
    assert {each.id: each.balance for each in of.entries} == of.balances
    kept = {
        (row.worker_uid, row.month, row.area_code): (row.gained, row.deducted, row.entry_count)
        for row in db.session.execute(select(PointsSum)).scalars()
    }
    assert kept == of.sums
    assert proof.faults() == months_proof.faults() == []


def check_caps(of: Replay) -> None:
    """Every live entry is what its rule gave, and no cap of the book was passed by what stood at once."""
    back = {each.reverses_id for each in of.entries}
    live = [each for each in of.entries if each.reverses_id is None and each.id not in back]
    for each in of.entries:
        if each.reverses_id is not None:
            (original,) = (one for one in of.entries if one.id == each.reverses_id)
            assert each.points == -original.points
        else:
            assert abs(each.points) <= abs(each.rule_value)
            assert (each.points > 0) == (each.rule_value > 0)
    for code, cap in (("B02", 4), ("D01", 6), ("X01", 6)):
        sums = Counter[tuple[str, int]]()
        for each in live:
            if each.rule_code == code:
                sums[each.worker_uid, each.on.month] += abs(each.points)
        assert all(total <= cap for total in sums.values()), (code, sums)


def check_rankings(of: Replay, today: date) -> None:
    """Value = what a month begins with and the mean of the entries; rank = one more than those who have more."""
    for area_code in (STREET, HOME, NEXT_DOOR):
        for kind in ("month", "quarter", "half", "year", "week"):
            period = Period.of(kind, date(2026, 9, 15))  # type: ignore[arg-type]
            standing = ranking.standing(area_code, period, today=today)
            points = of.points(area_code, period.first, period.last)
            last = min(period.last, today)
            count = (last.year - period.first.year) * 12 + last.month - period.first.month + 1
            values = {
                uid: (BOOK.start + points.get(uid, ZERO) / max(1, count)).quantize(Decimal("0.1"), "ROUND_HALF_UP")
                for uid in standing.people
            }
            assert {each.score.worker: each.score.value for each in standing.placed} == values
            for each in standing.placed:
                assert each.rank == 1 + sum(value > values[each.score.worker] for value in values.values())


def check_final_months(of: Replay) -> Iterator[str]:
    """What was frozen is what the ledger says of that month as long as the month is final."""
    for code in (HOME, NEXT_DOOR):
        for month in MONTHS:
            row = months.final_month(code, month)
            if row is None:
                continue
            yield month.key
            points = of.points(code, month.first, month.last)
            total = sum(points.values(), ZERO)
            kept = months.kept_sums(code, month, ["points_total"]).get("points_total", [])
            assert sum(Decimal(each.numerator) for each in kept if each.area_code == code) == total
            papers_of = select(FrozenPaper).where(
                FrozenPaper.final_month_id == row.id, FrozenPaper.paper == "points_summary",
                FrozenPaper.area_code == code, FrozenPaper.period == month.key,
            )  # fmt: skip
            (paper,) = db.session.execute(papers_of).scalars()
            assert sum(totals_of(months.document_of(paper))[-5:-3]) == total


def totals_of(document: Document) -> tuple[Any, ...]:
    (table,) = (block for block in document.blocks if isinstance(block, Table))
    assert table.totals is not None
    return table.totals


def check_shown(of: Replay) -> None:
    """A list on show, and the entries recorded since, add up to the month as it is now."""
    for step in db.session.execute(select(PointsStep).where(PointsStep.kind == shown.SHOWN)).scalars():
        month = shown.month_of(step.month)
        now = of.points(step.area_code, month.first, month.last)
        whose = {each.id: each.worker_uid for each in of.entries}
        since = [(whose[each.entry_id], each.points) for each in shown.changes_since(step, month)]
        told = {line.worker_uid: line.gained + line.deducted for line in shown.shown_lines(step)}
        for uid in told.keys() | now.keys():
            later = sum((points for who, points in since if who == uid), ZERO)
            assert told.get(uid, ZERO) + later == now.get(uid, ZERO)


def check_summaries(of: Replay, today: date) -> None:
    """The paper's lines and the page's sums, month by month."""
    for code in (STREET, HOME, NEXT_DOOR):
        for month in MONTHS:
            if month.first > today:
                continue
            wanted = of.points(code, month.first, month.last)
            before = of.points(code, date(2026, 1, 1), date.fromordinal(month.first.toordinal() - 1))
            lines = {line.worker_uid: line for line in sum_queries.summary(code, month)}
            assert {uid: line.total.balance for uid, line in lines.items() if line.total.balance} == {
                uid: points for uid, points in wanted.items() if points
            }
            assert all(line.opening == before.get(uid, ZERO) for uid, line in lines.items())
            document = papers.build_summary(PaperRequest(code, month, today, SYSTEM))
            closing = sum((line.closing for line in lines.values()), ZERO)
            if lines:
                assert totals_of(document)[-3] == closing


def check_book(of: Replay) -> None:
    """Until the book changes, replaying the live matters under it gives what they brought, were none taken back."""
    for uid in {each.worker_uid for each in of.entries}:
        own = [each for each in of.entries if each.worker_uid == uid]
        if any(each.reverses_id is not None for each in own):
            continue
        measured = dict(db.session.execute(select(PointsText.entry_uid, PointsText.measured)).all())  # type: ignore[arg-type]
        given = [Given(each.rule_code, each.on, each.points, measured[each.uid], each.uid) for each in own]
        assert [each.points for each in replay(BOOK, given)] == [each.points for each in own]


def check(seed: int) -> Counter[str]:
    history = History(seed)
    history.run(STEPS)
    with acting_as(SYSTEM):
        of = replayed()
        check_kept(of)
        check_caps(of)
        check_rankings(of, history.today)
        check_shown(of)
        check_summaries(of, history.today)
        history.done["final"] = len(list(check_final_months(of)))
        if not history.done["new_version"]:
            check_book(of)
    assert history.today > BEGIN
    return history.done


ALWAYS = ("award", "reverse", "upheld", "rejected", "new_version", "finalise", "reopen")
"""What no history may be without."""


@pytest.mark.usefixtures("context")
def test_a_replay_gives_what_is_kept() -> None:
    done = check(seed=4)
    rare = (*ALWAYS, "check", "send_back", "show", "dispute")
    assert not [deed for deed in rare if not done[deed]], done


@pytest.mark.soak
@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("seed", range(100, 115))
def test_many_histories(seed: int) -> None:
    done = check(seed)
    assert not [deed for deed in ALWAYS if not done[deed]], done
