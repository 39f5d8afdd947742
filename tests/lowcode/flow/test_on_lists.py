"""State and lamp on the list of a register that runs on a flow: shown, chosen, exported, and for one statement more."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select

from app.clock import utc_now
from app.database.transactions import writing
from app.extensions import db
from app.lowcode.flow import service, sweeping
from app.lowcode.flow.models import FlowCase
from app.lowcode.flow.queries import Asked, listed, running
from app.lowcode.flow.reading import read_text
from app.lowcode.flow.service import Sent
from app.lowcode.flow.versions import add_version, attach_flow, attach_shipped
from app.lowcode.register import register
from app.lowcode.service import save
from app.security.actor import SYSTEM, acting_as
from app.security.service import add_post
from tests.lowcode.flow.test_acting import SIXTH
from tests.lowcode.test_list_cost import counted_statements
from tests.world import DISTRICT, GRID, HOME, NEXT_DOOR, STREET, TODAY, add_user, as_user, build_areas, signed_in_client

NAMES = ("一号路灯不亮", "二号路灯不亮", "三号路灯不亮", "四号路灯不亮")


@pytest.fixture
def street(app: Flask) -> Flask:
    """Four needs: the first is being mended and late, the second late, the third is warned, the fourth has no case."""
    with app.app_context():
        build_areas()
        for name, role, area in (("clerk", "community_clerk", HOME), ("next", "community_clerk", NEXT_DOOR)):
            add_user(name, role, area)
        with acting_as(SYSTEM):
            flow = read_text(SIXTH, source="第六个")
            add_version(flow)
            attach_flow(flow)
        with as_user("clerk") as clerk:
            rows = [
                save(register("needs"), None, {"name": name, "area": GRID}, by=clerk, today=TODAY) for name in NAMES
            ]
            at = running(register("needs"), rows[0], utc_now())
            assert at is not None
            service.act(register("needs"), rows[0], "send", Sent(at.version, {"who": "一队"}), by=clerk, now=utc_now())
        now, day = utc_now(), timedelta(days=1)
        with acting_as(SYSTEM), writing() as session:
            for case in session.query(FlowCase).order_by(FlowCase.id):
                number = [row.id for row in rows].index(case.row_id)
                case.due_at, case.warns_at = (
                    (now + day, now - day) if number == 2 else (now - day, now - 2 * day)
                )  # fmt: skip
                if number == 3:
                    session.delete(case)
    return app


@pytest.fixture
def client(street: Flask) -> FlaskClient:
    return signed_in_client(street, "clerk")


def rows_of(client: FlaskClient, query: str) -> dict[str, str]:
    """Name of each row on the list → its state and lamp."""
    page = client.get("/needs/list/" + query).get_data(as_text=True)
    found = re.findall(r"<td class=name><a [^>]*>([^<]*)</a></td>(.*?)</tr>", page, re.DOTALL)
    return {name: re.sub(r"<[^>]+>", "|", rest) for name, rest in found}


def test_each_row_tells_its_state_and_lamp(client: FlaskClient) -> None:
    rows = rows_of(client, "")
    assert set(rows) == set(NAMES)
    for name, state, lamp in zip(
        NAMES, ("维修中", "待派工", "待派工", "待派工"), ("已逾期", "已逾期", "快到期", "正常"), strict=True
    ):
        assert state in rows[name]
        assert lamp in rows[name]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?flow_state=sent", NAMES[:1]), ("?flow_state=told", NAMES[1:]), ("?flow_lamp=red", NAMES[:2]),
        ("?flow_lamp=amber", NAMES[2:3]), ("?flow_lamp=red&flow_state=told", NAMES[1:2]), ("?flow_lamp=purple", NAMES),
        ("?flow_state=told&q=二号", NAMES[1:2]), (f"?flow_lamp=red&area={HOME}", NAMES[:2]), ("?flow_state=done", ()),
        ("?flow_lamp=red&sort=name", NAMES[:2]),
    ],
)  # fmt: skip
def test_the_list_is_cut_by_state_and_lamp_together_with_words_and_area(
    client: FlaskClient, query: str, names: tuple[str, ...]
) -> None:
    assert set(rows_of(client, query)) == set(names)


def test_the_export_takes_what_the_list_shows(client: FlaskClient) -> None:
    told = client.post("/needs/export?flow_lamp=red", data={"format": "csv"}).get_data().decode("utf-8-sig")
    assert [name in told for name in NAMES] == [True, True, False, False]


def test_state_and_lamp_take_one_statement_however_many_rows(street: Flask, client: FlaskClient) -> None:
    client.get("/needs/list/")
    with counted_statements(street) as seen:
        client.get("/needs/list/?flow_lamp=red")
    assert 0 < len(seen) <= 6, seen
    assert sum("flow_cases" in each and "flow_cases.row_id IN" in each for each in seen) == 1


def test_the_inbox_reads_open_cases_only_and_cases_begin_with_an_import(street: Flask) -> None:
    """A row that came past every save has no case until `follow_published`, which every import ends with."""
    with street.app_context(), as_user("clerk") as clerk:
        reg, now = register("needs"), utc_now()
        with counted_statements(street) as seen:
            found = listed(reg, clerk, now, Asked())
        assert [row.name for row, _at in found] == [NAMES[1], NAMES[0], NAMES[2]]
        assert sum("flow_cases.is_ended" in each for each in seen) == 3, seen
        assert len(seen) <= 5, seen
        sweeping.follow_published(reg)
        assert {row.name for row, _at in listed(reg, clerk, now, Asked())} == set(NAMES)


def test_another_community_sees_nothing_of_it(street: Flask) -> None:
    assert rows_of(signed_in_client(street, "next"), "?flow_lamp=red") == {}


def heads_of(client: FlaskClient, address: str) -> list[str]:
    """Heads of the columns of a list."""
    page = client.get(address).get_data(as_text=True)
    return [re.sub(r"<[^>]+>", "", head).strip() for head in re.findall(r"<th[ >].*?</th>", page, re.DOTALL)]


def test_a_state_that_the_flow_tells_in_full_stands_on_the_list_once(street: Flask, client: FlaskClient) -> None:
    """Where the flow knows fewer states than the register, its own column stays: else some rows would not tell theirs."""
    assert {"状态", "办理状态"} <= set(heads_of(client, "/needs/list/"))
    with street.app_context():
        with acting_as(SYSTEM):
            attach_shipped("events", "closed_loop_eight_steps")
        with as_user("clerk") as clerk:
            save(register("events"), None, {"name": NAMES[0], "area": GRID, "source": "patrol"}, by=clerk, today=TODAY)
    heads = heads_of(client, "/events/list/")
    assert "办理状态" in heads
    assert "状态" not in heads
    assert 'name="state"' not in client.get("/events/list/").get_data(as_text=True)
    chosen = client.get("/events/list/?state=reported").get_data(as_text=True)
    assert 'name="state"' in chosen, "what an address chooses (a figure's rows) must be seen and taken back"


ASKED = SIXTH.replace(
    "fields: [{name: who, label: 维修队, kind: choice, choices: [一队, 二队], required: true}]",
    "fields: [{name: units, label: 承办单位, kind: units, required: true}]",
)


def ask_units(app: Flask) -> tuple[int, dict[str, int]]:
    """A need on a flow that asks units: one that can answer, one without anybody."""
    with app.app_context():
        build_areas()
        for name, role, area in (
            ("clerk", "community_clerk", HOME), ("office", "street_office", STREET), ("officer", "department", DISTRICT),
        ):  # fmt: skip
            add_user(name, role, area)
        with as_user("office") as office:
            units = {
                name: save(register("units"), None, {"name": name, "area": STREET}, by=office, today=TODAY).id
                for name in ("市政所", "园林所")
            }
        with acting_as(SYSTEM):
            user = db.session.execute(select(User).where(User.username == "officer")).scalar_one()
            add_post(user, role="department", area_code=DISTRICT, unit_id=units["市政所"])
            flow = read_text(ASKED, source="问单位")
            add_version(flow)
            attach_flow(flow)
        with as_user("clerk") as clerk:
            return save(register("needs"), None, {"name": NAMES[0], "area": GRID}, by=clerk, today=TODAY).id, units


def test_units_are_asked_by_name_and_only_those_that_can_answer(app: Flask) -> None:
    row_id, units = ask_units(app)
    client = signed_in_client(app, "clerk")
    url = f"/flow/of/needs/{row_id}/send"
    form = client.get(url).get_data(as_text=True)
    assert f'value="{units["市政所"]}"' in form
    assert "市政所" in form
    assert "园林所" not in form
    version = form.split('name="version" value="')[1].split('"')[0]
    refused = client.post(url, data={"version": version, "units": units["园林所"]})
    assert refused.status_code == 422
    assert "请从名单里选" in refused.get_data(as_text=True)
    answer = client.post(url, data={"version": version, "units": units["市政所"]}, follow_redirects=True)
    assert "承办单位：市政所" in answer.get_data(as_text=True)


def test_a_unit_that_the_register_proposes_stands_without_an_account(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    row_id, units = ask_units(app)
    proposed = str(units["园林所"])
    monkeypatch.setattr(service, "_FILLERS", [lambda _reg, _row, _action: {"units": proposed}])
    client = signed_in_client(app, "clerk")
    url = f"/flow/of/needs/{row_id}/send"
    form = client.get(url).get_data(as_text=True)
    assert f'value="{proposed}" checked' in form
    version = form.split('name="version" value="')[1].split('"')[0]
    answer = client.post(url, data={"version": version, "units": proposed}, follow_redirects=True)
    assert "承办单位：园林所" in answer.get_data(as_text=True)
