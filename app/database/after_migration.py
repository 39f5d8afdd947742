"""Triggers and side tables, made again after every migration: Alembic's batch mode drops triggers on SQLite."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import text
from sqlalchemy.engine import Connection

_STEPS: list[Callable[[Connection], None]] = []


def after_migration(step: Callable[[Connection], None]) -> Callable[[Connection], None]:
    """Register an idempotent step; a room calls this in its `install()` or at import of its models."""
    if step not in _STEPS:
        _STEPS.append(step)
    return step


def run_steps(connection: Connection) -> None:
    """Run every step in the order they were registered."""
    for step in _STEPS:
        step(connection)


def trigger(
    connection: Connection, *, name: str, table: str, event: str, action: str, function: str, each: str = "ROW"
) -> None:
    """Make one trigger, unless it stands there as it should.

    `event` such as `AFTER INSERT`; `action` SQLite statements, `function` PL/pgSQL body; `each` ROW or STATEMENT.
    Leaving it alone is more than thrift: dropping it locks the table against everybody, and a server that starts would
    come into deadlock with the others that write (PostgreSQL).
    """
    if connection.dialect.name == "sqlite":
        sentence = f"CREATE TRIGGER {name} {event} ON {table} BEGIN {action} END"
        known = "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = :name"
        if connection.execute(text(known), {"name": name}).scalar() != sentence:
            connection.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
            connection.execute(text(sentence))
        return
    body = f" BEGIN {function} END "
    sentence = f"CREATE TRIGGER {name} {event} ON {table} FOR EACH {each} EXECUTE FUNCTION {name}_do()"
    standing = connection.execute(STANDING, {"name": name, "table": table}).one_or_none()
    if standing == (sentence, body):
        return
    connection.execute(text(f"CREATE OR REPLACE FUNCTION {name}_do() RETURNS trigger LANGUAGE plpgsql AS $${body}$$"))
    connection.execute(text(f"DROP TRIGGER IF EXISTS {name} ON {table}"))
    connection.execute(text(sentence))
    connection.execute(text(f"COMMENT ON TRIGGER {name} ON {table} IS '{sentence}'"))


STANDING = text(
    "SELECT obj_description(t.oid, 'pg_trigger'), p.prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
    "WHERE t.tgname = :name AND t.tgrelid = to_regclass(:table) AND t.tgenabled = 'O'"
)
"""What an enabled trigger of PostgreSQL does: the sentence that made it, which only its comment keeps, and its body."""


def append_only(connection: Connection, table: str) -> None:
    """Let a table take new rows only: UPDATE, DELETE and (on PostgreSQL) TRUNCATE are refused, whoever asks."""
    sentence = f"{table} is append-only"
    for word in ("UPDATE", "DELETE"):
        trigger(
            connection, name=f"{table}_{word.lower()}", table=table, event=f"BEFORE {word}",
            action=f"SELECT RAISE(ABORT, '{sentence}');", function=f"RAISE EXCEPTION '{sentence}';",
        )  # fmt: skip
    if connection.dialect.name == "postgresql":
        trigger(
            connection, name=f"{table}_truncate", table=table, event="BEFORE TRUNCATE", action="",
            function=f"RAISE EXCEPTION '{sentence}';", each="STATEMENT",
        )  # fmt: skip


ACCESS_TABLES = ("posts", "ab_permission_view_role", "areas", "area_successors", "extra_columns")
"""A change of any of these changes rights, or the names in the area switcher kept beside them."""


@after_migration
def raise_access_version(connection: Connection) -> None:
    """A revoked right is gone at the next request, however the row was changed."""
    bump = "UPDATE access_version SET number = number + 1;"
    for table in ACCESS_TABLES:
        for word in ("INSERT", "UPDATE", "DELETE"):
            trigger(
                connection,
                name=f"access_{table}_{word.lower()}",
                table=table,
                event=f"AFTER {word}",
                action=bump,
                function=bump + " RETURN NULL;",
            )
