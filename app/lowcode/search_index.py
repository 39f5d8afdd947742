"""Keeping the index of tokens beside each register: written with every flush, made after migrations, rebuilt on demand.

SQLite: one FTS5 table a register, whose rowid is the row's id with a minus: FTS5 walks its lists upwards, and turning
round costs 2 ms for somebody of fifty areas. PostgreSQL: a text[] column under GIN.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import event, inspect, select, text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.database.after_migration import after_migration
from app.extensions import db
from app.lowcode.register import Register, register, registers
from app.lowcode.roster import RosterRow
from app.lowcode.rows_below import change_many, write_many
from app.lowcode.tokens import tokens_of

_IN_PLACE = " ON CONFLICT (id) DO UPDATE SET tokens = excluded.tokens"


def write_tokens(connection: Connection, reg: Register, rows: Iterable[tuple[int, set[str]]]) -> None:
    """Put rows' tokens into the index, replacing what was there; an empty set takes the row out."""
    is_sqlite = connection.dialect.name == "sqlite"
    table, key = f"{reg.name}_search", "rowid" if is_sqlite else "id"
    kept: list[dict[str, Any]] = []
    gone: list[dict[str, Any]] = []
    for id_, tokens in rows:
        row = {"id": -id_ if is_sqlite else id_}
        if tokens:
            kept.append(row | {"tokens": " ".join(sorted(tokens)) if is_sqlite else sorted(tokens)})
        else:
            gone.append(row)
    if gone:
        connection.execute(text(f"DELETE FROM {table} WHERE {key} = :id"), gone)  # noqa: S608
    if kept:
        put, or_else = ("INSERT OR REPLACE", "") if is_sqlite else ("INSERT", _IN_PLACE)
        connection.execute(
            text(f"{put} INTO {table} ({key}, tokens) VALUES (:id, :tokens){or_else}"),
            kept,
        )


def insert_tokens(session: Session, reg: Register, rows: Iterable[tuple[int, str]]) -> None:
    """Put the tokens (in one text) of rows that were just made into the index."""
    table = f"{reg.name}_search"
    if session.connection().dialect.name == "sqlite":
        # In ascending order of rowids: FTS5 writes its buffer out whenever a smaller one comes.
        write_many(session, table, ("rowid", "tokens"), sorted((-id_, tokens) for id_, tokens in rows))
        return
    # Tokens hold no comma, brace, quote, backslash or blank, so that they need no quoting in a text[] literal.
    write_many(
        session, table, ("id", "tokens"), ((id_, "{" + ",".join(set(tokens.split(" "))) + "}") for id_, tokens in rows)
    )


def replace_tokens(session: Session, reg: Register, rows: Sequence[tuple[int, str]]) -> None:
    """Put the tokens (in one text) of changed rows into the index; no tokens take a row out."""
    table = f"{reg.name}_search"
    key, sign = ("rowid", -1) if session.connection().dialect.name == "sqlite" else ("id", 1)
    gone = sorted((sign * id_,) for id_, _ in rows)
    change_many(session, f"DELETE FROM {table} WHERE {key} = ?", gone)  # noqa: S608
    insert_tokens(session, reg, [(id_, tokens) for id_, tokens in rows if tokens])


@after_migration
def make_tables(connection: Connection) -> None:
    """One index table a register; made when missing."""
    for reg in registers():
        table = f"{reg.name}_search"
        if connection.dialect.name == "sqlite":
            connection.execute(
                text(
                    f"CREATE VIRTUAL TABLE IF NOT EXISTS {table} USING fts5(tokens, detail=none, columnsize=0, "
                    "tokenize=\"ascii tokenchars '=_-.:'\")"
                )
            )
            _turn_round(connection, table)
        elif connection.execute(text("SELECT to_regclass(:name)"), {"name": f"ix_{table}"}).scalar() is None:
            # Asked first: CREATE INDEX IF NOT EXISTS locks out the writers of a table even where the index exists.
            connection.execute(
                text(f"CREATE TABLE IF NOT EXISTS {table} (id bigint PRIMARY KEY, tokens text[] NOT NULL)")
            )
            connection.execute(text(f"CREATE INDEX IF NOT EXISTS ix_{table} ON {table} USING gin (tokens)"))


def _turn_round(connection: Connection, table: str) -> None:
    """Give rows written before rowids had a minus theirs; does nothing the second time."""
    old = f"SELECT -rowid, tokens FROM {table} WHERE rowid > 0"  # noqa: S608
    connection.execute(text(f"INSERT INTO {table} (rowid, tokens) {old}"))
    connection.execute(text(f"DELETE FROM {table} WHERE rowid > 0"))  # noqa: S608


def rebuild(reg: Register, today: date, *, chunk: int = 2_000) -> int:
    """Write the tokens of every row anew; number of rows. For new searched columns and repairs, inside `writing()`."""
    db.session.execute(text(f"DELETE FROM {reg.name}_search"))  # noqa: S608
    last, done = 0, 0
    while True:
        rows = db.session.execute(
            select(reg.model).where(reg.model.id > last).order_by(reg.model.id).limit(chunk)
        ).scalars().all()  # fmt: skip
        if not rows:
            return done
        write_tokens(db.session.connection(), reg, [(row.id, tokens_of(reg, row, today)) for row in rows])
        last, done = rows[-1].id, done + len(rows)
        db.session.expunge_all()


@event.listens_for(Session, "before_flush")
def _note_rows(session: Session, _context: Any, _instances: Any) -> None:
    touched = session.info.setdefault("search_rows", set())
    touched.update(row for row in (*session.new, *session.dirty) if isinstance(row, RosterRow))
    touched.difference_update(session.deleted)
    gone = [row for row in session.deleted if isinstance(row, RosterRow)]
    if gone:
        session.info.setdefault("search_gone", []).extend((type(row).__tablename__, row.id) for row in gone)  # type: ignore[attr-defined]


@event.listens_for(Session, "after_flush_postexec")
def _write_touched(session: Session, _context: Any) -> None:
    touched = session.info.pop("search_rows", None) or ()
    by_table: dict[str, list[tuple[int, set[str]]]] = {}
    for name, id_ in session.info.pop("search_gone", ()):
        by_table.setdefault(name, []).append((id_, set()))
    today = date.min  # tokens hold stored values only, which no day changes
    for row in touched:
        if inspect(row).persistent:
            reg = register(type(row).__tablename__)
            by_table.setdefault(reg.name, []).append((row.id, tokens_of(reg, row, today)))
    for name, items in by_table.items():
        write_tokens(session.connection(), register(name), items)
