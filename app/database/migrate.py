"""Bringing a database up to date: Alembic's revisions, then triggers and side tables, behind a lock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.engine import Connection, Engine

from app.database.after_migration import run_steps
from app.database.transactions import immediate


class DatabaseIsNewer(RuntimeError):
    """A newer program has made this database; the message says which versions, and what to do."""


FOLDER = Path(__file__).resolve().parents[2] / "migrations"
LOCK = 7_200


def alembic_config(connection: Connection) -> Config:
    """Alembic's configuration bound to an open connection; no ini file."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine) -> None:
    """Run all missing revisions and every after-migration step; safe to call from several processes at once.

    Raises DatabaseIsNewer, and changes nothing, where the program is older than the database.
    """
    refuse_newer(engine)
    if engine.dialect.name == "sqlite" and engine.url.database:
        Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)
    with _alone(engine) as connection:
        upgrade_tables(connection)
        run_steps(connection)


def upgrade_tables(connection: Connection) -> None:
    """The revisions alone: what a new one is compared with, before the steps of its tables can run."""
    command.upgrade(alembic_config(connection), "head")


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": LOCK})
            connection.commit()
            try:
                with connection.begin():
                    yield connection
            finally:
                connection.rollback()
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": LOCK})
                connection.commit()
            return
        raw: Any = connection.connection.driver_connection
        # Batch mode rebuilds tables, which foreign keys would stop half-way; a pragma counts only outside BEGIN.
        raw.execute("PRAGMA foreign_keys=OFF")
        try:
            with immediate(), connection.begin():
                yield connection
        finally:
            raw.execute("PRAGMA foreign_keys=ON")


def current_revision(engine: Engine) -> str | None:
    """The database's revision; None before the first migration. Makes no file where there is none."""
    if engine.dialect.name == "sqlite" and not Path(engine.url.database or "").is_file():
        return None
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head_revision() -> str:
    """The newest revision of the code."""
    return _scripts().get_current_head() or ""


def refuse_newer(engine: Engine) -> None:
    """Raise DatabaseIsNewer for a revision this code does not know: writing into its tables would spoil them."""
    revision = current_revision(engine)
    if revision is not None and revision not in {script.revision for script in _scripts().walk_revisions()}:
        raise DatabaseIsNewer(
            f"这个数据库由更新的程序建成（{revision} 版），这里的程序只到 {head_revision()} 版，不能打开它，也没有改动它。"
            "请换用新版程序；如果一定要用旧版，请从旧版时做的备份恢复。"
        )


def _scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    return ScriptDirectory.from_config(config)
