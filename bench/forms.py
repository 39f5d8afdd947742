"""A form with a link to a hundred thousand rows: size and time."""

from __future__ import annotations

from typing import Any

from app.lowcode.register import registers
from bench.browser import Browser, counted_sql
from bench.world import application


def run(asked: Any) -> None:
    """The form of a register that links to grid workers, and the choices behind its select."""
    rows = min(100_000, max(int(size) for size in asked.rows.split(",")))
    app = application(rows)
    browser = Browser(app, "street")
    linked = [
        reg for reg in registers()
        if any(column.kind == "link" and column.target == "grid_workers" for column in reg.declared_columns)
        and not reg.is_sensitive
    ]  # fmt: skip
    paths = [f"/{reg.name}/add" for reg in linked] + ["/grid_workers/add", "/grid_workers/choices?q=建国"]
    print(f"| page ({rows:,} rows behind the link) | SQL | CPU ms median | KB |\n|---|---|---|---|")
    for path in paths:
        code, size, median, _worst = browser.median(path)
        with counted_sql(app) as seen:
            browser.get(path)
        print(f"| {path} | {len(seen)} | {median:.1f} | {size / 1024:.1f} | {code}")
