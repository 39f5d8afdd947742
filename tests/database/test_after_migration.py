"""Triggers are made once, mended when they are gone or changed, and left alone by every later start."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask
from sqlalchemy import event, text

from app.database.migrate import upgrade
from app.extensions import db

TRIGGERS = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name",
    "postgresql": "SELECT t.tgname, p.prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
    "WHERE NOT t.tgisinternal AND t.tgenabled = 'O' ORDER BY t.tgname",
}
NAME = "access_posts_insert"
DROP = {"sqlite": f"DROP TRIGGER {NAME}", "postgresql": f"DROP TRIGGER {NAME} ON posts"}
HOLLOW = {
    "sqlite": [DROP["sqlite"], f"CREATE TRIGGER {NAME} AFTER INSERT ON posts BEGIN SELECT 1; END"],
    "postgresql": [
        f"CREATE OR REPLACE FUNCTION {NAME}_do() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$"
    ],
}


def _triggers() -> list[Any]:
    with db.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(TRIGGERS[connection.dialect.name]))]


def test_a_later_start_changes_no_table(app: Flask) -> None:
    with app.app_context():
        upgrade(db.engine)  # the template of these tests may be older than a step
        statements: list[str] = []
        event.listen(db.engine, "before_cursor_execute", lambda *arguments: statements.append(arguments[2]))
        upgrade(db.engine)
        made = [sentence for sentence in statements if re.match(r"\s*(CREATE|DROP|ALTER|COMMENT)\b", sentence)]
        assert [sentence for sentence in made if "VIRTUAL TABLE IF NOT EXISTS" not in sentence] == []
        assert len(statements) > 20, "the count itself does not work"


def test_a_start_does_not_wait_for_those_who_write(app: Flask) -> None:
    """Another server's open transaction on a table with triggers and an index; SQLite has one writer at all times."""
    with app.app_context():
        upgrade(db.engine)
        if db.engine.dialect.name == "sqlite":
            return
        with db.engine.connect() as other, db.engine.connect() as settings:
            other.execute(text("UPDATE areas SET name = name"))
            other.execute(text("DELETE FROM grid_workers_search"))
            settings.execute(text(f"ALTER DATABASE {db.engine.url.database} SET lock_timeout = '2s'"))
            settings.commit()
            db.engine.dispose()  # connections opened from now on give up after two seconds
            upgrade(db.engine)
            other.rollback()


def test_a_trigger_that_is_gone_or_was_changed_is_made_again(app: Flask) -> None:
    with app.app_context():
        upgrade(db.engine)
        standing = _triggers()
        assert NAME in dict(standing)
        kind = db.engine.dialect.name
        ways = [[DROP[kind]], HOLLOW[kind]]
        if kind == "postgresql":
            ways.append([f"ALTER TABLE posts DISABLE TRIGGER {NAME}"])
        for way in ways:
            with db.engine.begin() as connection:
                for sentence in way:
                    connection.execute(text(sentence))
            assert _triggers() != standing
            upgrade(db.engine)
            assert _triggers() == standing
