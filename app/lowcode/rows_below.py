"""Writing many rows straight through the driver: SQLite's executemany, PostgreSQL's COPY.

Nothing here knows of scope or history: only `app.lowcode.bulk`, the search index and the staging of imports call it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session


def write_many(session: Session, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows of driver values. Raises IntegrityError as the ORM would."""
    connection = session.connection()
    raw: Any = connection.connection.driver_connection
    names = ", ".join(f'"{name}"' for name in columns)
    try:
        if connection.dialect.name == "sqlite":
            marks = ", ".join("?" * len(columns))
            raw.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)  # noqa: S608 - names of ours
            return
        with raw.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    except connection.dialect.loaded_dbapi.IntegrityError as fault:
        raise IntegrityError(f"INSERT INTO {table}", None, fault) from fault


def change_many(session: Session, statement: str, rows: Iterable[Sequence[Any]]) -> int:
    """Run one statement with ? marks for many rows of driver values; how many rows it touched.

    Raises IntegrityError as the ORM would.
    """
    connection = session.connection()
    raw: Any = connection.connection.driver_connection
    try:
        if connection.dialect.name == "sqlite":
            return int(raw.executemany(statement, rows).rowcount)
        with raw.cursor() as cursor:
            cursor.executemany(statement.replace("?", "%s"), rows)
            return int(cursor.rowcount)
    except connection.dialect.loaded_dbapi.IntegrityError as fault:
        raise IntegrityError(statement, None, fault) from fault


def next_ids(session: Session, table: str, count: int) -> list[int]:
    """Ids nobody else will get. SQLite has one writer at a time, PostgreSQL a sequence."""
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        last = connection.execute(select(func.max(text("id"))).select_from(text(table))).scalar() or 0
        return list(range(last + 1, last + 1 + count))
    found = connection.execute(
        text("SELECT nextval(pg_get_serial_sequence(:table, 'id')) FROM generate_series(1, :count)"),
        {"table": table, "count": count},
    ).scalars()
    return sorted(found)
