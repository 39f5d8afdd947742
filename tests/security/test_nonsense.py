"""Values that mean nothing, in every address and every form, are answered in words and never by an error of ours."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from app.lowcode.register import registers
from tests.security.planting import Planted, plain_rows
from tests.security.walking import Call, Walk, nonsense, token_of
from tests.world import GRID, HOME, PASSWORD, STREET, add_user, build_areas, signed_in_client

pytestmark = pytest.mark.soak  # thousands of requests, among them papers; test_addresses.py holds the faults it is for

REGISTERS = ("grid_workers", "party_members", "owners_committees")
"""One with a sealed column, one with links, one with a child table; the engine treats all registers alike."""


@pytest.mark.parametrize(("role", "area"), [("community_secretary", HOME), ("street_office", STREET)])
def test_nonsense_is_answered_in_words(app: Flask, role: str, area: str, record_property: Any) -> None:
    """Of every length and shape, for one who may enter rows and for one who reviews, reorganises and opens accounts."""
    with app.app_context():
        build_areas()
        add_user("yonghu", role, area)
        own = plain_rows(GRID, first_id=666001, start=41)
    client = signed_in_client(app, "yonghu")
    elsewhere = Planted(GRID, 777001, 0)
    elsewhere.ids = {reg.name: [777001] for reg in registers()}
    elsewhere.uids = {"grid_workers": ["0" * 32]}
    walk = Walk(app, client, token_of(client, "yonghu", PASSWORD), (elsewhere,), own, lambda _mark, _table: True)
    walk.run(nonsense(walk, REGISTERS))
    body = b'{"name": "\\ud83d", "area": {"a": 1}, "phone": [1], "sex": true, "version": "x"}'
    for name in REGISTERS:
        answer = client.post(
            f"/api/v1/{name}/", data=body, content_type="application/json",
            headers={"Authorization": f"Bearer {walk.token}"},
        )  # fmt: skip
        assert answer.status_code in (400, 403, 422), answer.get_data(as_text=True)
    record_property("summary", f"nonsense sent by {role}: {walk.tried} combinations tried")
    assert not walk.wrong, f"{len(walk.wrong)} wrong answers\n" + "\n".join(walk.wrong[:30])


def test_calls_name_themselves() -> None:
    """A failure names the request to repeat."""
    assert Call("RegisterView.list", "GET", "/units/list/", {"q": "x"}).name.startswith("GET /units/list/ {'q': 'x'}")
