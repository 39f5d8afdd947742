"""Which area a page is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flask import session

from app.lowcode.frame import asked_area
from tests.world import HOME, STREET, add_user, build_areas

if TYPE_CHECKING:
    from flask import Flask

GRID = HOME + "001"


@pytest.mark.parametrize(
    ("chosen", "address", "found"),
    [
        ("", "/", HOME),
        (GRID, "/", GRID),
        (GRID, f"/?area={HOME}002", HOME + "002"),
        ("", "/?area=%20", HOME),
        ("", f"/?area={STREET}", HOME),  # above what he holds
        ("", "/?area=320505001002", HOME),  # next door
    ],
)
def test_the_area_asked_for_then_the_chosen_one_then_what_is_held(
    sqlite_app: Flask, chosen: str, address: str, found: str
) -> None:
    with sqlite_app.app_context():
        build_areas()
        actor = add_user("shuji", "community_secretary", HOME)
    with sqlite_app.test_request_context(address):
        session["area"] = chosen
        assert asked_area(actor, "points_entries") == found
        assert asked_area(actor, "points_entries", "finalise") == ""
