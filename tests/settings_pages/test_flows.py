"""Flows in the browser: read, changed into a new version, enabled, downloaded and uploaded."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest
from flask import Flask

from app.lowcode.flow.shipped import read_shipped
from app.lowcode.flow.versions import add_version, newest, uses
from app.security.actor import SYSTEM, acting_as
from tests.lowcode.flow.cases import small_text
from tests.world import DISTRICT, STREET, add_user, build_areas, signed_in_client


@pytest.fixture
def street(sqlite_app: Flask) -> Flask:
    with sqlite_app.app_context():
        build_areas()
        add_user("whole", "street_office", DISTRICT)
        add_user("office", "street_office", STREET)
        with acting_as(SYSTEM):
            add_version(read_shipped("visit_need_transfer"))
            add_version(replace(read_shipped("whistle_call"), key="elsewhere", register="elsewhere"))
    return sqlite_app


def test_a_change_is_a_new_version_and_faults_are_said(street: Flask) -> None:
    client = signed_in_client(street, "whole")
    assert "需求转项目" in client.get("/flows/").get_data(as_text=True)
    page = client.get("/flows/visit_need_transfer").get_data(as_text=True)
    assert "<svg" in page
    assert len(page.encode()) < 60_000
    assert not re.search(r"\sstyle=", page)
    form = {"number": "1", "state-collected-limit": "5工作日"}
    saved = client.post("/flows/visit_need_transfer", data=form, follow_redirects=True).get_data(as_text=True)
    assert "已存为第 2 版" in saved
    again = client.post("/flows/visit_need_transfer", data=form, follow_redirects=True).get_data(as_text=True)
    assert "刚有人改过这个流程" in again
    same = client.post("/flows/visit_need_transfer", data={"number": "2"}, follow_redirects=True).get_data(as_text=True)
    assert "没有改动" in same
    wrong = client.post("/flows/visit_need_transfer", data={"number": "2", "state-collected-limit": "5"})
    assert wrong.status_code == 422
    assert "期限要写数字和单位" in wrong.get_data(as_text=True)
    nobody = client.post("/flows/visit_need_transfer", data={"number": "2", "action-list-roles": ""})
    assert (nobody.status_code, "没有写谁能做" in nobody.get_data(as_text=True)) == (422, True)
    with street.app_context():
        found = newest("visit_need_transfer")
        assert found is not None
        assert found[1] == 2


def test_a_flow_is_enabled_for_its_register_only(street: Flask) -> None:
    client = signed_in_client(street, "whole")
    done = client.post("/flows/visit_need_transfer/attach", follow_redirects=True).get_data(as_text=True)
    assert "已启用“需求转项目”" in done
    refused = client.post("/flows/elsewhere/attach", follow_redirects=True).get_data(as_text=True)
    assert "这里没有这本名册" in refused
    with street.app_context():
        assert uses() == {"visit_need_transfer": "needs"}


def test_a_flow_goes_out_and_another_comes_in_checked(street: Flask) -> None:
    client = signed_in_client(street, "whole")
    text = client.get("/flows/visit_need_transfer/download").get_data(as_text=True)
    assert "name: 需求转项目" in text

    def upload(content: bytes) -> str:
        data = {"file": (io.BytesIO(content), "mine.yaml")}
        return client.post("/flows/upload", data=data, follow_redirects=True).get_data(as_text=True)

    assert "“小流程”已存为第 1 版" in upload(small_text().encode())
    assert "走不到" in upload(
        small_text("to: waiting, roles: [grid_worker]", "to: asked, roles: [grid_worker]").encode()
    )
    assert "不是 UTF-8" in upload(b"\xff\xfe")
    assert "请选一个流程文件" in upload(b"")
    assert client.get("/flows/nothing").status_code == 404


def test_a_street_reads_flows_and_cannot_change_them_for_all(street: Flask) -> None:
    client = signed_in_client(street, "office")
    page = client.get("/flows/visit_need_transfer").get_data(as_text=True)
    assert "存为新的一版" not in page
    assert client.post("/flows/visit_need_transfer", data={"number": "1"}).status_code == 403
    assert client.get("/flows/upload").status_code == 403
