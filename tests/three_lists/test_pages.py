"""Pages of the three lists: matching a need, a project's desk, the boxes beside their rows; and the demonstration."""

from __future__ import annotations

import io
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.extensions import db
from app.lowcode import service as rosters
from app.lowcode.register import register
from app.points import proof
from app.points.models import PointsEntry
from app.profiles.service import load_demo
from app.security.actor import SYSTEM, acting_as
from app.three_lists.models import Need, Project, SharedResource
from tests.files.contents import picture
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
    for words in ("错时停车", "已立项", "夜间停车难", "夜间车位", "清溪卫生院", "2026-12-20", "开始实施"):
        assert words in shown
    for state in ("running", "accepting"):
        posted(client, f"{desk}/move", to=state)
    passing = {"to": "done", "evaluator": "王小禾", "satisfaction": "96"}
    street = signed_in_client(world.app, "jiedao")
    refused = posted(street, f"{desk}/move", 422, **passing)
    assert "验收要有现场照片" in refused
    assert "不能就是责任人" in refused
    assert 'value="96"' in refused
    posted(client, f"{desk}/files", evidence=(io.BytesIO(picture("PNG")), "完工.png"))
    passing["evaluator"] = "周大妈"
    assert "提交验收的人不能自己验收" in posted(client, f"{desk}/move", 422, **passing)
    posted(street, f"{desk}/move", **passing)
    assert "96.0%" in page(client, desk), "figures carry their unit"
    closing = {"to": "closed", "closed_on": "2026-11-22", "progress": "车位已开放"}
    assert "销号前要先公示" in posted(client, f"{desk}/move", 422, **closing)
    assert "早于开始日期" in posted(
        client, f"{desk}/publish", 422, published_from="2026-11-22", published_until="2026-11-02"
    )
    posted(client, f"{desk}/publish", published_from="2026-11-16", published_until="2026-11-22")
    assert "公示期过了再销号" in page(client, desk)
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
    assert "没有牵头单位不能立项" in posted(client, f"{desk}/move", 422, to="open")
    posted(client, f"{desk}/move", 422, to="done")
    posted(client, f"{desk}/move", 400, to="nonsense")


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
    for path, data in (("move", {"to": "cancelled"}), ("parts/units", {"target": str(world.unit)}), ("files", {})):
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
