"""The pages of rule books: reading, a new version, one rule, publishing, comparing, 试算, out and in again."""

from __future__ import annotations

import io
import re
from typing import Any

from flask import Flask

from app.points.books import shipped
from app.security.actor import SYSTEM, acting_as
from tests.points.world import build
from tests.world import STREET, signed_in_client


def test_a_clerk_makes_a_new_version_and_puts_it_in_force(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        build()
        with acting_as(SYSTEM):
            shipped.load_books(["points_basic"], area_code=STREET)
    client = signed_in_client(sqlite_app, "jiedao")

    def page(path: str, status: int = 200) -> str:
        found: Any = client.get(path)
        assert found.status_code == status
        return str(found.get_data(as_text=True))

    first = re.search(r"/points/books/(\d+)", page("/points/books/"))
    assert first is not None
    old = int(first.group(1))
    shown = page(f"/points/books/{old}")
    assert "走访中解决居民问题" in shown
    assert "一次扣 10 分，却没有人核" in shown
    new = int(client.post(f"/points/books/{old}/draft").headers["Location"].rsplit("/", 1)[1])
    form = {
        "code": "B01",
        "name": "走访解决问题",
        "group": "走访服务",
        "value": "2",
        "recorder": "any",
        "checker": "other",
    }
    wrong = client.post(f"/points/books/{new}/rule?code=B01", data=form | {"value": "很多"})
    assert wrong.status_code == 422
    assert "应是数字" in wrong.get_data(as_text=True)
    assert client.post(f"/points/books/{new}/rule?code=B01", data=form).status_code == 302
    compared = page(f"/points/books/{new}/compare/{old}")
    assert "走访解决问题（走访服务）：+2 分；另一人核" in compared
    assert page(f"/points/books/{new}/trial?month=2026-10")
    early = client.post(f"/points/books/{new}/publish", data={"on": "2023-01-01"})
    assert early.status_code == 422
    assert "新版本要比它晚" in early.get_data(as_text=True)
    assert client.post(f"/points/books/{new}/publish", data={"on": "2026-12-01"}).status_code == 302
    assert "2026-11-30" in page(f"/points/books/{old}")
    saved = client.get(f"/points/books/{new}/export").data
    back = client.post("/points/books/upload", data={"file": (io.BytesIO(saved), "细则.yaml")})
    assert back.status_code == 302
    assert client.get(back.headers["Location"]).status_code == 200
    bad = client.post("/points/books/upload", data={"file": (io.BytesIO(b"\xff\xfe"), "x.yaml")})
    assert bad.status_code == 422
    assert signed_in_client(sqlite_app, "shuji").post(f"/points/books/{old}/draft").status_code in (302, 403, 404)
    assert "第 4 版" not in page("/points/books/")
