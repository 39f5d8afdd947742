"""A form with a link to a hundred thousand rows: size and time, empty and filled, and the choices behind its select."""

from __future__ import annotations

import random
from typing import Any

from flask import Flask
from sqlalchemy import text

from app.extensions import db
from app.lowcode import tokens as cut
from bench.browser import Browser, counted_sql
from bench.world import COMMUNITIES, FAMILY, GIVEN, STREET, application

ROWS = 100_000
COMMON = "version, created_at, changed_at, extra, uid, area_code"
VALUES = "1, :now, :now, '{}', :uid, :area"
INSERTS = (
    f"INSERT INTO households (id, head, name, pinyin, {COMMON}) VALUES (:id, :head, :name, '', {VALUES})",
    "INSERT INTO households_search (rowid, tokens) VALUES (-:id, :tokens)",
)
RESIDENT = f"INSERT INTO residents (id, name, pinyin, household_id, {COMMON}) VALUES (1, '王建国', '', 1, {VALUES})"


def run(asked: Any) -> None:  # noqa: ARG001
    """The form of a resident, who belongs to one of many households."""
    app = application(ROWS)
    _fill(app)
    print(f"| page ({ROWS:,} households behind the link) | person | SQL | CPU ms median | KB |\n|---|---|---|---|---|")
    for person in ("street", "one"):
        browser = Browser(app, person)
        for path in ("/residents/add", "/residents/edit/1", "/households/choices?q=建国", "/households/choices?q="):
            code, size, median, _worst = browser.median(path)
            assert code == 200, (path, code)
            with counted_sql(app) as seen:
                browser.get(path)
            print(f"| {path} | {person} | {len(seen)} | {median:.1f} | {size / 1024:.1f} |")


def _fill(app: Flask) -> None:
    """Households, and one resident in the community of the person who sees one; once for each database."""
    with app.app_context(), db.engine.begin() as connection:
        if connection.execute(text("SELECT 1 FROM households LIMIT 1")).scalar():
            return
        rng = random.Random(5)
        rows = []
        for number in range(1, ROWS + 1):
            head = rng.choice(FAMILY) + rng.choice(GIVEN) + rng.choice(GIVEN)
            area = f"{STREET}{7 if number == 1 else rng.randint(1, COMMUNITIES):03d}"
            found = cut.area_tokens(area) | cut.text_tokens(head) | cut.pinyin_tokens(head)
            rows.append({"id": number, "uid": f"{number:032x}", "area": area, "head": head, "name": f"{head}户",
                         "tokens": " ".join(sorted(found)), "now": "2026-11-01 00:00:00.000000"})  # fmt: skip
        for statement in INSERTS:
            connection.execute(text(statement), rows)
        connection.execute(text(RESIDENT), rows[0])
