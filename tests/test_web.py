"""What happens to a page that was left open for too long."""

from __future__ import annotations

import time
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.world import HOME, add_user, build_areas, signed_in_client

OPEN_PAGE = "/grid_workers/import/7/rows?show=new"


@pytest.fixture
def client(sqlite_app: Flask) -> FlaskClient:
    with sqlite_app.app_context():
        build_areas()
        add_user("sec", "community_secretary", HOME)
    return signed_in_client(sqlite_app, "sec")


def test_whoever_was_away_too_long_signs_in_again_and_is_back_on_the_page(client: FlaskClient) -> None:
    """A form leads back to the page it stood on: the address it was sent to may be no page at all."""
    with client.session_transaction() as kept:
        kept["seen"] = int(time.time()) - 3600
    answer = client.post("/grid_workers/import/7/undo", headers={"Referer": f"http://localhost{OPEN_PAGE}"})
    assert answer.headers["Location"] == f"/login/?next={quote(OPEN_PAGE, safe='/?')}"
    page = client.get(answer.headers["Location"]).get_data(as_text=True)
    assert "太久没有操作" in page
    assert "没有保存" in page


def test_a_form_of_someone_signed_out_asks_to_sign_in_and_leads_nowhere_else(
    client: FlaskClient, sqlite_app: Flask
) -> None:
    sqlite_app.config["WTF_CSRF_ENABLED"] = True
    assert client.post("/grid_workers/import/").status_code == 400, "signed in, but without the page's token"
    client.delete_cookie("session")
    answer = client.post("/grid_workers/import/", headers={"Referer": "https://elsewhere.example//evil.example/x"})
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/login/?next=/"
    asked = client.post("/grid_workers/import/", headers={"Accept": "application/json"})
    assert asked.status_code == 400
