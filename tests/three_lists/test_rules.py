"""Rules of the three lists: opening, closing, states of shared needs, what fits what."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.lowcode.flow.shipped import read_shipped
from app.three_lists import rules

TODAY = date(2026, 11, 22)
CLOSED = {
    "state": "closed", "lead_unit": 1, "closed_on": TODAY, "evaluator": "周大妈", "person": "王小禾",
    "progress": "装好了",
}  # fmt: skip


def found(values: dict[str, Any]) -> dict[str, str]:
    return dict(rules.check_project(values, TODAY))


@pytest.mark.parametrize("state", rules.STARTED)
def test_no_project_is_opened_without_a_lead_unit(state: str) -> None:
    assert "没有牵头单位不能立项" in found({"state": state})["lead_unit"]


@pytest.mark.parametrize("state", [None, "planned", "cancelled"])
def test_what_is_only_planned_needs_none(state: str | None) -> None:
    assert found({"state": state}) == {}


def test_closing_takes_evaluator_day_and_result() -> None:
    assert found(CLOSED) == {}
    assert "不能就是责任人" in found(CLOSED | {"evaluator": "王小禾"})["evaluator"]
    assert set(found({"state": "closed", "lead_unit": 1})) == {"closed_on", "evaluator", "progress"}
    assert "closed_on" in found(CLOSED | {"closed_on": date(2026, 11, 23)})
    assert "只有已销号" in found(CLOSED | {"state": "running"})["closed_on"]


def test_days_in_order() -> None:
    assert "ends_on" in found({"starts_on": TODAY, "ends_on": date(2026, 11, 1)})
    wrong = {"registered_on": date(2026, 11, 23), "wanted_by": date(2026, 11, 1), "solved_on": date(2026, 11, 2)}
    assert set(dict(rules.check_need(wrong, TODAY))) == {"registered_on", "wanted_by", "solved_on"}
    assert "solved_on" in dict(rules.check_need({"state": "done"}, TODAY))


@pytest.mark.parametrize(
    ("current", "projects", "state"),
    [
        ("listed", [], "listed"),
        ("listed", ["planned"], "claimed"),
        ("listed", ["open"], "in_project"),
        ("in_project", ["done"], "done"),
        ("in_project", ["closed"], "closed"),
        ("in_project", ["closed", "running"], "in_project"),
        ("in_project", ["closed", "done"], "done"),
        ("in_project", ["closed", "cancelled"], "closed"),
        ("in_project", ["cancelled"], "listed"),
        ("done", ["returned"], "in_project"),
        ("cancelled", ["open"], "cancelled"),
        ("unmet", ["closed"], "unmet"),
    ],
)
def test_a_need_follows_its_projects(current: str, projects: list[str], state: str) -> None:
    assert rules.need_state(current, projects) == state


def test_the_shipped_flow_speaks_of_every_state_the_rules_know() -> None:
    said = {state.value for state in read_shipped("project_to_closing").states}
    assert said == {*rules.STARTED, "planned", "cancelled"}
    ended = {state.value for state in read_shipped("project_to_closing").states if state.is_done}
    assert ended == set(rules.FINISHED)


def test_days_of_opening_and_finishing() -> None:
    before = date(2026, 10, 1)
    assert rules.opened_on("open", None, TODAY) == TODAY
    assert rules.opened_on("done", before, TODAY) == before
    assert rules.opened_on("planned", before, TODAY) is None
    assert rules.finished_on("done", None, TODAY) == TODAY
    assert rules.finished_on("closed", before, TODAY) == before
    assert rules.finished_on("running", before, TODAY) is None
