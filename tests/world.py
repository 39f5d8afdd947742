"""A small invented street with people in it, for tests of every room."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from flask import Flask, has_app_context
from flask.testing import FlaskClient

from app.areas.models import Area
from app.database.transactions import writing
from app.security import service
from app.security.actor import SYSTEM, Actor, acting_as
from app.security.queries import actor_named
from app.settings.service import save_profile

TODAY = date(2026, 11, 22)
DISTRICT = "320505"
STREET = "320505001"
OTHER_STREET = "320505002"
HOME = "320505001001"
"""The community most tests live in."""
NEXT_DOOR = "320505001002"
"""The neighbouring community: nobody of HOME may see anything of it."""
GRID = HOME + "001"
NEXT_GRID = NEXT_DOOR + "001"
PASSWORD = "Grid-2026-ok"

AREAS = (
    (DISTRICT, None, "试验区", "district"),
    (STREET, DISTRICT, "清溪街道", "street"),
    (OTHER_STREET, DISTRICT, "远山街道", "street"),
    (HOME, STREET, "桂花社区", "community"),
    (NEXT_DOOR, STREET, "银杏社区", "community"),
    (GRID, HOME, "第一网格", "grid"),
    (HOME + "002", HOME, "第二网格", "grid"),
    (NEXT_GRID, NEXT_DOOR, "第一网格", "grid"),
)


PROFILE = {
    "key": "test", "name": "试验区", "office_name": "试验区", "top_code": DISTRICT, "grid_level": "grid",
    "levels": [
        {"key": "district", "name": "区", "digits": 6}, {"key": "street", "name": "街道", "digits": 9},
        {"key": "community", "name": "社区", "digits": 12}, {"key": "grid", "name": "网格", "digits": 15},
    ],
    "lists": [
        {"key": "resources", "name": "资源"}, {"key": "needs", "name": "需求"}, {"key": "projects", "name": "项目"},
    ],
    "issuers": [{"level": "street", "office": "{name}办事处", "mark": "清街办"}],
}  # fmt: skip


def build_areas() -> None:
    """The invented tree, and the settings of the district it lies in."""
    with acting_as(SYSTEM), writing() as session:
        save_profile(PROFILE)
        for code, parent, name, level in AREAS:
            session.add(
                Area(uid=secrets.token_hex(16), code=code, area_code=code, parent_code=parent, name=name, level=level,
                     extra={}, kind="basic" if level == "grid" else None)
            )  # fmt: skip


def add_user(username: str, role: str, area_code: str, *, line: str | None = None) -> Actor:
    """An account with one post; its password is PASSWORD. Returns the person as an actor."""
    with acting_as(SYSTEM):
        user = service.open_account(
            username, name=f"{username}同志", area_code=area_code, password=PASSWORD, must_change=False
        )
        service.add_post(user, role=role, area_code=area_code, line=line)
    actor = actor_named(username, today=TODAY)
    assert actor is not None
    return actor


@contextmanager
def as_user(username: str) -> Iterator[Actor]:
    """Act as an account, with the rights it has now."""
    actor = actor_named(username, today=TODAY)
    assert actor is not None
    with acting_as(actor):
        yield actor


def signed_in_client(app: Flask, username: str) -> FlaskClient:
    """A browser signed in through the real form."""
    assert not has_app_context(), "A request would share `g` with the context that is open; close it first."
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    answer = client.post("/login/", data={"username": username, "password": PASSWORD})
    assert answer.status_code == 302, answer.get_data(as_text=True)[:400]
    return client
