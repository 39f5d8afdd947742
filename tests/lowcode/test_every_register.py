"""Every register from end to end, on both databases: pages, search, filters, bin, files, and who may not see it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_appbuilder.security.sqla.models import User

from app.extensions import db
from app.fields.pinyin import initials
from app.lowcode.column import Column
from app.lowcode.queries import get
from app.lowcode.register import Register, register, registers
from app.rooms import import_models
from app.security import service as accounts
from app.security.actor import SYSTEM, acting_as
from app.security.queries import actor_named
from tests import conftest
from tests.registers.values import ValueMaker
from tests.world import GRID, HOME, NEXT_DOOR, TODAY, add_user, build_areas, signed_in_client

import_models()
NAMES = [reg.name for reg in registers() if "write" in reg.permissions]
KEPT = [reg.name for reg in registers() if "write" not in reg.permissions]
"""Registers whose rows are made and moved by steps only; nobody types them."""
SENSITIVE = [reg.name for reg in registers() if reg.is_sensitive]


@dataclass
class World:
    """One application with its people signed in."""

    app: Flask
    secretary: FlaskClient
    neighbour: FlaskClient
    general: FlaskClient
    maker: ValueMaker


@pytest.fixture(scope="module", params=conftest._databases())
def world(request: Any, tmp_path_factory: Any, key_dir: Any) -> Iterator[World]:
    """A street in which 桂花社区 keeps rosters, its secretary in all sensitive lines; built once per database."""
    folder = tmp_path_factory.mktemp("registers")
    for app in conftest._application(request.param, request, folder, key_dir):
        with app.app_context():
            build_areas()
            lines = sorted({str(register(name).line) for name in SENSITIVE})
            for username, area in (("shuji", HOME), ("linju", NEXT_DOOR)):
                add_user(username, "community_secretary", area)
                _add_posts(username, area, lines)
            add_user("neiqin", "community_clerk", HOME)
            actor = actor_named("shuji", today=TODAY)
            assert actor is not None
            maker = ValueMaker(actor, area=GRID, today=TODAY)
        clients = [signed_in_client(app, name) for name in ("shuji", "linju", "neiqin")]
        yield World(app, *clients, maker)


def _add_posts(username: str, area: str, lines: list[str]) -> None:
    """Posts in the sensitive lines, and the street's role in this one area: some rosters only the street keeps."""

    with acting_as(SYSTEM):
        user = db.session.execute(db.select(User).where(User.username == username)).scalar_one()
        accounts.add_post(user, role="street_office", area_code=area)
        for line in lines:
            accounts.add_post(user, role="community_secretary", area_code=area, line=line)


def _form(values: dict[str, Any]) -> dict[str, str]:
    form: dict[str, str] = {}
    for name, value in values.items():
        if isinstance(value, list):
            form |= {f"{name}-{n}-{part}": text for n, line in enumerate(value) for part, text in line.items()}
        else:
            form[name] = value
    return form


def _ids(page: str, name: str) -> set[int]:
    """Ids of the rows a list shows."""
    return {int(found) for found in re.findall(rf"/{name}/show/(\d+)\"", page)}


def _listed(client: FlaskClient, name: str, **query: str) -> set[int]:
    answer = client.get(f"/{name}/list/", query_string=query)
    assert answer.status_code == 200, answer.get_data(as_text=True)[:2000]
    return _ids(answer.get_data(as_text=True), name)


def _add(world: World, reg: Register) -> tuple[int, dict[str, str]]:
    """A row added through the form; its id and what was typed."""
    with world.app.app_context(), acting_as(world.maker.actor):
        form = _form(world.maker.values(reg))
    answer = world.secretary.post(f"/{reg.name}/add", data=form)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 302, re.findall(r'class="error[^>]*>([^<]+)', text) or text[:3000]
    return int(answer.location.rsplit("/", 1)[1]), form


def _title(world: World, reg: Register, row_id: int) -> str:
    with world.app.app_context(), acting_as(SYSTEM):
        return reg.title_of(get(reg, row_id), TODAY)


def _title_column(reg: Register) -> Column:
    return next(column for column in reg.declared_columns if column.name == reg.row_title)


@pytest.mark.parametrize("name", NAMES)
def test_a_row_lives_through_its_pages(world: World, name: str) -> None:
    """Added, shown, changed, refused when stale, deleted, restored."""
    reg, client = register(name), world.secretary
    row_id, form = _add(world, reg)
    title = _title(world, reg, row_id)
    shown = client.get(f"/{name}/show/{row_id}")
    assert shown.status_code == 200
    assert title in shown.get_data(as_text=True)
    page = client.get(f"/{name}/edit/{row_id}").get_data(as_text=True)
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found is not None
    change = form | {"version": found[1]} | ({"note": "改过的备注"} if "note" in form else {})
    assert client.post(f"/{name}/edit/{row_id}", data=change).status_code == 302
    stale = form | {"version": "0"}
    assert client.post(f"/{name}/edit/{row_id}", data=stale).status_code == 409
    assert row_id in _listed(client, name)
    assert client.post(f"/{name}/delete/{row_id}").status_code == 302
    assert row_id not in _listed(client, name)
    assert client.get(f"/{name}/show/{row_id}").status_code == 404
    assert title in client.get(f"/{name}/bin/").get_data(as_text=True)
    client.post(f"/{name}/restore", data={"id": str(row_id)})
    assert row_id in _listed(client, name)


@pytest.mark.parametrize("name", NAMES)
def test_a_wrong_form_keeps_what_was_typed(world: World, name: str) -> None:
    """Empty required columns are named, nothing is written."""
    reg = register(name)
    required = [column for column in reg.declared_columns if column.is_required and column.kind != "place"]
    if not required:
        pytest.skip("nothing is required")
    before = _listed(world.secretary, name)
    answer = world.secretary.post(f"/{name}/add", data={column.name: "" for column in required})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert all(f"“{column.label}”必须填写" in page for column in required)
    assert _listed(world.secretary, name) == before


@pytest.mark.parametrize("name", NAMES)
def test_it_is_found_sorted_and_filtered(world: World, name: str) -> None:
    """By two characters of its title, by pinyin initials, by each filter; every sortable head sorts."""
    reg, client = register(name), world.secretary
    row_id, _ = _add(world, reg)
    title_column = _title_column(reg)
    if title_column.is_searched:
        title = _title(world, reg, row_id)
        assert row_id in _listed(client, name, q=title[1:3])
    for column in reg.declared_columns:
        if column.has_pinyin:
            with world.app.app_context(), acting_as(SYSTEM):
                key = initials(str(column.get(get(reg, row_id), today=TODAY)))[0]
            letters = re.match("[a-z]+", key)
            if letters:
                assert row_id in _listed(client, name, q=letters[0][:6])
        if column.is_sortable and column.is_listed:
            assert row_id in _listed(client, name, sort=column.name, desc="1")
        if column.is_filtered and column.kind != "place":
            _check_filter(world, reg, column, row_id)  # a hit with its own value, none with another
    assert row_id in _listed(client, name, area=HOME)
    assert row_id not in _listed(client, name, area=NEXT_DOOR)


def _check_filter(world: World, reg: Register, column: Column, row_id: int) -> None:
    with world.app.app_context(), acting_as(SYSTEM):
        value = column.get(get(reg, row_id), today=TODAY)
    if value is None:
        return
    text = str(value) if column.kind == "link" else column.type.json(value)
    text = {True: "true", False: "false"}.get(text, str(text))
    assert row_id in _listed(world.secretary, reg.name, **{column.name: text}), column.name
    others = [code for code, _label in column.type.choices() if code != value]
    if others:
        assert row_id not in _listed(world.secretary, reg.name, **{column.name: others[0]}), column.name


@pytest.mark.parametrize("name", NAMES)
def test_it_prints_and_goes_out(world: World, name: str) -> None:
    """The printed roster and the CSV hold the row; ID numbers are masked in both."""
    reg, client = register(name), world.secretary
    row_id, form = _add(world, reg)
    assert client.get(f"/{name}/print").status_code == 200
    assert client.get(f"/{name}/export").status_code == 200
    columns = [column.name for column in reg.declared_columns if column.kind != "lines"]
    printed = client.post(f"/{name}/print", data={"kind": "paper", "format": "html", "column": columns})
    taken = client.post(f"/{name}/export", data={"kind": "data", "format": "csv"})
    assert (printed.status_code, taken.status_code) == (200, 200)
    table = taken.get_data().decode("utf-8-sig")
    exported = [column.label for column in reg.declared_columns if column.is_exported and column.kind != "lines"]
    assert table.splitlines()[0].split(",") == exported
    title = _title(world, reg, row_id)
    if _title_column(reg).is_exported:
        assert title in table
    assert title in printed.get_data(as_text=True)
    if form.get("id_number"):
        assert form["id_number"] not in table
        assert form["id_number"] not in printed.get_data(as_text=True)


@pytest.mark.parametrize("name", NAMES)
def test_a_neighbour_sees_nothing(world: World, name: str) -> None:
    """Not in lists, pages, choices, files; and cannot change, delete or restore."""
    reg, client = register(name), world.neighbour
    row_id, form = _add(world, reg)
    title = _title(world, reg, row_id)
    assert not _listed(client, name)
    assert not _listed(client, name, area=HOME)
    assert client.get(f"/{name}/show/{row_id}").status_code == 404
    assert client.get(f"/{name}/edit/{row_id}").status_code == 404
    assert client.post(f"/{name}/edit/{row_id}", data=form).status_code == 404
    assert client.post(f"/{name}/delete/{row_id}").status_code == 404
    client.post(f"/{name}/bulk", data={"action": "delete", "id": str(row_id)})
    assert client.get(f"/{name}/choices", query_string={"q": title[:2]}).get_json()["results"] == []
    assert title not in client.post(f"/{name}/export", data={"kind": "data", "format": "csv"}).get_data().decode()
    assert f"/{name}/show/" not in client.get("/search/", query_string={"q": title[:4]}).get_data(as_text=True)
    assert row_id in _listed(world.secretary, name)
    world.secretary.post(f"/{name}/delete/{row_id}")
    client.post(f"/{name}/restore", data={"id": str(row_id)})
    assert title not in client.get(f"/{name}/bin/").get_data(as_text=True)
    assert row_id not in _listed(world.secretary, name)


@pytest.mark.parametrize("name", KEPT)
def test_what_only_steps_write_is_listed_and_typed_by_nobody(world: World, name: str) -> None:
    page = world.secretary.get(f"/{name}/list/")
    assert page.status_code == 200
    assert f"/{name}/add" not in page.get_data(as_text=True)
    assert world.secretary.post(f"/{name}/add", data={}).status_code == 403


@pytest.mark.parametrize("name", SENSITIVE)
def test_a_sensitive_register_needs_its_line(world: World, name: str) -> None:
    """A clerk of the same community without a post in that line gets nothing, not even in the menu."""
    row_id, _ = _add(world, register(name))
    client = world.general
    for address in ("list/", f"show/{row_id}", f"edit/{row_id}", "add", "export", "print", "bin/", "choices"):
        assert client.get(f"/{name}/{address}").status_code == 403, address
    assert f"/{name}/list/" not in client.get("/party_members/list/").get_data(as_text=True)
    title = _title(world, register(name), row_id)
    for each in (client, world.secretary):
        assert f"/{name}/show/" not in each.get("/search/", query_string={"q": title[:4]}).get_data(as_text=True)
