"""The areas offered at the top of every page: those of one's posts and the level below them, nobody else's."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.world import GRID, HOME, NEXT_DOOR, OTHER_STREET, STREET, add_user, build_areas, signed_in_client

OFFERED = re.compile(r'<button name="area" value="(\d+)"')


def _offered(client: FlaskClient) -> set[str]:
    return set(OFFERED.findall(client.get("/").get_data(as_text=True)))


@pytest.mark.parametrize(
    ("role", "area", "expected"),
    [
        ("community_secretary", HOME, {HOME, GRID, HOME + "002"}),
        ("grid_worker", GRID, {GRID}),
        ("street_office", STREET, {STREET, HOME, NEXT_DOOR}),
        ("street_office", OTHER_STREET, {OTHER_STREET}),
    ],
)
def test_it_offers_ones_own_areas_only(app: Flask, role: str, area: str, expected: set[str]) -> None:
    """Also after a neighbour used the same process, and after asking for an area that is not offered."""
    with app.app_context():
        build_areas()
        add_user("linju", "community_secretary", NEXT_DOOR)
        add_user("yonghu", role, area)
    neighbour, client = signed_in_client(app, "linju"), signed_in_client(app, "yonghu")
    for _time in range(2):
        assert _offered(neighbour) == {NEXT_DOOR, NEXT_DOOR + "001"}
        assert _offered(client) == expected
    foreign = OTHER_STREET if area != OTHER_STREET else HOME
    client.post("/scope/", data={"area": foreign})
    assert _offered(client) == expected
    assert f'value="{foreign}" aria-current' not in client.get("/").get_data(as_text=True)
