"""Pages of the three lists: matching a need, a project's desk, the boxes beside their rows; and the demonstration."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.clock import utc_now
from app.extensions import db
from app.lowcode import service as rosters
from app.lowcode.register import register
from app.points import proof
from app.points.models import PointsEntry
from app.profiles.service import load_demo
from app.security.actor import SYSTEM, acting_as
from app.three_lists.models import Need, Project, SharedResource
from tests.files.contents import picture
from tests.three_lists.world import attach_flow
from tests.world import GRID, HOME, NEXT_DOOR, STREET, TODAY, add_user, build_areas, signed_in_client


@dataclass
class World:
    """A community with one need, one resource and a unit."""

    app: Flask
    need: int
    resource: int
    unit: int


@pytest.fixture
def world(sqlite_app: Flask) -> World:
    with sqlite_app.app_context():
        build_areas()
        attach_flow()
        add_user("shuji", "community_secretary", HOME)
        add_user("linju", "community_secretary", NEXT_DOOR)
        add_user("jiedao", "street_office", STREET)
        ids = []
        for name, values in (
            ("needs", {"name": "夜间停车难", "kind": "parking", "area": GRID, "state": "listed"}),
            ("resources", {"name": "夜间车位", "kind": "place", "area": HOME}),
            ("units", {"name": "清溪卫生院", "area": STREET}),
        ):
            with acting_as(SYSTEM):
                ids.append(rosters.save(register(name), None, values, by=SYSTEM, today=TODAY).id)
        db.session.remove()
    return World(sqlite_app, *ids)


def page(client: FlaskClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.get_data(as_text=True)[:1500]
    return answer.get_data(as_text=True)


def posted(client: FlaskClient, path: str, status: int = 302, **data: object) -> str:
    answer = client.post(path, data=data)
    text = answer.get_data(as_text=True)
    assert answer.status_code == status, text[:2000]
    return answer.location if status == 302 else text


def step(client: FlaskClient, desk: str, key: str, status: int = 302, **typed: object) -> str:
    """One step of the project of a desk, as its form sends it."""
    address = f"/flow/of/projects/{desk.rsplit('/', 1)[1]}/{key}"
    shown = client.get(address).get_data(as_text=True)
    version = re.search(r'name="version" value="(\d+)"', shown)
    return posted(client, address, status, version=version[1] if version else "0", note="说明", **typed)


def test_from_a_need_to_a_closed_project(world: World) -> None:
    client = signed_in_client(world.app, "shuji")
    match = f"/three_lists/needs/{world.need}/match"
    assert match in page(client, f"/needs/show/{world.need}")
    shown = page(client, match)
    assert "夜间车位" in shown
    assert 'value="夜间停车难"' in shown
    wrong = posted(client, match, 422, name="", id=str(world.resource), ends_on="明年")
    assert "“项目名称”必须填写" in wrong
    assert f'value="{world.resource}" aria-label="选择 夜间车位" checked' in wrong
    values = {"name": "错时停车", "lead_unit": str(world.unit), "person": "王小禾", "ends_on": "2026.12.20"}
    desk = posted(client, match, id=str(world.resource), **values)
    shown = page(client, desk)
    for words in ("错时停车", "待实施", "夜间停车难", "夜间车位", "清溪卫生院", "2026-12-20", "办：开始实施"):
        assert words in shown
    assert step(client, desk, "start") == desk, "a step leads back to the desk"
    assert "没有保存" in step(client, desk, "finish", 422, progress="车位已开放")
    step(client, desk, "finish", progress="车位已开放", **{"photo:完工": (io.BytesIO(picture("PNG")), "完工.png")})
    passing = {"evaluator": "王小禾", "satisfaction": "96", "finished_on": TODAY.isoformat()}
    street = signed_in_client(world.app, "jiedao")
    refused = step(street, desk, "accept", 422, **passing)
    assert "不能就是责任人" in refused
    assert 'value="96"' in refused
    passing["evaluator"] = "周大妈"
    assert "办：验收合格" not in page(client, desk), "who handed it in does not pass it"
    step(street, desk, "accept", **passing)
    assert "96.0%" in page(client, desk), "figures carry their unit"
    assert "办：公示" in page(client, desk)
    wrong = step(client, desk, "publish", 422, published_from="2027-01-20", published_until="2027-01-12")
    assert "早于开始日期" in wrong
    until = (utc_now() + timedelta(days=7)).date().isoformat()
    step(client, desk, "publish", published_from="2026-11-16", published_until=until)
    assert "公示中" in page(client, desk)
    for name in ("project_sheet", "project_notice"):
        printed = client.get(f"{desk}/paper/{name}.pdf")
        assert printed.status_code == 200
        assert printed.data.startswith(b"%PDF")
    shown = page(client, desk)
    assert "完工.png" in shown
    assert "已完成" in shown
    assert "错时停车" in page(client, f"/resources/show/{world.resource}")
    assert "已办结" in page(client, f"/needs/show/{world.need}")


def test_a_project_without_a_lead_unit_waits(world: World) -> None:
    client = signed_in_client(world.app, "shuji")
    desk = posted(client, f"/three_lists/needs/{world.need}/match", name="以后再办")
    assert "待立项" in page(client, desk)
    assert "“牵头单位”必须填写" in step(client, desk, "open", 422)
    assert step(client, desk, "accept") == desk, "sent back, with nothing done"
    assert "待立项" in page(client, desk)
    step(client, desk, "nonsense", 404)


def test_parts_through_the_page(world: World) -> None:
    client = signed_in_client(world.app, "shuji")
    desk = posted(client, f"/three_lists/needs/{world.need}/match", name="错时停车")
    posted(client, f"{desk}/parts/resources", target=str(world.resource))
    assert "夜间车位" in page(client, desk)
    posted(client, f"{desk}/parts/resources", remove=str(world.resource))
    assert "夜间车位" not in page(client, desk)
    assert "请先从列表里选一个配合单位" in posted(client, f"{desk}/parts/units", 422)
    assert "已删除，或不在您负责的范围内" in posted(client, f"{desk}/parts/needs", 422, target="99999")
    posted(client, f"{desk}/parts/people", 404, target="1")


def test_a_neighbour_gets_nothing(world: World) -> None:
    desk = posted(signed_in_client(world.app, "shuji"), f"/three_lists/needs/{world.need}/match", name="错时停车")
    client = signed_in_client(world.app, "linju")
    page(client, desk, 404)
    page(client, f"/three_lists/needs/{world.need}/match", 404)
    for path, data in (("parts/units", {"target": str(world.unit)}), ("files", {})):
        assert client.post(f"{desk}/{path}", data=data).status_code == 404


def test_the_demonstration_has_points_and_lists(demo_app: Flask) -> None:
    with demo_app.app_context():
        with acting_as(SYSTEM):
            counts = {
                model.__tablename__: db.session.execute(select(func.count()).select_from(model)).scalar_one()
                for model in (PointsEntry, SharedResource, Need, Project)
            }
            states = set(db.session.execute(select(Project.state)).scalars())
        assert all(counts.values()), counts
        assert {"running", "done", "closed"} <= states
        assert proof.faults() == []
        assert load_demo(today=TODAY) == ()
