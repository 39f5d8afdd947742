"""A column added in the browser behaves like any other: list, search, sort, filter, form, API, history, export, print."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from app.lowcode import exporting, extra, queries, service
from app.lowcode.register import register
from app.security.actor import NotPermitted
from tests.world import GRID, NEXT_GRID, add_user, as_user, build_areas, signed_in_client

TODAY = date(2026, 11, 22)


@pytest.fixture
def workers(app: Flask) -> Flask:
    with app.app_context():
        build_areas()
        add_user("office", "street_office", "320505001")
        add_user("sec", "community_secretary", GRID[:12])
        add_user("next", "community_secretary", NEXT_GRID[:12])
        with as_user("office") as actor:
            extra.add_column(
                "grid_workers", name="skill", label="特长", type_key="text", options={"length": 30}, listed=True,
                searched=True, filtered=True,
            )  # fmt: skip
            reg = register("grid_workers")
            for name, skill, area in (
                ("张清和", "手语翻译", GRID),
                ("李望舒", "水电维修", GRID),
                ("王远山", "水电维修", NEXT_GRID),
            ):
                service.save(reg, None, {"name": name, "skill": skill, "area": area}, by=actor, today=TODAY)
    return app


def test_it_is_listed_searched_filtered_and_sorted(workers: Flask) -> None:
    reg = register("grid_workers")
    with workers.app_context(), as_user("sec") as actor:
        found = queries.page(reg, queries.Wish(words="水电"), actor)
        assert [row.name for row in found.rows] == ["李望舒"]
        found = queries.page(reg, queries.Wish(filters=(("skill", "手语翻译"),)), actor)
        assert [row.name for row in found.rows] == ["张清和"]
        found = queries.page(reg, queries.Wish(sort="skill"), actor)
        assert [row.name for row in found.rows] == ["张清和", "李望舒"]
        found = queries.page(reg, queries.Wish(sort="skill", is_descending=True), actor)
        assert [row.name for row in found.rows] == ["李望舒", "张清和"]


def test_pages_and_api_carry_it(workers: Flask) -> None:
    client = signed_in_client(workers, "sec")
    page = client.get("/grid_workers/list/").get_data(as_text=True)
    assert "特长" in page
    assert "手语翻译" in page
    assert 'name="skill"' in client.get("/grid_workers/add").get_data(as_text=True)
    answer = client.post("/grid_workers/add", data={"name": "赵晨", "skill": "字" * 31, "area": GRID})
    assert answer.status_code == 422
    token = client.post("/api/v1/security/login", json={"username": "sec", "password": "Grid-2026-ok"}).json
    headers = {"Authorization": f"Bearer {token['access_token']}"}
    row = client.get("/api/v1/grid_workers/?q=手语", headers=headers).json["result"][0]
    assert row["skill"] == "手语翻译"
    changed = client.put(f"/api/v1/grid_workers/{row['id']}", json={"skill": "心理辅导"}, headers=headers)
    assert changed.status_code == 200
    shown = client.get(f"/grid_workers/show/{row['id']}").get_data(as_text=True)
    assert "把 特长 从 手语翻译 改为 心理辅导" in shown


def test_it_is_exported_and_printed(workers: Flask) -> None:
    reg = register("grid_workers")
    with workers.test_request_context(), as_user("sec") as actor:
        taken = exporting.extract(reg, queries.Wish(), actor)
        text = exporting.as_csv(taken).decode("utf-8-sig")
        assert "特长" in text.splitlines()[0]
        assert "手语翻译" in text
        html = exporting.paper(exporting.extract(reg, queries.Wish(), actor, columns=["name", "skill"]), "html")
        assert "水电维修" in html.decode()


def test_only_settings_may_add_one_and_ids_stay_out(workers: Flask) -> None:
    with workers.app_context():
        with as_user("sec"), pytest.raises(NotPermitted):
            extra.add_column("grid_workers", name="size", label="身高", type_key="text")
        with as_user("office"):
            with pytest.raises(extra.ColumnRefused):
                extra.add_column("grid_workers", name="other_id", label="另一证件", type_key="id_number")
            with pytest.raises(extra.ColumnRefused):
                extra.add_column("grid_workers", name="skill2", label="特长", type_key="text")


def test_a_download_with_a_chinese_name_can_travel_as_a_header(workers: Flask) -> None:
    with workers.app_context():
        answer = exporting.download(b"%PDF", "桂花社区网格员名册_2026-11-22.pdf")
    value = answer.headers["Content-Disposition"]
    assert value.encode("latin-1")
    assert "filename*=UTF-8''%E6%A1%82" in value
