"""What somebody types into an address neither widens his scope nor reaches the database as a number it cannot hold."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from app.lowcode.register import register
from app.security.actor import SYSTEM, acting_as
from tests.registers.values import ValueMaker
from tests.world import HOME, NEXT_DOOR, NEXT_GRID, PASSWORD, TODAY, add_user, build_areas, signed_in_client

BREAK_OUTS = (f'x") OR ("a{NEXT_DOOR}', f'{HOME}" OR "a{NEXT_DOOR}', '"', "'", NEXT_DOOR)
TOO_LARGE = (10**30, 2**63)


def test_an_area_in_the_address_does_not_widen_the_scope(sqlite_app: Flask) -> None:
    """The code goes into a full-text expression; a quote in it must not end the term of the scope."""
    with sqlite_app.app_context():
        build_areas()
        add_user("shuji", "community_secretary", HOME)
        maker = ValueMaker(SYSTEM, area=NEXT_GRID, today=TODAY)
        with acting_as(SYSTEM):
            maker.row(register("grid_workers"))
    client = signed_in_client(sqlite_app, "shuji")
    for area in BREAK_OUTS:
        answer = client.get("/grid_workers/list/", query_string={"area": area})
        assert answer.status_code == 200, area
        assert re.findall(r"共 ([\d,+]+) 条", answer.get_data(as_text=True)) == ["0"], area


@pytest.mark.parametrize("number", TOO_LARGE)
def test_a_number_no_database_can_hold_is_not_found(sqlite_app: Flask, number: int) -> None:
    """404 on pages and API, and an empty list by such a link, instead of an error deep in the driver."""
    with sqlite_app.app_context():
        build_areas()
        add_user("shuji", "community_secretary", HOME)
    client = signed_in_client(sqlite_app, "shuji")
    signed_in = client.post("/api/v1/security/login", json={"username": "shuji", "password": PASSWORD}).get_json()
    token = {"Authorization": f"Bearer {signed_in['access_token']}"}
    assert client.get(f"/grid_workers/show/{number}").status_code == 404
    assert client.get(f"/jobs/{number}/progress").status_code == 404
    assert client.get(f"/api/v1/grid_workers/{number}", headers=token).status_code == 404
    assert client.get("/party_members/list/", query_string={"organization": str(number)}).status_code == 200


IDS = [str(2**63), "9" * 5_000, "\u00b2", "-1", "\u0669", "1 OR 1=1", "\x00", ""]


@pytest.mark.parametrize("path", ["/grid_workers/bulk", "/grid_workers/restore", "/units/bulk"])
def test_ids_no_table_holds_are_left_out(sqlite_app: Flask, path: str) -> None:
    """In a form as well: nothing is done, and nothing breaks."""
    with sqlite_app.app_context():
        build_areas()
        add_user("shuji", "community_secretary", HOME)
    client = signed_in_client(sqlite_app, "shuji")
    answer = client.post(path, data={"id": IDS, "action": "delete"})
    assert answer.status_code == 302, answer.get_data(as_text=True)


def test_points_for_nobody_are_refused_in_words(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        build_areas()
        add_user("shuji", "community_secretary", HOME)
    client = signed_in_client(sqlite_app, "shuji")
    for id_ in IDS:
        answer = client.post("/points/award", data={"worker": id_, "rule": id_, "on": "2026-11-20"})
        assert answer.status_code == 422, id_
        assert "请选一名网格员" in answer.get_data(as_text=True)
