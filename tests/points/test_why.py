"""Why a sum became another one: 公示, 定稿, prints and now as states, the entries between any two of them, on a page."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import TYPE_CHECKING, Any

import pytest

from app.database.transactions import writing
from app.lowcode.papers import PaperRequest, paper
from app.periods.rules import Period
from app.points import service
from app.points.disputes import service as disputes
from app.points.rules import Matter
from app.points.why import queries, states
from app.points.why.pages import why_page
from app.points.why.states import State, Subject, states_of
from app.report_center.documents import printable
from app.report_center.kept_prints import record_print
from app.report_center.months import service as months
from app.security.actor import SYSTEM, acting_as
from tests.points.world import Points, build, only_points_are_checked, rule
from tests.world import GRID, HOME, NEXT_DOOR, STREET, TODAY, signed_in_client

if TYPE_CHECKING:
    from flask import Flask

OCTOBER = Period.numbered("month", 2026, 10)
ON = date(2026, 10, 9)
KINDS = ("公示", "打印", "定稿")


def one_after_another(world: Points) -> None:
    """+5, 公示, −2, print, +1.5, 定稿, opened again, −5 (the first one taken back), 定稿."""
    plus, minus = rule("B01", "5"), rule("D01", "-2")

    def award(of: Any, who: Any, words: str) -> Any:
        return service.award(of, who, matter=Matter.in_words(words, on=ON), on=ON, by=SYSTEM, today=TODAY).entry

    def finalise() -> None:
        with only_points_are_checked():
            months.finalise(HOME, OCTOBER, today=TODAY)

    with acting_as(SYSTEM):
        first = award(plus, world.worker, "清理楼道")
        disputes.show(HOME, OCTOBER, by=SYSTEM, today=TODAY)
        award(minus, world.other, "超时没有签收")
        summary = paper("points_summary")
        request = PaperRequest(HOME, OCTOBER, TODAY, SYSTEM)
        with writing():
            record_print(summary, request, printable(summary, request), formats=("pdf",))
        award(rule("C01", "1.5"), world.worker, "代办")
        finalise()
        months.reopen(HOME, OCTOBER, reason="核对有误要更正", sheet=months.SignedSheet("单.txt", "同意".encode()))
        service.reverse(first, reason="记错了人", by=SYSTEM, today=TODAY)
        finalise()


@pytest.mark.usefixtures("context")
def test_between_any_two_states_the_entries_are_the_difference() -> None:
    world = build()
    one_after_another(world)
    for subject, sums in (
        (Subject(HOME, OCTOBER), ["5.0", "3.0", "4.5", "-0.5", "-0.5"]),
        (Subject(HOME, OCTOBER, world.worker.uid), ["5.0", "6.5", "1.5", "1.5"]),
        (Subject(GRID, OCTOBER), ["5.0", "6.5", "1.5", "1.5"]),
        (Subject(STREET, OCTOBER), ["-0.5"]),
        (Subject(NEXT_DOOR, OCTOBER), ["0"]),
    ):
        with acting_as(SYSTEM):
            found = states_of(subject)
            assert [queries.total_at(subject, state.at) for state in found] == [Decimal(each) for each in sums]
            # What a 公示 or a 定稿 said is what the ledger says of its moment.
            assert all(state.said in (None, queries.total_at(subject, state.at)) for state in found)
            for one, other in combinations(found, 2):
                entries = queries.between(subject, one.at, other.at)
                difference = queries.total_at(subject, other.at) - queries.total_at(subject, one.at)
                assert sum((each.points for each in entries), Decimal(0)) == difference
    titles = [state.title for state in found_in(Subject(HOME, OCTOBER))]
    assert [next(word for word in KINDS if f" {word}" in title) for title in titles[:-1]] == [
        "公示",
        "打印",
        "定稿",
        "定稿",
    ]
    assert titles[-1] == "现在"


def found_in(subject: Subject) -> tuple[State, ...]:
    with acting_as(SYSTEM):
        return states_of(subject)


def test_a_sum_that_the_ledger_does_not_bear_out_is_said(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with sqlite_app.test_request_context():
        one_after_another(build())
        subject = Subject(HOME, OCTOBER)
        (show, *_rest) = found_in(subject)
        wrong = State(show.key, show.title, show.at, Decimal("98.2"))
        monkeypatch.setattr(states, "_SOURCES", {"shows": lambda _subject: [wrong]})
        with acting_as(SYSTEM):
            page = why_page(subject, "", first=show.key, last="now")
    assert "写的是 +98.2，台账到那时是 +5，对不上" in page.notes[0].text.replace("5.0", "5")


def main_of(page: str) -> str:
    return page.partition("<main")[2].partition("</main>")[0]


def test_the_page_lists_records_and_shows_nobody_elses(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        world = build()
        one_after_another(world)
        keys = [state.key for state in found_in(Subject(HOME, OCTOBER))]
        uid, worker_id = world.worker.uid, world.worker.id
    office, neighbour = signed_in_client(sqlite_app, "shuji"), signed_in_client(sqlite_app, "linju")
    address = f"/points/why/?area={HOME}&month=2026-10"
    page = office.get(f"{address}&first={keys[0]}&last={keys[2]}").get_data(as_text=True)
    for words in ("超时没有签收", "代办", "−0.5", "公示", "定稿（第1次）", "打印《"):
        assert words in page
    assert "清理楼道" not in page
    # The other way round is the same question.
    turned = office.get(f"{address}&first={keys[2]}&last={keys[0]}").get_data(as_text=True)
    assert main_of(turned) == main_of(page)
    own = office.get(f"{address}&worker={uid}").get_data(as_text=True)
    assert "冲正第 1 号：清理楼道" in own
    assert "超时没有签收" not in own
    assert address.replace("&", "&amp;") in office.get("/points/summary?period=2026-10").get_data(as_text=True)
    assert f"worker={uid}" in office.get(f"/points/workers/{worker_id}?month=2026-10").get_data(as_text=True)
    assert "清理楼道" not in neighbour.get(address).get_data(as_text=True)
    assert neighbour.get(f"{address}&worker={uid}").status_code == 404
    for junk in ("month=2026-13", "month=2027-01", "month=2026", "first=x&last=", "worker="):
        assert office.get(f"/points/why/?{junk}").status_code == 200
    assert office.get("/points/why/?worker=nobody").status_code == 404
