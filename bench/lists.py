"""List pages: sizes × people × pages, searches and filters; SQL counted, ids compared with a naive query."""

from __future__ import annotations

import re
import statistics
from typing import Any

from flask import Flask
from sqlalchemy import text

from app.extensions import db
from app.lowcode.search import MAX_OFFSET
from app.registers.grid_workers import REGISTER
from bench.browser import Browser, counted_sql
from bench.world import CODES, STREET, application

SIZE = 25
LAST_PAGE = MAX_OFFSET // SIZE + 1
PAGES = {
    "page 1": "",
    "page 1,000": "?page=1000",
    "last page allowed": f"?page={LAST_PAGE}",
    "rare word": "?q=罕见",
    "common word": "?q=建国",
    "no hit": "?q=龘龘",
    "filter 所属网格": f"?area={STREET}007",
    **{f"filter {name}": f"?{name}={values[0]}" for name, values in CODES.items()},
}
NAIVE = {
    "rare word": "name LIKE '%罕见%'",
    "common word": "name LIKE '%建国%'",
    "no hit": "name LIKE '%龘龘%'",
    "filter 所属网格": f"area_code LIKE '{STREET}007%'",
    **{f"filter {name}": f"{name} = '{values[0]}'" for name, values in CODES.items()},
}
SCOPES = {
    "street": f"area_code LIKE '{STREET}%'",
    "one": f"area_code LIKE '{STREET}007%'",
    "fifty": "(CAST(substr(area_code, 10, 3) AS integer) % 2) = 1",
}


def run(asked: Any) -> None:
    """Print one table a size, then how much a million costs more than ten thousand."""
    medians: dict[tuple[str, str], list[float]] = {}
    offered = {column.name for column in REGISTER.declared_columns if column.is_filtered} - {"area"}
    assert offered == set(CODES), "the filters offered are not those measured"
    for rows in (int(size) for size in asked.rows.split(",")):
        app = application(rows)
        print(f"| {rows:,} rows | person | SQL | CPU ms median | worst | KB |\n|---|---|---|---|---|---|")
        for person, scope in SCOPES.items():
            browser = Browser(app, person)
            for name, query in PAGES.items():
                path = "/grid_workers/list/" + query
                code, size, median, worst = browser.median(path)
                with counted_sql(app) as seen:
                    _, body, _ = browser.get(path)
                _compare(app, body.decode(), scope, name)
                medians.setdefault((person, name), []).append(median)
                print(f"| {name} | {person} | {len(seen)} | {median:.1f} | {worst:.1f} | {size / 1024:.0f} | {code}")
        print()
    cells = [time for times in medians.values() for time in times]
    print(f"Median of all cells {statistics.median(cells):.1f} ms, worst cell {max(cells):.1f} ms")
    if len(asked.rows.split(",")) > 1:
        grown = {key: times[-1] - times[0] for key, times in medians.items()}
        person, name = max(grown, key=lambda key: grown[key])
        print(f"Largest size − smallest: median {statistics.median(grown.values()):+.1f} ms, "
              f"worst {grown[person, name]:+.1f} ms ({name}, {person})")  # fmt: skip


def _compare(app: Flask, body: str, scope: str, name: str) -> None:
    """The page's ids equal those of a naive query over the whole table, deep pages too."""
    found = list(dict.fromkeys(int(id_) for id_ in re.findall(r"/grid_workers/show/(\d+)", body)))
    where = NAIVE.get(name, "1 = 1")
    offset = {"page 1,000": 999 * SIZE, "last page allowed": MAX_OFFSET}.get(name, 0)
    with app.app_context(), db.engine.connect() as connection:
        naive = connection.execute(
            text(
                f"SELECT id FROM grid_workers WHERE deleted_at IS NULL AND {scope} AND {where} "
                f"ORDER BY id DESC LIMIT {SIZE} OFFSET {offset}"
            )
        ).scalars()
        assert found == list(naive), f"{name}: the list differs from a naive query"
