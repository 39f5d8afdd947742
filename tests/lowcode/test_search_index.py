"""Keeping the index: what an older version wrote is brought into the order of today, once."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from app.database.transactions import writing
from app.lowcode import search_index


def test_an_index_from_before_is_turned_round_once(sqlite_context: Any) -> None:
    with writing() as session:
        session.execute(text("INSERT INTO units_search (rowid, tokens) VALUES (7, 'tA'), (9, 'tB')"))
        for _ in range(2):
            search_index.make_tables(session.connection())
            found = session.execute(text("SELECT rowid, tokens FROM units_search ORDER BY rowid")).all()
            assert [tuple(row) for row in found] == [(-9, "tB"), (-7, "tA")]
