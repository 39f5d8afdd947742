"""What a list page may cost: statements and calls are counted, never timed, so that it stays so on every machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from werkzeug.routing import MapAdapter

from app import language
from app.database.transactions import writing
from app.extensions import db
from app.lowcode import drawing
from app.registers.grid_workers import GridWorker
from app.registers.households import Household
from app.security.actor import SYSTEM, acting_as
from app.security.models import Post
from tests.world import GRID, HOME, NEXT_GRID, STREET, add_user, build_areas, signed_in_client

MOST_STATEMENTS = 3
"""The person with his rights, the hits with their number, the rows."""
MOST_ADDRESSES = 2
WORKERS = ("王建国", "李建华", "张丽芳", "刘伟", "陈静", "杨洋", "赵敏", "黄强")


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A street clerk over grid workers of two communities; the caches are warm."""
    with app.app_context():
        build_areas()
        add_user("street", "street_office", STREET)
        _hire(WORKERS)
    browser = signed_in_client(app, "street")
    for _ in range(2):
        assert browser.get("/grid_workers/list/").status_code == 200
    return browser


def _hire(names: tuple[str, ...], *, first: int = 0) -> None:
    with acting_as(SYSTEM), writing() as session:
        for number, name in enumerate(names, first):
            area = GRID if number % 2 else NEXT_GRID
            session.add(GridWorker(name=name, area_code=area, phone=f"1380013{number:04d}", kind="full_time"))


@contextmanager
def counted_statements(app: Flask) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize(
    "query", ["", "?q=建国", "?q=龘龘", "?kind=full_time", f"?area={HOME}", "?page=1000", "?q=wjg"]
)
def test_a_list_page_takes_threecounted_statements(app: Flask, client: FlaskClient, query: str) -> None:
    client.get("/grid_workers/list/" + query)
    with counted_statements(app) as seen:
        assert client.get("/grid_workers/list/" + query).status_code == 200
    assert 0 < len(seen) <= MOST_STATEMENTS, seen


def _calls_of_a_page(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """How often a list page builds an address, looks a word up, and draws the menu."""
    calls = {"addresses": 0, "words": 0}
    build, translate = MapAdapter.build, language.translate

    def counted_build(*args: Any, **kwargs: Any) -> str:
        calls["addresses"] += 1
        return build(*args, **kwargs)

    def counted_translate(message: str) -> str:
        calls["words"] += 1
        return translate(message)

    drawn = drawing._drawn.cache_info().misses
    with monkeypatch.context() as patched:
        patched.setattr(MapAdapter, "build", counted_build)
        patched.setattr(language, "translate", counted_translate)
        assert client.get("/grid_workers/list/").status_code == 200
    return calls | {"fragments": drawing._drawn.cache_info().misses - drawn}


def test_more_rows_take_no_more_addresses_words_or_menus(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = _calls_of_a_page(client, monkeypatch)
    with app.app_context():
        _hire(WORKERS * 2, first=len(WORKERS))
    client.get("/grid_workers/list/")
    many = _calls_of_a_page(client, monkeypatch)
    assert many == few
    assert few["fragments"] == 0, "the menu and the areas are drawn again though nothing changed"
    assert few["addresses"] <= MOST_ADDRESSES, "use page_url for addresses without row ids"
    assert few["words"] > 0


def test_a_revoked_right_is_gone_from_page_and_menu_at_the_next_request(app: Flask, client: FlaskClient) -> None:
    assert "/residents/list/" in client.get("/grid_workers/list/").get_data(as_text=True)
    with app.app_context(), acting_as(SYSTEM), writing() as session:
        session.delete(session.execute(select(Post).where(Post.area_code == STREET)).scalar_one())
    assert client.get("/grid_workers/list/").status_code == 403
    assert "/residents/list/" not in client.get("/").get_data(as_text=True)


def test_the_menu_marks_the_page_one_is_on(client: FlaskClient) -> None:
    for name in ("grid_workers", "residents"):
        page = client.get(f"/{name}/list/").get_data(as_text=True)
        assert page.count('aria-current="page"') == 1
        assert f'<a href="/{name}/list/" aria-current="page">' in page


def test_each_language_has_its_own_menu(client: FlaskClient) -> None:
    assert "网格员名册" in client.get("/grid_workers/list/").get_data(as_text=True)
    client.post("/account/language", data={"language": "en"})
    page = client.get("/grid_workers/list/").get_data(as_text=True)
    assert "Grid workers" in page
    assert "网格员名册" not in page


MOST_FORM_BYTES = 25 * 1024


def test_a_form_does_not_grow_with_the_rows_behind_its_links(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        add_user("clerk", "community_clerk", HOME)
    browser = signed_in_client(app, "clerk")
    before = len(browser.get("/residents/add").get_data())
    with app.app_context(), acting_as(SYSTEM), writing() as session:
        session.add_all(Household(head=f"户主{number}", name=f"第{number}户", area_code=GRID) for number in range(300))
    browser.get("/residents/add")
    with counted_statements(app) as seen:
        page = browser.get("/residents/add").get_data()
    assert "第299户" not in page.decode()
    assert abs(len(page) - before) < 100
    assert len(page) <= MOST_FORM_BYTES
    assert len(seen) <= MOST_STATEMENTS, seen
