"""Rules of events as plain values."""

from __future__ import annotations

from datetime import date

import pytest

from app.events import rules
from tests.lowcode.flow.cases import at

TODAY = date(2026, 11, 20)


def test_places_are_compared_without_signs() -> None:
    assert (
        rules.place_key(" 清溪路12号，北门（东侧）") == rules.place_key("清溪路12号北门 东侧") == "清溪路12号北门东侧"
    )
    assert rules.place_key("——") is None
    assert rules.place_key(None) is None


def test_an_imported_ticket_is_due_here_before_its_official_deadline() -> None:
    assert rules.internal_due(at("2026-11-20 10:00"), at("2026-11-30 10:00")) == at("2026-11-28 10:00")
    assert rules.internal_due(None, at("2026-11-30 10:00")) == at("2026-11-30 10:00")
    assert rules.internal_due(at("2026-11-20 10:00"), None) is None


@pytest.mark.parametrize(
    ("state", "internal", "official", "said"),
    [
        ("handling", date(2026, 11, 21), date(2026, 11, 24), "期内"),
        ("handling", date(2026, 11, 20), date(2026, 11, 24), "快到总时限"),
        ("handling", None, date(2026, 11, 20), "快到总时限"),
        ("handling", None, date(2026, 11, 19), "超总时限"),
        ("closed", None, date(2026, 11, 19), ""),
        ("merged", None, date(2026, 11, 19), ""),
        ("handling", None, None, ""),
    ],
)
def test_lamps(state: str, internal: date | None, official: date | None, said: str) -> None:
    assert rules.lamp(state, internal, official, TODAY) == said


def test_what_an_imported_state_says_for_figures() -> None:
    due, done = at("2026-11-20 17:30"), at("2026-11-20 17:31")
    late = rules.came("closed", closed_at=done, due_at=due, has_unit=True)
    assert late == rules.Came(is_filed=True, dispatch_count=1, handled_at=done, closed_at=done, is_on_time=False)
    assert rules.came("closed", closed_at=due, due_at=due, has_unit=False).is_on_time is True
    assert rules.came("reported", closed_at=None, due_at=due, has_unit=True) == rules.Came(False, 0, None, None, None)
    assert rules.came("void", closed_at=done, due_at=due, has_unit=True).is_filed is False


@pytest.mark.parametrize(
    ("before", "after", "is_return", "kind"),
    [
        ("accepted", "assigned", False, "dispatch"), ("reported", "handling", False, "dispatch"),
        ("assigned", "accepted", True, "refused"), ("handling", "accepted", True, "refused"),
        ("handled", "handling", True, "rework"), ("closed", "handling", True, "rework"),
        ("handled", "closed", False, ""), ("assigned", "handling", False, ""), ("accepted", "reported", True, ""),
    ],
)  # fmt: skip
def test_each_step_counts_as_one_thing(before: str, after: str, is_return: bool, kind: str) -> None:
    step = rules.Moved(before, after, is_return)
    asked = {"dispatch": rules.is_dispatch, "refused": rules.is_refused, "rework": rules.is_rework}
    assert [name for name, is_so in asked.items() if is_so(step)] == ([kind] if kind else [])


def test_errors_of_an_event_are_told() -> None:
    wrong = {
        "reported_at": at("2026-11-20 10:00"), "due_at": at("2026-11-19 10:00"), "closed_at": at("2026-11-18 10:00"),
        "handling": rules.UPSTREAM, "number": None,
    }  # fmt: skip
    assert {name for name, _text in rules.check_event(wrong, TODAY)} == {"due_at", "closed_at", "number"}
    assert dict(rules.check_category({"time_limit": "三天"}, TODAY))["time_limit"].startswith(
        "期限“三天”要写数字和单位"
    )
    assert not list(rules.check_category({"time_limit": "4工作时"}, TODAY))
