"""Everything of a book is changed in the browser, and what the checker says stands beside the field it is about."""

from __future__ import annotations

import io
import re
from typing import Any

from flask import Flask

from app.points.books import queries, shipped
from app.points.books.models import PointsBook
from app.points.books.rows import book_of
from app.points.books.rules import Book
from app.security.actor import SYSTEM, acting_as
from tests.points.world import build
from tests.world import STREET, signed_in_client


class Clerk:
    """Fills in forms of one draft as the browser would send them."""

    def __init__(self, app: Flask, client: Any, book_id: int) -> None:
        self.app, self.client, self.book_id = app, client, book_id
        self.address = f"/points/books/{book_id}"

    def row(self) -> PointsBook:
        with self.app.app_context(), acting_as(SYSTEM):
            found = queries.version(self.book_id)
            assert found is not None
            return found

    def book(self) -> Book:
        return book_of(self.row())

    def send(self, path: str, **data: str) -> Any:
        lines = {name.replace("__", "-"): value for name, value in data.items()}
        return self.client.post(f"{self.address}/{path}", data={"version": str(self.row().version)} | lines)

    def text(self, path: str) -> str:
        return str(self.client.get(f"{self.address}/{path}").get_data(as_text=True))


def started(app: Flask) -> Clerk:
    with app.app_context():
        build()
        with acting_as(SYSTEM):
            shipped.load_books(["points_basic"], area_code=STREET)
    client = signed_in_client(app, "jiedao")
    assert "六成" in client.get("/points/books/new").get_data(as_text=True)
    assert client.post("/points/books/new", data={"book": "nothing"}).status_code == 422
    made = client.post("/points/books/new", data={"book": "points_liujiao", "instead_of": "points_basic"})
    return Clerk(app, client, int(made.headers["Location"].rsplit("/", 1)[1]))


def beside(page: str, field: str, kind: str = "error") -> str:
    """The sentence beside a field; '' where there is none."""
    found = re.search(rf'<p class="{kind}" id="{field}-{kind}">(.*?)</p>', page, re.DOTALL)
    return found.group(1) if found else ""


def test_a_shipped_book_becomes_the_next_version_and_all_its_parts_change(sqlite_app: Flask) -> None:
    clerk = started(sqlite_app)
    assert (clerk.row().key, clerk.row().number, clerk.book().weights[0].name) == ("points_basic", 2, "考核时段")

    whole = {"name": "本街细则", "basis": "街办〔2026〕9号", "base": "60", "notice_days": "3", "dispute_days": "3",
             "decide_days": "4", "pro_rata": "months", "quota_per": "street"}  # fmt: skip
    wrong = clerk.send("whole", **(whole | {"notice_days": "三天"}))
    assert wrong.status_code == 422
    assert "填 1 到 60 的工作日数" in beside(wrong.get_data(as_text=True), "notice_days")
    ranked = clerk.send("whole", **(whole | {"ranked": "1"}))
    assert ranked.headers["Location"].endswith("/whole")  # saved, and back to what must be mended
    assert "开了排名，却没有写是哪份文件要求的" in beside(clerk.text("whole"), "ranking_basis")
    assert clerk.send("whole", **whole).headers["Location"] == clerk.address
    terms = clerk.book().terms
    assert (terms.notice_days, terms.decide_days, terms.quota_per, terms.is_ranked) == (3, 4, "street", False)

    assert clerk.send("group", name="议事", cap="20", place="1").status_code == 302
    assert clerk.book().groups[0].name == "议事"
    assert "已经有" in beside(clerk.send("group", name="加分").get_data(as_text=True), "name")
    assert "里还有 5 条规则" in beside(
        clerk.send("group?name=加分", name="加分", drop="1").get_data(as_text=True), "drop"
    )

    grades = {"grades__0__name": "好", "grades__0__from": "80", "grades__1__name": "差", "grades__1__to": "85"}
    assert clerk.send("grades", **grades).headers["Location"].endswith("/grades")
    assert "重叠：80 分算哪一等说不清" in beside(clerk.text("grades"), "grades")
    bad = clerk.send("grades", **(grades | {"grades__1__to": "很多"})).get_data(as_text=True)
    assert "应是数字" in beside(bad, "grades-1-to")
    assert clerk.send("grades", **(grades | {"grades__1__to": "", "grades__1__below": "80"})).status_code == 302
    assert [grade.name for grade in clerk.book().grades] == ["好", "差"]

    parts = {"name": "评分人", "parts__0__name": "社区", "parts__0__percent": "40", "parts__1__name": "居民"}
    assert "请填占百分之几" in beside(
        clerk.send("weights?name=评分人", **parts).get_data(as_text=True), "parts-1-percent"
    )
    short = clerk.send("weights?name=评分人", **(parts | {"parts__1__percent": "50"}))
    assert short.headers["Location"].endswith("/weights?name=评分人") or "name=" in short.headers["Location"]
    assert "加起来是 90%" in beside(clerk.text("weights?name=评分人"), "parts")
    assert clerk.send("weights?name=考核时段", drop="1").status_code == 302
    assert [each.text for each in clerk.book().weights] == ["社区 40%，居民 50%"]


def test_a_rule_with_steps_says_what_is_wrong_at_its_field(sqlite_app: Flask) -> None:
    clerk = started(sqlite_app)
    rule = {"code": "S1", "name": "名册核对准确", "group": "加分", "steps__0__from": "95", "steps__0__value": "15",
            "steps__1__from": "90", "steps__1__to": "94", "steps__1__value": "10", "otherwise": "0",
            "recorder": "street", "checker": "none", "valid_to": "2027-12-31"}  # fmt: skip
    more = clerk.send("rule", **(rule | {"add-line": "steps"}))
    assert 'name="steps-2-from"' in more.get_data(as_text=True)
    assert "应是数字" in beside(clerk.send("rule", **(rule | {"cap": "多"})).get_data(as_text=True), "cap")
    wrong = clerk.send("rule", **(rule | {"steps__1__value": "很多"})).get_data(as_text=True)
    assert "应是数字" in beside(wrong, "steps-1-value")
    assert clerk.send("rule", **rule).status_code == 302
    found = clerk.book().find("S1")
    assert found is not None
    assert found[1].steps[1].up_to == 94
    assert "建议只写每一档从多少起" in beside(clerk.text("rule?code=S1"), "steps", "advice")
    capped = clerk.send("rule?code=S1", **(rule | {"cap": "5"}))
    assert capped.headers["Location"].endswith("code=S1")
    assert "一次也记不满" in beside(clerk.text("rule?code=S1"), "cap")
    stale = clerk.send("rule?code=S1", **(rule | {"version": "1"}))
    assert "别人改过这份草稿" in stale.get_data(as_text=True)
    assert clerk.send("rule?code=S1", **(rule | {"drop": "1"})).status_code == 302
    assert clerk.book().find("S1") is None


def test_a_workbook_goes_out_and_comes_in_and_a_draft_is_thrown_away(sqlite_app: Flask) -> None:
    clerk = started(sqlite_app)
    saved = clerk.client.get(f"{clerk.address}/export.xlsx")
    assert saved.data.startswith(b"PK")
    back = clerk.client.post("/points/books/upload", data={"file": (io.BytesIO(saved.data), "细则.xlsx")})
    again = Clerk(sqlite_app, clerk.client, int(back.headers["Location"].rsplit("/", 1)[1]))
    assert again.book() == clerk.book()
    published = clerk.client.post(
        f"{again.address}/publish",
        data={"on": "2026-12-01", "file": (io.BytesIO(b"%PDF-1.7\n%%EOF\n"), "细则.pdf")},
    )
    assert published.status_code == 302
    assert "细则.pdf" in again.client.get(again.address).get_data(as_text=True)
    assert again.client.post(f"{again.address}/delete").headers["Location"] == again.address
    assert clerk.client.post(f"{clerk.address}/delete").headers["Location"] == "/points/books/"
    assert clerk.client.get(clerk.address).status_code == 404
