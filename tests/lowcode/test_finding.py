"""Searching, filtering and paging find exactly what a naive query finds, for people of one, many and all areas."""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import g
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select

from app.areas.models import Area
from app.areas.queries import covers_all_areas
from app.database.transactions import writing
from app.extensions import db
from app.lowcode import search
from app.lowcode.queries import Page, Wish, page
from app.lowcode.register import register
from app.registers.grid_workers import GridWorker
from app.security import service
from app.security.actor import SYSTEM, Actor, acting_as
from app.security.queries import actor_named
from tests.world import DISTRICT, HOME, STREET, TODAY, add_user, build_areas

COMMUNITIES = tuple(f"{STREET}{number:03d}" for number in range(10, 34))
MANY = COMMUNITIES[::2]
ROWS = 240
WISHES = {
    "everything": (Wish(), lambda _row: True),
    "a word": (Wish(words="建国"), lambda row: "建国" in row.name),
    "three characters": (Wish(words="王建国"), lambda row: "王建国" in row.name),
    "no hit": (Wish(words="龘龘"), lambda _row: False),
    "a filter": (Wish(filters=(("kind", "part_time"),)), lambda row: row.kind == "part_time"),
    "a word and a filter": (
        Wish(words="王", filters=(("kind", "full_time"),)),
        lambda row: row.name.startswith("王") and row.kind == "full_time",
    ),
    "an area": (Wish(area=MANY[1]), lambda row: row.area_code.startswith(MANY[1])),
    "a word in the street": (Wish(words="丽", area=STREET), lambda row: "丽" in row.name),
    "a neighbour's area": (Wish(area=COMMUNITIES[1]), lambda row: row.area_code.startswith(COMMUNITIES[1])),
}


pytestmark = pytest.mark.usefixtures("street")


@pytest.fixture
def street(context: Any) -> Iterator[None]:
    """Twenty-four communities with ten grid workers each; `many` has posts in every second, `one` in the first."""
    build_areas()
    with acting_as(SYSTEM), writing() as session:
        for number, code in enumerate(COMMUNITIES):
            session.add(
                Area(uid=secrets.token_hex(16), code=code, area_code=code, parent_code=STREET,
                     name=f"第{number}社区", level="community", extra={})
            )  # fmt: skip
    add_user("one", "community_secretary", MANY[0])
    add_user("many", "community_secretary", MANY[0])
    add_user("street", "street_office", STREET)
    add_user("district", "grid_center", DISTRICT)
    with acting_as(SYSTEM):
        user = db.session.execute(select(User).where(User.username == "many")).scalar_one()
        for code in MANY[1:]:
            service.add_post(user, role="community_secretary", area_code=code)
    _hire()
    yield
    db.session.rollback()


def _hire() -> None:
    rng = random.Random(7)
    with acting_as(SYSTEM), writing() as session:
        for number in range(ROWS):
            name = rng.choice("王李张") + rng.choice(("建国", "丽芳", "国建", "敏"))
            session.add(
                GridWorker(
                    name=name, area_code=rng.choice(COMMUNITIES), phone=f"1380013{number:04d}",
                    kind=rng.choice(("full_time", "part_time")),
                )
            )  # fmt: skip
            session.flush()


def _actor(name: str) -> Actor:
    found = actor_named(name, today=TODAY)
    assert found is not None
    return found


def _naive(name: str, keep: Any) -> list[int]:
    """Ids of the rows of his areas that fit, newest first, read one by one."""
    areas = {"one": MANY[:1], "many": MANY, "street": (STREET,), "district": (DISTRICT,)}[name]
    with acting_as(SYSTEM):
        rows = db.session.execute(select(GridWorker).order_by(GridWorker.id.desc())).scalars()
        return [row.id for row in rows if row.area_code.startswith(areas) and keep(row)]


def _pages(wish: Wish, actor: Actor) -> Iterator[Page]:
    for number in range(1, 99):
        with acting_as(actor):
            found = page(register("grid_workers"), replace(wish, page=number), actor)
        yield found
        if not found.has_more:
            return


@pytest.mark.parametrize("cap", [2_000, 40])
@pytest.mark.parametrize("name", ["one", "many", "street", "district"])
def test_all_pages_together_are_what_a_naive_query_finds(name: str, cap: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "COUNT_CAP", cap)
    for label, (wish, keep) in WISHES.items():
        expected = _naive(name, keep)
        pages = list(_pages(wish, _actor(name)))
        assert [row.id for found in pages for row in found.rows] == expected, label
        assert (pages[0].count, pages[0].is_capped) == (min(len(expected), cap), len(expected) > cap), label


def test_a_page_beyond_the_end_still_counts() -> None:
    actor = _actor("street")
    with acting_as(actor):
        for number in (30, 900):
            found = page(register("grid_workers"), Wish(page=number), actor)
            assert (found.rows, found.count, found.has_more) == ((), ROWS, False)


def test_an_area_outside_is_no_longer_everything() -> None:
    assert covers_all_areas(DISTRICT)
    assert not covers_all_areas(STREET)
    with acting_as(SYSTEM), writing() as session:
        session.add(
            Area(uid=secrets.token_hex(16), code="320506", area_code="320506", name="邻区", level="district", extra={})
        )
    g.pop("access_version", None)
    assert not covers_all_areas(DISTRICT)


def test_words_beside_many_areas_are_checked_row_by_row() -> None:
    reg, actor = register("grid_workers"), _actor("many")
    areas = search.scope_groups(reg, actor)
    assert areas is not None
    where, parameters, _key = search._where(reg, (*areas, ("t建国",)), ())
    assert "substr(r.area_code, 1, 12) IN (" in where
    assert not any(MANY[1] in str(value) for value in parameters.values())
    where, _parameters, _key = search._where(reg, areas, ())
    assert "substr" not in where


def test_a_community_is_not_shown_its_neighbours_rows() -> None:
    actor = _actor("many")
    with acting_as(actor):
        found = page(register("grid_workers"), Wish(words="建国", area=HOME), actor)
    assert found.rows == ()
