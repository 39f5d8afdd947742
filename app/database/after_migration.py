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


def trigger(connection: Connection, *, name: str, table: str, event: str, action: str, function: str) -> None:
    """Make one trigger anew. `event` such as `AFTER INSERT`; `action` SQLite statements, `function` PL/pgSQL body."""
    if connection.dialect.name == "sqlite":
        connection.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
        connection.execute(text(f"CREATE TRIGGER {name} {event} ON {table} BEGIN {action} END"))
        return
    connection.execute(
        text(f"CREATE OR REPLACE FUNCTION {name}_do() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {function} END $$")
    )
    connection.execute(text(f"DROP TRIGGER IF EXISTS {name} ON {table}"))
    connection.execute(text(f"CREATE TRIGGER {name} {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}_do()"))


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
