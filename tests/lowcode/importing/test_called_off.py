"""An import called off while the worker checks or writes it: nothing stands half-way, and going on gives every row once."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.jobs import telling, worker
from app.lowcode.importing import checking, publishing, service
from tests.lowcode.importing.test_import_pages import send
from tests.lowcode.importing.workbooks import make
from tests.world import HOME, add_user, build_areas, signed_in_client

HEAD = ["姓名", "身份证号", "手机", "所在网格"]
COUNT = 5
LIST = "/grid_workers/list/"


def workbook() -> bytes:
    rows = [[make.NAMES[n], make.id_number(n), make.phone(n), "第一网格"] for n in range(COUNT)]
    return make.xlsx(make.Page("名册", [HEAD, *rows]))


@pytest.fixture
def client(app: Flask, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    with app.app_context():
        build_areas()
        add_user("sec", "community_secretary", HOME)
    monkeypatch.setattr(service, "JOB_FROM_BYTES", 0)
    monkeypatch.setattr(checking, "AT_ONCE", 1)
    return signed_in_client(app, "sec")


def call_off(client: FlaskClient, work: str) -> None:
    found = re.search(r"/jobs/\d+/cancel", client.get(work).get_data(as_text=True))
    assert found is not None
    client.post(found[0], data={"next": work})


def wait_until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.02)


def listed(client: FlaskClient) -> int:
    text = client.get(LIST).get_data(as_text=True)
    return sum(make.NAMES[n] in text for n in range(COUNT))


def test_a_check_called_off_half_way_is_gone_on_with(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    layout = send(client, workbook()).headers["Location"]
    work = client.post(layout, data={}).headers["Location"]
    whole, taken = checking._chunks, []

    def cut_off(items: Any) -> Iterator[Any]:
        for chunk in whole(items):
            taken.append(chunk)
            if len(taken) == 2:
                call_off(client, work)
            yield chunk

    with monkeypatch.context() as patched:
        patched.setattr(checking, "_chunks", cut_off)
        assert worker.run_pending(app) == 1
    assert 2 <= len(taken) < COUNT
    back = client.get(work)
    assert back.headers["Location"].split("?")[0] == layout.split("?")[0]
    page = client.get(back.headers["Location"]).get_data(as_text=True)
    assert "已经取消，什么都没有写入" in page
    assert listed(client) == 0
    again = client.post(layout, data={}).headers["Location"]
    worker.run_pending(app)
    rows = client.get(again).headers["Location"]
    assert re.search(rf"新增\D{{0,80}}{COUNT}", client.get(rows).get_data(as_text=True))
    client.post(rows, data={"mode": "good"})
    worker.run_pending(app)
    assert listed(client) == COUNT


def test_writing_called_off_within_its_transaction_writes_nothing_and_is_gone_on_with(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    layout = send(client, workbook()).headers["Location"]
    work = client.post(layout, data={}).headers["Location"]
    worker.run_pending(app)
    rows = client.get(work).headers["Location"]
    work = client.post(rows, data={"mode": "good"}).headers["Location"]
    monkeypatch.setattr(telling, "EVERY_SECONDS", 0.0)
    monkeypatch.setattr(telling, "LOOKED_AFTER", 1)
    cancel = re.search(r"/jobs/(\d+)/cancel", client.get(work).get_data(as_text=True))
    assert cancel is not None
    seen: list[Any] = []
    clicked = Thread(target=lambda: client.post(cancel[0], data={"next": work}))

    def seen_from_outside(items: Any) -> Iterator[Any]:
        """A page beside the worker, who is within his transaction and holds SQLite's one lock for writers."""
        for item in telling.counted(items):
            seen.append(client.get(cancel[0].replace("cancel", "progress")).get_json())
            if len(seen) == 3:
                clicked.start()
                wait_until(lambda: telling.is_asked_to_stop(int(cancel[1]), 1))
            yield item

    with monkeypatch.context() as patched:
        patched.setattr(publishing, "counted", seen_from_outside)
        assert worker.run_pending(app) == 1
    clicked.join()
    assert [each["done"] for each in seen] == [0, 1, 2]
    assert {each["total"] for each in seen} == {COUNT}
    assert listed(client) == 0
    page = client.get(client.get(work).headers["Location"]).get_data(as_text=True)
    assert "已经取消，什么都没有写入" in page
    client.post(rows, data={"mode": "good"})
    worker.run_pending(app)
    assert listed(client) == COUNT
