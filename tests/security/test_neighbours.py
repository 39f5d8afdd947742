"""A neighbour, another line of work and a grid worker walk the whole house and get nothing of others' rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select, update

from app.areas.models import Area
from app.database.transactions import writing
from app.extensions import db
from app.lowcode.register import Register, registers
from app.security import service as accounts
from app.security.actor import SYSTEM, acting_as
from app.security.roles import resource
from app.security.wall import scoped_models
from tests import conftest
from tests.registers.values import OVERRIDES
from tests.security.planting import (
    FAR,
    NEAR,
    PLANTED_OTHERWISE,
    Planted,
    marked,
    open_tables,
    plain_rows,
    plant,
    snapshot,
)
from tests.security.walking import Call, Walk, first_difference, hostile_reads, plain_reads, token_of, writes
from tests.world import (
    GRID,
    HOME,
    NEXT_DOOR,
    NEXT_GRID,
    OTHER_STREET,
    PASSWORD,
    add_user,
    build_areas,
    signed_in_client,
)

OTHER_GRID = HOME + "002"
GENERAL_LINE = "物业"
UNCOUNTED = ("audit_entries", "audit_heads", "changes")
"""Tables in which an attempt may leave a trace that names the area somebody asked for."""

PUBLIC = {
    "SignInView.login": "here one signs in",
    "SignInView.logout": "anybody may leave",
    "MyAccountView.language": "the sign-in page speaks two languages",
    "TokenApi.login": "here programs sign in",
    "DescriptionApi.openapi": "describes addresses, holds no data",
    "DescriptionApi.healthz": "says whether the program runs",
    "DescriptionApi.readyz": "says whether it can work",
    "static": "files of the face",
    "favicon": "a file of the face",
    "appbuilder.static": "files of the face",
    "LocaleView.index": "only sets the language; comes with FAB",
    "UtilView.back": "only goes back; comes with FAB",
    "MenuApi.get_menu_data": "guarded by FAB, answers 401",
}
"""Endpoints that answer somebody who is not signed in. Each new one needs its reason here."""


@dataclass
class Street:
    """A street with its people and with rows planted next door."""

    app: Flask
    next_door: Planted
    other_grid: Planted
    own: Planted
    before: dict[str, Walk]
    """What each walker of HOME was shown before anything was planted next door, of his half of the registers."""
    after: dict[str, Walk]


SEATS = {
    "zhuren": ("community_secretary", NEXT_DOOR),
    "linju": ("community_secretary", HOME),
    "yuanshan": ("street_office", OTHER_STREET),
    "wanggeyuan": ("grid_worker", GRID),
}
"""Those with a post for ordinary matters and one in each sensitive line."""


def _open_accounts() -> int:
    """Everybody who walks, and the owner of the planted rows with a marked name; the owner's id."""
    lines = sorted({str(reg.line) for reg in registers() if reg.is_sensitive})
    for name, (role, area) in SEATS.items():
        add_user(name, role, area)
    add_user("wuye", "community_secretary", NEXT_DOOR, line=GENERAL_LINE)
    with acting_as(SYSTEM):
        users = {user.username: user for user in db.session.execute(select(User)).scalars()}
        for name, (role, area) in SEATS.items():
            for line in lines:
                accounts.add_post(users[name], role=role, area_code=area, line=line)
        with writing() as session:
            session.execute(
                update(User).where(User.username == "zhuren").values(first_name=marked("ab_user", FAR, number=1))
            )
            for code, mark in ((NEXT_DOOR, FAR), (NEXT_GRID, FAR), (OTHER_GRID, NEAR)):
                text = marked("areas", mark, number=int(code[-4:]))
                name = {"name": text, "responsible_name": text}
                session.execute(update(Area).where(Area.code == code).values(**name))
    return users["zhuren"].id


def _walk(app: Flask, username: str, foreign: tuple[Planted, ...], own: Planted | None, may_see: Any) -> Walk:
    client = signed_in_client(app, username)
    return Walk(app, client, token_of(client, username, PASSWORD), foreign, own, may_see)


def _nothing(_mark: str, _table: str) -> bool:
    return False


def _own_community(mark: str, _table: str) -> bool:
    return mark == NEAR


WALKERS_OF_HOME = {"linju": _own_community, "wanggeyuan": _nothing}


def _half(name: str) -> set[str]:
    """Registers whose pages a walker of HOME looks at before and after: one engine draws them all."""
    names = sorted(reg.name for reg in registers())
    return set(names[list(WALKERS_OF_HOME).index(name) :: len(WALKERS_OF_HOME)])


FORMS = re.compile(r"(View\.(add|edit|reveal|close|export|print|template)|^ImportView\..*)$")
"""Pages that show nothing of other rows; they need not be looked at twice."""


def _look(app: Flask, foreign: tuple[Planted, ...], own: Planted, *, is_first: bool) -> dict[str, Walk]:
    """What each walker of HOME is shown on every page; the first look leaves out forms."""
    seen = {}
    for name, may_see in WALKERS_OF_HOME.items():
        walk = seen[name] = _walk(app, name, foreign, own, may_see)
        half = _half(name)
        calls = (call for call in plain_reads(walk) if _names_one_of(call, half))
        walk.run((call for call in calls if not (is_first and FORMS.search(call.endpoint))), keep=True)
    return seen


def _not_yet_there(owner_id: int) -> Planted:
    """Where the rows next door will lie, for a look before they are there."""
    ids = {reg.name: [FIRST_NEXT_DOOR, FIRST_NEXT_DOOR + 1] for reg in registers()}
    return Planted(NEXT_GRID, FIRST_NEXT_DOOR, owner_id, FAR, ids, {"grid_workers": ["0" * 32]})


FIRST_NEXT_DOOR = 777001


@pytest.fixture(scope="module")
def street(request: Any, tmp_path_factory: Any, key_dir: Any) -> Iterator[Street]:
    """The street, looked at by its people before and after rows were planted next door."""
    folder = tmp_path_factory.mktemp("neighbours")
    for app in conftest._application("sqlite", request, folder, key_dir):
        with app.app_context():
            build_areas()
            owner_id = _open_accounts()
            own = plain_rows(GRID, first_id=666001, start=41)
            near = plant(OTHER_GRID, NEAR, first_id=888001, start=401, owner_id=owner_id, with_features=False)
        before = _look(app, (_not_yet_there(owner_id), near), own, is_first=True)
        with app.app_context():
            far = plant(NEXT_GRID, FAR, first_id=FIRST_NEXT_DOOR, start=1, owner_id=owner_id)
        after = _look(app, (far, near), own, is_first=False)
        yield Street(app, far, near, own, before, after)


def _lines_of(table: str) -> set[str | None]:
    """The lines in which one may see rows of a table: those of the resources its scope names."""
    model = next(model for model in scoped_models() if model.__tablename__ == table)  # type: ignore[attr-defined]
    names = [rule.resource for rule in model.__scope__ if getattr(rule, "resource", "")]  # type: ignore[attr-defined]
    return {resource(name).line for name in names} or {None}


def _right_for_property_line(mark: str, table: str) -> bool:
    """Rows of one's own community of no line or of one's own, and the names of its areas and people."""
    return mark == FAR and (table in ("areas", "ab_user") or bool(_lines_of(table) & {None, GENERAL_LINE}))


WALKERS = {
    "linju": "secretary of the neighbouring community, in all lines",
    "yuanshan": "office of the neighbouring street, in all lines",
    "wanggeyuan": "grid worker of a neighbouring community",
    "wuye": "secretary of the same community, in the line of 物业 only",
}


def _walk_of(street: Street, name: str) -> Walk:
    if name == "wuye":
        return _walk(street.app, name, (street.next_door,), None, _right_for_property_line)
    return _walk(street.app, name, (street.next_door, street.other_grid), None, _nothing)


SHARES = len(WALKERS)
"""One engine serves all registers, so the walkers take turns at them; `make soak` lets everybody try everything."""


def _share(names: set[str], number: int) -> set[str]:
    """One of the shares of some registers."""
    return set(sorted(names)[number % SHARES :: SHARES])


@pytest.mark.parametrize("name", WALKERS)
def test_a_walk_shows_nothing_and_changes_nothing(street: Street, name: str, record_property: Any) -> None:
    """Every route, action, choice list, REST call and download, with every way to name a foreign row."""
    number = list(WALKERS).index(name)
    _walked(street, name, record_property, tries=lambda closed: _share(closed, number))


@pytest.mark.soak
@pytest.mark.parametrize("name", WALKERS)
def test_a_whole_walk_shows_nothing_and_changes_nothing(street: Street, name: str, record_property: Any) -> None:
    """The same with every register for everybody."""
    _walked(street, name, record_property, tries=lambda closed: closed)


def _walked(street: Street, name: str, record_property: Any, *, tries: Callable[[set[str]], set[str]]) -> None:
    """Walk with the registers that `tries` picks of those closed to the walker; pages of no register always."""
    walk = street.after.get(name) or _walk_of(street, name)
    closed = {reg.name for reg in registers() if not walk.may_see(FAR, reg.name)}
    tried = tries(closed)
    before = _rows_of(street.app, walk)
    looked_at = _half(name) if name in street.after else set()
    walk.run(call for call in plain_reads(walk) if _names_one_of(call, tried - looked_at, or_none=not looked_at))
    walk.run(call for call in hostile_reads(walk) if _names_one_of(call, tried))
    walk.run(writes(walk, street.next_door, only=tried if name == "wuye" else None, leaving_out=closed - tried))
    after = _rows_of(street.app, walk)
    changed = sorted(what for what in before if before[what] != after[what])
    record_property("summary", f"{WALKERS[name]}: {walk.tried} combinations tried")
    assert not walk.wrong, f"{len(walk.wrong)} wrong answers\n" + "\n".join(walk.wrong[:30])
    assert not changed, f"{name} changed foreign rows of {changed}"
    assert len(closed) >= 4
    assert walk.tried > 300


def _names_one_of(call: Call, names: set[str], *, or_none: bool = True) -> bool:
    """Whether a call is about one of these registers, or about none."""
    asked = {reg.name for reg in registers()} & set(call.path.split("/"))
    return bool(asked & names) if asked else or_none


def _rows_of(app: Flask, walk: Walk) -> dict[str, Any]:
    """All that the walker must not change, as it stands."""
    found: dict[str, Any] = {}
    with app.app_context():
        for planted in walk.foreign:
            kept = snapshot(planted)
            found |= {
                f"{planted.mark} {what}": rows
                for what, rows in kept.items()
                if what.partition(" ")[0] not in UNCOUNTED and not walk.may_see(planted.mark, what.partition(" ")[0])
            }
    return found


@pytest.mark.parametrize("name", WALKERS_OF_HOME)
def test_pages_are_the_same_with_and_without_foreign_rows(street: Street, name: str, record_property: Any) -> None:
    """Not a count, not a hint: whoever may not see rows cannot tell that they are there."""
    before, after = street.before[name].answers, street.after[name].answers
    compared = before.keys() & after.keys()
    differing = [path for path in compared if before[path] != after[path]]
    record_property("summary", f"{WALKERS[name]}: {len(compared)} pages the same with and without foreign rows")
    assert not differing, "\n".join(f"{path}: {first_difference(before[path], after[path])}" for path in differing[:10])
    assert len(compared) > 200


def _is_marked_in_list(reg: Register) -> bool:
    """Whether the list shows any text of the row's own."""
    texts = ("text", "person_name", "long_text")
    kept = OVERRIDES.get(reg.name, {})
    return any(
        column.type.key in texts and column.kind == "stored" and column.name not in kept
        for column in reg.declared_columns
        if column.is_listed
    )


def test_the_owner_sees_what_was_planted(street: Street) -> None:
    """Else the walks above prove nothing: list, page and API of each register show the owner his marks."""
    walk = _walk(street.app, "zhuren", (street.next_door,), None, lambda mark, _table: mark == FAR)
    calls = [call for call in plain_reads(walk) if call.endpoint in ("RegisterView.list", "RegisterApi.get_list")]
    walk.run(calls)
    assert not walk.wrong, "\n".join(walk.wrong[:10])
    assert {table for _mark, table in walk.seen} >= {reg.name for reg in registers() if _is_marked_in_list(reg)}


def test_every_table_behind_the_wall_is_planted(street: Street) -> None:
    """A table that a feature brings is planted by its column types, or says why it need not be."""
    behind = {model.__tablename__ for model in scoped_models()}  # type: ignore[attr-defined]
    bare = behind - street.next_door.tables - open_tables() - set(PLANTED_OTHERWISE)
    assert not bare, f"Teach tests/security/planting.py to fill: {bare}"


def test_nobody_signed_in_gets_nothing(street: Street, record_property: Any) -> None:
    """Every page leads to the sign-in page, every other request and the API answer 401."""
    client = street.app.test_client()
    walk = Walk(street.app, client, "", (street.next_door,), None, _nothing)
    calls = [call for call in (*plain_reads(walk), *writes(walk, street.next_door)) if call.endpoint not in PUBLIC]
    for call in calls:
        answer = client.open(call.path, method=call.method, data=call.form, json=call.json)
        leads_to_sign_in = answer.status_code == 302 and answer.location.startswith("/login/")
        assert answer.status_code == 401 or leads_to_sign_in, f"{call.name} -> {answer.status_code}"
    open_calls = [call for call in plain_reads(walk) if call.endpoint in PUBLIC]
    walk.run(open_calls)
    record_property("summary", f"nobody signed in: {len(calls) + len(open_calls)} combinations tried")
    assert not walk.wrong, "\n".join(walk.wrong[:10])


def test_public_endpoints_are_still_there(street: Street) -> None:
    """The list of what is open must shrink with the house."""
    assert set(PUBLIC) <= set(street.app.view_functions)


LISTS = (".list", ".choices", ".get_list")


@pytest.mark.postgres
def test_a_shorter_walk_on_postgres(request: Any, tmp_path: Any, key_dir: Any, record_property: Any) -> None:
    """The same wall over the other database: pages, lists by search and filter, and writes of one neighbour."""
    for app in conftest._application("postgres", request, tmp_path, key_dir):
        with app.app_context():
            build_areas()
            owner_id = _open_accounts()
            own = plain_rows(GRID, first_id=666001, start=41)
            far = plant(NEXT_GRID, FAR, first_id=FIRST_NEXT_DOOR, start=1, owner_id=owner_id)
        walk = _walk(app, "linju", (far,), own, _own_community)
        before = _rows_of(app, walk)
        tried = _share({reg.name for reg in registers()}, 0)
        reads = [*plain_reads(walk), *(call for call in hostile_reads(walk) if call.endpoint.endswith(LISTS))]
        walk.run(call for call in reads if _names_one_of(call, tried))
        walk.run(
            call
            for call in writes(walk, far)
            if _names_one_of(call, tried) and not call.endpoint.endswith((".export", ".print"))
        )
        record_property("summary", f"{WALKERS['linju']}, PostgreSQL: {walk.tried} combinations tried")
        assert not walk.wrong, f"{len(walk.wrong)} wrong answers\n" + "\n".join(walk.wrong[:20])
        assert before == _rows_of(app, walk)
        assert walk.tried > 300
