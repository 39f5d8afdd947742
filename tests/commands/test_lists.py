"""`registers` and `reports`: what scripts read to learn what there is."""

from __future__ import annotations

import pytest

from app.lowcode.papers import ALL_FORMATS
from tests.commands.conftest import Commands

PERIODS = {"month", "quarter", "half", "year", "week"}


def test_registers_as_json(empty: Commands) -> None:
    found = empty("registers", "--json").json()
    assert set(found) == {"registers"}
    listed = {each["name"]: each for each in found["registers"]}
    assert {"grid_workers", "party_members", "residents", "buildings", "meetings", "needs"} <= set(listed)
    for each in listed.values():
        assert list(each) == ["name", "title", "columns"]
        assert each["columns"]
        for column in each["columns"]:
            assert set(column) == {"name", "label", "type", "kind", "required"}
    names = [column["name"] for column in listed["grid_workers"]["columns"]]
    assert names[:2] == ["name", "id_number"]


def test_reports_as_json(empty: Commands) -> None:
    found = empty("reports", "--json").json()
    assert set(found) == {"reports"}
    listed = {each["name"]: each for each in found["reports"]}
    assert {"digest", "points_ledger", "minutes"} <= set(listed)
    for each in listed.values():
        assert list(each) == ["name", "title", "periods", "formats", "subject"]
        assert set(each["periods"]) <= PERIODS
        assert each["periods"]
        assert set(each["formats"]) <= set(ALL_FORMATS)
        assert each["subject"] is None or each["subject"]


@pytest.mark.parametrize("command", ["registers", "reports"])
def test_as_a_table_each_has_a_line(empty: Commands, command: str) -> None:
    known = empty(command, "--json").json()[command]
    lines = empty(command).out.splitlines()
    assert [line.split("\t")[0] for line in lines] == [each["name"] for each in known]
